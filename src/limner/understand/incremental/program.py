"""The program that folds an event of some name: written out once, as one would write it by hand.

Every cell that reads such events is a few lines of Python under the condition that its rows meet;
what several ask, a column or a condition, is looked at once.  Nothing that a definition or an event
says becomes text of the program but through `bind`, which gives it a name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import floor
from typing import Any

import msgspec

from limner.core.event import ORDER_REFUNDED, OWN_EVENTS
from limner.core.rule import Value
from limner.core.rule_kind import Kind, fitted, is_loose
from limner.core.rule_tree import day as read_day
from limner.understand.incremental.account import Account
from limner.understand.incremental.cell import LINE, PRODUCT, Cell, Pick
from limner.understand.incremental.condition import when_true
from limner.understand.tags.kind import column_kind

Product = tuple[
    str | None, str | None, str | None, bool | None
]  # the catalogue's columns, as PRODUCT
UNKNOWN: Product = (None, None, None, None)
_MOST = 2**63
_LOCAL = ("day", "hour", "weekday")
_ACCUMULATED = frozenset({"count", "total", "known"})


@dataclass(slots=True)
class Target:
    """Where the sums of a cell go: `place` of the one view for ever; or the cell's number among
    those of a day and its views, each with the number of its window.
    """

    cell: Cell
    bit: int
    account: Account
    place: int | None = None
    number: int | None = None
    views: list[tuple[int, int]] = field(default_factory=list)


def write_program(
    name: str | None, targets: Sequence[Target], helpers: Mapping[str, object]
) -> tuple[str, dict[str, object]]:
    """The text of `fold(state, row, at, day, hour, weekday)` for events of a name, and its names.

    `name` None: events that no definition names.  `helpers`: `known` finds a product's columns,
    `day_of` a state's sums of a day.  It answers which cells changed, as bits.
    """
    program = _Program(name, helpers)
    events = [target for target in targets if not target.cell.pick.is_of_lines]
    lines = [target for target in targets if target.cell.pick.is_of_lines]
    for condition, group in _grouped(program, events, in_line=False):
        program.of_events(condition, group)
    if lines:
        program.of_lines(_grouped(program, lines, in_line=True))
    return program.text(), program.names


def is_read(pick: Pick, name: str | None) -> bool:
    """Whether events of a name can be rows of a pick."""
    return name in pick.events if pick.events else name not in OWN_EVENTS


def reads(cell: Cell, name: str | None) -> bool:
    """Whether events of a name can be rows of a cell."""
    return any(is_read(step, name) for step in cell.steps or (cell.pick,))


def _grouped(
    program: _Program, targets: Sequence[Target], in_line: bool
) -> list[tuple[str, list[Target]]]:
    groups: dict[str, list[Target]] = {}
    for target in targets:
        groups.setdefault(program.condition(target.cell.pick, in_line), []).append(target)
    return sorted(groups.items(), key=lambda group: group[0] != "True")


class _Program:
    def __init__(self, name: str | None, helpers: Mapping[str, object]) -> None:
        self._name = name
        self._head: list[str] = []
        self._line_head: list[str] = []
        self._body: list[str] = []
        self._seen: dict[tuple[str, str], str] = {}  # (what, where) -> its variable
        self._windows: dict[int, None] = {}
        self.names: dict[str, object] = {
            **helpers, "unknown": UNKNOWN, "amount": amount, "properties": properties_of, "number": as_number
        }  # fmt: skip
        self._bound: dict[object, str] = {}

    # ---- what expressions read

    def condition(self, pick: Pick, in_line: bool) -> str:
        """The condition under which a row is one of a pick."""
        scope = _Scope(self, in_line)
        parts = [when_true(rule, scope) for rule in pick.rules]
        if pick.types:
            parts.insert(0, f"{self.column('type')} in {self.bind(pick.types)}")
        if pick.first is not None:
            parts.insert(0, f"day >= {pick.first:d}")
        if pick.last is not None:
            parts.insert(0, f"day <= {pick.last:d}")
        return " and ".join(parts) or "True"

    def column(self, column: str, kind: Kind | None = None, in_line: bool = False) -> str:
        """The variable of a column, of an event or of one of its lines."""
        if column in _LOCAL:
            return column
        if is_loose(column):
            return self._property(column.partition(".")[2], kind)
        if in_line and column in LINE:
            return self._of_line(column)
        found = self._variable(column, "row", f"get({column!r})")
        if column == "revenue" and self._name == ORDER_REFUNDED:
            return self._variable(column, "refund", f"None if {found} is None else -abs({found})")
        return found

    def amount(self, column: str, in_line: bool) -> str:
        """The variable of a column's amount, in millionths."""
        found = self.column(column, "number", in_line)
        where = "line amount" if found.startswith("l") else "amount"
        return self._variable(found, where, f"None if {found} is None else amount({found})")

    def bind(self, value: object) -> str:
        """A name for a value of a definition."""
        key = (type(value), value)
        if key not in self._bound:
            self._bound[key] = f"k{len(self._bound)}"
            self.names[self._bound[key]] = value
        return self._bound[key]

    def _property(self, name: str, kind: Kind | None) -> str:
        self._variable("properties", "", 'properties(get("properties"))')
        all_of_it = self._seen["properties", ""]
        found = self._variable(name, "property", f"{all_of_it}.get({self.bind(name)})")
        wanted = {
            "text": f"{found} if type({found}) is str else None",
            "number": f"number({found})",
            "truth": f"{found} if type({found}) is bool else None",
            None: f"{found} if type({found}) in (str, int, float, bool) else None",
        }[kind]
        return self._variable(name, f"property as {kind}", wanted)

    def _of_line(self, column: str) -> str:
        where = "line"
        if column == "list_price":
            revenue, discount = self._of_line("revenue"), self._of_line("discount")
            text = f"None if {revenue} is None else {revenue} + ({discount} or 0.0)"
            return self._variable(column, where, text)
        if column in PRODUCT:
            product = self._variable("product_id", where, "of('product_id')")
            known = self._variable("the catalogue's", where, f"known({product}) or unknown")
            found = self._variable(column, "line catalogue", f"{known}[{PRODUCT.index(column)}]")
            if column not in ("category", "brand"):
                return found
            own = f"of({column!r})"
            return self._variable(column, where, f"{own} if {found} is None else {found}")
        return self._variable(column, where, f"of({column!r})")

    def _variable(self, what: str, where: str, text: str) -> str:
        known = self._seen.get((what, where))
        if known is None:
            is_line = where.startswith("line")
            known = self._seen[what, where] = f"{'l' if is_line else 'c'}{len(self._seen)}"
            (self._line_head if is_line else self._head).append(f"{known} = {text}")
        return known

    # ---- cells

    def of_events(self, condition: str, targets: Sequence[Target]) -> None:
        """Add an event to some cells, under a condition."""
        body: dict[str | None, list[str]] = {}
        for facts in _alike(targets):
            cell = facts[0].cell
            if cell.kept == "chain":
                self._mark(cell, f"steps{facts[0].bit}")
            guard, delta = self._delta(cell, facts[0].bit)
            body.setdefault(guard, []).extend(self._stored(facts, delta))
        self._body += _guarded(condition, _all_guarded(body))

    def of_lines(self, groups: Sequence[tuple[str, list[Target]]]) -> None:
        """Add the lines of an event to some cells: each line to sums of its own, those to the cells."""
        begin: list[str] = []
        loop: list[str] = []
        end: list[str] = []
        for condition, targets in groups:
            body: dict[str | None, list[str]] = {}
            for facts in _alike(targets):
                d = f"d{len(begin)}"
                zero, guard, collected = self._collected(facts[0].cell, d)
                begin.append(f"{d} = {zero}")
                body.setdefault(guard, []).extend(collected)
                end += _guarded(f"{d} is not None" if zero == "None" else d, self._stored(facts, d))
            loop += _guarded(condition, _all_guarded(body))
        self._body += [
            *begin,
            "for place, line in enumerate(get('products') or ()):",
            *_indented(["of = line.get", *self._line_head, *loop]),
            *end,
        ]

    def _mark(self, cell: Cell, steps: str) -> None:
        """Which steps of a chain the event is, as bits."""
        self._body.append(f"{steps} = 0")
        for step, pick in enumerate(cell.steps):
            if is_read(pick, self._name):
                condition = self.condition(pick, in_line=False)
                self._body += _guarded(condition, [f"{steps} |= {1 << step}"])

    def _delta(self, cell: Cell, bit: int) -> tuple[str | None, str]:
        """Under what condition an event adds to a cell, and the sum that it adds."""
        match cell.kept:
            case "count":
                return None, "1"
            case "days":
                return None, "[day]"
            case "chain":
                return f"steps{bit}", f"[(at, event_id, steps{bit})]"
            case "seen":
                north, east = self.column("latitude"), self.column("longitude")
                value = f"(at, event_id, 0, ({north}, {east}))"
                return f"{north} is not None and {east} is not None", f"[{value}]"
        assert cell.of is not None  # noqa: S101  all others are of a column
        if cell.kept in ("total", "known"):
            amount = self.amount(cell.of, in_line=False)
            return f"{amount} is not None", amount if cell.kept == "total" else "1"
        x = self.column(cell.of, cell.kind)
        guard = None if x in _LOCAL else f"{x} is not None"
        match cell.kept:
            case "first" | "last":
                return guard, f"[(at, event_id, 0, {x})]"
            case "weights":
                if cell.by is None:
                    return guard, f"{{{x}: 1}}"
                weight = self.amount(cell.by, in_line=False)
                more = f"{weight} is not None"
                return more if guard is None else f"{guard} and {more}", f"{{{x}: {weight}}}"
        return guard, x

    def _collected(self, cell: Cell, d: str) -> tuple[str, str | None, list[str]]:
        """The sum of no lines; and what adds a line to the sum `d`, under which condition."""
        match cell.kept:
            case "count":
                return "0", None, [f"{d} += 1"]
            case "days":
                return "None", None, [f"{d} = [day]"]
        assert cell.of is not None  # noqa: S101  all others are of a column
        if cell.kept in ("total", "known"):
            amount = self.amount(cell.of, in_line=True)
            more = amount if cell.kept == "total" else "1"
            return "0", f"{amount} is not None", [f"{d} += {more}"]
        x = self.column(cell.of, cell.kind, in_line=True)
        guard = f"{x} is not None"
        match cell.kept:
            case "lowest" | "highest":
                sign = "<" if cell.kept == "lowest" else ">"
                return "None", guard, [f"if {d} is None or {x} {sign} {d}:", f"    {d} = {x}"]
            case "first" | "last":
                return "[]", guard, [f"{d}.append((at, event_id, place, {x}))"]
        weight = "1"
        if cell.by is not None:
            weight = self.amount(cell.by, in_line=True)
            guard = f"{guard} and {weight} is not None"
        return "{}", guard, [f"{d}[{x}] = {d}.get({x}, 0) + {weight}"]

    def _stored(self, facts: Sequence[Target], delta: str) -> list[str]:
        """What adds a sum to cells that keep the same of the same rows."""
        found = [f"changed |= {sum(1 << target.bit for target in facts):d}"]
        for target in facts:
            is_number = target.cell.kept in _ACCUMULATED

            def added(to: str, how: Callable[..., Any], is_number: bool = is_number) -> str:
                return f"{to} += {delta}" if is_number else f"{to} = {self._method(how)}({to}, {delta})"  # fmt: skip

            if target.place is not None:
                found.append(added(f"views[{target.place}]", target.account.add))
            if target.number is not None:
                found += ["if sums is None:", "    sums = day_of(state, day)"]
                found.append(added(f"sums[{target.number}]", target.account.gather))
            for place, window in target.views:
                self._windows[window] = None
                found += [f"if in{window}:", f"    {added(f'views[{place}]', target.account.add)}"]
        return found

    def _method(self, how: Callable[..., Any]) -> str:
        name = f"m{id(how.__self__)}_{how.__name__}"  # type: ignore[attr-defined]
        self.names[name] = how
        return name

    def text(self) -> str:
        """The whole program."""
        opening = [
            "get = row.get", "views = state.views", "event_id = row['event_id']", "sums = None",
            "changed = 0",
        ]  # fmt: skip
        if self._windows:
            opening.append("bounds = state.bounds")
        for window in self._windows:
            opening.append(f"in{window} = bounds[{window}][0] <= day <= bounds[{window}][1]")
        lines = [*opening, *self._head, *self._body, "return changed"]
        return "\n".join(["def fold(state, row, at, day, hour, weekday):", *_indented(lines)])


