import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, ttest_ind

from limner.core.errors import Malformed
from limner.learn.effect import (
    compare_adjusted,
    compare_means,
    compare_rates,
    detectable,
    holm,
    sample_ratio,
)
from limner.learn.moments import Count, Moments


@pytest.mark.parametrize(
    ("treated", "control", "interval"),
    [
        (Count(70, 56), Count(80, 48), (0.0524, 0.3339)),
        (Count(10, 9), Count(10, 3), (0.1705, 0.8090)),
        (Count(56, 5), Count(29, 0), (-0.0381, 0.1926)),
        (Count(10, 10), Count(10, 0), (0.6075, 1.0)),
    ],
)
def test_rates_give_the_published_intervals(treated, control, interval) -> None:
    # Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10
    assert compare_rates(treated, control).interval == pytest.approx(interval, abs=5e-5)


counts = st.integers(1, 400).flatmap(lambda n: st.builds(Count, st.just(n), st.integers(0, n)))


@given(counts, counts)
def test_the_p_value_and_the_interval_of_a_rate_agree(treated: Count, control: Count) -> None:
    effect = compare_rates(treated, control)
    excludes = effect.interval[0] > 1e-12 or effect.interval[1] < -1e-12
    assert 0 <= effect.p_value <= 1
    if abs(effect.p_value - 0.05) > 1e-6:
        assert excludes == (effect.p_value < 0.05)
    mirrored = compare_rates(control, treated)
    assert mirrored.difference == pytest.approx(-effect.difference)
    assert mirrored.p_value == pytest.approx(effect.p_value, abs=1e-7)


def test_means_agree_with_scipy() -> None:
    rng = np.random.default_rng(3)
    left, right = rng.gamma(2, 10, 80), rng.gamma(2, 8, 33)
    effect = compare_means(Moments.of(left), Moments.of(right))
    reference = ttest_ind(left, right, equal_var=False)
    assert effect.p_value == pytest.approx(reference.pvalue)
    low, high = reference.confidence_interval(0.95)
    assert effect.interval == pytest.approx((low, high))
    assert effect.lift == pytest.approx(left.mean() / right.mean() - 1)
    assert effect.lift_interval[0] < effect.lift < effect.lift_interval[1]


def test_the_same_outcome_everywhere_is_no_difference() -> None:
    same = Moments.of([3.0, 3.0, 3.0])
    assert compare_means(same, same).p_value == 1.0
    assert compare_adjusted(same, same).interval == (0.0, 0.0)


def test_a_covariate_that_knows_everything_leaves_only_the_effect() -> None:
    before = np.arange(50.0)
    effect = compare_adjusted(
        Moments.of(before + 2, before), Moments.of(before[::-1], before[::-1])
    )
    assert effect.difference == pytest.approx(2.0)
    assert effect.variance_reduction == pytest.approx(1.0)
    nothing = compare_adjusted(Moments.of(before), Moments.of(before))
    assert nothing.variance_reduction == 0.0


def test_holm_keeps_order_and_never_lowers() -> None:
    assert holm([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06]
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_sample_ratio_is_the_chi_square_test() -> None:
    ratio = sample_ratio({"treated": 880, "control": 120}, {"treated": 0.9, "control": 0.1})
    assert ratio.p_value == pytest.approx(chisquare([880, 120], [900, 100]).pvalue)
    assert not ratio.is_suspect
    assert sample_ratio({"treated": 5, "control": 0}, {"treated": 0, "control": 1}).is_suspect
    with pytest.raises(Malformed, match="planned shares"):
        sample_ratio({"treated": 5}, {"treated": 0.9, "control": 0.1})


def test_a_famous_mismatch_is_found() -> None:
    # Kohavi, Tang & Xu (2020), chapter 21: 821,588 against 815,482 users at 50/50, p = 1.8e-6
    ratio = sample_ratio({"treated": 821_588, "control": 815_482}, {"treated": 0.5, "control": 0.5})
    assert ratio.p_value == pytest.approx(1.8e-6, rel=0.05)
    assert ratio.is_suspect


def test_the_detectable_effect_is_that_of_the_textbook() -> None:
    # 2 x (1.96 + 0.8416)^2 = 15.7 per arm for one standard deviation at 80 % power
    assert detectable(1.0, 16, 16) == pytest.approx(0.9905, abs=5e-4)
    with pytest.raises(Malformed, match="at least 1"):
        detectable(1.0, 0, 5)


def test_an_empty_arm_is_refused() -> None:
    with pytest.raises(Malformed, match="at least 1"):
        compare_rates(Count(0, 0), Count(4, 1))
    with pytest.raises(Malformed, match="level"):
        compare_rates(Count(4, 1), Count(4, 1), level=95)
