"""The most profit for the budget: profit per unit of cost, and nobody who is not worth the contact.

With small contacts and one budget this order is within one contact of the best possible list.
Source: Dantzig, "Discrete-variable extremum problems", Operations Research 5 (1957).
"""

from __future__ import annotations

import numpy as np

from limner.core.words import Words
from limner.decide.policies.policy import Prospects, Vector


class ExpectedProfit:
    """Take those first who bring the most expected profit for each unit of cost."""

    name = "expected_profit"
    words = Words("the most expected profit for the budget", "预算内预期利润最高")

    def priority(self, prospects: Prospects) -> Vector:
        """Profit over cost where the profit is positive; the rest is never taken."""
        worth = prospects.profit > 0
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = prospects.profit / prospects.cost
        return np.where(worth, ratio, -np.inf)
