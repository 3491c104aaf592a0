"""Campaigns cut by who received them and summed by type."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from limner.core.statistics import wilson
from limner.learn.comparison import LEAST_HISTORY_DAYS, Reach
from limner.learn.ledger import Ledger
from limner.learn.standing import standings

Entry = dict[str, object]


def rate(redeemed: int, contacted: int) -> dict[str, object]:
    """The redemption rate with its Wilson interval; null for nobody."""
    return {
        "redemption_rate": redeemed / contacted if contacted else None,
        "redemption_rate_interval": list(wilson(redeemed, contacted)) if contacted else None,
    }


def by_segment(reach: Reach, reached: pa.Table, ledger: Ledger) -> list[Entry]:
    """Redemption by what customers were on the eve of the campaign, never by what they became."""
    if reach.start - ledger.first_day < LEAST_HISTORY_DAYS:
        return []
    redeemed = np.zeros(len(ledger.customers), dtype=bool)
    redeemed[
        ledger.positions(reached.filter(pc.greater(reached["redemptions"], 0))["customer_id"])
    ] = True
    is_reached = np.zeros(len(ledger.customers), dtype=bool)
    is_reached[reach.receivers] = True
    parts = []
    for standing, members in standings(ledger, reach.start):
        contacted = int((members & is_reached).sum())
        used = int((members & is_reached & redeemed).sum())
        parts.append(
            {
                "segment": standing.code,
                "name_en": standing.words.en,
                "name_zh": standing.words.zh,
                "contacted": contacted,
                "redeemed": used,
                "rate": used / contacted if contacted else None,
                "interval": list(wilson(used, contacted)) if contacted else None,
            }
        )
    return parts


def by_type(entries: list[Entry]) -> list[Entry]:
    """The sums of the campaigns of each type; a customer in two campaigns counts twice."""
    kinds = sorted({str(entry["type"]) for entry in entries if entry["type"] is not None})
    summed = []
    for kind in kinds:
        mine = [entry for entry in entries if entry["type"] == kind]

        total = partial(_total, mine)
        cost = total("discount_cost") + total("contact_cost")
        contacted, redeemed = int(total("contacted")), int(total("redeemed_customers"))
        summed.append(
            {
                "type": kind,
                "campaigns": len(mine),
                "contacted": contacted,
                "redeemed_customers": redeemed,
                "redemptions": int(total("redemptions")),
                **rate(redeemed, contacted),
                **{
                    name: total(name)
                    for name in (
                        "sales", "coupon_sales", "sales_with_coupon", "discount_cost",
                        "contact_cost", "margin", "profit",
                    )
                },
                "roi": total("profit") / cost if cost > 0 else None,
            }
        )  # fmt: skip
    return summed


def _total(entries: Sequence[Entry], name: str) -> float:
    return float(sum(value for entry in entries if isinstance(value := entry[name], int | float)))
