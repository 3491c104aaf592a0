"""Portraits widened by what rules look at, and who the rules hold for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.backends.duckdb import Backend

from limner.core.errors import Malformed, Rejected, Unknown
from limner.core.rule import Rule, parse
from limner.core.tables import TABLES
from limner.core.words import Words
from limner.understand.segments.lookalike import LOOKALIKE
from limner.understand.segments.select import (
    Context,
    boundary,
    holds_for,
    members,
    needed,
    seeds,
    widen,
)
from limner.understand.segments.term import Best, terms
from limner.understand.tags.source import Facts
from limner.understand.tags.tag import Tag
from limner.understand.tags.text import read_value

AS_OF = date(2024, 5, 31)
NOW = datetime(2024, 5, 31, 12, tzinfo=UTC)
PEOPLE: list[dict[str, Any]] = [
    {"customer_id": "a", "orders": 3, "spent": 30.0, "city": "Rome", "traits": '{"plan": "gold", "age": 31}'},
    {"customer_id": "b", "orders": 1, "spent": 10.0, "city": None, "traits": '{"plan": 7}'},
    {"customer_id": "c", "orders": 2, "spent": 30.0, "city": "Oslo", "traits": None},
    {"customer_id": "d", "orders": 0, "spent": None, "city": "Rome", "traits": '{"vip": true}'},
]  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Backend]:
    backend = ibis.duckdb.connect()
    yield backend
    backend.disconnect()


def rule(text: str) -> Rule:
    return parse(text, terms=terms())


def a_tag(code: str, text: str) -> Tag:
    words = Words(code, code)
    return Tag(code, words, words, "basic", "", "number", read_value(text), "fact", "live")


def facts() -> Facts:
    events = [
        {"event_id": str(n), "event": name, "type": "track", "customer_id": who, "time": NOW - timedelta(days=days),
         "revenue": 5.0}
        for n, (who, name, days) in enumerate((
            ("a", "Order Completed", 1), ("a", "Order Completed", 40), ("b", "Order Completed", 2),
            ("b", "Email Opened", 1), ("c", "Email Opened", 3),
        ))
    ]  # fmt: skip
    return Facts(
        ibis.memtable(pa.Table.from_pylist(events, TABLES["events"].schema)),
        ibis.memtable(TABLES["products"].schema.empty_table()),
        ibis.memtable(pa.Table.from_pylist(PEOPLE)).select("customer_id", "traits"),
    )


def no_facts() -> Facts:
    raise AssertionError("nothing here needs events")


PORTRAITS = ibis.memtable(pa.Table.from_pylist(PEOPLE))
PLAIN = Context(no_facts, AS_OF, "UTC")


def chosen(engine: Backend, text: str, context: Context = PLAIN) -> str:
    asked = rule(text)
    wide = widen(PORTRAITS, [asked], context)
    found = engine.to_pyarrow(wide.filter(holds_for(asked, wide)).select("customer_id"))
    return "".join(sorted(found["customer_id"].to_pylist()))


def test_measures_sequences_and_distances_are_computed_from_the_events(engine: Backend) -> None:
    context = replace(PLAIN, facts=facts)
    assert chosen(engine, "did(orders in last 30 days)", context) == "ab"
    assert chosen(engine, "never('Email Opened') and city = 'Rome'", context) == "ad"
    assert chosen(engine, "mean(revenue of orders) > 4", context) == "ab"
    assert chosen(engine, "mean(revenue of orders) is null", context) == "cd"
    text = "sequence('Order Completed' then 'Email Opened' within 2 days) = 1"
    assert chosen(engine, text, context) == "b"
    assert chosen(engine, "distance(1.0, 2.0) is null", context) == "abcd"


def test_a_call_that_is_a_tag_is_read_from_the_portrait(engine: Backend) -> None:
    context = replace(PLAIN, tags=[a_tag("orders", "count(orders)")])
    assert chosen(engine, "count(orders) >= 2", context) == "ac"
    assert needed([rule("count(orders) >= 2 or traits.plan = 'x'")], context) == (
        "orders",
        "traits",
    )


def test_a_tag_newer_than_the_portraits_is_computed(engine: Backend) -> None:
    tags = [a_tag("recent", "count(orders in last 30 days)"), a_tag("twice", "recent * 2")]
    context = replace(PLAIN, facts=facts, tags=tags)
    assert chosen(engine, "twice >= 2", context) == "ab"


def test_traits_are_of_the_kind_they_stand_beside(engine: Backend) -> None:
    assert chosen(engine, "traits.plan = 'gold'") == "a"
    assert chosen(engine, "traits.plan >= 7") == "b"
    assert chosen(engine, "traits.vip = true or traits.age = 31") == "ad"
    assert chosen(engine, "traits.plan is null") == "cd"
    assert chosen(engine, "not (traits.plan = 'gold')") == ""  # a number and nothing are unknown


def test_segments_within_segments_are_never_unknown(engine: Backend) -> None:
    segments = {
        "romans": rule("city = 'Rome'"), "rest": rule("not segment('romans')"),
        "rich": rule("segment('rest') and spent > 5"),
    }  # fmt: skip
    context = replace(PLAIN, segments=segments)
    assert chosen(engine, "segment('romans')", context) == "ad"
    assert chosen(engine, "segment('rest')", context) == "bc"  # of no known city: not a Roman
    assert chosen(engine, "segment('rich')", context) == "bc"
    with pytest.raises(Unknown, match="rich"):
        chosen(engine, "segment('poor')", context)
    with pytest.raises(Malformed, match="one another"):
        chosen(engine, "segment('x')", replace(PLAIN, segments={"x": rule("segment('x')")}))


def test_lists_say_who_is_on_them(engine: Backend) -> None:
    listed = ibis.memtable({"customer_id": ["c", "z"]})
    context = replace(PLAIN, lists=lambda name: listed)
    assert chosen(engine, "list('friends')", context) == "c"
    assert chosen(engine, "list('friends') = false", context) == "abd"


def test_the_best_are_counted_among_those_with_a_value(engine: Backend) -> None:
    assert chosen(engine, "best(1 by spent)") == "a"  # of equals the first by id
    assert chosen(engine, "best(2 by spent)") == "ac"
    assert chosen(engine, "worst(1 by spent)") == "b"
    assert chosen(engine, "best(34% by spent)") == "ac"  # 1.02 of 3, rounded up
    assert chosen(engine, "best(99 by spent)") == "abc"
    assert chosen(engine, "not best(2 by spent)") == "bd"
    context = replace(PLAIN, facts=facts)
    assert chosen(engine, "best(1 by count(orders in last 90 days))", context) == "a"


@settings(max_examples=6, deadline=None)
@given(
    values=st.lists(st.none() | st.integers(0, 5), min_size=1, max_size=40),
    percent=st.sampled_from([10, 12.5, 30, 70, 99, 100]), is_worst=st.booleans(),
)  # fmt: skip
def test_a_share_of_the_best_is_what_sorting_says(
    engine: Backend, values: list[int | None], percent: float, is_worst: bool
) -> None:
    people = [{"customer_id": f"{n:02}", "x": value} for n, value in enumerate(values)]
    kinds = pa.schema([("customer_id", pa.string()), ("x", pa.int64())])
    portraits = ibis.memtable(pa.Table.from_pylist(people, kinds))
    asked = rule(f"{'worst' if is_worst else 'best'}({percent}% by x)")
    wide = widen(portraits, [asked], PLAIN)
    found = engine.to_pyarrow(wide.filter(holds_for(asked, wide)))["customer_id"].to_pylist()
    known = [p for p in people if p["x"] is not None]
    ranked = sorted(known, key=lambda p: (p["x"] if is_worst else -p["x"], p["customer_id"]))
    meant = [p["customer_id"] for p in ranked[: ceil(Fraction(str(percent)) / 100 * len(known))]]
    assert sorted(found) == sorted(meant)
    term = Best(None, percent / 100, "x", is_worst)
    last = engine.to_pyarrow(boundary(portraits, term, PLAIN))["customer_id"].to_pylist()
    assert last == meant[-1:]


def test_look_alikes_are_those_with_the_best_scores(engine: Backend) -> None:
    scores = ibis.memtable(
        {
            "model": [f"{LOOKALIKE}vip"] * 3 + ["other"], "customer_id": ["b", "c", "d", "a"],
            "score": [0.2, 0.7, 0.7, 0.9],
        }
    )  # fmt: skip
    context = replace(PLAIN, scores=scores, segments={"vip": rule("orders = 3")})
    assert chosen(engine, "lookalike('vip', 1)", context) == "c"
    assert chosen(engine, "lookalike('vip', 50%)", context) == "cd"
    assert chosen(engine, "lookalike('vip', 100%)", context) == "bcd"
    assert seeds([rule("lookalike('vip', 1) or segment('vip')")], context) == ("vip",)
    with pytest.raises(Rejected, match="run limner build"):
        chosen(engine, "lookalike('vip', 1)")


def test_members_of_several_segments_come_in_one_table(engine: Backend) -> None:
    rules = {
        "rich": rule("spent >= 30"),
        "romans": rule("city = 'Rome'"),
        "none": rule("orders > 9"),
    }
    rows = engine.to_pyarrow(members(PORTRAITS, rules, PLAIN)).to_pylist()
    assert sorted((row["segment"], row["customer_id"]) for row in rows) == [
        ("rich", "a"), ("rich", "c"), ("romans", "a"), ("romans", "d"),
    ]  # fmt: skip
    assert engine.to_pyarrow(members(PORTRAITS, {}, PLAIN)).num_rows == 0
