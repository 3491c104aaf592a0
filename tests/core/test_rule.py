from __future__ import annotations

from datetime import date

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.errors import Malformed, Rejected, Unknown
from limner.core.rule import (
    And,
    Between,
    Compare,
    Contains,
    In,
    IsNull,
    Like,
    Not,
    Or,
    Rule,
    columns_of,
    compiled,
    holds,
    parse,
    to_text,
    where,
)

ENGINE = ibis.duckdb.connect()
SCHEMA = pa.schema(
    [
        ("n", pa.int64()),
        ("x", pa.float64()),
        ("s", pa.string()),
        ("b", pa.bool_()),
        ("d", pa.date32()),
    ]
)
NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from([-1.5, 0.0, 0.1, 2.5]))
TEXTS = st.text(alphabet="ab%_'é中", max_size=3)
DAYS = st.dates(date(2017, 1, 1), date(2017, 1, 5))
VALUES = {
    "n": NUMBERS,
    "x": NUMBERS,
    "s": TEXTS,
    "b": st.booleans(),
    "d": st.one_of(DAYS, DAYS.map(date.isoformat)),
}
ROWS = st.fixed_dictionaries(
    {
        "n": st.none() | st.integers(-3, 3),
        "x": st.none() | st.sampled_from([-1.5, 0.0, 0.1, 1.0, 2.5]),
        "s": st.none() | TEXTS,
        "b": st.none() | st.booleans(),
        "d": st.none() | DAYS,
    }
)


def leaves() -> st.SearchStrategy[Rule]:
    column = st.sampled_from(sorted(VALUES))

    def of(name: str) -> st.SearchStrategy[Rule]:
        value = VALUES[name]
        kinds: list[st.SearchStrategy[Rule]] = [
            st.builds(
                Compare,
                st.just(name),
                st.sampled_from(["=", "<>"] + ([] if name == "b" else ["<", "<=", ">", ">="])),
                value,
            ),
            st.builds(In, st.just(name), st.lists(value, min_size=1, max_size=3).map(tuple)),
            st.builds(IsNull, st.just(name)),
        ]
        if name != "b":
            kinds.append(st.builds(Between, st.just(name), value, value))
        if name == "s":
            kinds += [
                st.builds(Like, st.just(name), TEXTS),
                st.builds(Contains, st.just(name), TEXTS),
            ]
        return st.one_of(kinds)

    return column.flatmap(of)


RULES: st.SearchStrategy[Rule] = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


@given(RULES)
def test_text_and_back_is_the_same_rule(rule: Rule) -> None:
    assert parse(to_text(rule), VALUES) == rule


@given(RULES, st.lists(ROWS, min_size=1, max_size=12))
def test_python_and_the_engine_agree_on_every_row(
    rule: Rule, rows: list[dict[str, object]]
) -> None:
    numbered = [{"row": i, **row} for i, row in enumerate(rows)]
    table = ibis.memtable(pa.Table.from_pylist(numbered, pa.schema([("row", pa.int64()), *SCHEMA])))
    verdict = ENGINE.to_pyarrow(table.select("row", verdict=where(rule, table)).order_by("row"))
    assert verdict["verdict"].to_pylist() == [holds(rule, row) for row in rows]


@given(RULES, st.lists(ROWS, min_size=1, max_size=4))
def test_a_rule_made_for_asking_often_says_the_same(
    rule: Rule, rows: list[dict[str, object]]
) -> None:
    verdict = compiled(rule)
    for row in rows:
        assert verdict(row) is holds(rule, row)


LOOSE = "properties.x"
ANYTHING = st.none() | st.integers(-2, 2) | st.sampled_from([0.5, "1", "a", True, False])


