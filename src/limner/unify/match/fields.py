"""The fields that records are compared on: columns of all files, laid beside each other and written alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from limner.unify.match import levels, writing
from limner.unify.match.levels import Level
from limner.unify.match.recognise import Column, texts_of
from limner.unify.match.vocabulary import words_of

Texts = list[str | None]
# What a person shares with those they live with; the rest is the person's own.
SHARED = frozenset({"surname", "phone", "house_number", "street", "locality", "postcode", "region", "country", "company"})  # fmt: skip
PLACES = ("street", "house_number", "locality", "postcode", "region")
_NAMES = ("given_name", "surname", "full_name", "middle_name")
_GENERAL = ("text", "word", "category", "number", "date")


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


def align(files: Sequence[pa.Table], columns: Sequence[Sequence[Column]]) -> list[Field]:
    """The fields of all files' rows, one after the other, from the columns that mean the same."""
    read = _Rows(files, columns)
    fields: list[Field] = []
    fields += _names(read)
    fields += _places(read)
    for role in (
        "birth_date",
        "phone",
        "email",
        "identifier",
        "gender",
        "company",
        "middle_name",
        "country",
    ):
        fields += _simple(read, role, read.groups((role,)))
    rest = read.groups(_GENERAL)
    fields += _simple(read, "", rest)
    fields += [codes for one in fields if one.role == "text" and (codes := _codes(one))]
    counts: dict[str, int] = {}
    named = []
    for found in fields:
        counts[found.name] = counts.get(found.name, 0) + 1
        number = counts[found.name]
        named.append(found if number == 1 else _renamed(found, f"{found.name}_{number}"))
    return [f for f in named if len({v for v in f.values[""] if v is not None}) > 1]


def _renamed(found: Field, name: str) -> Field:
    return Field(
        name, found.role, found.columns, found.levels, found.values, found.is_text, found.partner
    )


class _Rows:
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


def _headers(chosen: Sequence[Column | None]) -> tuple[tuple[str, ...], ...]:
    return tuple(() if c is None else (c.name,) for c in chosen)


def each(normal: Callable[[str], Any], texts: Texts) -> list[Any]:
    """Texts in normal form; what says nothing becomes None; every distinct text is worked on once."""
    done: dict[str | None, Any] = {None: None}
    for text in texts:
        if text not in done and text is not None:
            value = normal(text) if writing.plain(text) else None
            done[text] = None if value == "" else value
    return [done[text] for text in texts]


def _with_words(values: list[Any]) -> dict[str, list[Any]]:
    """A field's value in one byte a character, its sound, and its distinct words."""
    return {
        "": each(writing.narrow, values),
        "_s": each(writing.sound, values),
        "_w": each(lambda v: sorted(set(writing.tokens(v))), values),
    }


# ---- names of people


def _names(read: _Rows) -> list[Field]:
    given: Texts = []
    family: Texts = []
    used: list[tuple[str, ...]] = []
    has_any = False
    for f, file in enumerate(read.files):
        firsts, lasts = read.of_role(f, "given_name"), read.of_role(f, "surname")
        fulls = read.of_role(f, "full_name")
        rows = file.num_rows
        if (firsts and lasts) or ((firsts or lasts) and not fulls):
            g = each(writing.name, read.texts(f, firsts[0].name)) if firsts else [None] * rows
            s = each(writing.name, read.texts(f, lasts[0].name)) if lasts else [None] * rows
            used.append(tuple(c.name for c in (*firsts[:1], *lasts[:1])))
            has_any = True
        elif fulls:
            split = each(writing.split_name, read.texts(f, fulls[0].name))
            g = [v[0] or None if v else None for v in split]
            s = [v[1] or None if v else None for v in split]
            used.append((fulls[0].name,))
            has_any = True
        else:
            g, s = [None] * rows, [None] * rows
            used.append(())
        given += g
        family += s
    if not has_any:
        return []
    both = any(v is not None for v in given) and any(v is not None for v in family)
    columns = tuple(used)
    kinds = levels.NAME if both else levels.LONE_NAME
    return [
        Field(name, name, columns, kinds, _with_words(values), partner=partner if both else "")
        for name, partner, values in (
            ("given_name", "surname", given),
            ("surname", "given_name", family),
        )
        if any(v is not None for v in values)
    ]


