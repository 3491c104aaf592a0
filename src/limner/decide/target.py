"""Whom to contact: a list within the budget, with a random control group kept back from it.

Response is not uplift.  The likeliest redeemers are often those who would have bought anyway, and
a list by response pays them a discount for it.  Where an uplift is known it decides; where it is
not, the control group of this campaign is what the next one learns it from.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from decimal import ROUND_FLOOR

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.core.chance import chance
from limner.core.errors import Malformed, Unknown
from limner.core.event import stable_id
from limner.core.money import Money
from limner.core.tables import table
from limner.core.words import Words
from limner.decide.assign import arms
from limner.decide.offer import Offer
from limner.decide.policies import TABLE, Prospects

Vector = NDArray[np.float64]

REASONS: dict[str, Words] = {
    "on-the-list": Words("worth the contact, and within the budget", "值得触达，且在预算内"),
    "held-back": Words("on the list, drawn for the control group", "在名单内，抽入对照组"),
    "not-worth-it": Words("expected to cost more than it brings", "预期成本高于收益"),
    "budget-spent": Words("the budget went to others first", "预算已用于排序更前的客户"),
}

MICRO = 1_000_000  # money is added up in whole millionths: exact, whatever the order


def choose(
    candidates: pa.Table,
    offer: Offer,
    budget: Money,
    control_share: float,
    seed: int,
    policy: str,
    *,
    campaign_id: str,
    now: datetime,
) -> pa.Table:
    """One decision for each candidate: contact, control or skip, as rows of `decisions`.

    `candidates`: customer_id (text, once each), probability of redeeming when contacted (0..1),
    value (sales to a redeemer, in the budget's currency), and optionally uplift (-1..1: by how
    much the contact raises the probability of buying), used in place of probability for what is
    won.  `control_share`: the probability, in [0, 1), that a customer on the list is held back.

    Candidates are taken in the policy's order while the next one's expected cost (the contact and
    the coupon if used) still fits into the budget; the list ends at the first who does not fit.
    A customer held back spends nothing.  Whether a customer fits is asked before the lot of its
    arm is looked at, so whoever is on the list has exactly the propensity that was asked for.
    The list itself is not drawn: the propensity of skip is 1.  `score` is the probability,
    `expected_value` the expected incremental profit of contacting the customer.  The result does
    not depend on the order of the candidates, and is the same when asked again.

    Raises: `Malformed` for a bad figure (naming customer and column), `Unknown` for a policy.
    """
    if policy not in TABLE:
        raise Unknown(
            "policy-unknown", f"there is no policy {policy!r}; there are {', '.join(TABLE)}"
        )
    budget - offer.cost_per_contact  # refuses another currency
    customers, probability, value, uplift = _read(candidates)
    prospects = Prospects(
        probability, offer.profit(probability, value, uplift), offer.cost(probability)
    )
    priority = np.asarray(TABLE[policy].priority(prospects), dtype=np.float64)
    order = np.lexsort((chance(seed, campaign_id, "order", customers), -priority))
    held = arms(seed, campaign_id, customers, control_share)
    cost = np.ceil(prospects.cost * MICRO).astype(np.int64)
    wanted = order[priority[order] > -np.inf]
    listed = wanted[: _fitting(cost[wanted], held[wanted], _micro(budget))]

    action = np.full(len(customers), "skip", dtype="<U7")
    why = np.full(len(customers), "not-worth-it", dtype="<U12")
    why[wanted] = "budget-spent"
    action[listed] = np.where(held[listed], "control", "contact")
    why[listed] = np.where(held[listed], "held-back", "on-the-list")
    propensity = np.ones(len(customers))
    propensity[listed] = np.where(held[listed], control_share, 1 - control_share)
    return pa.table(
        {
            "decision_id": [stable_id(campaign_id, customers[i]) for i in order],
            "campaign_id": [campaign_id] * len(order),
            "customer_id": [customers[i] for i in order],
            "time": [now] * len(order),
            "policy": [policy] * len(order),
            "action": action[order].tolist(),
            "propensity": propensity[order],
            "score": probability[order],
            "expected_value": prospects.profit[order],
            "reasons": [
                _reasons(str(why[i]), rank, float(prospects.cost[i]))
                for rank, i in enumerate(order, start=1)
            ],
        },
        schema=table("decisions").schema,
    )


def _fitting(cost: NDArray[np.int64], held: NDArray[np.bool_], budget: int) -> int:
    """How many, from the first on, are on the list."""
    spent = np.cumsum(np.where(held, 0, cost))
    before = spent - np.where(held, 0, cost)
    too_much = np.flatnonzero(before + cost > budget)
    return int(too_much[0]) if len(too_much) else len(cost)


def _micro(budget: Money) -> int:
    if not budget.amount.is_finite() or budget.amount < 0:
        raise Malformed("budget-negative", f"budget is {budget.amount}; it must be 0 or more")
    return int((budget.amount * MICRO).to_integral_value(rounding=ROUND_FLOOR))


def _reasons(code: str, rank: int, cost: float) -> str:
    return json.dumps({"code": code, "rank": rank, "expected_cost": round(cost, 6)})


def _read(candidates: pa.Table) -> tuple[list[str], Vector, Vector, Vector | None]:
    for name in ("customer_id", "probability", "value"):
        if name not in candidates.column_names:
            raise Malformed(
                "column-missing",
                f"candidates have no column {name!r}; they have {', '.join(candidates.column_names)}",
            )
    customers: list[str] = candidates["customer_id"].to_pylist()
    if None in customers:
        raise Malformed("customer-missing", "a candidate has no customer_id; leave that row out")
    if len(set(customers)) != len(customers):
        twice = Counter(customers).most_common(1)[0][0]
        raise Malformed("customer-twice", f"customer {twice!r} is among the candidates twice")
    probability = _figures(candidates, customers, "probability", 0, 1)
    value = _figures(candidates, customers, "value", 0, np.inf)
    has_uplift = "uplift" in candidates.column_names
    uplift = _figures(candidates, customers, "uplift", -1, 1) if has_uplift else None
    return customers, probability, value, uplift


def _figures(
    candidates: pa.Table, customers: list[str], name: str, low: float, high: float
) -> Vector:
    values = candidates[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
    bad = np.flatnonzero(~(np.isfinite(values) & (values >= low) & (values <= high)))
    if len(bad):
        raise Malformed(
            f"{name}-out-of-range",
            f"{name} of customer {customers[bad[0]]!r} is {values[bad[0]]}; "
            f"it must be a number from {low:g} to {high:g}",
        )
    return np.asarray(values, dtype=np.float64)
