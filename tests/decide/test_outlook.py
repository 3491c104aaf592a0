from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from limner.core.money import Money
from limner.decide import Offer, detectable_effect, outlook

OFFER = Offer("2 off", Money.of(2, "USD"), 0.25, Money.of("0.5", "USD"))


def test_the_outlook_adds_up(decide: Callable[..., pa.Table]) -> None:
    rng = np.random.default_rng(3)
    rows = pa.table(
        {
            "customer_id": [str(i) for i in range(500)],
            "probability": rng.beta(2, 8, 500),
            "value": rng.gamma(2, 20, 500),
        }
    )
    decisions = decide(rows, 150.0, 0.2)
    found = outlook(decisions, OFFER, base_rate=0.3)
    assert found.contacts + found.controls + found.skipped == 500
    assert min(found.contacts, found.controls, found.skipped) > 0
    assert found.cost <= Money.of(150, "USD")
    by_hand = sum(r["expected_value"] for r in decisions.to_pylist() if r["action"] == "contact")
    assert float(found.profit.amount) == pytest.approx(by_hand, abs=0.005)
    assert float(found.cost.amount) == pytest.approx(
        0.5 * found.contacts + 2 * found.redemptions, abs=0.005
    )
    assert found.effect == detectable_effect(0.3, found.contacts, found.controls)
    assert f"{found.contacts:,}" in found.words.en
    assert "对照" in found.words.zh


def test_without_a_control_group_nothing_can_be_shown(decide: Callable[..., pa.Table]) -> None:
    rows = pa.table({"customer_id": ["a"], "probability": [0.5], "value": [50.0]})
    found = outlook(decide(rows, control_share=0.0), OFFER, base_rate=0.3)
    assert found.effect is None
    assert "too small" in found.words.en
