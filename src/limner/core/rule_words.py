"""The words of a rule one after another, each with its place, so that errors can point at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Literal, NoReturn

from limner.core.errors import Malformed, Rejected
from limner.core.rule_tree import Value, day

Kind = Literal["name", "quoted", "text", "number", "sign", "end"]
_WORD = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>--|/\*)
  | (?P<name>[^\W\d]\w*)
  | (?P<quoted>"(?:[^"]|"")*")
  | (?P<text>'(?:[^']|'')*')
  | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<sign><>|<=|>=|!=|==|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)
_DEEPEST = 40  # engines read conditions with a stack of their own
_OPEN = {'"': "a name's quote", "'": "a text's quote"}
_CANNOT = (
    "is not something a rule can say; use a column with =, <>, <, <=, >, >=, in, between, is null, "
    "like or contains, joined by and, or, not"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a rule: `text` is what it says, `start` and `end` where it stands, from 0."""

    kind: Kind
    text: str
    start: int
    end: int

    def says(self, *signs: str) -> bool:
        """Whether this is one of some keywords or signs; what is quoted never is."""
        return self.kind in ("name", "sign") and self.text.lower() in signs


class Cursor:
    """A place among the words of a text that moves forward as they are read.

    `what` the text is, as errors say it.
    """

    def __init__(self, text: str, what: str = "the rule") -> None:
        self.text = text
        self.what = what
        self._words = _words(text, what)
        self._at = 0
        self._depth = 0

    @property
    def word(self) -> Word:
        """The word to be read next."""
        return self._words[self._at]

    @property
    def last(self) -> Word:
        """The word that was read last, or the next where none was."""
        return self._words[max(self._at - 1, 0)]

    def ahead(self, steps: int = 1) -> Word:
        """The word that comes so many after the next."""
        return self._words[min(self._at + steps, len(self._words) - 1)]

    def take(self) -> Word:
        """Read a word."""
        word = self.word
        self._at = min(self._at + 1, len(self._words) - 1)
        return word

    def took(self, *signs: str) -> bool:
        """Read these words if they come next, one after the other; whether they did."""
        if all(self.ahead(at).says(sign) for at, sign in enumerate(signs)):
            self._at += len(signs)
            return True
        return False

    def want(self, sign: str, after: str) -> Word:
        """Read a word that must come.

        Raises: `Malformed` at the word that came instead.
        """
        if not self.word.says(sign):
            self.fail(f"{sign!r} should stand here, after {after}")
        return self.take()

    def name(self, what: str) -> Word:
        """Read a name, plain or in "double quotes".

        Raises: `Malformed` when something else stands there.
        """
        if self.word.kind not in ("name", "quoted"):
            self.fail(f"{what} should stand here")
        return self.take()

    def value(self) -> Value:
        """Read a value: a number, text, true or false, or a day.

        Raises: `Malformed` when something else stands there.
        """
        word = self.word
        if word.says("-") and self.ahead().kind == "number":
            self.take()
            return -self.number()
        if word.kind == "number":
            return self.number()
        if word.kind == "text":
            return self.take().text
        if word.says("true", "false"):
            return self.take().text.lower() == "true"
        if word.says("date") and self.ahead().kind == "text":
            return self.day()
        if word.says("null"):
            self.fail("nothing equals null; write is null, or is not null", code="rule-null")
        if word.kind in ("name", "quoted"):
            self.fail(
                f"{word.text!r}{self.place(word)} stands where a value should; "
                "put text in 'single quotes'",
                code="rule-value",
            )
        return self.fail("a column or a value is missing there")

    def number(self) -> int | float:
        """Read a number without a sign.

        Raises: `Malformed` when something else stands there, or one too great to count with.
        """
        word = self.word
        if word.kind != "number":
            self.fail("a number should stand here")
        if not isfinite(float(word.text)):
            self.fail("the number is too great")
        self.take()
        return int(word.text) if word.text.isdecimal() else float(word.text)

    def day(self) -> date:
        """Read a day, as `date '2017-12-31'` or with the quotes alone.

        Raises: `Malformed` when it is none.
        """
        self.took("date")
        word = self.word
        if word.kind != "text":
            self.fail("a day such as date '2017-12-31' should stand here")
        self.take()
        try:
            return day(word.text)
        except Malformed as error:
            raise Malformed(error.code, error.message, place=(word.start, word.end)) from error

    def string(self) -> str:
        """Read text in single quotes.

        Raises: `Malformed` when something else stands there.
        """
        word = self.word
        if word.kind == "end":
            self.fail("text in 'single quotes' should stand here")
        if word.kind != "text":
            self.fail(f"{word.text!r} should be text in 'single quotes'", code="rule-value")
        return self.take().text

    def whole(self, what: str) -> int:
        """Read a whole number, 1 or more.

        Raises: `Malformed` when something else stands there.
        """
        word = self.word
        if word.kind != "number" or not word.text.isdecimal() or not 1 <= int(word.text) < 2**31:
            self.fail(f"{what} is a whole number, 1 or more")
        return int(self.take().text)

    def place(self, word: Word) -> str:
        """Where a word stands, as errors say it."""
        return f" at character {word.start + 1}"

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Read what stands inside something.

        Raises: `Malformed` where it stands deeper than anybody means.
        """
        self._depth += 1
        if self._depth > _DEEPEST:
            self.fail("this is too deep; take parts of it out")
        yield
        self._depth -= 1

    def fail(self, why: str, word: Word | None = None, code: str = "rule-malformed") -> NoReturn:
        """Refuse the text at a word, by default the next one.

        Raises: `Malformed`, with the word's place.
        """
        word = word or self.word
        near = f", near {word.text!r}" if word.text else ", where it ends"
        told = (
            why
            if code == "rule-value"
            else f"cannot read {self.what}{self.place(word)}{near}: {why}"
        )
        raise Malformed(code, told, place=(word.start, max(word.end, word.start + 1)))

    def refuse(self, start: Word, until: Word) -> NoReturn:
        """Refuse something that could be SQL but is nothing a rule says.

        Raises: `Malformed`, with the place of the words.
        """
        said = self.text[start.start : until.end].strip()
        raise Malformed(
            "rule-refused", f"{said!r}{self.place(start)} {_CANNOT}", place=(start.start, until.end)
        )

    def blame(self, error: Rejected, start: Word, until: Word | None = None) -> NoReturn:
        """Say an error again, now with the place of the words from `start` to the last one read.

        Raises: the error, with the words' place.
        """
        end = (until or self.last).end
        said = f"{error.message} (at character {start.start + 1})"
        raise type(error)(
            error.code, said, error.field, (start.start, max(end, start.start + 1))
        ) from error


def is_plain(name: str) -> bool:
    """Whether a name is one word that needs no quotes."""
    found = _WORD.fullmatch(name)
    return found is not None and found.lastgroup == "name"


def _words(text: str, what: str) -> list[Word]:
    words: list[Word] = []
    for found in _WORD.finditer(text):
        kind, said = found.lastgroup, found.group()
        if kind == "space":
            continue
        if kind == "comment":
            raise _unreadable(found, what, f"{what} has no comments")
        if said in _OPEN:
            raise _unreadable(found, what, f"{_OPEN[said]} is left open here")
        if kind in ("quoted", "text"):
            said = said[1:-1].replace(said[0] * 2, said[0])
        if kind == "number" and len(said) > 40:
            raise _unreadable(found, what, "the number is too long")
        words.append(Word(kind, said, found.start(), found.end()))  # type: ignore[arg-type]
    words.append(Word("end", "", len(text), len(text)))
    return words


def _unreadable(found: re.Match[str], what: str, why: str) -> Malformed:
    return Malformed(
        "rule-malformed",
        f"cannot read {what} at character {found.start() + 1}: {why}",
        place=found.span(),
    )
