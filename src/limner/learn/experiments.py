"""Treated against control, for a campaign that drew lots: what it caused, or that one cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from limner.core.clock import end_of
from limner.core.errors import Malformed
from limner.core.words import Words
from limner.learn.effect import (
    Effect,
    SampleRatio,
    compare_adjusted,
    compare_means,
    compare_rates,
    detectable,
    holm,
    sample_ratio,
)
from limner.learn.ledger import Floats
from limner.learn.moments import Count, Moments
from limner.learn.roi import ASSUMED_TERMS, FORMULA, Terms, return_of

LEAST_PER_ARM = 10


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure per customer that the arms are compared on."""

    code: str
    words: Words
    kind: Literal["rate", "mean"]
    column: str
    before: str | None = None  # the covariate of CUPED: known before the assignment


# The first is what the campaign is judged by.
METRICS: tuple[Metric, ...] = (
    Metric("sales", Words("sales per customer", "人均销售额"), "mean", "sales", "sales_before"),
    Metric("buyers", Words("share who bought", "购买率"), "rate", "orders"),
    Metric("orders", Words("orders per customer", "人均订单数"), "mean", "orders"),
)


def experiment_document(
    rows: pa.Table,
    campaign: Mapping[str, object],
    *,
    as_of: date,
    timezone: str,
    terms: Terms = ASSUMED_TERMS,
    level: float = 0.95,
) -> dict[str, object]:
    """The report of a randomised campaign: every customer counted in the arm it was drawn for.

    `rows`: this campaign's rows of `contacts`.  `campaign`: its row of the lake table
    (campaign_id, name, starts_at, ends_at, control_share, margin, cost_per_contact).  A message
    that was held back leaves its customer in the treated arm (intention to treat), so holding
    back cannot flatter the figure.  Several metrics are corrected by Holm's method.
    Raises: `Malformed` for an arm that is neither treated nor control.
    """
    arms = rows["arm"]
    strange = set(pc.unique(arms).to_pylist()) - {"treated", "control"}
    if strange:
        raise Malformed(
            "arm-unknown", f"arm {sorted(map(str, strange))[0]!r} is neither treated nor control"
        )
    treated, control = (rows.filter(pc.equal(arms, arm)) for arm in ("treated", "control"))
    counts = {"treated": treated.num_rows, "control": control.num_rows}
    ends_at = campaign.get("ends_at")
    is_final = isinstance(ends_at, datetime) and ends_at <= end_of(as_of, timezone)
    sent = _sent(treated)
    document: dict[str, object] = {
        "campaign_id": campaign["campaign_id"],
        "name": campaign.get("name"),
        "as_of": as_of.isoformat(),
        "is_final": is_final,
        "level": level,
        "arms": {
            "treated": {
                "assigned": counts["treated"],
                "sent": sent,
                "held": counts["treated"] - sent,
            },
            "control": {"assigned": counts["control"]},
        },
        "sample_ratio": None,
        "metrics": [],
        "return": None,
    }
    ratio = _planned(rows, counts, campaign.get("control_share"))
    if isinstance(ratio, Words):
        return document | _said("refused", ratio)
    if ratio is not None:
        document["sample_ratio"] = {
            "counts": dict(ratio.counts),
            "expected": dict(ratio.expected),
            "p_value": ratio.p_value,
            "is_suspect": ratio.is_suspect,
        }
    if min(counts.values()) < LEAST_PER_ARM:
        return document | _said("refused", _TOO_FEW if counts["control"] else _NO_CONTROL)
    effects = [_effect(metric, treated, control, level) for metric in METRICS]
    corrected = holm([effect.p_value for effect in effects])
    document["metrics"] = [
        _metric(metric, effect, p_value, treated, control)
        for metric, effect, p_value in zip(METRICS, effects, corrected, strict=True)
    ]
    own = terms.or_campaign(
        _number(campaign.get("margin")), _number(campaign.get("cost_per_contact"))
    )
    document["return"] = _return(effects[0], treated, control, sent, own)
    smallest = _smallest(METRICS[0], effects[0], treated, control)
    return document | _verdict(effects[0], corrected[0], smallest, ratio, is_final)


