"""Overlap from counts of combinations is what the sets themselves say."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from limner.understand.audiences import overlap_of

GROUPS = st.lists(st.frozensets(st.integers(0, 30)), min_size=2, max_size=6)


@given(GROUPS)
def test_it_is_what_the_sets_say(groups: list[frozenset[int]]) -> None:
    names = [f"g{place}" for place in range(len(groups))]
    everyone = frozenset().union(*groups)
    masks = Counter(sum(1 << p for p, g in enumerate(groups) if one in g) for one in everyone)
    found = overlap_of(names, masks)
    sets = dict(zip(names, groups, strict=True))
    assert found.sizes == {name: len(group) for name, group in sets.items()}
    assert found.either == len(everyone)
    assert len(found.pairs) == len(list(combinations(names, 2)))
    for pair in found.pairs:
        left, right = sets[pair.left], sets[pair.right]
        assert pair.both == len(left & right)
        assert pair.jaccard == (len(left & right) / len(left | right) if left | right else None)
    for combination, count in found.exact:
        within = frozenset.intersection(*(sets[name] for name in combination))
        outside = frozenset().union(*(sets[name] for name in names if name not in combination))
        assert count == len(within - outside) > 0
    assert sum(count for _, count in found.exact) == len(everyone)
    assert [count for _, count in found.exact] == sorted((c for _, c in found.exact), reverse=True)
