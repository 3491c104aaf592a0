"""Look-alikes of a seed: the planted likeness is found, chance is called chance, few are refused."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from limner.core.tables import TABLES
from limner.understand.segments.lookalike import FEWEST, LOOKALIKE, look_alike

DAY = date(2024, 5, 31)


def portraits(size: int, seed: int = 3) -> pa.Table:
    rng = np.random.default_rng(seed)
    visits = rng.poisson(4, size).astype(float)
    return pa.table(
        {
            "customer_id": [f"c{n:05}" for n in range(size)],
            "visits": pa.array(visits, mask=rng.random(size) < 0.1),
            "noise": rng.normal(size=size),
            "same": np.ones(size),
        }
    )


def test_who_shares_what_tells_the_seed_apart_comes_first() -> None:
    people = portraits(1500)
    visits = np.asarray(people["visits"].fill_null(0.0))
    is_member = (visits >= 7) & (np.random.default_rng(5).random(1500) < 0.6)
    found = look_alike(people, is_member, ["visits", "noise", "same"], "vip", DAY, 1)
    assert found.skipped is None
    assert found.scores.schema == TABLES["scores"].schema
    assert found.scores.num_rows == 1500 - is_member.sum()
    assert set(found.scores["model"].to_pylist()) == {f"{LOOKALIKE}vip"}
    score = np.asarray(found.scores["score"])
    others = visits[~is_member]
    best = np.argsort(-score)[:50]
    assert (others[best] >= 7).mean() > 0.95
    assert found.report["auc"] > 0.9
    low, high = found.report["auc_interval"]
    assert low < found.report["auc"] < high
    assert found.report["features"][0]["feature"] == "visits"
    assert [row["feature"] for row in found.report["features"]] == ["visits", "noise"]
    assert 0.45 < score[others >= 7].mean() < 0.75  # six in ten of their kind are of the seed


def test_a_seed_drawn_by_lot_is_like_nobody() -> None:
    people = portraits(1000)
    is_member = np.random.default_rng(9).random(1000) < 0.2
    found = look_alike(people, is_member, ["visits", "noise"], "lot", DAY, 1)
    low, high = found.report["auc_interval"]
    assert low < 0.56 and high > 0.44
    assert abs(np.asarray(found.scores["score"]).mean() - 0.2) < 0.03  # the chance is the share


def test_too_few_members_are_refused_in_both_languages() -> None:
    people = portraits(500)
    is_member = np.arange(500) < FEWEST - 1
    found = look_alike(people, is_member, ["visits"], "few", DAY, 1)
    assert found.scores.num_rows == 0
    assert found.skipped is not None
    assert str(FEWEST) in found.skipped.en and str(FEWEST) in found.skipped.zh
    assert found.report == {"seed": "few", "members": FEWEST - 1, "customers": 500}
