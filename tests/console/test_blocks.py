"""Blocks and text are the same tree: a rule becomes blocks that say the very same rule."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.console.block_inputs import OPERATORS, _listed_value
from limner.console.block_parts import Asked, When
from limner.console.blocks import (
    NEW,
    Alike,
    AsText,
    Attribute,
    Behaviour,
    Belongs,
    Group,
    Near,
    Path,
    Ranked,
    blocks_of,
)  # fmt: skip
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
    parse,
    to_text,
)  # fmt: skip
from limner.core.rule_kind import Kind
from limner.understand.segments.term import terms

CALLS = (
    "count(orders where store_id = '17' in last 90 days)", "sum(revenue of sales in last year)",
    "top(category by revenue of lines)", "count('Email Opened', 'Email Link Clicked' in this month)",
    "nth(day, 2 of orders)", "share(by revenue of lines part brand = 'X' in last 90 days)",
    "sequence('Product Viewed' where properties.category = 'Shoes' then 'Order Completed' within 3 days "
    "without 'Product Removed' in last 30 days)",
    "distance(store '17')", "distance(31.2, 121.5)", "segment('vip')", "list('vip party')",
    "best(100 by revenue_365d)", "worst(2.5% by recency_days)", "lookalike('vip', 5%)",
    "count(orders where store_id = '1' or store_id = '2')", "traits.plan",
    "time_since_last('Product Viewed' since date '2017-01-01')",
)  # fmt: skip


def read(text: str) -> Rule:
    return parse(text, terms=terms())


VALUES = st.one_of(
    st.integers(-1000, 1000), st.text("ab' 中", min_size=1, max_size=5),
    st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.booleans(),
)  # fmt: skip
COLUMNS = st.sampled_from(["orders_90d", "city", "traits.plan"])
LEAVES = st.one_of(
    st.builds(Compare, COLUMNS, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), VALUES),
    st.builds(In, COLUMNS, st.lists(VALUES, min_size=1, max_size=3).map(tuple)),
    st.builds(Between, COLUMNS, st.integers(0, 9), st.integers(10, 19)),
    st.builds(IsNull, COLUMNS),
    st.builds(Like, COLUMNS, st.sampled_from(["a%", "%a", "a_%", "%"])),
    st.builds(Contains, COLUMNS, st.just("x")),
    st.sampled_from([f"{call} >= 1" for call in CALLS[:9]]).map(read),
    st.sampled_from([f"{call} = true" for call in CALLS[9:14]]).map(read),
)  # fmt: skip
RULES: st.SearchStrategy[Rule] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: And(tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda parts: Or(tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)


@given(RULES)
def test_every_rule_becomes_blocks_that_say_the_same(rule: Rule) -> None:
    blocks = blocks_of(rule)
    assert blocks.rule() == rule
    assert blocks.is_whole()


@pytest.mark.parametrize("call", CALLS)
def test_every_kind_of_condition_survives_the_way_through_text(call: str) -> None:
    is_truth = call.startswith(("segment", "list", "best", "worst", "lookalike"))
    rule = read(call + (" = false" if is_truth else " = 3"))
    again = blocks_of(read(to_text(blocks_of(rule).rule() or rule)))
    assert again.rule() == rule


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("orders_90d >= 3", Attribute), ("count(orders) >= 3", Behaviour),
        ("sequence('A' then 'B' within 36 hours) >= 1", Path), ("segment('a')", Belongs),
        ("not list('a')", Group), ("best(10% by orders_90d)", Ranked),
        ("lookalike('a', 100)", Alike), ("distance(store '1') <= 5", Near),
        ("city like '%a%b'", AsText), ("count(orders where day is null or day is null) > 1", AsText),
    ],
)  # fmt: skip
def test_a_condition_gets_the_editor_of_its_kind(text: str, kind: type) -> None:
    (block,) = [blocks_of(read(text))] if kind is Group else blocks_of(read(text)).parts
    assert isinstance(block, kind)


@pytest.mark.parametrize("kind", list(NEW))
def test_what_is_just_added_says_nothing_or_something_that_can_be_read(kind: str) -> None:
    rule = NEW[kind]().rule()
    assert rule is None or read(to_text(rule)) == rule


def test_half_filled_blocks_are_left_out_and_told() -> None:
    tree = Group(
        "and", [Attribute("orders_90d", Asked(">=", [3])), Attribute("city", Asked("=")), Group()]
    )
    assert tree.rule() == Compare("orders_90d", ">=", 3)
    assert not tree.is_whole()
    assert When("between", None, date(2020, 2, 1), date(2020, 1, 1)).span() is None
    assert When("days", 0).span() is None


@pytest.mark.parametrize(
    ("said", "kind", "meant"),
    [("5", "number", 5), ("0.5", "number", 0.5), ("a", "number", None), ("true", "number", None),
     ("5", "text", "5"), ("5", None, 5), ("2017-12-31", "day", date(2017, 12, 31)), ("x", "day", None)],
)  # fmt: skip
def test_one_of_several_values_is_of_the_kind_of_its_column(
    said: str, kind: Kind | None, meant: object
) -> None:
    assert "in" in OPERATORS[kind]
    assert _listed_value(said, kind) == meant
