"""Pictures of a tag: how its values are spread, build by build, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from limner.app.tags import Lineage, Observed
from limner.console.charts import Look, Options, category_axis, frame, legend, value_axis
from limner.console.numbers import Numbers
from limner.console.theme import BLUE, FAINT, GREEN, GREY, INK, MUTED, ORANGE, PURPLE, SERIES, SKY
from limner.console.words import tags as words

Document = dict[str, Any]
_COLOURS = {
    "event": SKY, "column": GREY, "trait": GREY, "model": PURPLE, "hand": ORANGE, "tag": BLUE,
    "segment": GREEN,
}  # fmt: skip


def spread(names: Sequence[str], counts: Sequence[float], look: Look) -> Options:
    """Customers with each value, or between each two, as columns."""
    return frame(
        grid={"left": 8, "right": 16, "top": 16, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True, ":valueFormatter": look.formatter("count")},
        xAxis=category_axis(list(names), axisLabel={"color": MUTED, "hideOverlap": True}),
        yAxis=value_axis(look, "count"),
        series=[
            {
                "name": words.OF.in_(look.language), "type": "bar", "data": list(counts),
                "barCategoryGap": "8%", "itemStyle": {"color": BLUE},
            }
        ],
    )  # fmt: skip


def ranked(names: Sequence[str], counts: Sequence[float], look: Look) -> Options:
    """Customers with each value, as bars one below the other."""
    return frame(
        grid={"left": 8, "right": 24, "top": 8, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True, ":valueFormatter": look.formatter("count")},
        xAxis=value_axis(look, "count"),
        yAxis=category_axis(
            list(names), inverse=True,
            axisLabel={"color": MUTED, "width": 150, "overflow": "truncate"},
        ),
        series=[
            {
                "name": words.OF.in_(look.language), "type": "bar", "data": list(counts),
                "barMaxWidth": 20, "itemStyle": {"color": BLUE},
            }
        ],
    )  # fmt: skip


def builds(seen: Sequence[Observed], look: Look) -> Options:
    """Coverage as a line and the drift from build to build as columns."""
    numbers = Numbers(look.language, look.currency)
    names = [numbers.day(one.as_of) for one in seen]
    # An index of 0.2 is where it begins to matter: a small one is to look small.
    highest = max([0.3, *(round(1.1 * (one.psi or 0), 2) for one in seen)])
    return frame(
        legend=legend(),
        grid={"left": 8, "right": 8, "top": 40, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True},
        xAxis=category_axis(names),
        yAxis=[
            value_axis(look, "share", min=0, max=1),
            value_axis(look, "decimal", min=0, max=highest, splitLine={"show": False}),
        ],
        series=[
            {
                "name": words.COVERAGE.in_(look.language), "type": "line", "symbolSize": 7,
                "data": [one.coverage for one in seen], "itemStyle": {"color": BLUE},
                "tooltip": {":valueFormatter": look.formatter("share")},
            },
            {
                "name": words.DRIFT.in_(look.language), "type": "bar", "yAxisIndex": 1,
                "data": [one.psi for one in seen], "itemStyle": {"color": ORANGE}, "barMaxWidth": 22,
                "tooltip": {":valueFormatter": look.formatter("decimal")},
            },
        ],
    )  # fmt: skip


def descent(found: Lineage, look: Look) -> Options:
    """What a tag reads to its left, what reads it to its right."""
    layers = sorted({node.layer for node in found.nodes})
    data: list[Document] = []
    keys: dict[str, int] = {}
    for place, layer in enumerate(layers):
        column = [node for node in found.nodes if node.layer == layer]
        for row, node in enumerate(column):
            key = node.code if node.kind == "tag" else f"{node.kind}:{node.code}"
            keys[key] = len(data)
            is_self = layer == 0
            data.append({
                "name": key, "value": [place, 1 - (row + 1) / (len(column) + 1)],
                "symbolSize": 18 if is_self else 12,
                "itemStyle": {"color": _COLOURS[node.kind]},
                "label": {"formatter": node.name.in_(look.language),
                          "fontWeight": 600 if is_self else 400},
                "tooltip": {"formatter": words.NODE_KINDS[node.kind].in_(look.language)},
            })  # fmt: skip
    links = [
        {"source": keys[a], "target": keys[b]} for a, b in found.edges if a in keys and b in keys
    ]
    return frame(
        grid={"left": 0, "right": 0, "top": 8, "bottom": 20},
        tooltip={"confine": True},
        xAxis={"type": "value", "show": False, "min": -0.5, "max": len(layers) - 0.5},
        yAxis={"type": "value", "show": False, "min": 0, "max": 1},
        series=[
            {
                "type": "graph", "coordinateSystem": "cartesian2d", "data": data, "links": links,
                "edgeSymbol": ["none", "arrow"], "edgeSymbolSize": 7,
                "lineStyle": {"color": FAINT, "curveness": 0.05},
                "label": {"show": True, "position": "bottom", "color": INK, "fontSize": 12,
                          "overflow": "truncate", "width": 130},
            }
        ],
    )  # fmt: skip


def rates(pairs: Sequence[tuple[str, float | None]], look: Look) -> Options:
    """A few rates one below the other, the first of them the tag's own."""
    bars = [
        {"value": rate, "itemStyle": {"color": BLUE if place == 0 else GREY}}
        for place, (_, rate) in enumerate(pairs)
    ]
    return frame(
        grid={"left": 8, "right": 24, "top": 8, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "item", "confine": True, ":valueFormatter": look.formatter("share")},
        xAxis=value_axis(look, "share", min=0, max=1),
        yAxis=category_axis([name for name, _ in pairs], inverse=True),
        series=[{"type": "bar", "barMaxWidth": 20, "data": bars}],
    )


