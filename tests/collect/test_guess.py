from __future__ import annotations

from pathlib import Path

import pytest
from tests.collect.conftest import NOW

from limner.app.mappings import demo_imports
from limner.collect.guess import guess_file
from limner.collect.importer import import_file
from limner.core.errors import Malformed
from limner.lake import Lake
from limner.store import Store

_ZH = "订单号,会员号,手机号,下单时间,商品编码,数量,单价,备注\n1,M1,13800000001,2024-03-01 10:00,P1,2,¥5,x\n2,M2,13800000002,2024-03-02,P1,1,¥5,y\n"


def _guess(lake: Lake, path: Path, text: str, **more: str) -> tuple[str, dict[str, str | None]]:
    path.write_text(text, encoding="utf-8")
    found = guess_file(lake, path, "shop", "UTC", "USD", **more)
    assert found.sample.num_rows > 0
    return found.mapping.kind, {k: v.column for k, v in found.mapping.columns.items()}


def test_chinese_order_lines(tmp_path: Path, lake: Lake) -> None:
    kind, columns = _guess(lake, tmp_path / "a.csv", _ZH)
    assert kind == "order_lines"
    assert columns == {
        "order_id": "订单号", "user_id": "会员号", "phone": "手机号", "time": "下单时间", "product_id": "商品编码",
        "quantity": "数量", "price": "单价",
    }  # fmt: skip
    assert guess_file(lake, tmp_path / "a.csv", "shop", "UTC", "USD").mapping.currency == "CNY"


@pytest.mark.parametrize(
    ("text", "kind", "field", "column"),
    [
        ("InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n1,A,2,12/1/2010 8:26,2.5,17850\n", "order_lines", "time", "InvoiceDate"),
        ("会员卡号,姓名,性别,生日,邮箱\n1,王,女,1990-01-02,a@b.cn\n2,李,男,1980-03-04,c@d.cn\n", "customers", "birth_date", "生日"),
        ("sku,title,brand,category\n1,Milk,B,Dairy\n2,Bread,C,Bakery\n", "products", "name", "title"),
        ("门店编号,门店名称,城市,开业日期\n1,一店,上海,2020-01-01\n2,二店,北京,2021-01-01\n", "stores", "opened_on", "开业日期"),
        ("date,channel,spend\n2024-01-01,search,100\n2024-01-02,search,80\n", "costs", "amount", "spend"),
        ("event,timestamp,device_id\nProduct Viewed,2024-01-01T10:00:00Z,x\nProduct Viewed,2024-01-01T10:01:00Z,x\n", "events", "anonymous_id", "device_id"),
        ("a,b,c\nq@r.cn,2024-01-01 10:00,x\n", "customers", "email", "a"),
    ],
)  # fmt: skip
def test_kinds_by_their_columns(
    tmp_path: Path, lake: Lake, text: str, kind: str, field: str, column: str
) -> None:
    found, columns = _guess(lake, tmp_path / "a.csv", text)
    assert (found, columns.get(field)) == (kind, column)


def test_a_day_above_twelve_tells_the_order(tmp_path: Path, lake: Lake) -> None:
    (tmp_path / "a.csv").write_text("order,date,total\n1,03/04/2024,5\n2,25/04/2024,6\n")
    assert guess_file(lake, tmp_path / "a.csv", "shop", "UTC", "USD").mapping.day_first


def test_what_cannot_be_guessed_says_what_is_missing(tmp_path: Path, lake: Lake) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(Malformed, match="its columns are x, y") as caught:
        guess_file(lake, tmp_path / "a.csv", "shop", "UTC", "USD")
    assert caught.value.code == "guess-impossible"
    with pytest.raises(Malformed, match=r"it lacks campaign"):
        guess_file(lake, tmp_path / "a.csv", "shop", "UTC", "USD", wanted="exposures")


def test_the_retail_years_own_files(lake: Lake) -> None:
    wanted = {
        "transactions": "order_lines",
        "products": "products",
        "coupons": "coupons",
        "campaigns": "campaigns",
    }
    for name, file, _ in demo_imports():
        if name in wanted:
            assert guess_file(lake, file, "cj", "UTC", "USD").mapping.kind == wanted[name], name


