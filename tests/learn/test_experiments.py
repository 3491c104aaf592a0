import json
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest

from limner.core.errors import Malformed
from limner.learn import Terms, experiment_document

CAMPAIGN = {
    "campaign_id": "spring",
    "name": "Spring",
    "starts_at": datetime(2024, 3, 1, tzinfo=UTC),
    "ends_at": datetime(2024, 3, 29, tzinfo=UTC),
    "control_share": 0.2,
    "margin": 0.3,
    "cost_per_contact": 0.1,
}


def arms(effect: float, treated: int = 4000, control: int = 1000, seed: int = 7) -> pa.Table:
    rng = np.random.default_rng(seed)
    n = treated + control
    is_treated = np.arange(n) < treated
    habit = rng.gamma(2.0, 20.0, n)
    return pa.table(
        {
            "campaign_id": ["spring"] * n,
            "customer_id": [str(i) for i in range(n)],
            "arm": np.where(is_treated, "treated", "control"),
            "propensity": np.where(is_treated, 0.8, 0.2),
            "was_sent": pa.array([bool(i % 10) if i < treated else None for i in range(n)]),
            "sales": habit * rng.gamma(4.0, 0.25, n) + effect * is_treated,
            "orders": rng.poisson(2.0, n).astype(float),
            "sales_before": habit * rng.gamma(4.0, 0.25, n),
            "discount": np.where(is_treated, 0.5, 0.0),
            "redemptions": np.zeros(n),
        }
    )


def report(rows: pa.Table, as_of: date = date(2024, 4, 30), **changed: object) -> dict:
    document = experiment_document(rows, CAMPAIGN | changed, as_of=as_of, timezone="UTC")
    json.dumps(document, allow_nan=False)
    assert document["verdict_en"]
    assert document["verdict_zh"]
    return document


def test_a_planted_effect_is_named_with_its_interval() -> None:
    document = report(arms(8.0))
    sales = document["metrics"][0]
    assert document["status"] == "caused"
    assert sales["interval"][0] <= 8.0 <= sales["interval"][1]
    assert sales["p_value_holm"] >= sales["p_value"]
    plain = sales["unadjusted"]["interval"]
    assert sales["interval"][1] - sales["interval"][0] < plain[1] - plain[0]
    assert 0.2 < sales["variance_reduction"] < 0.8
    assert "more in sales" in document["verdict_en"]
    assert "多" in document["verdict_zh"]


def test_held_messages_stay_in_their_arm() -> None:
    document = report(arms(8.0))
    assert document["arms"]["treated"] == {"assigned": 4000, "sent": 3600, "held": 400}
    rows = arms(8.0)
    reached_only = rows.set_column(4, "was_sent", pa.array([True] * 4000 + [None] * 1000))
    assert report(reached_only)["metrics"][0] == document["metrics"][0]


def test_when_the_data_cannot_say_the_report_says_so() -> None:
    document = report(arms(0.0))
    assert document["status"] == "cannot-say"
    assert "cannot say" in document["verdict_en"]
    assert "无法说明" in document["verdict_zh"]


def test_no_verdict_before_the_end() -> None:
    assert report(arms(8.0), as_of=date(2024, 3, 10))["status"] == "running"
    assert report(arms(8.0), ends_at=None)["status"] == "running"


def test_arms_of_the_wrong_size_are_not_trusted() -> None:
    document = report(arms(8.0, treated=4000, control=700))
    assert document["sample_ratio"]["is_suspect"]
    assert document["status"] == "not-trusted"
    assert not report(arms(8.0))["sample_ratio"]["is_suspect"]


def test_without_a_control_group_nothing_is_claimed() -> None:
    lone = report(arms(8.0, control=0), control_share=0.0)
    assert lone["status"] == "refused"
    assert lone["metrics"] == []
    few = report(arms(8.0, treated=36, control=9))
    assert few["status"] == "refused"


def test_uneven_chances_are_refused() -> None:
    rows = arms(8.0)
    uneven = np.where(np.arange(5000) < 2000, 0.8, rows["propensity"].to_numpy() * 0 + 0.5)
    assert report(rows.set_column(3, "propensity", pa.array(uneven)))["status"] == "refused"


def test_the_return_is_the_formula_on_what_was_caused() -> None:
    document = report(arms(8.0))
    found, effect = document["return"], document["metrics"][0]["difference"]
    margin = 0.3 * (effect * 4000 + 2000)
    cost = 2000 + 360
    assert found["discount_cost"] == pytest.approx(2000)
    assert found["contact_cost"] == pytest.approx(360)
    assert found["roi"] == pytest.approx((margin - cost) / cost)
    assert found["roi_interval"][0] < found["roi"] < found["roi_interval"][1]
    assert not found["is_assumed"]
    assert report(arms(8.0), margin=None)["return"]["is_assumed"]


def test_an_unknown_arm_is_named() -> None:
    rows = arms(8.0, treated=20, control=20)
    with pytest.raises(Malformed, match="'placebo' is neither"):
        report(rows.set_column(2, "arm", pa.array(["placebo"] * 40)))
    with pytest.raises(Malformed, match="margin 25"):
        Terms(25, 0.1)
