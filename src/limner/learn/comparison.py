"""Receivers of a campaign that nobody randomised, beside comparable customers it left out.

The figure is never called caused.  A check on the days before the campaign, when its effect
must be nothing, says how far the comparison can be trusted; where it cannot be made, the
document says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.core.words import Words
from limner.learn.ledger import Codes, Figure, Floats, Ledger
from limner.learn.overlap import Estimate, Flags, Weighed, estimate, imbalance, weigh

LEAST_RECEIVERS = 50
LEAST_EFFECTIVE = 30.0
LEAST_HISTORY_DAYS = 28
LEAST_COMPARABLE_SHARE = 0.5
LARGEST_IMBALANCE = 0.1
PLACEBO_DAYS = 28
LONGEST_HISTORY_DAYS = 365

METHOD = "overlap weights with regression adjustment"

TRAITS: tuple[tuple[str, Words], ...] = (
    ("sales_28d_log", Words("sales in the 4 weeks before (log)", "前 4 周销售额（对数）")),
    ("sales_29_84d_log", Words("sales 5 to 12 weeks before (log)", "前 5–12 周销售额（对数）")),
    ("sales_earlier_log", Words("sales earlier than that (log)", "更早的销售额（对数）")),
    ("sales_28d", Words("sales in the 4 weeks before", "前 4 周销售额")),
    (
        "sales_29_84d",
        Words("sales per 4 weeks, 5 to 12 weeks before", "前 5–12 周平均每 4 周销售额"),
    ),
    ("sales_earlier", Words("sales per 4 weeks, earlier than that", "更早平均每 4 周销售额")),
    ("orders_84d_log", Words("orders in the 12 weeks before (log)", "前 12 周订单数（对数）")),
    ("orders_earlier_root", Words("orders earlier than that (root)", "更早的订单数（平方根）")),
    ("recency_days", Words("days since the last order", "距上次购买天数")),
    ("redeemed_log", Words("coupons redeemed before (log)", "此前兑换的优惠券数（对数）")),
    ("is_described", Words("has filled in demographics", "是否有人口信息")),
    ("campaigns_before", Words("campaigns received before", "此前收到的活动数")),
    (
        "campaigns_running",
        Words("other campaigns running at the start", "开始时仍在进行的其他活动数"),
    ),
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Days a campaign ran (`start <= day < end`, from 1970-01-01) and whom it reached."""

    campaign_id: str
    start: int
    end: int
    receivers: Codes


def compare(
    reach: Reach, others: Sequence[Reach], ledger: Ledger, is_described: Flags, last_day: int
) -> dict[str, object]:
    """The `comparison` part of a campaign's report: spending per receiver beside comparable others.

    `others`: every other campaign; `is_described`: which of the ledger's customers have
    demographics; `last_day`: the first day after `as_of`.  Outcome: sales from the campaign's
    start to its end or `last_day`.  A comparison that cannot be made has status `refused`, no
    figure but the unadjusted one, and the reason in words.
    """
    start, end = reach.start, min(reach.end, last_day)
    is_treated = np.zeros(len(ledger.customers), dtype=bool)
    is_treated[reach.receivers] = True
    document: dict[str, object] = {
        "method": METHOD,
        "is_causal": False,
        "treated": int(is_treated.sum()),
        "compared": None,
        "effect_per_customer": None,
        "interval": None,
        "unadjusted_effect": None,
        "balance": [],
        "placebo": None,
        "days": max(end - start, 0),
    }
    if end <= start:
        return document | _refused("not-run", _NOT_RUN)
    outcome = ledger.total("sales", start, end)
    if is_treated.any() and not is_treated.all():
        document["unadjusted_effect"] = _difference(outcome, is_treated)
    document |= _overlapping(reach, others, is_treated)
    if start - ledger.first_day < LEAST_HISTORY_DAYS:
        return document | _refused("history-too-short", _HISTORY)
    if is_treated.sum() < LEAST_RECEIVERS:
        return document | _refused("receivers-too-few", _FEW)
    seen = ledger.total("orders", ledger.first_day, start) > 0
    covariates = traits(ledger, others, is_described, start)
    found = _weigh(is_treated, covariates, seen)
    if isinstance(found, Words):
        return document | _refused("overlap-too-small", found)
    rows, weighed = found
    t = is_treated[rows]
    figure = estimate(outcome[rows], t, weighed)
    placebo = _placebo(is_treated, others, ledger, is_described, start)
    status, note = _verdict(figure, placebo)
    flat = np.ones(int(rows.sum()))
    before = imbalance(covariates[rows], t, flat)
    after = imbalance(covariates[rows], t, weighed.weights)
    comparable = int((weighed.is_kept & t).sum())
    return document | {
        "status": status,
        "comparable": comparable,
        "compared": int((weighed.is_kept & ~t).sum()),
        "effective_treated": weighed.effective_treated,
        "effective_compared": weighed.effective_compared,
        "effect_per_customer": figure.effect,
        "interval": [figure.low, figure.high],
        "robustness": figure.robustness,
        "balance": [
            {
                "trait": name,
                "name_en": words.en,
                "name_zh": words.zh,
                "before": float(b),
                "after": float(a),
            }
            for (name, words), b, a in zip(TRAITS, before, after, strict=True)
        ],
        "placebo": placebo,
        "note_en": note.en,
        "note_zh": note.zh,
    }


