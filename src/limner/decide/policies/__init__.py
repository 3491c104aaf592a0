"""Policies: in which order customers are taken while the budget lasts."""

from limner.decide.policies.everyone import Everyone
from limner.decide.policies.expected_profit import ExpectedProfit
from limner.decide.policies.most_likely import MostLikely
from limner.decide.policies.policy import Policy, Prospects

__all__ = ["TABLE", "Policy", "Prospects"]

TABLE: dict[str, Policy] = {
    "expected_profit": ExpectedProfit(),
    "most_likely": MostLikely(),
    "everyone": Everyone(),
}
