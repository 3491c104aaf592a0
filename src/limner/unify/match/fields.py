"""The fields that records are compared on: columns of all files, laid beside each other and written alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from limner.unify.match import levels, writing
from limner.unify.match.field import Field, Rows, Texts, each, headers, text_field, with_words
from limner.unify.match.levels import Level
from limner.unify.match.places import places
from limner.unify.match.recognise import Column
from limner.unify.match.vocabulary import words_of

# What a person shares with those they live with; the rest is the person's own.
SHARED = frozenset({"surname", "phone", "house_number", "street", "locality", "postcode", "region", "country", "company"})  # fmt: skip
_GENERAL = ("text", "word", "category", "number", "date")


def align(files: Sequence[pa.Table], columns: Sequence[Sequence[Column]]) -> list[Field]:
    """The fields of all files' rows, one after the other, from the columns that mean the same."""
    read = Rows(files, columns)
    fields: list[Field] = []
    fields += _names(read)
    fields += places(read)
    for role in (
        "birth_date",
        "phone",
        "email",
        "url",
        "identifier",
        "gender",
        "company",
        "middle_name",
        "country",
    ):
        fields += _simple(read, role, read.groups((role,)))
    rest = read.groups(_GENERAL)
    fields += _simple(read, "", rest)
    fields = [one for one in fields if not _is_said_elsewhere(one, fields)]
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


# ---- names of people


def _names(read: Rows) -> list[Field]:
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
        Field(name, name, columns, kinds, with_words(values), partner=partner if both else "")
        for name, partner, values in (
            ("given_name", "surname", given),
            ("surname", "given_name", family),
        )
        if any(v is not None for v in values)
    ]


# ---- everything else


def _is_said_elsewhere(one: Field, fields: Sequence[Field]) -> bool:
    """Whether a text holds the field's words already, as a title does the make: counted once only."""
    if one.role not in ("company", "word", "category"):
        return False
    mine = [set(writing.tokens(v)) if v else set() for v in one.values[""]]
    for other in fields:
        if other is one or not other.is_text:
            continue
        both = [(m, t.split()) for m, t in zip(mine, other.values[""], strict=True) if m and t]
        longer = sum(len(m) < len(set(t)) and m <= set(t) for m, t in both)
        if both and longer > 0.6 * len(both):
            return True
    return False


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


def _simple(read: Rows, role: str, groups: list[tuple[Column | None, ...]]) -> list[Field]:
    found: list[Field] = []
    for chosen in groups:
        kind = role or _common(chosen)
        name = kind if role else "_".join(words_of(next(c.name for c in chosen if c))) or kind
        name = re.sub(r"[^a-z0-9_]", "", name) or kind
        texts = read.dates(chosen) if "date" in kind else read.joined(chosen)
        found.append(_BUILD[kind](name, kind, headers(chosen), texts))
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


def _url(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    whole = each(lambda v: writing.narrow(writing.site(v)), texts)
    named = each(lambda v: v.partition("/")[0].partition(".")[0], whole)
    return Field(name, role, columns, levels.URL, {"": whole, "_s": named})


def _company(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    return text_field(name, role, columns, each(writing.firm, texts))


def _free_text(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    return text_field(name, role, columns, each(_wording, texts))


def _wording(text: str) -> str:
    """A text's words; a model number written with a hyphen is one of them."""
    return " ".join(writing.tokens(re.sub(r"\b([a-z]{1,5})[-_](?=\d)", r"\1", writing.plain(text))))


def _word(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    values = each(lambda v: " ".join(writing.tokens(v)), texts)
    return Field(name, role, columns, levels.WORD, with_words(values))


def _number(name: str, role: str, columns: _Columns, texts: Texts) -> Field:
    return Field(name, role, columns, levels.NUMBER, {"": each(writing.amount, texts)})


_BUILD: dict[str, Callable[[str, str, _Columns, Texts], Field]] = {
    "birth_date": _birth_date,
    "phone": partial(_coded, levels.PHONE, writing.digits),
    "email": _email,
    "url": _url,
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
