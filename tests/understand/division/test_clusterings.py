"""Planted groups are recovered by every method; customers without groups are not said to have any."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import adjusted_rand_score

from limner.core.errors import Malformed, Unknown
from limner.core.rule import holds
from limner.core.words import Words
from limner.understand.columns import numbers
from limner.understand.describe.feature import Feature
from limner.understand.division.clusterings import PATTERN, STEADY, divide, recommend
from limner.understand.division.methods import TABLE
from limner.understand.division.tree_rule import group_rule

CODES = ("a", "b", "c")


def planted(seed: int = 1, each: int = 60) -> tuple[pa.Table, np.ndarray]:
    """Four kinds apart in three tags, the dearest first; two customers have none of the tags."""
    rng = np.random.default_rng(seed)
    kinds = np.array([[9, 9, 1], [9, 1, 9], [1, 9, 9], [1, 1, 1]], dtype=float)
    truth = np.repeat(np.arange(4), each)
    points = kinds[truth] + rng.normal(0, 0.4, (4 * each, 3))
    columns = {code: np.r_[points[:, at], np.nan, np.nan] for at, code in enumerate(CODES)}
    return pa.table({
        "customer_id": [f"c{i}" for i in range(4 * each + 2)],
        **{code: pa.array(values, from_pandas=True) for code, values in columns.items()},
        "revenue_365d": np.r_[(4 - truth) * 100.0, 0, 0],
    }), truth  # fmt: skip


@pytest.mark.parametrize("method", TABLE)
def test_planted_groups_are_recovered_numbered_by_worth_and_come_back(method: str) -> None:
    table, truth = planted()
    found = divide(table, CODES, method, seed=3)
    assert found.k == found.recommended == 4
    assert adjusted_rand_score(truth, found.labels[:-2]) > 0.98
    assert found.labels[-2:].tolist() == [-1, -1]
    means = [numbers(table, "revenue_365d")[found.labels == g].mean() for g in range(4)]
    assert means == sorted(means, reverse=True)
    assert min(found.jaccard) > STEADY
    assert set(found.votes) >= {
        "silhouette",
        "calinski_harabasz",
        "davies_bouldin",
        "gap",
        "stability",
    }
    assert ("bic" in found.votes) == (method == "mixture")
    again = divide(table, CODES, method, seed=3)
    assert (again.labels == found.labels).all()


def test_a_number_that_is_asked_for_is_taken_and_the_recommended_one_still_told() -> None:
    found = divide(planted()[0], CODES, "kmeans", seed=3, k=3)
    assert (found.k, found.recommended, len(found.jaccard), len(found.centres)) == (3, 4, 3, 3)


def test_groups_of_customers_who_have_none_do_not_come_back() -> None:
    rng = np.random.default_rng(0)
    table = pa.table({"customer_id": [str(i) for i in range(250)],
                      **{code: rng.random(250) for code in CODES}})  # fmt: skip
    found = divide(table, CODES, "ward", seed=1, k=6)
    assert min(found.jaccard) < PATTERN
    assert max(row["stability_ari"] for row in found.criteria if row["k"] > 3) < 0.6


def test_the_majority_recommends_and_of_equals_the_smaller_number() -> None:
    assert recommend({"a": 5, "b": 3, "c": 5}) == 5
    assert recommend({"a": 5, "b": 3}) == 3


def test_what_cannot_be_divided_is_refused_by_name() -> None:
    table, _ = planted()
    with pytest.raises(Unknown, match="kmeans"):
        divide(table, CODES, "magic", seed=1)
    with pytest.raises(Malformed, match="customer_id"):
        divide(table, ["a", "customer_id"], "kmeans", seed=1)
    with pytest.raises(Malformed, match="two"):
        divide(table, ["a"], "kmeans", seed=1)
    with pytest.raises(Malformed, match="60"):
        divide(table.slice(0, 20), CODES, "kmeans", seed=1)
    with pytest.raises(Malformed, match="2 to 8"):
        divide(table, CODES, "kmeans", seed=1, k=50)


def test_a_group_as_a_rule_holds_for_nearly_the_group_and_says_how_nearly() -> None:
    table, truth = planted()
    features = [Feature(code, Words(code, code), "", "number", True) for code in CODES]
    table = table.slice(0, len(truth))
    is_in = (truth == 1).astype(float)
    rule, told = group_rule(table, is_in, features, seed=1)
    assert rule is not None
    said = np.array([bool(holds(rule, row)) for row in table.to_pylist()])
    assert told["customers"] == said.sum()
    assert told["precision"] == (said & (is_in == 1)).sum() / said.sum()
    assert min(told["jaccard"], told["held_out_jaccard"]) > 0.95
    chance = np.random.default_rng(1).random(len(truth)) < 0.2
    assert group_rule(table, chance.astype(float), features, seed=1)[1]["held_out_jaccard"] < 0.3
