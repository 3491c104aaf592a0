import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.unify.match import measured

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=30)


@given(LABELS)
def test_the_truth_is_perfect(truth: list[int]) -> None:
    found = measured(truth, truth)
    assert (found.pairs.f1, found.rows.f1, found.closest.f1) == pytest.approx((1, 1, 1))


@given(LABELS, st.data())
def test_pairs_are_those_one_counts_by_hand(truth: list[int], data: st.DataObject) -> None:
    found = data.draw(st.lists(st.integers(0, 4), min_size=len(truth), max_size=len(truth)))
    pairs = [(i, j) for i in range(len(truth)) for j in range(i)]
    joined = {p for p in pairs if found[p[0]] == found[p[1]]}
    belong = {p for p in pairs if truth[p[0]] == truth[p[1]]}
    right = len(joined & belong)
    quality = measured(found, truth).pairs
    assert quality.precision == pytest.approx(right / len(joined) if joined else 1)
    assert quality.recall == pytest.approx(right / len(belong) if belong else 1)


def test_b_cubed_of_a_known_example() -> None:
    found = measured([0, 0, 0, 1, 1], [0, 0, 1, 1, 1])
    assert found.rows.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
