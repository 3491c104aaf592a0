"""Planted truths of the deciding room: lots are uniform, effects are found as often as promised."""

import numpy as np
import pytest
from scipy.stats import chisquare, kstest, norm

from limner.decide import arms, chance, detectable_effect

CUSTOMERS = [f"household-{i}" for i in range(4000)]


def test_lots_are_uniform_in_nearly_every_campaign() -> None:
    """Chi-square over 20 bins in 200 campaigns: the p-values are themselves uniform."""
    p_values = []
    for k in range(200):
        counts, _ = np.histogram(chance(5, f"campaign-{k}", "arm", CUSTOMERS), 20, (0, 1))
        p_values.append(chisquare(counts).pvalue)
    assert kstest(p_values, "uniform").pvalue > 0.001


def test_a_customer_is_held_back_in_some_campaigns_and_not_in_others() -> None:
    """Over 300 campaigns a customer's number of draws is binomial: nobody is always left out."""
    held = sum(arms(5, f"campaign-{k}", CUSTOMERS[:500], 0.1).astype(int) for k in range(300))
    counts = np.asarray(held)
    assert counts.mean() == pytest.approx(30, abs=0.8)
    assert counts.var() == pytest.approx(27, rel=0.25)


def test_arms_of_two_campaigns_are_independent() -> None:
    first, second = (arms(5, name, CUSTOMERS, 0.5) for name in ("spring", "autumn"))
    both = (first & second).mean()
    assert abs(both - 0.25) < 3 * (0.25 * 0.75 / len(CUSTOMERS)) ** 0.5


def test_the_detectable_effect_is_detected_as_often_as_promised() -> None:
    """Simulated campaigns with exactly that effect: a z-test finds it in 80 % of them."""
    treated, control, rate = 4500, 500, 0.1
    effect = detectable_effect(rate, treated, control)
    assert effect is not None
    rng = np.random.default_rng(1)
    one = rng.binomial(treated, rate + effect, 20_000)
    two = rng.binomial(control, rate, 20_000)
    pooled = (one + two) / (treated + control)
    error = np.sqrt(pooled * (1 - pooled) * (1 / treated + 1 / control))
    seen = (np.abs(one / treated - two / control) / error > norm.isf(0.025)).mean()
    assert seen == pytest.approx(0.8, abs=0.02)
