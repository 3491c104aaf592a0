"""What an `identify` says of a person, as a record of the lake's `customers`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from limner.collect.enrich.json_text import to_text
from limner.collect.enrich.moment import read_moment
from limner.collect.enrich.row import Identity

# Traits with a column of their own, by what senders call them.
_OWN = frozenset(
    [
        "email", "phone", "name", "firstName", "first_name", "lastName", "last_name", "gender",
        "birthday", "birth_date", "birthDate", "country", "city", "address", "createdAt",
        "created_at", "姓名", "性别", "生日", "城市", "地址",
    ]
)  # fmt: skip


def read_record(
    source: str, time: datetime, sighting: tuple[Identity, ...], traits: Mapping[str, Any]
) -> dict[str, Any]:
    """A row of `customers`: the identifiers, the traits that have a column, the others as JSON.

    The record's key is the person's surest identifier, so each `identify` of the same person adds
    to the same record: columns that are None say nothing and are not to erase what was known.
    """
    first: dict[str, str] = {}
    for kind, value in sighting:
        first.setdefault(kind, value)
    place = traits.get("address", traits.get("地址"))
    parts: Mapping[str, Any] = place if isinstance(place, dict) else {}
    others = {key: value for key, value in traits.items() if key not in _OWN}
    return {
        "source": source,
        "record_id": sighting[0][1],
        "user_id": first.get("user_id"),
        "email": first.get("email"),
        "phone": first.get("phone"),
        "loyalty_card": first.get("loyalty_card"),
        "name": _name(traits),
        "gender": _said(traits, "gender", "性别"),
        "birth_date": _birth_date(traits),
        "country": _said(traits, "country") or _said(parts, "country"),
        "city": _said(traits, "city", "城市") or _said(parts, "city"),
        "address": _address(place),
        "created_at": _moment(traits),
        "updated_at": time,
        "traits": to_text(others) if others else None,
    }


def _name(traits: Mapping[str, Any]) -> str | None:
    whole = _said(traits, "name", "姓名")
    if whole:
        return whole
    given, family = _said(traits, "firstName", "first_name"), _said(traits, "lastName", "last_name")
    if given and family:
        # Where names are written without a space the family's comes first.
        return f"{given} {family}" if (given + family).isascii() else _joined(given, family)
    return given or family


def _joined(given: str, family: str) -> str:
    is_chinese = all("\u4e00" <= letter <= "\u9fff" for letter in given + family)
    return f"{family}{given}" if is_chinese else f"{given} {family}"


def _birth_date(traits: Mapping[str, Any]) -> date | None:
    for key in ("birthday", "birth_date", "birthDate", "生日"):
        written = traits.get(key)
        if isinstance(written, str):
            try:
                # The day as written: a moment would lose it in another zone.
                return date.fromisoformat(written.strip()[:10])
            except ValueError:
                continue
    return None


def _moment(traits: Mapping[str, Any]) -> datetime | None:
    return read_moment(traits.get("createdAt", traits.get("created_at")))


def _address(place: object) -> str | None:
    if isinstance(place, str):
        return place.strip() or None
    if isinstance(place, dict):
        keys = ("street", "city", "state", "postalCode", "country")
        return ", ".join(each for key in keys if (each := _said(place, key))) or None
    return None


def _said(said: Mapping[str, Any], *keys: str) -> str | None:
    for key in keys:
        written = said.get(key)
        if isinstance(written, str) and (plain := written.strip()):
            return plain
    return None
