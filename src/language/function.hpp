// Every function and operator of the language, as the program names them.
#pragma once

#include <cstdint>

namespace merit::language {

enum class function : std::uint8_t {
    none,
    // arithmetic; types by section 8 of the language: exact operands stay exact, `divide` gives the
    // exact quotient rounded once
    add,
    subtract,
    multiply,
    divide,
    power,
    negate,
    // comparison (N2) and logic; a blank bool is false where a condition stands
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    logical_and,
    logical_or,
    logical_not,
    in,        ///< of[0] among of[1…]; blanks never match
    is_blank,  ///< true for blank and for empty text
    // conditionals (N10: the untaken branch is not evaluated)
    if_,        ///< condition, then[, else]; blank else when absent
    ifs,        ///< condition, value, …[, else]
    if_blank,   ///< first that is not blank (nor empty text)
    reason_of,  ///< group: text of the reason on its argument
    // numbers
    abs,
    round,
    floor,
    ceil,
    sqrt,
    mod,
    least,
    greatest,
    clamp,
    // text
    lower,
    upper,
    trim,
    left,
    right,
    replace,
    concat,
    contains,
    starts_with,
    split_part,
    length,
    // conversions: text that does not fit is blank
    to_number,
    to_date,
    to_timestamp,
    to_duration,
    // time; a timestamp is read in the calendar's zone
    date_of,
    start_of,
    year,
    quarter,
    month,
    day,
    weekday,
    iso_week,
    hour,
    months_between,
    units_between,  ///< a, b, constant span of one unit: its borders from a to b
    add_span,       ///< date or timestamp + constant span: calendar arithmetic in the zone
    bucket,         ///< floor(x / width) · width
    growth,         ///< group: difference, base → their quotient; blank on a base of 0 or below
    // conversions of representation that check inserts
    to_double,
    to_decimal,         ///< to_decimal: exact widening to type.scale
    date_to_timestamp,  ///< start of the day in the zone
    // working time: with is the calendar, or nothing when the last operand holds its name
    work_time,
    add_work_time,
    work_days,
    in_work_hours,
    // money whose currency is a text of the row or of the group
    money_of,      ///< amount, currency: blank when either is
    immature,      ///< group: x, how much of it is unfinished: flagged where any is
    or_no_target,  ///< group: x, condition: blank with that reason where it does not hold
    one_currency,  ///< x, currency, currency, amounts …: x, an error when the currencies differ and
                   ///< no amount is blank
    convert,  ///< with: rates; amount, its currency, wanted currency, time
    // judging
    score,  ///< x, floor, goal → 0..100, clamped
    weighted_blank,
    weighted_reweight,
    weighted_zero,  ///< w1, x1, w2, x2, …; rounds once at its end
    whole_blank,
    whole_reweight,
    whole_zero,  ///< the same of scores, to eight places: one fewer than they have
    contribution_blank,
    contribution_reweight,
    contribution_zero,  ///< of[0] constant index i, then w1, x1, …: the i-th share
    tier,
    tier_marginal,
    tier_interpolated,
    // aggregates
    count,
    sum,
    avg,
    min,
    max,
    median,
    stddev,
    percentile,
    percentile_disc,
    count_distinct,
    count_if,
    share,
    first,
    last,
    weighted_avg,
    any_of,
    all_of,
    text_list,
    top_share,
    gini,
    // peers
    rank,
    percent_rank,
    ntile,
    minmax,
    zscore,
    allot,
    // rows beside a row
    next,
    previous,
    // targets
    target,
    attainment,
    // desugared by check
    change
};

/// What equal values do to the places behind them: 1 1 3, 1 1 2, or 1.5 1.5 3.
enum class tie_rule : std::uint8_t { competition, dense, fractional };

}  // namespace merit::language
