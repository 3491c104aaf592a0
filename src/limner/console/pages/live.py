"""Events as they arrive: a debugger for whoever tracks a site and whoever uses what it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from limner.app import live as house
from limner.app.flow import Flow, flow, version
from limner.console.form_parts import action
from limner.console.fresh import Watch
from limner.console.live_event import draw_event
from limner.console.live_row import cells, declared, is_told
from limner.console.parts import answer, box, card, chips, link, text
from limner.console.registry import Page
from limner.console.snippets import snippet
from limner.console.source_parts import FlowChart, address_of_server, say_stopped
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import live as words

Document = dict[str, Any]
MOST = 100
SEES = "reports.read"


@dataclass(frozen=True, slots=True)
class Arriving:
    """The newest events that fit the address, and how it flows."""

    events: list[Document]
    flow: Flow
    has_any: bool


def read(view: View) -> Arriving:
    """The newest events that fit the address; for masked eyes only names of events can be searched."""
    limner, sees = view.limner, view.may("personal.read")
    searched = view.param("q").strip()
    found = house.recent_events(
        limner,
        source=view.param("source") or None,
        event=view.param("event") or None,
        verdict=view.param("verdict") or None,
        text=searched if searched and sees else None,
        most=MOST,
    )
    if searched and not sees:
        found = [row for row in found if is_told(row, searched)]
    now = flow(limner, datetime.now(UTC))
    return Arriving(found, now, bool(now.status.log_end))


def draw(view: View, first: Arriving) -> None:
    """Draw the page: everything is put up once, then only what changed is sent."""
    page = _Page(view, first)
    page.watch = Watch(view, SEES, lambda seen: version(seen.limner), read, page.show, seconds=0.5)


class _Page:
    """The pieces of the page that change."""

    watch: Watch

    def __init__(self, view: View, first: Arriving) -> None:
        self.view = view
        self.head = box()
        self.picture = FlowChart(view, classes="lm-brief")
        self.filters = box()
        self.body = box()
        self.table: ui.table | None = None
        self.rows: dict[int, Document] = {}
        self.was_empty: bool | None = None
        self.drawn_at: datetime | None = None
        self.show(view, first)
        asked = view.param("open")
        if asked.isdecimal():
            draw_event(view, int(asked), self.rows.get(int(asked)))

    def show(self, view: View, found: Arriving) -> None:
        """Bring the page up to date."""
        self.view = view
        self._head(found)
        if self.was_empty is None or self.was_empty == found.has_any:
            self.was_empty = not found.has_any
            self._frame(found)
        self.rows = {int(row["position"]): row for row in found.events}
        if self.table is not None:
            shown = [cells(view, row) for row in found.events]
            self.table.rows = shown
            self.table.update()
            self.none.set_visibility(not shown)
            self.table.set_visibility(bool(shown))

    def _head(self, found: Arriving) -> None:
        """The answer and the picture; drawn at most once in two seconds."""
        now = datetime.now(UTC)
        if self.drawn_at and (now - self.drawn_at).total_seconds() < 2:
            return
        self.drawn_at = now
        view = self.view
        self.head.clear()
        with self.head:
            answer(view, frame_words.LIVE, _sentence(view, found))
            say_stopped(view, found.flow)
        if found.has_any:
            self.picture.show(found.flow)

    def _frame(self, found: Arriving) -> None:
        self.filters.clear()
        self.body.clear()
        self.table = None
        if not found.has_any:
            with self.body:
                _empty(self.view, found.flow)
            return
        with self.filters:
            _filters(self.view, found.flow)
        with self.body, card(self.view):
            with box("lm-spread"):
                with box():
                    told = self.view.say(words.TABLE_L, count=self.view.numbers.count(MOST))
                    text(self.view.say(words.TABLE), "lm-card-title", tag="h2")
                    text(told, "lm-quiet")
                self._pause_button()
            self.paused = text(self.view.say(words.PAUSED), "lm-quiet")
            self.paused.set_visibility(False)
            self.table = declared(self.view, self._open)
            self.none = box()
            with self.none:
                nothing(self.view.say(words.NO_MATCH), self.view.say(words.NO_MATCH_WHY))

    def _pause_button(self) -> None:
        place = box("lm-row")

        def put(label: str, icon: str, done: Callable[[], None]) -> None:
            place.clear()
            with place:
                action(label, done, icon=icon)

        def pause() -> None:
            self.watch.pause()
            self.paused.set_visibility(True)
            put(self.view.say(words.GO_ON), "o_play_arrow", go_on)

        def go_on() -> None:
            self.watch.go_on()
            self.paused.set_visibility(False)
            put(self.view.say(words.PAUSE), "o_pause", pause)

        put(self.view.say(words.PAUSE), "o_pause", pause)

    def _open(self, position: int) -> None:
        draw_event(self.view, position, self.rows.get(position))


def _sentence(view: View, found: Arriving) -> str:
    status = found.flow.status
    if not found.has_any:
        return view.say(words.ANSWER_NONE)
    if not status.is_working:
        return view.say(words.ANSWER_STOPPED)
    count = sum(came.last_minute for came in found.flow.came.values())
    if status.lag_events:
        write = view.numbers.count
        return view.say(words.ANSWER_BEHIND, count=write(count), waiting=write(status.lag_events))
    return (
        view.say(words.ANSWER, count=view.numbers.count(count))
        if count
        else view.say(words.ANSWER_STILL)
    )


def _filters(view: View, found: Flow) -> None:
    """Filters as a form and as links, so that every state is an address."""
    with card(view):
        with (
            ui.element("form").props("method=get action=/live").classes("lm-filter lm-filter-live")
        ):
            names = sorted({one.name for one in found.sources} | set(found.per_minute))
            _choice(view, "source", words.SOURCE, words.EVERY_SOURCE, names)
            _field(view, "event", words.EVENT, view.say(words.EVERY_EVENT))
            hint = words.SEARCH_HINT if view.may("personal.read") else words.SEARCH_HINT_MASKED
            _field(view, "q", words.SEARCH, view.say(hint))
            for name, value in (("verdict", view.param("verdict")), ("lang", view.language)):
                if value:
                    hidden = ui.element("input").props("type=hidden")
                    hidden.props["name"], hidden.props["value"] = name, value
            with box("lm-button lm-primary", tag="button").props("type=submit"):
                text(view.say(words.APPLY), tag="span")
        box().style("height: 12px")
        with box("lm-row"):
            verdicts = {code: view.say(name) for code, name in words.VERDICTS.items()}
            chips(view, "verdict", {"": view.say(words.ALL_OF_THEM), **verdicts})
            if any(view.param(name) for name in ("source", "event", "q", "verdict")):
                link(view.say(words.CLEAR), view.href("/live"), "lm-chip", "close")


def _choice(view: View, name: str, label: Any, every: Any, options: list[str]) -> None:
    with box("lm-field", tag="label"):
        text(view.say(label), tag="span")
        with box("lm-input", tag="select") as field:
            field.props["name"] = name
            chosen = view.param(name)
            for value in ["", *options, *([chosen] if chosen and chosen not in options else [])]:
                option = text(value or view.say(every), tag="option")
                option.props["value"] = value
                if value == chosen:
                    option.props("selected")


def _field(view: View, name: str, label: Any, hint: str) -> None:
    with box("lm-field", tag="label"):
        text(view.say(label), tag="span")
        field = box("lm-input", tag="input").props("type=search autocomplete=off spellcheck=false")
        field.props["name"], field.props["value"] = name, view.param(name)
        field.props["placeholder"] = hint


def _empty(view: View, found: Flow) -> None:
    """How to send a first event, with a line that works as it stands."""
    keys = [
        key.write_key
        for one in found.sources
        if one.is_enabled
        for key in one.keys
        if key.revoked_at is None
    ]
    with box("lm-state").style("max-width: 720px"):
        ui.icon("o_sensors").props("aria-hidden=true")
        text(view.say(words.EMPTY), tag="h2")
        if not found.sources:
            text(view.say(words.EMPTY_NO_SOURCE), tag="p")
            link(view.say(words.ADD_SOURCE), view.href("/sources"), "lm-button lm-primary")
            return
        sees = view.may("sources.manage") and bool(keys)
        text(view.say(words.EMPTY_L), tag="p")
        key = keys[0] if sees else "WRITE_KEY"
        text(snippet("curl", address_of_server(), key), "lm-code lm-code-block lm-lines")
        if not sees:
            text(view.say(words.EMPTY_KEY), tag="p")
        link(view.say(words.SEE_SOURCES), view.href("/sources"), "lm-button")


PAGE = Page("/live", "live", frame_words.LIVE, SEES, read, draw)
