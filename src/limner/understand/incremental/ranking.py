"""How much values weigh: favourites, lists of the most frequent, and how many different there are."""

from __future__ import annotations

from heapq import nlargest
from typing import Any

from limner.understand.incremental.account import IsLeft


class Ranking:
    """Values with their weights, which knows the `n` heaviest; of equals the one that sorts first.

    As long as weights only grow, the heaviest are among those that were it and those that came to
    weigh as much; only when one of the heaviest loses weight all have to be looked at.
    """

    __slots__ = ("_best", "_n", "_top", "weights")

    def __init__(self, n: int) -> None:
        self.weights: dict[Any, int] = {}
        self._n = n
        self._best: list[Any] | None = []  # the n heaviest, or None: not known
        self._top = 0  # what the heaviest weighs, where n is 1

    def grow(self, more: dict[Any, int]) -> None:
        """Add the weights of some values."""
        weights, best, n = self.weights, self._best, self._n
        if not n or best is None:
            for value, weight in more.items():
                weights[value] = weights.get(value, 0) + weight
            return
        if best and n == 1:
            self._grow_by_one(more, best)
            return
        least = weights[best[-1]] if len(best) == n else None
        risen = []
        for value, weight in more.items():
            total = weights[value] = weights.get(value, 0) + weight
            if weight < 0 and value in best:
                self._best = None
            elif least is None or total >= least:
                risen.append(value)
        if risen and self._best is not None:
            self._best = best = sorted({*best, *risen}, key=self._place)[:n]
            self._top = weights[best[0]]

    def _grow_by_one(self, more: dict[Any, int], best: list[Any]) -> None:
        """The same where one is asked for, and known."""
        weights, first, top, is_known = self.weights, best[0], self._top, True
        for value, weight in more.items():
            total = weights[value] = weights.get(value, 0) + weight
            if total > top or (total == top and value < first):
                first, top = value, total
            elif weight < 0 and value == first:
                is_known = False
        best[0], self._top = first, top
        if not is_known:
            self._best = None

    def shrink(self, less: dict[Any, int], is_left: IsLeft | None) -> None:
        """Take the weights of some values away; `is_left`: whether a value of no weight is still there.

        None where every row weighs something.
        """
        weights, best = self.weights, self._best
        for value, weight in less.items():
            if value not in weights:
                continue  # it went with an earlier day, and the rest of what leaves comes to nothing
            left = weights[value] - weight
            if left or (is_left is not None and is_left(value)):
                weights[value] = left
            else:
                del weights[value]
            if best and (weight < 0 or value in best):
                best = self._best = None

    def heaviest(self, n: int) -> list[Any]:
        """The heaviest values, at most n."""
        best = self._best
        if best is None:
            best = self._best = self._found()
            self._top = self.weights[best[0]] if best else 0
        return best[:n]

    def _found(self) -> list[Any]:
        """The heaviest, looked for among all."""
        weights, n = self.weights, self._n
        if len(weights) <= n:
            return sorted(weights, key=self._place)
        if n == 1:
            top = max(weights.values())
            return [min(value for value, weight in weights.items() if weight == top)]
        least = nlargest(n, weights.values())[-1]
        heavy = [value for value, weight in weights.items() if weight >= least]
        return sorted(heavy, key=self._place)[:n]

    def _place(self, value: Any) -> tuple[int, Any]:
        return -self.weights[value], value


class Weights:
    """How much each value weighs; viewed as a `Ranking` of the `n` heaviest."""

    zero = None

    def __init__(self, n: int, is_count: bool) -> None:
        self._n = n
        self._is_count = is_count  # every row weighs 1

    def new(self) -> Ranking:
        """A view of nothing."""
        return Ranking(self._n)

    def gather(self, total: dict[Any, int] | None, more: dict[Any, int]) -> dict[Any, int]:
        """Two sums as one; both are given away."""
        if total is None:
            return more
        for value, weight in more.items():
            total[value] = total.get(value, 0) + weight
        return total

    def add(self, view: Ranking, more: dict[Any, int]) -> Ranking:
        """The ranking with a sum more."""
        view.grow(more)
        return view

    def remove(self, view: Ranking, less: dict[Any, int], is_left: IsLeft) -> Ranking:
        """The ranking without a day."""
        view.shrink(less, None if self._is_count else is_left)
        return view

    def sum_of(self, view: Ranking) -> dict[Any, int] | None:
        """The weights."""
        return view.weights or None

    def restored(self, stored: dict[Any, int]) -> dict[Any, int]:
        """The weights themselves."""
        return stored