# ---- places


def _places(read: _Rows) -> list[Field]:
    have = [{r for r in PLACES if read.of_role(f, r)} for f in range(len(read.files))]
    if any("street" in h for h in have) and any(
        h == {"street"} and other - {"street", "region"} for h in have for other in have
    ):
        return _one_line(read)
    fields: list[Field] = []
    streets = read.groups(("street",))
    has_number = all("house_number" in h for h in have)
    for chosen in streets:
        fields += _street(read, chosen, has_number)
    for role, kinds, normal in (
        ("house_number", levels.HOUSE_NUMBER, writing.code),
        ("locality", levels.PLACE, writing.address),
        ("postcode", levels.POSTCODE, writing.code),
        ("region", levels.REGION, writing.sound),
    ):
        for chosen in read.groups((role,)):
            values = each(normal, read.joined(chosen))
            derived = (
                _with_words(values) if kinds is levels.PLACE else {"": each(writing.narrow, values)}
            )
            fields.append(Field(role, role, _headers(chosen), kinds, derived))
    return fields


def _street(read: _Rows, chosen: Sequence[Column | None], has_number: bool) -> list[Field]:
    texts = read.joined(chosen)
    values = each(writing.address, texts)
    known = [v for v in values if v]
    lengths = [len(writing.tokens(v)) for v in known[:3000]]
    is_long = bool(lengths) and (
        sum(lengths) / len(lengths) > 4.5 or sum(map(writing.has_han, known[:500])) > 250
    )
    with_digits = sum(bool(re.search(r"\d", v)) for v in known[:3000]) / max(1, len(known[:3000]))
    found: list[Field] = []
    # Numbers are a field of their own, so that they do not count twice.
    bare = each(_without_numbers, values) if with_digits > 0.4 and not has_number else values
    if is_long:
        found.append(_text("street", "street", _headers(chosen), bare))
    else:
        found.append(Field("street", "street", _headers(chosen), levels.STREET, _with_words(bare)))
    if with_digits > 0.4 and not has_number:
        found.append(_numbers(_headers(chosen), texts))
    return found


def _without_numbers(text: str) -> str:
    return " ".join(re.sub(r"\b\d[^\W_]?\b|\d+", " ", text).split())


def _numbers(columns: tuple[tuple[str, ...], ...], texts: Texts) -> Field:
    values = {"": each(writing.numbers, texts)}
    return Field("house_number", "house_number", columns, levels.HOUSE_NUMBER, values)


def _one_line(read: _Rows) -> list[Field]:
    """Addresses of one column in a file and of several in another: all as one line."""
    texts: Texts = []
    used: list[tuple[str, ...]] = []
    for f, file in enumerate(read.files):
        parts = [
            c
            for role in ("house_number", "street", "postcode", "locality")
            for c in read.of_role(f, role)
        ]
        used.append(tuple(c.name for c in parts))
        rows = [read.texts(f, c.name) for c in parts]
        texts += (
            [" ".join(v for v in row if v) or None for row in zip(*rows, strict=True)]
            if rows else [None] * file.num_rows
        )  # fmt: skip
    columns = tuple(used)
    values = each(writing.address, texts)
    bare = each(_without_numbers, values)
    return [_text("address", "street", columns, bare), _numbers(columns, texts)]


# ---- everything else


def _text(name: str, role: str, columns: tuple[tuple[str, ...], ...], values: list[Any]) -> Field:
    return Field(name, role, columns, levels.TEXT, {"": values}, is_text=True)


def _codes(one: Field) -> Field | None:
    """The words with digits in a text, such as model numbers; None where few texts have any."""
    words = each(
        lambda v: sorted({w for w in v.split() if len(w) > 2 and re.search(r"\d", w)}),
        one.values[""],
    )
    words = [w or None for w in words]
    if sum(w is not None for w in words) < 0.3 * len(words):
        return None
    main = [None if w is None else w[0] for w in words]
    beginnings = [None if w is None else sorted({v[:4] for v in w if len(v) > 3}) for w in words]
    values = {"": main, "_w": words, "_p": beginnings}
    return Field(f"{one.name}_codes", "codes", one.columns, levels.CODES, values)


