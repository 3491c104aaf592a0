"""What was bought: product lines, what an order brought, and in which currency.

Lines are as imports write them (`collect.orders`): price per unit before discounts, discounts of
the whole line, revenue after them; on a refund quantity and revenue are negative, so that sums over
orders and refunds are what the shop kept.  On other events (a view, a cart) lines bring nothing:
their revenue is None.

Source: Segment spec, e-commerce events v2.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from limner.collect.enrich.note import note
from limner.core.event import ORDER_COMPLETED, ORDER_REFUNDED

_AMOUNT = re.compile(
    r"(?:[A-Z]{3}|[¥$€£₹₩])?\s*([-+]?)(?:[¥$€£₹₩])?\s*(\d{1,3}(?:,\d{3})+|\d*)(\.\d*)?\s*(?:[A-Z]{3}|[¥$€£₹₩元件])?",
)
_MOST = 1e12  # no order is worth this; it is a time or an id in the wrong place
_CURRENCY = re.compile(r"[A-Z]{3}")
# Names that people use for currencies beside their ISO codes.
_SAME_CURRENCY = {"RMB": "CNY", "CNH": "CNY", "NTD": "TWD"}
_PRODUCT = (
    ("product_id", "productId", "sku", "id"),
    ("name", "product_name", "title"),
    ("category", "product_category"),
    ("brand",),
)


def number(written: object) -> float | None:
    """A finite number as senders write it, also as text with a sign of currency; None if it is none.

    >>> number(12), number("¥1,299.50"), number("12.5元"), number(True), number("12,50")
    (12.0, 1299.5, 12.5, None, None)
    """
    if isinstance(written, bool):
        return None
    if isinstance(written, int | float):
        return float(written) if -_MOST < written < _MOST else None
    if not isinstance(written, str) or len(written) > 40:
        return None
    plain = written if written.isascii() else unicodedata.normalize("NFKC", written)
    found = _AMOUNT.fullmatch(plain.strip())
    if found is None or not (found[2] or (found[3] or "").strip(".")):
        return None
    value = float(f"{found[1]}{found[2].replace(',', '')}{found[3] or ''}")
    return value if -_MOST < value < _MOST else None


class Purchase:
    """What one event says of products and money; made for every event, so plain and slotted.

    `lines`: product lines as the lake keeps them, None for none.  `revenue`: what the order
    brought without shipping and tax, at six decimals.
    """

    __slots__ = ("currency", "lines", "revenue")

    def __init__(
        self, lines: list[dict[str, Any]] | None, revenue: float | None, currency: str | None
    ) -> None:
        self.lines, self.revenue, self.currency = lines, revenue, currency


NOTHING = Purchase(None, None, None)


def read_purchase(
    event: str, properties: Mapping[str, Any], currency: str, notes: list[str]
) -> Purchase:
    """The products, the revenue and the currency of a `track`.

    An order's revenue is what it says it is; else its subtotal, else its total less shipping and
    tax, else the sum of its lines.  `currency` is taken where the event names none.  Doubts are
    added to `notes`.
    """
    sign = 1 if event == ORDER_COMPLETED else -1 if event == ORDER_REFUNDED else 0
    lines = _lines(properties, sign, notes)
    revenue = _said(properties, "revenue", notes)
    if sign and revenue is None:
        revenue = _order_revenue(properties, lines, notes)
    if sign < 0:
        if revenue is None:
            notes.append(note("refund-without-amount", "revenue"))
        else:
            revenue = -abs(revenue)
    named = _currency(properties, notes)
    if revenue is None:
        return Purchase(lines, None, named) if lines or named else NOTHING
    return Purchase(lines, round(revenue, 6), named or currency)


def _order_revenue(
    properties: Mapping[str, Any], lines: list[dict[str, Any]] | None, notes: list[str]
) -> float | None:
    subtotal = _said(properties, "subtotal", notes)
    if subtotal is not None:
        return subtotal
    total = _said(properties, "total", notes)
    if total is not None:
        shipping, tax = _said(properties, "shipping", notes), _said(properties, "tax", notes)
        return total - (shipping or 0.0) - (tax or 0.0)
    brought = [line["revenue"] for line in lines or () if line["revenue"] is not None]
    if not brought:
        return None
    summed = math.fsum(brought)
    if all(line["discount"] is None for line in lines or ()):
        off = abs(_said(properties, "discount", notes) or 0.0)
        summed -= math.copysign(off, summed)
    return summed


def _lines(
    properties: Mapping[str, Any], sign: int, notes: list[str]
) -> list[dict[str, Any]] | None:
    """The lines of an order's `products`; the one product that another event is about."""
    products = properties.get("products")
    if products is None:
        if sign or not _text(properties, _PRODUCT[0][:3]):
            return None
        return [_line(properties, 0, notes)]
    if not isinstance(products, list):
        notes.append(note("products-unreadable", "products", products))
        return None
    lines = []
    for at, product in enumerate(products):
        if isinstance(product, dict):
            lines.append(_line(product, sign, notes))
        elif isinstance(product, str | int) and not isinstance(product, bool):
            lines.append(_line({"product_id": product}, sign, notes))
        else:
            notes.append(note("products-unreadable", f"products/{at}", product))
    return lines or None


def _line(product: Mapping[str, Any], sign: int, notes: list[str]) -> dict[str, Any]:
    price = _said(product, "price", notes)
    quantity = _said(product, "quantity", notes)
    discount = _said(product, "discount", notes)
    coupon = _said(product, "coupon_discount", notes)
    discount = abs(discount) if discount is not None else abs(coupon) if coupon is not None else None  # fmt: skip
    revenue = None
    if sign:
        quantity = 1.0 if quantity is None else quantity
        revenue = _said(product, "revenue", notes)
        if revenue is None and price is not None:
            # A returned line's discount is given back with it.
            off = math.copysign(discount or 0.0, quantity)
            revenue = price * quantity - off
        elif price is None and revenue is not None and quantity > 0:
            price = (abs(revenue) + (discount or 0.0)) / quantity
        if sign < 0:
            quantity = -abs(quantity)
            revenue = None if revenue is None else -abs(revenue)
    product_id, name, category, brand = (_text(product, names) for names in _PRODUCT)
    return {
        "product_id": product_id,
        "name": name,
        "category": category,
        "brand": brand,
        "price": price,
        "quantity": quantity,
        "discount": discount,
        "coupon_discount": None if coupon is None else abs(coupon),
        "revenue": revenue,
    }


def _said(said: Mapping[str, Any], key: str, notes: list[str]) -> float | None:
    """A number under a key; one that cannot be read is noted and left out."""
    written = said.get(key)
    if written is None or written == "":
        return None
    value = number(written)
    if value is None:
        notes.append(note("number-unreadable", key, written))
    return value


def _currency(properties: Mapping[str, Any], notes: list[str]) -> str | None:
    written = properties.get("currency")
    if written is None or written == "":
        return None
    code = written.strip().upper() if isinstance(written, str) else ""
    code = _SAME_CURRENCY.get(code, code)
    if _CURRENCY.fullmatch(code):
        return code
    notes.append(note("currency-unclear", "currency", written))
    return None


def _text(said: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        written = said.get(key)
        if isinstance(written, str):
            if plain := written.strip():
                return plain
        elif isinstance(written, int) and not isinstance(written, bool):
            return str(written)
    return None
