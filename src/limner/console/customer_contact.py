"""What was sent to one customer, in which experiments they were, and what they agreed to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from limner.app.dealings import Agreement, Arm, arms
from limner.console.customer_known import Known
from limner.console.customer_overview import medium_name, purpose_name
from limner.console.names import channel_name
from limner.console.parts import Column, card, say_note
from limner.console.states import nothing
from limner.console.takeaway import table_to_take
from limner.console.view import View
from limner.console.words import customers as words
from limner.console.words import frame as frame_words
from limner.console.words import names as name_words
from limner.console.words import one_customer as one_words

Document = dict[str, Any]


def read(view: View, known: Known) -> list[Arm]:
    """The arms of experiments that the customer was in."""
    return arms(view.limner, known.built_as)


def draw(view: View, known: Known, found: list[Arm], _again: Callable[[], Awaitable[None]]) -> None:
    """Draw the side."""
    for reason in known.suppressed.values():
        say_note(view.say(one_words.IS_SUPPRESSED, reason=reason), kind="lm-bad")
    _consent(view, known, known.agreements)
    _messages(view, known, known.portrait.messages if known.portrait else [], found)
    _experiments(view, known, found)


def _consent(view: View, known: Known, found: list[Agreement]) -> None:
    with card(view, one_words.CONSENT, one_words.CONSENT_L):
        if not found:
            nothing(view.say(one_words.NO_CONSENT), view.say(one_words.NO_CONSENT_WHY))
            return
        sees, write = view.may("personal.read"), view.numbers
        table_to_take(view, f"consent-{known.href_id}", [
            Column("purpose", view.say(one_words.PURPOSE)), Column("medium", view.say(one_words.MEDIUM)),
            Column("said", view.say(one_words.SAID)), Column("at", view.say(words.WHEN)),
            Column("proof", view.say(one_words.PROOF), is_wrapped=True),
        ], [
            {
                "purpose": purpose_name(view, change.purpose), "medium": medium_name(view, change.medium),
                "said": ("" if place == 0 else "· ")
                    + view.say(one_words.GRANTED if change.is_granted else one_words.WITHDRAWN),
                "at": write.moment(change.at), "at__sort": change.at.isoformat(),
                "proof": change.proof if sees else view.say(one_words.HIDDEN_PROOF),
            }
            for one in found
            for place, change in enumerate(one.history)
        ])  # fmt: skip


def _messages(view: View, known: Known, rows: list[Document], found: list[Arm]) -> None:
    """What was sent to the customer or held back, and why."""
    names = {arm.campaign_id: arm.name for arm in found}
    with card(view, words.MESSAGES):
        if not rows:
            then = view.say(frame_words.TO_CAMPAIGNS), view.href("/campaigns")
            nothing(view.say(words.NO_MESSAGES), view.say(words.NO_MESSAGES_WHY), then)
            return
        table_to_take(
            view, f"messages-{known.href_id}",
            [Column("when", view.say(words.WHEN)), Column("subject", view.say(words.SUBJECT)),
             Column("campaign", view.say(words.CAMPAIGN)), Column("channel", view.say(words.CHANNEL)),
             Column("status", view.say(words.STATUS)), Column("reason", view.say(words.REASON))],
            [
                {
                    "when": view.numbers.moment(row["time"]), "when__sort": row["time"].isoformat(),
                    "subject": row["subject"] or "–",
                    "campaign": names.get(row["campaign_id"]) or row["campaign_id"] or "–",
                    "channel": channel_name(view, row["channel"]),
                    "status": view.say(words.SENT if row["status"] == "sent" else words.HELD),
                    "reason": view.say(name_words.REASONS[row["reason"]])
                    if row["reason"] in name_words.REASONS else row["reason"] or "–",
                }
                for row in rows
            ],
        )  # fmt: skip


def _experiments(view: View, known: Known, found: list[Arm]) -> None:
    with card(view, one_words.EXPERIMENTS, one_words.EXPERIMENTS_L):
        if not found:
            nothing(view.say(one_words.NO_EXPERIMENTS), view.say(one_words.NO_EXPERIMENTS_WHY))
            return
        write = view.numbers
        table_to_take(view, f"experiments-{known.href_id}", [
            Column("campaign", view.say(words.CAMPAIGN)), Column("arm", view.say(one_words.ARM)),
            Column("chance", view.say(one_words.CHANCE), is_number=True),
            Column("channel", view.say(words.CHANNEL)), Column("at", view.say(words.WHEN)),
        ], [
            {
                "campaign": one.name, "campaign__href": view.href("/reports/" + quote(one.campaign_id, safe="")),
                "arm": view.say(one_words.ARMS[one.arm]) if one.arm in one_words.ARMS else one.arm,
                "chance": write.share(one.propensity) if one.is_randomised else view.say(one_words.NOT_DRAWN),
                "chance__sort": one.propensity,
                "channel": channel_name(view, one.channel), "at": write.moment(one.at), "at__sort": one.at.isoformat(),
            }
            for one in found
        ])  # fmt: skip
