"""Tables as files: nothing lost, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from limner.app.export import FORMULA_STARTS, as_file
from limner.core.errors import Unknown

ROWS = pa.table(
    {
        "name": ['=HYPERLINK("http://evil")', "王芳", None, "+1", 'a,b\n"c"'],
        "amount": [1.5, None, -3.0, 0.0, 2.0],
        "at": [datetime(2017, 1, 1, tzinfo=UTC)] * 5,
    }
)


def test_csv_keeps_chinese_quotes_and_numbers_and_defuses_formulas() -> None:
    media, content = as_file(ROWS, "csv")
    assert media.startswith("text/csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == [
        "'=HYPERLINK(\"http://evil\")", "王芳", "", "'+1", 'a,b\n"c"',
    ]  # fmt: skip
    assert [row["amount"] for row in rows] == ["1.5", "", "-3.0", "0.0", "2.0"]


def test_excel_has_no_formula_in_it() -> None:
    sheet = load_workbook(io.BytesIO(as_file(ROWS, "xlsx")[1])).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert cells[0].value == ROWS["name"][0].as_py()
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert sheet.max_row == 6


def test_parquet_keeps_types_and_rows() -> None:
    assert pq.read_table(io.BytesIO(as_file(ROWS, "parquet")[1])).equals(ROWS)


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(Unknown, match="csv, xlsx, parquet"):
        as_file(ROWS, "pdf")


@given(st.lists(st.text(), min_size=1))
def test_no_cell_of_any_text_begins_a_formula(texts: list[str]) -> None:
    _, content = as_file(pa.table({"t": pa.array(texts, pa.string())}), "csv")
    for (cell,) in list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]:
        assert not cell.startswith(FORMULA_STARTS)
