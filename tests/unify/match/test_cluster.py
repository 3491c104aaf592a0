import numpy as np

from limner.unify.match.cluster import clusters_of, one_to_one

ODDS = {(0, 1): 6.0, (1, 2): 0.5, (2, 3): 6.0}


def _score(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return np.array([ODDS.get(pair, -6.0) for pair in pairs])


def test_a_weak_link_between_two_pairs_does_not_make_them_one() -> None:
    left, right = (np.array(side) for side in zip(*ODDS, strict=True))
    label = clusters_of(5, left, right, np.array(list(ODDS.values())), 0.0, _score)
    assert label.tolist() == [0, 0, 1, 1, 2]


def test_rows_that_no_rule_brought_together_are_asked_about() -> None:
    left, right = np.array([0, 1]), np.array([1, 2])
    agree = clusters_of(
        3, left, right, np.array([3.0, 3.0]), 0.0, lambda a, b: np.full(len(a), 3.0)
    )
    assert agree.tolist() == [0, 0, 0]
    differ = clusters_of(
        3, left, right, np.array([3.0, 2.0]), 0.0, lambda a, b: np.full(len(a), -9.0)
    )
    assert differ.tolist() == [0, 0, 1]


def test_a_chain_of_thousands_is_cut() -> None:
    rows = 2000
    left = np.arange(rows - 1)
    odds = np.where(left % 4 == 3, 1.0, 9.0)
    label = clusters_of(
        rows, left, left + 1, odds, 0.0, lambda a, b: np.where(b - a < 4, 4.0, -8.0)
    )
    assert np.bincount(label).max() <= 400


def test_of_two_candidates_the_better_is_taken_once() -> None:
    left, right = np.array([0, 1, 1]), np.array([2, 2, 3])
    assert one_to_one(4, left, right, np.array([2.0, 3.0, 1.0]), 0.0).tolist() == [0, 1, 1, 2]
