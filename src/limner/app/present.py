"""Everybody as of now: with all that has arrived since the last build, as the stream reader has it.

Events of the lake and those on their way there, under the names that customers have today.  What
no event says is as the last build left it, and what `identify` said since then stands over it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeAlias

import ibis
import msgspec
import pyarrow as pa
from ibis.expr.types import Table
from sqlalchemy import select

from limner import unify
from limner.app import identity
from limner.app.limner import Limner
from limner.app.live import live_file
from limner.app.living.history import snapshot
from limner.app.living.outside import TRAITS, built_at, said_since
from limner.app.reports import as_of as built_as_of
from limner.app.tags import facts_of
from limner.collect.live.file import reading_file
from limner.collect.live.recent import records_since
from limner.collect.live.settle import rows_after
from limner.core.batches import batches
from limner.core.clock import parse_day, zone
from limner.core.errors import Malformed
from limner.core.event import OWN_SOURCE
from limner.store.models import Identifier, IdentityVersion
from limner.understand.tags.source import Facts

NOW = "now"  # how people write it
_ASKED = 5_000


@dataclass(frozen=True, slots=True)
class Present:
    """As of now: the end of the business day it is, with everything that has arrived."""

    day: date


# A day to look back from: None is that of the last build, whose portraits are read as they stand.
AsOf: TypeAlias = date | Present | None


@dataclass(frozen=True, slots=True)
class Newer:
    """What arrived after the last build, which looked back from `built`, up to the day `today`."""

    events: int
    built: date
    today: date


def present(limner: Limner, at: datetime | None = None) -> Present:
    """The present; `at` is this moment unless given."""
    return Present((at or datetime.now(UTC)).astimezone(zone(limner.settings.timezone)).date())


def read_as_of(limner: Limner, written: str | date | None, at: datetime | None = None) -> AsOf:
    """What people write for a day to look back from: a day, `now`, or nothing for the last build.

    Raises: `Malformed` for anything else.
    """
    if isinstance(written, date) or not written:
        return written or None
    if written == NOW:
        return present(limner, at)
    try:
        return parse_day(written)
    except Malformed as error:
        raise Malformed(error.code, f"{error.message}, or {NOW}", "as_of") from error


def day_of(limner: Limner, as_of: AsOf) -> date | None:
    """The business day that is meant; None when it is the last build's and there was none."""
    return as_of.day if isinstance(as_of, Present) else as_of or built_as_of(limner)


def is_after_build(limner: Limner, as_of: AsOf) -> bool:
    """Whether it is asked for what no build has seen: now, or a day after the last build's."""
    if isinstance(as_of, Present):
        return True
    built = built_as_of(limner)
    return as_of is not None and built is not None and as_of > built


def newer(limner: Limner, at: datetime | None = None) -> Newer | None:
    """What customers did that arrived after the last build; None before there was any."""
    built, lake = built_as_of(limner), limner.lake
    made_at = lake.written_at("memberships")
    if built is None or made_at is None:
        return None
    with reading_file(live_file(limner)) as connection:
        version, position = snapshot(lake)
        waiting = 0
        if connection is not None:
            told = rows_after(connection, position)
            waiting = sum(source != OWN_SOURCE for source in told["source"].to_pylist())
    events = lake.table("events", version)
    since = events.filter(events.received_at > made_at, events.source != OWN_SOURCE)
    found = lake.fetch(since.aggregate(n=since.count()))["n"][0].as_py()
    return Newer(found + waiting, built, present(limner, at).day)


@dataclass(frozen=True, slots=True)
class Now:
    """What everything is computed from as of now.

    `people`: columns `customer_id` and those asked for, of everybody with a record or in a portrait.
    """

    facts: Facts
    people: Table


def read_now(limner: Limner, columns: Collection[str]) -> Now:
    """The facts as of now, and what no event says of customers in some columns of the portrait."""
    lake, aliases = limner.lake, _aliases_now(limner)
    with reading_file(live_file(limner)) as connection:
        version, position = snapshot(lake)
        events = lake.table("events", version)
        said: dict[str, dict[str, Any]] = {}
        if connection is not None:
            waiting = rows_after(connection, position)
            if waiting.num_rows:
                fresh = ibis.memtable(waiting).cast(events.schema())
                events = events.union(fresh.select(*events.columns))
            said = _said(limner, records_since(connection, built_at(limner)), columns)
    profiles = lake.table("profiles")
    wanted = [c for c in profiles.columns if c in {"customer_id", TRAITS, *columns}]
    mine = profiles.mutate(is_recorded=profiles.provenance.notnull())
    gone = _gone(limner, aliases)
    if gone:
        mine = mine.filter(mine.customer_id.notin(gone))
    people = _with_said(limner, mine.select(*wanted, "is_recorded"), said)
    records = people.filter(people.is_recorded).select("customer_id", TRAITS)
    facts = facts_of(limner, unify.attribute(events, aliases), records)
    return Now(facts, people.drop("is_recorded"))


