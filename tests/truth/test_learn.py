"""Planted effects come back, intervals hold what they promise, and doubtful figures are refused."""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import binom

from limner.learn.comparison import Reach, compare
from limner.learn.effect import (
    compare_adjusted,
    compare_means,
    compare_rates,
    detectable,
    sample_ratio,
)
from limner.learn.ledger import Ledger
from limner.learn.moments import Count, Moments

SEEDS = 400


def plausible(hits: int, share: float, n: int = SEEDS) -> bool:
    """Whether `hits` of `n` is what a true share would give, but for one time in ten thousand."""
    return binom.ppf(5e-5, n, share) <= hits <= binom.ppf(1 - 5e-5, n, share)


def spending(rng: np.random.Generator, n: int, effect: float) -> tuple[np.ndarray, np.ndarray]:
    """Skewed sales after, and sales before that tell something of them."""
    habit = rng.gamma(2.0, 20.0, n)
    before = habit * rng.gamma(4.0, 0.25, n)
    return habit * rng.gamma(4.0, 0.25, n) + effect, before


class TestExperiments:
    def test_interval_of_a_rate_holds_the_planted_difference_95_times_in_100(self) -> None:
        held = 0
        for seed in range(SEEDS):
            rng = np.random.default_rng(seed)
            effect = compare_rates(
                Count(900, int(rng.binomial(900, 0.13))), Count(300, int(rng.binomial(300, 0.08)))
            )
            held += effect.interval[0] <= 0.05 <= effect.interval[1]
        assert plausible(held, 0.95)

    @pytest.mark.parametrize("compare_them", [compare_means, compare_adjusted])
    def test_interval_of_a_mean_holds_the_planted_difference(self, compare_them) -> None:
        held, seen = 0, []
        for seed in range(SEEDS):
            rng = np.random.default_rng(seed)
            treated = Moments.of(*spending(rng, 600, 5.0))
            effect = compare_them(treated, Moments.of(*spending(rng, 200, 0.0)))
            held += effect.interval[0] <= 5.0 <= effect.interval[1]
            seen.append(effect.difference)
        assert plausible(held, 0.95)
        assert abs(np.mean(seen) - 5.0) < 4 * np.std(seen) / np.sqrt(SEEDS)  # unbiased

    def test_cuped_is_narrower_by_what_it_says(self) -> None:
        plain, adjusted, said = [], [], []
        for seed in range(SEEDS):
            rng = np.random.default_rng(seed)
            arms = (Moments.of(*spending(rng, 300, 5.0)), Moments.of(*spending(rng, 300, 0.0)))
            plain.append(compare_means(*arms).difference)
            effect = compare_adjusted(*arms)
            adjusted.append(effect.difference)
            said.append(effect.variance_reduction)
        won = 1 - np.var(adjusted) / np.var(plain)
        assert won > 0.25
        assert abs(won - np.mean(said)) < 0.12

    @pytest.mark.parametrize("compare_them", [compare_means, compare_adjusted])
    def test_two_like_arms_differ_five_times_in_a_hundred(self, compare_them) -> None:
        alarms = 0
        for seed in range(SEEDS):
            rng = np.random.default_rng(seed)
            arms = (Moments.of(*spending(rng, 400, 0.0)), Moments.of(*spending(rng, 150, 0.0)))
            alarms += compare_them(*arms).p_value < 0.05
        assert plausible(alarms, 0.05)

    def test_two_like_rates_differ_five_times_in_a_hundred(self) -> None:
        alarms = 0
        for seed in range(SEEDS):
            rng = np.random.default_rng(seed)
            arms = (Count(n, int(rng.binomial(n, 0.15))) for n in (1200, 400))
            alarms += compare_rates(*arms).p_value < 0.05
        assert plausible(alarms, 0.05)

    def test_the_detectable_effect_is_found_four_times_in_five(self) -> None:
        effect = detectable(1.0, 400, 100)
        found = 0
        for seed in range(SEEDS):
            rng = np.random.default_rng(seed)
            arms = (Moments.of(rng.normal(effect, 1, 400)), Moments.of(rng.normal(0, 1, 100)))
            found += compare_means(*arms).p_value < 0.05
        assert plausible(found, 0.8)

    def test_a_broken_split_is_noticed_and_a_sound_one_is_not(self) -> None:
        half = {"treated": 0.5, "control": 0.5}
        assert sample_ratio({"treated": 101_000, "control": 99_000}, half).is_suspect
        alarms = 0
        for seed in range(SEEDS):
            treated = int(np.random.default_rng(seed).binomial(2000, 0.5))
            alarms += sample_ratio({"treated": treated, "control": 2000 - treated}, half).is_suspect
        assert plausible(alarms, 0.001)


@pytest.fixture
def hillstrom(shared_data: Path) -> dict[str, list[dict[str, str]]]:
    arms: dict[str, list[dict[str, str]]] = {}
    with (shared_data / "hillstrom_email" / "hillstrom.csv").open() as file:
        for row in csv.DictReader(file):
            arms.setdefault(row["segment"], []).append(row)
    return arms


