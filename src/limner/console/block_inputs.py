"""What the editors of conditions are put together from: values, rows, days, and who is asked about."""

from __future__ import annotations

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
from limner.core.rule_kind import Kind
from limner.core.words import Words
from limner.understand.tags.kind import column_kind
from limner.understand.tags.source import PROPERTIES, SOURCES

ORDERED = (">=", ">", "<=", "<", "=", "<>", "between", "in", "not in", "known", "unknown")
WRITTEN = ("=", "<>", "in", "not in", "contains", "lacks", "starts", "known", "unknown")
OPERATORS: dict[Kind | None, tuple[str, ...]] = {
    "number": ORDERED, "day": ORDERED, "text": WRITTEN, "truth": ("=", "known", "unknown"),
    None: (*WRITTEN, ">=", ">", "<=", "<"),
}  # fmt: skip
CODES = {"lifecycle_stage": "stage", "rfm_group": "rfm", "cluster": "cluster"}
Done = Callable[[], None]


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
        if test.operator not in OPERATORS[kind]:
            test.operator, test.values = OPERATORS[kind][0], []

        def set_operator(operator: str | None) -> None:
            kept = (
                operator in ("between", "in", "not in"),
                test.operator in ("between", "in", "not in"),
            )
            test.operator = operator or "="
            if kept[0] != kept[1] or operator in ("known", "unknown"):
                test.values = test.values[:1]
            self.reshaped()

        said = {**words.OPERATORS, **(words.DAY_OPERATORS if kind == "day" else {})}
        names = {code: self.say(said[code]) for code in OPERATORS[kind]}
        fields.choose(self.say(words.OPERATOR), names, test.operator, set_operator)
        if test.operator in ("known", "unknown"):
            return
        if test.operator == "between":
            self._value(test, 0, kind)
            text(self.say(words.UP_TO), "lm-b-word")
            self._value(test, 1, kind)
        elif test.operator in ("in", "not in"):
            field = fields.several(self.say(words.VALUE), self._named(column, test), [str(v) for v in test.values],
                                   self._listed(test, kind))  # fmt: skip
            if kind in ("text", None):
                self._suggest(field, column, source)
        elif kind == "text" and test.operator in ("=", "<>"):
            value = str(test.values[0]) if test.values else ""
            field = fields.one_text(
                self.say(words.VALUE), self._named(column, test), value, self._first(test)
            )
            self._suggest(field, column, source)
        else:
            self._value(test, 0, kind)

    def _value(self, test: Asked, place: int, kind: Kind | None) -> None:
        value = test.values[place] if place < len(test.values) else None

        def put(found: Any) -> None:
            if found in (None, ""):
                test.values = test.values[:place]
            else:
                test.values[place : place + 1] = [found]
            self.changed()

        label = self.say(words.VALUE)
        if kind == "number":
            number = (
                value if isinstance(value, int | float) and not isinstance(value, bool) else None
            )
            fields.number(label, number, put)
        elif kind == "day":
            fields.day(
                label, value if not isinstance(value, str | bool | int | float) else None, put
            )
        elif kind == "truth":
            answers = {"true": self.say(frame_words.YES), "false": self.say(frame_words.NO)}
            chosen = "" if value is None else str(value).lower()
            fields.choose(
                label, answers, chosen, lambda said: put(None if said is None else said == "true")
            )
        elif kind is None:
            fields.words(
                label,
                "" if value is None else _written(value),
                lambda said: put(_guessed(said)),
                "",
            )
        else:
            fields.words(label, "" if value is None else str(value), put, "")

    def what(self, what: What, sources: frozenset[str]) -> None:
        """Which rows, and the conditions on them."""

        def set_source(source: str | None) -> None:
            what.source = source or "orders"
            what.events = what.events if source == "events" else []
            what.filters = [
                one for one in what.filters if one.column in SOURCES[what.source].columns
            ]
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
                fields.one_text(
                    self.say(words.FILTER_COLUMN),
                    known,
                    one.column,
                    self._filter_column(one, source),
                    "",
                )
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

    def _named(self, column: str, test: Asked) -> dict[str, str]:
        kind = CODES.get(column)
        return (
            {str(one): code_name(self.view, kind, str(one)) for one in test.values} if kind else {}
        )

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
            read = [_listed_value(one, kind) for one in values]
            test.values = [one for one in read if one is not None]
            self.changed()

        return put

    def _filter_column(self, one: Filter, source: str) -> fields.Set:
        def put(column: str | None) -> None:
            found = (column or "").strip()
            if (
                found
                and found not in SOURCES[source].columns
                and not found.startswith(f"{PROPERTIES}.")
            ):
                found = f"{PROPERTIES}.{found}"
            one.column, one.test = found, Asked("=")
            self.reshaped()

        return put

    def _drop(self, several: list[Any], place: int) -> Done:
        def drop() -> None:
            del several[place]
            self.reshaped()

        return drop


def _listed_value(said: str, kind: Kind | None) -> Any:
    """One of several values as a column of this kind holds it; None for what it cannot hold."""
    if kind == "day":
        try:
            return date.fromisoformat(said)
        except ValueError:
            return None
    found = said if kind == "text" else _guessed(said)
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return found if kind != "number" or is_number else None


def _guessed(said: str) -> Any:
    """A value whose kind nothing tells: a number or truth where it reads as one, else text."""
    if said in ("true", "false"):
        return said == "true"
    for read in (int, float):
        try:
            return read(said)
        except ValueError:
            continue
    return said


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
