"""Whose event it is: every identifier on it in normal form, the surest first.

What writes nobody's name (`null`, `undefined`, `0000`) identifies nobody; a number is a number's
text.  A `group` call's traits are those of the group, so no one is identified by them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from limner.collect.enrich.note import note_void
from limner.collect.enrich.row import Identity

Normal = Mapping[str, Callable[[str | None], str | None]]

_LONGEST = 300  # what the graph's table holds
_KNOWN = 100_000
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)

# What senders call the identifiers that may stand among traits and properties.
_NAMES: dict[str, str] = {
    **dict.fromkeys(("email", "Email", "e-mail", "emailAddress", "email_address", "邮箱", "电子邮箱"), "email"),
    **dict.fromkeys(
        ("phone", "Phone", "mobile", "phoneNumber", "phone_number", "mobilePhone", "mobile_phone", "手机", "手机号", "手机号码", "电话"),
        "phone",
    ),
    **dict.fromkeys(
        (
            "loyalty_card", "loyaltyCard", "loyalty_card_id", "card_id", "loyalty_card_number", "loyaltyCardNumber", "loyalty_id", "loyaltyId", "card_no",
            "cardNo", "member_card", "memberCard", "会员卡号", "会员卡",
        ),
        "loyalty_card",
    ),
}  # fmt: skip
# `type` of an external id or of a merge: the kind it is of; any other is a name of a device or of
# another system, kept as `type:id`.
_EXTERNAL: dict[str, str] = {
    **_NAMES,
    **dict.fromkeys(("user_id", "userId", "customer_id", "customerId"), "user_id"),
    **dict.fromkeys(("anonymous_id", "anonymousId"), "anonymous_id"),
}


class Sighting:
    """The identifiers of one event: `pairs` surest first, and the two that have columns."""

    __slots__ = ("anonymous_id", "pairs", "user_id")

    def __init__(
        self, pairs: tuple[Identity, ...], user_id: str | None, anonymous_id: str | None
    ) -> None:
        self.pairs, self.user_id, self.anonymous_id = pairs, user_id, anonymous_id


class Who:
    """Finds the identifiers of events; `normal` are the kinds, surest first, with normal forms."""

    def __init__(self, normal: Normal) -> None:
        self._rank = {kind: at for at, kind in enumerate(normal)}
        self._normal = {
            kind: lru_cache(maxsize=_KNOWN)(_careful(form)) for kind, form in normal.items()
        }

    def read(
        self, type: str, item: Mapping[str, Any], context: Mapping[str, Any],
        said: Mapping[str, Any], notes: list[str],
    ) -> Sighting:  # fmt: skip
        """The identifiers of an event; `said` are its traits or properties."""
        found: list[Identity] = []
        user = self._add(found, "user_id", item.get("userId"), "userId", notes)
        device = self._add(found, "anonymous_id", item.get("anonymousId"), "anonymousId", notes)
        if type == "alias":
            self._add_alias(found, item, device, notes)
        if type != "group":
            self._add_named(found, said, notes)
        self._add_named(found, context, notes)  # a till writes its card there
        traits = context.get("traits")
        if isinstance(traits, dict) and traits is not said:
            self._add_named(found, traits, notes)
        externals = context.get("externalIds") or context.get("externalId")
        if isinstance(externals, list):
            self._add_external(found, externals, "id", notes)
        if not found and type != "group":
            self._add(found, "user_id", said.get("user_id"), "user_id", notes)
        if len(found) > 1:
            rank = self._rank
            found = sorted(dict.fromkeys(found), key=lambda pair: rank[pair[0]])
        if device is None:
            device = next((value for kind, value in found if kind == "anonymous_id"), None)
        if user is None:
            user = next((value for kind, value in found if kind == "user_id"), None)
        return Sighting(tuple(found), user, device)

    def _add(
        self, found: list[Identity], kind: str, written: object, where: str, notes: list[str]
    ) -> str | None:
        if written is None or written == "":
            return None
        text = written if isinstance(written, str) else _as_text(written)
        value = self._normal[kind](text) if text is not None and kind in self._normal else None
        if value is None:
            notes.append(note_void(where, written))
            return None
        found.append((kind, value))
        return value

    def _add_named(self, found: list[Identity], said: Mapping[str, Any], notes: list[str]) -> None:
        for key in said:
            if key in _NAMES:
                self._add(found, _NAMES[key], said[key], key, notes)

    def _add_alias(
        self, found: list[Identity], item: Mapping[str, Any], device: str | None, notes: list[str]
    ) -> None:
        """The earlier id, which is the device's where it looks like one; and RudderStack's merge."""
        before = item.get("previousId")
        looks = isinstance(before, str) and (before == device or _UUID.fullmatch(before.strip()))
        self._add(found, "anonymous_id" if looks else "user_id", before, "previousId", notes)
        merged = item.get("mergeProperties")
        if isinstance(merged, list):
            self._add_external(found, merged, "value", notes)

    def _add_external(
        self, found: list[Identity], externals: list[Any], key: str, notes: list[str]
    ) -> None:
        for each in externals:
            if not isinstance(each, dict) or each.get("collection", "users") != "users":
                continue
            if each.get("encoding", "none") not in ("none", None):
                continue  # a digest names a person only to who made it
            of, written = each.get("type"), each.get(key)
            if not isinstance(of, str) or not of:
                continue
            kind = _EXTERNAL.get(of)
            if kind is not None:
                self._add(found, kind, written, of, notes)
            elif (text := _as_text(written)) and self._normal["anonymous_id"](text):
                self._add(found, "anonymous_id", f"{of}:{text}", of, notes)


def _careful(form: Callable[[str | None], str | None]) -> Callable[[str], str | None]:
    """A normal form that also refuses what no table holds, and ids of zeros alone."""

    def read(text: str) -> str | None:
        if len(text) > _LONGEST or not text.strip("0-"):
            return None
        value = form(text)
        return value if value and len(value) <= _LONGEST and value.isprintable() else None

    return read


def _as_text(written: object) -> str | None:
    """The text of an id that came as a number; None for what is no id."""
    if isinstance(written, str):
        return written
    if isinstance(written, bool):
        return None
    if isinstance(written, int):
        return str(written) if abs(written) < 10**_LONGEST else None
    if isinstance(written, float):
        return str(int(written)) if written.is_integer() and abs(written) < 1e15 else repr(written)
    return None
