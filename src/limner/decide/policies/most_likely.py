"""The most redemptions: those first who are the likeliest to use the coupon."""

from __future__ import annotations

from limner.core.words import Words
from limner.decide.policies.policy import Prospects, Vector


class MostLikely:
    """Take the likeliest redeemers first, profitable or not; they may have bought anyway."""

    name = "most_likely"
    words = Words("the likeliest redeemers", "最可能兑换的客户")

    def priority(self, prospects: Prospects) -> Vector:
        """The probability of redeeming."""
        return prospects.probability
