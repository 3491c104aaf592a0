"""What was bought: an order's revenue and its lines, as imports write them."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.collect.enrich.purchase import number, read_purchase
from limner.core.event import ORDER_COMPLETED, ORDER_REFUNDED
from limner.core.tables import PRODUCT_LINE

LINES = [{"product_id": "a", "price": 10, "quantity": 2}, {"product_id": "b", "price": "5.50"}]


def read(event: str, **properties: Any) -> tuple[Any, list[str]]:
    notes: list[str] = []
    return read_purchase(event, properties, "CNY", notes), notes


@pytest.mark.parametrize(
    ("properties", "revenue"),
    [
        ({"revenue": 25, "total": 99, "products": LINES}, 25.0),
        ({"subtotal": 22.5, "total": 27.5, "shipping": 3, "tax": 2}, 22.5),
        ({"total": 27.5, "shipping": 3, "tax": "2"}, 22.5),
        ({"products": LINES}, 25.5),
        ({"products": LINES, "discount": 0.5}, 25.0),
        ({"products": [{"product_id": "a", "price": 10, "quantity": 2, "discount": 3}], "discount": 3}, 17.0),
        ({"revenue": "¥1,200.50"}, 1200.5),
        ({"products": [{"product_id": "a"}]}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_what_an_order_brought(properties: dict[str, Any], revenue: float | None) -> None:
    purchase, notes = read(ORDER_COMPLETED, **properties)
    assert purchase.revenue == revenue and notes == []
    assert purchase.currency == ("CNY" if revenue is not None else None)


def test_a_refund_is_less_than_nothing_and_so_are_its_lines() -> None:
    purchase, _ = read(ORDER_REFUNDED, total=25.5, products=LINES, currency="usd")
    assert (purchase.revenue, purchase.currency) == (-25.5, "USD")
    assert [(p["quantity"], p["price"], p["revenue"]) for p in purchase.lines] == [
        (-2.0, 10.0, -20.0), (-1.0, 5.5, -5.5),
    ]  # fmt: skip
    assert read(ORDER_REFUNDED, order_id="1")[1] == ["refund-without-amount: revenue"]


def test_a_line_is_what_the_lake_wants() -> None:
    line = {"product_id": 7, "name": " 茶 ", "price": None, "revenue": 18, "quantity": 2, "coupon_discount": 2}  # fmt: skip
    purchase, _ = read(ORDER_COMPLETED, products=[line, "b"])
    assert list(purchase.lines[0]) == [field.name for field in PRODUCT_LINE]
    assert purchase.lines[0] == {
        "product_id": "7", "name": "茶", "category": None, "brand": None, "price": 10.0, "quantity": 2.0,
        "discount": 2.0, "coupon_discount": 2.0, "revenue": 18.0,
    }  # fmt: skip
    assert purchase.lines[1]["product_id"] == "b"
    returned, _ = read(ORDER_COMPLETED, products=[{"product_id": "a", "price": 10, "quantity": -2, "discount": 4}])  # fmt: skip
    assert returned.lines[0]["revenue"] == -16.0


def test_a_view_brings_nothing() -> None:
    purchase, _ = read("Product Viewed", product_id="a", price=10, currency="CNY", name="茶")
    assert purchase.revenue is None and purchase.currency == "CNY"
    assert purchase.lines[0]["price"] == 10.0 and purchase.lines[0]["revenue"] is None
    cart, _ = read("Cart Viewed", products=LINES)
    assert [line["revenue"] for line in cart.lines] == [None, None]
    assert read("Signed Up", plan="pro")[0].lines is None


@pytest.mark.parametrize(
    ("said", "currency", "noted"),
    [("cny", "CNY", False), (" RMB ", "CNY", False), ("", "CNY", False), ("yuan", "CNY", True), (7, "CNY", True), ("US$", "CNY", True)],
)  # fmt: skip
def test_currencies(said: object, currency: str, noted: bool) -> None:
    purchase, notes = read(ORDER_COMPLETED, revenue=1, currency=said)
    assert purchase.currency == currency
    assert [n.split(":")[0] for n in notes] == (["currency-unclear"] if noted else [])


def test_what_is_no_number_is_noted_and_left_out() -> None:
    purchase, notes = read(ORDER_COMPLETED, revenue="free", products=[{"product_id": "a", "price": "12,50"}, 1.5, None])  # fmt: skip
    assert purchase.revenue is None
    assert [n.split("=")[0] for n in notes] == [
        "number-unreadable: price", "products-unreadable: products/1", "products-unreadable: products/2",
        "number-unreadable: revenue",
    ]  # fmt: skip


@pytest.mark.parametrize("written", [True, None, "", "-", ".", "1e5", "nan", "inf", "1_000", "0x10", [], 10**400, 1e13, "1,23", "٣"])  # fmt: skip
def test_what_is_no_number(written: object) -> None:
    assert number(written) is None or written == "٣"


@given(
    st.lists(
        st.fixed_dictionaries(
            {"price": st.integers(0, 10**6).map(lambda n: n / 100), "quantity": st.integers(1, 50)},
            optional={"discount": st.integers(0, 100).map(lambda n: n / 100)},
        ),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_lines_add_up_to_the_order(products: list[dict[str, Any]]) -> None:
    bought, _ = read(ORDER_COMPLETED, products=products)
    expected = math.fsum(p["price"] * p["quantity"] - p.get("discount", 0.0) for p in products)
    assert bought.revenue == pytest.approx(expected, abs=1e-6)
    assert bought.revenue == pytest.approx(math.fsum(p["revenue"] for p in bought.lines), abs=1e-6)
    returned, _ = read(ORDER_REFUNDED, products=products)
    assert all(line["revenue"] <= 0 and line["quantity"] < 0 for line in returned.lines)
