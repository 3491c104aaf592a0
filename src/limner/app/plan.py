"""The tracking plan as people edit it: every change checked, numbered and audited."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
from sqlalchemy import select

from limner.app.limner import Limner
from limner.collect.plan.infer import infer
from limner.collect.plan.plan import EVERY_SOURCE, OnBreach, compiled, mode_of
from limner.core.errors import Malformed, Unknown
from limner.govern.audit import entry
from limner.store.models import PlannedEvent, Source

_TYPES = frozenset(["identify", "track", "page", "screen", "group", "alias"])
_KEYS = frozenset(["source", "event", "schema", "on_breach", "description"])
_LONGEST_EVENT = 200
_LARGEST = 64 * 1024  # characters of a schema


@dataclass(frozen=True, slots=True)
class PlanCard:
    """What the plan says of one event; `version` grows with every change."""

    source: str
    event: str
    json_schema: dict[str, Any]
    on_breach: OnBreach
    description: str
    version: int
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants the plan to say of one event."""

    source: str
    event: str
    json_schema: Mapping[str, Any]
    on_breach: str = "warn"
    description: str = ""


def list_plan(limner: Limner, source: str | None = None) -> list[PlanCard]:
    """The plan, or of one source what holds for it (its own rows and those for all)."""
    wanted = select(PlannedEvent).order_by(PlannedEvent.event, PlannedEvent.source)
    if source is not None:
        wanted = wanted.where(PlannedEvent.source.in_([source, EVERY_SOURCE]))
    with limner.store.reading() as session:
        return [_card(row) for row in session.scalars(wanted)]


def planned(limner: Limner, source: str, event: str) -> PlanCard:
    """What the plan says of one event.

    Raises: `Unknown` when it says nothing of it.
    """
    with limner.store.reading() as session:
        row = session.get(PlannedEvent, (source, event))
        if row is None:
            raise _unknown(source, event)
        return _card(row)


def save_plan(limner: Limner, wanted: Iterable[Wanted], by: str, at: datetime) -> list[PlanCard]:
    """Take up rows of the plan: all of them, or none when one is wrong.

    A row that says what the plan says already changes nothing; one that changes something gets
    the next version, and the audit keeps what it says.
    Raises: `Malformed` naming the field and the place in the schema, `Unknown` for a source that
    there is not.
    """
    rows = [_checked(each) for each in wanted]
    saved = []
    with limner.store.session() as session:
        sources = set(session.scalars(select(Source.name)))
        for row in rows:
            if row.source != EVERY_SOURCE and row.source not in sources:
                there = ", ".join(sorted(sources)) or "none yet"
                raise Unknown(
                    "plan-source",
                    f"there is no source {row.source!r}; there is {there}, or {EVERY_SOURCE} for all",
                    "source",
                )
            kept = session.get(PlannedEvent, (row.source, row.event))
            if kept is not None and _says(kept) == _wants(row):
                saved.append(_card(kept))
                continue
            if kept is None:
                kept = PlannedEvent(source=row.source, event=row.event, version=0)
                session.add(kept)
            kept.json_schema, kept.on_breach = dict(row.json_schema), row.on_breach
            kept.description = row.description
            kept.version += 1
            kept.updated_at, kept.updated_by = at, by
            detail = {"version": kept.version, "on_breach": row.on_breach, "schema": kept.json_schema}  # fmt: skip
            session.add(entry(by, "plan.saved", f"{row.source}: {row.event}", detail, at))
            saved.append(_card(kept))
    return saved


def remove_planned(limner: Limner, source: str, event: str, by: str, at: datetime) -> None:
    """Let the plan say nothing of an event any more.

    Raises: `Unknown` when it says nothing of it.
    """
    with limner.store.session() as session:
        row = session.get(PlannedEvent, (source, event))
        if row is None:
            raise _unknown(source, event)
        session.delete(row)
        detail = {"version": row.version, "on_breach": row.on_breach, "schema": row.json_schema}
        session.add(entry(by, "plan.removed", f"{source}: {event}", detail, at))


