"""What the editors of conditions are put together from: values, rows, days, and who is asked about."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from limner.app.drafting import Choices, suggestions
from limner.console import block_fields as fields
from limner.console.block_parts import Asked, Filter, What, When
from limner.console.blocks import Alike, Belongs, Ranked
from limner.console.form_parts import action
from limner.console.names import code_name, segment_name
from limner.console.parts import box, text
from limner.console.view import View
from limner.console.words import builder as words
from limner.console.words import frame as frame_words
from limner.core.rule import Value, to_text
from limner.core.rule_kind import Kind, is_loose, kind_of
from limner.core.rule_tree import columns_of, literal
from limner.core.words import Words
from limner.understand.tags.kind import column_kind
from limner.understand.tags.source import PROPERTIES, SOURCES

ORDERS = (">=", ">", "<=", "<")
SEVERAL = ("in", "not in")
PRESENCE = ("known", "unknown")
ORDERED = (*ORDERS, "=", "<>", "between", *SEVERAL, *PRESENCE)
WRITTEN = (
    "=", "<>", *SEVERAL, "contains", "lacks", "starts", "like", *ORDERS, "between", *PRESENCE,
)  # fmt: skip
# All that the language can ask of each kind, so that every condition has its editor.
OPERATORS: dict[Kind | None, tuple[str, ...]] = {
    "number": ORDERED, "day": ORDERED, "text": WRITTEN, None: WRITTEN,
    "truth": ("=", "<>", *SEVERAL, *PRESENCE),
}  # fmt: skip
CODES = {"lifecycle_stage": "stage", "rfm_group": "rfm", "cluster": "cluster"}
Done = Callable[[], None]
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", re.ASCII)


@dataclass
class Inputs:
    """The inputs of conditions; `changed` is called when a value changed, `redraw` when the shape did."""

    view: View
    choices: Choices
    changed: Done
    redraw: Done

    # ---- parts of conditions

    def asked(self, test: Asked, column: str, kind: Kind | None, source: str = "") -> None:
        """The operator and the value that it wants."""

        def set_operator(operator: str | None) -> None:
            new, old = operator or "=", test.operator
            several = (*SEVERAL, "between")
            test.operator = new
            if new in PRESENCE or (new in several) != (old in several):
                test.values = test.values[:1]
            self.reshaped()

        said = {**words.OPERATORS, **(words.DAY_OPERATORS if kind == "day" else {})}
        names = {code: self.say(said[code]) for code in (*OPERATORS[kind], test.operator)}
        fields.choose(self.say(words.OPERATOR), names, test.operator, set_operator)
        if test.operator in PRESENCE:
            return
        if test.operator == "between":
            self._value(test, 0, kind)
            text(self.say(words.UP_TO), "lm-b-word")
            self._value(test, 1, kind)
        elif test.operator in SEVERAL:
            chosen = [_written(value, kind) for value in test.values if value is not None]
            field = fields.several(self.say(words.VALUE), self._named(column, test, kind), chosen,
                                   self._listed(test, kind))  # fmt: skip
            if kind in ("text", None):
                self._suggest(field, column, source)
        elif kind == "text" and test.operator in ("=", "<>"):
            value = str(test.values[0]) if test.values else ""
            field = fields.one_text(
                self.say(words.VALUE), self._named(column, test, kind), value, self._first(test)
            )
            self._suggest(field, column, source)
        else:
            self._value(test, 0, kind)

    def _value(self, test: Asked, place: int, kind: Kind | None) -> None:
        value = test.values[place] if place < len(test.values) else None
        if value is not None and kind_of(value) != kind:
            # A value of another kind than is wanted stays to be seen, and is told of as wrong.
            kind = "day" if isinstance(value, date) else None

        def put(found: Any) -> None:
            test.values += [None] * (place + 1 - len(test.values))
            test.values[place] = None if found == "" else found
            self.changed()

        label = self.say(words.VALUE)
        if kind == "number":
            fields.number(label, value, put)  # type: ignore[arg-type]
        elif kind == "day":
            fields.day(label, value, put)  # type: ignore[arg-type]
        elif kind == "truth":
            chosen = "" if value is None else _written(value, kind)
            fields.choose(label, self._answers(), chosen, lambda said: put(_read(said, kind)))
        else:
            written = "" if value is None else _written(value, kind)
            fields.words(label, written, lambda said: put(_read(said, kind)), "")

    def what(self, what: What, sources: frozenset[str]) -> None:
        """Which rows, and the conditions on them."""

        def set_source(source: str | None) -> None:
            what.source = source or "orders"
            what.events = what.events if source == "events" else []
            what.filters = [one for one in what.filters if _is_had(one, what.source)]
            self.reshaped()

        names = {
            code: self.say(SOURCES[code].words)
            for code in SOURCES
            if code in sources and code != "events"
        }
        if "events" in sources:
            names["events"] = self.say(words.EVENTS)
        fields.choose(self.say(words.ROWS), names, what.source, set_source)
        if what.source == "events":
            seen = {name: name for name in self.choices.events}
            fields.several(
                self.say(words.WHICH_EVENTS), seen, what.events, self.setter(what, "events")
            )
        self.filters(what.filters, what.source)

    def filters(self, filters: list[Filter], source: str) -> None:
        """Conditions on rows, all of which hold, and a button for one more."""
        known = {code: self.say(name) for code, name in SOURCES[source].columns.items()}
        for place, one in enumerate(filters):
            with box("lm-b-line lm-b-filter"):
                if one.said is not None:
                    text(to_text(one.said), "lm-code lm-break")
                else:
                    fields.one_text(
                        self.say(words.FILTER_COLUMN), known, one.column,
                        self._filter_column(one, source), "",
                    )  # fmt: skip
                if one.column:
                    self.asked(one.test, one.column, column_kind(one.column), source)
                fields.small("close", self.say(words.REMOVE), self._drop(filters, place))

        def add() -> None:
            filters.append(Filter())
            self.reshaped()

        action(self.say(words.FILTER), add, icon="o_filter_alt").classes("lm-small")

    def when(self, when: When) -> None:
        """Which days count."""

        def set_kind(kind: str | None) -> None:
            when.kind = kind or "ever"
            when.days = when.days or 90
            self.reshaped()

        with box("lm-b-line"):
            fields.choose(self.say(words.WHEN), {code: self.say(name) for code, name in words.WHENS.items()},
                          when.kind, set_kind)  # fmt: skip
            if when.kind == "days":
                fields.number(self.say(words.DAYS), when.days, self.setter(when, "days"))
            if when.kind in ("since", "between"):
                fields.day(self.say(words.FIRST_DAY), when.since, self.setter(when, "since"))
            if when.kind == "between":
                fields.day(self.say(words.LAST_DAY), when.until, self.setter(when, "until"))

    def belonging(self, block: Belongs | Ranked | Alike) -> None:
        """Whether customers are to be in it or not."""

        def put(said: str | None) -> None:
            block.is_in = said != "no"
            self.changed()

        both = {"yes": self.say(words.IN), "no": self.say(words.NOT_IN)}
        fields.choose(self.say(words.BELONGS), both, "yes" if block.is_in else "no", put)

    def many(self, block: Ranked | Alike) -> None:
        """How many customers, or which share of them."""

        def put(unit: str | None) -> None:
            block.is_share = unit != "customers"
            self.changed()

        fields.number(self.say(words.MANY), block.many, self.setter(block, "many"))
        units = {"share": self.say(words.PER_CENT), "customers": self.say(words.CUSTOMERS)}
        fields.choose(self.say(words.UNIT), units, "share" if block.is_share else "customers", put)

    def segment(self, block: Belongs | Alike, field: str) -> None:
        """One of the segments in force."""
        known = {
            one.code: segment_name(self.view, {
                "segment": one.code, **({"name_en": one.name.en, "name_zh": one.name.zh} if ":" not in one.code else {}),
            })
            for one in self.choices.vocabulary.segments
        }  # fmt: skip
        fields.choose(self.say(words.SEGMENT), known, str(getattr(block, field)), self.setter(block, field, ""),
                      is_searched=True, wide="lm-b-wide")  # fmt: skip

    # ---- small deeds

    def say(self, said: Words) -> str:
        """Words in the reader's language."""
        return self.view.say(said)

    def columns(self) -> dict[str, str]:
        """What can be compared, by name: tags in the order of the catalogue, then the rest."""
        vocabulary = self.choices.vocabulary
        codes = [tag.code for tag in vocabulary.tags]
        codes += [
            code
            for code, kind in vocabulary.columns.items()
            if kind is not None and code not in codes
        ]
        hidden = ("traits", "provenance")
        named = {
            code: vocabulary.words(code).in_(self.view.language)
            for code in codes
            if code not in hidden
        }
        return named | {f"traits.{name}": name.replace("_", " ") for name in self.choices.traits}

    def kind(self, column: str) -> Kind | None:
        """The kind of a term; None for one of no kind of its own."""
        return self.choices.vocabulary.kind(column) if column else "number"

    def _answers(self) -> dict[str, str]:
        return {"true": self.say(frame_words.YES), "false": self.say(frame_words.NO)}

    def _named(self, column: str, test: Asked, kind: Kind | None) -> dict[str, str]:
        if kind == "truth":
            return self._answers()
        codes = CODES.get(column)
        values = [str(one) for one in test.values] if codes else []
        return {one: code_name(self.view, codes or "", one) for one in values}

    def _suggest(self, field: Any, column: str, source: str) -> None:
        if not column or column.startswith((f"{PROPERTIES}.", "traits.")):
            return
        kind, limner = CODES.get(column), self.view.limner
        fields.suggest(field, lambda: suggestions(limner, column, source),
                       lambda one: code_name(self.view, kind, one) if kind else one)  # fmt: skip

    def reshaped(self) -> None:
        """Draw anew, since other fields are wanted now."""
        self.redraw()
        self.changed()

    def setter(self, thing: Any, name: str, empty: Any = None) -> fields.Set:
        """What keeps a field's value, `empty` in place of nothing."""

        def put(value: Any) -> None:
            setattr(thing, name, empty if value is None else value)
            self.changed()

        return put

    def _first(self, test: Asked) -> fields.Set:
        def put(value: Any) -> None:
            test.values = [] if value in (None, "") else [str(value)]
            self.changed()

        return put

    def _listed(self, test: Asked, kind: Kind | None) -> fields.Set:
        def put(values: list[str]) -> None:
            found = [_read(one, kind) for one in values]
            test.values = [one for one in found if one is not None]
            if len(test.values) < len(
                found
            ):  # what no such column can hold goes from the field too
                self.redraw()
            self.changed()

        return put

    def _filter_column(self, one: Filter, source: str) -> fields.Set:
        def put(column: str | None) -> None:
            found = row_column(column or "", source)
            if found != one.column:
                one.column, one.test = found, Asked("=")
                self.reshaped()

        return put

    def _drop(self, several: list[Any], place: int) -> Done:
        def drop() -> None:
            del several[place]
            self.reshaped()

        return drop