@given(
    st.sampled_from(
        [
            Compare(LOOSE, "=", 1), Compare(LOOSE, "<>", "a"), Compare(LOOSE, "=", True),
            In(LOOSE, ("a", "1")), Between(LOOSE, 0, 1), Contains(LOOSE, "a"), Like(LOOSE, "%"),
            Not(Compare(LOOSE, ">", 0)), IsNull(LOOSE),
        ]
    ),
    ANYTHING,
)  # fmt: skip
def test_a_property_of_another_kind_is_missing_to_every_reader(rule: Rule, seen: object) -> None:
    row = {LOOSE: seen}
    kinds = {int: "number", float: "number", str: "text", bool: "truth"}
    asked = rule.rule if isinstance(rule, Not) else rule
    if isinstance(asked, IsNull):
        assert holds(rule, row) is (seen is None)
    else:
        value = {Compare: "value", In: "values", Between: "low", Contains: "piece", Like: "pattern"}
        beside = getattr(asked, value[type(asked)])
        beside = beside[0] if isinstance(beside, tuple) else beside
        is_same = seen is not None and kinds[type(seen)] == kinds[type(beside)]
        assert (holds(rule, row) is None) is not is_same
    assert compiled(rule)(row) is holds(rule, row)
    typed = {int: pa.int64(), float: pa.float64(), str: pa.string(), bool: pa.bool_()}
    column = pa.array([seen], typed.get(type(seen), pa.string()))
    table = ibis.memtable(pa.table({LOOSE: column}))
    verdict = ENGINE.to_pyarrow(table.select(verdict=where(rule, table)))
    assert verdict["verdict"].to_pylist() == [holds(rule, row)]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_a_number_is_the_same_to_the_last_digit_in_the_engine(numbers: list[float]) -> None:
    table = ibis.memtable(pa.table({"x": numbers}))
    found = [where(Compare("x", "=", number), table).sum() for number in numbers]
    among = where(In("x", tuple(numbers)), table).sum()
    aggregated = table.aggregate([n.name(f"n{i}") for i, n in enumerate([*found, among])])
    counts = list(ENGINE.to_pyarrow(aggregated).to_pylist()[0].values())
    assert counts == [*(numbers.count(number) for number in numbers), len(numbers)]


def test_the_engine_asks_for_a_column_with_the_kind_it_is_compared_with() -> None:
    rule = parse("properties.x = 1 or properties.x = 'a' or properties.x is null")
    table = ibis.memtable(pa.table({"x.text": ["a", "1"], "x.number": [None, 1.0]}))
    asked = []

    def column(name: str, kind: str | None) -> ibis.expr.types.Column:
        asked.append((name, kind))
        return table[f"x.{kind or 'text'}"]

    verdict = ENGINE.to_pyarrow(table.select(v=where(rule, table, column)))
    assert verdict["v"].to_pylist() == [True, True]
    assert asked == [(LOOSE, "number"), (LOOSE, "text"), (LOOSE, None)]


def test_chains_and_precedence() -> None:
    rule = parse("n = 1 or x > 2 and not (s is null)")
    assert rule == Or((Compare("n", "=", 1), And((Compare("x", ">", 2), Not(IsNull("s"))))))
    assert columns_of(rule) == {"n", "x", "s"}
    assert parse("5 < n") == Compare("n", ">", 5)
    assert parse("b") == Compare("b", "=", True)


# text -> code, what the message says, the words it points at
REFUSED = [
    ("", "rule-empty", "orders_90d >= 3", None),
    ("n >", "rule-malformed", "at character 4, where it ends: a column or a value", ""),
    ("n = 'x", "rule-malformed", "at character 5: a text's quote is left open", "'"),
    ('n = 1 and "x', "rule-malformed", "at character 11: a name's quote is left open", '"'),
    ("n = 1 -- all", "rule-malformed", "at character 7: the rule has no comments", "--"),
    ("n = /* all */ 1", "rule-malformed", "the rule has no comments", "/*"),
    ("n = lost", "rule-value", "'lost' at character 5", "lost"),
    ("n + 1 > 2", "rule-refused", "a rule can say", "n + 1"),
    ("lower(s) = 'x'", "rule-refused", "'lower(s' at character 1", "lower(s"),
    ("n = null", "rule-null", "is null", "null"),
    ("n in (select 1)", "rule-refused", "a rule can say", "n in (select 1"),
    ("n in ()", "rule-malformed", "near ')'", ")"),
    ("n > 1; drop table x", "rule-malformed", "at character 6", ";"),
    ("d > date '2017-13-01'", "rule-date", "2017-13-01", "'2017-13-01'"),
    ("(n = 1 or b", "rule-malformed", "to close the parenthesis", ""),
    ("n between 1 or 2", "rule-malformed", "'and' should stand here", "or"),
    ("s like 3", "rule-value", "'3' should be text", "3"),
    ("n > 1e999", "rule-malformed", "too great", "1e999"),
    ("n = 1 n = 2", "rule-malformed", "the rule was over before this", "n"),
    ('"count(x)" = 1', "rule-malformed", "no name looks like a call", '"count(x)"'),
]


