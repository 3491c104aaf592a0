"""Uploaded lists: read in any shape, matched, used, replaced and dropped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from openpyxl import Workbook

from limner.app import Limner
from limner.app.identity import feed_records
from limner.app.lists import drop_list, list_code, list_of, lists, members, upload_list
from limner.core.errors import Rejected

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def shop(limner: Limner) -> Limner:
    """Three customers, known to the graph and to the last build."""
    rows = [
        {"source": "crm", "record_id": n, "user_id": n, "email": f"u{n}@shop.example",
         "phone": f"+861380013800{n}", "updated_at": NOW}
        for n in "123"
    ]  # fmt: skip
    limner.lake.upsert("customers", pa.Table.from_pylist(rows))
    feed_records(limner, "crm", NOW)
    known = [{"kind": kind, "value": row[kind], "customer_id": row["user_id"]}
             for row in rows for kind in ("user_id", "email", "phone")]  # fmt: skip
    limner.lake.replace("identities", pa.Table.from_pylist(known))
    return limner


def ids(limner: Limner, code: str) -> list[str]:
    return sorted(limner.lake.fetch(members(limner, code))["customer_id"].to_pylist())


def test_e_mails_are_normalised_and_matched(shop: Limner, tmp_path: Path) -> None:
    file = tmp_path / "vips.csv"
    file.write_text("name,E-Mail\nAnn, U1@Shop.Example \nBob,null\nCat,new@shop.example\nAnn,u1@shop.example\n")  # fmt: skip
    done = upload_list(shop, file, "VIPs", "ann", NOW, kind="email")
    assert (done.list, done.read, done.rows, done.known) == ("vips", 4, 2, 1)
    assert (done.unknown, done.void, done.double) == (1, 1, 1)
    assert ids(shop, "vips") == ["1"]
    rows = shop.lake.fetch(shop.lake.table("lists")).to_pylist()
    assert {(row["kind"], row["value"], row["customer_id"]) for row in rows} == {
        ("email", "u1@shop.example", "1"), ("email", "new@shop.example", None),
    }  # fmt: skip


def test_who_becomes_a_customer_later_is_found(shop: Limner, tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    file.write_text("new@shop.example\n")
    upload_list(shop, file, "new", "ann", NOW)
    assert ids(shop, "new") == []
    later = [{"kind": "email", "value": "new@shop.example", "customer_id": "9"}]
    shop.lake.replace("identities", pa.Table.from_pylist(later))
    assert ids(shop, "new") == ["9"]


@pytest.mark.parametrize(
    ("name", "text", "kind", "found"),
    [
        ("a.txt", "1\n3\n", "user_id", ["1", "3"]),
        ("a.txt", "138 0013 8002\n", "phone", ["2"]),
        ("a.csv", "手机号;备注\n13800138003;好\n", "phone", ["3"]),
        ("a.csv", "\ufeffemail\nu2@shop.example\n", "mixed", ["2"]),
        ("a.txt", "u1@shop.example\n13800138002\n3\n", "mixed", ["1", "2", "3"]),
    ],
)
def test_lists_come_in_many_shapes(
    shop: Limner, tmp_path: Path, name: str, text: str, kind: str, found: list[str]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    upload_list(shop, tmp_path / name, "x", "ann", NOW, kind=kind)
    assert ids(shop, "x") == found


def test_excel_keeps_long_numbers(shop: Limner, tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Name", "Mobile"], ["Ann", 13800138001], ["Bob", 13800138002.0]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    upload_list(shop, tmp_path / "a.xlsx", "x", "ann", NOW, kind="phone")
    assert ids(shop, "x") == ["1", "2"]


def test_the_same_name_again_replaces_the_list(shop: Limner, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    for text in ("1\n2\n", "3\n"):
        file.write_text(text)
        upload_list(shop, file, "会员 A", "ann", NOW)
    (card,) = lists(shop)
    assert (card.name, card.rows, ids(shop, card.list)) == ("会员 A", 1, ["3"])
    assert card.list == list_code("会员 A")
    drop_list(shop, "会员 A", "ann", NOW)
    assert lists(shop) == [] and shop.lake.fetch(shop.lake.table("lists")).num_rows == 0


@pytest.mark.parametrize(
    ("text", "told", "code"),
    [
        ("a,b\n1,2\n", {}, "list-column"),
        ("a,b\n1,2\n", {"column": "c"}, "list-column"),
        ("nobody\n", {"kind": "email"}, "list-empty"),
        ("1\n", {"kind": "shoe"}, "list-kind"),
        ("", {}, "file-empty"),
    ],
)
def test_what_cannot_be_read_is_refused(
    shop: Limner, tmp_path: Path, text: str, told: dict[str, str], code: str
) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(Rejected) as caught:
        upload_list(shop, tmp_path / "a.csv", "x", "ann", NOW, **told)
    assert caught.value.code == code
    assert lists(shop) == []


def test_a_file_that_is_no_workbook_and_a_list_that_is_none(shop: Limner, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("no workbook")
    with pytest.raises(Rejected, match=r"Excel workbook"):
        upload_list(shop, tmp_path / "a.xlsx", "x", "ann", NOW)
    with pytest.raises(Rejected, match="none yet"):
        list_of(shop, "x")
