from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.understand.behaviour.concentration import concentration


def test_alike_customers_bring_alike() -> None:
    found = concentration(np.full(200, 3.0))
    assert found["gini"] == pytest.approx(0, abs=1e-9)
    assert found["top_20_share"] == pytest.approx(0.2)
    assert found["share_of_customers_for_80"] == pytest.approx(0.8)


def test_one_customer_who_brings_everything() -> None:
    found = concentration(np.array([100.0] + [1e-9] * 99))
    assert found["gini"] == pytest.approx(0.99)
    assert found["top_10_share"] == pytest.approx(1)


def test_nobody_bought() -> None:
    found = concentration(np.array([0.0, np.nan, -5.0]))
    assert (found["customers"], found["curve"], found["gini"]) == (0, [], None)


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60))
def test_the_gini_is_the_mean_difference_and_the_curve_rises(amounts: list[float]) -> None:
    values = np.array(amounts)
    found = concentration(values)
    differences = np.abs(values[:, None] - values[None, :]).mean()
    assert found["gini"] == pytest.approx(differences / (2 * values.mean()), abs=1e-9)
    shares = [point["share_of_sales"] for point in found["curve"]]
    assert len(shares) == 101
    assert shares[0] == 0
    assert shares[-1] == pytest.approx(1)
    assert all(b >= a - 1e-12 for a, b in pairwise(shares))
