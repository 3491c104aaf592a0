"""One campaign's report: what happened, what can be said of its effect, and for whom."""

from __future__ import annotations

from typing import Any

from limner.app import reading
from limner.console import charts_learn as charts
from limner.console import report_parts as parts
from limner.console.charts import Look
from limner.console.names import channel_name, code_name, pick
from limner.console.parts import (
    Column,
    Figure,
    box,
    card,
    chart,
    figures,
    link,
    next_steps,
    say_note,
    table,
    text,
)
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import learn as words
from limner.core.errors import Unknown

Document = dict[str, Any]


def read(view: View) -> Document:
    """The campaign of the address: its report, its plan, or both.

    Raises: `Unknown` when there is neither.
    """
    document = reading.campaigns(view.limner)
    wanted = view.param("campaign_id")
    entry = next((c for c in document["campaigns"] if c["campaign_id"] == wanted), None)
    plan = next((c for c in document["own"] if c["campaign_id"] == wanted), None)
    if entry is None and plan is None:
        raise Unknown("campaign-unknown", view.say(words.UNKNOWN))
    return {"entry": entry, "plan": plan, "warning": pick(view, document, "warning")}


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    look = Look(view.language, view.numbers.currency)
    entry, plan = document["entry"], document["plan"]
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/reports"), icon="arrow_back")
    if entry is None:
        text(plan["name"], "lm-answer", tag="h1")
        with card(view):
            nothing(view.say(words.NO_REPORT), view.say(words.NO_REPORT_WHY))
    else:
        _entry(view, entry, document["warning"], look)
    if plan is not None:
        parts.plan(view, plan)
    next_steps(view, [
        (view.say(words.NEXT_MODEL), view.href("/model")),
        (view.say(words.NEXT_CUSTOMERS), view.href("/customers")),
    ])  # fmt: skip


def _entry(view: View, entry: Document, warning: str, look: Look) -> None:
    write = view.numbers
    text(_sentence(view, entry), "lm-answer", tag="h1")
    told = view.say(words.FACTS, type=entry["type"] or "–", channel=channel_name(view, entry["channel"]),
                    start=write.day(entry["starts_on"]), end=write.day(entry["ends_on"]))  # fmt: skip
    text(told, "lm-quiet").style("margin: -12px 0 20px")
    if not entry.get("is_complete", True):
        say_note(pick(view, entry, "completeness"))
    figures(view, _figures(view, entry))
    if entry.get("experiment"):
        parts.experiment(view, entry["experiment"], look)
    elif entry.get("comparison"):
        parts.comparison(view, entry["comparison"], warning, look)
    if entry.get("by_segment") and _has_coupons(entry):
        _by_segment(view, entry["by_segment"], look)


def _has_coupons(entry: Document) -> bool:
    """Whether redemptions say anything: an own campaign may be without coupons."""
    return bool(entry["redemptions"]) or not entry.get("experiment")


def _sentence(view: View, entry: Document) -> str:
    write, name = view.numbers, entry["name"] or entry["campaign_id"]
    found = entry.get("comparison") or {}
    if entry.get("experiment") and found.get("effect_per_customer") is not None:
        return view.say(
            words.REPORT_ANSWER_OWN,
            name=name,
            contacted=write.count(entry["contacted"]),
            effect=write.money(found["effect_per_customer"]),
            interval=write.interval(found["interval"], "money"),
        )
    return view.say(
        words.REPORT_ANSWER,
        name=name,
        contacted=write.count(entry["contacted"]),
        redeemed=write.count(entry["redeemed_customers"]),
        rate=write.share(entry["redemption_rate"]),
    )


def _figures(view: View, entry: Document) -> list[Figure]:
    write = view.numbers
    assumed = ""
    if entry.get("is_assumed"):
        assumed = view.say(
            words.ASSUMED,
            margin=write.share(entry["margin_rate"]),
            cost=write.money(entry["cost_per_contact"]),
        )
    if not _has_coupons(entry):
        return [
            Figure(words.CONTACTED, write.count(entry["contacted"]), words.CONTACTED_M),
            Figure(words.SALES, write.compact_money(entry["sales"]), words.SALES_M),
            Figure(words.CONTACT_COST, write.money(entry["contact_cost"]), words.CONTACT_COST_M),
        ]
    return [
        Figure(words.CONTACTED, write.count(entry["contacted"]), words.CONTACTED_M),
        Figure(words.RATE, write.share(entry["redemption_rate"]), words.RATE_M, write.interval(entry["redemption_rate_interval"])),
        Figure(words.SALES, write.compact_money(entry["sales"]), words.SALES_M),
        Figure(words.DISCOUNT, write.compact_money(entry["discount_cost"]), words.DISCOUNT_M),
        Figure(words.CONTACT_COST, write.compact_money(entry["contact_cost"]), words.CONTACT_COST_M),
        Figure(words.ROI, write.signed_share(entry["roi"], 0), words.ROI_M, assumed),
    ]  # fmt: skip


def _by_segment(view: View, rows: list[Document], look: Look) -> None:
    write = view.numbers
    names = [pick(view, r, "name") or code_name(view, *_split(r["segment"])) for r in rows]
    with card(view, words.BY_SEGMENT, words.BY_SEGMENT_L, words.RATE_M):
        options = charts.intervals(
            names, [r["rate"] for r in rows], [r["interval"] for r in rows], look
        )
        chart(view, options, view.say(words.BY_SEGMENT)).style(f"height: {60 + 30 * len(rows)}px")
        table(view, [
            Column("segment", view.say(words.SEGMENT)),
            Column("contacted", view.say(words.CONTACTED), is_number=True),
            Column("redeemed", view.say(words.REDEEMED), is_number=True),
            Column("rate", view.say(words.RATE), is_number=True),
            Column("interval", view.say(words.INTERVAL), is_number=True),
        ], [
            {
                "segment": name,
                "contacted": write.count(r["contacted"]), "contacted__sort": r["contacted"],
                "redeemed": write.count(r["redeemed"]), "redeemed__sort": r["redeemed"],
                "rate": write.share(r["rate"]), "rate__sort": r["rate"],
                "interval": write.interval(r["interval"]),
            }
            for name, r in zip(names, rows, strict=True)
        ])  # fmt: skip


def _split(segment: str) -> tuple[str, str]:
    kind, _, code = segment.partition(":")
    return kind, code


PAGE = Page("/reports/{campaign_id}", "reports", words.BACK, "reports.read", read, draw)
