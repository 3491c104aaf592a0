"""Deeper division of the customers, or of a segment's: groups by likeness, towards a target, by membership."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from limner.app.described import members_of, named
from limner.app.drafting import save_segment
from limner.app.kept import keep, kept
from limner.app.limner import Limner
from limner.app.past import FOR_STATES, day_of, everyone_as_of
from limner.app.segments import check
from limner.app.tags import facts_now, tags_in_force
from limner.core.errors import Rejected, Unknown
from limner.core.progress import Progress, silent
from limner.core.rule import And, Rule, parse, to_text
from limner.core.words import Words
from limner.govern.masking import PERSONAL
from limner.understand.columns import numbers
from limner.understand.describe.compare import compare_tags
from limner.understand.describe.feature import Feature, features_of
from limner.understand.division.clusterings import PATTERN, STEADY, divide
from limner.understand.division.membership import membership, membership_query
from limner.understand.division.target_tree import Moment, target_tree
from limner.understand.division.tree_rule import group_rule
from limner.understand.personas.kmeans import FEATURES
from limner.understand.personas.naming import name_groups

Document = dict[str, Any]
SEED = 20170101
USUAL_TAGS = FEATURES
_TELLING = 4
_MOST_LEVELS = 12


@dataclass(frozen=True, slots=True)
class Target:
    """What a division is towards: a tag of the days to come; `is_truth`: whether it is above 0."""

    name: Words
    tag: str
    days: int
    is_truth: bool


TARGETS: dict[str, Target] = {
    "revenue_90d": Target(Words("Revenue of the next 90 days", "未来90天消费额"), "revenue_90d", 90, False),
    "revenue_30d": Target(Words("Revenue of the next 30 days", "未来30天消费额"), "revenue_30d", 30, False),
    "buys_90d": Target(Words("Buys in the next 90 days", "未来90天内购买"), "orders_90d", 90, True),
    "buys_30d": Target(Words("Buys in the next 30 days", "未来30天内购买"), "orders_30d", 30, True),
}  # fmt: skip
_LEAST = 100


def number_tags(limner: Limner) -> list[Feature]:
    """The tags by which customers can be put into groups: numbers that differ between them."""
    everyone = everyone_as_of(limner)
    return [
        f
        for f in features_of(everyone, tags_in_force(limner), PERSONAL)
        if f.is_number and f.kind != "day"
    ]


def cluster_ask(
    limner: Limner, tags: Sequence[str], method: str, k: int | None = None, inside: str = ""
) -> Document:
    """What `cluster_division` is asked, made whole; `inside`: the code of the segment to divide.

    Raises: `Unknown` for a segment there is not.
    """
    return {
        "tags": list(tags), "method": method, "k": k, "inside": inside,
        "inside_rule": named(limner, inside).rule if inside else "",
    }  # fmt: skip


def cluster_kept(limner: Limner, ask: Document) -> Document | None:
    """The division, if it was worked out since the last build."""
    return kept(limner, "clusters", ask)


def cluster_division(limner: Limner, ask: Document, progress: Progress = silent) -> Document:
    """Groups by likeness in some tags: criteria and votes, groups with names, stability and a rule each.

    `ask` is of `cluster_ask`.  Raises: as `understand.division.clusterings.divide`.
    """
    found = cluster_kept(limner, ask)
    if found is not None:
        return found
    everyone = _inside(limner, everyone_as_of(limner), ask["inside_rule"], None)
    made = divide(everyone, ask["tags"], ask["method"], SEED, ask["k"], progress)
    features = {f.code: f for f in features_of(everyone, tags_in_force(limner), PERSONAL)}
    chosen = [features[code] for code in made.codes if code in features]
    grouped = everyone.filter(pa.array(made.labels >= 0))
    labels = made.labels[made.labels >= 0]
    names = name_groups(made.centres, made.codes)
    revenue = np.nan_to_num(numbers(grouped, "revenue_365d"))
    groups = []
    for label in range(made.k):
        is_in = labels == label
        if not is_in.any():
            continue
        rule, fidelity = group_rule(grouped, is_in.astype(float), chosen, SEED)
        groups.append({
            "code": f"group_{label + 1}", "name_en": names[label].en, "name_zh": names[label].zh,
            "customers": int(is_in.sum()), "share": float(is_in.mean()),
            "revenue": round(float(revenue[is_in].sum()), 2),
            "share_of_revenue": float(revenue[is_in].sum() / revenue.sum()) if revenue.sum() else None,
            "jaccard": made.jaccard[label],
            "holds": "steady" if made.jaccard[label] >= STEADY
                     else "pattern" if made.jaccard[label] >= PATTERN else "loose",
            "tags": [
                {"code": f.code, "name_en": f.name.en, "name_zh": f.name.zh, "kind": f.kind,
                 "mean": _mean(grouped, f.code, is_in), "mean_base": _mean(grouped, f.code, None)}
                for f in chosen
            ],
            "tells_apart": _telling(grouped, is_in, list(features.values()), made.codes),
            "rule": _nested(limner, rule, ask["inside_rule"]), "fidelity": fidelity,
        })  # fmt: skip
    document = {
        "k": made.k, "recommended": made.recommended, "criteria": list(made.criteria),
        "votes": made.votes, "customers": int((made.labels >= 0).sum()),
        "left_out": int((made.labels < 0).sum()), "groups": groups,
        "stability_ari": next(row["stability_ari"] for row in made.criteria if row["k"] == made.k),
    }  # fmt: skip
    return keep(limner, "clusters", ask, ask | document)


def target_ask(
    limner: Limner, target: str, depth: int = 3, inside: str = "", tags: Sequence[str] = ()
) -> Document:
    """What `target_division` is asked, made whole; `depth` 1 to 4 questions about `tags` (none: any).

    Raises: `Unknown` for a target or segment there is not.
    """
    if target not in TARGETS:
        raise Unknown("division-target", f"there is no {target!r}; there are {', '.join(TARGETS)}")
    rule = named(limner, inside).rule if inside else ""
    return {
        "target": target, "depth": min(max(depth, 1), 4), "inside": inside, "inside_rule": rule,
        "tags": sorted(tags),
    }  # fmt: skip


def target_kept(limner: Limner, ask: Document) -> Document | None:
    """The division, if it was worked out since the last build."""
    return kept(limner, "target", ask)


def target_division(limner: Limner, ask: Document, progress: Progress = silent) -> Document:
    """Segments towards a target: grown on one stretch of days, every figure of the stretch after it.

    `ask` is of `target_ask`.  Raises: `Rejected` when there is too little history.
    """
    found = target_kept(limner, ask)
    if found is not None:
        return found
    target, last = TARGETS[ask["target"]], day_of(limner, None)
    days = [last - timedelta(days=target.days * back) for back in (2, 1, 0)]
    wanted = {*ask["tags"], *FOR_STATES, target.tag} if ask["tags"] else set()
    tables = []
    for at, day in enumerate(days):
        tables.append(everyone_as_of(limner, day, wanted or None))
        progress("division.target", 0.8 * (at + 1) / len(days))
    moments = []
    for at in (0, 1):
        known = _inside(limner, tables[at], ask["inside_rule"], days[at])
        known = known.filter(pc.is_valid(known["recency_days"]))
        if known.num_rows < _LEAST:
            raise Rejected(
                "division-history",
                f"{known.num_rows} customers had ordered by {days[at]}; a target of {target.days} days "
                f"needs {_LEAST} customers {2 * target.days} days before the last build",
            )
        moments.append(Moment(known, _after(known, tables[at + 1], target),
                              known["rfm_group"].to_pylist()))  # fmt: skip
    features = [
        feature
        for feature in features_of(moments[0].known, tags_in_force(limner), PERSONAL)
        if feature.code in moments[1].known.column_names
        and (not ask["tags"] or feature.code in ask["tags"])
    ]
    document = target_tree(
        moments[0], moments[1], features, SEED, depth=ask["depth"], is_truth=target.is_truth
    )
    for leaf in document["leaves"]:
        rule = None if leaf["rule"] is None else parse(leaf["rule"])
        leaf["rule"] = _nested(limner, rule, ask["inside_rule"])
    document |= {"days": [day.isoformat() for day in days], "horizon": target.days,
                 "name_en": target.name.en, "name_zh": target.name.zh}  # fmt: skip
    return keep(limner, "target", ask, ask | document)


def level_tags(limner: Limner) -> dict[str, Words]:
    """The columns that can tell a membership level: texts with few values, membership tags first."""
    everyone = everyone_as_of(limner)
    features = [
        f for f in features_of(everyone, tags_in_force(limner), PERSONAL) if not f.is_number
    ]
    few = [f for f in features if pc.count_distinct(everyone[f.code]).as_py() <= _MOST_LEVELS]
    few.sort(
        key=lambda f: (f.category != "membership", "member" not in f.code and "tier" not in f.code)
    )
    found = {f.code: f.name for f in few}
    if "loyalty_card" in everyone.column_names and everyone["loyalty_card"].null_count < len(
        everyone
    ):
        found = {"loyalty_card": Words("Has a loyalty card", "持有会员卡"), **found}
    return found


def membership_analysis(limner: Limner, level: str, inside: str = "") -> Document:
    """Members (who have a value of `level`) against others: sales, orders, basket, months.

    `level` is one of `level_tags`; of a loyalty card it is only told who has one.
    Raises: `Unknown` for a column that tells no level.
    """
    known = level_tags(limner)
    if level not in known:
        raise Unknown("membership-level", f"{level!r} tells no level; {', '.join(known)} do")
    everyone = _inside(
        limner, everyone_as_of(limner), named(limner, inside).rule if inside else "", None
    )
    values = everyone[level].to_pylist()
    if level == "loyalty_card":
        values = [None if value is None else "card" for value in values]
    texts = [None if value is None else str(value) for value in values]
    counted = {one: texts.count(one) for one in dict.fromkeys(texts)}
    levels = pa.table(
        {"customer_id": everyone["customer_id"], "level": pa.array(texts, pa.string())}
    )
    day = day_of(limner, None)
    facts = facts_now(limner)
    if inside:
        chosen = ibis.memtable(levels.select(["customer_id"]))
        facts = replace(facts, events=facts.events.semi_join(chosen, "customer_id"))
    query = membership_query(facts, ibis.memtable(levels), day, limner.settings.timezone)
    document = membership(limner.lake.fetch(query), list(counted.items()))
    return document | {
        "level": level, "inside": inside, "as_of": day.isoformat(),
        "name_en": known[level].en, "name_zh": known[level].zh,
    }  # fmt: skip


def save_group(limner: Limner, rule: str | None, name: str, by: str, at: datetime) -> str:
    """Keep a group that a division found as a segment of one's own; gives its code.

    Raises: `Rejected` for a group that no rule tells; else as `app.drafting.save_segment`.
    """
    if not rule:
        raise Rejected("division-no-rule", "no small rule tells this group; divide by fewer tags")
    return save_segment(limner, name, rule, by, at)


def _inside(limner: Limner, everyone: pa.Table, rule: str, day: date | None) -> pa.Table:
    if not rule:
        return everyone
    members = members_of(limner, rule, day_of(limner, day))
    return everyone.filter(pc.is_in(everyone["customer_id"], pa.array(members, pa.string())))


def _nested(limner: Limner, rule: Rule | None, inside: str) -> str | None:
    """A group's rule within the rule of the segment that was divided."""
    if rule is None:
        return inside or None
    if not inside:
        return to_text(rule)
    outer = check(limner, inside)
    parts = [*(outer.rules if isinstance(outer, And) else [outer]),
             *(rule.rules if isinstance(rule, And) else [rule])]  # fmt: skip
    return to_text(And(tuple(parts)))


