from __future__ import annotations

from datetime import date

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.core.errors import Malformed, Unknown
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
    holds,
    parse,
    to_text,
    where,
)

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


@settings(max_examples=120, deadline=None)
@given(RULES, st.lists(ROWS, min_size=1, max_size=12))
def test_python_and_the_engine_agree_on_every_row(
    rule: Rule, rows: list[dict[str, object]]
) -> None:
    numbered = [{"row": i, **row} for i, row in enumerate(rows)]
    table = ibis.memtable(pa.Table.from_pylist(numbered, pa.schema([("row", pa.int64()), *SCHEMA])))
    verdict = ibis.duckdb.connect().to_pyarrow(
        table.select("row", verdict=where(rule, table)).order_by("row")
    )
    assert verdict["verdict"].to_pylist() == [holds(rule, row) for row in rows]


def test_chains_and_precedence() -> None:
    rule = parse("n = 1 or x > 2 and not (s is null)")
    assert rule == Or((Compare("n", "=", 1), And((Compare("x", ">", 2), Not(IsNull("s"))))))
    assert columns_of(rule) == {"n", "x", "s"}
    assert parse("5 < n") == Compare("n", ">", 5)
    assert parse("b") == Compare("b", "=", True)


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", "rule-empty", "orders_90d >= 3"),
        ("n >", "rule-malformed", "at character"),
        ("n = 'x", "rule-malformed", "quote"),
        ("n = lost", "rule-value", "'lost' at character 5"),
        ("n + 1 > 2", "rule-refused", "a rule can say"),
        ("n = null", "rule-null", "is null"),
        ("n in (select 1)", "rule-refused", "a rule can say"),
        ("n > 1; drop table x", "rule-malformed", "at character 6"),
        ("d > date '2017-13-01'", "rule-date", "2017-13-01"),
    ],
)
def test_what_is_no_rule_is_refused_at_the_word(text: str, code: str, says: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse(text)
    assert caught.value.code == code
    assert says in caught.value.message


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
