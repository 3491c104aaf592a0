"""Personal data for eyes that may not see it: enough to recognise, too little to use.

A masked value never contains the whole original, and tells nothing of its length but roughly.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

_STARS = "***"


def email(address: str) -> str:
    """An e-mail address with its first letter and the last part of its domain.

    >>> email("ann.li@example.com"), email("a@b.cn")
    ('a***@***.com', 'a***@***.cn')
    """
    local, at, domain = address.rpartition("@")
    if not at or not local:
        return text(address)
    ending = domain.rpartition(".")[2] if "." in domain else ""
    return f"{local[0]}{_STARS}@{_STARS}{'.' + ending if ending else ''}"


def phone(number: str) -> str:
    """A telephone number with its last two digits, and its country where `+` tells it.

    >>> phone("+8613800138000"), phone("13800138000"), phone("110")
    ('+86***00', '***00', '***')
    """
    digits = [character for character in number if character.isalnum()]
    if len(digits) < 7:
        return _STARS
    prefix = "+" + "".join(digits[:2]) if number.startswith("+") and len(digits) > 8 else ""
    return f"{prefix}{_STARS}{''.join(digits[-2:])}"


# Chinese family names of two characters; of all others the first character is the family name.
_DOUBLE_FAMILY_NAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "令狐",
        "慕容",
        "司徒",
        "夏侯",
        "长孙",
        "宇文",
        "端木",
        "南宫",
        "独孤",
    ]
)


def name(person: str) -> str:
    """A name: Chinese ones keep the family name, others each word's first letter.

    >>> name("王小明"), name("欧阳娜娜"), name("Ann Mary Li")
    ('王*', '欧阳*', 'A*** M*** L***')
    """
    words = person.split()
    if not words:
        return _STARS
    if len(words) == 1 and all("\u4e00" <= character <= "\u9fff" for character in words[0]):
        kept = words[0][:2] if words[0][:2] in _DOUBLE_FAMILY_NAMES else words[0][:1]
        return f"{kept}*" if len(words[0]) > len(kept) else _STARS
    return " ".join(f"{word[0]}{_STARS}" if len(word) > 1 else _STARS for word in words)


def text(value: str) -> str:
    """Any other text: its first letter, if it has at least four.

    >>> text("6222020012345678"), text("abc")
    ('6***', '***')
    """
    return f"{value[0]}{_STARS}" if len(value) >= 4 else _STARS


def birth_date(day: date | str) -> str:
    """A birthday: the decade only.

    >>> birth_date(date(1987, 5, 1))
    '198*'
    """
    written = str(day)
    return f"{written[:3]}*" if written[:4].isdecimal() and len(written) >= 8 else _STARS


def traits(told: Mapping[str, Any] | str) -> dict[str, str] | str:
    """What a customer told of themselves: the names of the traits only.

    >>> traits('{"income": "50-74K"}'), traits({"income": "50-74K"})
    ('{"income": "***"}', {'income': '***'})
    """
    if isinstance(told, str):
        return json.dumps(traits(json.loads(told)), ensure_ascii=False)
    return dict.fromkeys(told, _STARS)


def _nothing(_value: object) -> str:
    return _STARS


# The columns of a portrait and the kinds of identifier that are personal, and how each is hidden.
_MASKS: dict[str, Callable[[Any], Any]] = {
    "name": name,
    "email": email,
    "phone": phone,
    "loyalty_card": text,
    "birth_date": birth_date,
    "address": _nothing,
    "traits": traits,
}
PERSONAL = frozenset(_MASKS)


def mask(kind: str, value: Any) -> Any:
    """A value of a column or identifier kind, hidden if that is personal; None stays None.

    The customer's own id, made by a system, is not hidden: the console is of no use without it.
    An id in the form of an address is hidden as what it is.
    """
    if value is None:
        return None
    if kind in _MASKS:
        return _MASKS[kind](value)
    if isinstance(value, str) and "@" in value:
        return email(value.rpartition(":")[2])
    return value
