"""Pictures of what was learned: intervals of rates, balance, reliability, quality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from limner.console.charts import (
    ESCAPED,
    Look,
    Options,
    category_axis,
    frame,
    legend,
    value_axis,
    whiskers,
)  # fmt: skip
from limner.console.theme import BLUE, GREY, INK, MUTED, ORANGE
from limner.console.words import learn as words
from limner.core.words import Words

Document = dict[str, Any]


def intervals(
    names: list[str], values: list[float | None], bounds: list[list[float] | None], look: Look,
    kind: str = "share", zero: bool = False,
) -> Options:  # fmt: skip
    """A point and its 95 % interval for each name, the first at the top."""
    places = [index for index, bound in enumerate(bounds) if bound and None not in bound]
    line = whiskers([(index, bounds[index][0], bounds[index][1], True) for index in places])  # type: ignore[index]
    points = [[values[index], index] for index, value in enumerate(values) if value is not None]
    mark = {"symbol": "none", "silent": True, "label": {"show": False},
            "lineStyle": {"color": MUTED, "type": "solid", "width": 1}, "data": [{"xAxis": 0}]}  # fmt: skip
    return frame(
        grid={"left": 4, "right": 24, "top": 8, "bottom": 4, "containLabel": True},
        xAxis=value_axis(look, kind, scale=False),
        yAxis=category_axis(names, inverse=True, axisLabel={"color": INK, "width": 130, "overflow": "truncate"}),
        series=[
            {
                "type": "line", "data": line, "showSymbol": False, "silent": True, "z": 2,
                "lineStyle": {"color": BLUE, "width": 3, "opacity": 0.45}, "tooltip": {"show": False},
                **({"markLine": mark} if zero else {}),
            },
            {
                "type": "scatter", "data": points, "symbolSize": 9, "z": 3,
                "itemStyle": {"color": BLUE},
                "tooltip": {":formatter": f"p => ({ESCAPED})(p.name) + '  ' + ({look.formatter(kind)})(p.value[0])"},
            },
        ],
    )  # fmt: skip


def balance(rows: list[Document], look: Look) -> Options:
    """Differences of receivers and the others, in standard deviations, before and after weighting."""
    names = [
        str(row.get(f"name_{look.language}") or row.get("name") or row.get("trait")) for row in rows
    ]
    mark = [{"xAxis": side} for side in (-0.1, 0.1)]
    series = [
        _dots(
            words.BEFORE.in_(look.language),
            [row["before"] for row in rows],
            ORANGE,
            "emptyCircle",
            look,
        ),
        _dots(words.AFTER.in_(look.language), [row["after"] for row in rows], BLUE, "circle", look),
    ]
    series[0]["markLine"] = {
        "symbol": "none", "silent": True, "label": {"show": False},
        "lineStyle": {"color": GREY, "type": "dashed"}, "data": [*mark, {"xAxis": 0}],
    }  # fmt: skip
    return frame(
        legend=legend(icon="circle"),
        grid={"left": 4, "right": 24, "top": 36, "bottom": 4, "containLabel": True},
        xAxis=value_axis(look, "decimal"),
        yAxis=category_axis(
            names, inverse=True, axisLabel={"color": INK, "width": 170, "overflow": "truncate"}
        ),
        series=series,
    )


def _dots(name: str, values: list[float | None], color: str, symbol: str, look: Look) -> Options:
    return {
        "name": name, "type": "scatter", "symbol": symbol, "symbolSize": 10, "itemStyle": {"color": color},
        "data": [[value, index] for index, value in enumerate(values) if value is not None],
        "tooltip": {":formatter": f"p => p.seriesName + ': ' + ({look.formatter('decimal')})(p.value[0])"},
    }  # fmt: skip


def reliability(rows: list[Document], look: Look) -> Options:
    """Predicted beside observed probability, with the interval of what was observed."""
    furthest = max([*(row["predicted"] for row in rows), *(row["high"] for row in rows), 0.01])
    line = whiskers([(row["predicted"], row["low"], row["high"], False) for row in rows])
    return frame(
        legend=legend(data=[words.OBSERVED.in_(look.language), words.PERFECT.in_(look.language)]),
        grid={"left": 8, "right": 24, "top": 40, "bottom": 28, "containLabel": True},
        xAxis=value_axis(look, "share", min=0, max=furthest, name=words.PREDICTED.in_(look.language),
                         nameLocation="middle", nameGap=30),
        yAxis=value_axis(look, "share", min=0, max=furthest),
        series=[
            {
                "name": words.PERFECT.in_(look.language), "type": "line", "showSymbol": False,
                "data": [[0, 0], [furthest, furthest]], "itemStyle": {"color": GREY},
                "lineStyle": {"type": "dashed", "color": GREY, "width": 1.5}, "silent": True,
            },
            {
                "type": "line", "data": line, "showSymbol": False, "silent": True,
                "lineStyle": {"color": BLUE, "width": 3, "opacity": 0.4},
            },
            {
                "name": words.OBSERVED.in_(look.language), "type": "scatter", "symbolSize": 10,
                "itemStyle": {"color": BLUE}, "data": [[row["predicted"], row["observed"]] for row in rows],
                "tooltip": {":formatter": "p => p.seriesName + '<br>' + p.value.map("
                            + look.formatter("share") + ").join(' → ')"},
            },
        ],
    )  # fmt: skip


def before_after(
    names: list[str], before: list[float | None], after: list[float | None], look: Look
) -> Options:
    """Two bars a column: a share before and after cleaning."""
    pair = ((words.BEFORE, before, ORANGE), (words.AFTER, after, BLUE))
    return _pairs(names, pair, value_axis(look, "share", min=0, max=1), 9, look)


def sizes(names: list[str], customers: list[float], revenue: list[float], look: Look) -> Options:
    """A group's share of customers beside its share of revenue."""
    pair = ((words.OF_CUSTOMERS, customers, GREY), (words.OF_REVENUE, revenue, BLUE))
    return _pairs(names, pair, value_axis(look, "share"), 10, look)


def _pairs(
    names: list[str],
    pair: Sequence[tuple[Words, Sequence[float | None], str]],
    axis: Options,
    width: int,
    look: Look,
) -> Options:
    """Two shares side by side for each name: their words, values and colour."""
    series = [
        {
            "name": name.in_(look.language), "type": "bar", "data": values, "barMaxWidth": width, "barGap": "15%",
            "itemStyle": {"color": color, "borderRadius": [0, 2, 2, 0]},
        }
        for name, values, color in pair
    ]  # fmt: skip
    return frame(
        legend=legend(),
        grid={"left": 4, "right": 20, "top": 36, "bottom": 4, "containLabel": True},
        tooltip={
            "trigger": "axis",
            "confine": True,
            "axisPointer": {"type": "shadow"},
            ":valueFormatter": look.formatter("share"),
        },
        xAxis=axis,
        yAxis=category_axis(
            names, inverse=True, axisLabel={"color": INK, "width": 150, "overflow": "truncate"}
        ),
        series=series,
    )
