"""What the figures of campaigns that nobody randomised can and cannot say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from limner.core.words import Words
from limner.learn.comparison import Reach
from limner.learn.ledger import Floats, Ledger


def warning(
    entries: list[dict[str, object]], reaches: Mapping[str, Reach], ledger: Ledger | None
) -> Words:
    """What the figures of campaigns that nobody randomised can and cannot say."""
    loose = [entry for entry in entries if not entry["is_randomised"]]
    if not loose or ledger is None:
        return Words("", "")
    receivers, rest = _spent_before([reaches[str(e["campaign_id"])] for e in loose], ledger)
    checks = [
        placebo["effect_per_customer"]
        for entry in loose
        if isinstance(comparison := entry["comparison"], dict)
        and isinstance(placebo := comparison.get("placebo"), dict)
        and placebo["effect_per_customer"] is not None
    ]
    above = sum(check > 0 for check in checks)
    return Words(
        f"{len(loose)} campaigns were not randomised: they went to customers who were buying more "
        f"anyway (on average {receivers:,.0f} against {rest:,.0f} in the 12 weeks before). The plain "
        "difference therefore credits campaigns with sales they did not cause; the comparison with "
        "similar customers takes off what was recorded, not what was not. Checked on the 4 weeks "
        f"before, it still came out above zero for {above} of {len(checks)} campaigns. Keep a random "
        "control group to know.",
        f"{len(loose)} 个活动未随机分组：它们发给了本来就买得更多的客户（活动前 12 周平均 {receivers:,.0f} "
        f"对 {rest:,.0f}）。因此直接相减会把并非活动带来的销售算作活动的功劳；与相似客户对比只能消除已记录的"
        f"差异，未记录的差异仍在。在活动前 4 周做同样检验，{len(checks)} 个活动中有 {above} 个仍大于零。"
        "要真正知道效果，请保留随机对照组。",
    )


def _spent_before(reaches: list[Reach], ledger: Ledger) -> tuple[float, float]:
    """Mean sales in the 12 weeks before, of receivers and of the rest, over campaigns."""
    sums: Floats = np.zeros(4)
    for reach in reaches:
        if reach.start <= ledger.first_day or not len(reach.receivers):
            continue
        before = ledger.total("sales", reach.start - 84, reach.start)
        mine = float(before[reach.receivers].sum())
        sums += [
            mine,
            len(reach.receivers),
            before.sum() - mine,
            before.size - len(reach.receivers),
        ]
    return float(sums[0] / max(sums[1], 1)), float(sums[2] / max(sums[3], 1))
