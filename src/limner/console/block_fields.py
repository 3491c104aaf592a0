"""The small fields that conditions are edited with; each tells its label to those who listen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from nicegui import run, ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from limner.console.form_parts import LOOK
from limner.console.parts import box

Set = Callable[[Any], None]
F = TypeVar("F", bound=Element)


class Chooser(ui.select):
    """A select that takes what is typed and entered: an option by its name, else a new one.

    One that `is_closed` takes no new ones: the first option with the text in its name is meant.
    """

    is_closed = False

    def _event_args_to_value(self, e: GenericEventArguments) -> Any:
        if isinstance(e.args, str):
            found = self._meant(e.args)
            if found is None and self.is_closed:
                return self.value
            e.args = e.args if found is None else found
            return super()._event_args_to_value(e)
        if isinstance(e.args, list):
            e.args = [(self._meant(one) or one) if isinstance(one, str) else one for one in e.args]
            return list(dict.fromkeys(super()._event_args_to_value(e)))
        return super()._event_args_to_value(e)

    def _meant(self, text: str) -> dict[str, Any] | None:
        at = next((at for at, name in enumerate(self._labels) if name == text), None)
        if at is None and self.is_closed:
            piece = text.strip().casefold()
            at = next(
                (at for at, name in enumerate(self._labels) if piece in name.casefold()), None
            )
        return None if at is None else {"value": at, "label": self._labels[at]}


def choose(
    label: str, options: Mapping[str, str], value: str, done: Set, *, is_searched: bool = False,
    wide: str = "",
) -> Chooser:  # fmt: skip
    """One of some options; with many, typing narrows them down."""
    known = dict(options)
    if value and value not in known:
        known[value] = value
    field = Chooser(
        known, value=value or None, new_value_mode="add-unique" if is_searched else None,
        on_change=lambda event: done(event.value),
    )  # fmt: skip
    field.is_closed = True
    return _dressed(field, label, wide)


def several(
    label: str, options: Mapping[str, str], values: Sequence[str], done: Set, *, is_open: bool = True,
    wide: str = "lm-b-wide",
) -> Chooser:  # fmt: skip
    """Some of some options; `is_open`: what is typed can be added."""
    known = {**options, **{one: one for one in values if one not in options}}
    field = Chooser(
        known, value=list(values), multiple=True, with_input=True,
        new_value_mode="add-unique" if is_open else None,
        on_change=lambda event: done([str(one) for one in event.value or []]),
    )  # fmt: skip
    return _dressed(field.props("use-chips"), label, wide)


def one_text(
    label: str, options: Mapping[str, str], value: str, done: Set, wide: str = "lm-b-wide"
) -> Chooser:
    """A text that is chosen among suggestions, or typed."""
    known = {**options, **({value: value} if value and value not in options else {})}
    field = Chooser(
        known, value=value or None, with_input=True, new_value_mode="add-unique",
        on_change=lambda event: done(event.value),
    )  # fmt: skip
    return _dressed(field, label, wide)


def words(label: str, value: str, done: Set, wide: str = "lm-b-wide") -> ui.input:
    """A line of text."""
    field = ui.input(value=value, on_change=lambda event: done(event.value or ""))
    return _dressed(field.props("debounce=250"), label, wide)


def number(label: str, value: float | None, done: Set, suffix: str = "") -> ui.number:
    """A number; nothing while it is none."""
    field = ui.number(
        value=value, suffix=suffix or None, on_change=lambda event: done(_plain(event.value))
    )
    return _dressed(field.props("debounce=250"), label, "lm-b-number")


def day(label: str, value: date | None, done: Set) -> ui.input:
    """A day; nothing while it is none."""
    shown = value.isoformat() if value else ""
    field = ui.input(value=shown, on_change=lambda event: done(_day(event.value)))
    return _dressed(field.props("type=date"), label, "lm-b-day")


def suggest(field: Chooser, read: Callable[[], Sequence[str]], names: Callable[[str], str]) -> None:
    """Give a field its suggestions once they were read, off the event loop."""

    async def fill() -> None:
        found = await run.io_bound(read)
        if found is None or field.is_deleted:
            return
        known = dict(field.options) if isinstance(field.options, dict) else {}
        field.set_options({**{one: names(one) for one in found}, **known}, value=field.value)

    ui.timer(0.01, fill, once=True)


def small(icon: str, label: str, done: Callable[[], Any]) -> Element:
    """A small button with an icon alone; its label is for those who listen."""
    button = box("lm-b-small", tag="button").props("type=button")
    button.props["aria-label"] = label
    button.props["title"] = label
    with button:
        ui.icon(icon).props("aria-hidden=true")
    return button.on("click", done)


def _dressed(field: F, label: str, wide: str) -> F:
    field.props(LOOK + " options-dense hide-bottom-space").classes(f"lm-q lm-b-field {wide}")
    field.props["aria-label"] = label
    return field


def _plain(value: Any) -> float | int | None:
    """A number without a fraction as a whole one."""
    if value is None:
        return None
    return int(value) if float(value).is_integer() else float(value)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
