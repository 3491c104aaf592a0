"""Everyone, in an order drawn by lot until the budget is spent: what targeting must beat."""

from __future__ import annotations

import numpy as np

from limner.core.words import Words
from limner.decide.policies.policy import Prospects, Vector


class Everyone:
    """Take everyone; where the budget does not reach, a random part of them."""

    name = "everyone"
    words = Words("everyone, by lot where the budget is short", "全部客户，预算不足时随机抽取")

    def priority(self, prospects: Prospects) -> Vector:
        """The same for all, so that the lot decides."""
        return np.zeros(len(prospects.probability))
