// Models that are much too long, deep or clever: each ends in a value or in a located error, soon,
// and on a small stack.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <pthread.h>

#include <functional>
#include <string>

#include "merit/merit.hpp"

namespace {

/// Runs on a thread with 256 KiB of stack, as a careful host would.
void on_small_stack(const std::function<void()>& what) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    REQUIRE(pthread_attr_setstacksize(&attributes, std::size_t{256} << 10) == 0);
    const auto run = [](void* given) -> void* {
        (*static_cast<const std::function<void()>*>(given))();
        return nullptr;
    };
    pthread_t thread{};
    REQUIRE(pthread_create(&thread, &attributes, run, const_cast<std::function<void()>*>(&what)) ==
            0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
}

merit::table rows() {
    return merit::read_csv_text("n,rep\n1,ann\n2,bob\n3,ann\n", {}, "t").value();
}

/// `line` of each number below `count`, one after another.
std::string repeated(int count, const std::function<std::string(int)>& line,
                     std::string_view between = "\n") {
    std::string out;
    for (int i = 0; i < count; ++i) {
        if (i > 0) out += between;
        out += line(i);
    }
    return out + "\n";
}

/// The answer of a request as CSV without its head, else the code and place of the first error.
std::string outcome(const std::string& model_text, const std::string& request,
                    const merit::limits& within = {}) {
    std::string out;
    on_small_stack([&] {
        merit::model model(within);
        const merit::table data = rows();
        REQUIRE(model.add_table("t", data.schema()));
        const auto first = [](const merit::error& of) {
            const merit::diagnostic& one = of.diagnostics().front();
            CHECK(one.message.size() < 1000);
            CHECK(!one.help.empty());
            return fmt::format("{} {}:{}", one.code, one.line, one.column);
        };
        if (const auto defined = model.define(model_text); !defined)
            return void(out = first(defined.error()));
        const auto query = model.compile(request);
        if (!query) return void(out = first(query.error()));
        merit::run_options with;
        with.limits = within;
        const auto answer = query->run({{"t", data}}, with);
        if (!answer) return void(out = first(answer.error()));
        const std::string csv = merit::to_csv(*answer);
        out = csv.substr(csv.find('\n') + 1);
        out.pop_back();
    });
    return out;
}

}  // namespace

TEST_CASE("chains of definitions may be any length") {
    constexpr int length = 20'000;
    const auto name = [](int i) { return fmt::format("k{:06}", i); };
    // Written from the end to the beginning, so that each needs what is not known yet.
    const std::string forward = repeated(length, [&](int i) {
        return i + 1 == length ? fmt::format("kpi {} = count(t)", name(i))
                               : fmt::format("kpi {} = {} + 1", name(i), name(i + 1));
    });
    CHECK(outcome(forward, "k000000 as k") == fmt::format("{}", length + 2));
    const std::string lets = repeated(length, [&](int i) {
        return i + 1 == length ? fmt::format("let {} = 1", name(i))
                               : fmt::format("let {} = {} + 1", name(i), name(i + 1));
    });
    CHECK(outcome(lets, "k000000 as k") == fmt::format("{}", length));
    const std::string columns = repeated(2'000, [&](int i) {
        return i + 1 == 2'000 ? fmt::format("column t.{} = n", name(i))
                              : fmt::format("column t.{} = {} + 1", name(i), name(i + 1));
    });
    CHECK(outcome(columns, "sum(k000000) as k") == "6003");
}

