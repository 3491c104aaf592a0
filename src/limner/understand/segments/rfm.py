"""RFM: how recently, how often and for how much, each in fifths, and what to call the mixture.

A score is 1 + floor(5 x share of customers who do strictly worse): equal customers get equal
scores whatever their order in a file, so a fifth is larger than 20 % where many are equal.
Customers who never ordered have no scores.

Source: A. M. Hughes, Strategic Database Marketing (1994); the named groups follow the usual grid of
recency against the average of frequency and money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.core.words import Words
from limner.understand.columns import Floats, numbers, plain, strictly_below


@dataclass(frozen=True, slots=True)
class Group:
    """A named part of the RFM cube and what it is for."""

    code: str
    name: Words
    description: Words


GROUPS: tuple[Group, ...] = (
    Group("champions", Words("Champions", "冠军客户"),
          Words("Bought just now, often and much: thank them.", "近期、高频、高额：答谢与维系。")),
    Group("loyal", Words("Loyal customers", "忠诚客户"),
          Words("Buy often and well: widen what they buy.", "购买稳定且价值高：拓宽品类。")),
    Group("potential_loyal", Words("Potential loyalists", "潜力客户"),
          Words("Recent, on the way to a habit: invite to the programme.", "近期活跃、渐成习惯：引导入会。")),
    Group("new", Words("New customers", "新客户"),
          Words("Only just started: welcome them.", "刚开始购买：做好欢迎。")),
    Group("promising", Words("Promising", "待培育客户"),
          Words("Recent but small and rare: give a reason to return.", "近期来过但低频低额：给出复购理由。")),
    Group("needs_attention", Words("Need attention", "需关注客户"),
          Words("Middling in everything and cooling: remind them.", "各项中等且转冷：及时提醒。")),
    Group("about_to_sleep", Words("About to sleep", "将沉睡客户"),
          Words("Small and not recent: a light nudge.", "低价值且近期少来：轻触达。")),
    Group("at_risk", Words("At risk", "流失风险客户"),
          Words("Were good, have been away: win back.", "曾经不错但久未到店：挽回。")),
    Group("cannot_lose", Words("Cannot lose", "重点挽回客户"),
          Words("Were the best, are gone longest: call them.", "曾是最佳客户却离开最久：重点挽回。")),
    Group("hibernating", Words("Hibernating", "休眠客户"),
          Words("Small, rare and away: only cheap channels.", "低频低额且久未到店：仅用低成本渠道。")),
    Group("lost", Words("Lost", "已流失客户"),
          Words("Little, long ago: leave in peace.", "很久以前的少量购买：不再打扰。")),
)  # fmt: skip

# Recency 5 (just now) to 1, against the average of frequency and money, 1 to 5, halves upward.
_GRID = {
    5: ("new", "potential_loyal", "potential_loyal", "champions", "champions"),
    4: ("promising", "potential_loyal", "potential_loyal", "loyal", "champions"),
    3: ("about_to_sleep", "about_to_sleep", "needs_attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "at_risk", "at_risk", "at_risk"),
    1: ("lost", "lost", "at_risk", "cannot_lose", "cannot_lose"),
}
CELLS: dict[tuple[int, int, int], str] = {
    (r, f, m): _GRID[r][(f + m + 1) // 2 - 1]
    for r in range(1, 6)
    for f in range(1, 6)
    for m in range(1, 6)
}


def fifths(values: Floats) -> NDArray[np.int64]:
    """Scores 1 (lowest) to 5 of some values without NaN; equal values score equally."""
    return 1 + 5 * strictly_below(values) // max(len(values), 1)


def rfm(tags: pa.Table) -> pa.Table:
    """The columns `rfm_recency`, `rfm_frequency`, `rfm_money` (1..5) and `rfm_group` of each row.

    Reads the tags recency_days, orders_365d and revenue_365d; rows keep their order.
    """
    recency = numbers(tags, "recency_days")
    bought = np.isfinite(recency)
    columns: dict[str, pa.Array] = {}
    scores: list[NDArray[np.int64]] = []
    for name, values in (
        ("rfm_recency", -recency),
        ("rfm_frequency", numbers(tags, "orders_365d")),
        ("rfm_money", numbers(tags, "revenue_365d")),
    ):
        score = np.zeros(tags.num_rows, dtype=np.int64)
        score[bought] = fifths(values[bought])
        scores.append(score)
        columns[name] = pa.array(score, mask=~bought)
    groups = [
        CELLS[int(r), int(f), int(m)] if known else None
        for r, f, m, known in zip(*scores, bought, strict=True)
    ]
    columns["rfm_group"] = pa.array(groups, pa.string())
    return pa.table(columns)


def rfm_report(profiles: pa.Table) -> dict[str, Any]:
    """The document `rfm`: the map of recency against frequency, and the groups with their worth."""
    recency, frequency = numbers(profiles, "rfm_recency"), numbers(profiles, "rfm_frequency")
    revenue, orders = numbers(profiles, "revenue_365d"), numbers(profiles, "orders_365d")
    days, basket = numbers(profiles, "recency_days"), numbers(profiles, "basket_mean")
    group = np.array(profiles["rfm_group"].to_pylist(), dtype=object)
    known = np.isfinite(recency)
    everybody, total = max(int(known.sum()), 1), float(revenue[known].sum())
    cells = []
    for r in range(1, 6):
        for f in range(1, 6):
            here = (recency == r) & (frequency == f)
            cells.append({
                "recency": r, "frequency": f, "customers": int(here.sum()),
                "revenue": round(float(revenue[here].sum()), 2),
            })  # fmt: skip
    groups = []
    for one in GROUPS:
        here = group == one.code
        count, worth = int(here.sum()), float(revenue[here].sum())
        baskets = basket[here & np.isfinite(basket)]
        groups.append({
            "code": one.code, "customers": count, "revenue": round(worth, 2),
            "share_of_customers": count / everybody,
            "share_of_revenue": worth / total if total else 0.0,
            "recency_days": plain(float(np.median(days[here]))) if count else None,
            "orders": plain(float(orders[here].mean())) if count else None,
            "basket_mean": plain(float(baskets.mean())) if len(baskets) else None,
        })  # fmt: skip
    return {"cells": cells, "groups": groups}
