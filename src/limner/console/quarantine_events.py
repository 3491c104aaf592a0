"""Live events in quarantine: why they wait, the events themselves, mending, trying again, giving up."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from limner.app import live
from limner.app.live import Held
from limner.collect.enrich.note import reason_in
from limner.console import deeds
from limner.console.doing import attempt, notify
from limner.console.form_parts import action, choice_field, confirm, words_field
from limner.console.parts import Column, box, card, link, table, text
from limner.console.view import View
from limner.console.words import deeds as deed_words
from limner.console.words import live as live_words
from limner.console.words import quality as words
from limner.govern.masked_event import mask_event

Document = dict[str, Any]
Again = Callable[[], Awaitable[None]]
EDIT = "quarantine.edit"
SIZE = 25


@dataclass(frozen=True, slots=True)
class Waiting:
    """The reasons there are, and the newest events that wait for the chosen one."""

    reasons: list[Document]
    events: list[Document]
    total: int
    chosen: int


def read(view: View) -> Waiting:
    """What waits; of the source, code and event of the address, if it names some."""
    choice = choice_of(view)
    reasons = live.waiting_reasons(view.limner, Held(source=choice.source))
    return Waiting(
        reasons,
        live.waiting_events(view.limner, choice, SIZE),
        live.waiting_count(view.limner),
        live.waiting_count(view.limner, choice),
    )


def choice_of(view: View) -> Held:
    """The choice of the address."""
    return Held(
        source=view.param("source") or None,
        code=view.param("code") or None,
        event=view.param("event") or None,
    )


def draw(view: View, found: Waiting, again: Again) -> None:
    """Draw the part; nothing where no live event waits."""
    if not found.total:
        return
    with card(view, words.Q_LIVE, words.Q_LIVE_L):
        if not view.may("personal.read"):
            text(view.say(words.Q_HIDDEN), "lm-quiet")
        _reasons(view, found.reasons)
        text(view.say(words.Q_NEWEST_EVENTS), "lm-group-title", tag="h3")
        _events(view, found.events, again)
        is_chosen = view.param("code") or view.param("source") or view.param("event")
        if found.chosen and view.may(EDIT) and is_chosen:
            _all_of_these(view, found.chosen, again)


def _reasons(view: View, reasons: list[Document]) -> None:
    write = view.numbers
    table(view, [
        Column("source", view.say(words.SOURCE)), Column("event", view.say(words.Q_EVENT)),
        Column("field", view.say(words.Q_FIELD)),
        Column("reason", view.say(words.REASON), is_wrapped=True),
        Column("events", view.say(words.Q_EVENTS), is_number=True),
        Column("newest", view.say(words.Q_NEWEST)),
    ], [
        {
            "source": row["source"], "event": row["event"] or "–", "field": row["field"] or "–",
            "reason": reason_of(view, row),
            "reason__href": view.href(
                "/quarantine", source=row["source"], code=row["code"], event=row["event"]
            ),
            "events": write.count(row["events"]), "events__sort": row["events"],
            "newest": write.moment(row["newest_at"]), "newest__sort": row["newest_at"].isoformat(),
        }
        for row in reasons
    ], size=10)  # fmt: skip


def _events(view: View, events: list[Document], again: Again) -> None:
    sees = view.may("personal.read")
    acts = [["see", view.say(words.Q_OPEN)]]
    if view.may(EDIT):
        acts += [["mend", view.say(words.MEND)], ["replay", view.say(words.REPLAY)],
                 ["drop", view.say(words.GIVE_UP)]]  # fmt: skip
    table(view, [
        Column("at", view.say(words.AT)), Column("source", view.say(words.SOURCE)),
        Column("event", view.say(words.Q_EVENT)), Column("field", view.say(words.Q_FIELD)),
        Column("value", view.say(words.VALUE)), Column("acts", ""),
    ], [
        {
            "at": view.numbers.second(row["received_at"]), "at__sort": row["received_at"].isoformat(),
            "source": row["source"], "event": row["event"] or row["type"] or "–",
            "field": row["field"] or "–", "value": (row["value"] or "–") if sees else "•••",
            "acts__acts": acts,
        }
        for row in events
    ], on_act=lambda place, name: _act(view, events[place], name, again))  # fmt: skip


async def _act(view: View, row: Document, name: str, again: Again) -> None:
    one = Held(row_ids=(row["row_id"],))
    if name == "see":
        _see(view, row)
    elif name == "mend":
        _mend(view, row, again)
    elif name == "replay":
        await _replay(view, one, again)
    else:
        _ask_drop(view, one, 1, again)


def _see(view: View, row: Document) -> None:
    """The event as it was received, with what is wrong with it."""
    with ui.dialog().props("position=right full-height") as dialog, box("lm-card lm-panel"):
        text(row["event"] or row["type"] or "–", "lm-card-title", tag="h2")
        text(reason_of(view, row), "lm-breach")
        if row["event"]:
            plan = view.href("/plan/event", source=row["source"], event=row["event"])
            link(view.say(words.Q_IN_PLAN), plan, icon="arrow_forward")
        text(view.say(live_words.AS_RECEIVED), "lm-group-title", tag="h3")
        text(_body(view, row), "lm-code lm-code-block lm-lines").props("tabindex=0")
        with box("lm-row lm-end"):
            action(view.say(deed_words.CLOSE), dialog.close, is_primary=True)
    dialog.open()


def reason_of(view: View, row: Document) -> str:
    """Why an event waits, in the viewer's language; without its values for masked eyes."""
    if view.may("personal.read"):
        return view.say(row["words"])
    return view.say(reason_in(row["code"], "", with_values=False))


