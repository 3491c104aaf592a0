"""What a cell keeps of its rows: accounts that can be added up in any order, and taken apart by day.

Each kind of account is a commutative monoid over *sums*, plain values that can be stored: `gather`
adds one to another, and neither order nor grouping changes a digit.  What is read is a *view*, a
sum made ready for its question; `add` puts a sum into a view, and `remove` takes the sum of a whole
day out again, or says that it cannot (`STALE`): then the view is made anew from the days that are
left.  `None` is the sum of nothing, but for numbers, where it is 0.

Source: Agarwal, Cormode, Huang, Phillips, Wei and Yi, "Mergeable Summaries", PODS 2012, section 1;
Tangwongsan, Hirzel, Schneider and Wu, "General Incremental Sliding-Window Aggregation", PVLDB 8(7),
2015, sections 2 and 3 (which aggregates can be inverted).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import Any, Final, Protocol

Edge = tuple[int, str, int, Any]  # microseconds, event_id, place in the event, value
Mark = tuple[int, str, int]  # microseconds, event_id, the steps that the event is, as bits


class _Stale:
    def __repr__(self) -> str:
        return "STALE"


STALE: Final = _Stale()


class Account(Protocol):
    """One kind of account."""

    zero: Any  # the sum of nothing

    def new(self) -> Any:
        """A view of nothing."""
        ...

    def gather(self, total: Any, more: Any) -> Any:
        """Two sums as one; the first may be changed, the second is not."""
        ...

    def add(self, view: Any, more: Any) -> Any:
        """The view with a sum more; the view may be changed, the sum is not."""
        ...

    def remove(self, view: Any, less: Any) -> Any:
        """The view without the sum of a day that was added to it, or `STALE`."""
        ...

    def sum_of(self, view: Any) -> Any:
        """The sum of everything in a view."""
        ...

    def restored(self, stored: Any) -> Any:
        """A sum as it was before it was stored as lists, numbers and texts."""
        ...


class Number:
    """A count, or a sum of whole millionths."""

    zero = 0

    def new(self) -> int:
        """A view of nothing."""
        return 0

    def gather(self, total: int, more: int) -> int:
        """Two sums as one."""
        return total + more

    add = gather

    def remove(self, view: int, less: int) -> int:
        """The view without some of it."""
        return view - less

    def sum_of(self, view: int) -> int:
        """The number itself."""
        return view

    def restored(self, stored: int) -> int:
        """The number itself."""
        return stored


class Extreme:
    """The lowest or the highest value."""

    zero = None

    def __init__(self, highest: bool) -> None:
        self._choose = max if highest else min

    def new(self) -> None:
        """A view of nothing."""

    def gather(self, total: Any, more: Any) -> Any:
        """The lower, or the higher, of two."""
        return more if total is None else self._choose(total, more)

    add = gather

    def remove(self, view: Any, less: Any) -> Any:
        """The view without a day, when that had not the extreme."""
        return STALE if view == less else view

    def sum_of(self, view: Any) -> Any:
        """The value itself."""
        return view

    def restored(self, stored: Any) -> Any:
        """The value itself."""
        return stored


class Edges:
    """The first `n` values in time, or the last, the outermost first."""

    zero = None

    def __init__(self, n: int, last: bool) -> None:
        self._n, self._last = n, last

    def new(self) -> None:
        """A view of nothing."""

    def gather(self, total: list[Edge] | None, more: Sequence[Edge]) -> list[Edge]:
        """The outermost of both."""
        if total is None:
            return sorted(more, reverse=self._last)[: self._n]
        if len(total) == self._n:
            edge = total[-1]
            if not any((one > edge) is self._last for one in more):
                return total
        return sorted([*total, *more], reverse=self._last)[: self._n]

    add = gather

    def remove(self, view: list[Edge] | None, less: Sequence[Edge]) -> Any:
        """The view without a day that had none of the outermost."""
        return STALE if view is None or any(one in view for one in less) else view

    def sum_of(self, view: list[Edge] | None) -> list[Edge] | None:
        """The list itself."""
        return view

    def restored(self, stored: Sequence[Sequence[Any]]) -> list[Edge]:
        """Tuples again, which stored lists have become."""
        return [tuple(one) for one in stored]  # type: ignore[misc]


class Tally:
    """How often each value came."""

    zero = None

    def new(self) -> dict[Any, int]:
        """A view of nothing."""
        return {}

    def gather(self, total: dict[Any, int] | None, more: dict[Any, int]) -> dict[Any, int]:
        """Two tallies as one."""
        if total is None:
            return dict(more)
        for value, count in more.items():
            total[value] = total.get(value, 0) + count
        return total

    add = gather

    def remove(self, view: dict[Any, int], less: dict[Any, int]) -> dict[Any, int]:
        """The tally without a day; values that do not come any more are gone."""
        for value, count in less.items():
            left = view[value] - count
            if left:
                view[value] = left
            else:
                del view[value]
        return view

    def sum_of(self, view: dict[Any, int]) -> dict[Any, int] | None:
        """The tally itself."""
        return view or None

    def restored(self, stored: dict[Any, int]) -> dict[Any, int]:
        """The tally itself."""
        return stored


class Ranking:
    """Values with their weights, which knows the heaviest; of equals the one that sorts first.

    As long as weights only grow, the heaviest are among those that were it and those that grew;
    only when one of the heaviest loses weight all have to be looked at.
    """

    __slots__ = ("_best", "_n", "weights")

    def __init__(self, n: int) -> None:
        self.weights: dict[Any, list[int]] = {}  # how many rows have a weight, and all of it
        self._n = n
        self._best: list[Any] | None = []  # the n heaviest, or None: not known

    def grow(self, more: dict[Any, list[int]]) -> None:
        """Add the rows and weights of some values."""
        weights, best = self.weights, self._best
        for value, (count, weight) in more.items():
            known = weights.get(value)
            if known is None:
                weights[value] = [count, weight]
            else:
                known[0] += count
                known[1] += weight
            if weight < 0 and best is not None and value in best:
                best = None
        if best is not None:
            if len(best) == 1 == self._n:
                best = [self._heavier(best[0], more)]
            else:
                best = sorted({*best, *more}, key=self._place)[: self._n]
        self._best = best

    def shrink(self, less: dict[Any, list[int]]) -> None:
        """Take the rows and weights of some values away again."""
        weights, best = self.weights, self._best
        for value, (count, weight) in less.items():
            known = weights[value]
            known[0] -= count
            known[1] -= weight
            if not known[0]:
                del weights[value]
            if best is not None and (weight < 0 or value in best):
                best = None
        self._best = best

    def heaviest(self, n: int) -> list[Any]:
        """The heaviest values, at most n."""
        if self._best is None:
            self._best = sorted(self.weights, key=self._place)[: self._n]
        return self._best[:n]

    def _heavier(self, best: Any, others: dict[Any, list[int]]) -> Any:
        weights = self.weights
        top = weights[best][1]
        for value in others:
            weight = weights[value][1]
            if weight > top or (weight == top and value < best):
                best, top = value, weight
        return best

    def _place(self, value: Any) -> tuple[int, Any]:
        return -self.weights[value][1], value


class Weights:
    """How much each value weighs; viewed as a `Ranking` of the `n` heaviest."""

    zero = None

    def __init__(self, n: int) -> None:
        self._n = n

    def new(self) -> Ranking:
        """A view of nothing."""
        return Ranking(self._n)

    def gather(
        self, total: dict[Any, list[int]] | None, more: dict[Any, list[int]]
    ) -> dict[Any, list[int]]:
        """Two sums as one."""
        if total is None:
            return {value: [count, weight] for value, (count, weight) in more.items()}
        for value, (count, weight) in more.items():
            known = total.get(value)
            if known is None:
                total[value] = [count, weight]
            else:
                known[0] += count
                known[1] += weight
        return total

    def add(self, view: Ranking, more: dict[Any, list[int]]) -> Ranking:
        """The ranking with a sum more."""
        view.grow(more)
        return view

    def remove(self, view: Ranking, less: dict[Any, list[int]]) -> Ranking:
        """The ranking without a day."""
        view.shrink(less)
        return view

    def sum_of(self, view: Ranking) -> dict[Any, list[int]] | None:
        """The weights."""
        return view.weights or None

    def restored(self, stored: dict[Any, list[int]]) -> dict[Any, list[int]]:
        """The weights themselves."""
        return stored


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

    def remove(self, view: Days, less: Sequence[int]) -> Days:
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

    __slots__ = ("_count", "_last", "_plan", "marks")

    def __init__(self, plan: Sequence[int]) -> None:
        self.marks: list[Mark] = []
        self._plan = plan  # for each step but the first: within how many microseconds
        self._count = 0
        self._last: list[int | None] | None = [None] * (len(plan) + 1)

    def put(self, mark: Mark) -> None:
        """One more event."""
        marks = self.marks
        if not marks or mark > marks[-1]:
            marks.append(mark)
            if self._last is not None:
                self._step(mark)
        else:
            insort(marks, mark)
            self._last = None

    @property
    def count(self) -> int:
        """How often the sequence was completed."""
        if self._last is None:
            self._count, self._last = 0, [None] * (len(self._plan) + 1)
            for mark in self.marks:
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

    def remove(self, view: Chain, less: Sequence[Mark]) -> Any:
        """A chain is counted anew when its first events are gone."""
        return STALE

    def sum_of(self, view: Chain) -> list[Mark] | None:
        """The events, in order."""
        return view.marks or None

    def restored(self, stored: Sequence[Sequence[Any]]) -> list[Mark]:
        """Tuples again, which stored lists have become."""
        return [tuple(one) for one in stored]  # type: ignore[misc]
