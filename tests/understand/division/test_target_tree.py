"""A tree towards a target is judged by days it has not seen."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from limner.core.rule import holds, parse
from limner.core.words import Words
from limner.understand.describe.feature import Feature
from limner.understand.division.target_tree import Moment, target_tree

FEATURES = [Feature(code, Words(code, code), "", "number", True) for code in ("orders", "noise")]


def moment(seed: int, effect: float, n: int = 800) -> Moment:
    rng = np.random.default_rng(seed)
    orders, noise = rng.poisson(3, n).astype(float), rng.random(n)
    amount = rng.gamma(2, 5, n) + effect * (orders >= 4) * rng.gamma(4, 10, n)
    known = pa.table({"customer_id": [str(i) for i in range(n)], "orders": orders, "noise": noise})
    return Moment(known, amount, [str(int(one)) for one in rng.integers(0, 3, n)])


def test_leaves_are_told_by_the_later_days_and_their_rules_hold() -> None:
    later = moment(2, 1.0)
    found = target_tree(moment(1, 1.0), later, FEATURES, seed=1, depth=2)
    rows = later.known.to_pylist()
    assert sum(leaf["customers"] for leaf in found["leaves"]) == found["proved_on"] == 800
    for leaf in found["leaves"]:
        here = np.array([bool(holds(parse(leaf["rule"]), row)) for row in rows])
        assert here.sum() == leaf["customers"]
        assert leaf["mean"] == later.target[here].mean()
        assert leaf["interval"][0] < leaf["mean"] < leaf["interval"][1]
    best = found["leaves"][0]
    assert "orders > 3" in best["rule"]
    assert abs(best["mean"] - (10 + 40)) < 5
    assert found["verdict"] == "better"
    assert found["explained_interval"][0] < found["explained"] < found["explained_interval"][1]


def test_where_nothing_can_be_foreseen_the_tree_is_not_said_to_foresee() -> None:
    found = target_tree(moment(3, 0.0), moment(4, 0.0), FEATURES, seed=1)
    assert found["explained"] < 0.02
    assert found["verdict"] in ("alike", "worse")


def test_a_truth_is_told_as_a_share_with_its_interval() -> None:
    earlier, later = (
        Moment(one.known, (one.target > 30).astype(float), one.beside)
        for one in (moment(5, 1.0), moment(6, 1.0))
    )
    found = target_tree(earlier, later, FEATURES, seed=1, is_truth=True)
    assert all(
        0 <= leaf["interval"][0] <= leaf["mean"] <= leaf["interval"][1] <= 1
        for leaf in found["leaves"]
    )
    assert found["leaves"][0]["mean"] > 3 * found["leaves"][-1]["mean"]