TEST_CASE("cycles of any length are named, their middle left out") {
    const auto name = [](int i) { return fmt::format("k{:06}", i % 10'000); };
    const auto cycle = [&](const char* form) {
        return repeated(
            10'000, [&](int i) { return fmt::format(fmt::runtime(form), name(i), name(i + 1)); });
    };
    CHECK(outcome(cycle("kpi {} = {} + 1"), "count(t)") == "E601 10000:15");
    CHECK(outcome(cycle("let {} = {} + 1"), "count(t)") == "E601 10000:15");
    CHECK(outcome(cycle("column t.{} = {} + 1"), "count(t)") == "E601 10000:20");
    CHECK(outcome("scorecard s by rep { s.score weight 100% goal 5 }", "count(t)") == "E601 1:22");
    CHECK(outcome("let x = x\ntiers q { below x: 1  from x: 2 }", "count(t)") == "E601 1:9");
}

TEST_CASE("definitions that double what they hold cost what they hold once") {
    const auto doubled = [](const char* first, const char* next) {
        return repeated(60, [&](int i) {
            return i == 0 ? std::string(first) : fmt::format(fmt::runtime(next), i, i - 1);
        });
    };
    CHECK(outcome(doubled("let a0 = 1", "let a{0} = a{1} - a{1}"), "a59 as x") == "0");
    CHECK(outcome(doubled("column t.a0 = n", "column t.a{0} = a{1} - a{1}"), "sum(a59) as x") ==
          "0");
    CHECK(outcome(doubled("kpi a0 = count(t)", "kpi a{0} = a{1} - a{1}"), "a59 as x") == "0");
    // A definition with arguments is written out each time: that has a limit.
    const std::string text =
        doubled("def a0(x) = x", "def a{0}(x) = a{1}(x) - a{1}(x)") + "kpi k = a59(count(t))\n";
    merit::limits within;
    within.expansions = 10'000;
    CHECK(outcome(text, "k", within).starts_with("E708 "));
}

TEST_CASE("definitions that double the filters around what they read have a limit") {
    const auto doubled = [](int levels) {
        return "kpi a0 = count(t)\n" + repeated(levels, [](int i) {
                   return fmt::format("kpi a{0} = (a{1} where n > {1}) + (a{1} where n < 9{1})",
                                      i + 1, i);
               });
    };
    CHECK(outcome(doubled(3), "a3 as x") == "14");
    CHECK(outcome(doubled(40), "a40 as x").starts_with("E709"));
    merit::limits within;
    within.contexts = 5;
    CHECK(outcome(doubled(3), "a3 as x", within).starts_with("E709"));
}

TEST_CASE("a call of a definition inside its own argument is no cycle") {
    const std::string twice = "def twice(x) = x + x\n";
    CHECK(outcome(twice, "twice(twice(twice(count(t)))) as k") == "24");
    const std::string deep = "kpi k = twice(twice(1))\ndef deep(x) = twice(twice(x))";
    CHECK(outcome(twice + deep, "deep(k) as d") == "16");
    CHECK(outcome("def f(x) = g(x)\ndef g(x) = f(x)\nkpi k = f(1)", "k") == "E601 2:12");
}

TEST_CASE("calls of definitions inside each other end before the stack does") {
    const std::string text =
        repeated(20'000, [](int i) { return fmt::format("def f{}(x) = f{}(x) + 1", i, i + 1); }) +
        "def f20000(x) = x\nkpi k = f0(count(t))\n";
    CHECK(outcome(text, "k").starts_with("E704 "));
    const std::string deep =
        repeated(30, [](int i) { return fmt::format("def f{}(x) = f{}(x) + 1", i, i + 1); }) +
        "def f30(x) = x\nkpi k = f0(count(t))\n";
    CHECK(outcome(deep, "k") == "33");
    std::string nested = "count(t)";
    for (int i = 0; i < 64; ++i)
        nested = fmt::format("if(count(t) = {}, {}, {})", i + 10, i, nested);
    CHECK(outcome("", nested + " as k") == "3");
}

TEST_CASE("long formulas and models take time in proportion") {
    const auto sum = repeated(
        100'000, [](int) { return "count(t)"; }, " + ");
    CHECK(outcome("", sum.substr(0, sum.size() - 1) + " as k") == "300000");
    const auto numbers = repeated(
        50'000, [](int i) { return fmt::format("{}.5", i); }, " + ");
    CHECK(outcome("kpi k = " + numbers, "k") == "1250000000");
    const auto filters = repeated(
        20'000, [](int) { return "where n > 1"; }, " ");
    CHECK(outcome("kpi k = count(t) " + filters, "k") == "2");
    const auto counts = repeated(
        3'000, [](int i) { return fmt::format("count(t where n = {})", i); }, " + ");
    CHECK(outcome("kpi k = " + counts, "k") == "3");
    const auto line = repeated(
        50'000, [](int i) { return fmt::format("kpi k{} = 1", i); }, " ");
    CHECK(outcome(line, "k7 as k") == "1");
    const auto list = repeated(
        50'000, [](int i) { return fmt::format("{}", i); }, ", ");
    CHECK(outcome("kpi k = count(t where n in (" + list + "))", "k") == "3");
    const auto kpis =
        repeated(50'000, [](int i) { return fmt::format("kpi k{0} = sum(n) + {0}", i); });
    CHECK(outcome(kpis, "k49999 as k") == "50005");
    const auto unknown =
        repeated(50'000, [](int i) { return fmt::format("kpi k{0} = nope{0}", i); });
    CHECK(outcome(unknown, "count(t)").starts_with("E101 "));
    const auto same = repeated(50'000, [](int) { return "kpi k = count(t)"; });
    CHECK(outcome(same, "count(t)") == "E103 2:1");
    const std::string path = "kpi k = t" + repeated(
                                               50'000, [](int) { return ".t"; }, "");
    CHECK(outcome(path, "count(t)") == "E201 1:9");
}

TEST_CASE("a run has limits too") {
    merit::limits within;
    within.groups = 2;
    CHECK(outcome("", "count(t) by n, rep", within) == "E710 0:0");
}

TEST_CASE("a query runs on the tables that it was compiled for") {
    merit::model model;
    REQUIRE(model.add_table("t", rows().schema()));
    const auto again = model.add_table("t", rows().schema());
    REQUIRE(!again);
    CHECK(again.error().diagnostics().front().code == "E810");
    const merit::query query = model.compile("count(t)").value();
    const auto code = [&](const merit::tables& data) {
        const auto answer = query.run(data);
        return answer ? std::string("fine") : answer.error().diagnostics().front().code;
    };
    CHECK(code({{"t", rows()}}) == "fine");
    CHECK(code({}) == "E812");
    CHECK(code({{"t", merit::read_csv_text("rep,n\nann,1\n", {}, "t").value()}}) == "E812");
    std::stop_source stop;
    stop.request_stop();
    merit::run_options with;
    with.cancel = stop.get_token();
    const auto stopped = query.run({{"t", rows()}}, with);
    REQUIRE(!stopped);
    CHECK(stopped.error().diagnostics().front().code == "E720");
}
