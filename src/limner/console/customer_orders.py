"""One customer's orders, each with its lines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from nicegui import ui

from limner.app.portrait import months_of
from limner.app.timeline import Choice, Timeline
from limner.console import charts_customer as charts
from limner.console.charts import Look
from limner.console.customer_known import Known
from limner.console.names import channel_name
from limner.console.parts import Column, box, card, chart, link, table, text
from limner.console.states import nothing
from limner.console.takeaway import takeaway
from limner.console.view import View
from limner.console.words import customers as words
from limner.console.words import one_customer as one_words
from limner.core.event import ORDER_COMPLETED, ORDER_REFUNDED

Document = dict[str, Any]
SHOWN, STEP = 20, 40


@dataclass(frozen=True, slots=True)
class Bought:
    """The newest orders and refunds, one more than are shown, and the months of the last build."""

    orders: list[Document]
    months: list[Document]


def read(view: View, known: Known) -> Bought:
    """The newest orders and refunds, and the months in which there were any."""
    choice = Choice(names=(ORDER_COMPLETED, ORDER_REFUNDED))
    orders = Timeline(view.limner, known.customer_id, _most(view) + 1, choice).read()
    return Bought(orders, months_of(view.limner, known.built_as) if known.portrait else [])


def draw(view: View, known: Known, seen: Bought, _again: Callable[[], Awaitable[None]]) -> None:
    """Draw the side."""
    orders, months = seen.orders, seen.months
    if months:
        with card(view, words.MONTHS, _sentence(view, months)):
            look = Look(view.language, view.numbers.currency)
            chart(view, charts.months(months, look), view.say(words.MONTHS), "lm-short")
    most = _most(view)
    shown = orders[:most]
    told = view.say(words.PURCHASES_L, count=view.numbers.count(len(shown)))
    with card(view, words.PURCHASES, told if shown else ""):
        if not shown:
            nothing(view.say(one_words.NO_ORDERS), view.say(one_words.NO_ORDERS_WHY))
            return
        takeaway(view, f"orders-{known.href_id}", known.customer_id, lambda: _lines(view, known))
        for order in shown:
            _order(view, order)
        if len(orders) > most:
            with box("lm-row").style("margin-top: 12px"):
                link(view.say(one_words.MORE), view.here(n=most + STEP), "lm-button", "expand_more")


def _most(view: View) -> int:
    asked = view.param("n")
    return min(int(asked), 2_000) if asked.isdecimal() and int(asked) > 0 else SHOWN


def _sentence(view: View, months: list[Document]) -> str:
    write = view.numbers
    return view.say(
        one_words.ORDERS_ANSWER, orders=write.count(sum(month["orders"] for month in months)),
        revenue=write.money(sum(month["sales"] for month in months)),
    )  # fmt: skip


def _order(view: View, order: Document) -> None:
    lines = order["products"] or []
    is_refund = order["event"] == ORDER_REFUNDED
    with ui.expansion().props("dense").classes("lm-tag") as item:
        with item.add_slot("header"), box("lm-tag-head"):
            with box():
                text(view.numbers.moment(order["time"]))
                where = [channel_name(view, order["channel"])] if order.get("channel") else []
                where += [str(order["order_id"])] if order.get("order_id") else []
                where += (
                    [view.say(words.LINES, count=view.numbers.count(len(lines)))] if lines else []
                )
                text(" · ".join(where), "lm-quiet")
            paid = order["revenue"]
            text(view.numbers.money(-abs(paid) if is_refund and paid else paid), tag="b")
        if lines:
            table(view, _columns(view), [_line(view, line) for line in lines])


def _columns(view: View) -> list[Column]:
    return [
        Column("product", view.say(words.PRODUCT)),
        Column("quantity", view.say(words.QUANTITY), is_number=True),
        Column("discount", view.say(words.DISCOUNT), is_number=True),
        Column("paid", view.say(words.PAID), is_number=True),
    ]


def _line(view: View, line: Document) -> Document:
    write = view.numbers
    return {
        "product": line.get("name") or line.get("category") or line.get("product_id") or "–",
        "quantity": write.decimal(line.get("quantity")), "quantity__sort": line.get("quantity"),
        "discount": write.money(line.get("discount")), "discount__sort": line.get("discount"),
        "paid": write.money(line.get("revenue")), "paid__sort": line.get("revenue"),
    }  # fmt: skip


def _lines(view: View, known: Known) -> pa.Table:
    """All lines of all orders, for a file."""
    choice = Choice(names=(ORDER_COMPLETED, ORDER_REFUNDED))
    orders = Timeline(view.limner, known.customer_id, 100_000, choice).read()
    names = ("product_id", "name", "category", "brand", "quantity", "price", "discount", "revenue")
    return pa.Table.from_pylist([
        {
            "time": order["time"], "event": order["event"], "order_id": order["order_id"],
            "channel": order["channel"], "store_id": order["store_id"], "currency": order["currency"],
            "order_revenue": order["revenue"], **{name: line.get(name) for name in names},
        }
        for order in orders
        for line in order["products"] or [{}]
    ])  # fmt: skip
