from __future__ import annotations

from pathlib import Path

import pytest

from limner.app.mappings import demo_imports
from limner.collect.guess import guess_file
from limner.core.errors import Malformed
from limner.lake import Lake

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
