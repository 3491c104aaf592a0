"""What a campaign earned beside what it cost, by one formula that every report states."""

from __future__ import annotations

from dataclasses import dataclass

from limner.core.errors import Malformed
from limner.core.words import Words

FORMULA = Words(
    "profit = margin rate x (sales + coupon discounts) - coupon discounts - contact cost; "
    "ROI = profit / (coupon discounts + contact cost)",
    "利润 = 毛利率 ×（销售额 + 优惠券折扣）− 优惠券折扣 − 触达成本；"
    "ROI = 利润 /（优惠券折扣 + 触达成本）",
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The two figures that no till knows.

    `margin_rate`: gross margin as a share of the price before coupons, 0..1;
    `cost_per_contact`: in the currency's main unit, at least 0; `is_assumed`: at least one of
    them is a default and not the campaign's own.
    Raises: `Malformed` when a figure is out of its range.
    """

    margin_rate: float
    cost_per_contact: float
    is_assumed: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.margin_rate <= 1:
            raise Malformed(
                "margin-malformed", f"margin {self.margin_rate} is not a share; write 0.25 for 25 %"
            )
        if not self.cost_per_contact >= 0:
            raise Malformed(
                "cost-malformed", f"cost per contact {self.cost_per_contact} must be 0 or more"
            )

    def or_campaign(self, margin: float | None, cost_per_contact: float | None) -> Terms:
        """The campaign's own figures where it has them, else these, said to be assumed."""
        return Terms(
            self.margin_rate if margin is None else margin,
            self.cost_per_contact if cost_per_contact is None else cost_per_contact,
            is_assumed=margin is None or cost_per_contact is None,
        )


# A grocer's usual order of magnitude and a posted leaflet: shown as assumed wherever used.
ASSUMED_TERMS = Terms(margin_rate=0.25, cost_per_contact=0.50, is_assumed=True)


@dataclass(frozen=True, slots=True)
class Return:
    """Margin earned, cost spent, profit and ROI (None when nothing was spent), in money."""

    margin: float
    discount_cost: float
    contact_cost: float
    profit: float
    roi: float | None


def return_of(sales: float, discount: float, contacts: float, terms: Terms) -> Return:
    """The return of sales (after discounts), coupon discounts and contacts, by `FORMULA`.

    Sales are what was paid, so the margin is counted on the price before coupons and the
    discount is then a cost like any other: it is not taken off twice.
    """
    contact_cost = contacts * terms.cost_per_contact
    margin = terms.margin_rate * (sales + discount)
    cost = discount + contact_cost
    return Return(
        margin, discount, contact_cost, margin - cost, (margin - cost) / cost if cost > 0 else None
    )
