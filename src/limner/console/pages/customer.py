"""One customer from all sides: portrait, purchases, timeline, tags with rules, predictions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from limner.app import reading
from limner.app.person import Person, Standing, known, person, standing
from limner.app.portrait import Portrait, portrait
from limner.console import charts_customer as charts
from limner.console import customer_live as live
from limner.console import customer_parts as parts
from limner.console.charts import Look
from limner.console.customer_live import Moments, read_moments
from limner.console.fresh import redrawn
from limner.console.names import code_name, segment_name
from limner.console.parts import Figure, box, card, chart, figures, link, say_note, text
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import customers as words
from limner.core.errors import Unknown

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sides:
    """A customer from all sides; `portrait` is None before a build knows them, `person` when only
    a build does.
    """

    portrait: Portrait | None
    person: Person | None
    standing: Standing | None
    moments: Moments
    features: dict[str, Document]
    segments: list[Document]


def read(view: View) -> Sides:
    """The customer of the address: any identifier, any name ever given.

    Raises: `Unknown` when nobody is known by it.
    """
    asked, sees = view.param("customer_id"), view.may("personal.read")
    one = person(view.limner, asked, sees)
    also = [one.customer_id, *(value for _, value in one.anchors)] if one else []
    found = portrait(view.limner, asked, sees_personal=sees, also=also)
    if found is None and one is None:
        raise Unknown("customer-unknown", view.say(words.UNKNOWN))
    if found is not None and one is None:  # asked by a hidden id: the portrait tells whose it is
        one = known(view.limner, found.customer_id, sees)
    customer_id = one.customer_id if one else found.customer_id if found else asked
    features: dict[str, Document] = {}
    for model in {score["model"] for score in found.scores} if found else ():
        card_ = reading.report(view.limner, f"model.{model}") or {}
        features |= {feature["name"]: feature for feature in card_.get("features", [])}
    saved = reading.saved_segments(view.limner)
    segments = (
        [{"segment": code, **saved.get(code, {})} for code in found.segments] if found else []
    )
    now = standing(view.limner, one.anchors, datetime.now(UTC)) if one else None
    return Sides(found, one, now, read_moments(view, customer_id), features, segments)


def draw(view: View, sides: Sides) -> None:
    """Draw the page."""
    redrawn(view, read, _draw, sides)


def _draw(view: View, sides: Sides, again: Callable[[], Awaitable[None]]) -> None:
    look = Look(view.language, view.numbers.currency)
    shown = sides.portrait
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/customers"), icon="arrow_back")
    profile = (
        shown.profile if shown else {"customer_id": sides.person.shown_id if sides.person else ""}
    )
    _head(view, profile, sides)
    if shown is None:
        say_note(view.say(words.NO_PORTRAIT), view.say(words.NO_PORTRAIT_WHY))
    else:
        figures(view, _figures(view, profile))
    if sides.person and sides.standing:
        live.now(view, sides.person, sides.standing)
    live.timeline(view, sides.moments)
    if shown is not None:
        _portrait(view, shown, sides, look)
    if sides.person and sides.person.identifiers:
        live.identifiers(view, sides.person)
        live.merges(view, sides.person, again)
    elif shown is not None:
        parts.identifiers(view, shown.identifiers)


def _portrait(view: View, shown: Portrait, sides: Sides, look: Look) -> None:
    """What the last build made of the customer."""
    with box("lm-two lm-wide"):
        with card(view, words.MONTHS):
            if shown.months:
                chart(view, charts.months(shown.months, look), view.say(words.MONTHS))
            else:
                nothing(view.say(words.MONTHS), "–")
        parts.golden(view, shown)
    parts.predictions(view, shown, sides.features, look)
    with card(view, words.TAGS, words.TAGS_L):
        parts.tags(view, shown.profile)
    with box("lm-two"):
        parts.purchases(view, shown.orders)
        parts.messages(view, shown.messages)
    with card(view, words.SEGMENTS), box("lm-row").style("margin-top: 8px"):
        for segment in sides.segments:
            link(
                segment_name(view, segment),
                view.href("/customers", segment=segment["segment"]),
                "lm-chip",
            )


def _head(view: View, profile: Document, sides: Sides) -> None:
    name = profile.get("name") or view.say(words.HOUSEHOLD, id=profile["customer_id"])
    initials = "".join(word[0] for word in str(profile.get("name") or "").split()[:2]).upper()
    with box("lm-person"):
        with box("lm-face").props("aria-hidden=true"):
            if initials and initials.isalpha():
                text(initials, tag="span")
            else:
                ui.icon("o_person")
        with box().style("min-width: 0"):
            text(str(name), "lm-answer", tag="h1")
            said = _sentence(view, profile)
            if not said and sides.person:
                count = view.numbers.count(len(sides.person.identifiers))
                said = view.say(words.LIVE_SENTENCE, identifiers=count)
            text(said, "lm-quiet")


def _sentence(view: View, profile: Document) -> str:
    said = []
    if profile.get("lifecycle_stage"):
        said.append(
            view.say(
                words.PORTRAIT,
                stage=code_name(view, "stage", profile["lifecycle_stage"]),
                group=code_name(view, "rfm", profile.get("rfm_group")),
                cluster=code_name(view, "cluster", profile.get("cluster")),
            )
        )
    if profile.get("revenue_365d") is not None:
        said.append(
            view.say(
                words.ANSWER_ONE,
                revenue=view.numbers.money(profile["revenue_365d"]),
                orders=view.numbers.count(profile.get("orders_365d")),
                days=view.numbers.count(profile.get("recency_days")),
            )
        )
    return (" " if view.language == "en" else "").join(said)


def _figures(view: View, profile: Document) -> list[Figure]:
    write = view.numbers
    rfm = [profile.get(f"rfm_{part}") for part in ("recency", "frequency", "money")]
    shown = " · ".join("–" if score is None else str(score) for score in rfm)
    return [
        Figure(words.KEY_REVENUE, write.money(profile.get("revenue_365d")), words.KEY_REVENUE_M),
        Figure(words.KEY_ORDERS, write.count(profile.get("orders_365d")), words.KEY_ORDERS_M),
        Figure(words.KEY_BASKET, write.money(profile.get("basket_mean")), words.KEY_BASKET_M),
        Figure(words.KEY_RECENCY, write.count(profile.get("recency_days")), words.KEY_RECENCY_M),
        Figure(words.KEY_GAP, write.decimal(profile.get("gap_days_mean")), words.KEY_GAP_M),
        Figure(words.RFM, shown, words.RFM_M),
    ]


PAGE = Page("/customers/{customer_id}", "customers", words.BACK, "reports.read", read, draw)