def row_column(said: str, source: str) -> str:
    """The column of a source's rows that is meant: one of its own, else a property of the event."""
    found = said.strip()
    is_own = not found or found in SOURCES[source].columns or found.startswith(f"{PROPERTIES}.")
    return found if is_own else f"{PROPERTIES}.{found}"


def _is_had(one: Filter, source: str) -> bool:
    rule = one.rule()
    columns = columns_of(rule) if rule is not None else {one.column}
    known, has_loose = SOURCES[source].columns, SOURCES[source].grain == "event"
    return all(name in known or (has_loose and is_loose(name)) for name in columns)


def _read(said: str | None, kind: Kind | None) -> Value | None:
    """What is written as a value that a column of this kind holds; None for what it cannot hold."""
    if not said:
        return None
    if kind == "text":
        return said
    if kind == "day":
        try:
            return date.fromisoformat(said)
        except ValueError:
            return None
    found = _guessed(said)
    return found if kind is None or kind_of(found) == kind else None


def _guessed(said: str) -> Value:
    """A value whose kind nothing tells: a number or truth where it reads as one, else text.

    Text in 'single quotes' is text whatever it reads as.
    """
    if said in ("true", "false"):
        return said == "true"
    if _NUMBER.fullmatch(said):
        return int(said) if said.removeprefix("-").isdigit() else float(said)
    is_quoted = len(said) > 1 and said[0] == said[-1] == "'"
    return said[1:-1].replace("''", "'") if is_quoted else said


def _written(value: Value, kind: Kind | None) -> str:
    """A value as its field shows it, from which `_read` makes the same value."""
    if isinstance(value, bool):
        return str(value).lower()
    is_doubtful = kind is None and isinstance(value, str) and _guessed(value) != value
    return literal(value) if is_doubtful else str(value)