def _body(view: View, row: Document) -> str:
    try:
        said = json.loads(row["body"])
    except ValueError:
        return str(row["body"]) if view.may("personal.read") else "•••"
    shown = said if view.may("personal.read") else mask_event(said)
    return json.dumps(shown, ensure_ascii=False, indent=2)


def _mend(view: View, row: Document, again: Again) -> None:
    """A dialog that writes a value into the event, or into all that wait for the same reason."""
    alike = Held(source=row["source"], code=row["code"], field=row["field"], value=row["value"])
    with ui.dialog() as dialog, box("lm-card lm-dialog lm-fields"):
        text(view.say(words.Q_MEND), "lm-card-title", tag="h2")
        text(reason_of(view, row), "lm-quiet")
        path = words_field(
            view.say(words.Q_PATH),
            row["field"] or "",
            lambda: None,
            hint=view.say(words.Q_PATH_HINT),
        )
        old = row["value"] if view.may("personal.read") else ""
        value = words_field(view.say(words.NEW_VALUE), old or "", lambda: None)
        text(view.say(words.Q_VALUE_L), "lm-quiet")
        scopes = {"one": view.say(words.Q_ONLY_THIS), "same": view.say(words.SAME_VALUE_EVENTS)}
        scope = choice_field(view.say(words.Q_SCOPE), scopes, "one", lambda: None)
        said = box()

        async def save() -> None:
            choice = alike if scope.value == "same" else Held(row_ids=(row["row_id"],))
            field, written = str(path.value or "").strip(), str(value.value or "")

            def deed(doer: deeds.Doer) -> int:
                count = live.correct_events(view.limner, choice, field, written, doer.name, doer.at)
                live.replay_events(view.limner, choice, doer.name, doer.at)
                return count

            done = await attempt(view, EDIT, deed, said)
            if done is not None:
                dialog.close()
                notify(view.say(words.Q_CORRECTED, count=view.numbers.count(done[0])))
                await again()

        with box("lm-row lm-end"):
            action(view.say(deed_words.CANCEL), dialog.close)
            action(view.say(words.MEND_SAVE), save, is_primary=True)
    dialog.open()


async def _replay(view: View, choice: Held, again: Again) -> None:
    done = await attempt(
        view, EDIT, lambda doer: live.replay_events(view.limner, choice, doer.name, doer.at)
    )
    if done is not None:
        notify(view.say(words.Q_REPLAYING, count=view.numbers.count(done[0])))
        await again()


def _ask_drop(view: View, choice: Held, count: int, again: Again) -> None:
    async def drop() -> None:
        done = await attempt(
            view, EDIT, lambda doer: live.drop_events(view.limner, choice, doer.name, doer.at)
        )
        if done is not None:
            notify(view.say(words.Q_DROPPED, count=view.numbers.count(done[0])))
            await again()

    title = view.say(words.Q_DROP_TITLE, count=view.numbers.count(count))
    confirm(view, title, view.say(words.Q_DROP_L), view.say(words.GIVE_UP), drop, is_dangerous=True).open()  # fmt: skip


def _all_of_these(view: View, count: int, again: Again) -> None:
    choice = choice_of(view)
    text(view.say(words.Q_ALL_SAME, count=view.numbers.count(count)), "lm-group-title", tag="h3")
    with box("lm-row"):

        async def replay() -> None:
            await _replay(view, choice, again)

        action(view.say(words.REPLAY), replay, icon="o_replay")
        action(
            view.say(words.GIVE_UP), lambda: _ask_drop(view, choice, count, again), icon="o_delete"
        )
