"""One customer from all sides: portrait, purchases, timeline, tags with rules, predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from limner.app import reading
from limner.app.portrait import Portrait, portrait
from limner.console import charts_customer as charts
from limner.console import customer_parts as parts
from limner.console.charts import Look
from limner.console.names import code_name, segment_name
from limner.console.parts import Figure, box, card, chart, figures, link, text
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import customers as words
from limner.core.errors import Unknown

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sides:
    """A portrait with the names that its codes need."""

    portrait: Portrait
    features: dict[str, Document]
    segments: list[Document]


def read(view: View) -> Sides:
    """The customer of the address.

    Raises: `Unknown` when there is none.
    """
    customer_id = view.param("customer_id")
    found = portrait(view.limner, customer_id, sees_personal=view.may("personal.read"))
    if found is None:
        raise Unknown("customer-unknown", view.say(words.UNKNOWN))
    features: dict[str, Document] = {}
    for model in {score["model"] for score in found.scores}:
        card_ = reading.report(view.limner, f"model.{model}") or {}
        features |= {feature["name"]: feature for feature in card_.get("features", [])}
    saved = reading.saved_segments(view.limner)
    known = [{"segment": code, **saved.get(code, {})} for code in found.segments]
    return Sides(found, features, known)


def draw(view: View, sides: Sides) -> None:
    """Draw the page."""
    shown, profile = sides.portrait, sides.portrait.profile
    look = Look(view.language, view.numbers.currency)
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/customers"), icon="arrow_back")
    _head(view, profile)
    figures(view, _figures(view, profile))
    with box("lm-two lm-wide"):
        with card(view, words.MONTHS):
            if shown.months:
                chart(view, charts.months(shown.months, look), view.say(words.MONTHS))
            else:
                nothing(view.say(words.MONTHS), "–")
        parts.golden(view, shown)
    parts.predictions(view, shown, sides.features, look)
    with card(view, words.TAGS, words.TAGS_L):
        parts.tags(view, profile)
    with box("lm-two"):
        parts.purchases(view, shown.orders)
        parts.timeline(view, shown.events)
    with box("lm-two"):
        parts.identifiers(view, shown.identifiers)
        parts.messages(view, shown.messages)
    with card(view, words.SEGMENTS), box("lm-row").style("margin-top: 8px"):
        for segment in sides.segments:
            link(
                segment_name(view, segment),
                view.href("/customers", segment=segment["segment"]),
                "lm-chip",
            )


def _head(view: View, profile: Document) -> None:
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
            text(_sentence(view, profile), "lm-quiet")


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
