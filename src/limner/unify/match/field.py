"""One thing that records are compared on, and the columns of several files that mean it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyarrow as pa

from limner.unify.match import levels, writing
from limner.unify.match.levels import Level
from limner.unify.match.recognise import Column, texts_of
from limner.unify.match.vocabulary import words_of

Texts = list[str | None]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that records are compared on.

    `columns`: by file, the headers it comes from.  `values`: by suffix, one entry a row: ``""`` the
    value itself, `_s` its sound, `_w` its words; None where it is missing.  `is_text`: compared by
    weighted words rather than by the engine.
    """

    name: str
    role: str
    columns: tuple[tuple[str, ...], ...]
    levels: tuple[Level, ...]
    values: dict[str, list[Any]] = field(repr=False)
    is_text: bool = False
    partner: str = ""

    @property
    def filled(self) -> float:
        """The share of rows that have a value."""
        main = self.values[""]
        return sum(v is not None for v in main) / max(1, len(main))


class Rows:
    """The texts of all files by column, and which columns stand for the same thing."""

    def __init__(self, files: Sequence[pa.Table], columns: Sequence[Sequence[Column]]) -> None:
        self.files, self.columns = files, columns

    def of_role(self, file: int, role: str) -> list[Column]:
        """A file's columns of a role."""
        return [c for c in self.columns[file] if c.role == role]

    def texts(self, file: int, name: str) -> Texts:
        """A column's texts."""
        return texts_of(self.files[file][name]).to_pylist()

    def joined(self, chosen: Sequence[Column | None]) -> Texts:
        """One column a file, one after the other; a file without one gives missing values."""
        found: Texts = []
        for file, column in enumerate(chosen):
            rows = self.files[file].num_rows
            found += [None] * rows if column is None else self.texts(file, column.name)
        return found

    def dates(self, chosen: Sequence[Column | None]) -> Texts:
        """Columns of dates as YYYYMMDD; each is read in the order it writes days and months."""
        found: Texts = []
        for file, column in enumerate(chosen):
            if column is None:
                found += [None] * self.files[file].num_rows
            else:
                found += each(partial(_as_date, order=column.order), self.texts(file, column.name))
        return found

    def groups(self, roles: Sequence[str]) -> list[tuple[Column | None, ...]]:
        """Columns of the same meaning, one a file: of the same header first, then of the same role."""
        left = [[c for c in self.columns[f] if c.role in roles] for f in range(len(self.files))]
        found: list[tuple[Column | None, ...]] = []
        first_with = max(range(len(left)), key=lambda f: len(left[f]), default=0)
        for column in list(left[first_with]):
            row: list[Column | None] = [None] * len(left)
            row[first_with] = column
            for f in range(len(left)):
                if f == first_with:
                    continue
                same = [c for c in left[f] if words_of(c.name) == words_of(column.name)
                        and re.findall(r"\d", c.name) == re.findall(r"\d", column.name)]  # fmt: skip
                if same:
                    row[f] = same[0]
            found.append(tuple(row))
        taken = {(f, c.name) for row in found for f, c in enumerate(row) if c}
        result = []
        for beside in found:
            filled = list(beside)
            main = beside[first_with]
            for f in range(len(left)):
                if filled[f] is None and main is not None:
                    free = [c for c in left[f] if (f, c.name) not in taken and c.role == main.role]
                    if free:
                        filled[f] = free[0]
                        taken.add((f, free[0].name))
            if len(left) == 1 or sum(c is not None for c in filled) > 1:
                result.append(tuple(filled))
        return result


def headers(chosen: Sequence[Column | None]) -> tuple[tuple[str, ...], ...]:
    """By file, the header of the column chosen, if any."""
    return tuple(() if c is None else (c.name,) for c in chosen)


def each(normal: Callable[[str], Any], texts: Texts) -> list[Any]:
    """Texts in normal form; what says nothing becomes None; every distinct text is worked on once."""
    done: dict[str | None, Any] = {None: None}
    for text in texts:
        if text not in done and text is not None:
            value = normal(text) if writing.plain(text) else None
            done[text] = None if value == "" else value
    return [done[text] for text in texts]


def with_words(values: list[Any]) -> dict[str, list[Any]]:
    """A field's value in one byte a character, its sound, and its distinct words."""
    return {
        "": each(writing.narrow, values),
        "_s": each(writing.sound, values),
        "_w": each(lambda v: sorted(set(writing.tokens(v))), values),
    }


def text_field(
    name: str, role: str, columns: tuple[tuple[str, ...], ...], values: list[Any]
) -> Field:
    """A field of texts, which are compared by their weighted words."""
    return Field(name, role, columns, levels.TEXT, {"": values}, is_text=True)


def _as_date(text: str, order: str) -> str:
    read = writing.as_date(text, order)
    if read is None:  # a wrong order in this row, or no date: keep the digits for a look
        other = writing.as_date(text, "md" if order == "dm" else "dm")
        if other:
            return other
        digits = re.sub(r"\D", "", text)
        if re.fullmatch(r"(?:18|19|20)\d\d", digits):  # a year alone, as the engine knows it
            return digits + "0101"
        return digits if len(digits) in (7, 8, 9) else ""
    return read
