"""One event of the tracking plan: its JSON Schema, what a breach leads to, and how it is broken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from limner.app.plan import PlanCard, Wanted, infer_schema, list_plan, remove_planned, save_plan
from limner.app.seen import SeenEvent, seen_events
from limner.app.sources import SourceCard, list_sources
from limner.collect.plan.plan import EVERY_SOURCE
from limner.console.doing import attempt
from limner.console.form_parts import action, choice_field, confirm, words_field
from limner.console.live_event import note_in_words
from limner.console.parts import box, card, link, say_note, text
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import plan as words
from limner.core.errors import Malformed

EDIT = "plan.edit"
_NEW = {"type": "object", "properties": {}, "required": []}


@dataclass(frozen=True, slots=True)
class OneEvent:
    """What the plan says of an event, what was seen of it, and the sources there are."""

    source: str
    event: str
    card: PlanCard | None
    seen: list[SeenEvent]
    sources: list[SourceCard]


def read(view: View) -> OneEvent:
    """The event of the address; an empty form when it names none."""
    source, event = view.param("source", EVERY_SOURCE), view.param("event")
    cards = [one for one in list_plan(view.limner) if one.event == event]
    card_ = next((one for one in cards if one.source == source), None)
    seen = [
        one
        for one in seen_events(view.limner, datetime.now(UTC))
        if one.event == event and source in (EVERY_SOURCE, one.source)
    ] if event else []  # fmt: skip
    return OneEvent(source, event, card_, seen, list_sources(view.limner))


def draw(view: View, one: OneEvent) -> None:
    """Draw the page."""
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/plan"), icon="arrow_back")
    text(view.say(words.NEW if not one.event else frame_words.PLAN), "lm-title")
    text(_sentence(view, one), "lm-answer", tag="h1")
    _breaches(view, one)
    if view.may(EDIT):
        _form(view, one)
    else:
        say_note(view.say(words.READ_ONLY))
        with card(view, words.SCHEMA, words.SCHEMA_L):
            text(
                _written(one.card.json_schema if one.card else _NEW),
                "lm-code lm-code-block lm-lines",
            )
    if one.card:
        told = view.say(
            words.VERSION, version=one.card.version, moment=view.numbers.moment(one.card.updated_at),
            name=one.card.updated_by,
        )  # fmt: skip
        text(told, "lm-quiet")


def _sentence(view: View, one: OneEvent) -> str:
    if not one.event:
        return view.say(words.NEW)
    if one.card is None:
        return view.say(words.ANSWER_UNPLANNED, event=one.event)
    return view.say(
        words.ANSWER_ONE, event=one.event, mode=view.say(words.MODES[one.card.on_breach])
    )


def _breaches(view: View, one: OneEvent) -> None:
    notes = list(dict.fromkeys(note for seen in one.seen for note in seen.notes))
    if not notes:
        return
    with card(view, words.BROKEN_BY, words.AFTER):
        for note in notes:
            text(note_in_words(view, note), "lm-breach")
        if any(seen.waiting for seen in one.seen):
            where = view.href(
                "/quarantine", source=one.source if one.source != EVERY_SOURCE else ""
            )
            link(view.say(words.TRY_QUARANTINE), where, icon="arrow_forward")


def _form(view: View, one: OneEvent) -> None:
    sources = {EVERY_SOURCE: view.say(words.EVERY_SOURCE), **{s.name: s.name for s in one.sources}}
    modes = {
        code: f"{view.say(name)}: {view.say(words.MODES_L[code])}"
        for code, name in words.MODES.items()
    }
    with card(view):
        with box("lm-grid"):
            event = words_field(
                view.say(words.EVENT_NAME),
                one.event,
                lambda: None,
                hint=view.say(words.EVENT_NAME_HINT),
            )
            source = choice_field(
                view.say(words.SOURCE), sources, one.source if one.source in sources else EVERY_SOURCE, lambda: None
            )  # fmt: skip
            mode = choice_field(
                view.say(words.ON_BREACH), modes, one.card.on_breach if one.card else "warn", lambda: None
            )  # fmt: skip
        if one.card is not None:  # these two name the row: another one is another row
            event.props("readonly")
            source.props("readonly")
        box().style("height: 12px")
        description = words_field(
            view.say(words.DESCRIPTION), one.card.description if one.card else "", lambda: None,
            hint=view.say(words.DESCRIPTION_HINT),
        )  # fmt: skip
        box().style("height: 12px")
        schema = words_field(
            view.say(words.SCHEMA), _written(one.card.json_schema if one.card else _NEW), lambda: None,
            kind="textarea", code=True,
        )  # fmt: skip
        schema.props("spellcheck=false")
        text(view.say(words.SCHEMA_L), "lm-quiet")
        said = box()

        async def infer() -> None:
            named, of = str(event.value or "").strip(), str(source.value)
            done = await attempt(
                view, EDIT, lambda _doer: infer_schema(view.limner, named, of), said
            )
            if done is None:
                return
            made, count = done[0]
            schema.set_value(_written(made))
            with said:
                say_note(view.say(words.INFERRED, count=view.numbers.count(count)), kind="lm-good")

        async def save() -> None:
            written = [str(f.value or "") for f in (source, event, mode, description, schema)]
            done = await attempt(view, EDIT, lambda doer: save_plan(
                view.limner, [_wanted(view, *written)], doer.name, doer.at
            ), said)  # fmt: skip
            if done is not None:
                saved = done[0][0]
                ui.navigate.to(view.href("/plan/event", source=saved.source, event=saved.event))

        with box("lm-row").style("margin-top: 12px"):
            action(view.say(words.SAVE), save, is_primary=True)
            action(view.say(words.INFER), infer, icon="o_auto_fix_high")
            if one.card is not None:
                _removal(view, one)


def _removal(view: View, one: OneEvent) -> None:
    async def remove() -> None:
        done = await attempt(view, EDIT, lambda doer: remove_planned(
            view.limner, one.source, one.event, doer.name, doer.at
        ))  # fmt: skip
        if done is not None:
            ui.navigate.to(view.href("/plan"))

    title = view.say(words.REMOVE_TITLE, event=one.event)
    asked = confirm(view, title, view.say(words.REMOVE_L), view.say(words.REMOVE), remove, is_dangerous=True)  # fmt: skip
    action(view.say(words.REMOVE), asked.open, icon="o_delete")


def _wanted(
    view: View, source: str, event: str, mode: str, description: str, schema: str
) -> Wanted:
    """What the form says.

    Raises: `Malformed` naming the line of the schema that is no JSON.
    """
    try:
        said: Any = json.loads(schema)
    except json.JSONDecodeError as error:
        told = view.say(words.NOT_JSON, line=error.lineno, why=error.msg)
        raise Malformed("schema-malformed", told, "schema") from error
    if not isinstance(said, dict):
        told = view.say(words.NOT_JSON, line=1, why=schema[:40])
        raise Malformed("schema-malformed", told, "schema")
    return Wanted(source, event, said, mode, description)


def _written(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2)


PAGE = Page("/plan/event", "plan", frame_words.PLAN, "reports.read", read, draw)
