#include "language/lexer.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <cstdlib>

#include "language/lexer_scan.hpp"

namespace merit::language {

namespace {

/// The composed form of a name, or nothing when it is composed already.
std::optional<std::string> composed(std::string_view name) {
    bool suspect = false;
    for (std::size_t at = 0; at < name.size();) {
        const character one = decode(name, at);
        // Latin, Greek without marks and the common ideographs are composed by nature.
        suspect |= one.code >= 0x300 && !(one.code >= 0x4E00 && one.code <= 0x9FFF);
        at += one.length;
    }
    if (!suspect) return std::nullopt;
    utf8proc_uint8_t* made = nullptr;
    const utf8proc_ssize_t length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()),
                     static_cast<utf8proc_ssize_t>(name.size()), &made,
                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (length < 0) return std::nullopt;
    std::string out(reinterpret_cast<const char*>(made), static_cast<std::size_t>(length));
    std::free(made);
    if (out == name) return std::nullopt;
    return out;
}

/// What to write for a sign that the language does not have.
std::string instead_of(char32_t sign) {
    switch (sign) {
        case '\'':
        case '"':
        case 0x2018:
        case 0x2019:
        case 0x300A:
        case 0x300B:
        case 0x300C:
        case 0x300D:
        case 0x300E:
        case 0x300F:
            return "texts stand in double quotes: \"won\"";
        case '%':
            return "write a percentage without a space, as 60%; a remainder is mod(a, b)";
        case '!':
            return "write `not`, or `!=` for unequal";
        case '&':
            return "write `and`; texts are joined by concat(a, b)";
        case '|':
            return "write `or`";
        case ';':
            return "nothing stands between statements: delete it";
        case '?':
            return "write if(condition, value, other value)";
        case 0x3002:
            return "between a table and its column stands a plain dot: deals.amount";
        case ']':
            return "a quoted name begins with [ on the same line";
        case 0x201D:
            return "a text begins with “ or with a plain double quote";
        case '$':
        case 0xA5:
        case 0xFFE5:
        case 0x20AC:
            return "money is written with its code: 200 USD, 200 CNY, 200 EUR";
        default:
            return "delete it, or put the name that holds it in [ ]";
    }
}

}  // namespace

lexed lex(const source& from, const limits& within) {
    return scanner(from, within).run();
}

lexed scanner::run() {
    if (text_.size() > within_.source_bytes || text_.size() >= UINT32_MAX) {
        fail("E701", {0, 0},
             fmt::format("the text has {} bytes, more than the limit of {}", text_.size(),
                         within_.source_bytes),
             "split it into several files");
        return std::move(out_);
    }
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (at_ < text_.size()) {
        if (out_.errors.size() >= within_.errors) break;
        if (out_.tokens.size() >= within_.tokens) {
            fail("E702", {at_, at_},
                 fmt::format("the text has more than {} words and signs", within_.tokens),
                 "split it into several files");
            break;
        }
        next();
    }
    return std::move(out_);
}

void scanner::next() {
    const character one = decode(text_, at_);
    const char32_t code = one.valid ? folded(one.code) : 0;
    if (code == '\n') {
        line_begins_ = true;
        ++at_;
    } else if (code == ' ' || code == '\t' || code == '\r' || code == 0xA0 || code == 0x3000) {
        at_ += one.length;
    } else if (!one.valid || is_hidden(one.code)) {
        unknown(one);
    } else if (code == '#') {
        comment_or_doc();
    } else if (code >= '0' && code <= '9') {
        number();
    } else if (begins_name(code)) {
        word();
    } else if (code == '"' && one.length == 1) {
        string_literal(at_, '"');
    } else if (code == 0x201C) {
        string_literal(at_, 0x201D);
    } else if (code == '[') {
        quoted_name(at_);
    } else if (code == '@') {
        const char32_t after = peek_folded(at_ + one.length);
        if (after >= '0' && after <= '9')
            date();
        else
            annotation();
    } else {
        symbol(one);
    }
}

void scanner::push(token_kind kind, std::uint32_t begin, std::uint32_t end, bool folded,
                   merit::unit unit) {
    token made;
    made.kind = kind;
    made.unit = unit;
    made.first_on_line = line_begins_;
    made.folded = folded;
    made.where = {begin, end};
    line_begins_ = false;
    out_.tokens.push_back(made);
}

void scanner::push_value(token_kind kind, byte_range where, value what) {
    push(kind, where.begin, where.end);
    out_.tokens.back().value = static_cast<std::uint32_t>(out_.values.size());
    out_.values.push_back(std::move(what));
}

