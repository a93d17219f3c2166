#include <doctest/doctest.h>

#include "merit/result.hpp"

namespace {

merit::result<int> half(int n) {
    if (n % 2 != 0) return merit::error("E301", "the number is odd", "use an even number");
    return n / 2;
}

}  // namespace

TEST_CASE("a diagnostic is printed with its place, cause, picture and repair") {
    merit::diagnostic one{merit::severity::error,
                          "E101",
                          "sales.kpi",
                          {0, 3},
                          12,
                          13,
                          "`foo` is not known",
                          "write `food`",
                          " 12 | foo\n    | ^~~\n"};
    CHECK(one.to_string() ==
          "error E101 in sales.kpi:12:13: `foo` is not known\n 12 | foo\n    | ^~~\n help: write "
          "`food`\n");
}

TEST_CASE("result holds a value or an error, and value() throws the error") {
    CHECK(half(4).value() == 2);
    CHECK(half(3).value_or(7) == 7);
    CHECK_FALSE(half(3));
    CHECK(half(3).error().to_string() ==
          "error E301: the number is odd\n help: use an even number\n");
    CHECK_THROWS_AS((void)half(3).value(), merit::error);
}