def beside(
    names: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], look: Look
) -> Options:
    """Rates of several things side by side, one group of bars for each; the first series is theirs."""
    colours = (BLUE, ORANGE, SKY, GREY)
    return frame(
        legend=legend(),
        grid={"left": 8, "right": 24, "top": 36, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True, ":valueFormatter": look.formatter("share")},
        xAxis=value_axis(look, "share", min=0, max=1),
        yAxis=category_axis(list(names), inverse=True),
        series=[
            {
                "name": name, "type": "bar", "data": list(rates), "barMaxWidth": 12,
                "itemStyle": {"color": colours[place % len(colours)]},
            }
            for place, (name, rates) in enumerate(series)
        ],
    )  # fmt: skip


def numbers_by_month(
    days: Sequence[str], months: Sequence[Document], kind: str, look: Look
) -> Options:
    """The middle value and the mean with the middle half of the customers, month by month; coverage on
    the other side.
    """
    write = look.formatter({"count": "decimal", "money": "money", "share": "share"}.get(kind, "decimal"))  # fmt: skip
    axis = {"money": "money", "share": "share"}.get(kind, "decimal")
    return frame(
        legend=legend(),
        grid={"left": 8, "right": 8, "top": 44, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True},
        xAxis=category_axis(list(days), axisLabel={"color": MUTED, "hideOverlap": True}),
        yAxis=[
            value_axis(look, axis, scale=True),
            value_axis(look, "share", min=0, max=1, splitLine={"show": False}),
        ],
        series=[
            *(
                {
                    "name": name.in_(look.language), "type": "line", "symbolSize": 6,
                    "data": [month[of] for month in months], "itemStyle": {"color": colour},
                    "lineStyle": {"width": width, "type": line},
                    "tooltip": {":valueFormatter": write},
                }
                for name, of, colour, width, line in (
                    (words.MIDDLE, "middle", BLUE, 2, "solid"),
                    (words.MEAN, "mean", ORANGE, 2, "solid"),
                    (words.LOW, "low", SKY, 1, "dashed"), (words.HIGH, "high", SKY, 1, "dashed"),
                )
            ),
            _coverage(months, look, axis=1),
        ],
    )  # fmt: skip


def names_by_month(
    days: Sequence[str], shares: Sequence[tuple[str, Sequence[float | None]]], look: Look
) -> Options:
    """The share of customers with a value who have each name, one upon the other, month by month."""
    return frame(
        legend=legend(),
        grid={"left": 8, "right": 16, "top": 44, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True, ":valueFormatter": look.formatter("share")},
        xAxis=category_axis(list(days), axisLabel={"color": MUTED, "hideOverlap": True}),
        yAxis=value_axis(look, "share", min=0, max=1),
        series=[
            {
                "name": name, "type": "bar", "stack": "all", "barMaxWidth": 44, "data": list(values),
                "itemStyle": {"color": SERIES[place % len(SERIES)]},
            }
            for place, (name, values) in enumerate(shares)
        ],
    )  # fmt: skip


def coverage_by_month(days: Sequence[str], months: Sequence[Document], look: Look) -> Options:
    """The share of customers who have a value, month by month."""
    return frame(
        grid={"left": 8, "right": 16, "top": 16, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True},
        xAxis=category_axis(list(days), axisLabel={"color": MUTED, "hideOverlap": True}),
        yAxis=value_axis(look, "share", min=0, max=1),
        series=[_coverage(months, look)],
    )


def _coverage(months: Sequence[Document], look: Look, axis: int = 0) -> Document:
    return {
        "name": words.COVERAGE.in_(look.language), "type": "line", "symbolSize": 4, "yAxisIndex": axis,
        "data": [month["coverage"] for month in months], "itemStyle": {"color": GREY},
        "lineStyle": {"width": 2, "type": "dotted"},
        "tooltip": {":valueFormatter": look.formatter("share")},
    }  # fmt: skip