def _mean(table: pa.Table, code: str, is_in: Any) -> float | None:
    values = numbers(table, code)
    values = values if is_in is None else values[is_in]
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _telling(
    table: pa.Table, is_in: Any, features: Sequence[Feature], without: Sequence[str]
) -> list[Document]:
    """Tags beyond the chosen ones in which a group stands out most."""
    rest = [f for f in features if f.code not in without and f.is_number and f.kind != "day"]
    inside, outside = table.filter(pa.array(is_in)), table.filter(pa.array(~is_in))
    if min(inside.num_rows, outside.num_rows) < 10:
        return []
    rows = [row for row in compare_tags(inside, outside, rest, seed=SEED) if row["is_significant"]]
    return [
        {key: row[key] for key in ("code", "name_en", "name_zh", "kind", "mean", "mean_base", "effect", "lift")}
        for row in rows[:_TELLING]
    ]  # fmt: skip


def _after(known: pa.Table, later: pa.Table, target: Target) -> Any:
    """What came in the days after, for customers in the order of `known`; nothing where unseen."""
    came = dict(zip(later["customer_id"].to_pylist(), numbers(later, target.tag), strict=True))
    values = np.nan_to_num([came.get(one, 0.0) for one in known["customer_id"].to_pylist()])
    return (values > 0).astype(float) if target.is_truth else values
