"""Parts of the pages about one tag: how its values are spread, and values in people's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from limner.app.tags import Observed, Statistics
from limner.console import charts_tags as charts
from limner.console.charts import Look
from limner.console.names import value_name
from limner.console.parts import Column, card, chart, table, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import tags as words
from limner.core.rule import Compare, Rule, to_text
from limner.core.rule_tree import And
from limner.understand.portrait_quality.statistics import day_of
from limner.understand.tags.tag import Tag

Document = dict[str, Any]
SHOWN_NAMES = 12
# Values that are said as numbers of a range; all others are names.
_RANGES = {"count", "money", "number", "share", "days", "day"}


def spread(view: View, tag: Tag, found: Observed | Statistics) -> None:
    """The picture of how a tag's values are spread."""
    if not found.known:
        nothing(view.say(words.NO_VALUES), view.say(words.NO_VALUES_ELSE))
        return
    look = Look(view.language, view.numbers.currency)
    shape = found.shape
    if shape.get("kind") == "names":
        named = shape.get("names", [])[:SHOWN_NAMES]
        if tag.kind in ("hour", "weekday"):
            named = sorted(named, key=lambda one: int(one[0]))
        names = [value_name(view, tag, name) for name, _ in named]
        counts = [count for _, count in named]
        rest = found.known - sum(counts)
        if rest > 0:
            names, counts = [*names, view.say(words.OTHERS)], [*counts, rest]
        options = charts.ranked(names, counts, look)
        tall = "lm-tall" if len(names) > 7 else ""
        chart(view, options, view.say(words.DISTRIBUTION), tall)
        return
    bars = shape["bars"]
    names, counts = _bars(view, tag, bars)
    chart(view, charts.spread(names, counts, look), view.say(words.DISTRIBUTION))
    text(view.say(words.CUT), "lm-quiet")


def _bars(view: View, tag: Tag, bars: Mapping[str, Any]) -> tuple[list[str], list[int]]:
    low, high, counts = bars["from"], bars["to"], bars["counts"]
    if high <= low:
        return [value_name(view, tag, low)], [sum(counts)]
    width = (high - low) / len(counts)
    return [value_name(view, tag, low + width * place) for place in range(len(counts))], counts


def typical(view: View, tag: Tag, found: Observed | Statistics) -> str:
    """The middle or the most common value, in words."""
    if found.shape.get("kind") == "names":
        name, count = found.shape["names"][0]
        share = view.numbers.share(count / found.known, 0)
        return view.say(words.TYPICAL_NAME, value=value_name(view, tag, name), share=share)
    middle = next((v for q, v in found.shape["quantiles"] if q == 0.5), None)
    return view.say(words.TYPICAL_NUMBER, value=value_name(view, tag, middle))


def wears(view: View, tag: Tag, found: Observed) -> None:
    """Which customers have which value, each row leading to them."""
    rows = [
        {
            "value": label, "value__href": view.href("/customers", rule=to_text(rule)),
            "customers": view.numbers.count(count), "customers__sort": count,
            "share": view.numbers.share(count / found.known), "share__bar": count / found.known,
            "share__sort": count,
        }
        for label, rule, count in _groups(view, tag, found)
    ]  # fmt: skip
    with card(view, words.WEARS, words.WEARS_L):
        table(view, [
            Column("value", view.say(words.VALUE)),
            Column("customers", view.say(words.OF), is_number=True),
            Column("share", view.say(words.SHARE), is_number=True),
        ], rows, size=12)  # fmt: skip


def _groups(view: View, tag: Tag, found: Observed) -> list[tuple[str, Rule, int]]:
    """Values or ranges of values, the rule of each and how many customers it held for at the build."""
    shape = found.shape
    if shape.get("kind") == "names":
        return [
            (value_name(view, tag, name), Compare(tag.code, "=", _typed(tag, name)), count)
            for name, count in shape.get("names", [])
        ]
    groups: list[tuple[str, Rule, int]] = []
    edges = [_plain(tag, edge) for edge in shape.get("edges", [])]
    lowest, highest = shape["quantiles"][0][1], shape["quantiles"][-1][1]
    below: Any = None
    for edge, count in zip([*edges, None], shape.get("counts", []), strict=False):
        parts: list[Rule] = []
        if below is not None:
            parts.append(Compare(tag.code, ">", below))
        if edge is not None:
            parts.append(Compare(tag.code, "<=", edge))
        low = value_name(view, tag, below if below is not None else _plain(tag, lowest))
        high = value_name(view, tag, edge if edge is not None else _plain(tag, highest))
        label = low if low == high else view.say(words.FROM_TO, low=low, high=high)
        if count and parts:
            groups.append((label, parts[0] if len(parts) == 1 else And(tuple(parts)), count))
        below = edge
    return groups


def _plain(tag: Tag, value: float) -> Any:
    if tag.kind == "day":
        return day_of(value)
    return int(value) if float(value).is_integer() else value


def _typed(tag: Tag, name: str) -> Any:
    if tag.kind == "truth":
        return name.lower() == "true"
    return int(name) if tag.kind in ("hour", "weekday") and name.isdecimal() else name