def list_now(limner: Limner, code: str) -> Table:
    """The customers of an uploaded list under the names they have today: one column `customer_id`."""
    rows = limner.lake.table("lists")
    found = limner.lake.fetch(
        rows.filter(rows.list == code).select("kind", "value", "customer_id").distinct()
    ).to_pylist()
    today = identity.resolve_all(limner, {(row["kind"], row["value"]) for row in found})
    names = {today.get((row["kind"], row["value"]), row["customer_id"]) for row in found}
    told = pa.table({"customer_id": pa.array(sorted(names - {None}), pa.string())})
    return ibis.memtable(told)


# ---- who is called what today


def _aliases_now(limner: Limner) -> pa.Table:
    with limner.store.reading() as session:
        version = session.scalars(select(IdentityVersion.version)).one()
    return _aliases(limner, version, limner.lake.version("identities"))


@lru_cache(maxsize=2)
def _aliases(limner: Limner, version: int, built: int | None) -> pa.Table:
    """The identifiers that do not name their customer: kind, value, customer_id.

    Spellings of which the last build alone knows whose they are come besides.
    """
    asked = select(Identifier.kind, Identifier.value, Identifier.customer_id).where(
        Identifier.value != Identifier.customer_id
    )
    with limner.store.reading() as session:
        found = {(kind, value): name for kind, value, name in session.execute(asked)}
    rows = limner.lake.table("identities", built)
    rows = rows.filter(rows.value != rows.customer_id).select("kind", "value", "customer_id")
    spelled = {
        (row["kind"], row["value"]): row["customer_id"]
        for row in limner.lake.fetch(rows).to_pylist()
        if (row["kind"], row["value"]) not in found
    }
    for key in identity.resolve_all(limner, spelled):  # by now it names a customer itself
        del spelled[key]
    today = identity.resolve_texts(limner, set(spelled.values()))
    for key, name in spelled.items():
        known = today[name]
        found[key] = name if known is None else known[1]
    return pa.table(
        {
            "kind": pa.array([kind for kind, _ in found], pa.string()),
            "value": pa.array([value for _, value in found], pa.string()),
            "customer_id": pa.array(list(found.values()), pa.string()),
        }
    )


def _gone(limner: Limner, aliases: pa.Table) -> list[str]:
    """The names of the last build that are nobody's any more."""
    if not aliases.num_rows:
        return []
    told = ibis.memtable(aliases)
    names = told.select(name=told.value).union(told.select(name=told.kind + ":" + told.value))
    profiles = limner.lake.table("profiles").select("customer_id")
    found = profiles.semi_join(names, profiles.customer_id == names.name)
    maybe = set(limner.lake.fetch(found)["customer_id"].to_pylist())
    return sorted(maybe - _called(limner, maybe))


def _called(limner: Limner, names: Collection[str]) -> set[str]:
    """Those of some names that are a customer's today."""
    found: set[str] = set()
    with limner.store.reading() as session:
        for some in batches(sorted(names), _ASKED):
            asked = select(Identifier.customer_id).where(Identifier.customer_id.in_(some))
            found.update(session.scalars(asked.distinct()))
    return found


# ---- what people said of themselves since the last build


def _said(
    limner: Limner, records: Mapping[str, Sequence[Mapping[str, Any]]], columns: Collection[str]
) -> dict[str, dict[str, Any]]:
    """What records say that are newer than the build, by customer; traits as `traits.NAME`."""
    of_customer: dict[str, list[Mapping[str, Any]]] = {}
    with limner.store.reading() as session:
        for some in batches(sorted(records), _ASKED):
            asked = select(Identifier.value, Identifier.customer_id).where(
                Identifier.value.in_(some)
            )
            for value, name in session.execute(asked.distinct()):
                of_customer.setdefault(name, []).extend(records[value])
    since = built_at(limner)
    return {name: said_since(told, columns, since) for name, told in of_customer.items()}


def _with_said(limner: Limner, people: Table, said: Mapping[str, Mapping[str, Any]]) -> Table:
    """The people with what they said of themselves; also those whom the build did not know."""
    if not said:
        return people
    names = ibis.memtable(pa.table({"customer_id": pa.array(sorted(said), pa.string())}))
    known = limner.lake.fetch(people.semi_join(names, "customer_id"))
    rows = {row["customer_id"]: row for row in known.to_pylist()}
    kinds = {field.name: field.type for field in known.schema}
    told = []
    for name, words in said.items():
        row = rows.get(name, dict.fromkeys(kinds) | {"customer_id": name})
        traits = json.loads(row[TRAITS] or "{}")
        for key, value in words.items():
            if key.startswith(f"{TRAITS}."):
                traits[key.removeprefix(f"{TRAITS}.")] = value
            elif key in kinds:
                row[key] = _as(value, kinds[key])
        row[TRAITS] = msgspec.json.encode(traits).decode() if traits else None
        told.append(row | {"is_recorded": True})
    rest = people.anti_join(names, "customer_id")
    fresh = ibis.memtable(pa.Table.from_pylist(told, known.schema)).cast(people.schema())
    return rest.union(fresh)


def _as(value: Any, kind: pa.DataType) -> Any:
    if pa.types.is_date(kind) and isinstance(value, str):
        return date.fromisoformat(value)
    return value
