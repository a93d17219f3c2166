// Smaller and smaller versions of a failing case, as long as it fails: rows, definitions, parts of
// the request, sub-expressions.
#pragma once

#include <functional>

#include "oracle/trial.hpp"

namespace oracle {

/// What is wrong with a case, in words.
using judge = std::function<std::string(const model_spec&, const request_spec&)>;

class shrinker {
public:
    shrinker(model_spec model, request_spec asked, judge by)
        : model_(std::move(model)), asked_(std::move(asked)), judge_(std::move(by)) {
        model_.requests.clear();
    }

    void run() {
        for (bool smaller = true; smaller;) {
            smaller = request_parts();
            smaller = expressions() || smaller;
            smaller = definitions() || smaller;
            smaller = rows() || smaller;
        }
    }

    const model_spec& model() const { return model_; }
    const request_spec& asked() const { return asked_; }
    std::string why() const { return judge_(model_, asked_); }

private:
    bool fails(const model_spec& model, const request_spec& asked) const {
        const std::string why = judge_(model, asked);
        return !why.empty() && why.find("compile") == std::string::npos;
    }

    bool try_request(const std::function<void(request_spec&)>& change) {
        request_spec trial = asked_;
        change(trial);
        if (trial.text() == asked_.text() && trial.totals == asked_.totals) return false;
        if (trial.shown.empty() || !fails(model_, trial)) return false;
        asked_ = std::move(trial);
        return true;
    }

    bool request_parts() {
        bool out = false;
        for (std::size_t i = asked_.shown.size(); i-- > 0;)
            out = try_request([&](auto& r) { r.shown.erase(r.shown.begin() + long(i)); }) || out;
        for (std::size_t i = asked_.by.size(); i-- > 0;)
            out = try_request([&](auto& r) { r.by.erase(r.by.begin() + long(i)); }) || out;
        out = try_request([](auto& r) { r.range.clear(); }) || out;
        out = try_request([](auto& r) { r.where.clear(); }) || out;
        out = try_request([](auto& r) { r.having.clear(); }) || out;
        out = try_request([](auto& r) { r.sort.clear(); }) || out;
        out = try_request([](auto& r) { r.totals = false; }) || out;
        model_spec trial = model_;
        trial.as_of.reset();
        // What is now needs an instant.
        const std::string all = model_.definitions + asked_.text();
        const bool now = all.find("versions(") != std::string::npos ||
                         all.find("matured") != std::string::npos ||
                         all.find(" on rep.") != std::string::npos ||
                         all.find(" on customer.") != std::string::npos;
        if (model_.as_of && !now && fails(trial, asked_)) {
            model_ = std::move(trial);
            out = true;
        }
        return inlined() || out;
    }

    /// A shown KPI becomes its formula.
    bool inlined() {
        for (std::size_t i = 0; i < asked_.shown.size(); ++i) {
            const std::string head = "kpi " + asked_.shown[i] + " = ";
            const std::size_t at = model_.definitions.find(head);
            if (at == std::string::npos) continue;
            const std::size_t from = at + head.size();
            const std::string body =
                model_.definitions.substr(from, model_.definitions.find('\n', from) - from);
            if (try_request([&](auto& r) { r.shown[i] = body; })) return true;
        }
        return false;
    }

    struct span {
        std::size_t from;
        std::size_t to;
    };

    /// Every bracket with the name before it.
    static std::vector<span> brackets(const std::string& text) {
        std::vector<span> out;
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '(') open.push_back(i);
            if (text[i] != ')' || open.empty()) continue;
            std::size_t from = open.back();
            open.pop_back();
            const auto word = [](char c) {
                return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
            };
            while (from > 0 && word(text[from - 1])) --from;
            out.push_back({from, i + 1});
        }
        return out;
    }

    /// Shorter texts: a bracket replaced by one inside it, or a clause left out.
    static std::vector<std::string> shorter(const std::string& text) {
        std::vector<std::string> out;
        const std::vector<span> all = brackets(text);
        const auto put = [&](span at, const std::string& instead) {
            out.push_back(text.substr(0, at.from) + instead + text.substr(at.to));
        };
        for (const span inner : all) out.push_back(text.substr(inner.from, inner.to - inner.from));
        for (const span outer : all) {
            for (const span inner : all) {
                if (inner.from > outer.from && inner.to < outer.to)
                    put(outer, text.substr(inner.from, inner.to - inner.from));
            }
        }
        for (const std::string clause : {" where ", " on ", " by ", ", ", " and ", " or "}) {
            for (std::size_t at = text.find(clause); at != std::string::npos;
                 at = text.find(clause, at + 1)) {
                int depth = 0;
                std::size_t end = at + clause.size();
                for (; end < text.size(); ++end) {
                    if (text[end] == '(') ++depth;
                    if (text[end] == ')' && depth-- == 0) break;
                    if (text[end] == ',' && depth == 0) break;
                }
                put({at, end}, "");
            }
        }
        return out;
    }

    bool expressions() {
        bool out = false;
        for (std::size_t i = 0; i < asked_.shown.size(); ++i) {
            for (bool again = true; again;) {
                again = false;
                for (const std::string& text : shorter(asked_.shown[i])) {
                    if (text.size() >= asked_.shown[i].size()) continue;
                    again = try_request([&](auto& r) { r.shown[i] = text; });
                    if (again) break;
                }
                out = out || again;
            }
        }
        return out;
    }

    bool definitions() {
        bool out = false;
        for (std::size_t at = 0; at < model_.definitions.size();) {
            const std::size_t end = model_.definitions.find('\n', at) + 1;
            model_spec trial = model_;
            trial.definitions.erase(at, end - at);
            if (fails(trial, asked_)) {
                model_ = std::move(trial);
                out = true;
            } else {
                at = end;
            }
        }
        return out;
    }

    static void erase_rows(table_spec& from, std::size_t at, std::size_t n) {
        for (column_spec& one : from.columns)
            one.cells.erase(one.cells.begin() + long(at), one.cells.begin() + long(at + n));
        from.rows -= n;
    }

    bool rows() {
        bool out = false;
        for (std::size_t t = 0; t < model_.tables.size(); ++t) {
            if (!model_.tables[t].view_of.empty()) continue;
            for (std::size_t n = std::max<std::size_t>(model_.tables[t].rows / 2, 1); n > 0;
                 n /= 2) {
                for (std::size_t at = 0; at + n <= model_.tables[t].rows;) {
                    model_spec trial = model_;
                    erase_rows(trial.tables[t], at, n);
                    const bool kept = fails(trial, asked_);
                    if (kept) model_ = std::move(trial);
                    out = out || kept;
                    at += kept ? 0 : n;
                }
            }
        }
        return out;
    }

    model_spec model_;
    request_spec asked_;
    judge judge_;
};

}  // namespace oracle
