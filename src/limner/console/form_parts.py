"""The fields of forms: a label above each, what is wrong below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.validation_element import ValidationElement

from limner.console.parts import box, text
from limner.console.view import View
from limner.console.words import act as words
from limner.core.errors import LimnerError
from limner.core.words import Words

Field: TypeAlias = ValidationElement[Any]
Changed = Callable[[], Any]
F = TypeVar("F", bound=Element)
LOOK = "outlined dense no-error-icon"


@contextmanager
def labelled(label: str, hint: str = "") -> Iterator[None]:
    """A field below its label, with a quiet hint."""
    with box("lm-field"):
        text(label, "lm-field-label")
        yield
        if hint:
            text(hint, "lm-quiet")


def words_field(
    label: str, value: str, changed: Changed, *, hint: str = "", kind: str = "text", code: bool = False
) -> Field:  # fmt: skip
    """A line of text, a day (`kind` is date), or several lines (textarea)."""
    with labelled(label):
        made = ui.textarea if kind == "textarea" else ui.input
        field = made(value=value, placeholder=hint or None, on_change=changed)
        field.props(LOOK + (" autogrow" if kind == "textarea" else f" type={kind}"))
        field.classes("lm-q" + (" lm-code" if code else ""))
    return _named(field, label)


def number_field(
    label: str, value: float | None, changed: Changed, *, hint: str = "", suffix: str = "",
    step: float = 1,
) -> Field:  # fmt: skip
    """A number, with its unit behind it."""
    with labelled(label, hint):
        field = ui.number(value=value, step=step, suffix=suffix or None, on_change=changed)
        field.props(LOOK).classes("lm-q")
    return _named(field, label)


def choice_field(label: str, options: Mapping[str, str], value: str | None, changed: Changed,
                 hint: str = "", is_searched: bool = False) -> Field:  # fmt: skip
    """One of some options; with many, typing narrows them down."""
    with labelled(label, hint):
        field = ui.select(
            dict(options),
            value=value if value in options else None,
            with_input=is_searched,
            on_change=changed,
        )
        field.props(LOOK + " options-dense").classes("lm-q")
    return _named(field, label)


def _named(field: F, label: str) -> F:
    field.props["aria-label"] = label
    return field


def action(
    label: str, done: Callable[[], Any], *, icon: str = "", is_primary: bool = False,
    is_dangerous: bool = False,
) -> Element:  # fmt: skip
    """A button that does something."""
    kind = " lm-primary" if is_primary else " lm-danger" if is_dangerous else ""
    button = box("lm-button" + kind, tag="button").props("type=button")
    with button:
        if icon:
            ui.icon(icon).props("aria-hidden=true")
        text(label, tag="span")
    return button.on("click", done)


def confirm(
    view: View, title: str, body: str, label: str, done: Callable[[], Any], is_dangerous: bool = False
) -> ui.dialog:  # fmt: skip
    """A dialog that says what will happen; open it before doing what cannot be undone."""
    with ui.dialog() as dialog, box("lm-card lm-dialog"):
        text(title, "lm-card-title", tag="h2")
        text(body, "lm-card-lede", tag="p")
        with box("lm-row lm-end"):
            action(view.say(words.CANCEL), dialog.close)

            async def agreed() -> None:
                dialog.close()
                await done()

            action(label, agreed, is_primary=not is_dangerous, is_dangerous=is_dangerous)
    return dialog


def say_failure(view: View, error: LimnerError, known: Mapping[str, Words] = words.ERRORS) -> None:
    """Why something could not be done: in the reader's language, then in the error's own words."""
    with box("lm-note lm-bad").props("role=alert"):
        text(view.say(known.get(error.code, words.FAILED)), "lm-note-title")
        text(error.message, "lm-code")
