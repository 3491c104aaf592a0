"""The settings: who you are, what is set, how long the build took, and for owners the users."""

from __future__ import annotations

from typing import Any

from limner.app import reading
from limner.console.parts import Column, answer, box, card, pairs, table
from limner.console.registry import Page
from limner.console.takeaway import table_to_take
from limner.console.users_part import draw_users
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import settings as words
from limner.console.words.roles import role_name
from limner.core.words import Words
from limner.govern.roles import PERMISSIONS

Document = dict[str, Any]


def read(view: View) -> Document:
    """The settings, the build's steps, and for owners the users."""
    return {
        "build": reading.report(view.limner, "build") or {},
        "users": reading.users(view.limner) if view.may("users.manage") else None,
        "audit": reading.audit_trail(view.limner) if view.may("users.manage") else None,
    }


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    role = role_name(view.viewer.role, view.language)
    answer(view, frame_words.SETTINGS, view.say(words.ANSWER, name=view.viewer.name, role=role))
    with box("lm-two"):
        with card(view, words.INSTALLATION, words.INSTALLATION_L):
            pairs([(view.say(name), value) for name, value in _settings(view)])
        with card(view, words.RIGHTS):
            pairs([
                (view.say(name), view.say(frame_words.YES if view.may(permission) else frame_words.NO))
                for permission, name in PERMISSIONS.items()
            ])  # fmt: skip
    if document["users"] is not None:
        with card(view, words.USERS, words.USERS_L):
            draw_users(view, document["users"])
    if document["audit"]:
        with card(view, words.AUDIT, words.AUDIT_L):
            _audit(view, document["audit"])
    seconds = document["build"].get("seconds") or {}
    if seconds:
        with card(view, words.BUILD):
            table(view, [Column("step", view.say(words.STEP)), Column("seconds", view.say(words.SECONDS), is_number=True)], [
                {"step": _step(view, step), "seconds": view.numbers.decimal(value, 2), "seconds__sort": value}
                for step, value in seconds.items()
            ])  # fmt: skip


def _settings(view: View) -> list[tuple[Words, str]]:
    """What is set; addresses with passwords are only said to be there."""
    settings = view.limner.settings
    is_set = view.say(words.IS_SET if settings.smtp_url else words.IS_NOT_SET)
    return [
        (words.HOME, str(settings.home)),
        (words.TIMEZONE, settings.timezone),
        (words.CURRENCY, settings.currency),
        (words.MEMORY, settings.memory_limit),
        (words.MAIL_FROM, settings.mail_from),
        (words.SMTP, is_set),
        (words.BUILT, view.numbers.day(view.as_of)),
    ]


def _action(view: View, code: str) -> str:
    return view.say(words.ACTIONS[code]) if code in words.ACTIONS else code


def _step(view: View, code: str) -> str:
    known = words.STEPS.get(code.removeprefix("build."))
    return view.say(known) if known else code


def _audit(view: View, entries: list[Document]) -> None:
    columns = (
        ("at", words.WHEN),
        ("actor", words.NAME),
        ("action", words.ACTION),
        ("subject", words.SUBJECT),
    )
    table_to_take(view, "audit", [Column(field, view.say(name)) for field, name in columns], [
        {**entry, "action": _action(view, entry["action"]), "at": view.numbers.moment(entry["at"]), "at__sort": entry["at"].isoformat()} for entry in entries
    ], size=10)  # fmt: skip


PAGE = Page("/settings", "settings", frame_words.SETTINGS, "reports.read", read, draw)