@pytest.mark.parametrize(("text", "code", "says", "at"), REFUSED)
def test_what_is_no_rule_is_refused_at_the_word(
    text: str, code: str, says: str, at: str | None
) -> None:
    with pytest.raises(Malformed) as caught:
        parse(text)
    assert caught.value.code == code
    assert says in caught.value.message
    if at is not None:
        start, end = caught.value.place
        assert text[start:end] == at


KINDS = {"n": "number", "s": "text", "b": "truth", "d": "day"}
# text -> what the message says, the words it points at
OF_ANOTHER_KIND = [
    ("n = 1 and n >= 'x'", "n cannot be compared with 'x'; it wants a number", "'x'"),
    ("s in ('a', 3)", "s cannot be compared with 3; it wants text", "3"),
    ("n between 1 and true", "n cannot be compared with true", "true"),
    ("b = 1", "it wants true or false", "1"),
    ("b > true", "b is true or false: it has no >", "true"),
    ("d = 4", "a day such as", "4"),
    ("d > 'soon'", "'soon' is not a day", "'soon'"),
    ("'x' < n", "n cannot be compared with 'x'", "'x'"),
    ("not n", "n cannot be compared with true", "n"),
    ("n like '1%'", "n cannot be compared with '1%'", "'1%'"),
    ("contains(d, '2017')", "d is a day", "'2017'"),
    ("properties.x = date '2017-01-01'", "compare it with '2017-01-01'", "date '2017-01-01'"),
    ("properties.x in (1, 'a')", "values of two kinds", "'a'"),
]


@pytest.mark.parametrize(("text", "says", "at"), OF_ANOTHER_KIND)
def test_a_value_of_another_kind_is_refused_where_it_stands(text: str, says: str, at: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse(text, kinds=KINDS.get)
    assert says in caught.value.message
    start, end = caught.value.place
    assert text[start:end] == at


@pytest.mark.parametrize(
    "name", ["order", "group", "Date", "select", "with space", 'a"b', "中文", "a.b", "", "x-1", "1st",
             "not", "call", "show", "time", "e'x'", "--", "in"],
)  # fmt: skip
def test_any_name_can_be_written_and_read(name: str) -> None:
    for rule in (Compare(name, "=", 1), IsNull(name), Contains(name, "it's -- '' \\ %")):
        assert parse(to_text(And((rule, rule)))) == And((rule, rule))


PIECES = st.sampled_from(
    [
        "and",
        "or",
        "not",
        "in",
        "between",
        "is",
        "null",
        "like",
        "(",
        ")",
        ",",
        ".",
        "=",
        "<>",
        ">=",
        "'x'",
        '"y"',
        "x",
        "count",
        "segment",
        "orders",
        "where",
        "of",
        "by",
        "1",
        "1.5",
        "1e5",
        "%",
        "true",
        "date",
        "--",
        "/*",
        "'",
        '"',
        ";",
        "²",
        "٣",
        "中",
        "of",
        "in",
        "last",
        "days",
        "then",
        "within",
        "traits",
        "properties",
    ]
)


@given(st.one_of(st.text(max_size=20), st.lists(PIECES, max_size=12).map(" ".join)))
def test_garbage_is_refused_or_read_back(text: str) -> None:
    try:
        rule = parse(text)
    except Rejected as error:
        assert error.place is not None or not text.strip()
    else:
        assert parse(to_text(rule)) == rule


def test_an_unknown_word_names_its_place_and_the_closest_tags() -> None:
    with pytest.raises(Unknown, match=r"'revnue_365d' at character 16; did you mean revenue_365d"):
        parse("orders > 3 and revnue_365d > 5", ["orders", "revenue_365d"])
    with pytest.raises(Unknown, match="did you mean"):
        holds(Compare("revnue", "=", 1), {"revenue": 1})


@pytest.mark.parametrize(
    "text", ["n = 'x'", "s > 3", "b = 1", "d = 4", "d = 'soon'", "s like 'x' and n = true"]
)
def test_values_of_another_type_are_refused_in_both_modes(text: str) -> None:
    rule = parse(text)
    row = {"n": 1, "x": 1.0, "s": "x", "b": True, "d": date(2017, 1, 1)}
    with pytest.raises(Malformed):
        holds(rule, row)
    with pytest.raises(Malformed):
        where(rule, ibis.table(ibis.Schema.from_pyarrow(SCHEMA), name="t"))


def test_thousands_of_conditions_in_a_row_are_not_nested_as_deep() -> None:
    rows = ibis.memtable({"n": list(range(4_000))})
    rule = parse(" or ".join(f"n = {each}" for each in range(3_000)))
    assert rows.filter(where(rule, rows)).count().execute() == 3_000