void scanner::fail(const char* code, byte_range where, std::string message, std::string help) {
    out_.errors.push_back(
        locate(in_, severity::error, code, where, std::move(message), std::move(help)));
    push(token_kind::bad, where.begin, where.end);
}

char32_t scanner::peek_folded(std::uint32_t at, std::uint32_t* length) const {
    if (at >= text_.size()) return 0;
    const character one = decode(text_, at);
    if (length != nullptr) *length = one.length;
    return one.valid ? folded(one.code) : 0;
}

std::uint32_t scanner::name_end(std::uint32_t at, bool* folds) const {
    while (at < text_.size()) {
        const character one = decode(text_, at);
        if (!one.valid || !continues_name(one.code)) break;
        if (folds != nullptr && folded(one.code) != one.code) *folds = true;
        at += one.length;
    }
    return at;
}

void scanner::comment_or_doc() {
    const std::uint32_t begin = at_;
    const bool own_line = line_begins_;
    const bool doc = text_.substr(at_).starts_with("##");
    std::uint32_t end = at_;
    while (end < text_.size() && text_[end] != '\n') {
        const character one = decode(text_, end);
        if (!one.valid || (is_hidden(one.code) && one.code != '\t')) {
            at_ = end;
            unknown(one);
        }
        end += one.length;
    }
    at_ = end;
    while (end > begin &&
           (text_[end - 1] == '\r' || text_[end - 1] == ' ' || text_[end - 1] == '\t'))
        --end;
    if (doc)
        push(token_kind::doc, begin, end);
    else
        out_.comments.push_back({{begin, end}, own_line});
}

void scanner::string_literal(std::uint32_t opening, char32_t closing) {
    std::uint32_t end = opening + decode(text_, opening).length;
    while (end < text_.size() && text_[end] != '\n') {
        const character one = decode(text_, end);
        if (!one.valid || is_hidden(one.code)) {
            at_ = end;
            unknown(one);
        }
        end += one.length;
        if (one.valid && one.code == closing) {
            at_ = end;
            return push(token_kind::string, opening, end);
        }
    }
    at_ = end;
    fail("E106", {opening, end}, "the text that begins here is not closed on its line",
         closing == '"' ? "put a \" after its last character" : "put a ” after its last character");
}

void scanner::quoted_name(std::uint32_t opening) {
    std::uint32_t end = opening + decode(text_, opening).length;
    const std::uint32_t inside = end;
    while (end < text_.size() && text_[end] != '\n') {
        const character one = decode(text_, end);
        const char32_t code = one.valid ? folded(one.code) : 0;
        if (!one.valid || is_hidden(one.code)) {
            at_ = end;
            unknown(one);
        }
        if (code == ']') {
            at_ = end + one.length;
            if (end == inside) {
                return fail("E106", {opening, at_}, "the quoted name is empty",
                            "write the name between the brackets");
            }
            if (check_name({inside, end})) push(token_kind::quoted_name, opening, at_);
            return;
        }
        end += one.length;
    }
    at_ = end;
    fail("E106", {opening, end}, "the quoted name that begins here is not closed on its line",
         "put a ] after its last character");
}

bool scanner::check_name(byte_range where) {
    const std::optional<std::string> fixed = composed(slice(where.begin, where.end));
    if (!fixed) return true;
    fail("E107", where, "the name is not in the composed form that names are compared in",
         fmt::format("write `{}`", *fixed));
    return false;
}

void scanner::annotation() {
    const std::uint32_t begin = at_;
    const std::uint32_t name = at_ + decode(text_, at_).length;
    bool folds = false;
    const bool named = name < text_.size() && begins_name(decode(text_, name).code);
    at_ = named ? name_end(name, &folds) : name;
    if (!named) {
        return fail("E100", {begin, at_}, "`@` stands alone",
                    "write a date such as @2026-03-31, or an annotation such as @unit percent");
    }
    if (check_name({name, at_})) push(token_kind::annotation, begin, at_, folds);
}

void scanner::word() {
    const std::uint32_t begin = at_;
    bool folds = false;
    at_ = name_end(at_, &folds);
    if (!check_name({begin, at_})) return;
    if (!folds) return keyword_or_name({begin, at_}, slice(begin, at_), false);
    keyword_or_name({begin, at_}, fold_width(slice(begin, at_)), true);
}

