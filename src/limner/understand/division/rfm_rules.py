"""RFM with rules of one's own: which tags, where the scores end, and what the mixtures are called.

A dimension is scored by bounds that the user sets, or by equal parts of the customers; parts are
frozen to bounds on the day they are taken, so that a group can be written as a rule over tags and
means the same tomorrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.core.errors import LimnerError, Malformed
from limner.core.rule import (
    And,
    Compare,
    IsNull,
    Not,
    Or,
    Rule,
    columns_of,
    holds,
    parse,
    to_text,
)
from limner.core.words import Words
from limner.understand.columns import Floats, numbers, strictly_below

Document = dict[str, Any]
NAMES = ("recency", "frequency", "money")
DIMENSION_WORDS = {
    "recency": Words("Recency", "最近一次（R）"), "frequency": Words("Frequency", "频次（F）"),
    "money": Words("Money", "金额（M）"),
}  # fmt: skip
_MOST_SCORES = 10
_MOST_GROUPS = 20


@dataclass(frozen=True, slots=True)
class Dimension:
    """A tag that is scored 1 (worst) upward: by `bounds` (ascending), or in `parts` equal parts.

    With `is_less_better` a value up to the first bound scores best; else one from the last bound on.
    """

    name: str
    tag: str
    is_less_better: bool
    bounds: tuple[float, ...] = ()
    parts: int = 0

    @property
    def scores(self) -> int:
        """The best score."""
        return self.parts or len(self.bounds) + 1


@dataclass(frozen=True, slots=True)
class RfmGroup:
    """A named mixture of scores: a rule over recency, frequency and money."""

    code: str
    name: Words
    where: Rule


@dataclass(frozen=True, slots=True)
class RfmRules:
    """Dimensions, and groups in order: a customer is in the first whose rule holds, else in `rest`."""

    dimensions: tuple[Dimension, ...]
    groups: tuple[RfmGroup, ...]
    rest: Words


DEFAULT: Document = {
    "dimensions": {
        "recency": {"tag": "recency_days", "better": "less", "bounds": [7, 30, 90, 180]},
        "frequency": {"tag": "orders_365d", "better": "more", "parts": 5},
        "money": {"tag": "revenue_365d", "better": "more", "parts": 5},
    },
    "groups": [
        {"code": "best", "name": {"en": "Best", "zh": "核心客户"},
         "where": "recency >= 4 and frequency >= 4 and money >= 4"},
        {"code": "good", "name": {"en": "Good", "zh": "优质客户"},
         "where": "recency >= 4 and money >= 3"},
        {"code": "slipping", "name": {"en": "Slipping away", "zh": "正在流失"},
         "where": "recency <= 2 and money >= 4"},
        {"code": "fresh", "name": {"en": "Fresh", "zh": "新近客户"},
         "where": "recency = 5 and frequency <= 2"},
    ],
    "rest": {"en": "Everyone else", "zh": "其他客户"},
}  # fmt: skip


def read_rules(document: Mapping[str, Any], tags: Sequence[str]) -> RfmRules:
    """The rules of a document such as `DEFAULT`; `tags` are the columns a dimension may score.

    Raises: `Malformed` naming the field, what was seen and what is wanted.
    """
    told = document.get("dimensions")
    if not isinstance(told, Mapping) or set(told) != set(NAMES):
        raise _wrong("dimensions", told, "recency, frequency and money")
    dimensions = tuple(_dimension(name, told[name], tags) for name in NAMES)
    groups: list[RfmGroup] = []
    entries = document.get("groups")
    if not isinstance(entries, Sequence) or not 1 <= len(entries) <= _MOST_GROUPS:
        raise _wrong("groups", entries, f"a list of 1 to {_MOST_GROUPS} groups")
    for place, entry in enumerate(entries):
        field = f"groups[{place}]"
        if not isinstance(entry, Mapping):
            raise _wrong(field, entry, "code, name and where")
        code = str(entry.get("code", ""))
        if not code.isidentifier() or not code.isascii() or code in {g.code for g in groups}:
            raise _wrong(f"{field}.code", code, "a new word such as best")
        try:
            rule = parse(str(entry.get("where", "")), NAMES)
        except LimnerError as error:
            raise Malformed(
                error.code, f"{field}.where: {error.message}", f"{field}.where"
            ) from error
        groups.append(RfmGroup(code, _words(f"{field}.name", entry.get("name")), rule))
    return RfmRules(dimensions, tuple(groups), _words("rest", document.get("rest")))


def write_rules(rules: RfmRules) -> Document:
    """The document of some rules, that `read_rules` reads back."""
    return {
        "dimensions": {
            one.name: {
                "tag": one.tag, "better": "less" if one.is_less_better else "more",
                **({"parts": one.parts} if one.parts else {"bounds": list(one.bounds)}),
            }
            for one in rules.dimensions
        },
        "groups": [
            {"code": g.code, "name": {"en": g.name.en, "zh": g.name.zh}, "where": to_text(g.where)}
            for g in rules.groups
        ],
        "rest": {"en": rules.rest.en, "zh": rules.rest.zh},
    }  # fmt: skip


def frozen(rules: RfmRules, tags: pa.Table) -> RfmRules:
    """The same rules with every dimension's parts as bounds, taken of these customers."""
    made = []
    for one in rules.dimensions:
        if not one.parts:
            made.append(one)
            continue
        values = numbers(tags, one.tag)
        signed = -values if one.is_less_better else values
        known = signed[np.isfinite(signed)]
        score = 1 + one.parts * strictly_below(known) // max(len(known), 1)
        bounds = [
            float(known[score >= s].min()) for s in range(2, one.parts + 1) if (score >= s).any()
        ]
        if one.is_less_better:
            bounds = [-bound for bound in bounds][::-1]
        made.append(Dimension(one.name, one.tag, one.is_less_better, tuple(dict.fromkeys(bounds))))
    return RfmRules(tuple(made), rules.groups, rules.rest)


