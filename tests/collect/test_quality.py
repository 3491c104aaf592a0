from __future__ import annotations

from pathlib import Path

import pytest
from tests.collect.conftest import HEADER, Import

from limner.collect.mapping import Mapping
from limner.collect.quality import quality_report
from limner.lake import Lake


def test_quality_before_and_after(
    tmp_path: Path, bring: Import, lake: Lake, lines: Mapping
) -> None:
    good = "".join(f"{i},M{i % 4},2024-03-{i:02d} 10:00,A,1,{10 + i % 5}\n" for i in range(1, 21))
    (tmp_path / "a.csv").write_text(
        HEADER
        + good
        + "21,M1,2024-03-21,A,1,99999\n22,,2024-03-22,A,one,5\n23,M1,oops,A,1,5\n24,M1,,A,1,5\n"
    )
    bring(tmp_path / "a.csv", lines)
    rows = lake.query("SELECT * FROM quality").to_pylist()
    by = {(row["column"], row["stage"]): row for row in rows}
    assert len(rows) == 12
    assert (by["at", "before"]["rows"], by["at", "after"]["rows"]) == (24, 21)
    assert by["at", "before"]["completeness"] == pytest.approx(23 / 24)
    assert by["at", "before"]["validity"] == pytest.approx(22 / 23)
    assert by["qty", "before"]["validity"] == pytest.approx(23 / 24)
    assert by["member", "before"]["completeness"] == pytest.approx(23 / 24)
    assert by["order", "after"]["uniqueness"] == 1.0
    assert by["member", "after"]["uniqueness"] == pytest.approx(4 / 21)
    assert by["paid", "after"]["outliers"] == 1
    assert all(by[column, "after"]["validity"] == 1.0 for column in ("at", "qty", "paid"))
    # Midnight in Shanghai, on 2024-03-21.
    assert by["at", "after"]["newest"].timestamp() == 1710950400


def test_the_report_puts_both_stages_of_a_column_together(
    tmp_path: Path, bring: Import, lake: Lake, lines: Mapping
) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "1,M1,2024-03-01,A,1,5\n2,M1,2024-03-01,A,x,5\n")
    bring(tmp_path / "a.csv", lines)
    (source,) = quality_report(lake.query("SELECT * FROM quality").to_pylist())["sources"]
    assert (source["source"], source["kind"], source["file"]) == ("till", "order_lines", "a.csv")
    column = next(c for c in source["columns"] if c["column"] == "qty")
    assert (column["before"]["validity"], column["after"]["validity"]) == (0.5, 1.0)
    assert source["score_before"] == pytest.approx(5.5 / 6)
    assert source["score_after"] == 1.0
    assert quality_report([]) == {"sources": []}
