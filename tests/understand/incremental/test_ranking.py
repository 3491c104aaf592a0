from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from limner.understand.incremental.ranking import Ranking

WEIGHTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(-3, 4), max_size=4)


@given(st.integers(0, 3), st.lists(WEIGHTS, max_size=8), st.data())
def test_the_heaviest_are_those_that_sorting_all_would_give(
    n: int, days: list[dict[str, int]], data: st.DataObject
) -> None:
    ranking, kept = Ranking(n), list[dict[str, int]]()
    for day in days:
        ranking.grow(day)
        kept.append(day)
        if data.draw(st.booleans()):
            gone = kept.pop(data.draw(st.integers(0, len(kept) - 1)))
            ranking.shrink(gone, lambda value: any(value in other for other in kept))
        total = {v: sum(each.get(v, 0) for each in kept) for each in kept for v in each}
        assert ranking.weights == total
        assert ranking.heaviest(n) == sorted(total, key=lambda v: (-total[v], v))[:n]


def test_days_that_leave_together_take_along_a_value_that_weighs_nothing() -> None:
    ranking = Ranking(1)
    for day in ({"a": 2, "b": 1}, {"a": 0}, {"b": 1}):
        ranking.grow(day)
    for day in ({"a": 2, "b": 1}, {"a": 0}):
        ranking.shrink(day, lambda value: value == "b")
    assert ranking.weights == {"b": 1}
    assert ranking.heaviest(1) == ["b"]
