"""Pictures of movement: who went where, members over time, who came and went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from limner.console.charts import ESCAPED, Look, Options, category_axis, frame, legend, value_axis
from limner.console.theme import BLUE, GREY, INK, ORANGE, SERIES
from limner.console.words import movement as words

Document = dict[str, Any]


def sankey(flows: Sequence[Document], names: Mapping[str, str], look: Look) -> Options:
    """Groups of the first day at the left, of the last at the right, customers between them."""
    codes = list(names)
    colors = {code: SERIES[place % len(SERIES)] for place, code in enumerate(codes)}
    nodes = []
    for side, key in (("from", "from"), ("to", "to")):
        for code in codes:
            if any(flow[key] == code for flow in flows):
                nodes.append({
                    "name": f"{side}:{code}", "told": names[code], "depth": 0 if side == "from" else 1,
                    "itemStyle": {"color": colors[code]},
                    "label": {"position": "right" if side == "from" else "left"},
                })  # fmt: skip
    links = [
        {
            "source": f"from:{flow['from']}", "target": f"to:{flow['to']}", "value": flow["customers"],
            "told": f"{names[flow['from']]} → {names[flow['to']]}",
            "lineStyle": {"color": colors[flow["from"]], "opacity": 0.22 if flow["from"] == flow["to"] else 0.42},
        }
        for flow in flows
    ]  # fmt: skip
    count = look.formatter("count")
    return frame(
        tooltip={"trigger": "item", "confine": True,
                 ":formatter": f"p => ({ESCAPED})(p.data.told) + '  ' + ({count})(p.value)"},
        series=[
            {
                "type": "sankey", "data": nodes, "links": links, "left": 4, "right": 4, "top": 8, "bottom": 8,
                "nodeWidth": 12, "nodeGap": 10, "layoutIterations": 0, "emphasis": {"focus": "adjacency"},
                "label": {"color": INK, "fontSize": 12, ":formatter": "p => p.data.told"},
            }
        ],
    )  # fmt: skip


def members(
    rows: Sequence[Document], names: Mapping[str, str], days: Sequence[str], look: Look
) -> Options:
    """Members of each group, day by day."""
    by = {(row["state"], row["day"]): row["customers"] for row in rows}
    order = list(dict.fromkeys(row["day"] for row in rows))
    states = [code for code in names if any(by.get((code, day)) for day in order)]
    return frame(
        legend=legend(),
        grid={"left": 8, "right": 16, "top": 44, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True, ":valueFormatter": look.formatter("count")},
        xAxis=category_axis(list(days), boundaryGap=False),
        yAxis=value_axis(look, "count"),
        series=[
            {
                "name": names[code], "type": "line", "symbolSize": 6, "data": [by.get((code, d)) for d in order],
                "itemStyle": {"color": SERIES[place % len(SERIES)]}, "lineStyle": {"width": 2},
            }
            for place, code in enumerate(states)
        ],
    )  # fmt: skip


def came_and_went(rows: Sequence[Document], days: Sequence[str], look: Look) -> Options:
    """Who came above the line and who went below it, since the day before."""
    kept = [row for row in rows if row["entered"] is not None]
    count = look.formatter("count")
    return frame(
        legend=legend(),
        grid={"left": 8, "right": 16, "top": 40, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True, ":valueFormatter": f"v => ({count})(Math.abs(v))"},
        xAxis=category_axis(list(days)),
        yAxis=value_axis(look, "count"),
        series=[
            {
                "name": word.in_(look.language), "type": "bar", "stack": "all", "barMaxWidth": 34,
                "data": [sign * row[key] for row in kept], "itemStyle": {"color": color},
            }
            for word, key, sign, color in (
                (words.ENTERED, "entered", 1, BLUE), (words.LEFT, "left", -1, ORANGE),
            )
        ],
    )  # fmt: skip


def months(
    rows: Sequence[Document], labels: Sequence[str], pair: tuple[str, str], look: Look
) -> Options:
    """Members' share of sales and of orders, month by month."""
    return frame(
        legend=legend(),
        grid={"left": 8, "right": 16, "top": 40, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True, ":valueFormatter": look.formatter("share")},
        xAxis=category_axis(list(labels), boundaryGap=False),
        yAxis=value_axis(look, "share", min=0, max=1),
        series=[
            {
                "name": name, "type": "line", "symbolSize": 6, "data": [row[key] for row in rows],
                "itemStyle": {"color": color}, "lineStyle": {"width": 2},
            }
            for name, key, color in (
                (pair[0], "share_of_sales", BLUE), (pair[1], "penetration", GREY),
            )
        ],
    )  # fmt: skip
