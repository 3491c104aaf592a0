from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from limner.learn.comparison import TRAITS, Reach, compare, traits
from limner.learn.ledger import Ledger, day_number

FIRST = date(2024, 1, 1)
ZERO = day_number(FIRST)


def shop(n: int = 300, days: int = 140, seed: int = 0) -> Ledger:
    """Customers who buy once a week, each around an amount of their own."""
    rng = np.random.default_rng(seed)
    weeks = days // 7
    habit = rng.gamma(4.0, 10.0, n)
    return Ledger.of(
        pa.table(
            {
                "customer_id": np.repeat([f"{i:04d}" for i in range(n)], weeks),
                "day": np.tile([FIRST + timedelta(days=7 * w) for w in range(weeks)], n),
                "sales": (habit[:, None] * rng.gamma(5.0, 0.2, (n, weeks))).ravel(),
                "orders": np.ones(n * weeks),
                "redemptions": np.zeros(n * weeks),
            }
        )
    )


def reach(start: int, end: int, receivers: np.ndarray, name: str = "x") -> Reach:
    return Reach(name, ZERO + start, ZERO + end, receivers)


def compared(ledger: Ledger, campaign: Reach, *others: Reach) -> dict:
    flags = np.zeros(len(ledger.customers), dtype=bool)
    document = compare(campaign, others, ledger, flags, ZERO + 140)
    assert document["note_en"]
    assert document["note_zh"]
    assert document["is_causal"] is False
    if document["status"] == "refused":
        assert document["effect_per_customer"] is None
    return document


def test_like_groups_compare_with_a_balance_for_every_trait() -> None:
    document = compared(shop(), reach(91, 119, np.arange(0, 300, 3)))
    assert document["status"] in {"cannot-say", "not-trusted", "suggests"}
    assert [row["trait"] for row in document["balance"]] == [code for code, _ in TRAITS]
    assert all(abs(row["after"]) < 0.1 for row in document["balance"])
    assert document["compared"] <= 200
    assert document["placebo"]["status"] in {"passed", "failed"}


def test_what_cannot_be_compared_says_why() -> None:
    ledger = shop()
    every = np.arange(300)
    assert compared(ledger, reach(91, 119, every[:20]))["reason"] == "receivers-too-few"
    assert compared(ledger, reach(14, 42, every[::3]))["reason"] == "history-too-short"
    assert compared(ledger, reach(150, 170, every[::3]))["reason"] == "not-run"
    assert compared(ledger, reach(91, 119, every))["reason"] == "overlap-too-small"


def test_receivers_unlike_everyone_else_are_refused() -> None:
    ledger = shop()
    spent = ledger.total("sales", ZERO, ZERO + 91)
    best = np.argsort(-spent)[:100]
    recent = ledger.total("sales", ZERO + 63, ZERO + 91)
    top = np.argsort(-recent)[:100]
    assert compared(ledger, reach(91, 119, top))["reason"] == "overlap-too-small"
    assert compared(ledger, reach(91, 119, best))["unadjusted_effect"] > 0


def test_other_campaigns_at_the_same_time_are_flagged() -> None:
    third, half = np.arange(0, 300, 3), np.arange(0, 300, 6)
    document = compared(
        shop(), reach(91, 119, third), reach(100, 110, half, "y"), reach(0, 91, third, "before")
    )
    assert document["receivers_in_other_campaigns"] == 0.5
    assert document["others_in_other_campaigns"] == 0.0


def test_traits_see_nothing_of_the_day_itself_or_later() -> None:
    ledger = shop()
    flags = np.zeros(300, dtype=bool)
    later = Ledger(
        ledger.customers,
        ledger.codes,
        ledger.days,
        {
            name: np.where(ledger.days >= ZERO + 91, 1e6, values)
            for name, values in ledger.figures.items()
        },
    )
    running = [reach(91, 119, np.arange(50), "same day")]
    known = traits(ledger, running, flags, ZERO + 91)
    assert np.array_equal(known, traits(later, [], flags, ZERO + 91))
    assert np.isfinite(known).all()
