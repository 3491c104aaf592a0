"""What the order of a customer's days and events says: gaps between days, sequences of steps."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import Any

from limner.understand.incremental.account import IsLeft

Mark = tuple[int, str, int]  # microseconds, event_id, the steps that the event is, as bits


class Days:
    """The different days there are, and the squares of the gaps between them added up."""

    __slots__ = ("days", "squares")

    def __init__(self) -> None:
        self.days: list[int] = []
        self.squares = 0

    def put(self, day: int) -> None:
        """One more day, unless it is there."""
        days = self.days
        if not days or day > days[-1]:
            if days:
                self.squares += (day - days[-1]) ** 2
            days.append(day)
            return
        at = bisect_left(days, day)
        if days[at] != day:
            self.squares += self._gained(at, day)
            days.insert(at, day)

    def take(self, day: int) -> None:
        """One day less."""
        at = bisect_left(self.days, day)
        del self.days[at]
        self.squares -= self._gained(at, day)

    def _gained(self, at: int, day: int) -> int:
        """What a day between two others, at a place, adds to the squares."""
        days = self.days
        before = day - days[at - 1] if at else 0
        after = days[at] - day if at < len(days) else 0
        return before**2 + after**2 - (before + after) ** 2 * (before > 0 and after > 0)


class ActiveDays:
    """Which days have rows; viewed as `Days`."""

    zero = None

    def new(self) -> Days:
        """A view of nothing."""
        return Days()

    def gather(self, total: list[int] | None, more: Sequence[int]) -> list[int]:
        """The days of both."""
        if total is None:
            return list(more)
        for day in more:
            if day not in total:
                insort(total, day)
        return total

    def add(self, view: Days, more: Sequence[int]) -> Days:
        """The days with some more."""
        for day in more:
            view.put(day)
        return view

    def remove(self, view: Days, less: Sequence[int], is_left: IsLeft) -> Days:
        """The days without some of them."""
        for day in less:
            view.take(day)
        return view

    def sum_of(self, view: Days) -> list[int] | None:
        """The days, in order."""
        return view.days or None

    def restored(self, stored: list[int]) -> list[int]:
        """The days themselves."""
        return stored


class Chain:
    """The events that are steps of a sequence, in order, and how often it was completed.

    An event that comes after all others moves the count on; an earlier one has it counted anew.
    """

    __slots__ = ("_begins", "_count", "_last", "_plan", "marks")

    def __init__(self, plan: Sequence[int]) -> None:
        self.marks: list[Mark] = []
        self._plan = plan  # for each step but the first: within how many microseconds
        self._begins = 0  # how many are the first step: without one there is nothing to follow
        self._count = 0
        self._last: list[int | None] | None = [None] * (len(plan) + 1)

    def put(self, mark: Mark) -> None:
        """One more event."""
        marks = self.marks
        self._begins += mark[2] & 1
        if not marks or mark > marks[-1]:
            marks.append(mark)
            if self._last is not None and self._begins:
                self._step(mark)
        else:
            insort(marks, mark)
            self._last = None

    def take(self, less: Sequence[Mark]) -> None:
        """Some events less; `less` is in order."""
        at = bisect_left(self.marks, less[0])
        if self.marks[at : at + len(less)] == less:
            del self.marks[at : at + len(less)]
        else:
            gone = set(less)
            self.marks = [mark for mark in self.marks if mark not in gone]
        self._begins -= sum(mark[2] & 1 for mark in less)
        self._last = None

    @property
    def count(self) -> int:
        """How often the sequence was completed."""
        if self._last is None:
            self._count, self._last = 0, [None] * (len(self._plan) + 1)
            for mark in self.marks if self._begins else ():
                self._step(mark)
        return self._count

    def _step(self, mark: Mark) -> None:
        at, _, steps = mark
        last, plan = self._last, self._plan
        assert last is not None  # noqa: S101  who calls has seen to it
        completed = []
        for step, within in enumerate(plan, 1):
            if steps >> step & 1:
                before = last[step - 1]
                if before is not None and at - before <= within:
                    completed.append(step)
        if steps >> len(last) & 1:  # what must not come between: nothing before it counts any more
            last[:] = [None] * len(last)
        if steps & 1:
            last[0] = at
        for step in completed:
            last[step] = at
        self._count += bool(completed) and completed[-1] == len(plan)


class Chains:
    """The events that are steps of a sequence; viewed as a `Chain`."""

    zero = None

    def __init__(self, plan: Sequence[int]) -> None:
        self._plan = plan

    def new(self) -> Chain:
        """A view of nothing."""
        return Chain(self._plan)

    def gather(self, total: list[Mark] | None, more: Sequence[Mark]) -> list[Mark]:
        """The events of both, in order."""
        if total is None:
            return list(more)
        for mark in more:
            insort(total, mark)
        return total

    def add(self, view: Chain, more: Sequence[Mark]) -> Chain:
        """The chain with some events more."""
        for mark in more:
            view.put(mark)
        return view

    def remove(self, view: Chain, less: Sequence[Mark], is_left: IsLeft) -> Chain:
        """The chain without the events of a day."""
        view.take(less)
        return view

    def sum_of(self, view: Chain) -> list[Mark] | None:
        """The events, in order."""
        return view.marks or None

    def restored(self, stored: Sequence[Sequence[Any]]) -> list[Mark]:
        """Tuples again, which stored lists have become."""
        return [tuple(one) for one in stored]
