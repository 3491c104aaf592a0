"""A rule as Python text: an expression that is true exactly where the rule is true.

SQL's three values need only two questions, since what is asked in the end is whether a rule is
true: when it is true, and, under a `not`, when it is false.  A missing value makes neither so.
Values of a rule never become text of the program: they are bound to names.
"""

from __future__ import annotations

import re
from typing import Protocol

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
)  # fmt: skip
from limner.core.rule_kind import Kind, is_loose, kind_of
from limner.core.rule_tree import Operator

_OPPOSITE: dict[Operator, Operator] = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}  # fmt: skip
_SPELLED = {"=": "==", "<>": "!="}


class Scope(Protocol):
    """What the program that an expression becomes part of has names for."""

    def read(self, column: str, kind: Kind | None = None) -> str:
        """What finds a column's value there; of a property or trait that of one kind."""
        ...

    def fit(self, column: str, value: Value) -> object:
        """A rule's value as the column's values are there."""
        ...

    def bind(self, value: object) -> str:
        """A name for a value."""
        ...


def when_true(rule: Rule, scope: Scope, is_true: bool = True) -> str:
    """The expression that is true where a rule is true, or with `is_true` off where it is false."""
    match rule:
        case And(rules) | Or(rules):
            parts = [when_true(each, scope, is_true) for each in rules]
            word = " and " if isinstance(rule, And) is is_true else " or "
            return f"({word.join(parts)})"
        case Not(inner):
            return when_true(inner, scope, not is_true)
        case IsNull(column):
            return f"({scope.read(column)} is {'' if is_true else 'not '}None)"
        case Compare(column, operator, value):
            return _compared(column, operator if is_true else _OPPOSITE[operator], value, scope)
        case Between(column, low, high):
            edges = (Compare(column, ">=", low), Compare(column, "<=", high))
            return when_true(And(edges), scope, is_true)
        case In(column, values):
            # Each value may name another kind of a property, and each kind is read by itself.
            alike = tuple(Compare(column, "=", value) for value in values)
            if is_loose(column):
                return when_true(Or(alike), scope, is_true)
            seen = scope.read(column)
            among = scope.bind(frozenset(scope.fit(column, value) for value in values))
            return f"({seen} is not None and {seen} {'in' if is_true else 'not in'} {among})"
        case Like(column, pattern) if _is_piece(pattern):
            return when_true(Contains(column, pattern[1:-1]), scope, is_true)
        case Like(column, pattern):
            shape = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in pattern)
            matches, seen = scope.bind(re.compile(shape, re.DOTALL).fullmatch), scope.read(column, "text")  # fmt: skip
            found = f"{matches}({seen}) is {'not ' if is_true else ''}None"
            return f"({seen} is not None and {found})"
        case Contains(column, piece):
            seen = scope.read(column, "text")
            has = f"{scope.bind(piece)} {'in' if is_true else 'not in'} {seen}"
            return f"({seen} is not None and {has})"


def _is_piece(pattern: str) -> bool:
    """Whether a pattern asks for a piece of text and nothing else: `%piece%`."""
    inner = pattern[1:-1]
    is_between = len(pattern) > 2 and pattern[0] == pattern[-1] == "%"
    return is_between and not ("%" in inner or "_" in inner)


def _compared(column: str, operator: Operator, value: Value, scope: Scope) -> str:
    kind = kind_of(value)
    if is_loose(column):
        if kind == "day":
            return "False"  # nothing loose is a day: it is missing beside one
        seen = scope.read(column, kind)
    else:
        seen = scope.read(column)
    spelled = _SPELLED.get(operator, operator)
    return f"({seen} is not None and {seen} {spelled} {scope.bind(scope.fit(column, value))})"
