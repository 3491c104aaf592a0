from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.collect.readers import reader_of


def _read(path: Path, content: bytes) -> tuple[list[tuple], list[str]]:
    path.write_bytes(content)
    scratch = path.parent / f"scratch{len(list(path.parent.iterdir()))}"
    scratch.mkdir()
    cursor = duckdb.connect()
    rows = reader_of(str(path)).open(str(path), None, cursor, scratch)
    return cursor.execute(f"{rows.select} ORDER BY _line").fetchall(), list(rows.types)


_TEXT = "会员号,姓名,金额\nA1,王芳,12.5\nA2,李雷,3\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "gzip"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_delimiters_and_line_ends(
    tmp_path: Path, encoding: str, delimiter: str, newline: str
) -> None:
    text = _TEXT.replace(",", delimiter).replace("\n", newline)
    content = gzip.compress(text.encode()) if encoding == "gzip" else text.encode(encoding)
    if encoding == "utf-16-le":
        content = b"\xff\xfe" + content
    rows, names = _read(tmp_path / "a.csv", content)
    assert names == ["会员号", "姓名", "金额"]
    assert [(row[0], *row[3:]) for row in rows] == [
        (2, "A1", "王芳", "12.5"),
        (3, "A2", "李雷", "3"),
    ]


def test_western_text_is_not_taken_for_chinese(tmp_path: Path) -> None:
    rows, _ = _read(tmp_path / "a.csv", "name,n\nMüller,1\nJosé,2\nFrançois,3\n".encode("cp1252"))
    assert [row[3] for row in rows] == ["Müller", "José", "François"]


def test_a_broken_row_costs_that_row_alone_and_lines_are_the_editors(tmp_path: Path) -> None:
    content = (
        'id,name,qty\n1,alpha,2\n2,"two\nlines",3\n3,short\n\n4,too,many,cols\n5,"bad "quote" here",6\n'
        '6,5" pipe,7\n7,"never closed,8\n8,ok,9\n9,"fine, ""yes""",10\n10,trailing,1,\n,,\n11,"x\n\ny",2\n'
    )
    rows, _ = _read(tmp_path / "a.csv", content.encode())
    good = [(row[0], *row[3:]) for row in rows if row[1] is None]
    assert good == [
        (2, "1", "alpha", "2"), (3, "2", "two\nlines", "3"), (9, "6", '5" pipe', "7"), (11, "8", "ok", "9"),
        (12, "9", 'fine, "yes"', "10"), (13, "10", "trailing", "1"), (15, "11", "x\n\ny", "2"),
    ]  # fmt: skip
    assert [row[:3] for row in rows if row[1]] == [
        (5, "columns-missing", "3,short"),
        (7, "columns-extra", "4,too,many,cols"),
        (8, "quote-broken", '5,"bad "quote" here",6'),
        (10, "quote-broken", '7,"never closed,8'),
    ]


def test_titles_missing_headers_and_repeated_names(tmp_path: Path) -> None:
    assert _read(tmp_path / "a.csv", b"Report of May,,\na,b,c\n1,2,3\n")[1] == ["a", "b", "c"]
    rows, names = _read(tmp_path / "b.csv", b"1,2024-01-02,5\n2,2024-01-03,6\n")
    assert (names, len(rows)) == (["column_1", "column_2", "column_3"], 2)
    assert _read(tmp_path / "c.csv", b"x,,X\n1,2,3\n")[1] == ["x", "column_2", "X_2"]


_VALUE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=8
)


@given(
    rows=st.lists(
        st.tuples(_VALUE, st.sampled_from(["1", 'a "b" c', "x\ny", "p,q", '"'])),
        min_size=1,
        max_size=8,
    )
)
def test_what_a_proper_writer_wrote_is_read_back(
    rows: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """RFC 4180, section 2, as Python's own writer has it; the number of a row is its first line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["key", "left", "right"])
    wanted, line = [], 2
    for left, right in rows:
        writer.writerow(["k", left, right])
        wanted.append((line, left.strip(" \t\r"), right.strip()))
        line += 1 + right.count("\n")
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    found, _ = _read(path, buffer.getvalue().encode())
    assert [row[1] for row in found] == [None] * len(rows)
    assert [(row[0], row[4].strip(" \t\r"), row[5].strip()) for row in found] == wanted
