"""The editor of each kind of condition."""

from __future__ import annotations

from typing import Any

from limner.console import block_fields as fields
from limner.console.block_inputs import OPERATORS, Done, Inputs, row_column
from limner.console.block_parts import Asked, What
from limner.console.blocks import (
    UNITS,
    Alike,
    AsText,
    Attribute,
    Behaviour,
    Belongs,
    Condition,
    Near,
    Path,
    Ranked,
)  # fmt: skip
from limner.console.form_parts import action
from limner.console.parts import box, text
from limner.console.words import builder as words
from limner.core.rule import to_text
from limner.core.rule_kind import Kind
from limner.understand.tags.kind import value_kind
from limner.understand.tags.measure import TABLE
from limner.understand.tags.source import SOURCES

_EVENTS = frozenset(code for code, source in SOURCES.items() if source.grain == "event")


class Editors(Inputs):
    """Draws the editor of a condition."""

    def draw(self, block: Condition) -> None:
        """The editor of a condition."""
        match block:
            case Attribute():
                self._attribute(block)
            case Behaviour():
                self._behaviour(block)
            case Path():
                self._path(block)
            case Belongs():
                self._belongs(block)
            case Ranked():
                self._ranked(block)
            case Alike():
                self._alike(block)
            case Near():
                self._near(block)
            case AsText():
                text(self.choices.vocabulary.say(block.said, self.view.language))
                text(to_text(block.said), "lm-code lm-quiet")

    # ---- kinds of conditions

    def _attribute(self, block: Attribute) -> None:
        def set_column(column: str | None) -> None:
            kind = self.kind(column or "")
            if kind != self.kind(block.column) or (kind == "text" and column != block.column):
                block.test = Asked(OPERATORS[kind][0], [])
            block.column = column or ""
            self.reshaped()

        options = self.columns()
        fields.choose(self.say(words.COLUMN), options, block.column, set_column, is_searched=True,
                      wide="lm-b-wide")  # fmt: skip
        if block.column:
            self.asked(block.test, block.column, self.kind(block.column))

    def _behaviour(self, block: Behaviour) -> None:
        takes = TABLE[block.measure].takes
        measures = {code: self.say(name) for code, name in words.MEASURES.items() if code in TABLE}

        source = block.what.source

        def reshape(name: str, value: str) -> None:
            kind = self._outcome(block)
            setattr(block, name, value)
            found = self._outcome(block)
            if found != kind:
                block.test = Asked(OPERATORS[found][0], [])
            self.reshaped()

        def set_measure(measure: str | None) -> None:
            reshape("measure", measure or "count")

        def set_column(name: str) -> fields.Set:
            return lambda column: reshape(name, row_column(column or "", source))

        fields.choose(self.say(words.MEASURE), measures, block.measure, set_measure)
        columns = {code: self.say(name) for code, name in SOURCES[source].columns.items()}
        for name, label in (("of", words.OF), ("by", words.BY)):
            if name in takes:
                text(self.say(label), "lm-b-word")
                value = str(getattr(block, name))
                fields.one_text(self.say(label), columns, value, set_column(name), "")
        if "n" in takes:
            fields.number(self.say(words.NTH), block.n, self.setter(block, "n"))
        self.what(block.what, TABLE[block.measure].sources)
        if "part" in takes:
            text(self.say(words.PART), "lm-b-word")
            self.filters(block.part, source)
        self.when(block.when)
        with box("lm-b-line"):
            self.asked(block.test, "", self._outcome(block))

    def _outcome(self, block: Behaviour) -> Kind:
        """The kind of what a measure gives, also while it is half filled in."""
        return value_kind(block.measure, block.of or None)

    def _path(self, block: Path) -> None:
        for place, step in enumerate(block.steps):
            with box("lm-b-line"):
                text(self.say(words.THEN if place else words.FIRST), "lm-b-word")
                self.what(step, _EVENTS)
                if place:
                    text(self.say(words.WITHIN), "lm-b-word")
                    many, unit = block.withins[place - 1]
                    fields.number(self.say(words.WITHIN), many, self._within(block, place - 1, 0))
                    units = {code: self.say(words.UNITS[code]) for code in UNITS}
                    fields.choose(
                        self.say(words.UNIT), units, unit, self._within(block, place - 1, 1)
                    )
                    if len(block.steps) > 2:
                        fields.small("close", self.say(words.REMOVE), self._drop_step(block, place))
        if block.without is not None:
            with box("lm-b-line"):
                text(self.say(words.WITHOUT), "lm-b-word")
                self.what(block.without, _EVENTS)
                fields.small("close", self.say(words.REMOVE), self._without(block, None))
        with box("lm-b-line"):
            action(self.say(words.ADD_STEP), self._add_step(block), icon="add")
            if block.without is None:
                action(
                    self.say(words.ADD_WITHOUT),
                    self._without(block, What("events")),
                    icon="o_block",
                )
        self.when(block.when)
        with box("lm-b-line"):
            text(self.say(words.HOW_OFTEN), "lm-b-word")
            self.asked(block.test, "", "number")

    def _belongs(self, block: Belongs) -> None:
        self.belonging(block)
        vocabulary = self.choices.vocabulary
        if block.kind == "segment":
            self.segment(block, "code")
            return
        lists = {code: self.say(name) for code, name in vocabulary.lists.items()}
        if not lists and not block.code:
            text(self.say(words.NO_LISTS), "lm-quiet")
        fields.choose(self.say(words.LIST), lists, block.code, self.setter(block, "code", ""),
                      is_searched=True, wide="lm-b-wide")  # fmt: skip

    def _ranked(self, block: Ranked) -> None:
        self.belonging(block)

        def set_end(end: str | None) -> None:
            block.is_worst = end == "worst"
            self.changed()

        ends = {"best": self.say(words.BEST), "worst": self.say(words.WORST)}
        fields.choose(
            self.say(words.WHICH_END), ends, "worst" if block.is_worst else "best", set_end
        )
        self.many(block)
        text(self.say(words.BY_WHAT), "lm-b-word")
        able = {
            code: name for code, name in self.columns().items()
            if self.kind(code) in ("number", "day")
        }  # fmt: skip
        fields.choose(self.say(words.COLUMN), able, block.by, self.setter(block, "by", ""),
                      is_searched=True, wide="lm-b-wide")  # fmt: skip

    def _alike(self, block: Alike) -> None:
        self.belonging(block)
        self.many(block)
        self.segment(block, "seed")

    def _near(self, block: Near) -> None:
        def set_place(place: str | None) -> None:
            block.is_point = place == "point"
            self.reshaped()

        places = {"store": self.say(words.STORE), "point": self.say(words.POINT)}
        fields.choose(
            self.say(words.PLACE), places, "point" if block.is_point else "store", set_place
        )
        if block.is_point:
            fields.number(self.say(words.LATITUDE), block.latitude, self.setter(block, "latitude"))
            fields.number(
                self.say(words.LONGITUDE), block.longitude, self.setter(block, "longitude")
            )
        else:
            stores = {
                code: name if name == code else f"{name} ({code})"
                for code, name in self.choices.stores.items()
            }
            fields.one_text(
                self.say(words.STORE), stores, block.store, self.setter(block, "store", "")
            )
        self.asked(block.test, "", "number")
        text(self.say(words.KILOMETRES), "lm-b-word")

    # ---- the steps of a path

    def _within(self, block: Path, place: int, part: int) -> fields.Set:
        def put(value: Any) -> None:
            many, unit = block.withins[place]
            block.withins[place] = (value, unit) if part == 0 else (many, value or "days")
            self.changed()

        return put

    def _add_step(self, block: Path) -> Done:
        def add() -> None:
            block.steps.append(What("events"))
            block.withins.append((3, "days"))
            self.reshaped()

        return add

    def _drop_step(self, block: Path, place: int) -> Done:
        def drop() -> None:
            del block.steps[place], block.withins[place - 1]
            self.reshaped()

        return drop

    def _without(self, block: Path, what: What | None) -> Done:
        def put() -> None:
            block.without = what
            self.reshaped()

        return put
