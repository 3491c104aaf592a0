"""What customers were on a given day, from their purchases before it: for reports without hindsight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.core.words import Words
from limner.learn.ledger import Ledger

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Standing:
    """A group that customers belonged to on the eve of a campaign."""

    code: str
    words: Words


HIGH = Standing(
    "spend:high", Words("spent most (top third of buyers)", "消费最高（买家前三分之一）")
)
MIDDLE = Standing("spend:middle", Words("spent in the middle third", "消费居中"))
LOW = Standing(
    "spend:low", Words("spent least (bottom third of buyers)", "消费最低（买家后三分之一）")
)
NONE = Standing("spend:none", Words("bought nothing in 12 weeks", "12 周内未购买"))
ACTIVE = Standing("order:28d", Words("ordered in the last 4 weeks", "4 周内有购买"))
QUIET = Standing("order:29_84d", Words("last ordered 5 to 12 weeks ago", "上次购买在 5–12 周前"))
AWAY = Standing("order:older", Words("no order for over 12 weeks", "超过 12 周未购买"))


def standings(ledger: Ledger, day: int) -> list[tuple[Standing, Flags]]:
    """Every standing before a day, with who of the ledger's customers was in it.

    Thirds are those of everyone with sales in the 84 days before, contacted or not; the portrait
    of today is not used, because a campaign may itself have changed it.
    """
    spent = ledger.total("sales", day - 84, day)
    buys = spent > 0
    low, high = np.quantile(spent[buys], [1 / 3, 2 / 3]) if buys.any() else (0.0, 0.0)
    days = ledger.days_since_order(day, 85)
    return [
        (HIGH, buys & (spent > high)),
        (MIDDLE, buys & (spent > low) & (spent <= high)),
        (LOW, buys & (spent <= low)),
        (NONE, ~buys),
        (ACTIVE, days <= 28),
        (QUIET, (days > 28) & (days <= 84)),
        (AWAY, days > 84),
    ]
