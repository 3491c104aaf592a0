"""The quarantine: every row that could not be taken, with its line, column, value and reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from nicegui import run, ui

from limner.app import reading
from limner.app.quarantine import (
    Choice,
    Counts,
    alike,
    drop_rows,
    fields_of,
    mend_rows,
    replay_rows,
    waiting,
)
from limner.console import deeds, quarantine_events
from limner.console.form_parts import action, choice_field, confirm, say_failure, words_field
from limner.console.fresh import redrawn
from limner.console.parts import Column, answer, box, card, link, pager, table, text
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import act as act_words
from limner.console.words import frame as frame_words
from limner.console.words import quality as words
from limner.core.errors import LimnerError


def read(view: View) -> dict[str, Any]:
    """A page of waiting rows, and the reasons there are."""
    rows, total = reading.quarantine_page(
        view.limner, view.param("code"), view.param("source"), view.page_number()
    )
    return {
        "rows": rows, "total": total, "reasons": reading.quality(view.limner).reasons,
        "events": quarantine_events.read(view),
    }  # fmt: skip


def draw(view: View, document: dict[str, Any]) -> None:
    """Draw the page."""
    redrawn(view, read, _draw, document)


def _draw(view: View, document: dict[str, Any], again: Callable[[], Awaitable[None]]) -> None:
    total, events = document["total"], document["events"]
    answer(view, frame_words.QUARANTINE, _sentence(view, total, events.total))
    quarantine_events.draw(view, events, again)
    if document["reasons"]:
        _filter(view, document["reasons"])
    if total or not events.total:
        title = words.Q_FILES if events.total else ""
        with card(view, title, words.Q_L if total else ""):
            if total:
                _rows(view, document["rows"])
                size = reading.PAGE_ROWS
                pager(view, view.page_number(), max(1, -(-total // size)), size, total)
            else:
                nothing(
                    view.say(words.Q_EMPTY), view.say(words.Q_EMPTY_WHY),
                    (view.say(frame_words.TO_LIVE), view.href("/live")),
                )  # fmt: skip
    if total and view.may(EDIT) and (view.param("code") or view.param("source")):
        _all_of_these(view, total)


def _sentence(view: View, rows: int, events: int) -> str:
    write = view.numbers.count
    if events and not rows:
        return view.say(words.Q_ANSWER_LIVE, count=write(events))
    if events:
        return view.say(words.Q_ANSWER_BOTH, events=write(events), rows=write(rows))
    return view.say(words.Q_ANSWER, count=write(rows)) if rows else view.say(words.Q_EMPTY)


def _filter(view: View, reasons: list[dict[str, Any]]) -> None:
    with box("lm-row").style("margin-bottom: 16px"):
        everything = link(view.say(words.EVERY), view.href("/quarantine"), "lm-chip")
        if not view.param("code"):
            everything.props("aria-current=true")
        for row in reasons[:12]:
            told = f"{row['source']} · {row['column'] or '–'} · {row['code']} ({view.numbers.count(row['rows'])})"
            chip = link(
                told, view.href("/quarantine", code=row["code"], source=row["source"]), "lm-chip"
            )
            if (view.param("code"), view.param("source")) == (row["code"], row["source"]):
                chip.props("aria-current=true")


def _rows(view: View, rows: list[dict[str, Any]]) -> None:
    sees = view.may("personal.read")
    if not sees:
        text(view.say(words.Q_HIDDEN), "lm-quiet")
    columns = [
        Column("file", view.say(words.FILE)), Column("line", view.say(words.LINE), is_number=True),
        Column("column", view.say(words.COLUMN)), Column("value", view.say(words.VALUE)),
        Column("reason", view.say(words.REASON), is_wrapped=True),
    ]  # fmt: skip
    acts = []
    if view.may(EDIT):
        columns.append(Column("acts", ""))
        acts = [["mend", view.say(words.MEND)], ["drop", view.say(words.GIVE_UP)]]
    table(view, columns, [
        {
            "file": str(row["file"] or "").rsplit("/", 1)[-1] or "–",
            "line": view.numbers.count(row["line"]), "line__sort": row["line"],
            "column": row["column"] or "–",
            "value": (row["value"] or "–") if sees else "•••",
            "reason": row["reason"] if sees else row["code"],
            "acts__acts": acts,
        }
        for row in rows
    ], on_act=lambda place, name: _act(view, rows[place], name))  # fmt: skip


def _all_of_these(view: View, total: int) -> None:
    choice = Choice(source=view.param("source") or None, code=view.param("code") or None)
    count = view.numbers.count(total)
    with card(view, "", view.say(words.THESE, count=count), classes="lm-next"), box("lm-row"):
        replay = partial(_replay, view, choice)
        action(view.say(words.REPLAY), replay, icon="o_replay")
        action(view.say(words.GIVE_UP), lambda: _ask_drop(view, choice, total), icon="o_delete")


async def _act(view: View, row: dict[str, Any], name: str) -> None:
    if name == "drop":
        _ask_drop(view, Choice(row_ids=(row["row_id"],)), 1)
        return
    # Without a value the rows of a column are alike only if that is what is wrong with them.
    has_like = row["column"] and (row["value"] is not None or row["code"] == "missing")
    same = await run.io_bound(waiting, view.limner, alike(row)) if has_like else 1
    _mend(view, row, same or 1)


def _mend(view: View, row: dict[str, Any], same: int) -> None:
    """A dialog that writes a value into a row, or into all rows with the same value."""
    fields = fields_of(row) if view.may("personal.read") else dict.fromkeys(fields_of(row), "")
    wrong = row["column"] if row["column"] in fields else next(iter(fields), "")
    one, every = (
        view.say(words.THIS_ROW),
        view.say(words.SAME_VALUE, count=view.numbers.count(same)),
    )
    with ui.dialog() as dialog, box("lm-card lm-dialog lm-fields"):
        title = view.say(words.MEND_LINE, line=view.numbers.count(row["line"]))
        text(title, "lm-card-title", tag="h2")
        text(row["reason"] if view.may("personal.read") else row["code"], "lm-quiet")
        column = choice_field(view.say(words.COLUMN), {name: name for name in fields}, wrong, lambda: None)  # fmt: skip
        value = words_field(view.say(words.NEW_VALUE), fields.get(wrong, ""), lambda: None)
        column.on_value_change(lambda event: value.set_value(fields.get(str(event.value), "")))
        scope = ui.radio({"one": one, **({"same": every} if same > 1 else {})}, value="one")
        scope.props("dense")

        async def save() -> None:
            is_same = scope.value == "same"
            choice = alike(row) if is_same else Choice(row_ids=(row["row_id"],))
            written, name = str(value.value or ""), str(column.value)
            dialog.close()
            await _tell(view, lambda doer: mend_rows(
                view.limner, choice, name, written, doer.name, doer.at
            ))  # fmt: skip

        with box("lm-row lm-end"):
            action(view.say(act_words.CANCEL), dialog.close)
            action(view.say(words.MEND_SAVE), save, is_primary=True)
    dialog.open()


async def _replay(view: View, choice: Choice) -> None:
    await _tell(view, lambda doer: replay_rows(view.limner, choice, doer.name, doer.at))


def _ask_drop(view: View, choice: Choice, count: int) -> None:
    async def drop() -> None:
        await _tell(view, lambda doer: drop_rows(view.limner, choice, doer.name, doer.at))

    title = view.say(words.GIVE_UP_TITLE, count=view.numbers.count(count))
    label = view.say(words.GIVE_UP)
    confirm(view, title, view.say(words.GIVE_UP_L), label, drop, is_dangerous=True).open()


async def _tell(view: View, deed: Callable[[deeds.Doer], Counts | int]) -> None:
    """Do it, say what became of the rows, and show the page again."""
    busy = ui.notification(view.say(words.Q_WORKING), spinner=True, timeout=None)
    outcome = await deeds.do(view, EDIT, deed)
    busy.dismiss()
    write = view.numbers.count
    with ui.dialog().props("persistent") as dialog, box("lm-card lm-dialog"):
        if isinstance(outcome, LimnerError):
            say_failure(view, outcome)
        elif isinstance(outcome, Counts):
            told = view.say(
                words.REPLAYED, read=write(outcome.read), kept=write(outcome.kept),
                quarantined=write(outcome.quarantined), duplicates=write(outcome.duplicates),
            )  # fmt: skip
            text(told, "lm-card-title", tag="h2")
            text(view.say(words.REPLAYED_L), "lm-card-lede", tag="p")
        else:
            text(view.say(words.GIVEN_UP, count=write(outcome)), "lm-card-title", tag="h2")
        with box("lm-row lm-end"):
            action(
                view.say(words.CLOSE), lambda: ui.navigate.to(view.here(page="")), is_primary=True
            )
    dialog.open()


EDIT = "quarantine.edit"
PAGE = Page("/quarantine", "quarantine", frame_words.QUARANTINE, "reports.read", read, draw)
