from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from limner.understand.incremental.course import ActiveDays, Chain, Days

MARKS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from("abc"), st.integers(1, 15)),
    max_size=14, unique_by=lambda mark: mark[:2],
)  # fmt: skip


def completed(marks: list[tuple[int, str, int]], withins: list[int]) -> int:
    """By the definition, word for word: bit 3 is what must not come between three steps."""
    marks, done = sorted(marks), [[bool(mark[2] & 1) for mark in sorted(marks)]]
    for step, within in enumerate(withins, 1):
        done.append([
            bool(mark[2] >> step & 1) and any(
                done[step - 1][j] and mark[0] - marks[j][0] <= within
                and not any(marks[k][2] >> len(withins) + 1 & 1 for k in range(j + 1, i))
                for j in range(i)
            )
            for i, mark in enumerate(marks)
        ])  # fmt: skip
    return sum(done[-1])


@given(MARKS, st.integers(0, 6), st.integers(0, 6), st.data())
def test_a_chain_counts_what_the_definition_says_in_whatever_order_events_come(
    marks: list[tuple[int, str, int]], one: int, two: int, data: st.DataObject
) -> None:
    chain, kept = Chain([one, two]), list[tuple[int, str, int]]()
    for mark in marks:
        chain.put(mark)
        kept.append(mark)
        if data.draw(st.booleans()):
            assert chain.count == completed(kept, [one, two])
        if len(kept) > 3 and data.draw(st.integers(0, 4)) == 0:
            day = sorted(kept)[: data.draw(st.integers(1, 3))]
            chain.take(day)
            kept = [each for each in kept if each not in day]
    assert chain.count == completed(kept, [one, two])


@given(st.lists(st.integers(0, 30), max_size=12), st.data())
def test_the_squares_of_gaps_follow_days_that_come_and_go(
    days: list[int], data: st.DataObject
) -> None:
    account, kept = ActiveDays(), set[int]()
    view: Days = account.new()
    for day in days:
        view = account.add(view, [day])
        kept.add(day)
        if data.draw(st.booleans()):
            gone = data.draw(st.sampled_from(sorted(kept)))
            view = account.remove(view, [gone], lambda value: False)
            kept.remove(gone)
        assert view.days == sorted(kept)
        assert view.squares == sum((b - a) ** 2 for a, b in pairwise(sorted(kept)))
