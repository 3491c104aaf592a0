"""The picture of groups that overlap says what the counts say."""

from __future__ import annotations

import json

from limner.console.charts import Look
from limner.console.charts_overlap import height_of, overlap
from limner.understand.audiences import overlap_of

NAMES = ["Champions", "</script><img src=x>", "很长很长很长很长很长很长很长很长很长很长的人群名称"]
FOUND = overlap_of(["a", "b", "c"], {0b001: 5, 0b011: 9, 0b111: 2, 0b100: 7})


def test_columns_are_the_exact_combinations_largest_first() -> None:
    bars, lines, empty, full = overlap(FOUND, NAMES, Look("zh"))["series"]
    assert [bar["value"] for bar in bars["data"]] == [9, 7, 5, 2]
    assert bars["data"][0]["name"] == f"{NAMES[0]} 与 {NAMES[1]}"
    assert len(full["data"]) == 2 + 1 + 1 + 3
    assert len(full["data"]) + len(empty["data"]) == 4 * 3
    assert lines["data"][:2] == [full["data"][0], full["data"][1]]


def test_names_from_the_data_never_become_script_nor_break_the_layout() -> None:
    options = overlap(FOUND, NAMES, Look("en"))
    scripts = [value for key, value in _walk(options) if key.startswith(":")]
    assert scripts and not any("script" in one for one in scripts)
    rows = options["yAxis"][1]["data"]
    assert all(len(row) <= 32 for row in rows) and "16" in rows[0]
    assert height_of(FOUND) < 400 and json.dumps(options)


def _walk(value: object) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for key, one in value.items()
                for pair in ([(key, str(one))] if key.startswith(":") else _walk(one))]  # fmt: skip
    return [pair for one in value for pair in _walk(one)] if isinstance(value, list) else []
