"""What a segment's rule looks at, beyond the columns of a portrait.

    term     := NAME | 'traits' '.' NAME | call | 'segment' '(' 'code' ')' | 'list' '(' 'name' ')'
              | ('best' | 'worst') '(' (N | SHARE '%') 'by' term ')'
              | 'lookalike' '(' 'segment' ',' (N | SHARE '%') ')'
    sugar    := ('did' | 'never') '(' what count takes ')'

A call is one of the tag language (`understand.tags.text`).  A node of a rule names a term by its
column: the code of a tag or a portrait's column as it is, `traits.` and the trait's name, and of all
else its one spelling, which is the column's name in a table widened by it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from limner.core.errors import Rejected
from limner.core.rule import Compare, Rule, columns_of
from limner.core.rule_text import Terms, is_call, written
from limner.core.rule_tree import literal
from limner.core.rule_words import Cursor
from limner.understand.tags.text import (
    begins_call,
    dotted_name,
    read_call,
    read_counted,
    read_trait,
    write_value,
)
from limner.understand.tags.value import Distance, Measured, Sequence, Trait


@dataclass(frozen=True, slots=True)
class TagTerm:
    """A tag's code or another column of the portrait."""

    code: str


@dataclass(frozen=True, slots=True)
class InSegment:
    """Whether the customer is in a segment."""

    code: str


@dataclass(frozen=True, slots=True)
class InList:
    """Whether the customer is on an uploaded list."""

    name: str


@dataclass(frozen=True, slots=True)
class Best:
    """Whether the customer is among the best (or worst) by a term.

    `n` customers, or a `share` in 0..1 of those with a value, rounded up; equals by customer_id.
    `by`: a term as rules name it.
    """

    n: int | None
    share: float | None
    by: str
    is_worst: bool = False


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Whether the customer is among those most like a segment's members, not being one of them.

    `n` customers, or a `share` in 0..1 of all.
    """

    seed: str
    n: int | None
    share: float | None


Term: TypeAlias = (
    TagTerm | Measured | Sequence | Distance | Trait | InSegment | InList | Best | Lookalike
)
Check = Callable[[Term], None]
_TRAITS = "traits."
_SUGAR = ("did", "never")
_HEADS = ("segment", "list", "best", "worst", "lookalike")


def read_term(column: str) -> Term:
    """The term that a node of a rule names by its column.

    Raises: `Malformed` or `Unknown` when it looks like a call and is none.

    >>> read_term("segment('vip')")
    InSegment(code='vip')
    """
    if is_call(column):
        cursor = Cursor(column)
        term = _read(cursor)
        if cursor.word.kind != "end" or term is None:
            cursor.fail("the term was over before this")
        return term
    if column.startswith(_TRAITS):
        return Trait(column.removeprefix(_TRAITS))
    return TagTerm(column)


def write_term(term: Term) -> str:
    """The column by which a node of a rule names a term; `read_term` reads it back."""
    match term:
        case TagTerm(code):
            return code
        case Trait(name):
            return f"{_TRAITS}{name}"
        case InSegment(code):
            return f"segment({literal(code)})"
        case InList(name):
            return f"list({literal(name)})"
        case Best(n, share, by, is_worst):
            return f"{'worst' if is_worst else 'best'}({_amount(n, share)} by {written(by)})"
        case Lookalike(seed, n, share):
            return f"lookalike({literal(seed)}, {_amount(n, share)})"
        case _:
            return write_value(term)


def terms_of(rule: Rule) -> frozenset[str]:
    """The terms a rule looks at, by their columns; also those that `best` ranks by."""
    found = set(columns_of(rule))
    for column in tuple(found):
        while isinstance(term := read_term(column), Best):
            column = term.by
            found.add(column)
    return frozenset(found)


def terms(check: Check | None = None) -> Terms:
    """Reads terms that are more than a name, for `limner.core.rule.parse`.

    `check` is asked about each, and raises what is wrong with it; the error then gets its place.
    """

    def read(cursor: Cursor) -> str | Rule | None:
        start = cursor.word
        sugar = start.text.lower() if start.says(*_SUGAR) and cursor.ahead().says("(") else ""
        if sugar:
            cursor.take()
            cursor.take()
            term: Term | None = read_counted(cursor, start)
            cursor.want(")", "what is counted")
        else:
            term = _read(cursor, check)
        if term is None:
            return None
        if check is not None:
            try:
                check(term)
            except Rejected as error:
                if error.place is not None:
                    raise
                cursor.blame(error, start)
        column = write_term(term)
        if sugar:
            return Compare(column, *((">=", 1) if sugar == "did" else ("=", 0)))
        return column

    return read


def _read(cursor: Cursor, check: Check | None = None) -> Term | None:
    """The term that begins at a cursor; None, and nothing read, where a name does."""
    if cursor.word.says("traits") and cursor.ahead().says("."):
        return read_trait(cursor)
    if cursor.word.says(*_HEADS) and cursor.ahead().says("("):
        is_of_columns = cursor.word.says("list") and cursor.ahead(2).kind != "text"
        if not is_of_columns:
            return _read_own(cursor, check)
    return read_call(cursor) if begins_call(cursor) else None


def _read_own(cursor: Cursor, check: Check | None) -> Term:
    head = cursor.take().text.lower()
    cursor.take()
    if head in ("segment", "list"):
        name = cursor.string()
        cursor.want(")", "the name")
        return InSegment(name) if head == "segment" else InList(name)
    if head == "lookalike":
        seed = cursor.string()
        cursor.want(",", "the segment's code")
        n, share = _read_amount(cursor)
        cursor.want(")", "how many")
        return Lookalike(seed, n, share)
    n, share = _read_amount(cursor)
    cursor.want("by", "how many")
    start = cursor.word
    with cursor.deeper():
        by = terms(check)(cursor)
    if by is None:
        by = _name(cursor, check)
    if not isinstance(by, str):
        cursor.fail("a term to rank by should stand here, not a condition", start)
    cursor.want(")", "what they are ranked by")
    return Best(n, share, by, head == "worst")


def _name(cursor: Cursor, check: Check | None) -> str:
    start = cursor.word
    name = dotted_name(cursor, "a tag to rank by")
    if cursor.word.says("("):
        cursor.refuse(start, cursor.ahead())
    if check is not None:
        try:
            check(TagTerm(name))
        except Rejected as error:
            cursor.blame(error, start)
    return name


def _read_amount(cursor: Cursor) -> tuple[int | None, float | None]:
    """How many, as a number of customers or as a percentage."""
    word = cursor.word
    if not cursor.ahead().says("%"):
        return cursor.whole("how many customers"), None
    cursor.number()
    percent = Decimal(word.text)
    if not 0 < percent <= 100:
        cursor.fail("a percentage is more than 0 and at most 100", word)
    cursor.take()
    return None, float(percent / 100)


def _amount(n: int | None, share: float | None) -> str:
    if n is not None:
        return str(n)
    percent = (Decimal(repr(share)) * 100).normalize()
    return f"{percent:f}%"
