"""Planted truths of the coupon model: known probabilities come back, and nothing out of nothing."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

from limner.understand.models import TABLE
from limner.understand.models.coupon_redemption import AMOUNTS, DAYS, SHARES
from limner.understand.models.evaluate import Prediction, compare

AS_OF = date(2017, 12, 31)
START, END = datetime(2017, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC)
CONTACTS = 1500


def mailings(strength: float, seed: int) -> tuple[pa.Table, np.ndarray]:
    """Ten past mailings and the next one, and the next one's true probabilities.

    The log-odds are a straight line in the share of orders with a coupon, and every mailing has
    the same customers' mix; the other columns are noise.
    """
    rng = np.random.default_rng(seed)
    parts, truth = [], np.empty(0)
    for k in range(11):
        began = END if k == 10 else START + timedelta(days=40 + 30 * k)
        columns: dict[str, object] = {n: rng.gamma(2, 3, CONTACTS) for n in (*AMOUNTS, *DAYS)}
        columns |= {n: rng.random(CONTACTS) for n in SHARES}
        truth = expit(-2 + strength * (np.sqrt(columns["coupon_share"]) - 0.67))  # type: ignore[call-overload]
        columns |= {
            "subject": ["type:A" if k == 10 else f"m{k:02d}"] * CONTACTS,
            "customer_id": [f"c{i:05d}" for i in range(CONTACTS)],
            "campaign_type": ["A"] * CONTACTS,
            "starts_at": [began] * CONTACTS,
            "ends_at": [began + timedelta(days=20)] * CONTACTS,
            "history_days": np.full(CONTACTS, 100.0),
            "redeemed": pa.nulls(CONTACTS, pa.bool_()) if k == 10 else rng.random(CONTACTS) < truth,
        }
        parts.append(pa.table(columns))
    return pa.concat_tables(parts), truth


def test_planted_probabilities_are_recovered() -> None:
    rows, truth = mailings(strength=6.0, seed=1)
    outcome = TABLE["coupon_redemption"].learn(rows, AS_OF, seed=0)
    score = outcome.scores["score"].to_numpy()
    assert np.abs(score - truth).mean() < 0.03
    assert np.corrcoef(score, truth)[0, 1] > 0.97
    metrics = outcome.report["metrics"]
    assert metrics["ece"] < 2 * metrics["ece_if_calibrated"]  # type: ignore[call-overload,index,operator]
    assert "beats every baseline" in str(outcome.report["verdict_en"])
    assert outcome.report["features"][0]["name"] == "coupon_share"  # type: ignore[call-overload,index]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_there_is_nothing_to_learn_no_lift_is_reported(seed: int) -> None:
    rows, truth = mailings(strength=0.0, seed=seed)
    outcome = TABLE["coupon_redemption"].learn(rows, AS_OF, seed=0)
    low, high = outcome.report["metrics"]["auc_interval"]  # type: ignore[call-overload,index,misc]
    assert low <= 0.5 <= high
    assert "does not beat" in str(outcome.report["verdict_en"])
    assert "请改用更简单的" in str(outcome.report["verdict_zh"])
    assert np.abs(outcome.scores["score"].to_numpy() - truth).max() < 0.08


def test_the_interval_of_the_auc_holds_the_truth_as_often_as_it_says() -> None:
    """200 samples of customers with three rows each: the 95 % interval covers about 95 %."""
    rng = np.random.default_rng(0)
    big = expit(rng.normal(-1.5, 1, 200_000))
    true = Prediction.of((rng.random(200_000) < big).astype(float), big).metrics()["auc"]
    covered = 0
    for _ in range(200):
        p = np.repeat(expit(rng.normal(-1.5, 1, 150)), 3)
        y = (rng.random(450) < p).astype(float)
        names = np.repeat([f"c{i}" for i in range(150)], 3)
        low, high = compare(y, {"model": p}, names, seed=1, draws=150).interval["model"]["auc"]
        covered += low <= true <= high
    assert covered / 200 == pytest.approx(0.95, abs=0.05)


def test_the_noise_floor_of_the_ece_is_what_calibrated_scores_show() -> None:
    rng = np.random.default_rng(0)
    p = rng.beta(1, 6, 2000)
    found = [
        Prediction.of((rng.random(2000) < p).astype(float), p).metrics()["ece"] for _ in range(100)
    ]
    floor = Prediction.of(np.zeros(2000), p).ece_if_calibrated(seed=1)
    assert floor == pytest.approx(np.mean(found), rel=0.1)
