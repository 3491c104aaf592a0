"""Pictures of what arrives: events a minute over the last hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from limner.console.charts import Look, Options, category_axis, frame, legend, value_axis
from limner.console.theme import SERIES

MOST_SERIES = 6


def per_minute(
    clocks: Sequence[str], counts: Mapping[str, Sequence[int]], look: Look, others: str
) -> Options:
    """Events a minute, one colour a source; `clocks` are the minutes as they are written.

    Sources beyond the busiest few are drawn as one, called `others`.
    """
    busiest = sorted(counts, key=lambda name: (-sum(counts[name]), name))
    drawn = {name: list(counts[name]) for name in busiest[:MOST_SERIES]}
    rest = [counts[name] for name in busiest[MOST_SERIES:]]
    if rest:
        drawn[others] = [sum(column) for column in zip(*rest, strict=True)]
    options = frame(
        tooltip={"trigger": "axis", "confine": True, ":valueFormatter": look.formatter("count")},
        xAxis=category_axis(list(clocks)),
        yAxis=value_axis(look, "count", minInterval=1, splitNumber=3),
        series=[
            {
                "type": "bar", "name": name, "stack": "all", "data": values, "barCategoryGap": "12%",
                "itemStyle": {"color": SERIES[place % len(SERIES)]},
            }
            for place, (name, values) in enumerate(drawn.items())
        ],
    )  # fmt: skip
    if len(drawn) > 1:
        options["legend"] = legend()
        options["grid"] = {**options["grid"], "top": 32}
    return options
