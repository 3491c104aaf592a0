from decimal import Decimal

import numpy as np
import pytest

from limner.core.errors import Malformed
from limner.core.money import Money
from limner.decide import Offer

P, V = np.array([0.0, 0.5, 1.0]), np.array([40.0, 40.0, 40.0])


def offer(**changes: object) -> Offer:
    kept: dict[str, object] = {
        "description": "2 off", "discount": Money.of(2, "USD"), "margin": 0.25,
        "cost_per_contact": Money.of("0.5", "USD"),
    }  # fmt: skip
    return Offer(**{**kept, **changes})  # type: ignore[arg-type]


def test_a_contact_costs_the_mail_and_the_coupon_if_used() -> None:
    assert offer().cost(P).tolist() == [0.5, 1.5, 2.5]


def test_without_uplift_every_redeemer_counts_as_won() -> None:
    assert offer().profit(P, V).tolist() == [-0.5, 3.5, 7.5]


def test_a_sure_buyer_is_a_loss_once_uplift_is_known() -> None:
    profit = offer().profit(P, V, uplift=np.array([0.0, 0.3, 0.0]))
    assert profit.tolist() == [-0.5, 1.5, -2.5]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"margin": 1.5}, "margin"),
        ({"discount": Money.of(-1, "USD")}, "discount"),
        ({"cost_per_contact": Money.of(1, "CNY")}, "CNY"),
        ({"cost_per_contact": Money(Decimal("nan"), "USD")}, "cost_per_contact"),
    ],
)
def test_an_impossible_offer_is_refused(changes: dict[str, object], word: str) -> None:
    with pytest.raises(Malformed, match=word):
        offer(**changes)
