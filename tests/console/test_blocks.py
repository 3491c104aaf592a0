"""Blocks and text are the same tree: a rule becomes blocks that say the very same rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given, settings
from nicegui import Client
from nicegui.elements.mixins.value_element import ValueElement
from nicegui.page import page
from tests.understand.segments.random_rules import COLUMNS, LISTS, RULES, SEGMENTS

from limner.app.drafting import Choices
from limner.console.block_editors import Editors
from limner.console.block_inputs import OPERATORS, _is_had, _read, _written
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
from limner.console.numbers import Numbers
from limner.console.view import View, Viewer
from limner.core.rule import Between, Compare, Rule, Value, parse, to_text
from limner.core.rule_kind import Kind
from limner.core.words import Words
from limner.understand.segments.segment import Segment
from limner.understand.segments.term import terms
from limner.understand.segments.vocabulary import Vocabulary

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


VOCABULARY = Vocabulary(
    columns=cast("dict[str, Kind | None]", COLUMNS),
    segments=[Segment(code, Words(code, code), "n > 1", Words("", "")) for code in SEGMENTS],
    lists={name: Words(name, name) for name in LISTS},
)


def view() -> View:
    viewer = Viewer(1, "tester", "owner", "en")
    numbers = Numbers("en")
    return View(cast("Any", None), viewer, "en", numbers, "/segments/new", {})


@contextmanager
def a_page() -> Iterator[Client]:
    """A page that nobody looks at, to draw on."""
    client = Client(page("/drawn"))
    try:
        with client:
            yield client
    finally:
        client.delete()


@given(RULES)
def test_every_rule_becomes_blocks_that_say_the_same(rule: Rule) -> None:
    blocks = blocks_of(rule)
    assert blocks.rule() == rule
    assert blocks.is_whole()


@given(RULES)
@settings(max_examples=60, deadline=None)
def test_what_the_fields_show_is_the_rule_and_drawing_them_changes_nothing(rule: Rule) -> None:
    """Each field is told what it shows, as if somebody had written just that: the rule stays."""
    vocabulary = Choices(VOCABULARY, ("Order Completed",), {}, ())
    tree = blocks_of(rule)
    with a_page() as client:
        editors = Editors(view(), vocabulary, lambda: None, lambda: None)

        def drawn(group: Group) -> None:
            for part in group.parts:
                if isinstance(part, Group):
                    drawn(part)
                else:
                    editors.draw(part)

        drawn(tree)
        assert tree.rule() == rule
        shown = [one for one in client.elements.values() if isinstance(one, ValueElement)]
        for field in shown:
            field._handle_value_change(field.value)
            assert tree.rule() == rule, (field, field.value)


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
        ("city like '%a%b'", Attribute), ("city > 'a'", Attribute), ("city = ''", AsText),
        ("count(orders where day is null or day is null) > 1", Behaviour),
        ("segment('a') <> true", AsText),
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
     ("5", "text", "5"), ("5", None, 5), ("'5'", None, "5"), ("nan", None, "nan"), ("1_0", None, "1_0"),
     ("true", "truth", True), ("2017-12-31", "day", date(2017, 12, 31)), ("x", "day", None)],
)  # fmt: skip
def test_a_written_value_is_of_the_kind_of_its_column(
    said: str, kind: Kind | None, meant: object
) -> None:
    assert "in" in OPERATORS[kind]
    assert _read(said, kind) == meant
    assert meant is None or _written(cast("Value", meant), kind) == said


def test_the_higher_end_may_be_filled_in_first() -> None:
    test = Asked("between", [None, 9])
    assert test.rule("n") is None
    test.values[0] = 3
    assert test.rule("n") == Between("n", 3, 9)


def test_other_rows_keep_the_conditions_that_they_have_columns_for() -> None:
    said = "(day is null or day > date '2017-01-01')"
    kept = blocks_of(read(f"count(orders where {said} and properties.colour = 'red') > 1")).parts[0]
    assert isinstance(kept, Behaviour)
    assert [_is_had(one, "lines") for one in kept.what.filters] == [True, False]