# ---- within


def _values(rows: pa.Table, column: str) -> Floats:
    return np.asarray(pc.fill_null(rows[column].cast(pa.float64()), 0.0), dtype=float)


def _sent(treated: pa.Table) -> int:
    """Messages that left; where no message was logged at all, everyone in the arm."""
    logged = treated["was_sent"]
    if logged.null_count == len(logged):
        return len(logged)
    return int(pc.sum(pc.fill_null(logged, False)).as_py())


def _count(rows: pa.Table, column: str) -> Count:
    return Count(rows.num_rows, int((_values(rows, column) > 0).sum()))


def _moments(rows: pa.Table, metric: Metric) -> Moments:
    before = None if metric.before is None else _values(rows, metric.before)
    return Moments.of(_values(rows, metric.column), before)


def _effect(metric: Metric, treated: pa.Table, control: pa.Table, level: float) -> Effect:
    if metric.kind == "rate":
        return compare_rates(_count(treated, metric.column), _count(control, metric.column), level)
    compare = compare_means if metric.before is None else compare_adjusted
    return compare(_moments(treated, metric), _moments(control, metric), level)


def _smallest(metric: Metric, effect: Effect, treated: pa.Table, control: pa.Table) -> float:
    """The smallest difference these arms would show four times in five."""
    if metric.kind == "rate":
        both = _count(treated, metric.column) + _count(control, metric.column)
        variance = both.rate * (1 - both.rate)
    else:
        variance = _moments(control, metric).variance * (1 - (effect.variance_reduction or 0.0))
    return detectable(variance, treated.num_rows, control.num_rows, effect.level)


def _metric(
    metric: Metric, effect: Effect, p_value: float, treated: pa.Table, control: pa.Table
) -> dict[str, object]:
    document: dict[str, object] = {
        "metric": metric.code,
        "name_en": metric.words.en,
        "name_zh": metric.words.zh,
        "kind": metric.kind,
        "treated": effect.treated,
        "control": effect.control,
        "difference": effect.difference,
        "interval": list(effect.interval),
        "lift": effect.lift,
        "lift_interval": None if effect.lift_interval is None else list(effect.lift_interval),
        "p_value": effect.p_value,
        "p_value_holm": p_value,
        "is_clear": p_value < 1 - effect.level,
        "detectable": _smallest(metric, effect, treated, control),
        "variance_reduction": effect.variance_reduction,
        "unadjusted": None,
    }
    if metric.before is not None:
        plain = compare_means(_moments(treated, metric), _moments(control, metric), effect.level)
        document["unadjusted"] = {
            "difference": plain.difference, "interval": list(plain.interval),
        }  # fmt: skip
    return document


def _planned(
    rows: pa.Table, counts: Mapping[str, int], control_share: object
) -> SampleRatio | Words | None:
    """Whether the arms have their planned sizes; words when the plan itself cannot be used."""
    logged = rows.filter(pc.is_valid(rows["propensity"]))
    share = _number(control_share)
    if logged.num_rows:
        chance = _values(logged, "propensity")
        is_treated = np.asarray(pc.equal(logged["arm"], "treated"))
        of_treatment = np.where(is_treated, chance, 1 - chance)
        if of_treatment.max() - of_treatment.min() > 1e-6:
            return _UNEQUAL
        share = 1 - float(of_treatment.mean())
    if share is None or not sum(counts.values()):
        return None
    return sample_ratio(counts, {"treated": 1 - share, "control": share})


