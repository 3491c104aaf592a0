"""Setting or correcting a tag of one customer by hand, and taking that back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from nicegui import ui

from limner.app.tags import CORRECT, HandValue, correct_tag, drop_correction, set_tag
from limner.console.customer_known import Known
from limner.console.doing import attempt, notify
from limner.console.form_parts import LOOK, action, choice_field, words_field
from limner.console.names import value_name
from limner.console.parts import box, text
from limner.console.view import View
from limner.console.words import act as act_words
from limner.console.words import frame as frame_words
from limner.console.words import one_customer as words
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import ByHand

Again = Callable[[], Awaitable[None]]
_NUMBERS = ("count", "money", "number", "share", "days", "hour", "weekday")


def value_of(hand: HandValue, tag: Tag) -> Any:
    """What was set, as the portrait has values of the tag's kind."""
    if tag.kind == "day" and isinstance(hand.value, str):
        return date.fromisoformat(hand.value)
    return hand.value


def correction(view: View, known: Known, tag: Tag, hand: HandValue | None, again: Again) -> None:
    """What was set or corrected, and the way to do it for a role that may."""
    if hand is not None:
        write = view.numbers
        if hand.is_correction:
            was = value_name(view, tag, hand.was)
            told = view.say(words.SET_BY, by=hand.by, day=write.moment(hand.at), was=was)
        else:
            told = view.say(words.WHY_HAND, by=hand.by, day=write.moment(hand.at))
        with box("lm-note lm-slim").props("role=note"):
            text(told)
            if hand.note:
                text(hand.note, "lm-quiet")
    if not view.may(CORRECT):
        return
    with box("lm-row"):
        label = words.SET if isinstance(tag.value, ByHand) else words.CORRECT
        action(view.say(label), lambda: _ask(view, known, tag, again), icon="o_edit")
        if hand is not None:
            action(view.say(words.TAKE_BACK), lambda: _drop(view, known, tag, again), icon="o_undo")


def _ask(view: View, known: Known, tag: Tag, again: Again) -> None:
    """A dialog for the right value and how one knows it."""
    with ui.dialog(value=True) as dialog, box("lm-card lm-dialog"):
        text(view.say(tag.name), "lm-card-title", tag="h2")
        text(view.say(words.CORRECT_L), "lm-card-lede", tag="p")
        said = box()
        with box("lm-fields"):
            value = _field(view, tag)
            note = words_field(view.say(words.NOTE), "", lambda: None)

        async def keep() -> None:
            deed = set_tag if isinstance(tag.value, ByHand) else correct_tag
            written = "" if value.value is None else value.value
            done = await attempt(
                view, CORRECT,
                lambda doer: deed(view.limner, tag.code, known.customer_id, written, doer.name, doer.at, note.value or ""),
                said,
            )  # fmt: skip
            if done is not None:
                dialog.close()
                notify(view.say(words.CORRECTED))
                await again()

        with box("lm-row lm-end"):
            action(view.say(act_words.CANCEL), dialog.close)
            action(view.say(words.CORRECT), keep, is_primary=True)


def _field(view: View, tag: Tag) -> Any:
    """The editor of a tag's kind."""
    label = view.say(words.NEW_VALUE)
    if tag.kind == "truth":
        yes, no = view.say(frame_words.YES), view.say(frame_words.NO)
        return choice_field(label, {"true": yes, "false": no}, None, lambda: None)
    if tag.kind == "weekday":
        days = {str(place): name for place, name in enumerate(view.numbers.weekdays("wide"))}
        return choice_field(label, days, None, lambda: None)
    if tag.kind in _NUMBERS:
        with box("lm-field"):
            text(label, "lm-field-label")
            field = ui.number(value=None).props(LOOK).classes("lm-q")
            field.props["aria-label"] = label
        return field
    return words_field(label, "", lambda: None, kind="date" if tag.kind == "day" else "text")


async def _drop(view: View, known: Known, tag: Tag, again: Again) -> None:
    done = await attempt(
        view, CORRECT,
        lambda doer: drop_correction(view.limner, tag.code, known.customer_id, doer.name, doer.at),
    )  # fmt: skip
    if done is not None:
        notify(view.say(words.TAKEN_BACK))
        await again()
