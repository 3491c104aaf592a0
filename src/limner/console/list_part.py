"""The card of uploaded lists: which there are, taking one up, letting one go."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nicegui import ui

from limner.app.lists import ListCard, Uploaded, drop_list, upload_list
from limner.console.doing import attempt, notify
from limner.console.form_parts import choice_field, confirm, words_field
from limner.console.parts import Column, box, card, table, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import audiences as words

_LARGEST = 64 * 2**20


def draw(view: View, cards: Sequence[ListCard]) -> None:
    """The card."""
    with card(view, words.LISTS, words.LISTS_L):
        if cards:
            _table(view, cards)
        else:
            nothing(view.say(words.NO_LISTS), view.say(words.NO_LISTS_WHY))
        if view.may("segments.edit") and view.may("personal.read"):
            _upload(view)


def _table(view: View, cards: Sequence[ListCard]) -> None:
    write = view.numbers
    is_dropped = view.may("segments.edit")
    table(view, [
        Column("name", view.say(words.NAME)),
        Column("code", view.say(words.CODE)),
        Column("kind", view.say(words.LIST_KIND)),
        Column("rows", view.say(words.ROWS), is_number=True),
        Column("known", view.say(words.KNOWN), is_number=True),
        Column("made", view.say(words.MADE)),
        *([Column("drop", "")] if is_dropped else []),
    ], [
        {
            "name": one.name, "code": one.list,
            "kind": view.say(words.KINDS[one.kind]) if one.kind in words.KINDS else one.kind,
            "rows": write.count(one.rows), "rows__sort": one.rows,
            "known": write.count(one.known), "known__sort": one.known,
            "known__bar": one.known / one.rows if one.rows else 0,
            "made": write.moment(one.at), "made__sort": one.at.isoformat(),
            **({"drop__acts": [["drop", view.say(words.DROP)]]} if is_dropped else {}),
        }
        for one in cards
    ], on_act=lambda place, _: _ask_drop(view, cards[place]))  # fmt: skip


def _upload(view: View) -> None:
    with ui.expansion(view.say(words.UPLOAD)).classes("lm-quiet"), box("lm-fields"):
        with box("lm-grid"):
            name = words_field(view.say(words.LIST_NAME), "", lambda: None)
            kinds = {code: view.say(named) for code, named in words.KINDS.items()}
            kind = choice_field(view.say(words.LIST_KIND), kinds, "mixed", lambda: None)
        said = box()

        async def taken(event: Any) -> None:
            content = await event.file.read()
            file_name = Path(event.file.name).name or "list.csv"

            def keep(doer: Any) -> Uploaded:
                with tempfile.TemporaryDirectory() as scratch:
                    file = Path(scratch) / file_name
                    file.write_bytes(content)
                    called = str(name.value or "").strip() or file.stem
                    return upload_list(
                        view.limner, file, called, doer.name, doer.at, kind=str(kind.value)
                    )

            done = await attempt(view, "segments.edit", keep, said)
            if done is not None:
                write = view.numbers.count
                told = {k: write(getattr(done[0], k))
                        for k in ("read", "known", "unknown", "double", "void")}  # fmt: skip
                with said:
                    text(view.say(words.UPLOADED, **told), "lm-consequence")
                notify(view.say(words.UPLOADED, **told))
                ui.timer(1.5, lambda: ui.navigate.to(view.here()), once=True)

        field = ui.upload(on_upload=taken, auto_upload=True, max_file_size=_LARGEST)
        field.props("flat bordered accept=.csv,.txt,.xlsx").style("max-width: 100%")
        field.props["label"] = view.say(words.UPLOAD)


def _ask_drop(view: View, one: ListCard) -> None:
    async def drop() -> None:
        done = await attempt(
            view, "segments.edit", lambda doer: drop_list(view.limner, one.list, doer.name, doer.at)
        )
        if done is not None:
            ui.navigate.to(view.here())

    title, label = view.say(words.DROP_LIST, name=one.name), view.say(words.DROP)
    confirm(view, title, view.say(words.DROP_LIST_L), label, drop, is_dangerous=True).open()
