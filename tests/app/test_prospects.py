"""What is expected of whom, and where the expectation comes from."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from limner.act.campaign import CampaignPlan, Template
from limner.app import Limner
from limner.app.prospects import Prospects, prospects

NOON = datetime(2017, 12, 1, 12, tzinfo=UTC)
BEFORE = NOON - timedelta(days=30)


def ask(limner: Limner, type_: str) -> Prospects:
    plan = CampaignPlan(
        name="W", offer="o", type=type_, starts_at=NOON, ends_at=NOON + timedelta(days=1),
        templates={"en": Template("s", "t")},
    )  # fmt: skip
    return prospects(limner, plan, limner.lake.table("profiles"), limner.lake.table("scores"), NOON)


@pytest.fixture
def shop(limner: Limner) -> Limner:
    limner.lake.replace(
        "profiles",
        pa.table({"customer_id": ["a", "b", "c"], "basket_mean": [10.0, None, 30.0]}),
    )
    limner.lake.append(
        "exposures",
        pa.table({
            "campaign_id": ["1"] * 4, "customer_id": ["a", "b", "c", "d"], "time": [BEFORE] * 4,
            "arm": ["treated"] * 3 + ["control"],
        }),
    )  # fmt: skip
    limner.lake.append(
        "events",
        pa.table({
            "date": pa.array([NOON.date()] * 4), "event_id": ["1", "2", "3", "4"],
            "time": [BEFORE] * 3 + [NOON],  # the last one is not known yet
            "event": ["Coupon Redeemed"] * 4, "campaign_id": ["1", "1", "9", "1"],
            "customer_id": ["a", "a", "b", "c"],
        }),
    )  # fmt: skip
    return limner


def score(shop: Limner) -> None:
    shop.lake.replace(
        "scores",
        pa.table({
            "model": ["coupon_redemption"] * 4 + ["other"],
            "subject": ["type:A", "type:B", "type:A", "27", "type:A"],
            "customer_id": ["a", "a", "b", "c", "c"],
            "score": [0.2, 0.4, 0.5, 0.9, 0.9],
        }),
    )  # fmt: skip


def test_the_model_of_the_type_with_the_past_rate_for_whom_it_does_not_know(shop: Limner) -> None:
    score(shop)
    found = ask(shop, "A")
    assert found.rows["customer_id"].to_pylist() == ["a", "b", "c"]
    assert found.rows["probability"].to_pylist() == pytest.approx([0.2, 0.5, 1 / 3])
    assert found.rows["value"].to_pylist() == [10, 20, 30]
    assert "model" in found.source.en


def test_of_an_unknown_type_the_mean_over_types(shop: Limner) -> None:
    score(shop)
    assert ask(shop, "Z").rows["probability"].to_pylist() == pytest.approx([0.3, 0.5, 1 / 3])


def test_without_a_model_the_past_rate_of_those_contacted(shop: Limner) -> None:
    found = ask(shop, "A")
    assert found.rows["probability"].to_pylist() == pytest.approx([1 / 3] * 3)
    assert "33.3%" in found.source.en
    assert "33.3%" in found.source.zh
