"""The campaigns: Limner's own with what became of their messages, and all that are on record."""

from __future__ import annotations

from typing import Any

from limner.app import reading
from limner.console.names import channel_name
from limner.console.pages.customers import quoted
from limner.console.parts import Column, answer, box, card, link, next_steps, table
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import act as act_words
from limner.console.words import frame as frame_words
from limner.console.words import learn as words

Document = dict[str, Any]


def read(view: View) -> Document | None:
    """All campaigns; None before there is anybody to write to."""
    document = reading.campaigns(view.limner)
    is_there = document["campaigns"] or document["own"] or view.as_of
    return document if is_there else None


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    write = view.numbers
    ids = {c["campaign_id"] for c in [*document["campaigns"], *document["own"]]}
    sent = sum(plan["status"] in ("sent", "sending") for plan in document["own"])
    answer(view, frame_words.CAMPAIGNS,
           view.say(words.CAMPAIGNS_ANSWER, count=write.count(len(ids)), own=write.count(sent)))  # fmt: skip
    with card(view, words.OWN, words.OWN_L):
        if view.may("campaigns.edit"):
            with box("lm-row").style("margin: 4px 0 12px"):
                link(
                    view.say(act_words.NEW),
                    view.href("/campaigns/new"),
                    "lm-button lm-primary",
                    "add",
                )
        if document["own"]:
            _own(view, document["own"])
        else:
            nothing(view.say(words.NO_OWN), view.say(words.NO_OWN_WHY))
    if document["campaigns"]:
        with card(view, words.ALL):
            _all(view, document["campaigns"])
    next_steps(view, [
        (view.say(words.NEXT_CUSTOMERS), view.href("/customers")),
        (view.say(words.NEXT_REPORTS), view.href("/reports")),
        (view.say(words.NEXT_MODEL), view.href("/model")),
    ])  # fmt: skip


def _own(view: View, plans: list[Document]) -> None:
    write = view.numbers
    rows = []
    for plan in plans:
        count = {status: sum(o["messages"] for o in plan["outcomes"] if o["status"] == status)
                 for status in ("sent", "held")}  # fmt: skip
        rows.append({
            "name": plan["name"], "name__href": view.href("/campaigns/" + quoted(plan["campaign_id"])),
            "status": view.say(words.STATUSES[plan["status"]]) if plan["status"] in words.STATUSES else plan["status"],
            "sent": write.count(count["sent"]), "sent__sort": count["sent"],
            "held": write.count(count["held"]), "held__sort": count["held"],
            "created": write.moment(plan["created_at"]), "created__sort": plan["created_at"].isoformat(),
            "by": plan["created_by"],
        })  # fmt: skip
    table(view, [
        Column("name", view.say(words.CAMPAIGN)), Column("status", view.say(words.STATUS)),
        Column("sent", view.say(words.MESSAGES), is_number=True),
        Column("held", view.say(words.HELD), is_number=True),
        Column("created", view.say(words.CREATED)), Column("by", view.say(words.BY)),
    ], rows)  # fmt: skip


def _all(view: View, campaigns: list[Document]) -> None:
    write = view.numbers
    table(view, [
        Column("name", view.say(words.CAMPAIGN)), Column("type", view.say(words.TYPE)),
        Column("channel", view.say(words.CHANNEL)), Column("days", view.say(words.DAYS)),
        Column("contacted", view.say(words.CONTACTED), is_number=True),
        Column("redeemed", view.say(words.REDEEMED), is_number=True),
        Column("rate", view.say(words.RATE), is_number=True),
    ], [
        {
            "name": c["name"] or c["campaign_id"],
            "name__href": view.href("/reports/" + quoted(c["campaign_id"])),
            "type": c["type"] or "–", "channel": channel_name(view, c["channel"]),
            "days": f"{write.day(c['starts_on'])} – {write.day(c['ends_on'])}", "days__sort": c["starts_on"],
            "contacted": write.count(c["contacted"]), "contacted__sort": c["contacted"],
            "redeemed": write.count(c["redeemed_customers"]), "redeemed__sort": c["redeemed_customers"],
            "rate": write.share(c["redemption_rate"]), "rate__sort": c["redemption_rate"],
        }
        for c in campaigns
    ])  # fmt: skip


PAGE = Page("/campaigns", "campaigns", frame_words.CAMPAIGNS, "reports.read", read, draw)