class _Scope:
    """What a rule's expression reads, in an event or in one of its lines."""

    def __init__(self, program: _Program, in_line: bool) -> None:
        self._program, self._in_line = program, in_line
        self.bind = program.bind

    def read(self, column: str, kind: Kind | None = None) -> str:
        return self._program.column(column, kind, self._in_line)

    def fit(self, column: str, value: Value) -> object:
        if column == "day":
            seen = read_day(value) if isinstance(value, str) else value
            return fitted(column, "day", seen).toordinal()  # type: ignore[union-attr]
        return value if is_loose(column) else fitted(column, column_kind(column), value)


def _alike(targets: Sequence[Target]) -> list[list[Target]]:
    """The targets in groups that keep the same of the same rows: for ever, by the day, or both."""
    groups: dict[object, list[Target]] = {}
    for target in targets:
        cell = target.cell
        key = (cell.kept, cell.of, cell.kind, cell.by, cell.steps, cell.withins)
        groups.setdefault(key, []).append(target)
    return list(groups.values())


def _guarded(condition: str | None, lines: Sequence[str]) -> list[str]:
    return list(lines) if condition in (None, "True") else [f"if {condition}:", *_indented(lines)]


def _all_guarded(bodies: Mapping[str | None, Sequence[str]]) -> list[str]:
    return [line for guard, lines in bodies.items() for line in _guarded(guard, lines)]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


@lru_cache(maxsize=65_536)  # prices come again and again
def amount(value: float) -> int | None:
    """A number in whole millionths; None for what is no number and what 64 bits do not hold."""
    scaled = value * 1e6 + 0.5
    return floor(scaled) if -_MOST <= scaled < _MOST else None


_decode = msgspec.json.Decoder(dict[str, Any]).decode
_NONE: Mapping[str, Any] = {}


def properties_of(text: str | None) -> Mapping[str, Any]:
    """What an event says under names of its own."""
    if not text:
        return _NONE
    try:
        return _decode(text)
    except msgspec.MsgspecError:
        return _NONE


def as_number(value: object) -> float | None:
    """A number as a double; None for what is none."""
    if type(value) is float:
        return value
    if type(value) is not int:
        return None
    try:
        return float(value)
    except OverflowError:
        return None
