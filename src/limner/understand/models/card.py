"""The model card: what was learned from what, how good it is, and the verdict in one breath."""

from __future__ import annotations

import numpy as np

from limner.core.words import Words
from limner.understand.columns import plain
from limner.understand.models.baseline import WORDS
from limner.understand.models.evaluate import Comparison
from limner.understand.models.model import Json
from limner.understand.models.split import MAILINGS, POSITIVES, Mailing

LEFT_OUT = {
    "no-history": Words(
        "less than 30 days of orders before it began", "活动开始前的订单记录不足 30 天"
    ),
    "still-running": Words("its outcome was not complete by the day", "截至该日结果尚不完整"),
    "overlaps": Words("was still running when the next slice began", "下一时段开始时活动仍在进行"),
}


def slice_of(mailings: list[Mailing], subjects: tuple[str, ...]) -> dict[str, Json]:
    """Which mailings a slice holds, from when to when, with how many contacts and redeemers."""
    inside = sorted((m for m in mailings if m.subject in subjects), key=lambda m: m.starts_at)
    return {
        "mailings": [m.subject for m in inside],
        "contacts": sum(m.contacts for m in inside),
        "positives": sum(m.positives for m in inside),
        "from": inside[0].starts_at.isoformat(),
        "until": max(m.ends_at for m in inside).isoformat(),
    }


def left_out(why: dict[str, str]) -> list[Json]:
    """The mailings that were left out, each with the reason in both languages."""
    return [
        {"campaign_id": subject, "why": code, "en": LEFT_OUT[code].en, "zh": LEFT_OUT[code].zh}
        for subject, code in sorted(why.items())
    ]


def measured(comparison: Comparison, name: str) -> dict[str, Json]:
    """The metrics of one prediction, each with its 95 % interval as `<metric>_interval`."""
    found: dict[str, Json] = {}
    for metric, value in comparison.point[name].items():
        found[metric] = plain(value)
        found[f"{metric}_interval"] = [plain(x) for x in comparison.interval[name][metric]]
    return found


def gains(comparison: Comparison) -> dict[str, Json]:
    """How much better the model is than each baseline, metric by metric, as 95 % intervals."""
    return {
        name: {metric: [plain(x) for x in interval] for metric, interval in by_metric.items()}
        for name, by_metric in comparison.gain.items()
    }


def verdict(comparison: Comparison, mailings: int, label: np.ndarray, expected: float) -> Words:
    """Whether the model beats every baseline on later mailings, and by how much, in a sentence.

    It beats one when the 95 % intervals of the gains in AUC and in log loss are both above zero:
    it must rank better, not only have the newer overall rate, and its probabilities must be
    better too.  `expected` is the mean predicted probability.
    """
    first = next(iter(comparison.point))
    auc = comparison.point[first]["auc"]
    low, high = comparison.interval[first]["auc"]
    not_beaten = [
        name for name, by in comparison.gain.items() if min(by["auc"][0], by["log_loss"][0]) <= 0
    ]
    others_en = ", ".join(
        f'"{WORDS[n].en}" {comparison.point[n]["auc"]:.0%}' for n in comparison.gain
    )
    others_zh = "，".join(
        f"“{WORDS[n].zh}”{comparison.point[n]['auc']:.0%}" for n in comparison.gain
    )
    n, hits = len(label), int(label.sum())
    if not_beaten:
        names_en = ", ".join(f'"{WORDS[name].en}"' for name in not_beaten)
        names_zh = "、".join(f"“{WORDS[name].zh}”" for name in not_beaten)
        end_en = f"It does not beat {names_en} beyond chance: use that instead, it is simpler."
        end_zh = f"与{names_zh}相比，差别未超出偶然：请改用更简单的{names_zh}。"
    else:
        end_en = "It beats every baseline, in ranking and in log loss, beyond chance."
        end_zh = "无论排序还是对数损失，模型都胜过所有基准，且超出偶然。"
    return Words(
        f"Tested on {mailings} later mailings ({n:,} contacts, {hits:,} redeemed): in {auc:.0%} of "
        f"pairs it puts the redeemer first (95 % interval {low:.0%} to {high:.0%}); {others_en}. "
        f"It expected {expected:.1%} to redeem, {hits / n:.1%} did. {end_en}",
        f"在其后 {mailings} 次活动上检验（触达 {n:,} 人次，兑换 {hits:,} 人次）：{auc:.0%} 的配对中模型把"
        f"兑换者排在前面（95% 区间 {low:.0%} 至 {high:.0%}）；{others_zh}。"
        f"预计兑换率 {expected:.1%}，实际 {hits / n:.1%}。{end_zh}",
    )


def skipped(name: str, mailings: list[Mailing]) -> tuple[dict[str, Json], Words]:
    """The card of a model that could not be learned, and why."""
    positives = sum(m.positives for m in mailings)
    why = Words(
        f"Nothing was learned: there are {len(mailings)} mailings with {positives} redeemers on "
        f"record. It takes at least {MAILINGS} that have ended, with 30 days of orders before them "
        f"and {POSITIVES} redeemers in all, some in each of three stretches of time.",
        f"未训练模型：现有 {len(mailings)} 次活动、{positives} 人次兑换。至少需要 {MAILINGS} 次已结束、"
        f"且开始前有 30 天订单记录的活动，合计 {POSITIVES} 人次兑换，并分布在先后三段时间内。",
    )
    report: dict[str, Json] = {
        "model": name,
        "is_skipped": True,
        "rows": sum(m.contacts for m in mailings),
        "positives": positives,
        "verdict_en": why.en,
        "verdict_zh": why.zh,
    }
    return report, why