def score(rules: RfmRules, tags: pa.Table) -> tuple[pa.Table, RfmRules]:
    """`recency`, `frequency`, `money` and `group` of each row, and the rules frozen to bounds.

    A customer without one of the figures has no group.
    """
    fixed = frozen(rules, tags)
    columns: dict[str, pa.Array] = {}
    scores: list[NDArray[np.int64]] = []
    known = np.ones(tags.num_rows, dtype=bool)
    for one in fixed.dimensions:
        values = numbers(tags, one.tag)
        seen = np.isfinite(values)
        known &= seen
        scores.append(np.where(seen, _scored(one, values), 0))
        columns[one.name] = pa.array(scores[-1], mask=~seen)
    cells: dict[tuple[int, ...], str] = {}
    groups: list[str | None] = []
    for row, is_known in zip(zip(*scores, strict=True), known, strict=True):
        if not is_known:
            groups.append(None)
            continue
        key = tuple(int(part) for part in row)
        if key not in cells:
            cells[key] = _first(fixed.groups, dict(zip(NAMES, key, strict=True)))
        groups.append(cells[key])
    columns["group"] = pa.array(groups, pa.string())
    return pa.table(columns), fixed


def group_rules(rules: RfmRules) -> dict[str, Rule]:
    """Each group, `rest` included, as a rule over tags; the rules must be frozen to bounds."""
    by_name = {one.name: one for one in rules.dimensions}
    known: tuple[Rule, ...] = tuple(Not(IsNull(one.tag)) for one in rules.dimensions)
    found: dict[str, Rule] = {}
    before: list[Rule] = []
    for group in rules.groups:
        here = _raw(group.where, by_name)
        found[group.code] = And((*known, here, *(Not(rule) for rule in before)))
        before.append(here)
    found["rest"] = And((*known, *(Not(rule) for rule in before)))
    return found


def rfm_rules_report(rules: RfmRules, tags: pa.Table) -> Document:
    """Customers, their share and worth by group, with bounds and each group's rule over tags."""
    scored, fixed = score(rules, tags)
    revenue = numbers(tags, "revenue_365d") if "revenue_365d" in tags.column_names else None
    group = np.array(scored["group"].to_pylist(), dtype=object)
    known = np.array([one is not None for one in group], dtype=bool)
    total = float(np.nansum(revenue[known])) if revenue is not None else 0.0
    names = {g.code: g.name for g in fixed.groups} | {"rest": fixed.rest}
    written = group_rules(fixed)
    rows = []
    for code, name in names.items():
        here = group == code
        worth = float(np.nansum(revenue[here])) if revenue is not None else None
        rows.append({
            "code": code, "name_en": name.en, "name_zh": name.zh, "customers": int(here.sum()),
            "share": float(here.sum() / max(known.sum(), 1)),
            "revenue": None if worth is None else round(worth, 2),
            "share_of_revenue": worth / total if worth is not None and total else None,
            "rule": to_text(written[code]),
        })  # fmt: skip
    return {
        "rules": write_rules(rules), "without": int((~known).sum()),
        "bounds": {one.name: list(one.bounds) for one in fixed.dimensions}, "groups": rows,
    }  # fmt: skip


