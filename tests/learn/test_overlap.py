import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from limner.learn.overlap import estimate, imbalance, weigh


def two_groups(seed: int = 0, pull: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    traits = rng.normal(size=(600, 3))
    return rng.random(600) < 1 / (1 + np.exp(-pull * traits[:, 0] + 0.5)), traits


def test_weights_balance_every_trait() -> None:
    t, x = two_groups()
    weighed = weigh(t, x)
    assert np.abs(imbalance(x, t, np.ones(600))).max() > 0.5
    assert np.abs(imbalance(x, t, weighed.weights)).max() < 0.005
    assert weighed.weights[t].sum() == pytest.approx(1.0)
    assert weighed.weights[~t].sum() == pytest.approx(1.0)
    assert 30 < weighed.effective_treated < t.sum()


def test_a_linear_world_is_recovered_exactly() -> None:
    t, x = two_groups()
    outcome = 4.0 * t + x @ [3.0, -2.0, 1.0] + 7.0
    figure = estimate(outcome, t, weigh(t, x))
    assert figure.effect == pytest.approx(4.0, abs=0.05)
    assert LinearRegression().fit(np.c_[t, x], outcome).coef_[0] == pytest.approx(4.0)


def test_groups_that_do_not_touch_leave_nobody_to_compare() -> None:
    x = np.r_[np.linspace(-2, -1, 100), np.linspace(1, 2, 100)][:, None]
    t = np.arange(200) >= 100
    weighed = weigh(t, x)
    assert weighed.is_kept.sum() == 0
    assert weighed.effective_treated == 0.0


def test_a_constant_trait_is_neither_used_nor_unbalanced() -> None:
    t, x = two_groups()
    constant = np.full((600, 1), np.log1p(3.7))
    with_it, without = weigh(t, np.hstack([x, constant])), weigh(t, x)
    assert with_it.weights == pytest.approx(without.weights, rel=1e-6)
    assert imbalance(constant, t, with_it.weights).tolist() == [0.0]


def test_robustness_grows_with_the_effect() -> None:
    t, x = two_groups()
    noise = np.random.default_rng(5).normal(size=600)
    small, large = (estimate(size * t + x[:, 0] + noise, t, weigh(t, x)) for size in (0.3, 3.0))
    assert 0 <= small.robustness < large.robustness <= 1
    assert large.leaves_zero_out
