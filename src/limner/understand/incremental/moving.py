"""How the views of moving spans come from one day to another: whole days leave, and whole days come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from limner.understand.incremental.account import STALE
from limner.understand.incremental.keeping import InWindow, Keeping
from limner.understand.incremental.program import Target
from limner.understand.incremental.state import State

Bounds = tuple[int, int]  # the first and the last day (ordinals), both included
# What is viewed in a window, the window as it is now, the days that leave it and those that come.
Move = tuple[InWindow, Bounds, tuple[Bounds, ...], tuple[Bounds, ...]]
_NEVER: Bounds = (1, 0)
_MOST_KEPT = 4096


class Moving:
    """The windows of some definitions, and the way from one day to another."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self.windows = tuple(keeping.windows)
        self.nowhere = tuple(_NEVER for _ in self.windows)  # where they are before the first day
        self._bounds: dict[int, tuple[Bounds, ...]] = {}
        self._moves: dict[tuple[tuple[Bounds, ...], int], list[Move]] = {}

    def _bounds_at(self, day: int) -> tuple[Bounds, ...]:
        found = self._bounds.get(day)
        if found is None:
            if len(self._bounds) >= _MOST_KEPT:
                self._bounds.clear()
            found = self._bounds[day] = tuple(window.bounds(day) for window in self.windows)
        return found

    def move(self, state: State, day: int) -> None:
        """Let the views of a state be those at the end of a day (an ordinal)."""
        bounds, days, views = self._bounds_at(day), state.days, state.views
        if state.day is None or day < state.day:
            for window in self._keeping.by_window:
                for place, _, _ in window.numbers:
                    views[place] = 0
                for place, target in window.others:
                    views[place] = target.account.new()
            state.bounds, state.changed = self.nowhere, -1
        before, state.bounds, state.day = state.bounds, bounds, day
        state.changed |= self._keeping.day_bit
        if not days:
            return
        moves = self._moves.get((before, day))
        if moves is None:
            moves = self._moves_between(before, day)
        for window, now, leaving, coming in moves:
            gone = [day for first, last in leaving for day in _days_in(days, first, last)]
            come = [day for first, last in coming for day in _days_in(days, first, last)]
            if gone or come:
                self._shift(state, window, gone, come, now)
        self._forget(state, min(first for first, _ in bounds))

    def _moves_between(self, before: tuple[Bounds, ...], day: int) -> list[Move]:
        """Which days leave each window that is not the same at a day as it was, and which come."""
        if len(self._moves) >= _MOST_KEPT:
            self._moves.clear()
        found: list[Move] = []
        for window, was, now in zip(
            self._keeping.by_window, before, self._bounds_at(day), strict=True
        ):
            if was != now:
                found.append((window, now, _but(was, now), _but(now, was)))
        self._moves[before, day] = found
        return found

    def _shift(
        self, state: State, window: InWindow, leaving: list[int], coming: list[int], now: Bounds
    ) -> None:
        """Take days out of the views of a window, and put others in."""
        views, days, changed = state.views, state.days, 0
        for day in leaving:
            sums = days[day]
            for place, number, bit in window.numbers:
                if sums[number]:
                    views[place] -= sums[number]
                    changed |= bit
        for day in coming:
            sums = days[day]
            for place, number, bit in window.numbers:
                if sums[number]:
                    views[place] += sums[number]
                    changed |= bit
        for place, target in window.others:
            if self._shift_one(state, place, target, leaving, coming, now):
                changed |= 1 << target.bit
        state.changed |= changed

    def _shift_one(
        self, state: State, place: int, target: Target, leaving: list[int], coming: list[int],
        now: Bounds,
    ) -> bool:  # fmt: skip
        """The same of one view of an account that is no number; whether it has changed."""
        number, account, days = target.number, target.account, state.days
        assert number is not None  # noqa: S101  it is one of those kept by the day
        view = state.views[place]
        gone = [less for day in leaving if (less := days[day][number]) is not None]
        come = [more for day in coming if (more := days[day][number]) is not None]

        def sums_left() -> list[Any]:
            left = (days[day][number] for day in _days_in(days, *now))
            return [sums for sums in left if sums is not None]

        left: list[Any] | None = None

        def is_left(value: object) -> bool:
            nonlocal left
            if left is None:
                left = sums_left()
            return any(value in sums for sums in left)

        for less in gone:
            view = account.remove(view, less, is_left)
            if view is STALE:
                view, come = account.new(), sums_left()
                break
        for more in come:
            view = account.add(view, more)
        state.views[place] = view
        return bool(gone or come)

    def _forget(self, state: State, horizon: int) -> None:
        """Drop the days that no span will reach again."""
        if horizon > state.horizon:
            for day in _days_in(state.days, state.horizon, horizon - 1):
                del state.days[day]
            state.horizon = horizon


def _but(some: Bounds, others: Bounds) -> tuple[Bounds, ...]:
    """The days within some bounds that are not within others."""
    (first, last), (low, high) = some, others
    found = [(first, min(last, low - 1)), (max(first, high + 1), last)] if low <= high else [some]
    return tuple(bounds for bounds in found if bounds[0] <= bounds[1])


def _days_in(days: Mapping[int, Any], first: int, last: int) -> list[int]:
    if last - first < len(days):
        return [day for day in range(first, last + 1) if day in days]
    return [day for day in days if first <= day <= last]
