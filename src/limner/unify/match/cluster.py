"""Rows that are one, from the chances of pairs: a link is kept when the rest of its cluster agrees."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from limner.unify.match.pairs import Rows

Floats = npt.NDArray[np.float64]

_LARGEST = 400  # rows; larger heaps are cut at a higher threshold first
_CLIP = 8.0  # log odds; one pair may not outvote many

Score = Callable[[Rows, Rows], Floats]


def clusters_of(
    rows: int, left: Rows, right: Rows, odds: Floats, least: float, score: Score
) -> npt.NDArray[np.int64]:
    """A cluster number by row; clusters are numbered in the order of their first row.

    `odds`: log odds by pair; `least`: the log odds from which a link is made; `score`: log odds of
    pairs that were not compared so far.
    """
    label = np.arange(rows)
    tables: list[tuple[Rows, Floats]] = []
    for members, (a, b, o) in _heaps(rows, left, right, odds, least):
        if len(members) == 2:
            label[members] = members[0]
        else:
            tables.append((members, _table(members, a, b, o)))
    _fill(tables, score)
    for members, table in tables:
        for group in _agglomerate(members, table, least):
            label[group] = group[0]
    _, numbers = np.unique(label, return_inverse=True)
    return numbers.astype(np.int64)


def _table(members: Rows, left: Rows, right: Rows, odds: Floats) -> Floats:
    """The log odds among the members, NaN where they are not known."""
    table = np.full((len(members), len(members)), np.nan)
    a, b = np.searchsorted(members, left), np.searchsorted(members, right)
    table[a, b] = table[b, a] = odds
    return table


def _fill(tables: list[tuple[Rows, Floats]], score: Score) -> None:
    """Score all pairs of members that no rule had found, at once."""
    wanted = []
    for members, table in tables:
        low, high = np.triu_indices(len(members), 1)
        unknown = np.isnan(table[low, high])
        wanted.append((low[unknown], high[unknown]))
    if not any(len(low) for low, _ in wanted):
        return
    left = np.concatenate([m[low] for (m, _), (low, _) in zip(tables, wanted, strict=True)])
    right = np.concatenate([m[high] for (m, _), (_, high) in zip(tables, wanted, strict=True)])
    order = np.lexsort((right, left))
    found = np.empty(len(left))
    found[order] = score(left[order], right[order])
    start = 0
    for (_, table), (low, high) in zip(tables, wanted, strict=True):
        part = found[start : start + len(low)]
        table[low, high] = table[high, low] = part
        start += len(low)


def _heaps(rows: int, left: Rows, right: Rows, odds: Floats, least: float):  # type: ignore[no-untyped-def]
    """The connected rows, with the pairs among them; heaps too large are cut by raising the bar."""
    wait = [(np.arange(len(odds))[odds >= least], least)]
    while wait:
        chosen, bar = wait.pop()
        if not len(chosen):
            continue
        graph = sparse.coo_matrix(
            (np.ones(len(chosen)), (left[chosen], right[chosen])), (rows, rows)
        )
        _, part = connected_components(graph, directed=False)
        of_pair = part[left[chosen]]
        order = np.argsort(of_pair, kind="stable")
        edges = np.concatenate(([0], np.flatnonzero(np.diff(of_pair[order])) + 1, [len(order)]))
        for start, end in itertools.pairwise(edges):
            mine = chosen[order[start:end]]
            members = np.unique(np.concatenate((left[mine], right[mine])))
            if len(members) > _LARGEST and bar < 40:
                higher = bar + 2.0
                wait.append((mine[odds[mine] >= higher], higher))
                continue
            yield members, (left[mine], right[mine], odds[mine])


def _agglomerate(members: Rows, table: Floats, least: float) -> list[Rows]:
    """Join the two groups whose rows agree best on average, while that is above the bar."""
    n = len(members)
    low, high = np.triu_indices(n, 1)
    table = np.clip(table - least, -_CLIP, _CLIP)
    np.fill_diagonal(table, 0.0)
    if (table[low, high] > 0).all():
        return [members]
    sums = table.copy()
    size = np.ones(n)
    groups: dict[int, list[int]] = {i: [i] for i in range(n)}
    heap = [
        (-sums[i, j], i, j, 1, 1)
        for i, j in zip(low.tolist(), high.tolist(), strict=True)
        if sums[i, j] > 0
    ]
    heapq.heapify(heap)
    while heap:
        _, i, j, a, b = heapq.heappop(heap)
        if i not in groups or j not in groups or size[i] != a or size[j] != b:
            continue
        groups[i] += groups.pop(j)
        sums[i] += sums[j]
        sums[:, i] = sums[i]
        size[i] += size[j]
        for k in groups:
            if k != i and sums[i, k] > 0:
                low_, high_ = min(i, k), max(i, k)
                heapq.heappush(
                    heap, (-sums[i, k] / (size[i] * size[k]), low_, high_, size[low_], size[high_])
                )
    return [np.sort(members[group]) for group in groups.values()]


def one_to_one(
    rows: int, left: Rows, right: Rows, odds: Floats, least: float
) -> npt.NDArray[np.int64]:
    """Links of two files without duplicates: every row has one partner at most, the best first."""
    label = np.arange(rows)
    taken = np.zeros(rows, dtype=bool)
    good = np.flatnonzero(odds >= least)
    for k in good[np.lexsort((right[good], left[good], -odds[good]))]:
        if not taken[left[k]] and not taken[right[k]]:
            taken[left[k]] = taken[right[k]] = True
            label[right[k]] = left[k]
    _, numbers = np.unique(label, return_inverse=True)
    return numbers.astype(np.int64)
