import json

import numpy as np
import pytest

from limner.core.words import Words
from limner.understand.models.explain import Feature, by_feature, reasons, say

FEATURES = (
    Feature("past", Words("redeemed before", "以往兑换"), "n", "count", ("n", "ago")),
    Feature("kind", Words("kind", "类型"), "campaign_type", "text", ("campaign_type",)),
    Feature("share", Words("coupon share", "用券占比"), "s", "share", ("s",)),
)


def test_columns_of_one_reason_are_added_and_none_is_lost() -> None:
    parts = np.array([[0.5, -0.2, 1.0, 0.0, 0.3]])
    columns = ["n", "ago", "s", "campaign_type=A", "campaign_type=B"]
    found = by_feature(parts, columns, FEATURES)
    assert found[0].tolist() == pytest.approx([0.3, 0.3, 1.0])
    assert found.sum() == pytest.approx(parts.sum())
    with pytest.raises(KeyError):  # a column that no reason speaks of would break the sum
        by_feature(np.ones((1, 1)), ["new"], FEATURES)


def test_the_strongest_come_first() -> None:
    effects = np.array([[0.1, -2.0, 1.0]])
    shown: dict[str, list[float | str | None]] = {"past": [2.0], "kind": ["A"], "share": [0.25]}
    found = json.loads(reasons(effects, shown, FEATURES, most=2)[0])
    assert found == [
        {"feature": "kind", "value": "A", "effect": -2.0},
        {"feature": "share", "value": 0.25, "effect": 1.0},
    ]
    assert say(found[1], FEATURES, "en") == "coupon share: 25% (odds × 2.72)"
    assert say(found[1], FEATURES, "zh") == "用券占比：25% (胜算 × 2.72)"
    assert say(found[0], FEATURES, "en") == "kind: A (odds × 0.14)"


def test_what_never_happened_says_so() -> None:
    reason: dict[str, float | str | None] = {"feature": "past", "value": None, "effect": 0.0}
    assert say(reason, FEATURES, "en").startswith("redeemed before: never")
    assert "从未" in say(reason, FEATURES, "zh")
