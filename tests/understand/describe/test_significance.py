"""Tests of two groups beside SciPy, scikit-learn and figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, false_discovery_control, ttest_ind
from sklearn.metrics import roc_auc_score

from limner.understand.describe.significance import (
    auc_interval,
    benjamini_hochberg,
    counts_differ,
    mean_difference,
    numbers_differ,
    tgi,
)

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(SHARES)
def test_false_discovery_is_corrected_as_scipy_does(p: list[float]) -> None:
    assert np.allclose(benjamini_hochberg(p), false_discovery_control(p, method="bh"))


def test_what_was_not_tested_stays_untested_and_does_not_count() -> None:
    assert benjamini_hochberg([None, 0.02, None, 0.04]) == [None, 0.04, None, 0.04]
    assert benjamini_hochberg([None]) == [None]


@given(st.floats(0.001, 1), st.floats(0.001, 1))
def test_an_index_of_100_is_the_average(share: float, of_all: float) -> None:
    assert tgi(of_all, of_all) == pytest.approx(100)
    index = tgi(share, of_all)
    assert index is not None
    assert (index > 100) == (share > of_all) or index == pytest.approx(100)


def test_the_index_of_what_nobody_has_is_unknown() -> None:
    assert tgi(0.0, 0.0) is None


def test_large_counts_are_tested_by_chi_square_and_small_ones_by_fisher() -> None:
    large = counts_differ([60, 40], [30, 70])
    assert large.test == "chi_square"
    assert large.p == pytest.approx(chi2_contingency([[60, 40], [30, 70]], correction=False)[1])
    small = counts_differ([4, 0], [1, 5])
    assert (small.test, round(small.p or 0, 4)) == ("fisher", 0.0476)


def test_rare_values_are_counted_together_until_each_is_expected_five_times() -> None:
    found = counts_differ([50, 50, 1, 0, 1], [50, 50, 0, 1, 0])
    assert found.test == "chi_square"
    assert found.p is not None
    assert found.p > 0.5  # the rare ones alone would have looked like a difference


def test_one_value_or_an_empty_side_is_no_difference() -> None:
    assert counts_differ([5, 0], [9, 0]).p is None
    assert counts_differ([0, 0], [9, 4]).p is None


def test_the_effect_of_numbers_is_how_much_more_often_one_side_is_above() -> None:
    above = numbers_differ(np.array([5.0, 6.0, 7.0]), np.array([1.0, 2.0, np.nan]))
    assert above.effect == 1
    assert above.size == "large"
    same = numbers_differ(np.ones(9), np.ones(9))
    assert (same.p, same.effect, same.size) == (1.0, 0.0, "negligible")


def test_the_difference_of_means_is_welchs() -> None:
    rng = np.random.default_rng(3)
    one, other = rng.normal(5, 1, 40), rng.normal(4, 3, 90)
    found = mean_difference(one, other)
    assert found is not None
    truth = ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    assert found[1] == pytest.approx((truth.low, truth.high))
    assert mean_difference(np.array([1.0]), other) is None


def test_the_interval_of_an_auc_holds_the_truth_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(200):
        label = np.repeat([1.0, 0.0], [60, 120])
        score = rng.normal(label, 1.0)
        found = auc_interval(label, score)
        assert found is not None
        assert found[0] == pytest.approx(roc_auc_score(label, score))
        hits += found[1][0] <= 0.7602499 <= found[1][1]  # Phi(1 / sqrt 2)
    assert 180 <= hits <= 198
