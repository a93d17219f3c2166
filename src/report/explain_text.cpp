// Explanations for people: the tree of a formula, a term a line, and below it what is known of it.
#include <algorithm>

#include "core/decimal.hpp"
#include "report/explain_lines.hpp"
#include "report/format.hpp"

namespace merit {

namespace report_text {

namespace {

/// A term as it is printed in one place.
struct branch {
    std::size_t term = no_term;
    std::string role;  ///< "floor", or the key of an entity
    bool used = true;
    bool last = true;
    bool root = false;
    std::string before;  ///< what stands left of it
    std::string unit{};  ///< of a constant, by what it is compared with
};

std::string role_words(const std::string& role, text_language how) {
    static constexpr std::pair<const char*, const char*> chinese[] = {
        {"value", "值"},
        {"floor", "下限"},
        {"goal", "目标"},
        {"part", "部分"},
        {"if", "如果"},
        {"then", "则"},
        {"else", "否则"},
        {"if blank", "为空时"},
        {"compared", "比较值"},
        {"pool", "待分配"},
        {"key", "键"},
        {"definition", "定义"},
        {"amount", "金额"},
        {"from", "原币种"},
        {"to", "目标币种"},
        {"at", "时间"},
        {"top", "头部"},
        {"change", "变化"},
        {"base", "基数"},
        {"set", "单独设定"},
        {"entities", "各实体"},
        {"known", "是否齐全"},
        {"unfinished", "未结束"},
    };
    if (role == "set" || role == "entities") return {};  // the term says what it is
    if (how == text_language::english) return role;
    for (const auto& [word, translated] : chinese)
        if (role == word) return translated;
    return role;
}

/// "40% × 69.339 = 27.7356  win_rate", one part below the other, and their sum.
void parts_lines(const explained_term& of, const std::vector<std::string>& names, text_language how,
                 std::vector<std::string>& to) {
    const parts_in_text shown = parts_text(of.parts);
    const std::vector<std::string>& shares = shown.parts;
    std::vector<std::string> factors;
    std::size_t left = 0;
    std::size_t right = 0;
    for (std::size_t i = 0; i < of.parts.size(); ++i) {
        const explained_part& one = of.parts[i];
        const bool weighted = !std::holds_alternative<blank_value>(one.weight);
        std::string text;
        if (weighted)
            text = value_text(one.used_weight, "percent", how) + " × " +
                   value_text(one.score, {}, how) + " =";
        factors.push_back(std::move(text));
        left = std::max(left, display_width(factors.back()));
        right = std::max(right, display_width(shares[i]));
    }
    const std::string& whole = shown.whole;
    right = std::max({right, display_width(whole), display_width(shown.rounding)});
    const auto line = [&](const std::string& a, const std::string& b, const std::string& name) {
        std::string out(left - display_width(a), ' ');
        out += a + std::string(right - display_width(b) + (left == 0 ? 0 : 1), ' ') + b;
        to.push_back(name.empty() ? out : out + "  " + name);
    };
    for (std::size_t i = 0; i < of.parts.size(); ++i) line(factors[i], shares[i], names[i]);
    static constexpr two_words rounding{"rounding of the lines above", "以上各行的舍入"};
    static constexpr two_words total{"in all", "合计"};
    const bool only_one = of.operation.starts_with("contribution");
    if (!only_one && !shown.rounding.empty()) line({}, shown.rounding, rounding.in(how));
    if (!of.operation.starts_with("contribution")) line({}, whole, total.in(how));
}

constexpr two_words self_words{" ← this one", " ← 本组"};

/// As many digits behind each point as the one with most has: amounts that were split.
std::uint8_t digits_of_places(const explained_term& of) {
    std::uint8_t digits = 0;
    for (const explained_peer& one : of.peers) {
        const auto* const money = std::get_if<money_value>(&one.place);
        const auto* const number = std::get_if<decimal_value>(&one.place);
        if (money != nullptr) digits = std::max(digits, without_idle_zeros(money->amount).scale);
        if (number != nullptr) digits = std::max(digits, without_idle_zeros(*number).scale);
    }
    return digits;
}

std::string place_text(const value& place, std::uint8_t digits, text_language how) {
    const auto* const money = std::get_if<money_value>(&place);
    const auto* const number =
        money != nullptr ? &money->amount : std::get_if<decimal_value>(&place);
    if (number == nullptr) return value_text(place, {}, how);
    const decimal_value wide = at_scale(without_idle_zeros(*number), digits).value_or(*number);
    const std::string currency = money == nullptr ? "" : money->currency;
    return with_commas(to_string(wide)) + (currency.empty() ? "" : " ") + currency;
}

/// "2. Bob: 800 CNY" of a rank, "Bob: 800 CNY → 8.01 CNY" of what else compares groups.
void peers_lines(const explained_term& of, text_language how, std::vector<std::string>& to) {
    static constexpr two_words more{"… and {} more", "… 另有 {} 个组"};
    const bool rank = of.operation == "rank";
    const std::uint8_t digits = digits_of_places(of);
    std::uint64_t listed = 0;
    for (const explained_peer& one : of.peers) {
        const bool blank = std::holds_alternative<blank_value>(one.place);
        const std::string place = rank && blank ? "–" : place_text(one.place, digits, how);
        const std::string who = one_line(one.key) + colon(how) + value_text(one.compared, {}, how);
        listed += std::holds_alternative<blank_value>(one.compared) ? 0 : 1;
        to.push_back((rank ? place + ". " + who : who + " → " + place) +
                     (one.self ? self_words.in(how) : ""));
    }
    if (of.peer_count > listed) to.push_back(more.in(how, grouped(of.peer_count - listed)));
}

class tree_text {
public:
    explicit tree_text(const merit::explanation& of)
        : of_(of), how_(of.wording), told_(of.terms.size(), false) {}

