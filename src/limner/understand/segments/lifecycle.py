"""Lifecycle stage, from each customer's own rhythm.

How surprising is today's silence?  A customer's gaps between visits are taken as gamma distributed
with shape k (regular shoppers have a large k) and a rate of their own; the rates of all customers
are again gamma distributed.  Then the next gap divided by what is known of the customer follows a
beta prime distribution, and `silence` is the chance that an ordinary gap would be longer than the
days since the last visit.  Someone who comes every three days is late after two weeks, someone who
comes every two months is not; who has been seen once or twice is judged mostly by what customers
in general do (shrinkage), not by a rhythm that cannot be known yet.

Source: M. Platzer and T. Reutterer, Ticking Away the Moments: Timing Regularity Helps to Better
Predict Customer Activity, Marketing Science 35(5), 2016 (gamma gaps, gamma rates), used here for
the survival of the running gap; prior by the method of moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from limner.core.words import Words
from limner.understand.columns import Floats, numbers
from limner.understand.segments.rfm import Group

STAGES: tuple[Group, ...] = (
    Group("new", Words("New", "新客期"),
          Words("Began a short while ago, measured by visits.", "刚开始购买，到店次数尚少。")),
    Group("growing", Words("Growing", "成长期"),
          Words("In rhythm, spending half as much again as a quarter ago.", "节奏正常，消费较上季度增长一半以上。")),
    Group("loyal", Words("Loyal", "忠诚期"),
          Words("In their own rhythm.", "保持自己的购物节奏。")),
    Group("slipping", Words("Slipping", "滑落期"),
          Words("Later than nine in ten of their gaps would be.", "已比其九成的购物间隔更久未到店。")),
    Group("sleeping", Words("Sleeping", "沉睡期"),
          Words("Later than 98 in 100 of their gaps would be.", "已比其98%的购物间隔更久未到店。")),
    Group("lost", Words("Lost", "流失期"),
          Words("So late that one gap in 500 would be.", "久到其五百次间隔中仅约一次如此。")),
)  # fmt: skip

# A silence that fewer than this share of ordinary gaps exceed puts a customer in the stage.
SLIPPING, SLEEPING, LOST = 0.10, 0.02, 0.002
NEW_VISITS = 3  # fewer visits than this are a beginning
GROWTH = 0.2  # revenue_trend of 0.2 is half as much again: (1.5 - 1) / (1.5 + 1)
_TRUST = 5.0  # gaps of everybody that weigh as much as a customer's own in the regularity

RHYTHM = Words(
    "A stage is decided by the customer's own rhythm: the days since the last visit against the gaps "
    "between earlier visits. Few visits are judged mostly by what customers in general do.",
    "阶段由客户自己的节奏决定：将距上次到店的天数与其历史购物间隔比较；到店次数少的客户主要参照总体规律。",
)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What customers in general do: the prior of a customer's rate, and the usual regularity.

    `shape`, `days`: of the gamma distribution of rates (visits a day); `variation`: the median
    coefficient of variation of gaps.
    """

    shape: float
    days: float
    variation: float


def usual_rhythm(gaps: Floats, mean: Floats, variation: Floats) -> Rhythm:
    """The rhythm of customers in general, from those with five gaps or more."""
    seen = (gaps >= 5) & (mean > 0) & np.isfinite(variation) & (variation > 0)
    if seen.sum() < 20:  # too few to learn from: a visit a month, as irregular as chance
        return Rhythm(1.0, 30.0, 1.0)
    usual = float(np.median(variation[seen]))
    k = 1 / usual**2
    rate = k / mean[seen]
    # What sampling adds to the spread of estimated rates is not a difference between customers.
    spread = max(float(rate.var() - np.mean(rate**2 / (k * gaps[seen]))), float(rate.var()) * 0.05)
    shape = float(np.clip(rate.mean() ** 2 / spread, 0.5, 20.0))
    return Rhythm(shape, shape / float(rate.mean()), usual)


def silence(visits: Floats, recency: Floats, mean: Floats, variation: Floats) -> Floats:
    """The chance in 0..1 that an ordinary gap of each customer is longer than today's silence.

    `visits` are shopping days, `recency` days since the last, `mean` and `variation` of the gaps
    (NaN where there are too few).  NaN for who never came.
    """
    gaps = np.maximum(visits - 1, 0)
    usual = usual_rhythm(gaps, mean, variation)
    own = np.where(np.isfinite(variation), variation, usual.variation) ** 2
    counted = np.where(np.isfinite(variation), gaps, 0.0)
    squared = (counted * own + _TRUST * usual.variation**2) / (counted + _TRUST)
    k = 1 / np.clip(squared, 0.05, 4.0)
    # The prior was learnt at the usual regularity; its mean gap must not change with k.
    days = usual.days * usual.variation**2 * k
    total = days + np.where(gaps > 0, gaps * np.nan_to_num(mean), 0.0)
    shape = usual.shape + k * gaps
    from scipy.stats import betaprime  # 40 MB that only builds need

    chance = betaprime.sf(np.maximum(recency, 0) / total, k, shape)
    return np.where(visits > 0, chance, np.nan)


def lifecycle(tags: pa.Table) -> pa.Table:
    """The column `lifecycle_stage` (a code of `STAGES`; null for who never ordered) of each row.

    Reads the tags shopping_days, recency_days, gap_days_mean, gap_days_cv and revenue_trend.
    """
    visits, recency = numbers(tags, "shopping_days"), numbers(tags, "recency_days")
    chance = silence(visits, recency, numbers(tags, "gap_days_mean"), numbers(tags, "gap_days_cv"))
    trend = np.nan_to_num(numbers(tags, "revenue_trend"))
    stage = np.select(
        [
            np.isnan(chance), chance <= LOST, chance <= SLEEPING, chance <= SLIPPING,
            visits < NEW_VISITS, trend >= GROWTH,
        ],
        ["", "lost", "sleeping", "slipping", "new", "growing"],
        default="loyal",
    )  # fmt: skip
    return pa.table({"lifecycle_stage": pa.array(stage, pa.string(), mask=stage == "")})


def lifecycle_report(profiles: pa.Table) -> dict[str, Any]:
    """The document `lifecycle`: customers and revenue of a year by stage, and how it is decided."""
    stage = np.array(profiles["lifecycle_stage"].to_pylist(), dtype=object)
    revenue = numbers(profiles, "revenue_365d")
    return {
        "stages": [
            {
                "code": one.code,
                "customers": int((stage == one.code).sum()),
                "revenue": round(float(revenue[stage == one.code].sum()), 2),
            }
            for one in STAGES
        ],
        "rhythm": {"en": RHYTHM.en, "zh": RHYTHM.zh},
        "thresholds": {"slipping": SLIPPING, "sleeping": SLEEPING, "lost": LOST},
    }