def _return(
    effect: Effect, treated: pa.Table, control: pa.Table, sent: int, terms: Terms
) -> dict[str, object]:
    """The profit that the campaign caused, with the interval of its effect on sales."""
    n = treated.num_rows
    extra = float(_values(treated, "discount").mean() - _values(control, "discount").mean())
    discount = max(extra, 0.0) * n
    middle, low, high = (
        return_of(sales * n, discount, sent, terms)
        for sales in (effect.difference, *effect.interval)
    )
    return {
        "sales": effect.difference * n,
        "sales_interval": [effect.interval[0] * n, effect.interval[1] * n],
        "discount_cost": middle.discount_cost,
        "contact_cost": middle.contact_cost,
        "margin": middle.margin,
        "margin_rate": terms.margin_rate,
        "is_assumed": terms.is_assumed,
        "profit": middle.profit,
        "profit_interval": [low.profit, high.profit],
        "roi": middle.roi,
        "roi_interval": None if low.roi is None else [low.roi, high.roi],
        "formula_en": FORMULA.en,
        "formula_zh": FORMULA.zh,
    }


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None


def _said(status: str, words: Words) -> dict[str, object]:
    return {"status": status, "verdict_en": words.en, "verdict_zh": words.zh}


def _verdict(
    effect: Effect, p_value: float, smallest: float, ratio: SampleRatio | None, is_final: bool
) -> dict[str, object]:
    if ratio is not None and ratio.is_suspect:
        return _said("not-trusted", _SAMPLE_RATIO)
    low, high = effect.interval
    share = f"{effect.level:.0%}"
    if not is_final:
        return _said(
            "running",
            Words(
                f"Still running: so far the difference is {effect.difference:.2f} per customer "
                f"({share} interval {low:.2f} to {high:.2f}). Judge it when it has ended; stopping "
                "at the first good day finds effects that are not there.",
                f"活动仍在进行：目前人均差异为 {effect.difference:.2f}（{share} 区间 {low:.2f} 至 "
                f"{high:.2f}）。请在活动结束后再下结论；一见好结果就停止，会得出并不存在的效果。",
            ),
        )
    if p_value >= 1 - effect.level:
        return _said(
            "cannot-say",
            Words(
                f"The data cannot say whether the campaign changed sales: the difference is "
                f"{effect.difference:.2f} per customer ({share} interval {low:.2f} to {high:.2f}, "
                f"p = {p_value:.3f} after allowing for {len(METRICS)} metrics). Only an effect of "
                f"{smallest:.2f} or more would have shown four times in five.",
                f"数据无法说明活动是否改变了销售额：人均差异为 {effect.difference:.2f}（{share} 区间 "
                f"{low:.2f} 至 {high:.2f}，校正 {len(METRICS)} 个指标后 p = {p_value:.3f}）。只有达到 "
                f"{smallest:.2f} 的效果才有八成把握被发现。",
            ),
        )
    more, words = ("more", "多") if effect.difference > 0 else ("less", "少")
    return _said(
        "caused",
        Words(
            f"The campaign caused {abs(effect.difference):.2f} {more} in sales per customer "
            f"({share} interval {low:.2f} to {high:.2f}).",
            f"活动使人均销售额{words}了 {abs(effect.difference):.2f}（{share} 区间 {low:.2f} 至 "
            f"{high:.2f}）。",
        ),
    )


_NO_CONTROL = Words(
    "There is no control group, so nobody can say what the campaign caused.",
    "没有对照组，无法说明活动带来了什么效果。",
)
_TOO_FEW = Words(
    f"Fewer than {LEAST_PER_ARM} customers in an arm: too few to say anything.",
    f"某一组客户少于 {LEAST_PER_ARM} 人，无法得出结论。",
)
_UNEQUAL = Words(
    "Customers had different chances of treatment, so a plain comparison of the arms would mislead.",
    "各客户被分入实验组的概率不同，直接比较两组会产生误导。",
)
_SAMPLE_RATIO = Words(
    "Trust no figure here: the arms do not have their planned sizes. Look first for what removed or "
    "doubled customers in one arm.",
    "此处数字均不可信：两组人数与计划不符。请先查明哪一组的客户被遗漏或重复。",
)
