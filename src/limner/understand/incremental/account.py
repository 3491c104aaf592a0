"""What a cell keeps of its rows: accounts that can be added up in any order, and taken apart by day.

Each kind of account is a commutative monoid over *sums*, plain values that can be stored: `gather`
adds one to another, and neither order nor grouping changes a digit.  What is read is a *view*, a
sum made ready for its question; `add` puts a sum into a view, and `remove` takes the sum of a whole
day out again, or says that it cannot (`STALE`): then the view is made anew from the days that are
left.  `None` is the sum of nothing, but for numbers, where it is 0.

Here are the accounts of one value: numbers, extremes, and the first and last in time.

Source: Agarwal, Cormode, Huang, Phillips, Wei and Yi, "Mergeable Summaries", PODS 2012, section 1;
Tangwongsan, Hirzel, Schneider and Wu, "General Incremental Sliding-Window Aggregation", PVLDB 8(7),
2015, sections 2 and 3 (which aggregates can be inverted).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

Edge = tuple[int, str, int, Any]  # microseconds, event_id, place in the event, value
IsLeft = Callable[[Any], bool]  # whether a value is among the rows of the days that are left


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
        """Two sums as one; both are given away."""
        ...

    def add(self, view: Any, more: Any) -> Any:
        """The view with a sum more; the view may be changed, the sum is not."""
        ...

    def remove(self, view: Any, less: Any, is_left: IsLeft) -> Any:
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

    def remove(self, view: int, less: int, is_left: IsLeft) -> int:
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

    def remove(self, view: Any, less: Any, is_left: IsLeft) -> Any:
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
            best = max(more) if self._last else min(more)
            if (best > total[-1]) is not self._last:
                return total
        return sorted([*total, *more], reverse=self._last)[: self._n]

    add = gather

    def remove(self, view: list[Edge] | None, less: Sequence[Edge], is_left: IsLeft) -> Any:
        """The view without a day that had none of the outermost."""
        return STALE if view is None or any(one in view for one in less) else view

    def sum_of(self, view: list[Edge] | None) -> list[Edge] | None:
        """The list itself."""
        return view

    def restored(self, stored: Sequence[Sequence[Any]]) -> list[Edge]:
        """Tuples again, which stored lists have become."""
        return [tuple(one) for one in stored]
