"""The users of an installation, for its owners: add, role, language, new password, remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from limner.console import deeds
from limner.console.form_parts import (
    action,
    choice_field,
    confirm,
    say_failure,
    words_field,
)
from limner.console.parts import Column, box, table, text
from limner.console.view import View
from limner.console.words import settings as words
from limner.console.words.roles import role_name
from limner.core.errors import LimnerError
from limner.core.words import LANGUAGES
from limner.govern import users as people
from limner.govern.roles import ROLES

Document = dict[str, Any]


def draw_users(view: View, rows: list[Document]) -> None:
    """The list with its buttons, and the form that adds someone."""
    acts = [["change", view.say(words.CHANGE)], ["remove", view.say(words.REMOVE)]]
    table(view, [
        Column("name", view.say(words.NAME)), Column("role", view.say(words.ROLE)),
        Column("language", view.say(words.LANGUAGE)), Column("created", view.say(words.CREATED)),
        Column("locked", view.say(words.LOCKED)), Column("acts", ""),
    ], [
        {
            "name": user["name"], "role": role_name(user["role"], view.language),
            "language": view.say(words.LANGUAGES[user["language"]]) if user["language"] in words.LANGUAGES else user["language"],
            "created": view.numbers.moment(user["created_at"]), "created__sort": user["created_at"].isoformat(),
            "locked": view.numbers.moment(user["locked_until"]), "acts__acts": acts,
        }
        for user in rows
    ], on_act=lambda place, name: _act(view, rows[place], name))  # fmt: skip
    text(view.say(words.ADD_USER), "lm-group-title")
    fields, said = {}, box()
    with box("lm-grid").style("align-items: end; margin-top: 8px"):
        fields["name"] = words_field(view.say(words.NAME), "", lambda: None)
        fields["role"] = choice_field(view.say(words.ROLE), _roles(view), "viewer", lambda: None)
        fields["language"] = choice_field(
            view.say(words.LANGUAGE), _languages(view), view.language, lambda: None
        )

        async def add() -> None:
            name, password = str(fields["name"].value or "").strip(), people.new_password()
            await _do(view, said, lambda doer: people.create(
                view.limner.store, name, password, str(fields["role"].value), doer.at, doer.name,
                str(fields["language"].value),
            ), (name, password))  # fmt: skip

        action(view.say(words.ADD), add, icon="o_person_add", is_primary=True)


def _roles(view: View) -> dict[str, str]:
    return {role: role_name(role, view.language) for role in ROLES}


def _languages(view: View) -> dict[str, str]:
    return {code: view.say(words.LANGUAGES[code]) for code in LANGUAGES}


def _act(view: View, user: Document, name: str) -> None:
    (_change if name == "change" else _remove)(view, user)


def _change(view: View, user: Document) -> None:
    store, name = view.limner.store, user["name"]
    with ui.dialog() as dialog, box("lm-card lm-dialog lm-fields"):
        text(name, "lm-card-title", tag="h2")
        role = choice_field(view.say(words.ROLE), _roles(view), user["role"], lambda: None)
        language = choice_field(
            view.say(words.LANGUAGE), _languages(view), user["language"], lambda: None
        )
        said = box()

        def change(doer: deeds.Doer) -> None:
            if role.value != user["role"]:
                people.set_role(store, name, str(role.value), doer.at, doer.name)
            if language.value != user["language"]:
                people.set_language(store, name, str(language.value), doer.at, doer.name)

        async def save() -> None:
            await _do(view, said, change)

        async def renew() -> None:
            password = people.new_password()
            await _do(
                view, said,
                lambda doer: people.set_password(store, name, password, doer.at, doer.name),
                (name, password),
            )  # fmt: skip

        with box("lm-row lm-end"):
            action(view.say(words.NEW_PASSWORD), renew, icon="o_key")
            action(view.say(words.CANCEL), dialog.close)
            action(view.say(words.SAVE), save, is_primary=True)
    dialog.open()


def _remove(view: View, user: Document) -> None:
    store, name = view.limner.store, user["name"]
    said = box()

    async def remove() -> None:
        await _do(view, said, lambda doer: people.remove(store, name, doer.at, doer.name))

    confirm(
        view, view.say(words.REMOVE_TITLE, name=name), view.say(words.REMOVE_L),
        view.say(words.REMOVE), remove, is_dangerous=True,
    ).open()  # fmt: skip


async def _do(
    view: View, said: ui.element, deed: Callable[[deeds.Doer], object],
    told: tuple[str, str] | None = None,
) -> None:  # fmt: skip
    """Do it and show the page again; `told` is a name and a password to be shown this once."""
    outcome = await deeds.do(view, "users.manage", deed)
    said.clear()
    if isinstance(outcome, LimnerError):
        with said:
            say_failure(view, outcome, words.ERRORS)
        return
    if told is None:
        ui.navigate.to(view.here())
        return
    with said, ui.dialog().props("persistent") as dialog, box("lm-card lm-dialog"):
        text(view.say(words.PASSWORD_OF, name=told[0]), "lm-card-title", tag="h2")
        text(view.say(words.PASSWORD_ONCE), "lm-card-lede", tag="p")
        text(told[1], "lm-code lm-code-block lm-password")
        with box("lm-row lm-end"):
            action(view.say(words.WRITTEN_DOWN), lambda: ui.navigate.to(view.here()), is_primary=True)  # fmt: skip
    dialog.open()
