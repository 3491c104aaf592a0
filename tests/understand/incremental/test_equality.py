"""The promise of one meaning: what the stream reader says is what the lake's reader says, digit by digit.

Random definitions of the whole language over random events, read at several days.  `LIMNER_TEST_PROFILE=long`
takes thousands of examples.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ibis.backends.duckdb import Backend
from tests.understand.incremental.definitions import Definitions
from tests.understand.incremental.events import (
    CASES,
    IDENTIFIERS,
    PRODUCTS,
    STORES,
    Row,
    rows_about,
)

from limner.core.rule import Rule, parse, where
from limner.core.tables import TABLES
from limner.core.words import Words
from limner.understand.incremental.membership import Memberships
from limner.understand.incremental.reader import Reader
from limner.understand.incremental.state import State
from limner.understand.tags.compute import compute
from limner.understand.tags.measure import TABLE
from limner.understand.tags.source import Facts
from limner.understand.tags.tag import Tag
from limner.understand.tags.text import read_value

LONG = os.environ.get("LIMNER_TEST_PROFILE") == "long"
CALM = settings(
    max_examples=int(os.environ.get("LIMNER_TEST_EXAMPLES", "500")) if LONG else 3,
    derandomize=not LONG, deadline=None, database=None, suppress_health_check=list(HealthCheck),
)  # fmt: skip
# Who is thought to be one customer: each by itself, two, others of them, and all.
GROUPS = {"a": "a", "b": "b", "ab": "ab", "bc": "bc", "all": "abcd"}
TRAITS = {"note": "text", "points": "count", "score": "number", "vip": "truth", "born": "day"}
NOTES: dict[str, list[Any]] = {
    "note": ["a", 1.5, True, None], "points": [3, "12", 2.5, "x", 4.0], "score": ["1e3", 0.1, "-", False],
    "vip": [True, "false", 1, None], "born": ["1990-02-30", "1990-02-28", 7, "x"],
}  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Backend]:
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'America/Lima'")  # not the business's: it must not matter
    backend.raw_sql("SET threads = 1")  # the rows are few
    yield backend
    backend.disconnect()


def a_tag(code: str, text: str, kind: str = "number") -> Tag:
    words = Words(code, code)
    return Tag(code, words, words, "basic", "", kind, read_value(text), "fact", "live")  # type: ignore[arg-type]


def tags_of(random: Random, day: date, count: int) -> list[Tag]:
    draw = Definitions(random, lambda by: (day + timedelta(days=by)).isoformat())
    texts = [draw.measured(measure) for measure in TABLE]
    texts += [draw.measured() for _ in range(count)]
    texts += [draw.sequence() for _ in range(3)] + [draw.distance()]
    tags = [a_tag(f"t{number}", text) for number, text in enumerate(dict.fromkeys(texts))]
    tags += [a_tag(name, f"traits.{name}", kind) for name, kind in TRAITS.items()]
    numbers, texts = of_kinds(tags)
    return tags + [a_tag(f"x{n}", draw.expression(numbers, texts)) for n in range(6)]


def of_kinds(tags: Sequence[Tag]) -> tuple[list[str], list[str]]:
    """The codes of tags that are numbers for sure, and of those that are texts."""
    counting = ("count", "sum", "mean", "ratio", "share", "gap", "time", "sequence")
    letters = ("first(channel", "last(store", "list")
    return (
        [tag.code for tag in tags if tag.text.startswith(counting)],
        [tag.code for tag in tags if tag.text.startswith(letters)],
    )


def rules_of(random: Random, tags: Sequence[Tag]) -> dict[str, Rule]:
    """Segments over the tags."""
    draw, kinds = Definitions(random, str), of_kinds(tags)
    return {f"s{n}": parse(draw.segment(*kinds)) for n in range(6)}


def facts_of(engine: Backend, rows: Sequence[Row], traits: Mapping[str, str]) -> Facts:
    """The rows as they would be in the lake, once for every group that has their identifier."""
    schema = TABLES["events"].schema
    events = [
        {name: group if name == "customer_id" else row[name] for name in schema.names}
        for group, who in GROUPS.items()
        for row in rows
        if row["identifier"] in who
    ]
    products = [
        {"product_id": code, "department": d, "category": c, "brand": b, "is_private_label": own}
        for code, (d, c, b, own) in PRODUCTS.items()
    ]
    stores = [{"store_id": s, "latitude": y, "longitude": x} for s, (y, x) in STORES.items()]
    tables = {
        "events": pa.Table.from_pylist(events, schema=schema),
        "products": pa.Table.from_pylist(products, schema=TABLES["products"].schema),
        "stores": pa.Table.from_pylist(stores, schema=TABLES["stores"].schema),
        "customers": pa.table(
            {"customer_id": list(GROUPS), "traits": [traits[group] for group in GROUPS]}
        ),
    }
    for name, table in tables.items():
        engine.con.register(name, table)
    made = {name: engine.table(name) for name in tables}
    return Facts(made["events"], made["products"], made["customers"], stores=made["stores"])


class Stream:
    """States as a worker keeps them: one for each identifier, and one for each customer."""

    def __init__(self, reader: Reader, random: Random) -> None:
        self._reader, self._random = reader, random
        self.parts = {who: reader.new() for who in IDENTIFIERS}
        self.whole = {group: reader.new() for group in GROUPS}

    def take(self, rows: Sequence[Row], as_of: date) -> None:
        for row in rows:
            self._reader.fold(self.parts[row["identifier"]], row)
            for group, who in GROUPS.items():
                if row["identifier"] in who:
                    self._reader.fold(self.whole[group], row)
                    if self._random.random() < 0.3:
                        self._reader.update(self.whole[group], as_of)
            if self._random.random() < 0.1:
                self.store(self._random.choice(list(GROUPS)))

    def store(self, group: str) -> None:
        self.whole[group] = self.stored(self.whole[group])
        for who in IDENTIFIERS:
            self.parts[who] = self.stored(self.parts[who])

    def stored(self, state: State) -> State:
        return self._reader.decode(self._reader.encode(state))

    def joined(self, group: str) -> State:
        parts = [self.parts[who] for who in GROUPS[group]]
        self._random.shuffle(parts)
        return self._reader.join(parts)


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def differing(said: Mapping[str, Any], meant: Mapping[str, Any], tags: Sequence[Tag]) -> list[str]:
    return [
        f"{tag.text}: the stream says {said[tag.code]!r}, the lake {meant[tag.code]!r}"
        for tag in tags
        if not same(said[tag.code], meant[tag.code])
    ]


@given(st.integers(0, 2**48))
@CALM
def test_stream_and_lake_say_the_same(engine: Backend, seed: int) -> None:
    random = Random(seed)
    zone, middle = random.choice(CASES)
    tags = tags_of(random, middle, 22)
    rules = rules_of(random, tags)
    reader, segments = Reader(tags, PRODUCTS, STORES, zone), Memberships(rules, tags)
    rows = rows_about(random, zone, middle + timedelta(days=2), 70)
    outside = {
        group: {f"traits.{name}": random.choice(NOTES[name]) for name in TRAITS} for group in GROUPS
    }
    facts = None
    stream, arrived = Stream(reader, random), list[Row]()
    days = (
        sorted(random.sample(range(-3, 60), 2))
        if random.random() < 0.4
        else [0, random.choice((1, 3))]
    )
    for as_of in (middle + timedelta(days=day) for day in days):
        new = [row for row in rows if row not in arrived and _received(row, zone) <= as_of]
        random.shuffle(new)
        stream.take(new, as_of)
        arrived += new
        facts = facts_of(engine, arrived, {g: _json(said) for g, said in outside.items()})
        table = compute(tags, facts, as_of, zone)
        table = table.mutate(**{code: where(rule, table) for code, rule in rules.items()})
        meant = {row["customer_id"]: row for row in table.to_pyarrow().to_pylist()}
        for group in GROUPS:
            for state in (stream.whole[group], stream.joined(group)):
                said = reader.values(state, as_of, outside[group])
                assert list(said) == [tag.code for tag in tags]
                assert differing(said, meant[group], tags) == [], (zone, as_of, group)
                inside = {code for code in rules if meant[group][code] is True}
                assert segments.of(said) == inside, (zone, as_of, group)


@given(st.integers(0, 2**48))
@settings(CALM, max_examples=CALM.max_examples * 3)
def test_no_value_changes_before_the_day_that_was_told(seed: int) -> None:
    random = Random(seed)
    zone, middle = random.choice(CASES)
    tags = tags_of(random, middle, 12)
    few = random.sample([tag.code for tag in tags], 4)
    reader = Reader(tags, PRODUCTS, STORES, zone)
    state = reader.new()
    for row in rows_about(random, zone, middle, random.choice((1, 4, 12))):
        if _received(row, zone) <= middle:
            reader.fold(state, row)
    before = reader.values(state, middle)
    for codes in (None, few):
        told = reader.next_change(state, middle, codes)
        last = middle + timedelta(days=430) if told is None else told - timedelta(days=1)
        looked = {last, *(middle + timedelta(days=random.randrange(1, 430)) for _ in range(6))}
        for day in sorted(day for day in looked if middle < day <= last):
            later = reader.values(reader.decode(reader.encode(state)), day)
            kept = codes or list(before)
            assert {c: later[c] for c in kept} == {c: before[c] for c in kept}, (day, told)


def _received(row: Row, zone: str) -> date:
    moment = row["received_at"]
    return moment.astimezone(ZoneInfo(zone)).date()


def _json(said: Mapping[str, Any]) -> str:
    return json.dumps({name.removeprefix("traits."): value for name, value in said.items()})
