"""A rule in the words a marketer reads, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

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
)
from limner.core.words import Language, Words

_OPERATORS: dict[str, Words] = {
    "=": Words(" is ", "为"),
    "<>": Words(" is not ", "不为"),
    "<": Words(" is less than ", "小于"),
    "<=": Words(" is at most ", "不大于"),
    ">": Words(" is more than ", "大于"),
    ">=": Words(" is at least ", "不小于"),
}
_YES = {True: Words("yes", "是"), False: Words("no", "否")}
_WEEKDAYS = (
    Words("Monday", "周一"), Words("Tuesday", "周二"), Words("Wednesday", "周三"),
    Words("Thursday", "周四"), Words("Friday", "周五"), Words("Saturday", "周六"),
    Words("Sunday", "周日"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """What a column is called, and how its values are said.

    `kind`: that of a tag, such as share; `values`: what its values are called, where they are codes.
    `yes` and `no`: what is said of a customer for whom a
    column of true and false is so, and is not, such as "is in the segment", where that can be said.
    """

    words: Words
    kind: str = ""
    yes: Words | None = None
    no: Words | None = None
    values: Mapping[str, Words] = field(default_factory=dict)


Names = Mapping[str, "Words | Named"]


def say(rule: Rule, names: Names, language: Language) -> str:
    """The rule in words; `names` gives the columns' names, a column without one keeps its code.

    >>> say(Compare("hour", ">=", 18), {"hour": Words("hour of day", "小时")}, "zh")
    '小时不小于18'
    """
    return _Speaker(names, language).say(rule)


class _Speaker:
    """Says rules in one language."""

    def __init__(self, names: Names, language: Language) -> None:
        self._names = names
        self._language = language
        self._is_en = language == "en"

    def say(self, rule: Rule) -> str:
        en = self._is_en
        match rule:
            case And(rules):
                return self.several(rules, Words(" and ", "且"))
            case Or(rules):
                return self.several(rules, Words(" or ", "或"))
            case Not(IsNull(column)):
                return f"{self.name(column)} is known" if en else f"{self.name(column)}已知"
            case Not(Compare(column, "=", bool(value))) if self.named(column).yes:
                return self.say(Compare(column, "=", not value))
            case Not(inner):
                inside = self.say(inner)
                return f"not ({inside})" if en else f"并非（{inside}）"
            case Compare(column, ("=" | "<>") as operator, bool(value)):
                named = self.named(column)
                phrase = named.yes if value == (operator == "=") else named.no
                if phrase is not None:
                    return phrase.in_(self._language)
                return self.compared(column, operator, value)
            case Compare(column, operator, value):
                return self.compared(column, operator, value)
            case In(column, values):
                listed = (", " if en else "、").join(self.value(column, value) for value in values)
                return (
                    f"{self.name(column)} is one of {listed}"
                    if en
                    else f"{self.name(column)}属于{listed}"
                )
            case Between(column, low, high):
                ends = self.value(column, low), self.value(column, high)
                if en:
                    return f"{self.name(column)} is from {ends[0]} to {ends[1]}"
                return f"{self.name(column)}在{ends[0]}到{ends[1]}之间"
            case IsNull(column):
                return f"{self.name(column)} is unknown" if en else f"{self.name(column)}未知"
            case Like(column, pattern):
                shape = self.value(column, pattern)
                return (
                    f"{self.name(column)} looks like {shape}"
                    if en
                    else f"{self.name(column)}形如{shape}"
                )
            case Contains(column, piece):
                said = self.value(column, piece)
                return (
                    f"{self.name(column)} contains {said}"
                    if en
                    else f"{self.name(column)}包含{said}"
                )

    def compared(self, column: str, operator: str, value: Value) -> str:
        sign = _OPERATORS[operator].in_(self._language)
        return f"{self.name(column)}{sign}{self.value(column, value)}"

    def several(self, parts: tuple[Rule, ...], joint: Words) -> str:
        opening, closing = "()" if self._is_en else "（）"
        return joint.in_(self._language).join(
            f"{opening}{self.say(part)}{closing}" if isinstance(part, And | Or) else self.say(part)
            for part in parts
        )

    def named(self, column: str) -> Named:
        found = self._names.get(column, Words(column, column))
        return found if isinstance(found, Named) else Named(found)

    def name(self, column: str) -> str:
        return self.named(column).words.in_(self._language)

    def value(self, column: str, value: Value) -> str:
        kind = self.named(column).kind
        if isinstance(value, bool):
            return _YES[value].in_(self._language)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str):
            if (known := self.named(column).values.get(value)) is not None:
                return f"“{known.in_(self._language)}”"
            is_plain = value.replace("-", "a").replace("%", "a").isalnum()
            return value if is_plain else f"“{value}”"
        if kind == "share":
            return f"{value * 100:.10g}%"
        if kind == "weekday" and value in range(7):
            return _WEEKDAYS[int(value)].in_(self._language)
        if kind == "days":
            unit = (" day" if value == 1 else " days") if self._is_en else "天"
            return f"{_number(value)}{unit}"
        return _number(value)


def _number(value: float) -> str:
    """A number as it was written, thousands apart where there are many."""
    return f"{value:,}" if isinstance(value, int) or 1e4 <= abs(value) < 1e15 else repr(value)