    std::string all() {
        head();
        if (!of_.terms.empty()) open_.push_back({0, {}, true, true, true, {}});
        while (!open_.empty()) {
            const branch next = std::move(open_.back());
            open_.pop_back();
            print(next);
        }
        foot();
        return std::move(out_);
    }

private:
    void head() {
        static constexpr two_words total{"total", "合计行"};
        static constexpr two_words as_of{"as of {}", "截至 {}"};
        static constexpr two_words zone{"dates in {}", "日期时区 {}"};
        static constexpr two_words hash{"definitions {}", "定义 {}"};
        static constexpr two_words comma{", ", "，"};
        static constexpr two_words plain{"times that are written without an offset are read as UTC",
                                         "未写明时差的时间按 UTC 读取"};
        std::string line;
        for (const auto& [name, key] : of_.group) {
            // A total is over the dimensions that it does not name.
            if (of_.total && std::holds_alternative<blank_value>(key)) continue;
            line += (line.empty() ? "" : comma.in(how_)) + name + colon(how_) +
                    value_text(key, {}, how_);
        }
        if (of_.total) line += (line.empty() ? "" : " · ") + total.in(how_);
        if (!line.empty()) out_ += line + "\n";
        static constexpr two_words seen{"{0} of the {1} rows of {2} may be seen",
                                        "{2} 共 {1} 行，可见 {0} 行"};
        for (const table_coverage& one : of_.coverage)
            if (one.seen != one.rows)
                out_ += seen.in(how_, grouped(one.seen), grouped(one.rows), one.table) + "\n";
        if (!of_.request.empty()) out_ += one_line(of_.request) + period_text() + "\n";
        const std::string& instant = of_.as_of_local.empty() ? of_.as_of : of_.as_of_local;
        if (!of_.as_of.empty()) out_ += as_of.in(how_, instant) + " · ";
        out_ += zone.in(how_, of_.zone) + " · merit " + of_.version + " · " +
                hash.in(how_, of_.definitions_hash) + "\n";
        if (tells_local_times()) out_ += plain.in(how_) + "\n";
        out_ += "\n";
    }

    /// Times that stand otherwise in a file that does not say its zone.
    [[nodiscard]] bool tells_local_times() const {
        const auto moved = [](const explained_row& one) { return !one.when.empty(); };
        return std::any_of(of_.terms.begin(), of_.terms.end(), [&](const explained_term& one) {
            return !one.local.empty() ||
                   (one.rows && std::any_of(one.rows->first.begin(), one.rows->first.end(), moved));
        });
    }

    [[nodiscard]] std::string period_text() const {
        static constexpr two_words days{" ({})", "（{}）"};
        return of_.period.empty() ? std::string() : days.in(how_, of_.period);
    }

    void foot() {
        static constexpr two_words left{"{} more terms are left out", "另有 {} 项未列出"};
        static constexpr two_words definitions{"Definitions", "定义"};
        static constexpr two_words parameters{"Parameters", "参数"};
        if (of_.terms_left_out != 0) out_ += left.in(how_, grouped(of_.terms_left_out)) + "\n";
        if (!of_.parameters.empty()) out_ += "\n" + parameters.in(how_) + "\n";
        for (const auto& [name, value] : of_.parameters)
            out_ += "  " + name + " = " + value_text(value, {}, how_) + "\n";
        if (!of_.definitions.empty()) out_ += "\n" + definitions.in(how_) + "\n";
        const std::string* before = nullptr;
        for (const explained_definition& one : of_.definitions) {
            // An entity may be declared in each of the files.
            if (before != nullptr && *before == one.text) continue;
            before = &one.text;
            std::size_t at = 0;
            while (at < one.text.size()) {
                const std::size_t end = std::min(one.text.find('\n', at), one.text.size());
                // Doc lines stand in the tree.
                if (one.text.compare(at, 2, "##") != 0)
                    out_ += "  " + one.text.substr(at, end - at) + "\n";
                at = end + 1;
            }
        }
    }

