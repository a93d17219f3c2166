// result<T>: the value, or the error that explains why there is none. The names are those of
// std::expected.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "merit/diagnostic.hpp"

namespace merit {

/// Either a T or an `error`. Nothing here throws but `value()`, which throws the `merit::error` it
/// holds.
template <class T>
class [[nodiscard]] result {
public:
    /// Both are implicit, so that a function returns either by name.
    result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    result(merit::error failure) : held_(std::in_place_index<1>, std::move(failure)) {}

    /// True when there is a value; so is the result itself in a condition.
    [[nodiscard]] bool has_value() const noexcept { return held_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /// The value; throws the held `merit::error` when there is none.
    T& value() & { return checked(*this); }
    const T& value() const& { return checked(*this); }
    T&& value() && { return std::move(checked(*this)); }

    /// The value, unchecked: call only after `has_value()`.
    T& operator*() & noexcept { return *std::get_if<0>(&held_); }
    const T& operator*() const& noexcept { return *std::get_if<0>(&held_); }
    T&& operator*() && noexcept { return std::move(*std::get_if<0>(&held_)); }
    T* operator->() noexcept { return std::get_if<0>(&held_); }
    const T* operator->() const noexcept { return std::get_if<0>(&held_); }

    /// The failure, unchecked: call only when there is no value.
    const merit::error& error() const noexcept { return *std::get_if<1>(&held_); }

    /// A copy of the value, or of `other` when there is none.
    template <class Other>
    T value_or(Other&& other) const& {
        return has_value() ? **this : static_cast<T>(std::forward<Other>(other));
    }

private:
    template <class Self>
    static auto& checked(Self& self) {
        if (!self.has_value()) throw self.error();
        return *self;
    }
    std::variant<T, merit::error> held_;
};

/// The outcome of a call that has nothing to return.
template <>
class [[nodiscard]] result<void> {
public:
    /// Success, and failure.
    result() = default;
    result(merit::error failure) : failure_(std::move(failure)) {}

    /// True on success; so is the result itself in a condition.
    [[nodiscard]] bool has_value() const noexcept { return !failure_.has_value(); }
    explicit operator bool() const noexcept { return has_value(); }
    /// Nothing on success; throws the held `merit::error` on failure.
    void value() const {
        if (failure_) throw *failure_;
    }
    /// The failure, unchecked: call only when there is one.
    const merit::error& error() const noexcept { return *failure_; }

private:
    std::optional<merit::error> failure_;
};

}  // namespace merit