def traits(
    ledger: Ledger, others: Sequence[Reach], is_described: NDArray[np.bool_], day: int
) -> Floats:
    """What was known of every customer before a day: one row each, the columns of `TRAITS`."""

    def total(figure: Figure, start: int, end: int) -> Floats:
        return np.maximum(ledger.total(figure, start, end), 0.0)

    oldest = day - LONGEST_HISTORY_DAYS
    recent = total("sales", day - 28, day)
    middle = total("sales", day - 84, day - 28)
    early = total("sales", oldest, day - 84)
    early_days = max(day - 84 - max(oldest, ledger.first_day), 28)
    before = np.zeros(len(ledger.customers))
    running = np.zeros(len(ledger.customers))
    for other in others:
        if other.start < day:
            before[other.receivers] += 1
            if other.end > day:
                running[other.receivers] += 1
    columns = (
        np.log1p(recent),
        np.log1p(middle),
        np.log1p(early),
        recent,
        middle / 2,
        early / early_days * 28,
        np.log1p(total("orders", day - 84, day)),
        np.sqrt(total("orders", oldest, day - 84)),
        ledger.days_since_order(day, LONGEST_HISTORY_DAYS),
        np.log1p(total("redemptions", oldest, day)),
        is_described.astype(float),
        before,
        running,
    )
    return np.column_stack(columns)


# ---- within


def _weigh(is_treated: Flags, covariates: Floats, seen: Flags) -> tuple[Flags, Weighed] | Words:
    """Weights among customers seen before the start, or why there can be none."""
    t = is_treated[seen]
    if t.sum() < LEAST_RECEIVERS or (~t).sum() < LEAST_RECEIVERS:
        return _NOBODY
    weighed = weigh(t, covariates[seen])
    if min(weighed.effective_treated, weighed.effective_compared) < LEAST_EFFECTIVE:
        return _NOBODY
    if (weighed.is_kept & t).sum() < LEAST_COMPARABLE_SHARE * is_treated.sum():
        return _NOBODY
    if np.abs(imbalance(covariates[seen], t, weighed.weights)).max() > LARGEST_IMBALANCE:
        return _UNBALANCED
    return seen, weighed


def _placebo(
    is_treated: Flags, others: Sequence[Reach], ledger: Ledger, is_described: Flags, start: int
) -> dict[str, object]:
    """The same comparison on the four weeks before the start, from what was known before those."""
    day = start - PLACEBO_DAYS
    unknown: dict[str, object] = {
        "status": "unknown", "days": PLACEBO_DAYS, "effect_per_customer": None, "interval": None,
    }  # fmt: skip
    if day - ledger.first_day < LEAST_HISTORY_DAYS:
        return unknown
    seen = ledger.total("orders", ledger.first_day, day) > 0
    found = _weigh(is_treated, traits(ledger, others, is_described, day), seen)
    if isinstance(found, Words):
        return unknown
    rows, weighed = found
    figure = estimate(ledger.total("sales", day, start)[rows], is_treated[rows], weighed)
    return unknown | {
        "status": "failed" if figure.leaves_zero_out else "passed",
        "effect_per_customer": figure.effect,
        "interval": [figure.low, figure.high],
    }


