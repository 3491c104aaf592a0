"""A persona: one page about a group of customers, made from its description by rules alone.

Nothing is invented: every line names the figure it comes from, and a line whose figure does not
differ by more than chance, and by more than a little, is not written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from limner.core.words import Words
from limner.understand.describe.advice import ADVICE
from limner.understand.describe.habits import evening_and_weekend
from limner.understand.personas.phrases import PHRASES

Document = dict[str, Any]
# What the picture shows, the same for every card: tag, whether less is more, and the spoke's name.
SPOKES: tuple[tuple[str, bool, Words], ...] = (
    ("orders_365d", False, Words("Often", "频繁")),
    ("revenue_365d", False, Words("Spends", "消费高")),
    ("basket_mean", False, Words("Big baskets", "大单")),
    ("departments_count", False, Words("Wide range", "品类广")),
    ("evening_share", False, Words("Evenings", "晚间")),
    ("weekend_share", False, Words("Weekends", "周末")),
    ("discount_share", False, Words("Deals", "爱优惠")),
    ("recency_days", True, Words("Lately", "近期来过")),
)
_TRAITS, _LIKES, _ADVICE = 3, 5, 4
_APART = 0.1
_LIKED = 120.0  # the index from which on something is said to be liked


def persona(description: Document, name: Words) -> Document:
    """The card of a described group: its sentence, traits, likes, when and where, what to say.

    `description`: what `describe` gave, with `habits`.  A group that is too small to describe, or
    like everybody, has a card that says so and little else.
    """
    told = {row["code"]: row for row in description["tags"] if _counts(row)}
    habits = description.get("habits") or {}
    traits = _traits(description["tags"])
    figures = {(one["code"], one["how"]): one for one in description["figures"]}
    money = figures.get(("revenue_365d", "sum"))
    brings = money["value"] / money["base"] if money and money["base"] else None
    document: Document = {
        "name_en": name.en, "name_zh": name.zh, "state": description["state"],
        "note_en": description["note_en"], "note_zh": description["note_zh"],
        "customers": description["customers"], "share": description["share"], "share_of_revenue": brings,
        "traits": traits, "figures": description["figures"],
        "spokes": _spokes(description["tags"]),
        "likes": _likes(habits, description["tags"]),
        "when": _when(habits), "where": _where(habits),
        "say": [], "avoid": [],
    }  # fmt: skip
    for advice in ADVICE:
        row = told.get(advice.code)
        if row is None or (row["effect"] > 0) != advice.is_high or not _matters(row):
            continue
        reason = {
            "code": row["code"], "kind": row["kind"], "name_en": row["name_en"],
            "name_zh": row["name_zh"], "mean": row["mean"], "mean_base": row["mean_base"],
            "effect": abs(row["effect"]),
        }  # fmt: skip
        document["say"].append({"en": advice.say.en, "zh": advice.say.zh, **reason})
        document["avoid"].append({"en": advice.avoid.en, "zh": advice.avoid.zh, **reason})
    for part in ("say", "avoid"):
        document[part] = sorted(document[part], key=lambda line: -line["effect"])[:_ADVICE]
    return document | _sentence(name, document)


def _counts(row: Document) -> bool:
    """Whether a number differs by more than chance and more than a little."""
    return bool(
        row["is_number"] and row["is_significant"] and row["size"] != "negligible"
        and row["effect"] is not None
    )  # fmt: skip


def _matters(row: Document) -> bool:
    """Whether the mean is a tenth or more away from that of everybody."""
    mean, base = row["mean"], row["mean_base"]
    return mean is not None and base is not None and abs(mean - base) >= _APART * abs(base)


def _traits(rows: Sequence[Document]) -> list[Document]:
    """What the group is called: the largest differences that have a word, one of each category."""
    found, seen = [], set()
    for row in sorted(rows, key=lambda row: -abs(row["effect"] or 0)):
        if row["code"] not in PHRASES or not _counts(row) or row["category"] in seen:
            continue
        seen.add(row["category"])
        high, low = PHRASES[row["code"]]
        phrase = high if row["effect"] > 0 else low
        found.append({"code": row["code"], "en": phrase.en, "zh": phrase.zh})
    return found[:_TRAITS]


def _spokes(rows: Sequence[Document]) -> list[Document]:
    """How often a member is above one of the others, by tag: 0.5 is like the others."""
    by_code = {row["code"]: row for row in rows}
    found = []
    for code, is_inverse, words in SPOKES:
        row = by_code.get(code)
        if row is None or row["effect"] is None or not row["is_number"]:
            continue
        above = (row["effect"] + 1) / 2
        found.append({
            "code": code, "en": words.en, "zh": words.zh,
            "above": 1 - above if is_inverse else above, "is_significant": row["is_significant"],
        })  # fmt: skip
    return found


def _likes(habits: Document, rows: Sequence[Document]) -> list[Document]:
    """Categories of which the group buys more than its share, and favourites it has more often."""
    found = [
        {
            "value": row["value"],
            "tgi": row["tgi"],
            "share": row["share"],
            "of_en": "sales",
            "of_zh": "消费额",
            "is_favourite": False,
        }
        for row in habits.get("categories", [])
        if row["is_significant"] and (row["tgi"] or 0) >= _LIKED and row["share"] >= 0.01
    ]
    for row in rows:
        if row["is_number"] or not row["code"].endswith("_top") or row["kind"] == "weekday":
            continue
        found += [
            {"value": value["name_en"], "tgi": value["tgi"], "share": value["share"],
             "of_en": row["name_en"].lower(), "of_zh": row["name_zh"], "is_favourite": True}
            for value in row["values"]
            if value["is_significant"] and (value["tgi"] or 0) >= _LIKED
            and value["value"] is not None and value["share"] >= 0.01
            and row["code"] in ("category_top", "department_top")
        ]  # fmt: skip
    found.sort(key=lambda like: -(like["tgi"] or 0))
    best: dict[str, Document] = {}
    for like in found:
        best.setdefault(str(like["value"]), like)
    return list(best.values())[:_LIKES]


def _when(habits: Document) -> Document | None:
    week = habits.get("week") or []
    if not week:
        return None
    days: dict[int, list[float]] = {}
    hours: dict[int, list[float]] = {}
    for cell in week:
        for by, key in ((days, cell["weekday"]), (hours, cell["hour"])):
            shares = by.setdefault(key, [0.0, 0.0])
            shares[0] += cell["share"]
            shares[1] += cell["share_base"]
    day = max(sorted(days), key=lambda key: days[key][0])
    hour = max(sorted(hours), key=lambda key: hours[key][0])
    return {
        "weekday": day, "weekday_share": days[day][0], "weekday_base": days[day][1],
        "hour": hour, "hour_share": hours[hour][0], "hour_base": hours[hour][1],
        **evening_and_weekend(week),
    }  # fmt: skip


def _where(habits: Document) -> list[Document]:
    found = []
    for kind, rows in (("place", habits.get("places")), ("channel", habits.get("channels"))):
        if rows:
            top = max(rows, key=lambda row: row["share"])
            if len(rows) == 1:
                continue  # all of everybody's orders are there
            found.append({
                "kind": kind, "level": habits["place_level"] if kind == "place" else "channel",
                "value": top["value"], "share": top["share"], "share_base": top["share_base"],
            })  # fmt: skip
    return found


def _sentence(name: Words, document: Document) -> Document:
    traits = document["traits"]
    if not traits:
        return {
            "sentence_en": f"{name.en}: no trait sets them apart from the others by more than a little.",
            "sentence_zh": f"{name.zh}：没有哪项特征与其他客户有明显差别。",
        }
    en = [trait["en"] for trait in traits]
    joined = en[0] if len(en) == 1 else ", ".join(en[:-1]) + " and " + en[-1]
    zh = "、".join(trait["zh"] for trait in traits)
    return {
        "sentence_en": f"{joined[0].upper()}{joined[1:]} shoppers.",
        "sentence_zh": f"{zh}的客户。",
    }
