from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa

from limner.understand.segments.rfm import CELLS, GROUPS, fifths, rfm, rfm_report


def test_every_cell_has_exactly_one_group_and_every_group_a_cell() -> None:
    assert set(CELLS) == set(product(range(1, 6), repeat=3))
    assert set(CELLS.values()) == {group.code for group in GROUPS}
    assert CELLS[5, 5, 5] == "champions"
    assert CELLS[1, 1, 1] == "lost"
    assert CELLS[1, 5, 5] == "cannot_lose"


def test_fifths_are_even_without_ties_and_equal_for_equals() -> None:
    rng = np.random.default_rng(1)
    distinct = rng.permutation(100).astype(float)
    assert np.bincount(fifths(distinct)).tolist() == [0, 20, 20, 20, 20, 20]
    tied = rng.integers(0, 4, 500).astype(float)
    scores = fifths(tied)
    assert all(len(set(scores[tied == value])) == 1 for value in range(4))
    shuffled = rng.permutation(500)
    assert (fifths(tied[shuffled]) == scores[shuffled]).all()


def tags() -> pa.Table:
    return pa.table(
        {
            "recency_days": [1, 10, 20, 30, 40, None],
            "orders_365d": [50, 40, 30, 20, 10, 0],
            "revenue_365d": [500.0, 400.0, 300.0, 200.0, 100.0, 0.0],
            "basket_mean": [10.0, 10.0, 10.0, 10.0, 10.0, None],
        }
    )


def test_who_never_ordered_has_no_score_and_the_rest_are_scored_among_buyers() -> None:
    found = rfm(tags())
    assert found["rfm_recency"].to_pylist() == [5, 4, 3, 2, 1, None]
    assert found["rfm_money"].to_pylist() == [5, 4, 3, 2, 1, None]
    assert found["rfm_group"].to_pylist() == [
        "champions", "loyal", "needs_attention", "hibernating", "lost", None,
    ]  # fmt: skip


def test_the_report_adds_up() -> None:
    scored = rfm(tags())
    profiles = tags()
    for name in scored.column_names:
        profiles = profiles.append_column(name, scored[name])
    report = rfm_report(profiles)
    assert sum(cell["customers"] for cell in report["cells"]) == 5
    assert sum(group["revenue"] for group in report["groups"]) == 1500
    assert abs(sum(group["share_of_revenue"] for group in report["groups"]) - 1) < 1e-9


def test_a_group_of_whom_no_basket_is_known_has_none() -> None:
    bare = tags().set_column(3, "basket_mean", pa.array([None] * 6, pa.float64()))
    for name, score in zip(rfm(bare).column_names, rfm(bare).columns, strict=True):
        bare = bare.append_column(name, score)
    assert {group["basket_mean"] for group in rfm_report(bare)["groups"]} == {None}
