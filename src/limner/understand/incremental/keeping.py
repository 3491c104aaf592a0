"""Which cells some definitions need together, and how each definition is read from their views."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from limner.understand.incremental.account import Account, Number
from limner.understand.incremental.cell import Cell, Window
from limner.understand.incremental.measuring import (
    NAMES,
    TABLE,
    Asked,
    Place,
    Read,
    place_of,
    read_distance,
    read_sequence,
)
from limner.understand.incremental.program import Target
from limner.understand.tags.tag import Tag
from limner.understand.tags.text import write_value
from limner.understand.tags.value import Distance, Measured
from limner.understand.tags.value import Sequence as Steps

_FORMAT = 1  # counts up when states are kept another way


@dataclass(frozen=True, slots=True)
class Reading:
    """A tag that is read from views: by which text, and `bits` are those of its cells.

    `follows_the_day`: whether it changes with the as-of day alone.
    """

    code: str
    read: Read
    bits: int
    windows: frozenset[int]
    follows_the_day: bool


@dataclass(frozen=True, slots=True)
class InWindow:
    """What is viewed in a window: of numbers the view's place, the cell's number and its bit."""

    numbers: tuple[tuple[int, int, int], ...]
    others: tuple[tuple[int, Target], ...]


class Keeping:
    """The cells, views and windows of some tags."""

    def __init__(self, tags: Sequence[Tag], stores: Mapping[str, Place]) -> None:
        self._cells: dict[Cell, Target] = {}
        self._views: dict[tuple[Cell, Window | None], int] = {}
        self._most: dict[Cell, int] = {}
        self.names: dict[str, object] = dict(NAMES)  # what the texts of readings name
        self.windows: dict[Window, int] = {}
        self._asked: list[tuple[Cell, Window | None]] = []
        self._plans: list[tuple[str, list[tuple[Cell, Window | None]]]] = []
        measured = [tag for tag in tags if isinstance(tag.value, Measured | Steps | Distance)]
        # Whatever order the tags come in, the same definitions make the same cells.
        ordered = sorted(measured, key=lambda tag: write_value(tag.value))
        for tag in ordered:  # first how many values each account keeps: that is shared too
            self._read(tag, stores)
        self._cells, self._views, self.windows = {}, {}, {}
        self.readings = {tag.code: self._reading(tag, stores) for tag in ordered}
        self.targets = tuple(self._cells.values())
        # The numbers of views: those kept for ever, and of each window those kept by the day.
        self.ever = tuple(t for t in self.targets if t.place is not None)
        self.daily = tuple(t for t in self.targets if t.number is not None)
        self.size = len(self._views)
        # The bit of the as-of day, and that of all that comes from elsewhere, beside those of cells.
        self.day_bit = 1 << len(self.targets)
        self.outside_bit = 2 << len(self.targets)
        self.by_window = tuple(self._in_window(window) for window in self.windows.values())

    def _in_window(self, window: int) -> InWindow:
        viewed = [(place, t) for t in self.daily for place, at in t.views if at == window]
        return InWindow(
            tuple(
                (p, t.number or 0, 1 << t.bit) for p, t in viewed if isinstance(t.account, Number)
            ),
            tuple((p, t) for p, t in viewed if not isinstance(t.account, Number)),
        )

    @property
    def signature(self) -> str:
        """What changes when kept states are of no use any more."""
        told = repr((_FORMAT, list(self._cells), [self._most[cell] for cell in self._cells]))
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    def new_views(self) -> list[Any]:
        """Views of nothing."""
        views: list[Any] = [None] * self.size
        for target in self.targets:
            for place in (target.place, *(place for place, _ in target.views)):
                if place is not None:
                    views[place] = target.account.new()
        return views

    def no_sums(self) -> list[Any]:
        """The sums of a day without events."""
        return [target.account.zero for target in self.daily]

    def view(self, cell: Cell, window: Window | None, n: int) -> int:
        """The place of the view of a cell; `window` of one that is kept by the day."""
        self._most[cell] = max(n, self._most.get(cell, 0))
        self._asked.append((cell, window))
        key = (cell, window)
        if key not in self._views:
            target = self._cells.get(cell)
            if target is None:
                account: Account = cell.account(self._most[cell])
                target = self._cells[cell] = Target(cell, len(self._cells), account)
                if cell.is_daily:
                    target.number = sum(t.number is not None for t in self._cells.values())
            self._views[key] = len(self._views)
            if window is None:
                target.place = self._views[key]
            else:
                at = self.windows.setdefault(window, len(self.windows))
                target.views.append((self._views[key], at))
        return self._views[key]

    def bind(self, value: object) -> str:
        """A name for a value, in the texts of readings."""
        name = f"b{len(self.names)}"
        self.names[name] = value
        return name

    def _read(self, tag: Tag, stores: Mapping[str, Place]) -> Read:
        match tag.value:
            case Measured() as value:
                return TABLE[value.measure](Asked(value, self))
            case Steps() as value:
                return read_sequence(value, self)
            case Distance() as value:
                return read_distance(place_of(value, stores), self)
        raise AssertionError(tag.value)

    def _reading(self, tag: Tag, stores: Mapping[str, Place]) -> Reading:
        self._asked = []
        read = self._read(tag, stores)
        bits, windows = 0, set()
        for cell, window in self._asked:
            bits |= 1 << self._cells[cell].bit
            if window is not None:
                windows.add(self.windows[window])
        follows = isinstance(tag.value, Measured) and tag.value.measure.startswith("time_since_")
        return Reading(tag.code, read, bits, frozenset(windows), follows)
