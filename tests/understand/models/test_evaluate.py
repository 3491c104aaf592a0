import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from limner.understand.models.evaluate import Prediction, compare


def some(n: int, seed: int, places: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = np.round(rng.random(n), places)  # few places make ties
    y = (rng.random(n) < p).astype(float)
    y[:2] = 0, 1
    return y, p


@given(n=st.integers(5, 300), seed=st.integers(0, 99), places=st.sampled_from([1, 2, 6]))
def test_weighted_metrics_equal_scikit_learn(n: int, seed: int, places: int) -> None:
    y, p = some(n, seed, places)
    w = np.random.default_rng(seed).integers(0, 4, n).astype(float)
    w[:2] = 1
    found = Prediction.of(y, p).metrics(w)
    assert found["auc"] == pytest.approx(sk.roc_auc_score(y, p, sample_weight=w))
    assert found["average_precision"] == pytest.approx(
        sk.average_precision_score(y, p, sample_weight=w)
    )
    assert found["brier"] == pytest.approx(sk.brier_score_loss(y, p, sample_weight=w))
    clipped = np.clip(p, 1e-6, 1 - 1e-6)
    assert found["log_loss"] == pytest.approx(sk.log_loss(y, clipped, sample_weight=w))


def test_the_reliability_curve_counts_everybody_once_and_ece_is_its_gap() -> None:
    y, p = some(1003, 1, 6)
    prediction = Prediction.of(y, p)
    curve = prediction.reliability()
    assert len(curve) == 10
    assert sum(point["n"] for point in curve) == 1003
    assert all(point["low"] <= point["observed"] <= point["high"] for point in curve)
    gap = sum(abs(point["observed"] - point["predicted"]) * point["n"] for point in curve) / 1003
    assert prediction.metrics()["ece"] == pytest.approx(gap)


def test_equal_probabilities_stay_in_one_bin() -> None:
    prediction = Prediction.of(np.array([0.0, 1.0] * 50), np.full(100, 0.5))
    assert len(prediction.reliability()) == 1
    assert prediction.metrics()["auc"] == 0.5


def test_one_outcome_only_has_no_ranking() -> None:
    found = Prediction.of(np.zeros(5), np.linspace(0.1, 0.5, 5)).metrics()
    assert np.isnan(found["auc"])
    assert found["brier"] > 0


def test_repeating_a_customers_rows_does_not_narrow_the_interval() -> None:
    y, p = some(200, 3, 6)
    names = np.array([f"c{i}" for i in range(200)])
    once = compare(y, {"model": p}, names, seed=0).interval["model"]["brier"]
    thrice = compare(np.tile(y, 3), {"model": np.tile(p, 3)}, np.tile(names, 3), seed=0)
    again = thrice.interval["model"]["brier"]
    assert again[1] - again[0] == pytest.approx(once[1] - once[0], rel=1e-6)


def test_the_gain_has_the_sign_of_better() -> None:
    y, p = some(500, 4, 6)
    names = np.array([f"c{i}" for i in range(500)])
    found = compare(y, {"model": p, "flat": np.full(500, y.mean())}, names, seed=0).gain["flat"]
    for metric in ("auc", "average_precision", "brier", "log_loss"):
        assert found[metric][0] > 0, metric
