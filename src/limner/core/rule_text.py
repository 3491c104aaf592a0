"""Rules as people write them: text to tree and back.

    rule := each ('or' each)*        each := part ('and' part)*        part := ['not'] atom
    atom := '(' rule ')' | term [comparison] | value operator term | contains(term, 'text')

A term is a column's name; what `terms` reads besides (the calls of the segment language) is a name
too, its own text in one spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from limner.core.errors import Malformed
from limner.core.rule_kind import Kind, check_value, kind_of
from limner.core.rule_tree import (
    And,
    Between,
    Compare,
    Contains,
    In,
    IsNull,
    Like,
    Not,
    Operator,
    Or,
    Rule,
    Value,
    literal,
    unknown,
)
from limner.core.rule_words import Cursor, Word, is_plain

_OPERATORS: dict[str, Operator] = {
    "=": "=", "==": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}  # fmt: skip
_FLIPPED: dict[Operator, Operator] = {
    "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=",
}  # fmt: skip

# Reads a term that is more than a name (`count(...)`, `traits.plan`), or gives None and reads nothing.
# A whole condition may stand for a term: `did(...)` is `count(...) >= 1`.
Terms = Callable[[Cursor], "str | Rule | None"]
# The kind of a term, of those that were read; None where it is not known.
Kinds = Callable[[str], "Kind | None"]

# Words that mean something where a name could stand; a column of such a name is written in quotes.
_RESERVED = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "between",
        "is",
        "like",
        "null",
        "true",
        "false",
        "date",
        "contains",
        "case",
        "when",
        "then",
        "else",
        "end",
        "of",
        "by",
        "where",
        "part",
        "since",
        "within",
        "without",
    ]
)


def parse(
    text: str,
    columns: Collection[str] | None = None,
    terms: Terms | None = None,
    kinds: Kinds | None = None,
) -> Rule:
    """The rule that a text says.

    `columns`: the names there are, where only those may be named.  `terms`: reads what more there
    is than names.  `kinds`: the kind of each, where values are to be held to them.
    Raises: `Malformed` at the character where the text stops being a rule, and at a value of
    another kind than its column; `Unknown` for a word that is no column, with the closest names.

    >>> parse("orders_90d >= 3 and store_top is not null").rules[0]
    Compare(column='orders_90d', operator='>=', value=3)
    """
    if not text.strip():
        raise Malformed("rule-empty", "the rule is empty; write one such as orders_90d >= 3")
    cursor = Cursor(text)
    rule = read_rule(cursor, columns, terms, kinds)
    if cursor.word.kind != "end":
        cursor.fail("the rule was over before this")
    return rule


def read_rule(
    cursor: Cursor,
    columns: Collection[str] | None = None,
    terms: Terms | None = None,
    kinds: Kinds | None = None,
) -> Rule:
    """The rule that begins at a cursor, which then stands behind it.

    Raises: as `parse`.
    """
    return _Reader(cursor, columns, terms, kinds).either()


class _Reader:
    """Reads one rule, the loosest joint first."""

    def __init__(
        self,
        cursor: Cursor,
        columns: Collection[str] | None,
        terms: Terms | None,
        kinds: Kinds | None,
    ) -> None:
        self._cursor = cursor
        self._columns = columns
        self._terms = terms
        self._kinds = kinds

    def either(self) -> Rule:
        parts = [self.every()]
        while self._cursor.took("or"):
            parts.append(self.every())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def every(self) -> Rule:
        parts = [self.part()]
        while self._cursor.took("and"):
            parts.append(self.part())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def part(self) -> Rule:
        if not self._cursor.took("not"):
            return self.atom()
        with self._cursor.deeper():
            return Not(self.part())

    def atom(self) -> Rule:
        cursor = self._cursor
        start = cursor.word
        if cursor.took("("):
            with cursor.deeper():
                inner = self.either()
            if not cursor.word.says(")"):
                cursor.fail("')' should stand here, to close the parenthesis")
            cursor.take()
            return inner
        if start.says("contains") and cursor.ahead().says("("):
            return self.contains()
        if start.kind not in ("name", "quoted") or start.says("true", "false", "date", "null"):
            return self.flipped()
        term = self.term()
        if not isinstance(term, str):
            return term
        return self.condition(term, start)

    def contains(self) -> Rule:
        cursor = self._cursor
        cursor.take()
        cursor.take()
        column = self.column()
        cursor.want(",", "the column")
        piece = self.piece(column)
        cursor.want(")", "the text")
        return Contains(column, piece)

    def flipped(self) -> Rule:
        """`5 < n`."""
        cursor = self._cursor
        start = cursor.word
        value = cursor.value()
        until = cursor.last
        operator = _OPERATORS.get(cursor.word.text)
        if operator is None:
            cursor.fail("a comparison such as = or >= should stand here")
        cursor.take()
        column = self.column()
        self.check(column, _FLIPPED[operator], value, start, until)
        return Compare(column, _FLIPPED[operator], value)

    def condition(self, column: str, start: Word) -> Rule:
        cursor = self._cursor
        if cursor.word.text in _OPERATORS:
            operator = _OPERATORS[cursor.take().text]
            if cursor.word.says("null"):
                cursor.fail(
                    f"nothing equals null; write {column} is null, or is not null", code="rule-null"
                )
            value = self.value(column, operator)
            if cursor.word.says("+", "-", "*", "/", "||"):
                cursor.refuse(start, cursor.ahead())
            return Compare(column, operator, value)
        if cursor.word.says("+", "-", "*", "/", "||", "("):
            cursor.refuse(start, cursor.ahead())
        if cursor.took("is", "not", "null"):
            return Not(IsNull(column))
        if cursor.took("is", "null"):
            return IsNull(column)
        if cursor.word.says("not") and cursor.ahead().says("in", "between", "like"):
            cursor.take()
            return Not(self.several(column, start))
        return self.several(column, start)

    def several(self, column: str, start: Word) -> Rule:
        cursor = self._cursor
        if cursor.word.says("in") and cursor.ahead().says("("):
            cursor.take()
            cursor.take()
            if cursor.word.says("select", "with"):
                cursor.refuse(start, cursor.ahead())
            values = [self.value(column, "=")]
            while cursor.took(","):
                values.append(self.value(column, "=", values[0]))
            cursor.want(")", "the values")
            return In(column, tuple(values))
        if cursor.word.says("between") and not cursor.ahead().says("("):
            cursor.take()
            low = self.value(column, ">=")
            cursor.want("and", "the lower value")
            return Between(column, low, self.value(column, "<=", low))
        if cursor.took("like"):
            return Like(column, self.piece(column))
        self.check(column, "=", True, start, cursor.last)
        return Compare(column, "=", True)

    def value(self, column: str, operator: Operator, beside: Value | None = None) -> Value:
        """A value to compare a column with; `beside`: one it stands together with."""
        start = self._cursor.word
        value = self._cursor.value()
        self.check(column, operator, value, start, self._cursor.last)
        if self._kinds and beside is not None and kind_of(value) != kind_of(beside):
            self._cursor.fail(f"{column} is compared with values of two kinds", start)
        return value

    def piece(self, column: str) -> str:
        """Text to look for in a column."""
        start = self._cursor.word
        piece = self._cursor.string()
        if self._kinds and self._kinds(column) == "day":
            self._cursor.fail(f"{column} is a day, and has no pieces of text", start)
        self.check(column, "=", piece, start, start)
        return piece

    def check(
        self, column: str, operator: Operator, value: Value, start: Word, until: Word
    ) -> None:
        """Refuse a value of another kind than its column, where it stands."""
        if self._kinds is None:
            return
        try:
            check_value(column, self._kinds(column), operator, value)
        except Malformed as error:
            self._cursor.blame(error, start, until)

    def column(self) -> str:
        term = self.term()
        if not isinstance(term, str):
            self._cursor.fail("a column should stand here, not a condition")
        return term

    def term(self) -> str | Rule:
        cursor = self._cursor
        if self._terms is not None:
            found = self._terms(cursor)
            if found is not None:
                return found
        word = cursor.name("a column")
        if cursor.word.says("(") and word.kind == "name":
            cursor.refuse(word, cursor.ahead())
        name = word.text
        while cursor.word.says(".") and cursor.ahead().kind in ("name", "quoted"):
            cursor.take()
            name = f"{name}.{cursor.take().text}"
        if is_call(name):
            cursor.fail("no name looks like a call", word)
        if self._columns is not None and name not in self._columns:
            error = unknown(name, self._columns, cursor.place(word))
            error.place = (word.start, cursor.last.end)
            raise error
        return name


# ---- rule to text


def to_text(rule: Rule) -> str:
    """The rule as text that `parse` reads back to the same rule."""
    match rule:
        case And(rules):
            return " and ".join(_grouped(part) for part in rules)
        case Or(rules):
            return " or ".join(_grouped(part) for part in rules)
        case Not(inner):
            return f"not ({to_text(inner)})"
        case Compare(column, operator, value):
            return f"{written(column)} {operator} {literal(value)}"
        case In(column, values):
            return f"{written(column)} in ({', '.join(literal(value) for value in values)})"
        case Between(column, low, high):
            return f"{written(column)} between {literal(low)} and {literal(high)}"
        case IsNull(column):
            return f"{written(column)} is null"
        case Like(column, pattern):
            return f"{written(column)} like {literal(pattern)}"
        case Contains(column, piece):
            return f"contains({written(column)}, {literal(piece)})"


def _grouped(rule: Rule) -> str:
    return f"({to_text(rule)})" if isinstance(rule, And | Or) else to_text(rule)


def is_call(column: str) -> bool:
    """Whether a term is a call such as `count(...)`, which is written as it is."""
    head, opening, _ = column.partition("(")
    return bool(opening) and column.endswith(")") and head.isidentifier()


def written(column: str) -> str:
    """A term as a rule writes it: quoted where it would be read as something else."""
    if is_call(column):
        return column
    return ".".join(_quoted(piece) for piece in column.split(".")) or '""'


def _quoted(name: str) -> str:
    if is_plain(name) and name.lower() not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'
