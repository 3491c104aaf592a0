"""The picture of events a minute."""

from __future__ import annotations

from limner.console.charts import Look
from limner.console.charts_live import MOST_SERIES, per_minute


def test_many_sources_are_drawn_as_the_busiest_and_the_rest_and_add_up() -> None:
    counts = {f"s{n}": [n, 2 * n] for n in range(1, 10)}
    drawn = per_minute(["10:00", "10:01"], counts, Look("en"), "Other sources")["series"]
    assert len(drawn) == MOST_SERIES + 1
    assert drawn[0]["name"] == "s9" and drawn[-1]["name"] == "Other sources"
    assert sum(sum(one["data"]) for one in drawn) == sum(map(sum, counts.values()))


def test_one_source_needs_no_legend() -> None:
    assert "legend" not in per_minute(["10:00"], {"shop": [1]}, Look("zh"), "其他来源")
