"""Look-alikes of one customer: who is nearest by chosen figures, and in what they are alike.

Figures have different scales, so each difference is divided by the width of the middle nine tenths
of everybody's values and counts at most 1; the distance is the mean over the figures.  That is
Gower's coefficient with a range that a few extreme customers cannot stretch.  A figure that only
one of the two has counts as wholly different.

Source: J. C. Gower, A General Coefficient of Similarity and Some of Its Properties, Biometrics
27(4), 1971.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import ibis
from ibis.expr.types import NumericColumn, NumericScalar, Table

FEATURES = (
    "orders_365d", "revenue_365d", "basket_mean", "recency_days", "gap_days_mean", "discount_share",
    "coupon_share", "weekend_share", "evening_share", "departments_count",
)  # fmt: skip
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a customer among everybody's.

    `width`: between the 5% and the 95% point of all; `place`: the share of customers with less, 0..1.
    """

    code: str
    value: float
    width: float
    place: float


def figures_of(portraits: Table, customer_id: str, features: Sequence[str] = FEATURES) -> Table:
    """One row with `{code}__value`, `{code}__width` and `{code}__place` of each figure.

    `features`: numeric columns of the portraits.  What the customer does not have is null.
    """
    mine = portraits.filter(portraits.customer_id == customer_id)
    own = mine.aggregate(**{f"{code}__value": _real(mine, code).max() for code in features})
    ends = {}
    for code in features:
        column = _real(portraits, code)
        ends[f"{code}__width"] = column.quantile(HIGH) - column.quantile(LOW)
    joined = portraits.cross_join(own)
    places = joined.aggregate(
        **{
            f"{code}__place": (_real(joined, code) < joined[f"{code}__value"]).mean()
            for code in features
        }
    )
    return own.cross_join(portraits.aggregate(**ends)).cross_join(places)


def read_figures(row: dict[str, float | None], features: Sequence[str]) -> tuple[Figure, ...]:
    """The figures that tell customers apart, of a row of `figures_of`.

    A figure that the customer lacks, or in which nine tenths of all are equal, is left out.
    """
    found = []
    for code in features:
        value, width, place = (row[f"{code}__{part}"] for part in ("value", "width", "place"))
        if value is not None and width and place is not None:
            found.append(Figure(code, value, width, place))
    return tuple(found)


def nearest(portraits: Table, customer_id: str, figures: Sequence[Figure], most: int) -> Table:
    """The customers nearest to one: `customer_id`, `distance` (0 the same .. 1) and the figures.

    At most `most` rows, the nearest first; of equally near ones the lower id.
    """
    others = portraits.filter(portraits.customer_id != customer_id)
    codes = [figure.code for figure in figures]
    if not figures:
        return others.select("customer_id", distance=ibis.literal(1.0)).limit(0)
    apart = [_apart(others, figure) for figure in figures]
    # Rounded, so that equally near ones are so in the last digit too and the lower id decides.
    distance = (reduce(add, apart) / float(len(figures))).round(9)
    ranked = others.select("customer_id", *codes, distance=distance)
    return ranked.order_by(["distance", "customer_id"]).limit(most)


def because(figures: Sequence[Figure], other: dict[str, float | None]) -> list[tuple[str, float]]:
    """In what two customers are alike: the figure's code and how much of its width lies between them.

    First those in which both stand out from the middle and are close to each other.
    """
    told = []
    for figure in figures:
        theirs = other.get(figure.code)
        if theirs is not None:
            gap = min(1.0, abs(theirs - figure.value) / figure.width)
            told.append((abs(figure.place - 0.5) * 2 - 2 * gap, figure.code, gap))
    return [(code, gap) for _, code, gap in sorted(told, key=lambda one: (-one[0], one[1]))]


def _real(table: Table, code: str) -> NumericColumn:
    return table[code].cast("float64")


def _apart(others: Table, figure: Figure) -> NumericScalar:
    gap = (_real(others, figure.code) - figure.value).abs() / figure.width
    return ibis.least(gap, 1.0).fill_null(1.0)
