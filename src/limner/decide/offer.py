"""What a campaign offers, and what a contact with it costs and brings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from limner.core.errors import Malformed
from limner.core.money import Money

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Offer:
    """A coupon, what it costs when it is used, and what a sale brings.

    `discount`: what one redemption costs the shop.  `margin`: share of a sale that is left after
    the goods are paid, 0..1.  `cost_per_contact`: paid for everybody contacted, redeemer or not.
    Raises: `Malformed` for a margin outside 0..1, a negative amount, or two currencies.
    """

    description: str
    discount: Money
    margin: float
    cost_per_contact: Money

    def __post_init__(self) -> None:
        if not 0 <= self.margin <= 1:
            raise Malformed(
                "margin-out-of-range", f"margin is {self.margin}; write a share of sales, 0 to 1"
            )
        for name, amount in (
            ("discount", self.discount),
            ("cost_per_contact", self.cost_per_contact),
        ):
            if not amount.amount.is_finite() or amount.amount < Decimal(0):
                raise Malformed(
                    "amount-negative", f"{name} is {amount.amount}; it must be 0 or more"
                )
        self.discount + self.cost_per_contact  # refuses two currencies

    @property
    def currency(self) -> str:
        """ISO 4217 code of every amount of the offer."""
        return self.discount.currency

    def cost(self, probability: Vector) -> Vector:
        """Expected cost of contacting each: the contact, and the coupon if it is used."""
        contact, discount = float(self.cost_per_contact.amount), float(self.discount.amount)
        return contact + probability * discount

    def profit(self, probability: Vector, value: Vector, uplift: Vector | None = None) -> Vector:
        """Expected incremental profit of contacting each, in the offer's currency.

        `probability` of redeeming when contacted; `value`: sales to a redeemer before the
        discount; `uplift`: by how much the contact raises the probability of buying.  Without an
        uplift every redeemer counts as won by the contact, which flatters the campaign: sure
        buyers redeem too, and would have bought anyway.  All shape (n,).
        """
        won = probability if uplift is None else uplift
        return won * self.margin * value - self.cost(probability)
