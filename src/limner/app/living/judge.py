"""What the worker must know of tags and segments to keep memberships alive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from limner.core.words import Words
from limner.understand.tags.value import Score

Row = Mapping[str, Any]
State = Any  # what a reader makes of rows; only the reader looks into it


@dataclass(frozen=True, slots=True)
class Watched:
    """A segment whose members are kept alive.  `said`: its definition, as far as it changes who is in."""

    code: str
    words: Words
    version: int
    said: str


class Judge(Protocol):
    """The definitions in force, made ready to be asked event by event.

    `signature`: of what states are made of; states of another one are made anew.  `columns`: of the
    lake's `events` that a row must have.  `outside`: what is asked that no event says; `scores`:
    what models say, by the names they are asked under.
    """

    signature: str
    columns: Sequence[str]
    segments: Mapping[str, Watched]
    outside: frozenset[str]
    scores: Mapping[str, Score]

    def new(self) -> State:
        """The state of no events."""
        ...

    def fold(self, state: State, row: Row) -> bool:
        """Add an event to a state; whether that changed anything."""
        ...

    def join(self, states: Sequence[State]) -> State:
        """The state of several identifiers together; of none that of nobody."""
        ...

    def encode(self, state: State) -> bytes:
        """The state as live.db keeps it."""
        ...

    def decode(self, body: bytes) -> State:
        """The state that `encode` wrote."""
        ...

    def values(self, state: State, as_of: date, outside: Row) -> dict[str, Any]:
        """All tags of a customer at the end of a business day."""
        ...

    def members(self, state: State, as_of: date, outside: Row) -> frozenset[str]:
        """The segments that a customer is in at the end of a business day."""
        ...

    def due(self, state: State, as_of: date) -> date | None:
        """The next day on which time alone may change who is in; None for never."""
        ...