def test_hillstrom_gives_its_published_effects(hillstrom) -> None:
    arms = hillstrom
    visits = {
        arm: Count(len(rows), sum(row["visit"] == "1" for row in rows))
        for arm, rows in arms.items()
    }
    control = visits["No E-Mail"]
    assert control.rate == pytest.approx(0.10617, abs=5e-6)
    for arm, points in (("Mens E-Mail", 7.66), ("Womens E-Mail", 4.52)):
        effect = compare_rates(visits[arm], control)
        assert effect.difference * 100 == pytest.approx(points, abs=0.005)
        assert effect.interval[0] > 0
    third = dict.fromkeys(visits, 1 / 3)
    assert not sample_ratio({arm: count.n for arm, count in visits.items()}, third).is_suspect
    # What was spent the year before hardly tells what is spent now: CUPED must say so.
    spend = {
        arm: Moments.of(
            [float(row["spend"]) for row in rows], [float(row["history"]) for row in rows]
        )
        for arm, rows in arms.items()
    }
    effect = compare_adjusted(spend["Mens E-Mail"], spend["No E-Mail"])
    assert spend["No E-Mail"].y == pytest.approx(0.6528, abs=5e-5)
    assert spend["Mens E-Mail"].y == pytest.approx(1.4226, abs=5e-5)
    assert 0 <= effect.variance_reduction < 0.005


START = 34 * 7  # the campaign's first day, counted from the first purchase
DAYS = 28
LISTED = START - 28  # the mailing list is drawn four weeks ahead, as printers need it


def world(seed: int, effect: float, hidden: float, n: int = 800) -> tuple[Ledger, np.ndarray]:
    """A shop where those who spend more are mailed; `hidden` moves both mailing and new spending.

    The hidden trait shows in spending only in the last four weeks before the start, so nothing
    known when the list was drawn tells of it.
    """
    rng = np.random.default_rng(seed)
    habit = rng.lognormal(3.0, 0.6, n)
    weeks = (START + DAYS) // 7
    secret = rng.normal(size=n)
    sales = habit[:, None] * rng.gamma(3.0, 1 / 3, (n, weeks))
    listed = np.log(sales[:, : LISTED // 7].mean(axis=1))
    score = 1.8 * (listed - listed.mean()) + (1.5 * secret if hidden else 0.0) - 0.5
    is_mailed = rng.random(n) < 1 / (1 + np.exp(-score))
    sales[:, LISTED // 7 :] += hidden * secret[:, None]
    sales[:, START // 7 :] += effect * is_mailed[:, None] / (DAYS // 7)
    first = date(2024, 1, 1)
    rows = pa.table(
        {
            "customer_id": np.repeat([f"c{i:04d}" for i in range(n)], weeks),
            "day": np.tile([first + timedelta(days=7 * w) for w in range(weeks)], n),
            "sales": sales.ravel(),
            "orders": np.ones(n * weeks),
            "redemptions": np.zeros(n * weeks),
        }
    )
    return Ledger.of(rows), np.flatnonzero(is_mailed)


def compared(seed: int, effect: float, hidden: float = 0.0) -> dict:
    ledger, mailed = world(seed, effect, hidden)
    start = ledger.first_day + START
    flags = np.zeros(len(ledger.customers), dtype=bool)
    return compare(Reach("x", start, start + DAYS, mailed), [], ledger, flags, start + DAYS)


class TestComparison:
    def test_recovers_the_planted_effect_where_the_plain_difference_is_far_off(self) -> None:
        worlds = [compared(seed, effect=12.0) for seed in range(120)]
        effects = np.array([w["effect_per_customer"] for w in worlds])
        held = sum(w["interval"][0] <= 12.0 <= w["interval"][1] for w in worlds)
        assert np.mean([w["unadjusted_effect"] for w in worlds]) > 12.0 + 30
        assert abs(effects.mean() - 12.0) < 4 * effects.std() / np.sqrt(len(effects)) + 0.5
        assert plausible(held, 0.95, len(worlds))

    def test_finds_nothing_where_nothing_was_planted(self) -> None:
        worlds = [compared(seed, effect=0.0) for seed in range(1000, 1120)]
        found = sum(w["interval"][0] > 0 or w["interval"][1] < 0 for w in worlds)
        assert plausible(found, 0.05, len(worlds))
        assert all(not w["is_causal"] for w in worlds)

    def test_the_check_on_the_weeks_before_passes_when_everything_was_recorded(self) -> None:
        failed = sum(compared(s, 12.0)["placebo"]["status"] != "passed" for s in range(120))
        assert plausible(failed, 0.05, 120)

    def test_what_nobody_recorded_is_caught_by_the_weeks_before(self) -> None:
        worlds = [compared(seed, effect=0.0, hidden=6.0) for seed in range(20)]
        assert np.mean([w["effect_per_customer"] for w in worlds]) > 5  # it is indeed misled
        assert sum(w["status"] == "not-trusted" for w in worlds) >= 19
