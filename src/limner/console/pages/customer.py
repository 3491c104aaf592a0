"""One customer from all sides: who they are, what they are worth, what they did, what comes next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from limner.console import (
    customer_alike,
    customer_contact,
    customer_expected,
    customer_identity,
    customer_orders,
    customer_overview,
    customer_segments,
    customer_tags,
    customer_timeline,
)
from limner.console.customer_known import Known, read_known
from limner.console.fresh import redrawn
from limner.console.names import code_name
from limner.console.parts import box, link, text
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import customers as words
from limner.console.words import one_customer as one_words
from limner.core.words import Words

Document = dict[str, Any]
Again = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a customer: what it reads besides what is known, and how that is drawn."""

    name: Words
    read: Callable[[View, Known], Any]
    draw: Callable[[View, Known, Any, Again], None]


SIDES: dict[str, Side] = {
    "": Side(one_words.OVERVIEW, customer_overview.read, customer_overview.draw),
    "tags": Side(one_words.TAGS, customer_tags.read, customer_tags.draw),
    "timeline": Side(one_words.TIMELINE, customer_timeline.read, customer_timeline.draw),
    "orders": Side(one_words.ORDERS, customer_orders.read, customer_orders.draw),
    "contact": Side(one_words.CONTACT, customer_contact.read, customer_contact.draw),
    "segments": Side(one_words.SEGMENTS, customer_segments.read, customer_segments.draw),
    "expected": Side(one_words.EXPECTED, customer_expected.read, customer_expected.draw),
    "alike": Side(one_words.ALIKE, customer_alike.read, customer_alike.draw),
    "identity": Side(one_words.IDENTITY, customer_identity.read, customer_identity.draw),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A customer and the side that the address asks for."""

    known: Known
    side: str
    more: Any


def read(view: View) -> Seen:
    """The customer of the address, from the side it asks for.

    Raises: `Unknown` when nobody is known by it.
    """
    side = view.param("side") if view.param("side") in SIDES else ""
    known = read_known(view)
    return Seen(known, side, SIDES[side].read(view, known))


def draw(view: View, seen: Seen) -> None:
    """Draw the page."""
    redrawn(view, read, _draw, seen)


def _draw(view: View, seen: Seen, again: Again) -> None:
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/customers"), icon="arrow_back")
    _head(view, seen.known)
    with box("lm-sides", tag="nav") as sides:
        sides.props["aria-label"] = view.say(one_words.SIDES)
        path = view.path
        for code, side in SIDES.items():
            one = link(view.say(side.name), view.href(path, side=code))
            if code == seen.side:
                one.props("aria-current=page")
    # On a phone the strip is wider than the page: the side that is shown stands in view.
    ui.run_javascript(
        "const s = document.querySelector('.lm-sides'), c = s && s.querySelector('[aria-current]');"
        "if (c) s.scrollLeft = c.offsetLeft - s.offsetLeft - (s.clientWidth - c.clientWidth) / 2"
    )
    SIDES[seen.side].draw(view, seen.known, seen.more, again)


def _head(view: View, known: Known) -> None:
    profile = known.profile
    name = known.name or view.say(words.HOUSEHOLD, id=profile["customer_id"])
    initials = "".join(word[0] for word in known.name.split()[:2]).upper()
    with box("lm-person"):
        with box("lm-face").props("aria-hidden=true"):
            if initials and initials.isalpha():
                text(initials, tag="span")
            else:
                ui.icon("o_person")
        with box().style("min-width: 0"):
            text(name, "lm-answer", tag="h1")
            said = _sentence(view, profile)
            if not said and known.person:
                count = view.numbers.count(len(known.person.identifiers))
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
    if profile.get("revenue_365d") is not None and view.as_of is not None:
        days = profile.get("recency_days")
        said.append(
            view.say(
                words.ANSWER_ONE,
                revenue=view.numbers.money(profile["revenue_365d"]),
                orders=view.numbers.count(profile.get("orders_365d")),
                day=view.numbers.day(view.as_of),
                last=view.say(words.LAST_DAYS, days=view.numbers.count(days))
                if days
                else view.say(words.LAST_THAT_DAY),
            )
        )
    return (" " if view.language == "en" else "").join(said)


PAGE = Page("/customers/{customer_id}", "customers", words.BACK, "reports.read", read, draw)
