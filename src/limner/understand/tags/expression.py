"""Tags computed from other tags of the same customer, written as SQL: `revenue_90d / orders_90d`.

What it can say is in `expression_text`, what each function means in `function`.  It means the same
in Python and in an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

import ibis
from ibis.expr.types import Table
from ibis.expr.types import Value as Column

from limner.core.rule import in_engine as constant_in_engine
from limner.core.rule_kind import Kind
from limner.core.rule_tree import unknown
from limner.core.rule_words import Cursor
from limner.understand.tags.expression_text import Tags, read_tree, write_tree
from limner.understand.tags.expression_tree import Call, Case, Constant, Name, Tree, names_of
from limner.understand.tags.function import FUNCTIONS
from limner.understand.tags.value import Expression

Computed: TypeAlias = float | str | bool | date | None


def read_expression(
    text: str, tags: Tags | None = None, measures: Collection[str] = ()
) -> Expression:
    """The expression that a text says, in its one spelling.

    `tags`: those that may be read; where it gives their kinds, values are held to them.
    `measures`: names of measures, of which errors say that they stand alone.
    Raises: `Malformed` at the word that it cannot say or that is of another kind, `Unknown` for a
    word that is none of `tags`.

    >>> read_expression("(revenue_90d / orders_90d)").text
    'revenue_90d / orders_90d'
    """
    cursor = Cursor(text, "the definition")
    part = read_tree(cursor, tags, measures)
    if cursor.word.kind != "end":
        cursor.fail("the definition was over before this")
    reads = tuple(dict.fromkeys(names_of(part.tree)))
    if not reads:
        cursor.fail("an expression reads at least one tag", part.start)
    return Expression(write_tree(part.tree), reads)


def expression_kind(expression: Expression, tags: Tags | None) -> Kind | None:
    """The kind of what an expression gives, of tags of such kinds; None where they do not tell.

    Raises: as `read_expression`.
    """
    return read_tree(Cursor(expression.text, "the definition"), tags).kind


def in_engine(expression: Expression, table: Table) -> Column:
    """The expression as an Ibis column of a table that has the tags it reads.

    Numbers are doubles, whatever the tags' own columns are.
    Raises: `Unknown` for a tag that the table does not have.
    """
    return _column(_tree(expression.text), table)


def compiled_expression(expression: Expression) -> Callable[[Mapping[str, object]], Computed]:
    """The expression as a function of a customer's tags, which gives what an engine gives.

    The function raises: `Unknown` for a tag that the row does not have.
    """
    written = _Written()
    text = written.text(_tree(expression.text))
    lines = (
        "def compute(row):", "    try:", f"        return {text}", "    except KeyError as error:",
        "        raise unknown(error.args[0], row.keys()) from None",
    )  # fmt: skip
    exec(compile("\n".join(lines), "<expression>", "exec"), written.names)  # noqa: S102  no word of it is anybody else's
    return written.names["compute"]


@lru_cache(maxsize=4096)
def _tree(text: str) -> Tree:
    return read_tree(Cursor(text, "the definition")).tree


def _column(tree: Tree, table: Table) -> Column:
    match tree:
        case Name(code):
            if code not in table.columns:
                raise unknown(code, table.columns)
            column = table[code]
            return column.cast("float64") if column.type().is_numeric() else column
        case Constant(value):
            if isinstance(value, int | float) and not isinstance(value, bool):
                return constant_in_engine(float(value))
            return ibis.null() if value is None else constant_in_engine(value)
        case Case(whens, otherwise):
            branches = [(_column(c, table), _column(v, table)) for c, v in whens]
            last = None if otherwise is None else _column(otherwise, table)
            return ibis.cases(*branches, else_=last)
        case Call(name, arguments):
            function = FUNCTIONS[name]
            values = [
                written_down(argument) if at >= _free(name) else _column(argument, table)
                for at, argument in enumerate(arguments)
            ]
            return function.engine(*values)


def _free(name: str) -> int:
    """How many of a function's values need not be written down."""
    function = FUNCTIONS[name]
    return 1 if function.constants else 10**6


def written_down(tree: Tree) -> Any:
    """The value of a constant, as it was written."""
    assert isinstance(tree, Constant)  # noqa: S101  the reader has refused the rest
    return tree.value


class _Written:
    """The names of an expression's text: nothing that it says becomes text but through `bind`."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"unknown": unknown}
        self._variables = 0

    def bind(self, value: object) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def variable(self) -> str:
        self._variables += 1
        return f"v{self._variables}"

    def text(self, tree: Tree) -> str:
        """What computes a part of an expression from `row`."""
        match tree:
            case Name(code):
                seen = self.variable()
                return (
                    f"(float({seen}) if type({seen} := row[{self.bind(code)}]) is int else {seen})"
                )
            case Constant(value):
                number = isinstance(value, int | float) and not isinstance(value, bool)
                return self.bind(float(value) if number else value)  # type: ignore[arg-type]
            case Case(whens, otherwise):
                chosen = [f"{self.text(v)} if {self.text(c)} else" for c, v in whens]
                last = "None" if otherwise is None else self.text(otherwise)
                return f"({' '.join(chosen)} {last})"
            case Call(name, arguments):
                return self._call(name, arguments)

    def _call(self, name: str, arguments: tuple[Tree, ...]) -> str:
        function, free = FUNCTIONS[name], _free(name)
        kept = [self.bind(written_down(argument)) for argument in arguments[free:]]
        asked, compute = (
            [self.text(argument) for argument in arguments[:free]],
            self.bind(function.python),
        )
        if function.is_open:
            return f"{compute}({', '.join(asked)})"
        found = [self.variable() for _ in asked]
        missing = (f"({v} := {text}) is None" for v, text in zip(found, asked, strict=True))
        return f"(None if {' or '.join(missing)} else {compute}({', '.join([*found, *kept])}))"
