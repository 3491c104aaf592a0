"""A rule in the words a marketer reads, in either language."""

from __future__ import annotations

from collections.abc import Mapping
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


def say(rule: Rule, names: Mapping[str, Words], language: Language) -> str:
    """The rule in words; `names` gives the columns' names, a column without one keeps its code.

    >>> say(Compare("hour", ">=", 18), {"hour": Words("hour of day", "小时")}, "zh")
    '小时不小于18'
    """

    def name(column: str) -> str:
        return names[column].in_(language) if column in names else column

    def several(parts: tuple[Rule, ...], joint: Words) -> str:
        return joint.in_(language).join(
            f"({say(part, names, language)})"
            if isinstance(part, And | Or)
            else say(part, names, language)
            for part in parts
        )

    en = language == "en"
    match rule:
        case And(rules):
            return several(rules, Words(" and ", "且"))
        case Or(rules):
            return several(rules, Words(" or ", "或"))
        case Not(IsNull(column)):
            return f"{name(column)} is known" if en else f"{name(column)}已知"
        case Not(inner):
            inside = say(inner, names, language)
            return f"not ({inside})" if en else f"并非（{inside}）"
        case Compare(column, operator, value):
            return f"{name(column)}{_OPERATORS[operator].in_(language)}{_value(value, language)}"
        case In(column, values):
            listed = (", " if en else "、").join(_value(value, language) for value in values)
            return f"{name(column)} is one of {listed}" if en else f"{name(column)}属于{listed}"
        case Between(column, low, high):
            ends = _value(low, language), _value(high, language)
            return (
                f"{name(column)} is from {ends[0]} to {ends[1]}"
                if en
                else f"{name(column)}在{ends[0]}到{ends[1]}之间"
            )
        case IsNull(column):
            return f"{name(column)} is unknown" if en else f"{name(column)}未知"
        case Like(column, pattern):
            return f"{name(column)} looks like {pattern}" if en else f"{name(column)}形如{pattern}"
        case Contains(column, piece):
            return f"{name(column)} contains {piece}" if en else f"{name(column)}包含{piece}"


def _value(value: Value, language: Language) -> str:
    if isinstance(value, bool):
        return _YES[value].in_(language)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
