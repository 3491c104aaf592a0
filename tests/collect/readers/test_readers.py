"""Every format through the same door; what each alone can do is in its own test."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from limner.collect.readers import TABLE, reader_of
from limner.core.errors import Busy, Malformed

_NAMES = ["订单号", "amount", "at"]
_ROWS = [("A1", "1.5", "2024-01-02"), ("A2", None, "2024-01-03"), ("A3", "2", None)]


def _write(kind: str, directory: Path) -> str:
    path = (
        directory
        / f"shop.{ {'csv': 'csv', 'excel': 'xlsx', 'parquet': 'parquet', 'jsonl': 'jsonl', 'sql': 'db'}[kind] }"
    )
    if kind == "csv":
        lines = [_NAMES, *[[cell or "" for cell in row] for row in _ROWS]]
        path.write_text("\n".join(",".join(line) for line in lines) + "\n", encoding="utf-8")
    elif kind == "excel":
        book = openpyxl.Workbook()
        for row in [_NAMES, *_ROWS]:
            book.active.append(row)
        book.save(path)
    elif kind == "parquet":
        pq.write_table(pa.table(dict(zip(_NAMES, zip(*_ROWS, strict=True), strict=True))), path)
    elif kind == "jsonl":
        objects = [
            "{" + ", ".join(f'"{n}": "{v}"' for n, v in zip(_NAMES, row, strict=True) if v) + "}"
            for row in _ROWS
        ]
        path.write_text("\n".join(objects), encoding="utf-8")
    else:
        with sqlite3.connect(path) as connection:
            connection.execute(
                'CREATE TABLE orders ("订单号" TEXT PRIMARY KEY, amount TEXT, at TEXT)'
            )
            connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", _ROWS)
        return f"sqlite:///{path}#orders"
    return str(path)


def _read(
    location: str, scratch: Path, table: str | None = None
) -> tuple[list[tuple], list[str], str]:
    cursor = duckdb.connect()
    rows = reader_of(location).open(location, table, cursor, scratch)
    return cursor.execute(f"{rows.select} ORDER BY _line").fetchall(), list(rows.types), rows.digest


@pytest.mark.parametrize("kind", TABLE)
def test_every_format_gives_the_same_rows(kind: str, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    location = _write(kind, tmp_path)
    rows, names, digest = _read(location, tmp_path / "one")
    assert names == _NAMES
    assert [tuple(cell or None for cell in row[3:]) for row in rows] == _ROWS
    assert [row[1] for row in rows] == [None] * 3
    first = 2 if kind in ("csv", "excel") else 1
    assert [row[0] for row in rows] == [first, first + 1, first + 2]
    assert _read(location, tmp_path / "two")[2] == digest


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".jsonl", ""])
@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00\x00"])
def test_an_empty_file_and_a_picture_are_refused_in_one_line(
    suffix: str, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / f"orders{suffix}"
    path.write_bytes(content)
    with pytest.raises(Malformed) as caught:
        _read(str(path), tmp_path)
    assert caught.value.code == ("file-shape" if content else "file-empty")
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message


def test_a_file_that_is_not_there_and_a_directory(tmp_path: Path) -> None:
    for name in ("nothing.csv", "."):
        with pytest.raises(Malformed):
            _read(str(tmp_path / name), tmp_path)


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["x", "y"])
    sheet = book.create_sheet("会员")
    for row in (["会员名单", None], ["id", "name"], [1.0, "王"], [None, None], [2, "李"]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    rows, names, _ = _read(str(tmp_path / "a.xlsx"), tmp_path, "会员")
    assert names == ["id", "name"]
    assert [(row[0], *row[3:]) for row in rows] == [(3, "1", "王"), (5, "2", "李")]
    with pytest.raises(Malformed, match="it has Sheet, 会员"):
        _read(str(tmp_path / "a.xlsx"), tmp_path, "客户")


def test_nested_objects_become_columns_and_broken_lines_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": 1, "p": {"x": "y"}}\n\nnope\n{"p": {"z": 2.50}}\n')
    rows, names, _ = _read(str(tmp_path / "a.jsonl"), tmp_path)
    assert names == ["a", "p.x", "p.z"]
    assert [row[:3] for row in rows] == [
        (1, None, None),
        (3, "json-broken", "nope"),
        (4, None, None),
    ]
    assert rows[0][3:5] == ("1", "y")


def test_no_message_shows_a_databases_password(tmp_path: Path) -> None:
    with pytest.raises(Busy) as caught:
        _read("postgresql+psycopg://shop:secret@127.0.0.1:1/x", tmp_path, "orders")
    assert "secret" not in caught.value.message
    (tmp_path / "s.db").touch()
    with pytest.raises(Malformed, match="there are none"):
        _read(f"sqlite:///{tmp_path / 's.db'}", tmp_path)
