"""Reads blocks, the form of a segment's rule that `understand.segments.blocks` tells of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NoReturn, TypeAlias, get_args

from limner.core.errors import Malformed, Rejected
from limner.core.rule import (
    And,
    Between,
    Compare,
    Contains,
    In,
    IsNull,
    Like,
    Not,
    Or,
    Rule,
    Value,
    to_text,
)
from limner.core.rule_tree import day
from limner.understand.segments.term import (
    Best,
    InList,
    InSegment,
    Lookalike,
    TagTerm,
    Term,
    read_term,
    write_term,
)
from limner.understand.tags.measure import TABLE
from limner.understand.tags.span import EVER, Span, Unit
from limner.understand.tags.value import Distance, Measured, Rows, Sequence, Step, Trait

Parse: TypeAlias = Callable[[str], Rule]
UNITS = {"days": timedelta(days=1), "hours": timedelta(hours=1), "minutes": timedelta(minutes=1)}
_ORDERS = ("=", "<>", "<", "<=", ">", ">=")
_DEEPEST = 40


class BlockReader:
    """Reads blocks, each with its path; `check` reads the text of one condition."""

    def __init__(self, check: Parse) -> None:
        self._check = check

    def rule(self, block: object, path: str, of_rows: bool = False) -> Rule:
        """The rule that a block at a path says; `of_rows`: on columns of rows, not on customers.

        Raises: `Malformed` or `Unknown` whose `field` is the path of the wrong block.
        """
        said = self._object(block, path)
        if path.count(".") + path.count("[") > 2 * _DEEPEST:
            _wrong(path, "blocks that are not as deep")
        for group, make in (("all", And), ("any", Or)):
            if group in said:
                self._only(said, path, group)
                within = _list(said[group], _join(path, group))
                parts = [
                    self.rule(part, f"{_join(path, group)}[{at}]", of_rows)
                    for at, part in enumerate(within)
                ]
                if not parts:
                    _wrong(_join(path, group), "at least one block")
                return parts[0] if len(parts) == 1 else make(tuple(parts))
        if "not" in said:
            self._only(said, path, "not")
            return Not(self.rule(said["not"], _join(path, "not"), of_rows))
        rule = self._condition(said, path, of_rows)
        if not of_rows:
            self._checked(lambda: self._check(to_text(rule)), path)
        return rule

    def _condition(self, said: Mapping[str, Any], path: str, of_rows: bool) -> Rule:
        self._only(said, path, "on", "is", "value")
        on = _join(path, "on")
        if "on" not in said:
            _wrong(path, 'one of "all", "any", "not", or a condition with "on", "is" and "value"')
        column = (
            self._row_column(said["on"], on) if of_rows else write_term(self._term(said["on"], on))
        )
        operator, at = said.get("is"), _join(path, "value")
        if operator == "null":
            return IsNull(column)
        if "value" not in said:
            _wrong(at, "a value to compare with")
        value = said["value"]
        if operator in _ORDERS:
            return Compare(column, operator, _value(value, at))
        if operator in ("like", "contains"):
            return (Like if operator == "like" else Contains)(column, _text(value, at))
        values = (
            [_value(one, f"{at}[{i}]") for i, one in enumerate(_list(value, at))]
            if operator in ("in", "between")
            else []
        )
        if operator == "in" and values:
            return In(column, tuple(values))
        if operator == "between" and len(values) == 2:
            return Between(column, *values)
        if operator in ("in", "between"):
            _wrong(at, "at least one value" if operator == "in" else "two values, the lower first")
        return _wrong(
            _join(path, "is"), f"one of {', '.join(_ORDERS)}, in, between, null, like, contains"
        )

    def _row_column(self, block: object, path: str) -> str:
        said = self._object(block, path)
        self._only(said, path, "term", "name")
        if said.get("term") != "column":
            _wrong(_join(path, "term"), "column: rules on rows are about their columns")
        return _text(said.get("name"), _join(path, "name"))

    def _term(self, block: object, path: str) -> Term:
        said = self._object(block, path)
        found = self._built(said, path)
        if not isinstance(found, TagTerm | Trait):
            self._checked(lambda: read_term(write_term(found)), path)
        return found

    def _built(self, said: Mapping[str, Any], path: str) -> Term:
        head = said.get("term")

        def text(name: str) -> str:
            return _text(said.get(name), _join(path, name))

        if head in ("tag", "trait") or head in ("segment", "list"):
            field = "code" if head in ("tag", "segment") else "name"
            self._only(said, path, "term", field) if head != "list" or "rows" not in said else None
        if head == "tag":
            return TagTerm(text("code"))
        if head == "trait":
            return Trait(text("name"))
        if head == "segment":
            return InSegment(text("code"))
        if head == "list" and "rows" not in said:
            return InList(text("name"))
        if head in ("best", "worst"):
            self._only(said, path, "term", "n", "share", "by")
            by = write_term(self._term(said.get("by"), _join(path, "by")))
            return Best(*self._amount(said, path), by, head == "worst")
        if head == "lookalike":
            self._only(said, path, "term", "segment", "n", "share")
            return Lookalike(text("segment"), *self._amount(said, path))
        if head == "distance":
            return self._distance(said, path)
        if head == "sequence":
            return self._sequence(said, path)
        if isinstance(head, str) and head in TABLE:
            return self._measured(head, said, path)
        return _wrong(
            _join(path, "term"),
            f"one of tag, trait, segment, list, best, worst, lookalike, sequence, distance, {', '.join(TABLE)}",
        )

    def _amount(self, said: Mapping[str, Any], path: str) -> tuple[int | None, float | None]:
        n, share = said.get("n"), said.get("share")
        if type(n) is int and n >= 1 and share is None:
            return n, None
        if (
            n is None
            and isinstance(share, int | float)
            and not isinstance(share, bool)
            and 0 < share <= 1
        ):
            return None, float(share)
        return _wrong(path, '"n", a whole number from 1, or "share", more than 0 and at most 1')

    def _distance(self, said: Mapping[str, Any], path: str) -> Distance:
        if "store" in said:
            self._only(said, path, "term", "store")
            return Distance(_text(said["store"], _join(path, "store")))
        self._only(said, path, "term", "latitude", "longitude")
        ends = []
        for name in ("latitude", "longitude"):
            value = said.get(name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                _wrong(_join(path, name), "a number of degrees")
            ends.append(float(value))
        return Distance(None, *ends)

    def _measured(self, measure: str, said: Mapping[str, Any], path: str) -> Measured:
        self._only(said, path, "term", "rows", "of", "n", "by", "where", "part", "span")
        texts = {
            name: _text(said[name], _join(path, name))
            for name in ("of", "by")
            if said.get(name) is not None
        }
        n = said.get("n")
        if n is not None and (type(n) is not int or n < 1):
            _wrong(_join(path, "n"), "a whole number from 1")
        if n is not None and "of" not in texts:
            _wrong(_join(path, "of"), "the column that is measured")
        rules = {
            name: self.rule(said[name], _join(path, name), of_rows=True)
            for name in ("where", "part")
            if said.get(name) is not None
        }
        return Measured(
            measure, self._rows(said.get("rows"), _join(path, "rows")), texts.get("of"), n, texts.get("by"),
            rules.get("where"), rules.get("part"), self._span(said.get("span"), _join(path, "span")),
        )  # fmt: skip

    def _sequence(self, said: Mapping[str, Any], path: str) -> Sequence:
        self._only(said, path, "term", "steps", "without", "span")
        steps, withins = [], []
        for at, step in enumerate(_list(said.get("steps"), _join(path, "steps"))):
            place = f"{_join(path, 'steps')}[{at}]"
            steps.append(self._step(step, place, timed=at > 0))
            if at:
                withins.append(self._within(step.get("within"), _join(place, "within")))
        if len(steps) < 2:
            _wrong(_join(path, "steps"), "two steps or more")
        without = said.get("without")
        return Sequence(
            tuple(steps), tuple(withins),
            None if without is None else self._step(without, _join(path, "without"), timed=False),
            self._span(said.get("span"), _join(path, "span")),
        )  # fmt: skip

    def _step(self, block: object, path: str, timed: bool) -> Step:
        said = self._object(block, path)
        self._only(said, path, "rows", "where", *(["within"] if timed else []))
        where = said.get("where")
        return Step(
            self._rows(said.get("rows"), _join(path, "rows")),
            None if where is None else self.rule(where, _join(path, "where"), of_rows=True),
        )

    def _within(self, block: object, path: str) -> timedelta:
        said = self._object(block, path)
        amount, unit = said.get("amount"), said.get("unit")
        if isinstance(unit, str) and unit in UNITS and type(amount) is int and 1 <= amount < 10**6:
            return amount * UNITS[unit]
        return _wrong(path, '{"amount": 3, "unit": "days"}; units are days, hours and minutes')

    def _rows(self, said: object, path: str) -> Rows:
        if isinstance(said, str):
            return Rows(said)
        names = [_text(name, f"{path}[{at}]") for at, name in enumerate(_list(said, path))]
        if not names:
            _wrong(path, "the name of rows, or a list of events' names")
        return Rows("events", tuple(dict.fromkeys(names)))

    def _span(self, block: object, path: str) -> Span:
        if block is None:
            return EVER
        said = self._object(block, path)
        days, unit, back = said.get("days"), said.get("unit"), said.get("back", 0)
        if set(said) == {"days"} and type(days) is int and 1 <= days < 2**31:
            return Span(days=days)
        if (
            set(said) <= {"unit", "back"}
            and unit in get_args(Unit)
            and type(back) is int
            and back in (0, 1)
        ):
            return Span(unit=unit, back=back)
        if "since" in said and set(said) <= {"since", "until"}:
            since = _day(said["since"], _join(path, "since"))
            until = None if said.get("until") is None else _day(said["until"], _join(path, "until"))
            if until is None or since <= until:
                return Span(since=since, until=until)
        return _wrong(
            path,
            '{"days": 90}, {"unit": "month", "back": 0 or 1} or {"since": DAY, "until": a later DAY}',
        )

    def _checked(self, read: Callable[[], object], path: str) -> None:
        try:
            read()
        except Rejected as error:
            raise type(error)(error.code, f"{path or 'the rule'}: {error.message}", path) from error

    def _object(self, block: object, path: str) -> Mapping[str, Any]:
        if not isinstance(block, Mapping):
            _wrong(path, "an object in {}")
        return block

    def _only(self, said: Mapping[str, Any], path: str, *fields: str) -> None:
        for name in said:
            if name not in fields:
                _wrong(_join(path, str(name)), f"only {', '.join(fields)} here")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _list(said: object, path: str) -> list[Any]:
    if not isinstance(said, list):
        _wrong(path, "a list in []")
    return said


def _text(said: object, path: str) -> str:
    if not isinstance(said, str):
        _wrong(path, "text")
    return said


def _day(said: object, path: str) -> date:
    try:
        return day(_text(said, path))
    except Malformed:
        _wrong(path, "a day such as 2017-12-31")


def _value(said: object, path: str) -> Value:
    if isinstance(said, Mapping) and set(said) == {"day"}:
        return _day(said["day"], _join(path, "day"))
    if isinstance(said, bool | int | float | str) and (
        not isinstance(said, float) or abs(said) < float("inf")
    ):
        return said
    return _wrong(path, 'text, a number, true, false or {"day": "2017-12-31"}')


def _wrong(path: str, wanted: str) -> NoReturn:
    raise Malformed("block-malformed", f"{path or 'the rule'}: wanted {wanted}", field=path)
