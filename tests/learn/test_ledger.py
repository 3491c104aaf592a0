from datetime import date

import numpy as np
import pyarrow as pa

from limner.learn.ledger import Ledger, day_number
from limner.learn.standing import standings

ROWS = pa.table(
    {
        "customer_id": ["b", "a", "b", "c", None],
        "day": [date(2024, 3, 5), date(2024, 3, 1), date(2024, 3, 1), date(2024, 2, 1), date(2024, 3, 1)],
        "sales": [5.0, 1.0, 2.0, None, 99.0],
        "orders": [1, 1, 1, 0, 1],
        "redemptions": [0, 0, 1, 0, 0],
    }
)  # fmt: skip
MARCH = day_number(date(2024, 3, 1))


def test_windows_hold_their_first_day_and_not_their_last() -> None:
    ledger = Ledger.of(ROWS)
    assert ledger.customers == ["a", "b", "c"]
    assert ledger.total("sales", MARCH, MARCH + 4).tolist() == [1.0, 2.0, 0.0]
    assert ledger.total("sales", MARCH, MARCH + 5).tolist() == [1.0, 7.0, 0.0]
    assert ledger.total("redemptions", 0, MARCH).tolist() == [0.0, 0.0, 0.0]
    assert ledger.first_day == day_number(date(2024, 2, 1))


def test_recency_counts_orders_only_and_stops_at_the_longest() -> None:
    ledger = Ledger.of(ROWS)
    assert ledger.days_since_order(MARCH + 10, 60).tolist() == [10.0, 6.0, 60.0]
    assert ledger.days_since_order(MARCH, 60).tolist() == [60.0, 60.0, 60.0]


def test_unknown_customers_are_left_out() -> None:
    ledger = Ledger.of(ROWS)
    assert ledger.positions(pa.chunked_array([["c", "nobody", "a"]])).tolist() == [2, 0]


def test_standings_split_everyone_twice_and_look_only_back() -> None:
    ledger = Ledger.of(ROWS)
    groups = standings(ledger, MARCH + 2)
    members = {standing.code: flags for standing, flags in groups}
    for prefix in ("spend:", "order:"):
        together = sum(
            flags.astype(int) for code, flags in members.items() if code.startswith(prefix)
        )
        assert np.array_equal(together, np.ones(3))
    assert members["spend:none"].tolist() == [False, False, True]
    assert not members["spend:high"][0]  # b's later order does not count, 2.0 beats a's 1.0
    assert members["spend:high"][1]
