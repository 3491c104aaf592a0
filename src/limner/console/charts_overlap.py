"""The picture of groups that overlap: columns for exact combinations, dots for who is in them.

Source: Lex et al., "UpSet: Visualization of Intersecting Sets", IEEE TVCG 20 (2014) 1983-1992.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from limner.console.charts import Look, Options, category_axis, frame, value_axis
from limner.console.theme import BLUE, INK, LINE, MUTED
from limner.console.words import audiences as words
from limner.understand.audiences import Overlap

MOST_COLUMNS = 24
_ROW_PIXELS = 30
_BARS_PIXELS = 190


def height_of(found: Overlap) -> int:
    """How many pixels high the picture of an overlap is."""
    return _BARS_PIXELS + _ROW_PIXELS * len(found.sizes) + 60


def overlap(found: Overlap, names: Sequence[str], look: Look) -> Options:
    """An UpSet plot: the largest combinations as columns, below each the dots of its groups.

    `names`: what the groups are called, in their order.
    """
    groups = list(found.sizes)
    shown = found.exact[:MOST_COLUMNS]
    places = [str(place) for place in range(len(shown))]
    rows = [
        f"{_short(name)}  {size:,}" for name, size in zip(names, found.sizes.values(), strict=True)
    ]
    titles = [
        words.AND.in_(look.language).join(names[groups.index(group)] for group in combination)
        for combination, _ in shown
    ]
    empty, full, lines = _dots([combination for combination, _ in shown], groups, rows)
    top = {"left": 8, "right": 16, "top": 28, "height": _BARS_PIXELS - 28, "containLabel": False}
    below = {"left": 8, "right": 16, "top": _BARS_PIXELS + 16, "height": _ROW_PIXELS * len(rows)}
    wide = {"left": "34%"}
    across = {"axisLabel": {"show": False}, "axisLine": {"show": False}}
    return frame(
        grid=[{**top, **wide}, {**below, **wide}],
        tooltip={"trigger": "item", "confine": True},
        xAxis=[
            category_axis(places, gridIndex=0, axisLabel={"show": False}),
            category_axis(places, gridIndex=1, **across),
        ],
        yAxis=[
            value_axis(look, "count", gridIndex=0, name=words.CUSTOMERS_AXIS.in_(look.language),
                       nameTextStyle={"color": MUTED, "align": "left"}),
            category_axis(rows, gridIndex=1, inverse=True, axisLine={"show": False},
                          axisLabel={"color": INK, "interval": 0}),
        ],
        series=[
            {
                "type": "bar", "xAxisIndex": 0, "yAxisIndex": 0, "barMaxWidth": 28,
                "data": [{"value": count, "name": title}
                         for (_, count), title in zip(shown, titles, strict=True)],
                "itemStyle": {"color": BLUE, "borderRadius": [3, 3, 0, 0]},
                "label": {"show": True, "position": "top", "color": MUTED, "fontSize": 11,
                          ":formatter": f"p => ({look.formatter('count')})(p.value)"},
                "tooltip": {":valueFormatter": look.formatter("count")},
            },
            {"type": "line", "xAxisIndex": 1, "yAxisIndex": 1, "data": lines, "symbol": "none",
             "silent": True, "lineStyle": {"color": INK, "width": 2}, "connectNulls": False},
            {"type": "scatter", "xAxisIndex": 1, "yAxisIndex": 1, "data": empty, "symbolSize": 9,
             "silent": True, "itemStyle": {"color": LINE}},
            {"type": "scatter", "xAxisIndex": 1, "yAxisIndex": 1, "data": full, "symbolSize": 11,
             "silent": True, "itemStyle": {"color": INK}},
        ],
    )  # fmt: skip


def _dots(
    combinations: Sequence[tuple[str, ...]], groups: Sequence[str], rows: Sequence[str]
) -> tuple[list[Any], list[Any], list[Any]]:
    """Dots of groups that are not in a combination, of those that are, and the lines that join them."""
    empty: list[Any] = []
    full: list[Any] = []
    lines: list[Any] = []
    for place, combination in enumerate(combinations):
        inside = [row for group, row in zip(groups, rows, strict=True) if group in combination]
        empty += [[str(place), row] for row in rows if row not in inside]
        full += [[str(place), row] for row in inside]
        lines += [[str(place), inside[0]], [str(place), inside[-1]], ["-", "-"]]
    return empty, full, lines


def _short(name: str) -> str:
    return name if len(name) <= 22 else name[:21] + "…"