void scanner::keyword_or_name(byte_range where, std::string_view spelled, bool folded) {
    const bool after_dot = !out_.tokens.empty() && out_.tokens.back().kind == token_kind::dot;
    if (after_dot) return push(token_kind::name, where.begin, where.end, folded);
    if (const keyword* const found = find_keyword(spelled)) {
        // Before a colon every word is one name, a phrase such as `期末` too.
        std::uint32_t next = where.end;
        while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t')) ++next;
        if (found->count > 1 && peek_folded(next) == ':') {
            return push(token_kind::name, where.begin, where.end, folded);
        }
        for (std::uint8_t i = 0; i < found->count; ++i) {
            const word_part part = found->parts[i];
            push(part.kind, where.begin, where.end, folded, part.unit);
        }
        return;
    }
    if (split_trailing(where, spelled)) return;
    push(token_kind::name, where.begin, where.end, folded);
}

bool scanner::split_trailing(byte_range where, std::string_view spelled) {
    // `近3个月` is one identifier by the rules of Unicode; it is read as `近 3 个月`.
    constexpr std::string_view near = "近";
    if (!spelled.starts_with(near) || spelled.size() == near.size()) return false;
    const char32_t digit = peek_folded(where.begin + 3);
    if (digit < '0' || digit > '9') return false;
    push(token_kind::word_over, where.begin, where.begin + 3);
    push(token_kind::word_trailing, where.begin, where.begin + 3);
    at_ = where.begin + 3;
    number();
    return true;
}

void scanner::symbol(character first) {
    const std::uint32_t begin = at_;
    const char32_t code = folded(first.code);
    std::uint32_t second_length = 0;
    const char32_t second = peek_folded(begin + first.length, &second_length);
    at_ += first.length;
    const auto one = [&](token_kind kind) { push(kind, begin, at_, first.length > 1); };
    const auto two = [&](token_kind kind) {
        at_ += second_length;
        push(kind, begin, at_, true);
    };
    switch (code) {
        case '(':
            return one(token_kind::open_round);
        case ')':
            return one(token_kind::close_round);
        case '{':
            return one(token_kind::open_curly);
        case '}':
            return one(token_kind::close_curly);
        case ',':
            return one(token_kind::comma);
        case ':':
            return one(token_kind::colon);
        case '.':
            return one(token_kind::dot);
        case '+':
            return one(token_kind::plus);
        case '-':
            return one(token_kind::minus);
        case '*':
            return one(token_kind::star);
        case '/':
            return one(token_kind::slash);
        case '^':
            return one(token_kind::caret);
        case '=':
            return second == '=' ? two(token_kind::equal) : one(token_kind::equal);
        case '<':
            if (second == '>') return two(token_kind::not_equal);
            return second == '=' ? two(token_kind::less_equal) : one(token_kind::less);
        case '>':
            return second == '=' ? two(token_kind::greater_equal) : one(token_kind::greater);
        case '!':
            if (second == '=') return two(token_kind::not_equal);
            break;
        case 0x2264:
            return one(token_kind::less_equal);
        case 0x2265:
            return one(token_kind::greater_equal);
        case 0x2260:
            return one(token_kind::not_equal);
        default:
            break;
    }
    at_ = begin;
    unknown(first);
}

void scanner::unknown(character first) {
    const bool twice =
        (first.code == '&' || first.code == '|') && peek_folded(at_ + first.length) == first.code;
    const byte_range where{at_, at_ + first.length * (twice ? 2 : 1)};
    at_ = where.end;
    if (!first.valid) {
        while (at_ < text_.size() && !decode(text_, at_).valid) ++at_;
        return fail("E103", {where.begin, at_}, "these bytes are not valid UTF-8",
                    "save the text as UTF-8");
    }
    if (is_hidden(first.code)) {
        return fail(
            "E103", where,
            fmt::format("the invisible character U+{:04X} is not allowed, for it makes text "
                        "look other than it is",
                        static_cast<std::uint32_t>(first.code)),
            "delete it");
    }
    if (first.code == '\'') {
        const std::size_t end = text_.find_first_of("'\n", at_);
        if (end != std::string_view::npos && text_[end] == '\'') {
            const std::string_view inner = slice(at_, static_cast<std::uint32_t>(end));
            at_ = static_cast<std::uint32_t>(end + 1);
            return fail("E103", {where.begin, at_}, "texts stand in double quotes",
                        fmt::format("write \"{}\", or [{}] for a name", inner, inner));
        }
    }
    fail("E103", where, fmt::format("`{}` has no meaning here", slice(where.begin, where.end)),
         instead_of(folded(first.code)));
}

}  // namespace merit::language
