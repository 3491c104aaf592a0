"""The stream reader: every tag of a customer, kept up to date event by event.

    reader = Reader(tags, products, stores, "Asia/Shanghai")
    state = reader.new()
    reader.fold(state, row)              # a row of `events`; rows may come in any order, each once
    reader.values(state, as_of)          # the same, to the last digit, as `compute` of the lake

States of several identifiers can be joined at any time: it is as if their events had been folded as
one.  Nothing here does I/O or asks the clock.  What an event costs does not depend on how many
events there were, but for what cannot be taken apart: the extreme of a span when its day leaves.
"""

from __future__ import annotations

import hashlib
from bisect import insort
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from limner.core.event import ORDER_REFUNDED, OWN_EVENTS
from limner.understand.incremental.keeping import Keeping
from limner.understand.incremental.local import LocalTime, microseconds
from limner.understand.incremental.measuring import Place
from limner.understand.incremental.moving import Moving
from limner.understand.incremental.outside import from_outside, typed
from limner.understand.incremental.program import Product, reads, write_program
from limner.understand.incremental.reading import write_reading
from limner.understand.incremental.state import UNREAD, State
from limner.understand.incremental.stored import Stored
from limner.understand.tags.order import in_order
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Expression

Row = Mapping[str, Any]
Fold = Callable[[State, Row, int, int, int, int], int]
_NOBODY: Mapping[str, Any] = {}


