"""Pictures of who they are: indexes around 100, a group's shares beside the base, the week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from limner.console.charts import ESCAPED, Look, Options, category_axis, frame, legend, value_axis
from limner.console.numbers import Numbers
from limner.console.theme import BLUE, GREY, INK, MUTED, ORANGE
from limner.console.words import described as words

Document = dict[str, Any]
_MOST = 400.0  # an index beyond this is drawn as this; its figure stands beside the bar


def indexes(
    names: Sequence[str], values: Sequence[float | None], sure: Sequence[bool], look: Look
) -> Options:
    """Bars from 100 to each index, the first at the top; grey ones may be chance."""
    count = look.formatter("count")
    data = [
        {
            "value": 0 if value is None else min(value, _MOST) - 100,
            "told": None if value is None else round(value),
            "itemStyle": {
                "color": (BLUE if (value or 0) >= 100 else ORANGE) if is_sure else GREY,
                "borderRadius": 2,
            },
            "label": {"position": "right" if (value or 0) >= 100 else "left"},
        }
        for value, is_sure in zip(values, sure, strict=True)
    ]
    shown = [0.0 if value is None else min(value, _MOST) - 100 for value in values]
    least, most = min([*shown, 0.0]), max([*shown, 0.0])
    room = max(0.18 * (most - least), 8)
    mark = {"symbol": "none", "silent": True, "label": {"show": False},
            "lineStyle": {"color": MUTED, "type": "solid", "width": 1}, "data": [{"xAxis": 0}]}  # fmt: skip
    return frame(
        grid={"left": 4, "right": 12, "top": 4, "bottom": 4, "containLabel": True},
        tooltip={"trigger": "item", "confine": True,
                 ":formatter": f"p => ({ESCAPED})(p.name) + '  ' + ({count})(p.data.told)"},
        xAxis=value_axis(look, "count", axisLabel={"show": False}, splitLine={"show": False},
                         min=least - (room if least < 0 else 2), max=most + room),
        yAxis=category_axis(list(names), inverse=True, axisLine={"show": False},
                            axisLabel={"color": INK, "width": 132, "overflow": "truncate"}),
        series=[
            {
                "type": "bar", "data": data, "barMaxWidth": 16, "markLine": mark,
                "label": {"show": True, "color": MUTED, ":formatter": f"p => ({count})(p.data.told)"},
            }
        ],
    )  # fmt: skip


def beside(
    rows: Sequence[Document], names: Sequence[str], pair: tuple[str, str], look: Look
) -> Options:
    """A group's share of each value beside the base's; `pair` are the names of the two."""
    series = [
        {
            "name": name, "type": "bar", "data": [row[key] for row in rows], "barMaxWidth": 9,
            "barGap": "15%", "itemStyle": {"color": color, "borderRadius": [0, 2, 2, 0]},
        }
        for name, key, color in ((pair[1], "share_base", GREY), (pair[0], "share", BLUE))
    ]  # fmt: skip
    return frame(
        legend=legend(),
        grid={"left": 4, "right": 20, "top": 32, "bottom": 4, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True, "axisPointer": {"type": "shadow"},
                 ":valueFormatter": look.formatter("share")},
        xAxis=value_axis(look, "share"),
        yAxis=category_axis(list(names), inverse=True,
                            axisLabel={"color": INK, "width": 130, "overflow": "truncate"}),
        series=series,
    )  # fmt: skip


def week(rows: Sequence[Document], look: Look) -> Options:
    """Orders by weekday and hour as an index of the base; hours with hardly an order stay pale."""
    kept = [row for row in rows if row["tgi"] is not None and row["share_base"] >= 0.001]
    hours = sorted({row["hour"] for row in kept})
    span = list(range(hours[0], hours[-1] + 1)) if hours else []
    points = [
        [span.index(row["hour"]), 6 - row["weekday"], round(min(row["tgi"], 250.0), 1)]
        for row in kept
    ]
    return frame(
        grid={"left": 4, "right": 8, "top": 8, "bottom": 4, "containLabel": True},
        xAxis=category_axis([f"{hour:02d}" for hour in span], splitArea={"show": False}),
        yAxis=category_axis(Numbers(look.language).weekdays()[::-1]),
        visualMap={"min": 50, "max": 150, "show": False,
                   "inRange": {"color": [ORANGE, "#F7F7F7", BLUE]}},
        series=[
            {
                "type": "heatmap", "name": words.TGI.in_(look.language), "data": points,
                "itemStyle": {"borderColor": "#fff", "borderWidth": 2, "borderRadius": 3},
                "tooltip": {":valueFormatter": look.formatter("count")},
            }
        ],
    )  # fmt: skip
