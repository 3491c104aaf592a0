"""How groups of customers overlap: sizes, pairs, and every exact combination.

The picture of the combinations is the UpSet plot. Source: Lex et al., "UpSet: Visualization of
Intersecting Sets", IEEE TVCG 20 (2014) 1983-1992.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

FEWEST, MOST = 2, 6  # groups beside each other: 63 combinations are as many as anybody reads


@dataclass(frozen=True, slots=True)
class Pair:
    """Two groups: how many customers are in both, and in how far they are the same.

    `jaccard`: those in both over those in either, in 0..1; None when both are empty.
    """

    left: str
    right: str
    both: int
    jaccard: float | None


@dataclass(frozen=True, slots=True)
class Overlap:
    """`sizes` of each group; `pairs` of them; `exact`: who is in just these groups and no other,
    the largest first, empty combinations left out; `either`: in at least one.
    """

    sizes: dict[str, int]
    pairs: tuple[Pair, ...]
    exact: tuple[tuple[tuple[str, ...], int], ...]
    either: int


def overlap_of(names: Sequence[str], counts: Mapping[int, int]) -> Overlap:
    """The overlap of groups from how many customers are in each exact combination of them.

    `counts`: by a number whose bit `i` says that the customers are in group `i`.

    >>> found = overlap_of(["a", "b"], {0b01: 3, 0b10: 1, 0b11: 2})
    >>> found.sizes, found.pairs[0].both, round(found.pairs[0].jaccard or 0, 3)
    ({'a': 5, 'b': 3}, 2, 0.333)
    """

    def those(mask: int) -> int:
        return sum(count for combination, count in counts.items() if combination & mask == mask)

    sizes = {name: those(1 << place) for place, name in enumerate(names)}
    pairs = []
    for (i, left), (j, right) in combinations(enumerate(names), 2):
        both = those(1 << i | 1 << j)
        union = sizes[left] + sizes[right] - both
        pairs.append(Pair(left, right, both, both / union if union else None))
    exact = sorted(
        (
            (tuple(name for place, name in enumerate(names) if mask >> place & 1), count)
            for mask, count in counts.items()
            if mask and count
        ),
        key=lambda each: (-each[1], len(each[0]), each[0]),
    )
    either = sum(count for mask, count in counts.items() if mask)
    return Overlap(sizes, tuple(pairs), tuple(exact), either)
