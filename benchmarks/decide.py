"""A list under a budget beside the best possible one: the bound of the linear program.

`python -m benchmarks.decide` prints, in one run, the profit that the list loses to the bound that
no list can pass, beside what the obvious lists lose, and the time of the whole choice (arms,
propensities, reasons and all) beside HiGHS finding the bound alone.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import linprog

from benchmarks.figure import Figure, print_figures
from limner.core.money import Money
from limner.decide import Offer, choose
from limner.decide.policies import TABLE

OFFER = Offer("2 off", Money.of(2, "USD"), 0.25, Money.of("0.5", "USD"))
SIZES = (2_469, 20_000)  # the retail year's households; HiGHS takes minutes at 100,000
MINE = "expected_profit"


def run() -> list[Figure]:
    """The figures of every size."""
    return [figure for customers in SIZES for figure in measure(customers)]


def measure(customers: int) -> list[Figure]:
    """Profit lost and time taken for one size of audience, with a budget for a tenth of it."""
    candidates = crowd(customers)
    probability = candidates["probability"].to_numpy()
    profit = OFFER.profit(probability, candidates["value"].to_numpy())
    cost = OFFER.cost(probability)
    budget = Money.of(round(0.1 * float(cost.sum()), 2), "USD")
    began = time.perf_counter()
    solved = linprog(
        -profit, A_ub=cost[None, :], b_ub=[float(budget.amount)], bounds=(0, 1), method="highs"
    )
    bound_seconds = time.perf_counter() - began
    lost, seconds = {}, {}
    for policy in TABLE:
        began = time.perf_counter()
        decisions = choose(
            candidates, OFFER, budget, 0.0, 0, policy,
            campaign_id="bench", now=datetime(2018, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        seconds[policy] = time.perf_counter() - began
        contacted = decisions.filter(pc.equal(decisions["action"], "contact"))
        earned = float(pc.sum(contacted["expected_value"]).as_py() or 0.0)
        lost[policy] = 100 * (1 + earned / float(solved.fun))
    what = f"{customers:,} customers"
    return [
        *(
            Figure(f"profit lost to the bound, {what}", lost[MINE], lost[other], TABLE[other].words.en, "%")
            for other in TABLE
            if other != MINE
        ),
        Figure(f"choosing, {what}", seconds[MINE], bound_seconds, "HiGHS, the bound alone", "s"),
    ]  # fmt: skip


def crowd(customers: int, seed: int = 0) -> pa.Table:
    """Customers with probabilities and baskets spread about as in the retail year."""
    rng = np.random.default_rng(seed)
    return pa.table(
        {
            "customer_id": [f"customer-{i}" for i in range(customers)],
            "probability": rng.beta(0.7, 4.0, customers),
            "value": rng.gamma(2.0, 16.0, customers),
        }
    )


if __name__ == "__main__":
    print_figures("a list under a budget", run())