def test_of_two_fitting_names_the_surer_is_taken(tmp_path: Path, lake: Lake) -> None:
    text = "订单编号,会员编号,支付时间,订单金额,实付金额\n1,a,2024-05-01,100,90\n2,b,2024-05-02,80,80\n"
    assert _guess(lake, tmp_path / "a.csv", text)[1]["revenue"] == "实付金额"


def test_what_a_compound_is_stands_at_its_end(tmp_path: Path, lake: Lake) -> None:
    text = "会员卡号,姓名,会员等级\nV1,王,金卡\nV2,李,金卡\n"
    kind, columns = _guess(lake, tmp_path / "a.csv", text)
    assert (kind, "user_id" in columns) == ("customers", False)


def test_a_list_that_repeats_its_customers_is_no_list_of_customers(
    tmp_path: Path, lake: Lake
) -> None:
    (tmp_path / "a.csv").write_text("x,email\n" + "1,a@b.cn\n" * 9 + "2,c@b.cn\n")
    with pytest.raises(Malformed, match="names each once"):
        guess_file(lake, tmp_path / "a.csv", "shop", "UTC", "USD")
    found = guess_file(lake, tmp_path / "a.csv", "shop", "UTC", "USD", wanted="customers")
    assert found.mapping.kind == "customers"


def test_a_decimal_comma_is_seen(tmp_path: Path, lake: Lake) -> None:
    (tmp_path / "a.csv").write_text("order;date;total\n1;03.04.2024;1.000\n2;04.04.2024;5,50 €\n")
    assert guess_file(lake, tmp_path / "a.csv", "shop", "UTC", "USD").mapping.decimal_comma


@pytest.mark.parametrize("again", ["30", ""])
def test_the_total_of_an_order_on_its_lines_counts_once(
    tmp_path: Path, lake: Lake, store: Store, again: str
) -> None:
    rows = f"#1,a@b.cn,2024-01-01,10,1,30\n#1,a@b.cn,2024-01-01,20,1,{again}\n#2,c@b.cn,2024-01-02,5,1,5\n"
    (tmp_path / "a.csv").write_text("Name,Email,Created at,price,qty,Total\n" + rows)
    found = guess_file(lake, tmp_path / "a.csv", "shop", "UTC", "USD")
    assert found.mapping.columns["order_total"].column == "Total"
    counts = import_file(lake, store, tmp_path / "a.csv", found.mapping, NOW)
    assert (counts.kept, counts.quarantined) == (3, 0)
    assert sorted(lake.fetch(lake.table("events"))["revenue"].to_pylist()) == [5, 30]


def test_an_identify_call_is_named_by_its_type(tmp_path: Path, lake: Lake) -> None:
    lines = '{"type":"track","event":"Seen","userId":"u","timestamp":"2024-01-01T10:00:00Z"}\n'
    lines += '{"type":"identify","userId":"u","timestamp":"2024-01-01T10:01:00Z"}\n'
    (tmp_path / "a.jsonl").write_text(lines)
    found = guess_file(lake, tmp_path / "a.jsonl", "shop", "UTC", "USD")
    assert found.mapping.columns["event"].sql == 'coalesce("event", "type")'


@pytest.mark.parametrize(
    ("header", "row", "again", "repeats"),
    [
        ("order,customer,date,sku,quantity,price", "1,c1,2024-01-05,P1,2,3.5", "1,c1,2024-01-05,P1,2,3.5", "drop"),
        ("order,customer,date,sku,price", "1,c1,2024-01-05,P1,3.5", "1,c1,2024-01-05,P1,3.5", "keep"),
        ("order,customer,date,sku,quantity,price,till_row", "1,c1,2024-01-05,P1,2,3.5,1", "1,c1,2024-01-05,P1,2,3.5,2", "keep"),
    ],
    ids=["a quantity", "no quantity", "told apart by a line number"],
)  # fmt: skip
def test_lines_that_stand_twice(
    tmp_path: Path, lake: Lake, header: str, row: str, again: str, repeats: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("\n".join([header, row, again, ""]), encoding="utf-8")
    mapping = guess_file(lake, file, "shop", "UTC", "USD").mapping
    assert mapping.kind == "order_lines"
    assert mapping.repeats == repeats
