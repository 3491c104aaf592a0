"""How the views of moving spans come from one day to another: whole days leave, and whole days come."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Any

from limner.understand.incremental.account import STALE
from limner.understand.incremental.keeping import InWindow, Keeping
from limner.understand.incremental.program import Target
from limner.understand.incremental.state import State

Bounds = tuple[int, int]  # the first and the last day (ordinals), both included
# Takes the sums of days out of the numbers of a window, and puts others in.
Numbers = Callable[[list[Any], list[list[Any]], list[list[Any]]], None]
_NEVER: Bounds = (1, 0)
_NO_DAYS: list[int] = []
_MOST_KEPT = 4096


class Moving:
    """The windows of some definitions, and the way from one day to another.

    Neither end of a window ever goes back when time goes on.
    """

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self.windows = tuple(keeping.windows)
        self.nowhere = tuple(_NEVER for _ in self.windows)  # where they are before the first day
        self._bounds: dict[int, tuple[Bounds, ...]] = {}
        self._numbers = tuple(_write_numbers(window) for window in keeping.by_window)
        self._bits = tuple(_bits_of(window) for window in keeping.by_window)

    def _bounds_at(self, day: int) -> tuple[Bounds, ...]:
        found = self._bounds.get(day)
        if found is None:
            if len(self._bounds) >= _MOST_KEPT:
                self._bounds.clear()
            found = self._bounds[day] = tuple(window.bounds(day) for window in self.windows)
        return found

    def move(self, state: State, day: int) -> None:
        """Let the views of a state be those at the end of a day (an ordinal)."""
        bounds, order, views = self._bounds_at(day), state.order, state.views
        if state.day is None or day < state.day:
            for window in self._keeping.by_window:
                for place, _, _ in window.numbers:
                    views[place] = 0
                for place, target in window.others:
                    views[place] = target.account.new()
            state.bounds, state.changed = self.nowhere, -1
        before, state.bounds, state.day = state.bounds, bounds, day
        state.changed |= self._keeping.day_bit
        if not order:
            return
        newest, horizon = order[-1], day
        for at, ((first, last), now) in enumerate(zip(before, bounds, strict=True)):
            low, high = now
            horizon = min(low, horizon)
            leaving = coming = _NO_DAYS
            if low > first:
                start = bisect_left(order, first)
                leaving = order[start : bisect_left(order, min(low, last + 1), start)]
            if newest > last and high > last:
                start = bisect_left(order, max(low, last + 1))
                coming = order[start : bisect_right(order, high, start)]
            if leaving or coming:
                self._shift(state, at, leaving, coming, now)
        self._forget(state, horizon)

    def _shift(
        self, state: State, at: int, leaving: list[int], coming: list[int], now: Bounds
    ) -> None:
        """Take days out of the views of a window, and put others in."""
        views, days = state.views, state.days
        less, more = [days[day] for day in leaving], [days[day] for day in coming]
        self._numbers[at](views, less, more)
        for place, target in self._keeping.by_window[at].others:
            views[place] = _shifted(state, views[place], target, less, more, now)
        state.changed |= self._bits[at]

    def _forget(self, state: State, horizon: int) -> None:
        """Drop the days that no span will reach again."""
        if horizon > state.horizon:
            count = bisect_left(state.order, horizon)
            for day in state.order[:count]:
                del state.days[day]
            del state.order[:count]
            state.horizon = horizon


def _shifted(
    state: State, view: Any, target: Target, leaving: list[list[Any]],
    coming: list[list[Any]], now: Bounds,
) -> Any:  # fmt: skip
    """The view of an account that is no number, without some days and with others."""
    number, account = target.number, target.account
    assert number is not None  # noqa: S101  it is one of those kept by the day
    if leaving:
        left = _Left(state, number, now)
        for sums in leaving:
            if (less := sums[number]) is not None:
                view = account.remove(view, less, left)
                if view is STALE:
                    view = account.new()
                    for more in left.sums():
                        view = account.add(view, more)
                    return view
    for sums in coming:
        if (more := sums[number]) is not None:
            view = account.add(view, more)
    return view


class _Left:
    """Whether a value is among the rows of the days that are left in a window; looked up when asked."""

    __slots__ = ("_found", "_now", "_number", "_state")

    def __init__(self, state: State, number: int, now: Bounds) -> None:
        self._state, self._number, self._now = state, number, now
        self._found: list[Any] | None = None

    def sums(self) -> list[Any]:
        """The sums of the days that are left, of those that have any."""
        if self._found is None:
            order, days, (first, last) = self._state.order, self._state.days, self._now
            start = bisect_left(order, first)
            left = order[start : bisect_right(order, last, start)]
            sums = (days[day][self._number] for day in left)
            self._found = [each for each in sums if each is not None]
        return self._found

    def __call__(self, value: object) -> bool:
        return any(value in each for each in self.sums())


def _write_numbers(window: InWindow) -> Numbers:
    """The function that moves a window's numbers, written out."""
    lines = ["def shift(views, leaving, coming):"]
    for days, sign in (("leaving", "-"), ("coming", "+")) if window.numbers else ():
        lines.append(f"    for sums in {days}:")
        lines += [f"        views[{p:d}] {sign}= sums[{n:d}]" for p, n, _ in window.numbers]
    names: dict[str, Any] = {}
    exec(compile("\n".join([*lines, "    return"]), "<shift>", "exec"), names)  # noqa: S102  nothing but numbers
    shift: Numbers = names["shift"]
    return shift


def _bits_of(window: InWindow) -> int:
    bits = 0
    for _, _, bit in window.numbers:
        bits |= bit
    for _, target in window.others:
        bits |= 1 << target.bit
    return bits