def _simple(read: _Rows, role: str, groups: list[tuple[Column | None, ...]]) -> list[Field]:
    found: list[Field] = []
    for chosen in groups:
        kind = role or _common(chosen)
        name = kind if role else "_".join(words_of(next(c.name for c in chosen if c))) or kind
        name = re.sub(r"[^a-z0-9_]", "", name) or kind
        texts = read.dates(chosen) if "date" in kind else read.joined(chosen)
        found.append(_BUILD[kind](name, kind, _headers(chosen), texts))
    return found


def _common(chosen: Sequence[Column | None]) -> str:
    """The most general role that columns of one meaning were given."""
    roles = {c.role for c in chosen if c}
    return next(role for role in _GENERAL if role in roles)


_Columns = tuple[tuple[str, ...], ...]


def _coded(kinds: tuple[Level, ...], normal: Callable[[str], Any], name: str, role: str, columns: _Columns, texts: Texts) -> Field:  # fmt: skip
    return Field(name, role, columns, kinds, {"": each(lambda v: writing.narrow(normal(v)), texts)})


def _birth_date(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    return Field(name, role, columns, levels.BIRTH_DATE, {"": texts})


def _as_date(text: str, order: str) -> str:
    read = writing.as_date(text, order)
    if read is None:  # a wrong order in this row, or no date: keep the digits for a look
        other = writing.as_date(text, "md" if order == "dm" else "dm")
        if other:
            return other
        digits = re.sub(r"\D", "", text)
        return digits if len(digits) in (7, 8, 9) else ""
    return read


def _date(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    days = [_ordinal(d) for d in texts]
    return Field(name, role, columns, levels.DATE, {"": days})


def _ordinal(day: str | None) -> int | None:
    try:
        return date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal() if day else None
    except ValueError:
        return None


def _email(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    whole = each(lambda v: writing.narrow(writing.plain(v).removeprefix("mailto:")), texts)
    local = each(lambda v: v.partition("@")[0], whole)
    return Field(name, role, columns, levels.EMAIL, {"": whole, "_s": local})


def _company(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    return _text(name, role, columns, each(writing.firm, texts))


def _free_text(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    return _text(name, role, columns, each(lambda v: " ".join(writing.tokens(v)), texts))


def _word(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    values = each(lambda v: " ".join(writing.tokens(v)), texts)
    return Field(name, role, columns, levels.WORD, _with_words(values))


def _number(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    return Field(name, role, columns, levels.NUMBER, {"": each(writing.amount, texts)})


_BUILD: dict[str, Callable[[str, str, _Columns, Texts], Field]] = {
    "birth_date": _birth_date,
    "phone": partial(_coded, levels.PHONE, writing.digits),
    "email": _email,
    "identifier": partial(_coded, levels.IDENTIFIER, writing.code),
    "gender": partial(_coded, levels.SAME_OR_NOT, writing.gender),
    "middle_name": partial(_coded, levels.SAME_OR_NOT, lambda v: writing.name(v)[:1]),
    "country": partial(_coded, levels.REGION, writing.sound),
    "category": partial(_coded, levels.SAME_OR_NOT, writing.sound),
    "company": _company,
    "text": _free_text,
    "word": _word,
    "number": _number,
    "date": _date,
}


def as_arrow(fields: Sequence[Field], rows: int) -> pa.Table:
    """All fields that the engine compares, as columns `f0`, `f0_s`, `f0_w` ..., with `record`."""
    columns: dict[str, pa.Array] = {"record": pa.array(np.arange(rows))}
    for number, found in enumerate(fields):
        if found.is_text:
            continue
        for suffix, values in found.values.items():
            kind = pa.list_(pa.string()) if suffix in ("_w", "_p") else None
            columns[f"f{number}{suffix}"] = pa.array(values, kind)
    return pa.table(columns)