class Reader:
    """The definitions of some tags, made into programs; see the module.

    `products`: by product_id the catalogue's department, category, brand and whether it is an own
    brand; as a function together with an `edition` that changes when the catalogue does.  `stores`:
    by store_id where they are.  Tags that expressions read are among the tags.
    `signature` changes when kept states are of no use any more: other cells, another catalogue.
    """

    def __init__(
        self,
        tags: Sequence[Tag],
        products: Mapping[str, Product] | Callable[[str | None], Product | None],
        stores: Mapping[str, Place],
        timezone: str,
        edition: str = "",
    ) -> None:
        self._tags = {tag.code: tag for tag in tags}
        self._keeping = Keeping(tags, stores)
        self._local = LocalTime(timezone)
        self._zero = tuple(self._keeping.no_sums())
        self._moving = Moving(self._keeping)
        if isinstance(products, Mapping):
            self._known: Callable[[Any], Product | None] = products.get
            edition = edition or repr(sorted(products.items()))
        else:
            self._known = products
        reads_products = any(t.cell.pick.is_of_lines for t in self._keeping.targets)
        told = (self._keeping.signature, timezone, edition if reads_products else "")
        self.signature = hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()
        self._stored = Stored(self._keeping, self.signature)
        self._names = {ORDER_REFUNDED, *OWN_EVENTS}
        for target in self._keeping.targets:
            for pick in target.cell.steps or (target.cell.pick,):
                self._names.update(pick.events)
        self._programs: dict[str | None, Fold] = {}
        self.programs: dict[str | None, str] = {}  # their texts, to read, as `reading` is
        self._readings = tuple(
            self._keeping.readings[tag.code] for tag in tags if tag.code in self._keeping.readings
        )
        self._outside = {
            tag.code: from_outside(tag)
            for tag in tags
            if tag.code not in self._keeping.readings and not isinstance(tag.value, Expression)
        }
        self._own = self._tags.keys() - self._outside.keys()
        self._unknown = dict.fromkeys(self._tags, UNREAD)
        order = in_order(
            {tag.code: tag.value.reads if isinstance(tag.value, Expression) else () for tag in tags}
        )
        values = {code: self._tags[code].value for code in order}
        self._expressions = {c: v for c, v in values.items() if isinstance(v, Expression)}
        self.reading, self._read = write_reading(self._keeping, list(self._tags), self._expressions)

    # ---- states

    def new(self) -> State:
        """The state of nobody's events."""
        return State(self._keeping.new_views(), self._moving.nowhere, dict(self._unknown))

    def fold(self, state: State, row: Row) -> bool:
        """Add an event to a state: a row of `events`; whether anything that is kept changed.

        An event of a later day than that on which it was received counts from its day on.
        """
        at = microseconds(row["time"])
        day, hour, weekday = self._local.at(at)
        received = row.get("received_at")
        if (
            received is not None
            and received < row["time"]
            and (state.day is None or state.day < day)
            and self._local.at(microseconds(received))[0] < day
        ):
            state.ahead.append((day, dict(row)))
            return True
        return self._folded(state, row, at, day, hour, weekday)

    def _folded(self, state: State, row: Row, at: int, day: int, hour: int, weekday: int) -> bool:
        if state.day is not None and day > state.day:
            self._moving.move(
                state, day
            )  # whoever asks from now on asks about this day, or a later one
        name = row["event"]
        if name not in self._names:
            name = None
        program = self._programs.get(name)
        if program is None:
            program = self._program(name)
        changed = program(state, row, at, day, hour, weekday)
        if changed:
            state.changed |= changed
            return True
        return False

    def join(self, states: Iterable[State]) -> State:
        """The state of all events of some states, which stay as they are."""
        return self._stored.join(self.new(), states)

    def encode(self, state: State) -> bytes:
        """The state as bytes; `decode` of a reader of the same signature reads them back."""
        return self._stored.encode(state)

    def decode(self, body: bytes) -> State:
        """The state of some bytes.

        Raises: `Broken` for a state that a reader of other definitions has kept.
        """
        return self._stored.decode(self.new(), body)

    # ---- values

    def values(
        self, state: State, as_of: date, outside: Mapping[str, Any] = _NOBODY
    ) -> dict[str, Any]:
        """Every tag's value at the end of `as_of`, as `compute` gives it, by code.

        No event after `as_of` was folded, but for those that came before their day.  `outside`: what
        comes from elsewhere, traits as `traits.NAME` and scores and hand-set values by their tag's code;
        under the code of another tag, what somebody has set in place of its own value.
        """
        self.update(state, as_of, outside)
        return {code: state.values[code] for code in self._tags}

    def update(
        self, state: State, as_of: date, outside: Mapping[str, Any] = _NOBODY
    ) -> dict[str, Any]:
        """The values that are others than when they were last asked for, by code.

        All values are then in `state.values`, which is not to be changed.
        """
        day = as_of.toordinal()
        if state.ahead:
            self._release(state, day)
        if day != state.day:
            self._moving.move(state, day)
        values, changes = state.values, dict[str, Any]()
        if outside is not state.outside:
            self._look_outside(state, outside, changes)
        if state.changed:
            self._read(state.changed, state.views, day, values, state.held, changes)
            state.changed = 0
        return changes

    def _look_outside(
        self, state: State, outside: Mapping[str, Any], changes: dict[str, Any]
    ) -> None:
        """Take up what comes from elsewhere, also what somebody has set in place of a tag's own value."""
        values = state.values
        state.outside = outside
        held = {
            code: typed(outside[code], self._tags[code].kind)
            for code in outside
            if code in self._own
        }
        if held != state.held:
            for code in state.held.keys() - held.keys():
                values[code] = UNREAD
            state.held, state.changed = held, -1
        found = {code: find(outside) for code, find in self._outside.items()}
        for code, value in (*found.items(), *held.items()):
            if value != values[code]:
                values[code] = changes[code] = value
                state.changed |= self._keeping.outside_bit

    def next_change(
        self, state: State, as_of: date, codes: Collection[str] | None = None
    ) -> date | None:
        """The next business day at whose end some value may be another with no event; None if never.

        Never too late; `codes`: only the values of these tags matter, and what they are made of.
        """
        day = as_of.toordinal()
        found = [ahead for ahead, _ in state.ahead if ahead > day]
        wanted = None if codes is None else self._made_of(codes)
        active = state.order
        windows: set[int] = set()
        if state.day != day or state.changed:
            self.update(state, as_of, state.outside or _NOBODY)
        for reading in self._readings:
            if wanted is None or reading.code in wanted:
                windows |= reading.windows
                if reading.follows_the_day and state.values[reading.code] is not None:
                    found.append(day + 1)
        for window in windows:
            change = self._moving.windows[window].next_change(day, active)
            if change is not None:
                found.append(change)
        return date.fromordinal(min(found)) if found else None

    # ---- how

    def _made_of(self, codes: Collection[str]) -> set[str]:
        wanted = set(codes)
        for code, expression in reversed(self._expressions.items()):
            if code in wanted:
                wanted.update(expression.reads)
        return wanted

    def _program(self, name: str | None) -> Fold:
        targets = [t for t in self._keeping.targets if reads(t.cell, name)]
        helpers = {"known": self._known, "day_of": self._sums_of}
        text, names = write_program(name, targets, helpers)
        exec(compile(text, f"<fold {name!r}>", "exec"), names)  # noqa: S102  no word of it is anybody else's
        self.programs[name] = text
        program: Fold = names["fold"]  # type: ignore[assignment]
        self._programs[name] = program
        return program

    def _sums_of(self, state: State, day: int) -> list[Any]:
        sums = state.days.get(day)
        if sums is None:
            sums = list(self._zero)
            if day >= state.horizon:
                state.days[day] = sums
                insort(state.order, day)
        return sums

    def _release(self, state: State, day: int) -> None:
        """Fold the events whose day has come."""
        due = [row for ahead, row in state.ahead if ahead <= day]
        if due:
            state.ahead = [each for each in state.ahead if each[0] > day]
            for row in due:
                at = microseconds(row["time"])
                self._folded(state, row, at, *self._local.at(at))
