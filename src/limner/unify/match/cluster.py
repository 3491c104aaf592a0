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
    for members, (a, b, o) in _heaps(rows, left, right, odds, least):
        if len(members) == 2:
            label[members] = members[0]
            continue
        for group in _agglomerate(members, a, b, o, least, score):
            label[group] = group[0]
    _, numbers = np.unique(label, return_inverse=True)
    return numbers.astype(np.int64)


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


def _agglomerate(
    members: Rows, left: Rows, right: Rows, odds: Floats, least: float, score: Score
) -> list[Rows]:
    """Join the two groups whose rows agree best on average, while that is above the bar."""
    n = len(members)
    at = {int(row): i for i, row in enumerate(members)}
    table = np.full((n, n), np.nan)
    for a, b, o in zip(left, right, odds, strict=True):
        table[at[int(a)], at[int(b)]] = table[at[int(b)], at[int(a)]] = o
    low, high = np.triu_indices(n, 1)
    unknown = np.isnan(table[low, high])
    if unknown.any():
        found = score(members[low[unknown]], members[high[unknown]])
        table[low[unknown], high[unknown]] = table[high[unknown], low[unknown]] = found
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
