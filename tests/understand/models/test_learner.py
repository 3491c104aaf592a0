import numpy as np
import pytest
from scipy.special import expit

from limner.understand.models.learner import LEARNERS

RNG = np.random.default_rng(0)
X = RNG.normal(size=(1500, 4))
Y = (RNG.random(1500) < expit(1.5 * X[:, 0] - X[:, 1])).astype(float)


@pytest.mark.parametrize("name", list(LEARNERS))
def test_the_same_seed_learns_the_same(name: str) -> None:
    first, second = (LEARNERS[name](X, Y, 3).contributions(X) for _ in range(2))
    assert first.shape == (1500, 5)
    assert np.array_equal(first, second)


@pytest.mark.parametrize("name", list(LEARNERS))
def test_what_matters_adds_most(name: str) -> None:
    weight = np.abs(LEARNERS[name](X, Y, 3).contributions(X)[:, :4]).mean(axis=0)
    assert list(np.argsort(-weight)[:2]) == [0, 1]


def test_the_contributions_of_trees_sum_to_their_own_prediction() -> None:
    trees = LEARNERS["lightgbm"](X, Y, 3)
    raw = trees.booster.predict(X, raw_score=True)  # type: ignore[attr-defined]
    assert trees.contributions(X).sum(axis=1) == pytest.approx(raw, abs=1e-9)


def test_the_contributions_of_a_line_are_zero_at_the_mean() -> None:
    parts = LEARNERS["logistic"](X, Y, 3).contributions(X.mean(axis=0)[None, :])
    assert parts[0, :4] == pytest.approx(np.zeros(4), abs=1e-12)
