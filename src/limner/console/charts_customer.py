"""One customer's pictures: sales by month, and the reasons of a prediction."""

from __future__ import annotations

from typing import Any

from limner.console.charts import Look, Options, category_axis, frame, value_axis
from limner.console.numbers import Numbers
from limner.console.theme import BLUE, INK, MUTED, VERMILION

Document = dict[str, Any]


def months(rows: list[Document], look: Look) -> Options:
    """What the customer spent, month by month; a month without orders is a gap of zero."""
    numbers = Numbers(look.language, look.currency)
    known = {row["month"]: row["sales"] for row in rows}
    names = every_month(min(known), max(known)) if known else []
    return frame(
        tooltip={"trigger": "axis", "confine": True},
        xAxis=category_axis([numbers.month(name, is_short=True) for name in names]),
        yAxis=value_axis(look, "short_money"),
        series=[
            {
                "type": "bar", "data": [known.get(name, 0) for name in names], "barMaxWidth": 26,
                "itemStyle": {"color": BLUE, "borderRadius": [3, 3, 0, 0]},
                "tooltip": {":valueFormatter": look.formatter("money")},
            }
        ],
    )  # fmt: skip


def every_month(first: str, last: str) -> list[str]:
    """All months from one to another, both written as `2017-01`."""
    start, end = (int(text[:4]) * 12 + int(text[5:7]) - 1 for text in (first, last))
    return [f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(start, end + 1)]


def reasons(names: list[str], effects: list[float], look: Look) -> Options:
    """How far each reason moves a prediction; up in blue, down in vermilion, longest first."""
    bars = [
        {
            "value": effect,
            "itemStyle": {"color": BLUE if effect >= 0 else VERMILION, "borderRadius": 2},
            "label": {"position": "right" if effect >= 0 else "left"},
        }
        for effect in effects
    ]
    furthest = max((abs(effect) for effect in effects), default=1) * 1.6 or 1
    return frame(
        grid={"left": 4, "right": 12, "top": 4, "bottom": 4, "containLabel": True},
        tooltip={"trigger": "item", "confine": True, ":valueFormatter": look.formatter("decimal")},
        xAxis=value_axis(look, "decimal", min=-furthest, max=furthest, axisLabel={"show": False},
                         splitLine={"show": False}),
        yAxis=category_axis(names, inverse=True, axisLine={"show": False},
                            axisLabel={"color": INK, "width": 150, "overflow": "break", "fontSize": 12}),
        series=[
            {
                "type": "bar", "data": bars, "barMaxWidth": 16,
                "label": {"show": True, "color": MUTED, "fontSize": 12,
                          ":formatter": f"p => (p.value > 0 ? '+' : '') + ({look.formatter('decimal')})(p.value)"},
                "markLine": {"symbol": "none", "silent": True, "label": {"show": False},
                             "lineStyle": {"color": MUTED, "type": "solid"}, "data": [{"xAxis": 0}]},
            }
        ],
    )  # fmt: skip


def course(days: list[str], values: list[float | None], kind: str, look: Look) -> Options:
    """What a figure was from month to month; a month in which it was not known is a gap."""
    return frame(
        tooltip={"trigger": "axis", "confine": True},
        xAxis=category_axis(days, boundaryGap=False),
        yAxis=value_axis(look, "short_money" if kind == "money" else kind, scale=kind != "share"),
        series=[
            {
                "type": "line", "data": ["-" if value is None else value for value in values],
                "symbolSize": 6, "lineStyle": {"color": BLUE, "width": 2}, "itemStyle": {"color": BLUE},
                "tooltip": {":valueFormatter": look.formatter(kind)},
            }
        ],
    )  # fmt: skip
