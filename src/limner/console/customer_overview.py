"""One customer at a glance: who it is, what they are worth, what next, what happened last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from nicegui import ui

from limner.app.portrait import months_of
from limner.app.timeline import Choice
from limner.console import charts_customer as charts
from limner.console import customer_live as live
from limner.console.charts import Look
from limner.console.customer_expected import most_telling, what_is
from limner.console.customer_identity import facts
from limner.console.customer_known import Known
from limner.console.customer_live import Moments
from limner.console.customer_segments import segment_chips
from limner.console.names import GROUPS
from limner.console.parts import Figure, box, card, chart, figures, link, say_note, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import customers as list_words
from limner.console.words import one_customer as words

Document = dict[str, Any]
LATEST = 8


@dataclass(frozen=True, slots=True)
class Glance:
    """The newest moments, and the months in which the customer bought."""

    moments: Moments
    months: list[Document]


def read(view: View, known: Known) -> Glance:
    """What the first side shows besides what is known."""
    moments = live.read_moments(view, known.customer_id, Choice(), LATEST)
    return Glance(moments, months_of(view.limner, known.built_as) if known.portrait else [])


def draw(view: View, known: Known, seen: Glance, _again: Callable[[], Awaitable[None]]) -> None:
    """Draw the side."""
    if known.portrait is None:
        say_note(view.say(list_words.NO_PORTRAIT), view.say(list_words.NO_PORTRAIT_WHY))
    else:
        figures(view, _figures(view, known.profile))
        built_day(view)
    if known.person and known.standing:
        live.now(view, known)
    with box("lm-two"):
        with card(view, words.NEXT, words.NEXT_L):
            _next(view, known)
        with card(view, words.KNOWN_OF):
            facts(view, known, most=8)
    if known.portrait is not None:
        with box("lm-two lm-wide"):
            with card(view, list_words.MONTHS):
                months = seen.months
                if months:
                    look = Look(view.language, view.numbers.currency)
                    chart(
                        view, charts.months(months, look), view.say(list_words.MONTHS), "lm-short"
                    )
                else:
                    nothing(view.say(words.NO_ORDERS), view.say(words.NO_ORDERS_WHY))
            with card(view, list_words.SEGMENTS):
                built_day(view)
                segment_chips(view, known)
    with card(view, words.LATEST):
        live.moments(view, seen.moments)
        with box("lm-row").style("margin-top: 12px"):
            link(view.say(words.SEE_ALL), view.here(side="timeline"), "lm-button", "o_history")


def built_day(view: View) -> None:
    """Which day the figures of the last build are of."""
    if view.as_of is not None:
        text(view.say(words.BUILT_DAY, day=view.numbers.day(view.as_of)), "lm-quiet lm-built-day")


def _figures(view: View, profile: Document) -> list[Figure]:
    write = view.numbers
    rfm = [profile.get(f"rfm_{part}") for part in ("recency", "frequency", "money")]
    shown = " · ".join("–" if score is None else str(score) for score in rfm)
    w = list_words
    return [
        Figure(w.KEY_REVENUE, write.money(profile.get("revenue_365d")), w.KEY_REVENUE_M),
        Figure(w.KEY_ORDERS, write.count(profile.get("orders_365d")), w.KEY_ORDERS_M),
        Figure(w.KEY_BASKET, write.money(profile.get("basket_mean")), w.KEY_BASKET_M),
        Figure(w.KEY_RECENCY, write.count(profile.get("recency_days")), w.KEY_RECENCY_M),
        Figure(w.KEY_GAP, write.decimal(profile.get("gap_days_mean")), w.KEY_GAP_M),
        Figure(w.RFM, shown, w.RFM_M),
    ]


def _next(view: View, known: Known) -> None:
    """What the figures say one should know before doing anything, each line with its proof."""
    with box("lm-list lm-says"):
        for icon, said, href in _says(view, known):
            with box("lm-say", tag="a") as line:
                line.props["href"] = href
                ui.icon(icon).props("aria-hidden=true")
                text(said, tag="span")


def _says(view: View, known: Known) -> list[tuple[str, str, str]]:
    write, profile = view.numbers, known.profile
    said: list[tuple[str, str, str]] = []
    group = GROUPS.get(("rfm", profile.get("rfm_group") or ""))
    if group:
        told = view.say(
            words.GROUP_SAYS, group=view.say(group.name), meaning=view.say(group.description)
        )
        said.append(("o_flag", told, view.here(side="segments")))
    rhythm = _rhythm(view, profile)
    if rhythm:
        said.append(("o_event_repeat", rhythm, view.here(side="tags", tag="gap_days_mean")))
    for score in most_telling(known)[:1]:
        what, share = what_is(view, score), write.share(score["score"])
        baseline = score["baseline"]
        if baseline and score["score"] >= baseline:
            told = view.say(
                words.LIKELY, what=what, score=share, times=write.decimal(score["score"] / baseline)
            )
        else:
            told = view.say(words.UNLIKELY, what=what, score=share, baseline=write.share(baseline))
        said.append(("o_insights", told, view.here(side="expected")))
    said.append(_may_write(view, known))
    return said


def _rhythm(view: View, profile: Document) -> str:
    """When the next order is due, if the customer keeps to the mean of their gaps."""
    gap, last = profile.get("gap_days_mean"), profile.get("last_order_on")
    if not gap or not isinstance(last, date) or view.as_of is None:
        return ""
    due, write = last + timedelta(days=round(gap)), view.numbers
    late = (view.as_of - due).days
    if late <= 0:
        return view.say(words.RHYTHM_DUE, gap=write.decimal(gap), day=write.day(due))
    return view.say(
        words.RHYTHM_LATE, gap=write.decimal(gap), day=write.day(due), days=write.count(late)
    )


def _may_write(view: View, known: Known) -> tuple[str, str, str]:
    href = view.here(side="contact")
    for reason in known.suppressed.values():
        return "o_block", view.say(words.IS_SUPPRESSED, reason=reason), href
    granted = [one for one in known.agreements if one.is_granted]
    if not granted:
        return "o_do_not_disturb_on", view.say(words.MAY_NOT_WRITE), href
    purpose = granted[0].purpose
    media = [medium_name(view, one.medium) for one in granted if one.purpose == purpose]
    told = view.say(
        words.MAY_WRITE, purpose=purpose_name(view, purpose),
        media=view.say(words.MEDIA_JOINT).join(media),
    )  # fmt: skip
    return "o_mark_email_read", told, href


def medium_name(view: View, medium: str) -> str:
    """The name of a medium of consent."""
    return view.say(words.MEDIA[medium]) if medium in words.MEDIA else medium


def purpose_name(view: View, purpose: str) -> str:
    """The name of a purpose of consent."""
    return view.say(words.PURPOSES[purpose]) if purpose in words.PURPOSES else purpose
