"""What one step of the worker changes: all of it is written together, or none of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from limner.collect.live.movement import Movement

# Events that count: they go to the lake, to visits and to live facts.
KEPT = ("ok", "warned")
QUARANTINED = "quarantined"
# Everything an event may turn out to be.
ANSWERED = (*KEPT, "bot", "internal", QUARANTINED)

# position, event_id, source, received_at, anchor, type, event, verdict, notes, row
Recent = tuple[
    int, str, str, int, str | None, str | None, str | None, str, str, bytes
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """An event that could not be taken, with everything that trying it again takes.

    `received_at`: microseconds since 1970.  `envelope`: what its batch shared, as in the log.
    `replay_of`: the id of the waiting row, where this was a replay of one.
    """

    position: int
    source: str
    received_at: int
    code: str
    reason: str
    field: str
    value: str
    body: bytes
    envelope: bytes
    replay_of: str | None = None


@dataclass(slots=True)
class Chunk:
    """The outcome of the events after `after` up to `position`.

    `visits` and `facts`: their new state by key.  `records`: what `identify` events said, as rows
    of the lake's `customers`, with their positions.  `replayed`: waiting rows that went through.
    `arrived`: events by (second of arrival, source, verdict); a negative second for those that
    arrived long ago and change their verdict by a replay.  `movement`: what becomes of portraits
    and memberships, where anything reads them.
    """

    after: int
    position: int
    recent: list[Recent] = field(default_factory=list)
    visits: list[tuple[str, bytes]] = field(default_factory=list)
    facts: list[tuple[str, bytes]] = field(default_factory=list)
    records: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    replayed: list[str] = field(default_factory=list)
    arrived: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    movement: Movement | None = None
