"""The form of a new audience: whom, as of when, without whom, held back, sampled; its size while one types."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from nicegui import run, ui

from limner.app.audiences import Preview, create_audience, preview_audience
from limner.app.groups import demand_visible
from limner.app.present import NOW, Newer
from limner.console import as_of_part
from limner.console.audience_parts import part_name
from limner.console.doing import attempt
from limner.console.form_parts import (
    LOOK,
    action,
    choice_field,
    labelled,
    number_field,
    words_field,
)
from limner.console.parts import box, card, text
from limner.console.view import View, address
from limner.console.words import as_of as as_of_words
from limner.console.words import audiences as words
from limner.core.errors import LimnerError, Malformed
from limner.understand.audiences import CONTROL, Making

PATIENCE_SECONDS = 0.4  # after the last key before anything is counted
Document = dict[str, Any]


def draw(view: View, names: Mapping[str, str], newer: Newer | None) -> None:
    """The card with the form; `newer`: what arrived after the last build."""
    with card(view, words.NEW, words.NEW_L, classes="lm-fields"):
        _Form(view, names, newer)


class _Form:
    """The fields, and what they come to; a newer change overtakes an older one."""

    def __init__(self, view: View, names: Mapping[str, str], newer: Newer | None) -> None:
        self._view, self._turn = view, 0
        say = view.say
        with box("lm-grid"):
            self._name = words_field(say(words.NAME), view.param("name"), self._changed)
            kinds = {"segment": say(words.A_SEGMENT), "rule": say(words.A_RULE)}
            with box("lm-field"):
                text(say(words.WHOM), "lm-field-label")
                asked = view.param("rule")
                self._kind = ui.radio(kinds, value="rule" if asked else "segment").props(
                    "inline dense"
                )
        first = view.param("segment") or next(iter(names), None)
        with box() as by_segment:
            self._segment = choice_field(
                say(words.SEGMENT), names, first, self._changed, is_searched=True
            )
        with box() as by_rule:
            self._rule = words_field(
                say(words.RULE), asked, self._changed, code=True, kind="textarea",
                hint="revenue_365d > 500 and lifecycle_stage = 'slipping'",
            )  # fmt: skip
        with labelled(say(as_of_words.LABEL)):
            asked_now = NOW if as_of_part.is_now(view) else ""
            self._as_of = ui.radio(as_of_part.choices(view), value=asked_now).props("dense")
            self._as_of.props["aria-label"] = say(as_of_words.LABEL)
        as_of_part.say_newer(view, newer)
        with box("lm-grid"):
            with labelled(say(words.EXCLUDE)):
                self._without = ui.select(
                    dict(names), value=[], multiple=True, with_input=True, on_change=self._changed
                ).props(LOOK + " use-chips options-dense").classes("lm-q")  # fmt: skip
                self._without.props["aria-label"] = say(words.EXCLUDE)
            self._without_rule = words_field(
                say(words.EXCLUDE_RULE), "", self._changed, code=True, hint="orders_30d >= 1"
            )
        with box("lm-grid"):
            self._control = number_field(
                say(words.CONTROL), 10, self._changed, suffix="%", step=5,
                hint=say(words.CONTROL_HINT),
            )  # fmt: skip
            self._sample = number_field(
                say(words.SAMPLE), None, self._changed, step=100, hint=say(words.SAMPLE_HINT)
            )
            self._seed = number_field(
                say(words.SEED), 0, self._changed, hint=say(words.SEED_HINT)
            )  # fmt: skip

        def choose() -> None:
            by_segment.set_visibility(self._kind.value == "segment")
            by_rule.set_visibility(self._kind.value == "rule")

        async def chosen() -> None:
            choose()
            await self._changed()

        async def dated() -> None:
            kept = {**view.params, as_of_part.ASKED: self._as_of.value, "lang": view.language}
            ui.navigate.history.replace(address(view.path, **kept))
            await self._changed()

        self._kind.on_value_change(chosen)
        self._as_of.on_value_change(dated)
        choose()
        self._size = text("", "lm-consequence").props("aria-live=polite data-testid=audience-size")
        self._said = box()
        with box("lm-row"):
            action(say(words.FREEZE), self._freeze, icon="o_ac_unit", is_primary=True)
        ui.timer(0.1, self._count, once=True)

    def _rule_text(self) -> str:
        chosen = self._segment if self._kind.value == "segment" else self._rule
        return str(chosen.value or "").strip()

    def _making(self) -> Making:
        control = _number(self._control.value) / 100
        sample = self._sample.value
        exclusions = [*self._without.value, str(self._without_rule.value or "").strip()]
        if not 0 <= control < 1:
            raise Malformed(
                "audience-split", f"a control part of {control:.0%}; write 0 to 99 %", "split"
            )
        split = {"treated": round(1 - control, 9), CONTROL: control} if control else {}
        return Making(
            tuple(each for each in exclusions if each), split,
            None if sample in (None, "") else _number(sample), int(_number(self._seed.value)),
        )  # fmt: skip

    def _demand(self, making: Making) -> None:
        for each in (self._rule_text(), *making.exclusions):
            demand_visible(self._view.limner, each, self._view.may("personal.read"))

    async def _changed(self) -> None:
        self._turn += 1
        turn = self._turn
        await asyncio.sleep(PATIENCE_SECONDS)
        if turn == self._turn:
            await self._count()

    async def _count(self) -> None:
        self._turn += 1
        turn = self._turn
        seen = await run.io_bound(self._preview, str(self._name.value or ""))
        if turn == self._turn and not self._size.is_deleted:
            self._size.set_text(self._told(seen))

    def _preview(self, name: str) -> Preview | LimnerError:
        try:
            making = self._making()
            self._demand(making)
            if not self._rule_text():
                return Preview(0, 0, 0, {})
            day = as_of_part.as_of(self._view, self._as_of.value == NOW)
            return preview_audience(self._view.limner, name, self._rule_text(), making, day)
        except LimnerError as error:
            return error

    def _told(self, seen: Preview | LimnerError | None) -> str:
        if seen is None or isinstance(seen, LimnerError):
            return "" if seen is None else seen.message
        view, write = self._view, self._view.numbers.count
        parts = ", ".join(f"{part_name(view, part)} {write(n)}" for part, n in seen.parts.items())
        told = view.say(words.WOULD_PARTS, parts=parts) if len(seen.parts) > 1 else ""
        day = as_of_part.day_of(view, self._as_of.value == NOW)
        return view.say(
            words.WOULD_BE, day=day, size=write(seen.size), matched=write(seen.matched),
            excluded=write(seen.excluded), parts=told,
        )  # fmt: skip

    async def _freeze(self) -> None:
        view, name, rule = self._view, str(self._name.value or ""), self._rule_text()
        is_now = self._as_of.value == NOW

        def freeze(doer: Any) -> str:
            making = self._making()
            self._demand(making)
            card = create_audience(
                view.limner, name, rule, doer.name, doer.at, exclusions=making.exclusions,
                split=making.split, sample=making.sample, seed=making.seed,
                as_of=as_of_part.as_of(view, is_now),
            )  # fmt: skip
            return card.audience

        done = await attempt(view, "segments.edit", freeze, self._said)
        if done is not None:
            ui.navigate.to(view.href("/audiences/" + quote(done[0], safe="")))


def _number(value: object) -> float:
    """What a field of a number holds; 0 for an empty one."""
    return float(value) if isinstance(value, int | float) else 0.0
