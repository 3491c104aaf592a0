"""Look-alikes: a distance without scales, and reasons that are true."""

from __future__ import annotations

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.understand.personas.alike import Figure, because, figures_of, nearest, read_figures

CODES = ("orders", "basket")
PEOPLE = [
    {"customer_id": f"c{n:02d}", "orders": n, "basket": 10.0 * n, "always": 1} for n in range(40)
]


def near(rows: list[dict[str, object]], who: str, most: int = 3) -> list[tuple[str, float]]:
    portraits = ibis.memtable(rows)
    row = figures_of(portraits, who, CODES).to_pyarrow().to_pylist()[0]
    found = nearest(portraits, who, read_figures(row, CODES), most).to_pyarrow().to_pylist()
    return [(one["customer_id"], one["distance"]) for one in found]


def test_the_nearest_are_the_neighbours_on_either_side() -> None:
    assert [who for who, _ in near(PEOPLE, "c20", 4)] == ["c19", "c21", "c18", "c22"]


@settings(max_examples=10)
@given(factor=st.floats(0.001, 1000.0), shift=st.floats(-500.0, 500.0))
def test_another_unit_of_a_figure_changes_no_distance(factor: float, shift: float) -> None:
    other = [{**row, "basket": row["basket"] * factor + shift} for row in PEOPLE]  # type: ignore[operator]
    for (who, gap), (same, also) in zip(near(PEOPLE, "c07"), near(other, "c07"), strict=True):
        assert who == same
        assert also == pytest.approx(gap, abs=1e-6)


def test_one_giant_does_not_make_all_others_alike() -> None:
    rows = [*PEOPLE, {"customer_id": "giant", "orders": 10**6, "basket": 1e9, "always": 1}]
    assert near(rows, "c20", 1)[0][0] == "c19"
    assert near(rows, "giant", 1)[0][1] == 1.0  # as unlike as can be, not more


def test_what_only_one_has_counts_as_wholly_different() -> None:
    rows = [*PEOPLE, {"customer_id": "half", "orders": 20, "basket": None, "always": 1}]
    assert near(rows, "c20", 40)[-1][0] != "half"
    assert dict(near(rows, "c20", 40))["half"] == pytest.approx(0.5)


def test_a_figure_in_which_all_are_equal_compares_nobody() -> None:
    row = figures_of(ibis.memtable(PEOPLE), "c03", ("orders", "always")).to_pyarrow().to_pylist()[0]
    assert [figure.code for figure in read_figures(row, ("orders", "always"))] == ["orders"]


def test_the_first_reason_is_the_figure_that_stands_out_in_both() -> None:
    figures = (Figure("usual", 10.0, 10.0, 0.5), Figure("rare", 90.0, 50.0, 0.98))
    reasons = because(figures, {"usual": 10.0, "rare": 91.0})
    assert [code for code, _ in reasons] == ["rare", "usual"]
    assert reasons[0][1] == pytest.approx(0.02)
    assert because(figures, {"usual": None, "rare": 10.0})[0][0] == "rare"
