import json
from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy.special import logit

from limner.core.tables import table
from limner.understand.models import TABLE
from limner.understand.models.coupon_redemption import AMOUNTS, DAYS, FEATURES, SHARES

AS_OF = date(2017, 12, 31)
MODEL = TABLE["coupon_redemption"]
Planted = Callable[..., pa.Table]


def learn(rows: pa.Table, seed: int = 0) -> tuple[dict[str, object], pa.Table]:
    outcome = MODEL.learn(rows.drop_columns(["truth"]), AS_OF, seed)
    return dict(outcome.report), outcome.scores


def test_every_column_has_its_words_once() -> None:
    told = [column for feature in FEATURES for column in feature.columns]
    assert sorted(told) == sorted([*AMOUNTS, *SHARES, *DAYS, "campaign_type"])
    assert all(feature.words.en and feature.words.zh for feature in FEATURES)


def test_the_card_is_json_and_its_figures_agree(planted: Planted) -> None:
    report, _ = learn(planted())
    body = json.loads(json.dumps(report, allow_nan=False))
    tested = body["tested_on"]
    assert body["rows"] == tested["contacts"] == sum(p["n"] for p in body["reliability"])
    assert body["positives"] == tested["positives"]
    assert tested["mailings"] == ["m08", "m09"]
    assert body["calibrated_on"]["until"] <= tested["from"]
    assert body["trained_on"]["until"] <= body["calibrated_on"]["from"]
    low, high = body["metrics"]["auc_interval"]
    assert low < body["metrics"]["auc"] < high
    assert set(body["baselines"]) == {"same_for_all", "rate_by_type", "redeemed_before"}
    assert body["baselines"]["same_for_all"]["auc"] == 0.5
    assert body["features"][0]["name"] == "coupon_share"
    assert min(body["candidates"], key=lambda c: c["log_loss"])["name"] == body["chosen"]
    assert "beats every baseline" in body["verdict_en"]
    assert "都胜过所有基准" in body["verdict_zh"]


def test_the_scores_are_rows_of_the_lake_and_the_order_of_rows_changes_nothing(
    planted: Planted,
) -> None:
    rows = planted()
    report, scores = learn(rows)
    assert scores.schema == table("scores").schema
    assert scores.num_rows == 300
    assert set(scores["subject"].to_pylist()) == {"type:A"}
    shuffled = rows.take(np.random.default_rng(1).permutation(rows.num_rows))
    again, other = learn(shuffled)
    assert other.equals(scores)
    assert again == report


def test_the_reasons_sum_to_the_score(planted: Planted) -> None:
    _, scores = learn(planted())
    rows = [
        (logit(score), sum(r["effect"] for r in json.loads(reasons)))
        for score, reasons in zip(
            scores["score"].to_pylist(), scores["reasons"].to_pylist(), strict=True
        )
    ]
    intercepts = [total - told for total, told in rows]
    # Three columns vary in the planted rows, so the five reasons told leave out a constant at most.
    assert np.ptp(intercepts) < 1e-3


def test_a_score_does_not_know_the_test_labels_of_its_own_card(planted: Planted) -> None:
    """Changing the outcomes of the test's mailings changes no expected probability of theirs."""
    rows = planted()
    is_test = pc.is_in(rows["subject"], pa.array(["m08", "m09"]))
    flipped = rows.set_column(
        rows.column_names.index("redeemed"),
        "redeemed",
        pc.if_else(is_test, pc.invert(rows["redeemed"]), rows["redeemed"]),
    )
    first, second = learn(rows)[0], learn(flipped)[0]
    points = [[p["predicted"] for p in r["reliability"]] for r in (first, second)]  # type: ignore[attr-defined]
    assert points[0] == points[1]
    assert first["chosen"] == second["chosen"]


@pytest.mark.parametrize("shape", ["none", "two mailings", "few redeemers"])
def test_too_little_is_skipped_with_a_clear_reason(planted: Planted, shape: str) -> None:
    rows = planted(2, 300) if shape == "two mailings" else planted(10, 40)
    if shape == "none":
        rows = rows.slice(0, 0)
    outcome = MODEL.learn(rows, AS_OF, 0)
    assert outcome.skipped is not None
    assert "at least 3" in outcome.skipped.en
    assert "至少需要 3" in outcome.skipped.zh
    assert outcome.report["is_skipped"] is True
    assert outcome.scores.num_rows == 0
    assert outcome.scores.schema == table("scores").schema
    json.dumps(outcome.report, allow_nan=False)


def test_a_type_that_training_never_saw_is_scored_all_the_same(planted: Planted) -> None:
    rows = planted()
    kinds = ["new" if s == "type:A" else "A" for s in rows["subject"].to_pylist()]
    rows = rows.set_column(
        rows.column_names.index("campaign_type"), "campaign_type", pa.array(kinds)
    )
    report, scores = learn(rows)
    assert report["is_skipped"] is False
    assert np.isfinite(scores["score"].to_numpy()).all()
