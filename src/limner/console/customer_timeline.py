"""Everything one customer did, filtered by kind, event, channel, source, days and text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from nicegui import ui

from limner.app.timeline import Choice, Kinds, Timeline, kinds_of, name_of
from limner.console.customer_known import Known
from limner.console.customer_live import Moments, moments, read_moments
from limner.console.happenings import EVENTS, sentence
from limner.console.names import channel_name
from limner.console.parts import box, card, chips, link, text
from limner.console.takeaway import takeaway
from limner.console.view import View
from limner.console.words import customers as words
from limner.console.words import happenings as happening_words
from limner.console.words import one_customer as one_words
from limner.core.words import Words

SHOWN, STEP, MOST = 50, 200, 5_000
FILTERS = ("what", "event", "channel", "source", "since", "until", "q")


@dataclass(frozen=True, slots=True)
class Filtered:
    """The events that were asked for, and what there is to ask for."""

    moments: Moments
    kinds: Kinds
    most: int


def read(view: View, known: Known) -> Filtered:
    """The events that the address asks for."""
    asked = view.param("n")
    most = min(max(int(asked), 1), MOST) if asked.isdecimal() else SHOWN
    found = read_moments(view, known.customer_id, choice_of(view), most)
    return Filtered(found, kinds_of(view.limner, found.held.anchors), most)


def choice_of(view: View) -> Choice:
    """Which events the address asks for; a day that is none asks for nothing."""
    kind, event = view.param("what"), view.param("event")
    every = tuple(name for names in EVENTS.values() for name in names)
    return Choice(
        names=(event,) if event else EVENTS.get(kind, ()),
        but=every if kind == "other" and not event else (),
        channel=view.param("channel"),
        source=view.param("source"),
        since=_day(view.param("since")),
        until=_day(view.param("until")),
        text=view.param("q").strip(),
        sees_personal=view.may("personal.read"),
    )


def _day(text_: str) -> date | None:
    try:
        return date.fromisoformat(text_)
    except ValueError:
        return None


def draw(view: View, known: Known, seen: Filtered, _again: Callable[[], Awaitable[None]]) -> None:
    """Draw the side."""
    with card(view, words.TIMELINE, words.TIMELINE_LIVE):
        kinds = {"": view.say(happening_words.EVERYTHING)}
        kinds |= {code: view.say(name) for code, name in happening_words.KINDS.items()}
        chips(view, "what", kinds)
        _form(view, seen.kinds)
        count = len(seen.moments.rows)
        is_more = count >= seen.most
        with box("lm-spread").style("margin-top: 12px"):
            said = one_words.SHOWN_MORE if is_more else one_words.SHOWN
            text(view.say(said, count=view.numbers.count(count)), "lm-quiet")
            takeaway(
                view, f"timeline-{known.href_id}", known.customer_id, lambda: _rows(view, known)
            )
        moments(view, seen.moments)
        if is_more and seen.most < MOST:
            with box("lm-row").style("margin-top: 12px"):
                more = view.here(n=seen.most + STEP)
                link(view.say(one_words.MORE), more, "lm-button", "expand_more")


def _form(view: View, kinds: Kinds) -> None:
    """The filters as a form, so that every choice is an address."""
    form = ui.element("form").props("method=get").classes("lm-filter lm-filter-many")
    with form.style("margin-top: 12px"):
        _field(view, "q", one_words.FIND, "search", view.say(one_words.FIND_HINT))
        events = {
            name: f"{_event(view, name)} ({view.numbers.count(many)})"
            for name, many in kinds.events.items()
        }
        _choice(view, "event", one_words.EVENT, one_words.EVERY_EVENT, events)
        channels = {code: channel_name(view, code) for code in kinds.channels}
        _choice(view, "channel", one_words.CHANNEL, one_words.EVERY_CHANNEL, channels)
        _choice(
            view,
            "source",
            one_words.SOURCE,
            one_words.EVERY_SOURCE,
            {name: name for name in kinds.sources},
        )
        _field(view, "since", one_words.SINCE, "date")
        _field(view, "until", one_words.UNTIL, "date")
        for name, value in (
            ("side", view.param("side")),
            ("what", view.param("what")),
            ("lang", view.language),
        ):
            if value:
                hidden = ui.element("input").props("type=hidden")
                hidden.props["name"], hidden.props["value"] = name, value
        with box("lm-row"):
            with box("lm-button lm-primary", tag="button").props("type=submit"):
                text(view.say(words.APPLY), tag="span")
            if any(view.param(name) for name in FILTERS):
                cleared = view.here(**dict.fromkeys((*FILTERS, "n"), ""))
                link(view.say(words.CLEAR), cleared, "lm-button", "close")


def _event(view: View, name: str) -> str:
    """An event by its own name; what is no event of its own by the name of its type."""
    return name if name[:1].isupper() else name.replace("_", " ")


def _field(view: View, name: str, label: Words, kind: str, hint: str = "") -> None:
    with box("lm-field", tag="label"):
        text(view.say(label), tag="span")
        field = box("lm-input", tag="input")
        for key, what in (
            ("name", name),
            ("type", kind),
            ("value", view.param(name)),
            ("placeholder", hint),
        ):
            field.props[key] = what


def _choice(
    view: View, name: str, label: Words, every: Words, options: Mapping[str, str]
) -> None:  # fmt: skip
    chosen = view.param(name)
    known = {"": view.say(every), **options, **({chosen: chosen} if chosen else {}), **options}
    with box("lm-field", tag="label"):
        text(view.say(label), tag="span")
        with box("lm-input", tag="select") as select:
            select.props["name"] = name
            for code, told in known.items():
                option = text(told, tag="option")
                option.props["value"] = code
                if code == chosen:
                    option.props("selected")


def _rows(view: View, known: Known) -> pa.Table:
    """The events that the address asks for, up to a hundred thousand, for a file."""
    rows = Timeline(view.limner, known.customer_id, 100_000, choice_of(view)).read()
    columns = (
        "channel",
        "source",
        "store_id",
        "order_id",
        "revenue",
        "currency",
        "campaign_id",
        "device",
    )
    return pa.Table.from_pylist([
        {
            "time": row["time"], "event": name_of(row), "said": sentence(view, row),
            **{name: row.get(name) for name in columns},
        }
        for row in rows
    ])  # fmt: skip
