"""The parts of one customer's page that live: what holds now, and what was done."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from nicegui import ui

from limner.app.person import Standing, standing
from limner.app.timeline import Choice, Timeline
from limner.console.customer_known import Known
from limner.console.customer_now import Now, names_of, read_now, version
from limner.console.fresh import Watch, keep_fresh
from limner.console.happenings import icon_of, sentence
from limner.console.names import channel_name
from limner.console.parts import Figure, box, card, figures, link, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import customers as words
from limner.console.words import live as live_words
from limner.core.touch import Touch
from limner.core.words import Words
from limner.understand.live import MILLION

Document = dict[str, Any]
SEES = "reports.read"


@dataclass(frozen=True, slots=True)
class Lively:
    """What holds of a customer this second: by live facts, and by tags and segments.

    `now` is None as long as the segments are still being asked for.
    """

    standing: Standing | None
    now: Now | None
    names: dict[str, str]


def read_lively(view: View, known: Known) -> Lively:
    """What holds of a customer this second; without a live event nothing of it is shown or asked."""
    person = known.person
    found = standing(view.limner, person.anchors, datetime.now(UTC)) if person else None
    if found is None or not found.facts.events:
        return Lively(found, None, {})
    now = read_now(view, known)
    return Lively(found, now, names_of(view, list(now.live.segments)) if now.live else {})


def now(view: View, known: Known) -> None:
    """What holds of the customer this second, by the events alone.

    Who is in which segments takes a while to ask of long histories, so it comes after the page.
    """

    def moved(seen: View) -> Hashable:
        minute = int(datetime.now(UTC).timestamp()) // 30  # being here now ends by itself
        return version(seen, known), minute

    first = Lively(known.standing, None, {})
    keep_fresh(view, SEES, moved, lambda seen: read_lively(seen, known), _lively, first)


def _lively(view: View, found: Lively) -> None:
    if found.standing is not None:
        _standing(view, found.standing, found)


def _standing(view: View, found: Standing, lively: Lively) -> None:
    facts, write = found.facts, view.numbers
    if not facts.events:
        return
    with card(view, words.NOW, words.NOW_L):
        figures(view, [
            Figure(words.NOW_EVENTS, write.count(facts.events), words.NOW_EVENTS_M),
            Figure(words.NOW_SESSIONS, write.count(facts.sessions), words.NOW_SESSIONS_M),
            Figure(words.NOW_ORDERS, write.count(facts.orders), words.NOW_ORDERS_M),
            Figure(words.NOW_REVENUE, _amounts(view, facts.revenue), words.NOW_REVENUE_M,
                   view.say(words.NOW_REFUNDED, amount=_amounts(view, facts.refunded)) if facts.refunds else ""),
            _touched(view, words.NOW_FIRST, words.NOW_FIRST_M, facts.first_touch),
            _touched(view, words.NOW_LAST, words.NOW_LAST_M, facts.last_touch),
        ])  # fmt: skip
        with box("lm-row"):
            for tag in found.tags:
                text(
                    f"{view.say(tag.words)}: {view.say(tag.value)}",
                    "lm-fact" + (" lm-good" if tag.tag == "online" else ""),
                )
        _segments(view, lively)


def _segments(view: View, found: Lively) -> None:
    """Links to the segments that the customer is in as of today."""
    if found.now is None:
        text(view.say(words.NOW_ASKING), "lm-quiet").style("margin-top: 12px")
        return
    live = found.now.live
    if live is None:
        return
    day = view.numbers.day(live.as_of)
    text(view.say(words.NOW_SEGMENTS, day=day), "lm-field-label").style("margin-top: 12px")
    if not live.segments:
        text(view.say(words.NOW_NO_SEGMENTS), "lm-quiet")
    with box("lm-row lm-now-segments").style("margin-top: 6px"):
        for code in live.segments:
            href = view.href("/segments/" + quote(code, safe=""))
            link(found.names.get(code, code), href, "lm-chip")


def _amounts(view: View, by_currency: dict[str, int]) -> str:
    """Revenue in each currency there was; nothing adds up yen and dollars."""
    told = [
        replace(view.numbers, currency=currency or view.numbers.currency).money(amount / MILLION)
        for currency, amount in sorted(by_currency.items())
    ]
    return " + ".join(told) or "–"


def _touched(view: View, label: Words, meaning: Words, touch: Touch | None) -> Figure:
    """What brought the customer, with the campaign and the moment below it."""
    if touch is None:
        return Figure(label, "–", meaning)
    channel = touch.traffic_channel
    name = view.say(live_words.TRAFFICS[channel]) if channel in live_words.TRAFFICS else channel
    by = touch.campaign or touch.source
    moment = view.numbers.moment(touch.at)
    return Figure(label, name, meaning, f"{by} · {moment}" if by else moment)


@dataclass(frozen=True, slots=True)
class Moments:
    """A timeline that was read, and the version that it was read at."""

    held: Timeline
    version: Hashable
    rows: list[Document]


def read_moments(view: View, customer_id: str, choice: Choice, most: int) -> Moments:
    """The newest events of a customer that a choice asks for."""
    held = Timeline(view.limner, customer_id, most, choice)
    held.read()
    version = held.version()
    return Moments(held, version, held.read())  # again: nothing that came in between is missed


def moments(view: View, first: Moments) -> None:
    """One list of what the customer did, in the lake or not yet; it keeps itself up to date."""
    held = first.held
    place = box("lm-timeline lm-moments").props("role=log aria-live=polite")
    place.props["aria-label"] = view.say(words.TIMELINE)

    def show(seen: View, rows: list[Document]) -> None:
        place.clear()
        with place:
            if not rows:
                nothing(seen.say(words.NO_EVENTS), seen.say(words.NO_EVENTS_WHY))
            for row in rows:
                moment(seen, row)

    show(view, first.rows)
    watch = Watch(view, SEES, lambda _: held.version(), lambda _: held.read(), show, seconds=0.5)
    watch.seen = first.version


def moment(view: View, row: Document) -> None:
    """One event: what was done, where, and when."""
    with box("lm-moment lm-told"):
        ui.icon(icon_of(row)).props("aria-hidden=true")
        with box().style("min-width: 0"):
            text(sentence(view, row), "lm-break")
            told = [channel_name(view, row["channel"])] if row.get("channel") else []
            told += [str(row["source"])] if row.get("source") else []
            if row.get("order_id"):
                told.append(f"{view.say(live_words.ORDER)} {row['order_id']}")
            if row.get("campaign_id"):
                told.append(f"{view.say(words.CAMPAIGN)} {row['campaign_id']}")
            device = row.get("device")
            if device in live_words.DEVICES and device != "server":
                told.append(view.say(live_words.DEVICES[device]))
            text(" · ".join(told), "lm-quiet")
        text(view.numbers.second(row["time"]), "lm-when")
