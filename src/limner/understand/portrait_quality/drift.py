"""When a tag's values have moved since the build before, said so that a marketer can tell why.

A tag that counts the days since a fixed day, the running month, or that says the last day of
something moves by itself as time goes by; that is said, and is no alarm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

from limner.core.words import Words
from limner.understand.portrait_quality.statistics import FALSE_ALARMS, Statistics, bins_of, limit
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Expression, Measured

Document = dict[str, Any]
LOST_COVERAGE = 0.05  # the least loss of coverage, in shares of customers, that is worth an alarm


@dataclass(frozen=True, slots=True)
class Before:
    """The statistics of the build before, as the lake has them."""

    customers: int
    known: int
    mean: float | None
    shape: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something about a tag that somebody should look at.

    `kind`: drift | coverage.  `size`: the index, or the share of customers lost.  `why`: what moved,
    in words.
    """

    tag: str
    kind: Literal["drift", "coverage"]
    size: float
    why: Words


def alarms_of(
    tag: Tag, now: Statistics, before: Before | None, tags: Mapping[str, Tag]
) -> list[Alarm]:
    """The alarms of one tag; none without a build before, and none where nothing moved.

    `tags`: all that are judged together, by code.
    """
    if before is None:
        return []
    found = []
    lost = (before.known / before.customers if before.customers else 0.0) - now.coverage
    if lost > _loss_by_luck(now, before, len(tags)):
        found.append(Alarm(tag.code, "coverage", lost, _coverage_words(now, before)))
    if now.psi is not None and not moves_by_itself(tag, tags):
        most = limit(now.known, before.known, bins_of(before.shape), len(tags))
        if now.psi > most:
            found.append(Alarm(tag.code, "drift", now.psi, _drift_words(now, before)))
    return found


def moves_by_itself(tag: Tag, tags: Mapping[str, Tag]) -> bool:
    """Whether a tag's values move as time goes by though nobody does anything else than before."""
    value = tag.value
    if isinstance(value, Expression):
        return any(moves_by_itself(tags[code], tags) for code in value.reads if code in tags)
    if not isinstance(value, Measured):
        return False
    if value.measure == "time_since_first" or (
        value.measure in ("last", "max") and value.of == "day"
    ):
        return True
    return value.span.unit is not None and value.span.back == 0 and value.span.unit != "day"


def _loss_by_luck(now: Statistics, before: Before, tags: int) -> float:
    """How much coverage may go with no reason: of two samples, judged together with others."""
    everyone = now.customers + before.customers
    if not now.customers or not before.customers:
        return 1.0
    rate = (now.known + before.known) / everyone
    spread = sqrt(rate * (1 - rate) * (1 / now.customers + 1 / before.customers))
    from scipy.stats import norm  # 40 MB that the live worker need not carry

    return max(LOST_COVERAGE, float(norm.ppf(1 - FALSE_ALARMS / max(tags, 1))) * spread)


def _coverage_words(now: Statistics, before: Before) -> Words:
    was, is_ = _percent(before.known / before.customers), _percent(now.coverage)
    return Words(
        f"Known of {is_} of customers, before of {was}: does a source no longer send it?",
        f"有值客户从 {was} 降到 {is_}：是否有来源不再提供数据？",
    )


def _drift_words(now: Statistics, before: Before) -> Words:
    if now.mean is not None and before.mean is not None:
        was, is_ = _number(before.mean), _number(now.mean)
        low, high = _median(before.shape), _median(now.shape)
        return Words(
            f"The average went from {was} to {is_}, the middle customer from {low} to {high}.",
            f"平均值从 {was} 变为 {is_}，中位客户从 {low} 变为 {high}。",
        )
    name, was_share, share = _moved_most(now, before)
    if name:
        was, is_ = _percent(was_share), _percent(share)
        return Words(
            f"“{name}” went from {was} to {is_} of the customers with a value.",
            f"“{name}”在有值客户中的占比从 {was} 变为 {is_}。",
        )
    return Words("Its values are spread differently.", "取值分布发生变化。")


def _moved_most(now: Statistics, before: Before) -> tuple[str, float, float]:
    """The name whose share changed most, with its share before and now."""
    then = {name: count / max(before.known, 1) for name, count in before.shape.get("names", ())}
    seen = [*now.shape.get("names", ()), *now.shape.get("once", ())]
    here = {name: count / max(now.known, 1) for name, count in seen}
    changes = [(abs(here.get(n, 0.0) - then.get(n, 0.0)), n) for n in {*then, *here}]
    if not changes:
        return "", 0.0, 0.0
    name = max(changes)[1]
    return str(name), then.get(name, 0.0), here.get(name, 0.0)


def _median(shape: Mapping[str, Any]) -> str:
    found = dict(map(tuple, shape.get("quantiles", ())))
    return _number(found.get(0.5))


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"