    /// "floor: 55%", "win_rate “赢单率” = 65.4 %", "count(deals) = 12".
    [[nodiscard]] std::string title(const explained_term& of, const branch& at) const {
        std::string out = role_words(at.role, how_);
        const bool sign = out == "+" || out == "-" || out == "*" || out == "/";
        if (!out.empty()) out += sign ? " " : colon(how_);
        const std::string is = value_of(of, at.unit);
        if (of.operation == "constant" && !at.root) return out + constant(of, is);
        out += of.name.empty() ? one_line(of.text) : of.name;
        if (!of.label.empty() && of.label != of.name) out += " \"" + one_line(of.label) + "\"";
        // What a branch that was not taken would give means nothing.
        return at.used ? out + " = " + is : out;
    }

    [[nodiscard]] std::string value_of(const explained_term& of, const std::string& unit) const {
        if (!of.local.empty()) return of.local;
        return value_text(of.value, of.unit.empty() && !unit.empty() ? unit : of.unit, how_);
    }

    [[nodiscard]] static bool is_literal(const explained_term& of) {
        return !of.text.empty() && of.text.size() <= 24 &&
               (std::string_view("0123456789\"@").find(of.text[0]) != std::string::npos);
    }

    /// As it is written; what a `let` says, by its name too: "cap = 12,000 CNY".
    [[nodiscard]] static std::string constant(const explained_term& of, const std::string& is) {
        const bool literal = is_literal(of) && of.text[0] != '@';
        const std::string text = literal ? with_commas(one_line(of.text)) : is;
        return of.name.empty() ? text : one_line(of.name) + " = " + text;
    }

    void print(const branch& at) {
        static constexpr two_words cut{"(left out)", "（未列出）"};
        static constexpr two_words unused{"  (not used)", "（未使用）"};
        static constexpr two_words again{"  (told above)", "（见上）"};
        const std::string stem = at.root ? "" : at.last ? "└─ " : "├─ ";
        if (at.term == no_term) {
            out_ += at.before + stem + role_words(at.role, how_) + " " + cut.in(how_) + "\n";
            return;
        }
        const explained_term& of = of_.terms[at.term];
        out_ += at.before + stem + title(of, at);
        const bool leaf = of.of.empty() && !of.rows;
        const bool repeated = told_[at.term] && !leaf;
        if (!at.used) out_ += unused.in(how_);
        if (at.used && repeated) out_ += again.in(how_);
        out_ += "\n";
        if (!at.used || repeated) return;
        told_[at.term] = true;
        const std::string inner = at.before + (at.root ? "" : at.last ? "   " : "│  ");
        const std::vector<branch> below = branches(of, inner);
        for (const std::string& line : details(of))
            out_ += inner + (below.empty() ? "   " : "│  ") + line + "\n";
        open_.insert(open_.end(), below.rbegin(), below.rend());
    }

    [[nodiscard]] std::vector<std::string> details(const explained_term& of) const {
        std::vector<std::string> lines;
        if (!of.doc.empty()) lines.push_back("# " + one_line(of.doc));
        // A scorecard's parts say more than its statement, which stands among the definitions.
        const bool formula = !of.name.empty() && of.operation != "parameter" &&
                             of.operation != "constant" && !of.text.starts_with("scorecard ") &&
                             of.text.find_first_of(" (") != std::string::npos;
        if (formula) {
            // A call of a `def` comes before what that says.
            const std::string written = written_as(of.name);
            if (!written.empty() && squeezed(written) != squeezed(of.text))
                lines.push_back(written);
            lines.push_back(one_line(of.text));
        }
        const std::size_t start = lines.size();
        for (const explained_rule& one : of.rules) {
            if (one.code == "blanks_left_out") continue;  // the rows below say so
            if (one.code == "rounded" && of.operation == "score" && lines.size() > start) {
                lines.back() += (how_ == text_language::chinese ? "，" : ", ") + one.words;
                continue;
            }
            lines.push_back("· " + (one.code == "linear" ? points(of) : one_line(one.words)));
        }
        if (!of.parts.empty()) parts_lines(of, part_names(of), how_, lines);
        peers_lines(of, how_, lines);
        for (const explained_rate& one : of.rates) lines.push_back(rate_text(one, how_));
        if (of.rows) rows_lines(*of.rows, of.operation == "target", how_, lines);
        return lines;
    }

