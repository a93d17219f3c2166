#include "data/csv_scanner.hpp"

#include <cstring>

#include "data/csv_encoding.hpp"

namespace merit::csv {

namespace {

bool newline(char c) {
    return c == '\n' || c == '\r';
}
bool space(char c) {
    return c == ' ' || c == '\t';
}

}  // namespace

void chunk::drop(std::span<const std::size_t> rows) {
    if (rows.empty()) return;
    const auto close_up = [&](auto* cells, std::size_t size) {
        std::size_t kept = rows.front();
        std::size_t next = 0;
        for (std::size_t row = kept; row < size; ++row) {
            if (next < rows.size() && rows[next] == row) {
                ++next;
            } else {
                cells[kept++] = cells[row];
            }
        }
    };
    const std::size_t size = begins_.size();
    for (std::size_t column = 0; column < columns_; ++column) {
        close_up(cells_.data() + column * capacity, size);
    }
    close_up(begins_.data(), size);
    begins_.resize(size - rows.size());
}

scanner::scanner(std::string_view text, char separator, bool spaces)
    : text_(text),
      end_(text.size()),
      invalid_(first_invalid(text, 0)),
      separator_(separator),
      spaces_(spaces) {
    // Blank lines at the end are no rows, so they are no text.
    while (end_ > 0 && (newline(text[end_ - 1]) || (spaces && space(text[end_ - 1])))) --end_;
    for (const char c : {'\n', '\r'}) marks_[static_cast<unsigned char>(c)] = mark::record_end;
    if (spaces) {
        for (const char c : {' ', '\t'}) marks_[static_cast<unsigned char>(c)] = mark::field_end;
        skip_spaces();
    } else {
        marks_[static_cast<unsigned char>(separator)] = mark::field_end;
    }
}

void scanner::go_to(std::size_t position) {
    position_ = position;
    if (spaces_) skip_spaces();
}

void scanner::skip_spaces() {
    while (position_ < end_ && space(text_[position_])) ++position_;
}

std::size_t scanner::end_of_line(std::size_t from) const {
    while (from < end_ && !newline(text_[from])) ++from;
    return from;
}

/// Steps over what ends a field; true when the record goes on.
bool scanner::end_field() {
    if (spaces_) skip_spaces();
    if (position_ >= end_) return false;
    if (!newline(text_[position_])) {
        if (!spaces_) ++position_;
        return true;
    }
    const bool pair =
        text_[position_] == '\r' && position_ + 1 < text_.size() && text_[position_ + 1] == '\n';
    position_ += pair ? 2 : 1;
    if (spaces_) skip_spaces();
    return false;
}

/// Reads a field in quotes, the position being at the first one.
bool scanner::quoted(std::deque<std::string>& unescaped, std::string_view& field, bad_record& bad) {
    const std::size_t open = position_;
    const std::size_t limit = quotes_span_lines_ ? end_ : end_of_line(open);
    bool doubled = false;
    std::size_t at = open + 1;
    for (;; at += 2) {
        const void* found = at < limit ? std::memchr(text_.data() + at, '"', limit - at) : nullptr;
        if (found == nullptr) {
            bad.what = fault::open_quote;
            bad.at = open;
            return false;
        }
        at = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
        if (at + 1 >= limit || text_[at + 1] != '"') break;
        doubled = true;
    }
    field = text_.substr(open + 1, at - open - 1);
    if (doubled) {
        std::string& copy = unescaped.emplace_back();
        copy.reserve(field.size());
        for (std::size_t i = 0; i < field.size(); ++i) {
            copy += field[i];
            if (field[i] == '"') ++i;
        }
        field = copy;
    }
    position_ = at + 1;
    // Some writers pad a quoted field on its right.
    while (!spaces_ && separator_ != ' ' && position_ < end_ && text_[position_] == ' ') {
        ++position_;
    }
    if (position_ < end_ && marks_[static_cast<unsigned char>(text_[position_])] == mark::none) {
        bad.what = fault::text_after_quote;
        bad.at = position_;
        return false;
    }
    return true;
}

template <class Put>
bad_record scanner::record(std::deque<std::string>& unescaped, Put put) {
    bad_record bad;
    bad.begin = position_;
    bad.at = position_;
    bool more = true;
    while (more) {
        std::string_view field;
        if (position_ < end_ && text_[position_] == '"') {
            if (!quoted(unescaped, field, bad)) break;
        } else {
            const std::size_t first = position_;
            while (position_ < end_ &&
                   marks_[static_cast<unsigned char>(text_[position_])] == mark::none) {
                ++position_;
            }
            field = text_.substr(first, position_ - first);
        }
        put(bad.fields++, field);
        more = end_field();
    }
    if (bad.what != fault::none) resynchronize(bad);
    if (position_ > invalid_) {
        // The encoding is the deeper cause, whatever else the record is.
        bad.what = fault::encoding;
        bad.at = invalid_;
        invalid_ = first_invalid(text_, position_);
    }
    return bad;
}

/// After a broken quote the next record begins on the next line. Once a quote has run to the end
/// of the text no other may span lines, or every line could cost a walk to the end.
void scanner::resynchronize(const bad_record& bad) {
    if (bad.what == fault::open_quote) quotes_span_lines_ = false;
    position_ = end_of_line(bad.at);
    if (position_ < end_) end_field();
}

bad_record scanner::read(std::vector<std::string>& fields) {
    std::deque<std::string> unescaped;
    return record(unescaped,
                  [&](std::size_t, std::string_view field) { fields.emplace_back(field); });
}

void scanner::fill(chunk& rows, std::vector<bad_record>& bad) {
    rows.begins_.clear();
    rows.unescaped_.clear();
    while (rows.rows() < chunk::capacity && !at_end()) {
        std::string_view* cells = rows.cells_.data() + rows.rows();
        bad_record read = record(rows.unescaped_, [&](std::size_t index, std::string_view field) {
            if (index < rows.columns_) cells[index * chunk::capacity] = field;
        });
        if (read.what == fault::none && read.fields != rows.columns_) read.what = fault::ragged;
        if (read.what == fault::none) {
            rows.begins_.push_back(read.begin);
        } else {
            bad.push_back(read);
        }
    }
}

}  // namespace merit::csv