def _difference(outcome: Floats, is_treated: Flags) -> float:
    return float(outcome[is_treated].mean() - outcome[~is_treated].mean())


def _overlapping(reach: Reach, others: Sequence[Reach], is_treated: Flags) -> dict[str, object]:
    """The share of receivers, and of the rest, whom another campaign reached on the same days."""
    elsewhere = np.zeros_like(is_treated)
    for other in others:
        if other.start < reach.end and other.end > reach.start:
            elsewhere[other.receivers] = True
    return {
        "receivers_in_other_campaigns": float(elsewhere[is_treated].mean())
        if is_treated.any()
        else None,
        "others_in_other_campaigns": float(elsewhere[~is_treated].mean())
        if not is_treated.all()
        else None,
    }


def _refused(reason: str, words: Words) -> dict[str, object]:
    return {"status": "refused", "reason": reason, "note_en": words.en, "note_zh": words.zh}


def _verdict(figure: Estimate, placebo: dict[str, object]) -> tuple[str, Words]:
    if placebo["status"] == "failed":
        return "not-trusted", _FAILED
    if not figure.leaves_zero_out:
        return "cannot-say", _CANNOT_SAY
    if placebo["status"] == "unknown":
        return "not-trusted", _UNCHECKED
    return "suggests", _SUGGESTS


_WARNING = Words(
    "Nobody drew lots for this campaign, so this is a comparison and not a proof of effect.",
    "本活动未随机分组，以下为对比结果，不能证明因果效果。",
)


def _note(en: str, zh: str) -> Words:
    return Words(f"{en} {_WARNING.en}", f"{zh}{_WARNING.zh}")


_NOT_RUN = _note("The campaign had not begun by this day.", "截至该日活动尚未开始。")
_HISTORY = _note(
    f"Fewer than {LEAST_HISTORY_DAYS} days of purchases are known from before the start, so nobody "
    "can be called comparable.",
    f"活动开始前的购买记录不足 {LEAST_HISTORY_DAYS} 天，无法找到可比客户。",
)
_FEW = _note(
    f"Fewer than {LEAST_RECEIVERS} receivers are too few to compare.",
    f"触达客户少于 {LEAST_RECEIVERS} 人，不足以比较。",
)
_NOBODY = _note(
    "Too few customers outside the campaign resemble its receivers.",
    "活动之外与触达客户相似的客户太少。",
)
_UNBALANCED = _note(
    "Even after weighing, receivers and others differed before the start.",
    "即使加权之后，触达客户与其他客户在活动前仍有明显差异。",
)
_FAILED = _note(
    "This figure is not to be trusted: the same comparison already finds a difference in the four "
    "weeks before the campaign, when it cannot have had an effect.",
    "该数字不可信：在活动开始前四周（活动不可能产生影响时），同样的比较已显示出差异。",
)
_UNCHECKED = _note(
    "This figure is not to be trusted: too little is known from before the start to check whether "
    "the groups would have spent alike without the campaign.",
    "该数字不可信：活动前的记录太少，无法检验两组在没有活动时是否消费相当。",
)
_CANNOT_SAY = _note(
    "The data cannot say whether receivers spent more than comparable customers: the interval "
    "holds zero.",
    "数据无法说明触达客户是否比可比客户消费更多：区间包含零。",
)
_SUGGESTS = _note(
    "Receivers and comparable customers spent differently, and no difference was found in the "
    "four weeks before; a trait nobody recorded may still explain it.",
    "触达客户与可比客户消费不同，且活动前四周未发现差异；但未记录的特征仍可能是原因。",
)
