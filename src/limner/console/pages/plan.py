"""The tracking plan: which events are meant to come, which came, and which broke the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from limner.app.plan import PlanCard, list_plan
from limner.app.seen import SeenEvent, seen_events
from limner.app.sources import HTTP, SourceCard, change_settings, list_sources
from limner.collect.plan.plan import EVERY_SOURCE, MODES
from limner.console.doing import attempt, notify
from limner.console.form_parts import choice_field
from limner.console.parts import (
    Column,
    answer,
    box,
    card,
    chips,
    link,
    next_steps,
    pairs,
    text,
)
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.takeaway import table_to_take
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import plan as words

EDIT = "plan.edit"


@dataclass(frozen=True, slots=True)
class Line:
    """One event of the plan, or one that was seen and is not in it."""

    source: str
    event: str
    card: PlanCard | None
    events: int
    first_at: datetime | None
    last_at: datetime | None
    breaches: int


@dataclass(frozen=True, slots=True)
class WholePlan:
    """The plan beside what was seen; `sources` are those that send."""

    lines: list[Line]
    sources: list[SourceCard]


def read(view: View) -> WholePlan:
    """The plan and what was seen, of the source of the address or of all."""
    source = view.param("source") or None
    cards = list_plan(view.limner, source)
    seen = [
        one for one in seen_events(view.limner, datetime.now(UTC)) if source in (None, one.source)
    ]
    sending = [one for one in list_sources(view.limner) if one.kind == HTTP]
    return WholePlan(lines_of(cards, seen), sending)


def lines_of(cards: list[PlanCard], seen: list[SeenEvent]) -> list[Line]:
    """Each planned event with what was seen of it, then what was seen and is not planned."""
    lines, taken = [], set()
    own = {(one.source, one.event) for one in cards}
    for planned in cards:
        mine = [
            one
            for one in seen
            if one.event == planned.event
            and (one.source == planned.source or (planned.source == EVERY_SOURCE and (one.source, one.event) not in own))
        ]  # fmt: skip
        taken |= {(one.source, one.event) for one in mine}
        lines.append(Line(
            planned.source, planned.event, planned, sum(one.events for one in mine),
            min((one.first_at for one in mine if one.first_at), default=None),
            max((one.last_at for one in mine if one.last_at), default=None),
            sum(one.warned + one.waiting for one in mine),
        ))  # fmt: skip
    for one in seen:
        if (one.source, one.event) not in taken:
            lines.append(Line(one.source, one.event, None, one.events, one.first_at, one.last_at,
                              one.warned + one.waiting))  # fmt: skip
    return lines


_SHOWS = {
    "": lambda line: True,
    "planned": lambda line: line.card is not None,
    "unplanned": lambda line: line.card is None,
    "broken": lambda line: line.breaches > 0,
}


def draw(view: View, found: WholePlan) -> None:
    """Draw the page."""
    answer(view, frame_words.PLAN, _sentence(view, found.lines))
    names = {
        "": view.say(words.ALL_OF_THEM), "planned": view.say(words.ONLY_PLANNED),
        "unplanned": view.say(words.ONLY_UNPLANNED), "broken": view.say(words.ONLY_BROKEN),
    }  # fmt: skip
    with box("lm-spread").style("margin-bottom: 16px; align-items: center"):
        chips(view, "show", names)
        if view.may(EDIT):
            link(view.say(words.ADD), view.href("/plan/event"), "lm-button lm-primary", "o_add")
    shown = [line for line in found.lines if _SHOWS.get(view.param("show"), _SHOWS[""])(line)]
    with card(view, words.TABLE, words.TABLE_L, words.BREACHES_M):
        if shown:
            _lines(view, shown)
        elif found.lines:
            nothing(view.say(words.NO_MATCH), view.say(words.NO_MATCH_WHY))
        else:
            nothing(
                view.say(words.EMPTY), view.say(words.EMPTY_WHY),
                (view.say(frame_words.TO_SOURCES), view.href("/sources")),
            )  # fmt: skip
    if found.sources:
        _unplanned(view, found.sources)
    if not view.may(EDIT):
        text(view.say(words.READ_ONLY), "lm-quiet")
    next_steps(view, [
        (view.say(words.TRY_QUARANTINE), view.href("/quarantine")),
        (view.say(frame_words.LIVE), view.href("/live", verdict="warned")),
    ])  # fmt: skip


def _sentence(view: View, lines: list[Line]) -> str:
    write = view.numbers.count
    planned = sum(line.card is not None for line in lines)
    others = len(lines) - planned
    if not lines:
        return view.say(words.ANSWER_NONE)
    if not planned:
        return view.say(words.ANSWER_SEEN, unplanned=write(others))
    breaches = sum(line.breaches for line in lines)
    return view.say(
        words.ANSWER, planned=write(planned), unplanned=write(others), breaches=write(breaches)
    )


def _lines(view: View, lines: list[Line]) -> None:
    write = view.numbers

    def cells(line: Line) -> dict[str, Any]:
        mode = (
            view.say(words.MODES[line.card.on_breach]) if line.card else view.say(words.NOT_PLANNED)
        )
        return {
            "event": line.event,
            "event__href": view.href("/plan/event", source=line.source, event=line.event),
            "source": view.say(words.EVERY_SOURCE) if line.source == EVERY_SOURCE else line.source,
            "mode": mode, "events": write.count(line.events), "events__sort": line.events,
            "breaches": write.count(line.breaches), "breaches__sort": line.breaches,
            "first": write.moment(line.first_at), "first__sort": str(line.first_at or ""),
            "last": write.moment(line.last_at), "last__sort": str(line.last_at or ""),
        }  # fmt: skip

    table_to_take(view, "tracking-plan", [
        Column("event", view.say(words.EVENT)), Column("source", view.say(words.SOURCE)),
        Column("mode", view.say(words.ON_BREACH)),
        Column("events", view.say(words.SEEN), is_number=True),
        Column("breaches", view.say(words.BREACHES), is_number=True),
        Column("first", view.say(words.FIRST)), Column("last", view.say(words.LAST)),
    ], [cells(line) for line in lines], size=50)  # fmt: skip


def _unplanned(view: View, sources: list[SourceCard]) -> None:
    """What happens to events the plan does not know, source by source."""
    modes = {
        code: f"{view.say(name)}: {view.say(words.MODES_L[code])}"
        for code, name in words.MODES.items()
    }
    with card(view, words.UNPLANNED, words.UNPLANNED_L):
        if not view.may(EDIT):
            pairs([(one.name, modes[_mode(one)]) for one in sources])
            return
        with box("lm-grid").style("margin-top: 8px"):
            for one in sources:
                _mode_field(view, one, modes)


def _mode(one: SourceCard) -> str:
    said = one.settings.get("unplanned")
    return str(said) if said in MODES else "allow"


def _mode_field(view: View, one: SourceCard, modes: dict[str, str]) -> None:
    async def change() -> None:
        mode = str(field.value)
        done = await attempt(view, EDIT, lambda doer: change_settings(
            view.limner, one.name, {"unplanned": mode}, doer.name, doer.at
        ))  # fmt: skip
        if done is not None:
            notify(view.say(words.SAVED_MODE))

    field = choice_field(one.name, modes, _mode(one), change)


PAGE = Page("/plan", "plan", frame_words.PLAN, "reports.read", read, draw)
