"""The words of a rule one after another, each with its place, so that errors can point at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NoReturn

import sqlglot
from sqlglot import TokenType
from sqlglot.tokens import Tokenizer

from limner.core.errors import Malformed
from limner.core.rule_tree import Value, day

Kind = Literal["name", "quoted", "text", "number", "sign", "end"]
_KINDS: dict[TokenType, Kind] = {
    TokenType.IDENTIFIER: "quoted", TokenType.STRING: "text", TokenType.NUMBER: "number",
}  # fmt: skip
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
    """A place among the words of a text that moves forward as they are read."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            tokens = Tokenizer(dialect="duckdb").tokenize(text)
        except sqlglot.errors.TokenError as error:
            told = str(error).splitlines()[0]
            raise Malformed(
                "rule-malformed",
                f"cannot read the rule: {told}; is a quote left open?",
                place=(0, len(text)),
            ) from error
        self._words = [_word(text, t.token_type, t.text, t.start, t.end + 1) for t in tokens]
        self._words.append(Word("end", "", len(text), len(text)))
        self._at = 0

    @property
    def word(self) -> Word:
        """The word to be read next."""
        return self._words[self._at]

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
            return -_number(self.take())
        if word.kind == "number":
            return _number(self.take())
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
        if word.kind != "text":
            self.fail(f"{word.text!r} should be text in 'single quotes'", code="rule-value")
        return self.take().text

    def whole(self, what: str) -> int:
        """Read a whole number, 1 or more.

        Raises: `Malformed` when something else stands there.
        """
        word = self.word
        if word.kind != "number" or not word.text.isdigit() or int(word.text) < 1:
            self.fail(f"{what} is a whole number, 1 or more")
        return int(self.take().text)

    def place(self, word: Word) -> str:
        """Where a word stands, as errors say it."""
        return f" at character {word.start + 1}"

    def fail(self, why: str, word: Word | None = None, code: str = "rule-malformed") -> NoReturn:
        """Refuse the text at a word, by default the next one.

        Raises: `Malformed`, with the word's place.
        """
        word = word or self.word
        near = f", near {word.text!r}" if word.text else ", where it ends"
        told = (
            why if code == "rule-value" else f"cannot read the rule{self.place(word)}{near}: {why}"
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


def _word(text: str, kind: TokenType, said: str, start: int, end: int) -> Word:
    found = _KINDS.get(kind)
    if found is None:
        found = "name" if said[:1].isalpha() or said[:1] == "_" else "sign"
        said = text[start:end] if found == "sign" else said
    return Word(found, said, start, end)


def _number(word: Word) -> int | float:
    return int(word.text) if word.text.isdigit() else float(word.text)
