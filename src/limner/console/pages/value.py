"""Who brings the money: the curve, and what each RFM group brings."""

from __future__ import annotations

from typing import Any

from limner.app import reading
from limner.console import charts_overview as charts
from limner.console.charts import Look
from limner.console.charts_learn import sizes
from limner.console.names import code_name
from limner.console.parts import (
    Column,
    Figure,
    answer,
    box,
    card,
    chart,
    figures,
    next_steps,
    table,
)
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import overview as words
from limner.console.words import segments as segment_words

Document = dict[str, Any]


def read(view: View) -> Document | None:
    """The curve and the groups."""
    concentration = reading.report(view.limner, "concentration")
    if concentration is None:
        return None
    return {"concentration": concentration, "rfm": reading.report(view.limner, "rfm")}


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    curve, rfm = document["concentration"], document["rfm"]
    write, look = view.numbers, Look(view.language, view.numbers.currency)
    told = {"share": write.share(curve["share_of_customers_for_80"], 0),
            "top10": write.share(curve["top_10_share"], 0), "top20": write.share(curve["top_20_share"], 0)}  # fmt: skip
    answer(view, frame_words.VALUE, view.say(words.VALUE_ANSWER, **told))
    figures(view, [
        Figure(words.EIGHTY, told["share"], words.EIGHTY_M),
        Figure(words.TOP_10, write.share(curve["top_10_share"]), words.TOP_10_M),
        Figure(words.TOP_20, write.share(curve["top_20_share"]), words.TOP_20_M),
        Figure(words.GINI, write.fixed(curve["gini"], 2), words.GINI_M),
        Figure(words.CUSTOMERS, write.count(curve["customers"]), words.CUSTOMERS_M),
        Figure(words.SALES, write.compact_money(curve["sales"]), words.SALES_M),
    ])  # fmt: skip
    with box("lm-two"):
        with card(view, words.MONEY, view.say(words.MONEY_L, **told), words.MONEY_M):
            chart(
                view, charts.concentration(curve, look), view.say(words.MONEY_L, **told), "lm-tall"
            )
        if rfm:
            groups = rfm["groups"]
            with card(view, words.GROUPS, words.GROUPS_L, words.RFM_M):
                options = sizes(
                    [code_name(view, "rfm", g["code"]) for g in groups],
                    [g["share_of_customers"] for g in groups],
                    [g["share_of_revenue"] for g in groups],
                    look,
                )
                chart(view, options, view.say(words.GROUPS), "lm-tall")
    if rfm:
        with card(view, words.GROUPS, segment_words.EXPORT_NOTE):
            _groups(view, rfm["groups"])
    next_steps(view, [
        (view.say(segment_words.NEXT_RULE), view.href("/customers")),
        (view.say(words.NEXT_REPORTS), view.href("/reports")),
    ])  # fmt: skip


def _groups(view: View, groups: list[Document]) -> None:
    write = view.numbers
    rows = []
    for group in groups:
        code = f"rfm:{group['code']}"
        row: dict[str, Any] = {
            "group": code_name(view, "rfm", group["code"]),
            "group__href": view.href("/customers", segment=code),
        }
        for field, value, written in (
            ("customers", group["customers"], write.count(group["customers"])),
            ("share", group["share_of_customers"], write.share(group["share_of_customers"])),
            ("revenue", group["revenue"], write.money(group["revenue"])),
            ("of_revenue", group["share_of_revenue"], write.share(group["share_of_revenue"])),
            ("recency", group["recency_days"], write.decimal(group["recency_days"])),
            ("orders", group["orders"], write.decimal(group["orders"])),
            ("basket", group["basket_mean"], write.money(group["basket_mean"])),
        ):
            row[field], row[f"{field}__sort"] = written, value
        row["of_revenue__bar"] = group["share_of_revenue"]
        rows.append(row)
    table(view, [
        Column("group", view.say(words.GROUP)),
        Column("customers", view.say(words.CUSTOMERS), is_number=True),
        Column("share", view.say(words.SHARE_CUSTOMERS), is_number=True),
        Column("revenue", view.say(words.REVENUE), is_number=True),
        Column("of_revenue", view.say(words.SHARE_REVENUE), is_number=True),
        Column("recency", view.say(words.RECENCY_DAYS), is_number=True),
        Column("orders", view.say(words.ORDERS_EACH), is_number=True),
        Column("basket", view.say(words.BASKET), is_number=True),
    ], rows)  # fmt: skip


PAGE = Page("/value", "value", frame_words.VALUE, "reports.read", read, draw)
