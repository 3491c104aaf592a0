"""Streets, house numbers, towns: as columns of their own where all files have them, else as one line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from limner.unify.match import levels, writing
from limner.unify.match.field import Field, Rows, Texts, each, headers, text_field, with_words
from limner.unify.match.recognise import Column

PLACES = ("street", "house_number", "locality", "postcode", "region")


def places(read: Rows) -> list[Field]:
    """The fields of where somebody is."""
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
                with_words(values) if kinds is levels.PLACE else {"": each(writing.narrow, values)}
            )
            fields.append(Field(role, role, headers(chosen), kinds, derived))
    return fields


def _street(read: Rows, chosen: Sequence[Column | None], has_number: bool) -> list[Field]:
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
        found.append(text_field("street", "street", headers(chosen), bare))
    else:
        found.append(Field("street", "street", headers(chosen), levels.STREET, with_words(bare)))
    if with_digits > 0.4 and not has_number:
        found.append(_numbers(headers(chosen), texts))
    return found


def _without_numbers(text: str) -> str:
    return " ".join(re.sub(r"\b\d[^\W_]?\b|\d+", " ", text).split())


def _numbers(columns: tuple[tuple[str, ...], ...], texts: Texts) -> Field:
    values = {"": each(writing.numbers, texts)}
    return Field("house_number", "house_number", columns, levels.HOUSE_NUMBER, values)


def _one_line(read: Rows) -> list[Field]:
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
    return [text_field("address", "street", columns, bare), _numbers(columns, texts)]
