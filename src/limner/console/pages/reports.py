"""The campaigns side by side: who redeemed, with intervals, and what it cost."""

from __future__ import annotations

from typing import Any

from limner.app import reading
from limner.console import charts_learn as charts
from limner.console.charts import Look
from limner.console.names import pick
from limner.console.pages.customers import quoted
from limner.console.parts import (
    Column,
    Figure,
    answer,
    card,
    chart,
    figures,
    next_steps,
    say_note,
    table,
)
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import learn as words

Document = dict[str, Any]


def read(view: View) -> Document | None:
    """The campaigns' report; None when no campaign was ever reported on."""
    document = reading.report(view.limner, "campaigns")
    return document if document and document["campaigns"] else None


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    write, look = view.numbers, Look(view.language, view.numbers.currency)
    everything = [c for c in document["campaigns"] if c["contacted"]]
    own = [c for c in everything if c.get("experiment")]
    # a campaign of one's own without coupons has no redemptions to speak of
    campaigns = [c for c in everything if c["redemptions"] or not c.get("experiment")]
    contacted = sum(c["contacted"] for c in campaigns)
    redeemed = sum(c["redeemed_customers"] for c in campaigns)
    rate = redeemed / contacted if contacted else None
    answer(view, frame_words.REPORTS, _sentence(view, campaigns, contacted, rate))
    if pick(view, document, "warning"):
        say_note(view.say(words.NOT_RANDOMISED), pick(view, document, "warning"))
    figures(view, [
        Figure(words.CONTACTED, write.count(contacted), words.CONTACTED_M),
        Figure(words.RATE, write.share(rate), words.RATE_M),
        Figure(words.DISCOUNT, write.compact_money(sum(c["discount_cost"] or 0 for c in campaigns)), words.DISCOUNT_M),
        Figure(words.CONTACT_COST, write.compact_money(sum(c["contact_cost"] or 0 for c in campaigns)), words.CONTACT_COST_M),
    ])  # fmt: skip
    if own:
        with card(view, words.OWN_REPORTS, words.OWN_REPORTS_L, words.EFFECT_M):
            _own(view, own)
    with card(view, words.RATES, words.RATES_L, words.RATE_M):
        best = sorted(campaigns, key=lambda c: -(c["redemption_rate"] or 0))
        options = charts.intervals(
            [c["name"] or c["campaign_id"] for c in best],
            [c["redemption_rate"] for c in best],
            [c["redemption_rate_interval"] for c in best],
            look,
        )
        chart(view, options, view.say(words.RATES_L)).style(
            f"height: {max(220, 44 + 22 * len(best))}px"
        )
    if document.get("by_type"):
        with card(view, words.BY_TYPE, "", words.ROI_M):
            _by_type(view, document["by_type"])
    with card(view, words.TABLE, "", words.ROI_M):
        _table(view, campaigns)
    next_steps(view, [
        (view.say(words.NEXT_MODEL), view.href("/model")),
        (view.say(words.NEXT_CUSTOMERS), view.href("/customers")),
    ])  # fmt: skip


def _own(view: View, campaigns: list[Document]) -> None:
    write, rows = view.numbers, []
    for c in campaigns:
        found, arms = c["comparison"] or {}, c["experiment"]["arms"]
        status = found.get("status")
        rows.append({
            "name": c["name"] or c["campaign_id"],
            "name__href": view.href("/reports/" + quoted(c["campaign_id"])),
            "treated": write.count(arms["treated"]["assigned"]),
            "control": write.count(arms["control"]["assigned"]),
            "effect": write.money(found.get("effect_per_customer")),
            "interval": write.interval(found.get("interval"), "money"),
            "verdict": view.say(words.STATUS_WORDS[status]) if status in words.STATUS_WORDS else "–",
        })  # fmt: skip
    table(view, [
        Column("name", view.say(words.CAMPAIGN)),
        Column("treated", view.say(words.TREATED), is_number=True),
        Column("control", view.say(words.CONTROL), is_number=True),
        Column("effect", view.say(words.EFFECT), is_number=True),
        Column("interval", view.say(words.INTERVAL), is_number=True),
        Column("verdict", view.say(words.VERDICT)),
    ], rows)  # fmt: skip


def _sentence(view: View, campaigns: list[Document], contacted: int, rate: float | None) -> str:
    write = view.numbers
    sentence = view.say(words.REPORTS_ANSWER, campaigns=write.count(len(campaigns)),
                        contacted=write.count(contacted), rate=write.share(rate))  # fmt: skip
    if campaigns:
        # by the low end of the interval: a handful of contacts can do best by chance
        best = max(campaigns, key=lambda c: (c["redemption_rate_interval"] or [0])[0])
        sentence += view.say(words.BEST, name=best["name"] or best["campaign_id"],
                             rate=write.share(best["redemption_rate"]))  # fmt: skip
    return sentence


def _money(view: View, row: Document) -> Document:
    write = view.numbers
    cells: Document = {}
    for field, value, written in (
        ("contacted", row["contacted"], write.count(row["contacted"])),
        ("redeemed", row["redeemed_customers"], write.count(row["redeemed_customers"])),
        ("rate", row["redemption_rate"], write.share(row["redemption_rate"])),
        ("sales", row["sales"], write.money(row["sales"])),
        ("discount", row["discount_cost"], write.money(row["discount_cost"])),
        ("contact", row["contact_cost"], write.money(row["contact_cost"])),
        ("roi", row["roi"], write.signed_share(row["roi"], 0)),
    ):
        cells[field], cells[f"{field}__sort"] = written, value
    return cells


def _columns(view: View) -> list[Column]:
    return [
        Column(field, view.say(name), is_number=True)
        for field, name in (
            ("contacted", words.CONTACTED), ("redeemed", words.REDEEMED), ("rate", words.RATE),
            ("sales", words.SALES), ("discount", words.DISCOUNT), ("contact", words.CONTACT_COST), ("roi", words.ROI),
        )
    ]  # fmt: skip


def _by_type(view: View, rows: list[Document]) -> None:
    columns = [
        Column("type", view.say(words.TYPE)),
        Column("count", view.say(words.COUNT), is_number=True),
    ]
    table(view, columns + _columns(view), [
        {"type": row["type"], "count": view.numbers.count(row.get("campaigns")), **_money(view, row)} for row in rows
    ])  # fmt: skip


def _table(view: View, campaigns: list[Document]) -> None:
    table(view, [Column("name", view.say(words.CAMPAIGN)), Column("type", view.say(words.TYPE)), *_columns(view)], [
        {
            "name": c["name"] or c["campaign_id"],
            "name__href": view.href("/reports/" + quoted(c["campaign_id"])),
            "type": c["type"] or "–",
            **_money(view, c),
        }
        for c in campaigns
    ])  # fmt: skip


PAGE = Page("/reports", "reports", frame_words.REPORTS, "reports.read", read, draw)