def infer_schema(
    limner: Limner, event: str, source: str = EVERY_SOURCE, most: int = 1000
) -> tuple[dict[str, Any], int]:
    """A schema that the newest events of a name (or a type) hold to, and how many were seen.

    Only events in the lake are looked at: those that came some seconds ago.
    Raises: `Unknown` when there is no such event.
    """
    events = limner.lake.table("events")
    of = events.type == event if event in _TYPES else events.event == event
    if source != EVERY_SOURCE:
        of = of & (events.source == source)
    newest = events.filter(of).order_by(ibis.desc("time")).limit(most).select("properties")
    found = [json.loads(text) if text else {} for text in limner.lake.fetch(newest)["properties"].to_pylist()]  # fmt: skip
    if not found:
        raise Unknown(
            "plan-event-unseen",
            f"no event {event!r} of source {source} is in the lake; see `limner live tail`",
            "event",
        )
    return infer(each for each in found if isinstance(each, dict)), len(found)


def read_plan(document: object) -> list[Wanted]:
    """The rows of a plan's file: one object, or a list of them.

    Raises: `Malformed` naming the entry and the key that is wrong.
    """
    entries = document if isinstance(document, list) else [document]
    return [_wanted(said, at) for at, said in enumerate(entries, 1)]


def _wanted(said: object, at: int) -> Wanted:
    if not isinstance(said, dict):
        raise _wrong(at, "", said, "an object with event and schema")
    for key in said:
        if key not in _KEYS:
            raise _wrong(at, str(key), said[key], f"one of {', '.join(sorted(_KEYS))}")
    texts = {"source": EVERY_SOURCE, "event": "", "on_breach": "warn", "description": ""}
    for key, default in texts.items():
        texts[key] = value = said.get(key, default)
        if not isinstance(value, str):
            raise _wrong(at, key, value, "text")
    schema = said.get("schema", {})
    if not isinstance(schema, dict):
        raise _wrong(at, "schema", schema, "a JSON Schema")
    return Wanted(texts["source"], texts["event"], schema, texts["on_breach"], texts["description"])


def _wrong(at: int, key: str, seen: object, wanted: str) -> Malformed:
    where = f"entry {at}, {key}" if key else f"entry {at}"
    return Malformed("plan-file", f"{where} is {seen!r:.80}; write {wanted}", key)


def _checked(row: Wanted) -> Wanted:
    event = row.event.strip()
    if not event or len(event) > _LONGEST_EVENT or not event.isprintable():
        raise Malformed(
            "plan-event",
            f"{row.event!r:.80} is no event's name; write 1 to {_LONGEST_EVENT} characters, or a type"
            " such as identify",
            "event",
        )
    mode_of(row.on_breach)
    try:
        size = len(json.dumps(row.json_schema, ensure_ascii=False))
    except TypeError as error:  # YAML reads 2024-01-01 as a date
        raise Malformed(
            "plan-schema", f"the schema of {event} is no JSON: {error}; put it in quotes", "schema"
        ) from None
    if size > _LARGEST:
        raise Malformed(
            "plan-schema-large", f"the schema has {size:,} characters; {_LARGEST:,} are allowed", "schema"
        )  # fmt: skip
    compiled(row.json_schema)
    return Wanted(
        row.source.strip(), event, row.json_schema, row.on_breach, row.description.strip()
    )


def _says(row: PlannedEvent) -> tuple[Any, ...]:
    return row.json_schema, row.on_breach, row.description


def _wants(row: Wanted) -> tuple[Any, ...]:
    return dict(row.json_schema), row.on_breach, row.description


def _unknown(source: str, event: str) -> Unknown:
    return Unknown(
        "plan-unknown", f"the plan says nothing of {event!r} from {source}; see limner plan list", "event"
    )  # fmt: skip


def _card(row: PlannedEvent) -> PlanCard:
    return PlanCard(
        row.source, row.event, row.json_schema, mode_of(row.on_breach), row.description,
        row.version, row.updated_at, row.updated_by,
    )  # fmt: skip
