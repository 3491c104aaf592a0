"""Who brings the money: which share of customers brings which share of sales.

Source: M. O. Lorenz, 1905, and C. Gini, 1912; the curve is drawn from the best customers down.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from limner.understand.columns import Floats

_POINTS = 101


def concentration(revenue: Floats) -> dict[str, Any]:
    """The document `concentration` from each buying customer's revenue.

    Customers whose revenue is not above 0 (refunded everything, or never bought) are left out.
    Shares lie in 0..1; a Gini of 0 is everybody alike, towards 1 one customer brings everything.
    """
    amounts = np.sort(revenue[np.isfinite(revenue) & (revenue > 0)])[::-1]
    n, total = len(amounts), float(amounts.sum())
    if n == 0:
        return {
            "customers": 0, "sales": 0.0, "gini": None, "curve": [], "top_10_share": None,
            "top_20_share": None, "share_of_customers_for_80": None,
        }  # fmt: skip
    brought = np.concatenate([[0.0], np.cumsum(amounts) / total])
    place = np.arange(n + 1) / n

    def share(of_customers: float) -> float:
        return float(np.interp(of_customers, place, brought))

    rank = np.arange(n, 0, -1)  # 1 for the smallest
    gini = float((2 * (rank * amounts).sum() / (n * total)) - (n + 1) / n)
    return {
        "customers": n,
        "sales": round(total, 2),
        "gini": gini,
        "curve": [
            {"share_of_customers": float(x), "share_of_sales": share(float(x))}
            for x in np.linspace(0, 1, _POINTS)
        ],
        "top_10_share": share(0.1),
        "top_20_share": share(0.2),
        "share_of_customers_for_80": float(np.interp(0.8, brought, place)),
    }
