// The grammar, in the order of the language reference. Every alternative is decided by its first
// token, or by the two or three that `ahead` looks at, so reading is linear: behind the deciding
// token stands `must`, and a mistake there ends the statement.
#include "language/grammar.hpp"

#include <boost/spirit/home/x3.hpp>

#include "language/fold.hpp"
#include "language/grammar_words.hpp"

// The rules have a namespace of their own, for the one-file build has all sources in one unit.
namespace merit::language::rules {

namespace {

namespace x3 = boost::spirit::x3;
using k = token_kind;
using n = node_kind;

struct builder_tag {};

template <class Context>
builder& state(const Context& context) {
    return x3::get<builder_tag>(context);
}

/// Parsers here have no attribute; all they make goes to the builder.
template <class Derived>
struct leaf_parser : x3::parser<Derived> {
    using attribute_type = x3::unused_type;
    static constexpr bool has_attribute = false;
    static constexpr bool handles_container = false;
};

/// One token of a kind; it leaves nothing.
template <k Kind>
struct token_parser : leaf_parser<token_parser<Kind>> {
    template <class Iterator, class Context, class Rule, class Attribute>
    bool parse(Iterator& first, const Iterator& last, const Context& context, Rule&,
               Attribute&) const {
        if (!state(context).at(first, last, Kind)) return false;
        ++first;
        return true;
    }
};
template <k Kind>
constexpr token_parser<Kind> tok{};

using token_class = bool (*)(k);
using keep_function = void (*)(builder&, const token&);

/// One token of a class, given to a function that keeps what it says. `As` names it in messages.
template <token_class Of, k As, keep_function Keep>
struct keeping_parser : leaf_parser<keeping_parser<Of, As, Keep>> {
    template <class Iterator, class Context, class Rule, class Attribute>
    bool parse(Iterator& first, const Iterator& last, const Context& context, Rule&,
               Attribute&) const {
        builder& in = state(context);
        if (!in.at(first, last, Of, As)) return false;
        Keep(in, *first);
        ++first;
        return true;
    }
};
template <token_class Of, k As, keep_function Keep>
constexpr keeping_parser<Of, As, Keep> keep{};

/// Looks ahead without reading: the next tokens are of these classes.
template <token_class... Of>
struct ahead_parser : leaf_parser<ahead_parser<Of...>> {
    template <class Iterator, class Context, class Rule, class Attribute>
    bool parse(Iterator& first, const Iterator& last, const Context&, Rule&, Attribute&) const {
        if (last - first < static_cast<std::ptrdiff_t>(sizeof...(Of))) return false;
        Iterator at = first;
        return (Of((at++)->kind) && ...);
    }
};
template <token_class... Of>
constexpr ahead_parser<Of...> ahead{};

/// Leaves an item for the next node made; reads nothing.
template <item::role Role, std::uint8_t Value>
struct note_parser : leaf_parser<note_parser<Role, Value>> {
    template <class Iterator, class Context, class Rule, class Attribute>
    bool parse(Iterator&, const Iterator&, const Context& context, Rule&, Attribute&) const {
        state(context).push({Role, Value, false, 0, {}});
        return true;
    }
};
template <std::uint8_t Value>
constexpr note_parser<item::role::op, Value> op{};
constexpr note_parser<item::role::op, static_cast<std::uint8_t>(operation::negate)> negated{};
template <over_kind Kind>
constexpr note_parser<item::role::op, static_cast<std::uint8_t>(Kind)> window{};
template <std::uint8_t Value>
constexpr note_parser<item::role::op_bit, Value> op_bit{};
template <n Kind>
constexpr note_parser<item::role::shape, static_cast<std::uint8_t>(Kind)> shape{};

/// `weight of value`: only a sum may stand before "of".
struct after_sum_parser : leaf_parser<after_sum_parser> {
    template <class Iterator, class Context, class Rule, class Attribute>
    bool parse(Iterator&, const Iterator&, const Context& context, Rule&, Attribute&) const {
        return state(context).sum_on_top();
    }
};
constexpr after_sum_parser after_sum{};

/// Runs its subject, then lets the builder finish what was left on the stack.
template <class Subject, class Finish>
struct finishing_parser : x3::unary_parser<Subject, finishing_parser<Subject, Finish>> {
    using base = x3::unary_parser<Subject, finishing_parser<Subject, Finish>>;
    using attribute_type = x3::unused_type;
    static constexpr bool has_attribute = false;
    static constexpr bool handles_container = false;
    constexpr explicit finishing_parser(const Subject& subject) : base(subject) {}
    template <class Iterator, class Context, class Rule, class Attribute>
    bool parse(Iterator& first, const Iterator& last, const Context& context, Rule& rule,
               Attribute&) const {
        builder& in = state(context);
        const Iterator begin = first;
        const std::size_t mark = in.mark();
        if (!in.step(first, last)) return false;
        if (!this->subject.parse(first, last, context, rule, x3::unused)) {
            in.rewind(mark);
            first = begin;
            return false;
        }
        Finish()(in, mark, begin, first);
        return !in.failed();
    }
};

template <class Finish>
struct finishing {
    template <class Subject>
    constexpr auto operator[](const Subject& subject) const {
        using parser = typename x3::extension::as_parser<Subject>::value_type;
        return finishing_parser<parser, Finish>(x3::as_parser(subject));
    }
};

template <n Kind>
struct make_kind {
    void operator()(builder& in, std::size_t mark, const token* begin, const token* end) const {
        in.make(Kind, mark, {begin->where.begin, (end - 1)->where.end});
    }
};
struct make_shaped {
    void operator()(builder& in, std::size_t mark, const token* begin, const token* end) const {
        in.make_shaped(mark, {begin->where.begin, (end - 1)->where.end});
    }
};
struct fold_sum_items {
    void operator()(builder& in, std::size_t mark, const token*, const token*) const {
        fold_sum(in, mark);
    }
};
struct fold_condition_items {
    void operator()(builder& in, std::size_t mark, const token*, const token*) const {
        fold_condition(in, mark);
    }
};

template <n Kind>
constexpr finishing<make_kind<Kind>> make{};
constexpr finishing<make_shaped> shaped{};
constexpr finishing<fold_sum_items> folded_sum{};
constexpr finishing<fold_condition_items> folded_condition{};

/// What stands inside has no other reading: when it fails, so does the statement.
template <class Subject>
struct must_parser : x3::unary_parser<Subject, must_parser<Subject>> {
    using base = x3::unary_parser<Subject, must_parser<Subject>>;
    using attribute_type = x3::unused_type;
    static constexpr bool has_attribute = false;
    static constexpr bool handles_container = false;
    constexpr explicit must_parser(const Subject& subject) : base(subject) {}
    template <class Iterator, class Context, class Rule, class Attribute>
    bool parse(Iterator& first, const Iterator& last, const Context& context, Rule& rule,
               Attribute&) const {
        if (this->subject.parse(first, last, context, rule, x3::unused)) return true;
        state(context).give_up();
        return false;
    }
};

/// The guard: levels, stack and steps, on the rule that every cycle of the grammar crosses.
template <class Subject>
struct guard_parser : x3::unary_parser<Subject, guard_parser<Subject>> {
    using base = x3::unary_parser<Subject, guard_parser<Subject>>;
    using attribute_type = x3::unused_type;
    static constexpr bool has_attribute = false;
    static constexpr bool handles_container = false;
    constexpr explicit guard_parser(const Subject& subject) : base(subject) {}
    template <class Iterator, class Context, class Rule, class Attribute>
    bool parse(Iterator& first, const Iterator& last, const Context& context, Rule& rule,
               Attribute&) const {
        builder& in = state(context);
        if (!in.at(first, last, k::open_round)) return false;
        const bool done =
            in.enter(*first) && this->subject.parse(++first, last, context, rule, x3::unused);
        in.leave();
        return done;
    }
};

template <template <class> class Parser>
struct directive {
    template <class Subject>
    constexpr auto operator[](const Subject& subject) const {
        using parser = typename x3::extension::as_parser<Subject>::value_type;
        return Parser<parser>(x3::as_parser(subject));
    }
};

constexpr directive<must_parser> must{};
constexpr directive<guard_parser> guarded{};

// ---------------------------------------------------------------- words, names and literals

constexpr auto name_text = keep<is_name, k::name, push_text>;
constexpr auto word_text = keep<is_word, k::name, push_text>;
constexpr auto part_text = keep<is_part_name, k::name, push_text>;
constexpr auto plain_text = keep<is_plain, k::name, push_text>;
constexpr auto string_text = keep<is<k::string>, k::string, push_text>;
constexpr auto annotation_text = keep<is<k::annotation>, k::annotation, push_text>;
constexpr auto annotation_word = keep<is<k::unit, k::word_down>, k::name, push_spelling>;
constexpr auto name_word = keep<is_name, k::name, push_word>;
constexpr auto any_word = keep<is_word, k::name, push_word>;
constexpr auto doc = keep<is<k::doc>, k::doc, push_doc>;
constexpr auto label = keep<is<k::string>, k::string, push_label>;
constexpr auto constant = keep<is_constant, k::number, push_literal>;
constexpr auto number = keep<is<k::number>, k::number, push_literal>;
constexpr auto duration = keep<is<k::duration>, k::duration, push_literal>;
constexpr auto date = keep<is<k::date>, k::date, push_literal>;
constexpr auto unit_name = keep<is<k::unit>, k::unit, push_unit>;
constexpr auto unit_op = keep<is<k::unit>, k::unit, note_unit<item::role::op>>;
constexpr auto unit_op2 = keep<is<k::unit>, k::unit, note_unit<item::role::op2>>;
constexpr auto minus_sign = keep<is<k::minus>, k::minus, push_prefix>;
constexpr auto not_sign = keep<is<k::word_not>, k::word_not, push_prefix>;
constexpr auto relation = keep<is_relation, k::equal, push_infix<operation::equal, k::equal>>;
constexpr auto arithmetic = keep<is_arithmetic, k::plus, push_infix<operation::add, k::plus>>;
constexpr auto connective = keep<is<k::word_and, k::word_or>, k::word_and, push_connective>;

/// `number unit`, a span of calendar time.
struct calendar_span_parser : leaf_parser<calendar_span_parser> {
    template <class Iterator, class Context, class Rule, class Attribute>
    bool parse(Iterator& first, const Iterator& last, const Context& context, Rule&,
               Attribute&) const {
        builder& in = state(context);
        if (!in.at(first, last, k::number) || !in.at(first + 1, last, k::unit)) return false;
        in.push_span(first[0], first[1]);
        first += 2;
        return true;
    }
};
constexpr calendar_span_parser calendar_span{};

const auto span = calendar_span | duration;
const auto literal = calendar_span | constant;
const auto dotted = *(tok<k::dot> >> must[any_word]);
const auto path = make<n::path>[name_text >> dotted];
const auto plain = make<n::path>[plain_text];
const auto dimension = path | unit_name;
const auto dimensions = dimension >> *(tok<k::word_and> >> must[dimension]);
const auto listed_dimensions = dimension >> *(tok<k::comma> >> must[dimension]);
const auto when = date | make<n::path>[name_text];

// ---------------------------------------------------------------- expressions

const x3::rule<struct operand_rule> operand = "operand";
const x3::rule<struct sum_rule> sum = "sum";
const x3::rule<struct condition_rule> condition = "condition";
const x3::rule<struct expression_rule> expression = "expression";
const x3::rule<struct argument_rule> argument = "argument";
const x3::rule<struct clause_rule> clause = "clause";

const auto close = must[tok<k::close_round>];
const auto arguments = guarded[-(argument >> *(tok<k::comma> >> must[argument])) >> close];
const auto group = make<n::group>[guarded[must[expression] >> close]];
const auto sums = guarded[must[sum] >> *(tok<k::comma> >> must[sum]) >> close];

const auto operand_def = group | literal | shaped[path >> -(arguments >> shape<n::call>)] |
                         shaped[unit_name >> must[arguments] >> shape<n::call>];

const auto signed_operand = *minus_sign >> operand;
const auto sum_def = folded_sum[signed_operand >> *(arithmetic >> must[signed_operand])];

const auto in_unit = tok<k::word_in> >> unit_op >> must[sum >> tok<k::word_after> >> sum];
const auto in_list = tok<k::word_in> >> must[sums];
const auto border = (tok<k::word_after> >> op<0>) | (tok<k::word_before> >> op<1>);
const auto comparison =
    shaped[sum >>
           -((relation >> must[sum] >>
              ((relation >> must[sum] >> shape<n::range_comparison>) | shape<n::binary>)) |
             (ahead<is<k::word_in>, is<k::unit>> >> in_unit >> shape<n::in_unit_after>) |
             (in_list >> shape<n::in_list>) |
             (tok<k::word_not> >> must[in_list] >> op<1> >> shape<n::in_list>) |
             (tok<k::word_between> >> must[sum >> tok<k::word_and> >> sum] >> shape<n::between>) |
             (tok<k::word_is> >> -(tok<k::word_not> >> op<1>) >> must[tok<k::word_blank>] >>
              shape<n::is_blank>) |
             (tok<k::word_within> >> must[span >> border >> sum] >> shape<n::within>))];
const auto whole_condition =
    folded_condition[*not_sign >> comparison >> *(connective >> must[*not_sign >> comparison])];

// Written out here, not as a call of the rule: a level of brackets costs a stack frame less.
const auto condition_def = whole_condition;
const auto expression_def = shaped[whole_condition >> *clause];
const auto named_argument = make<n::argument_named>[ahead<is_word, is<k::colon>> >> word_text >>
                                                    tok<k::colon> >> must[expression]];
const auto clauses_alone = make<n::argument_clauses>[+clause];
const auto positional =
    shaped[whole_condition >>
           ((after_sum >> tok<k::word_of> >> must[expression] >> shape<n::argument_of>) | *clause)];
const auto lone_unit =
    ahead<is<k::unit>, is<k::comma, k::close_round>> >> unit_name;  // start_of(t, month)
const auto argument_def = named_argument | clauses_alone | lone_unit | positional;

// ---------------------------------------------------------------- clauses

const auto amount = number | plain;
const auto moment = date | plain;
const auto over_what =
    (tok<k::word_trailing> >> window<over_kind::trailing> >> must[amount >> unit_op2]) |
    (tok<k::word_prior> >> window<over_kind::prior> >> must[amount >> unit_op2]) |
    (unit_op2 >> window<over_kind::to_date> >> must[tok<k::word_to> >> tok<k::word_date>]) |
    (tok<k::word_all> >> window<over_kind::all_to_date> >>
     must[tok<k::word_to> >> tok<k::word_date>]) |
    (moment >> window<over_kind::fixed> >> -(tok<k::word_to> >> must[moment]));
const auto across_what =
    (tok<k::word_all> >> ((tok<k::word_except> >> op<2> >> must[dimensions]) | op<1>)) | dimensions;

const auto where_clause = make<n::where_clause>[tok<k::word_where> >> must[condition]];
const auto per_clause =
    make<n::per_clause>[tok<k::word_per> >> -(tok<k::word_every> >> op<1>) >> must[dimensions]];
const auto on_clause = make<n::on_clause>[tok<k::word_on> >> must[path]];
const auto at_clause =
    make<n::at_clause>[ahead<is<k::word_at>, is<k::word_end, k::word_start>> >> tok<k::word_at> >>
                       (tok<k::word_end> | (tok<k::word_start> >> op<1>))];
const auto across_clause = make<n::across_clause>[tok<k::word_across> >> must[across_what]];
const auto by_clause = make<n::by_clause>[tok<k::word_by> >> must[dimensions]];
const auto over_clause = make<n::over_clause>[tok<k::word_over> >> must[over_what]];
const auto shift_clause =
    make<n::shift_clause>[ahead<is<k::number>, is<k::unit>, is<k::word_ago>> >> number >> unit_op >>
                          tok<k::word_ago>];
const auto previous_clause =
    make<n::previous_period_clause>[ahead<is<k::word_previous>, is<k::word_period>> >>
                                    tok<k::word_previous> >> tok<k::word_period>];
const auto as_of_clause = make<n::as_of_clause>[ahead<is<k::word_as>, is<k::word_of>> >>
                                                tok<k::word_as> >> tok<k::word_of> >> must[when]];
const auto unfiltered_clause = make<n::unfiltered_clause>[tok<k::word_unfiltered>];
const auto matured_clause = make<n::matured_clause>[tok<k::word_matured> >> must[span]];
const auto clause_def = where_clause | per_clause | on_clause | at_clause | across_clause |
                        by_clause | over_clause | shift_clause | previous_clause | as_of_clause |
                        unfiltered_clause | matured_clause;

BOOST_SPIRIT_DEFINE(operand, sum, condition, expression, argument, clause)

// ---------------------------------------------------------------- requests and statements

const auto shown = make<n::shown>[condition >> -(tok<k::word_as> >> must[name_text])];
const auto request = make<
    n::request>[shown >> *(tok<k::comma> >> must[shown]) >>
                -make<n::request_by>[tok<k::word_by> >> must[listed_dimensions]] >>
                -make<n::request_for>[tok<k::word_for> >> must[when] >>
                                      -(tok<k::word_to> >> must[when])] >>
                -make<n::request_where>[tok<k::word_where> >> must[condition]] >>
                -make<n::request_having>[tok<k::word_having> >> must[condition]] >>
                -make<n::request_sort>[tok<k::word_sort> >> must[tok<k::word_by> >> condition] >>
                                       -(tok<k::word_down> >> op<1>)]];

const auto begin_block = tok<k::open_curly>;
const auto end_block = tok<k::close_curly>;
const auto body = tok<k::equal> >> expression;
const auto annotation_value =
    literal | plain | make<n::path>[annotation_word] |
    (tok<k::open_round> >> op<1> >>
     must[literal >> *(tok<k::comma> >> must[literal]) >> tok<k::close_round>]);
const auto annotation = make<n::annotation>[annotation_text >> -annotation_value];

const auto import_item = make<n::import_item>[name_text >> -(tok<k::word_as> >> must[name_word])];
const auto import_list = begin_block >> import_item >>
                         *(tok<k::comma> >> must[import_item]) >> end_block
                         >> tok<k::word_from> >> string_text;
const auto import_what =
    (string_text >> shape<n::import_file>) | (import_list >> shape<n::import_names>);

const auto bound = literal | plain | make<n::unary>[tok<k::minus> >> negated >> must[literal]];
const auto tier =
    make<n::tier>[(tok<k::word_below> >> must[bound >> tok<k::colon> >> bound]) |
                  (tok<k::word_from> >> op<2> >> must[bound >> tok<k::colon> >> bound]) |
                  (bound >> op<1> >> must[tok<k::word_to> >> bound >> tok<k::colon> >> bound])];
const auto step = make<n::step>[tok<k::word_step> >> must[name_text >> tok<k::colon> >> condition]];
const auto property = make<n::property>[word_text >> must[tok<k::colon> >> expression]];
const auto properties = begin_block >>
                        -(property >> *(tok<k::comma> >> must[property])) >> end_block;
const auto part =
    make<n::part_missing>[tok<k::word_missing> >> must[tok<k::colon> >> string_text]] |
    make<n::part_bands>[tok<k::word_bands> >> must[tok<k::colon> >> name_text]] |
    make<n::part>[make<n::path>[part_text >> dotted] >> must[tok<k::word_weight> >> sum] >>
                  -(tok<k::word_floor> >> op_bit<1> >> must[sum]) >>
                  -(tok<k::word_goal> >> op_bit<2> >> must[sum])];

const auto parameters = -(name_word >> *(tok<k::comma> >> must[name_word]));
const auto from_events = tok<k::word_per> >> path >> tok<k::word_from> >> name_word >>
                         -(tok<k::word_within> >> must[span] >> op<1>);

const auto definition =
    (tok<k::word_import> >> must[import_what]) |
    (tok<k::word_let> >> shape<n::let_statement> >> must[name_text >> body]) |
    (tok<k::word_param> >> shape<n::param_statement> >>
     must[name_text >> -(tok<k::colon> >> must[name_word] >> op<1>) >> body]) |
    (tok<k::word_def> >> shape<n::def_statement> >>
     must[name_text >> tok<k::open_round> >> parameters >> tok<k::close_round> >> body]) |
    (tok<k::word_entity> >> shape<n::entity_statement> >> must[name_text >> -label]) |
    (tok<k::word_kpi> >> shape<n::kpi_statement> >> must[name_text >> -label >> body]) |
    (tok<k::word_column> >> shape<n::column_statement> >> must[path >> body]) |
    (tok<k::word_attribute> >> shape<n::attribute_statement> >> must[path >> body]);
const auto block =
    (tok<k::word_tiers> >> shape<n::tiers_statement> >>
     must[name_text >> begin_block >> +tier >> end_block]) |
    (tok<k::word_funnel> >> shape<n::funnel_statement> >>
     must[name_text >> from_events >> begin_block >> +step >> end_block]) |
    (tok<k::word_table> >> shape<n::table_statement> >> must[name_text >> properties]) |
    (tok<k::word_targets> >> shape<n::targets_statement> >> must[name_text >> properties]) |
    (tok<k::word_calendar> >> shape<n::calendar_statement> >> must[name_text >> properties]) |
    (tok<k::word_rates> >> shape<n::rates_statement> >> must[name_text >> properties]) |
    (tok<k::word_scorecard> >> shape<n::scorecard_statement> >>
     must[name_text >> -label >> -by_clause >> begin_block >> +part >> end_block]) |
    (tok<k::word_show> >> shape<n::show_statement> >> must[request]);
const auto statement = shaped[*(doc | annotation) >> (definition | block)];
const auto formula = -tok<k::equal> >> expression;

template <class Parser>
bool run(const Parser& parser, builder& in, const token*& first, const token* last) {
    const auto context = x3::make_context<builder_tag>(in);
    auto nothing = x3::unused;
    return parser.parse(first, last, context, nothing, nothing) && !in.failed();
}

}  // namespace

}  // namespace merit::language::rules

namespace merit::language {

bool read_statement(builder& in, const token*& first, const token* last) {
    return rules::run(rules::statement, in, first, last);
}

bool read_formula(builder& in, const token*& first, const token* last) {
    return rules::run(rules::formula, in, first, last);
}

bool read_request(builder& in, const token*& first, const token* last) {
    return rules::run(rules::request, in, first, last);
}

}  // namespace merit::language
