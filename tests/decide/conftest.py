from collections.abc import Callable
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from limner.core.money import Money
from limner.decide import Offer, choose

Choose = Callable[..., pa.Table]


@pytest.fixture(scope="session")
def decide() -> Choose:
    """`decide(candidates, budget, ...)`: a choice with everything else at an ordinary value."""

    def call(
        candidates: pa.Table,
        budget: float = 100.0,
        control_share: float = 0.1,
        policy: str = "expected_profit",
        seed: int = 1,
        offer: Offer | None = None,
    ) -> pa.Table:
        ordinary = Offer("2 off", Money.of(2, "USD"), 0.25, Money.of("0.5", "USD"))
        return choose(
            candidates, offer or ordinary, Money.of(budget, "USD"), control_share, seed, policy,
            campaign_id="spring", now=datetime(2018, 1, 1, tzinfo=UTC),
        )  # fmt: skip

    return call
