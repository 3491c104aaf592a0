"""The overview's pictures: months, the week, departments, who brings the money, the RFM map."""

from __future__ import annotations

from typing import Any

from limner.console.charts import Look, Options, category_axis, frame, legend, value_axis
from limner.console.numbers import Numbers
from limner.console.theme import BLUE, FAINT, GREY, INK, MUTED, ORANGE, SCALE, VERMILION
from limner.console.words import overview as words

Document = dict[str, Any]


def months(rows: list[Document], look: Look) -> Options:
    """Sales as bars and customers as a line, month by month."""
    numbers = Numbers(look.language, look.currency)
    names = [numbers.month(row["month"], is_short=True) for row in rows]
    sales, customers = words.SALES.in_(look.language), words.CUSTOMERS.in_(look.language)
    return frame(
        legend=legend(),
        grid={"left": 8, "right": 8, "top": 56, "bottom": 8, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True},
        xAxis=category_axis(names),
        yAxis=[
            value_axis(look, "short_money", name=sales, nameTextStyle={"color": MUTED, "align": "left"}),
            value_axis(look, "count", splitLine={"show": False}, min=0, name=customers,
                       nameTextStyle={"color": MUTED, "align": "right"}),
        ],
        series=[
            {
                "name": sales, "type": "bar", "data": [row["sales"] for row in rows],
                "itemStyle": {"color": BLUE, "borderRadius": [3, 3, 0, 0]}, "barMaxWidth": 34,
                "tooltip": {":valueFormatter": look.formatter("money")},
            },
            {
                "name": customers, "type": "line", "yAxisIndex": 1, "symbolSize": 6,
                "data": [row["customers"] for row in rows], "itemStyle": {"color": ORANGE},
                "lineStyle": {"width": 2}, "tooltip": {":valueFormatter": look.formatter("count")},
            },
        ],
    )  # fmt: skip


def week(rows: list[Document], look: Look) -> Options:
    """Orders by weekday and hour; only hours in which anybody ever bought are shown."""
    hours = sorted({row["hour"] for row in rows})
    days = Numbers(look.language).weekdays()
    place = (
        {hour: index for index, hour in enumerate(range(hours[0], hours[-1] + 1))} if hours else {}
    )
    points = [[place[row["hour"]], 6 - row["weekday"], row["orders"]] for row in rows]
    return _heat(
        [f"{hour:02d}" for hour in place],
        days[::-1],
        points,
        words.ORDERS.in_(look.language),
        look,
        False,
    )


def rfm_map(cells: list[Document], look: Look) -> Options:
    """How many customers are in each cell of recency and frequency, 5 being best."""
    points = [[c["recency"] - 1, c["frequency"] - 1, c["customers"]] for c in cells]
    fives = [str(score) for score in range(1, 6)]
    options = _heat(fives, fives, points, words.CUSTOMERS.in_(look.language), look, True)
    options["xAxis"] |= {
        "name": words.RECENCY_AXIS.in_(look.language), "nameLocation": "middle", "nameGap": 28,
        "nameTextStyle": {"color": MUTED},
    }  # fmt: skip
    options["yAxis"] |= {
        "name": words.FREQUENCY_AXIS.in_(look.language), "nameLocation": "middle", "nameGap": 26,
        "nameTextStyle": {"color": MUTED},
    }  # fmt: skip
    options["grid"] = {"left": 44, "right": 8, "top": 8, "bottom": 44}
    return options


def _heat(
    across: list[str],
    up: list[str],
    points: list[list[Any]],
    name: str,
    look: Look,
    is_labelled: bool,
) -> Options:
    most = max((point[2] for point in points), default=1)
    shown = [
        {"value": p, "label": {"color": "#fff" if p[2] > 0.68 * most else INK}} for p in points
    ]
    return frame(
        grid={"left": 4, "right": 8, "top": 8, "bottom": 4, "containLabel": True},
        xAxis=category_axis(across, splitArea={"show": False}),
        yAxis=category_axis(up),
        visualMap={"min": 0, "max": most, "show": False, "inRange": {"color": list(SCALE)}},
        series=[
            {
                "type": "heatmap", "name": name, "data": shown,
                "label": {"show": is_labelled, "fontSize": 12},
                "itemStyle": {"borderColor": "#fff", "borderWidth": 2, "borderRadius": 3},
                "tooltip": {":valueFormatter": look.formatter("count")},
            }
        ],
    )  # fmt: skip


def bars(
    names: list[str], values: list[float], look: Look, kind: str = "short_money", color: str = BLUE,
    series: str = "",
) -> Options:  # fmt: skip
    """One bar a name, the first at the top."""
    return frame(
        grid={"left": 4, "right": 64, "top": 4, "bottom": 4, "containLabel": True},
        tooltip={"trigger": "item", "confine": True, ":valueFormatter": look.formatter(kind)},
        xAxis=value_axis(look, kind, axisLabel={"show": False}, splitLine={"show": False}),
        yAxis=category_axis(names, inverse=True, axisLine={"show": False},
                            axisLabel={"color": INK, "width": 150, "overflow": "truncate"}),
        series=[
            {
                "type": "bar", "name": series, "data": values, "barMaxWidth": 18,
                "itemStyle": {"color": color, "borderRadius": [0, 3, 3, 0]},
                "label": {"show": True, "position": "right", "color": MUTED,
                          ":formatter": f"p => ({look.formatter(kind)})(p.value)"},
            }
        ],
    )  # fmt: skip


def concentration(document: Document, look: Look) -> Options:
    """Which share of customers, best first, brings which share of sales, beside an even share."""
    numbers = Numbers(look.language)
    curve = [[p["share_of_customers"], p["share_of_sales"]] for p in document["curve"]]
    mark = document["share_of_customers_for_80"]
    told = words.EIGHTY_MARK.in_(look.language).format(share=numbers.share(mark, 0))
    return frame(
        legend=legend(),
        grid={"left": 8, "right": 24, "top": 40, "bottom": 28, "containLabel": True},
        tooltip={"trigger": "axis", "confine": True, ":valueFormatter": look.formatter("share")},
        xAxis=value_axis(look, "share", min=0, max=1, name=words.SHARE_OF_CUSTOMERS.in_(look.language),
                         nameLocation="middle", nameGap=30,
                         axisPointer={"label": {":formatter": f"p => ({look.formatter('share')})(p.value)"}}),
        yAxis=value_axis(look, "share", min=0, max=1),
        series=[
            {
                "name": words.SHARE_OF_SALES.in_(look.language), "type": "line", "data": curve,
                "showSymbol": False, "lineStyle": {"width": 2.5, "color": BLUE},
                "itemStyle": {"color": BLUE}, "areaStyle": {"color": BLUE, "opacity": 0.08},
                "markPoint": {
                    "symbol": "circle", "symbolSize": 9, "itemStyle": {"color": VERMILION},
                    "data": [{"coord": [mark, 0.8]}],
                    "label": {"show": True, "formatter": told, "position": "right", "color": INK,
                              "fontSize": 12.5, "distance": 10},
                },
            },
            {
                "name": words.EVEN.in_(look.language), "type": "line", "data": [[0, 0], [1, 1]],
                "showSymbol": False, "lineStyle": {"type": "dashed", "color": GREY, "width": 1.5},
                "itemStyle": {"color": FAINT},
            },
        ],
    )  # fmt: skip