    /// What is scored is known by its label.
    [[nodiscard]] std::vector<std::string> part_names(const explained_term& of) const {
        std::vector<std::string> out;
        for (const explained_part& one : of.parts) {
            out.push_back(one_line(one.name));
            if (one.term == no_term || of_.terms[one.term].operation != "score") continue;
            const std::vector<explained_operand>& scored = of_.terms[one.term].of;
            if (scored.empty() || scored.front().term == no_term) continue;
            const explained_term& value = of_.terms[scored.front().term];
            if (!value.label.empty() && value.label != value.name)
                out.back() += " \"" + one_line(value.label) + "\"";
        }
        return out;
    }

    /// A KPI's formula as its statement has it; empty for what is none.
    [[nodiscard]] std::string written_as(std::string name) const {
        // "pipeline.kpi: win_rate" is of another file.
        if (const std::size_t file = name.rfind(".kpi: "); file != name.npos)
            name.erase(0, file + std::string_view(".kpi: ").size());
        for (const explained_definition& one : of_.definitions) {
            if (one.kind != "kpi" || one.name != name) continue;
            const std::string head = "kpi " + name;
            const std::size_t at = one.text.find(head);
            if (at == one.text.npos) return {};
            std::size_t from = at + head.size();
            if (one.text.compare(from, 2, " \"") == 0) from = one.text.find('"', from + 2);
            if (from == one.text.npos) return {};
            const std::size_t is = one.text.find("= ", from);
            return is == one.text.npos ? std::string() : one_spaced(one.text.substr(is + 2));
        }
        return {};
    }

    /// On one line, with single spaces.
    [[nodiscard]] static std::string one_spaced(std::string_view text) {
        std::string out;
        for (const char c : one_line(text))
            if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
        return out;
    }

    /// Without what a formatter may change.
    [[nodiscard]] static std::string squeezed(std::string text) {
        std::erase_if(text, [](char c) { return c == ' ' || c == '_' || c == '\n' || c == '"'; });
        return text;
    }

    /// "100 × (65.4 % − 55 %) / (70 % − 55 %)"
    [[nodiscard]] std::string points(const explained_term& of) const {
        std::string texts[3];
        for (std::size_t i = 0; i < 3 && i < of.of.size(); ++i) {
            if (of.of[i].term == no_term) continue;
            const explained_term& one = of_.terms[of.of[i].term];
            texts[i] = value_text(one.value, unit_of(of), how_);
        }
        return "100 × (" + texts[0] + " − " + texts[1] + ") / (" + texts[2] + " − " + texts[1] +
               ")";
    }

    /// Of what is scored; floor and goal are in it too.
    [[nodiscard]] std::string unit_of(const explained_term& of) const {
        if (of.operation != "score" || of.of.empty() || of.of[0].term == no_term) return {};
        return of_.terms[of.of[0].term].unit;
    }

    /// A number of the formula, which stands there already.
    [[nodiscard]] bool is_plain_constant(const explained_term& whole,
                                         const explained_operand& of) const {
        const bool sign = of.role.size() < 2;
        if (!sign || of.term == no_term) return false;
        const explained_term& one = of_.terms[of.term];
        if (one.operation != "constant") return false;
        if (!one.name.empty()) return false;
        // What the language put there for its own words has the text of these.
        const bool own = one.text.find('(') != one.text.npos && one.text != whole.text;
        return own || (is_literal(one) && whole.text.find(one.text) != whole.text.npos);
    }

    /// Its operands, then the entities that it is made from.
    [[nodiscard]] std::vector<branch> branches(const explained_term& of,
                                               const std::string& before) const {
        std::vector<branch> all;
        for (const explained_operand& one : of.of)
            if (!is_plain_constant(of, one))
                all.push_back({one.term, one.role, one.used, false, false, before, unit_of(of)});
        if (of.rows && of.rows->entities)
            for (const explained_row& one : of.rows->first)
                all.push_back({one.term, one_line(one.key), true, false, false, before, {}});
        if (!all.empty()) all.back().last = true;
        return all;
    }

    const merit::explanation& of_;
    text_language how_;
    std::vector<bool> told_;
    std::vector<branch> open_;
    std::string out_;
};

}  // namespace

}  // namespace report_text

std::string to_text(const explanation& what) {
    return report_text::tree_text(what).all();
}

}  // namespace merit
