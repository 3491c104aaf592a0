"""The overview: how the shop does, in one sentence, five figures and four pictures."""

from __future__ import annotations

from typing import Any

from limner.app import reading
from limner.console import charts_overview as charts
from limner.console.charts import Look
from limner.console.parts import (
    Column,
    Figure,
    answer,
    box,
    card,
    chart,
    figures,
    next_steps,
)
from limner.console.registry import Page
from limner.console.takeaway import table_to_take
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import overview as words

# Exactly those whom the answer counts: slipping now, and their last order was in the month before.
SLIPPED = "lifecycle_stage = 'slipping' and recency_days <= 30"
Document = dict[str, Any]


def read(view: View) -> Document | None:
    """The reports of the overview; None before the first build."""
    overview = reading.report(view.limner, "overview")
    if overview is None:
        return None
    parts = ("concentration", "rfm")
    return {"overview": overview, **{name: reading.report(view.limner, name) for name in parts}}


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    overview, concentration = document["overview"], document["concentration"]
    look = Look(view.language, view.numbers.currency)
    answer(view, frame_words.OVERVIEW, _sentence(view, overview, concentration))
    figures(view, _figures(view, overview))
    if overview.get("months"):
        with card(view, words.MONTHS, words.MONTHS_L):
            chart(view, charts.months(overview["months"], look), view.say(words.MONTHS_L))
    with box("lm-two"):
        if concentration:
            shares = {k: view.numbers.share(concentration[f"top_{n}_share"], 0)
                      for k, n in (("top10", 10), ("top20", 20))}  # fmt: skip
            with card(view, words.MONEY, view.say(words.MONEY_L, **shares), words.MONEY_M):
                chart(
                    view,
                    charts.concentration(concentration, look),
                    view.say(words.MONEY_L, **shares),
                )
        if document["rfm"]:
            with card(view, words.RFM, words.RFM_L, words.RFM_M):
                chart(view, charts.rfm_map(document["rfm"]["cells"], look), view.say(words.RFM_L))
        if overview.get("weekday_hour"):
            with card(view, words.WEEK, words.WEEK_L):
                chart(view, charts.week(overview["weekday_hour"], look), view.say(words.WEEK_L))
        if overview.get("departments"):
            with card(view, words.DEPARTMENTS, words.DEPARTMENTS_L):
                chart(
                    view,
                    _departments(view, overview["departments"], look),
                    view.say(words.DEPARTMENTS_L),
                )
    if overview.get("months"):
        with card(view, words.TABLE):
            _months_table(view, overview["months"])
    next_steps(view, [
        (_slipped(view, overview), view.href("/customers", rule=SLIPPED)),
        (view.say(words.NEXT_VALUE), view.href("/value")),
        (view.say(words.NEXT_REPORTS), view.href("/reports")),
    ])  # fmt: skip


def _sentence(view: View, overview: Document, concentration: Document | None) -> str:
    write = view.numbers
    told = {
        "customers": write.count(overview["customers"]),
        "sales": write.compact_money(overview["sales"]),
        "orders": write.count(overview["orders"]),
    }
    if not concentration:
        return view.say(words.ANSWER_PLAIN, **told)
    share = write.share(concentration["share_of_customers_for_80"], 0)
    sentence = view.say(words.ANSWER, **told, share=share)
    slipped = overview.get("slipped_this_month")
    if slipped and slipped["customers"]:
        sentence += view.say(
            words.ANSWER_SLIPPED,
            slipped=write.count(slipped["customers"]),
            worth=write.compact_money(slipped["revenue_365d"]),
        )
    return sentence


def _slipped(view: View, overview: Document) -> str:
    slipped = (overview.get("slipped_this_month") or {}).get("customers", 0)
    return view.say(words.NEXT_SLIPPED, count=view.numbers.count(slipped))


def _figures(view: View, overview: Document) -> list[Figure]:
    write = view.numbers
    customers = overview["customers"] or 1
    return [
        Figure(words.CUSTOMERS, write.count(overview["customers"]), words.CUSTOMERS_M),
        Figure(words.ACTIVE, write.count(overview["active_90d"]), words.ACTIVE_M,
               view.say(words.OF_ALL, share=write.share(overview["active_90d"] / customers))),
        Figure(words.SALES, write.compact_money(overview["sales"]), words.SALES_M,
               view.say(words.PER_CUSTOMER, count=write.money(overview["sales"] / customers))),
        Figure(words.ORDERS, write.count(overview["orders"]), words.ORDERS_M,
               view.say(words.PER_CUSTOMER, count=write.decimal(overview["orders"] / customers))),
        Figure(words.BASKET, write.money(overview["basket_mean"]), words.BASKET_M),
        Figure(words.REPEAT, write.share(overview["repeat_rate"]), words.REPEAT_M,
               view.say(words.INTERVAL, interval=write.interval(overview["repeat_rate_interval"]))),
    ]  # fmt: skip


def _departments(view: View, rows: list[Document], look: Look) -> dict[str, Any]:
    shown = rows[:9]
    return charts.bars([row["name"] or "–" for row in shown], [row["sales"] for row in shown], look)


def _months_table(view: View, rows: list[Document]) -> None:
    write = view.numbers
    table_to_take(
        view,
        "months",
        [
            Column("month", view.say(words.MONTH)),
            Column("sales", view.say(words.SALES), is_number=True),
            Column("orders", view.say(words.ORDERS), is_number=True),
            Column("customers", view.say(words.CUSTOMERS), is_number=True),
            Column("new", view.say(words.NEW_CUSTOMERS), is_number=True),
        ],
        [
            {
                "month": write.month(row["month"]), "month__sort": row["month"],
                "sales": write.money(row["sales"]), "sales__sort": row["sales"],
                "orders": write.count(row["orders"]), "orders__sort": row["orders"],
                "customers": write.count(row["customers"]), "customers__sort": row["customers"],
                "new": write.count(row.get("new_customers")), "new__sort": row.get("new_customers"),
            }
            for row in rows
        ],
    )  # fmt: skip


PAGE = Page("/", "overview", frame_words.OVERVIEW, "reports.read", read, draw)