def _scored(one: Dimension, values: Floats) -> NDArray[np.int64]:
    bounds = np.array(one.bounds)
    if one.is_less_better:
        return 1 + len(bounds) - np.searchsorted(bounds, values, side="left")
    return 1 + np.searchsorted(bounds, values, side="right")


def _first(groups: Sequence[RfmGroup], scores: Mapping[str, int]) -> str:
    return next((group.code for group in groups if holds(group.where, scores)), "rest")


def _raw(rule: Rule, by_name: Mapping[str, Dimension]) -> Rule:
    """A rule over scores as a rule over the tags that are scored."""
    match rule:
        case And(rules):
            return And(tuple(_raw(part, by_name) for part in rules))
        case Or(rules):
            return Or(tuple(_raw(part, by_name) for part in rules))
        case Not(inner):
            return Not(_raw(inner, by_name))
    one = by_name[next(iter(columns_of(rule)))]
    best = len(one.bounds) + 1
    right = [s for s in range(1, best + 1) if holds(rule, {one.name: s})]
    runs: list[list[int]] = []
    for s in right:
        if runs and runs[-1][-1] == s - 1:
            runs[-1].append(s)
        else:
            runs.append([s])
    parts = [_range(one, run[0], run[-1], best) for run in runs]
    if not parts:
        return And((IsNull(one.tag), Not(IsNull(one.tag))))
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def _range(one: Dimension, low: int, high: int, best: int) -> Rule:
    """The values that score from `low` to `high`."""
    parts: list[Rule] = []
    if one.is_less_better:
        if high < best:
            parts.append(Compare(one.tag, ">", _plain(one.bounds[best - high - 1])))
        if low > 1:
            parts.append(Compare(one.tag, "<=", _plain(one.bounds[best - low])))
    else:
        if low > 1:
            parts.append(Compare(one.tag, ">=", _plain(one.bounds[low - 2])))
        if high < best:
            parts.append(Compare(one.tag, "<", _plain(one.bounds[high - 1])))
    if not parts:
        return Not(IsNull(one.tag))
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _plain(bound: float) -> int | float:
    return int(bound) if bound == int(bound) else bound


def _dimension(name: str, told: Any, tags: Sequence[str]) -> Dimension:
    if not isinstance(told, Mapping):
        raise _wrong(name, told, "tag, better, and bounds or parts")
    code, better = str(told.get("tag", "")), told.get("better")
    if code not in tags:
        raise _wrong(f"{name}.tag", code, f"one of the tags {', '.join(sorted(tags))}")
    if better not in ("less", "more"):
        raise _wrong(f"{name}.better", better, "less or more")
    parts, bounds = told.get("parts"), told.get("bounds")
    if (parts is None) == (bounds is None):
        raise _wrong(name, told, "either bounds or parts")
    if parts is not None:
        if not isinstance(parts, int) or not 2 <= parts <= _MOST_SCORES:
            raise _wrong(f"{name}.parts", parts, f"a whole number from 2 to {_MOST_SCORES}")
        return Dimension(name, code, better == "less", parts=parts)
    if not isinstance(bounds, list | tuple) or not 1 <= len(bounds) < _MOST_SCORES:
        raise _wrong(f"{name}.bounds", bounds, f"1 to {_MOST_SCORES - 1} numbers")
    if not all(isinstance(b, int | float) and not isinstance(b, bool) for b in bounds):
        raise _wrong(f"{name}.bounds", bounds, "numbers")
    if list(bounds) != sorted(set(bounds)):
        raise _wrong(f"{name}.bounds", bounds, "numbers that ascend, each once")
    return Dimension(name, code, better == "less", tuple(float(b) for b in bounds))


def _words(field: str, told: Any) -> Words:
    if not isinstance(told, Mapping) or not told.get("en") or not told.get("zh"):
        raise _wrong(field, told, "the texts en and zh")
    return Words(str(told["en"])[:200], str(told["zh"])[:200])


def _wrong(field: str, seen: object, wanted: str) -> Malformed:
    return Malformed("rfm-rules", f"{field}: got {seen!r}; wanted {wanted}", field)
