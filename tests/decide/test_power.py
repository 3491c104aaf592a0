import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from limner.core.errors import Malformed
from limner.decide.power import detectable_effect, group_size


def test_a_published_sample_size_is_reproduced() -> None:
    # Fleiss, Levin & Paik (2003), table A.4 without the continuity correction: 60 % against 70 %,
    # two-sided 5 %, power 80 %: 356 in each group.
    assert group_size(0.6, 0.1, 0.5) == pytest.approx(2 * 356, abs=2)


def test_equal_groups_follow_the_textbook_formula() -> None:
    low, high = 0.1, 0.13
    mean = (low + high) / 2
    root = norm.isf(0.025) * math.sqrt(2 * mean * (1 - mean)) + norm.ppf(0.8) * math.sqrt(
        low * (1 - low) + high * (1 - high)
    )
    assert group_size(low, high - low, 0.5) == math.ceil(2 * (root / (high - low)) ** 2)


@given(
    rate=st.floats(0.01, 0.9),
    treated=st.integers(200, 100_000),
    control=st.integers(50, 50_000),
)
def test_the_detectable_effect_is_found_four_times_in_five(
    rate: float, treated: int, control: int
) -> None:
    effect = detectable_effect(rate, treated, control)
    if effect is not None:
        raised, n = rate + effect, treated + control
        pooled = (treated * raised + control * rate) / n
        under_null = pooled * (1 - pooled) * (1 / treated + 1 / control)
        true = raised * (1 - raised) / treated + rate * (1 - rate) / control
        beyond = effect - norm.isf(0.025) * math.sqrt(under_null)
        assert norm.cdf(beyond / math.sqrt(true)) == pytest.approx(0.8, abs=1e-6)


@given(rate=st.floats(0.02, 0.5), share=st.floats(0.05, 0.5))
def test_the_group_size_and_the_detectable_effect_agree(rate: float, share: float) -> None:
    effect = 0.05
    size = group_size(rate, effect, share)
    found = detectable_effect(rate, round(size * (1 - share)), round(size * share))
    assert found is not None
    assert found == pytest.approx(effect, rel=0.02)


def test_more_customers_show_smaller_effects() -> None:
    found = [detectable_effect(0.1, 9 * n, n) for n in (100, 400, 1600)]
    assert None not in found
    assert found == sorted(found, reverse=True)


def test_too_small_a_control_group_can_show_nothing() -> None:
    assert detectable_effect(0.9, 1000, 3) is None
    assert detectable_effect(0.1, 1000, 0) is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: detectable_effect(1.2, 10, 10),
        lambda: group_size(0.5, 0.6, 0.1),
        lambda: group_size(0.5, 0.1, 0.0),
        lambda: detectable_effect(0.5, 10, 10, alpha=0.0),
    ],
)
def test_impossible_figures_are_refused(call: object) -> None:
    with pytest.raises(Malformed, match=r"must lie|needs a share"):
        call()  # type: ignore[operator]
