"""One way to write each identifier, so that equal ones are equal text.

Every function takes text as people write it and gives the normal form, or None for what
identifies nobody: nothing, `null`, `unknown`, `0000`, a malformed address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np
import phonenumbers
import pyarrow as pa

# What forms and exports write when they know nothing, compared in lower case.
_VOID = frozenset(
    [
        "null",
        "none",
        "nil",
        "nan",
        "na",
        "n/a",
        "#n/a",
        "unknown",
        "undefined",
        "unspecified",
        "empty",
        "missing",
        "anonymous",
        "guest",
        "test",
        "no",
        "not-set",
        "(none)",
        "(null)",
        "<null>",
        "\\n",
        "无",
        "空",
        "未知",
        "暂无",
        "没有",
        "不详",
        "未填",
        "未填写",
        "匿名",
        "游客",
        "测试",
    ]
)
LONGEST = 300  # characters of an identifier
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\]\\]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+")
_SEPARATORS = re.compile(r"[\s\-.·_()（）/]+")


def text(written: str | None) -> str | None:
    """Text in Unicode's compatibility form (full-width digits made plain), trimmed; None if void.

    >>> text(" ＶＩＰ００７ "), text("N/A"), text("－－")
    ('VIP007', None, None)
    """
    if written is None:
        return None
    plain = written.strip()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain).strip("\u200b\ufeff \t")
    if plain.lower() in _VOID or not (plain.isalnum() or any(map(str.isalnum, plain))):
        return None
    return plain


def user_id(written: str | None) -> str | None:
    """A user's number or name in a system: kept as it is but for width and outer space.

    Case is kept, since systems tell `aB` from `Ab`.  A row of zeros is void, and so is what is
    longer than 300 characters or holds a NUL: no system numbers its users so.
    """
    plain = text(written)
    if plain is None or not plain.strip("0") or len(plain) > LONGEST or "\x00" in plain:
        return None
    return plain


def loyalty_card(written: str | None) -> str | None:
    """A card number without the gaps it is printed with, in upper case.

    >>> loyalty_card("6222 0200-1234"), loyalty_card("00000000")
    ('622202001234', None)
    """
    plain = text(written)
    if plain is None:
        return None
    return user_id(_SEPARATORS.sub("", plain).upper())


def email(written: str | None) -> str | None:
    """An e-mail address in lower case, its domain in ASCII (IDNA); None when it cannot be one.

    Dots and `+tags` stay: whether they matter is the receiving server's secret.
    Source: RFC 5321, sections 2.3.11 and 4.5.3.1.

    >>> email(" Mailto:Ann.Li@Example.COM "), email("张@商店.中国"), email("ann@nowhere")
    ('ann.li@example.com', '张@xn--czrs0t.xn--fiqs8s', None)
    """
    plain = text(written)
    if plain is None:
        return None
    address = plain.lower().removeprefix("mailto:").strip("<> ;,")
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    address = f"{local}@{domain}"
    is_possible = len(local) <= 64 and len(address) <= 254 and _EMAIL.fullmatch(address)
    return None if not is_possible or local in _VOID else address


def phone(written: str | None, country: str | None = None) -> str | None:
    """A telephone number in E.164 (`+8613800138000`); None when no such number can exist.

    `country` is the ISO 3166 code that a number without `+` belongs to.  Without one, only
    numbers with `+` or `00` are understood, and Chinese mobile numbers, which none resembles.
    Source: ITU-T E.164; the numbering plans are those of the `phonenumbers` library.

    >>> phone("１３８ 0013 8000"), phone("(212) 555-0123", "US"), phone("1111111")
    ('+8613800138000', '+12125550123', None)
    """
    plain = text(written)
    if plain is None:
        return None
    digits = _SEPARATORS.sub("", plain)
    if len(set(digits.lstrip("+"))) == 1:
        return None
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    region = country.upper() if country else "CN" if re.fullmatch(r"1[3-9]\d{9}", digits) else None
    if region and (quick := _mobile(region)) and quick[1].fullmatch(digits):
        return quick[0] + digits  # what the library would say, twenty times sooner
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache
def _mobile(region: str) -> tuple[str, re.Pattern[str]] | None:
    """A region's calling code and the pattern of its mobile numbers as dialled within it."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    pattern = plan and plan.mobile and plan.mobile.national_number_pattern
    return (f"+{plan.country_code}", re.compile(pattern)) if plan and pattern else None


_GENDERS = {
    **dict.fromkeys(("m", "male", "man", "男", "男性", "先生"), "male"),
    **dict.fromkeys(("f", "female", "woman", "女", "女性", "女士"), "female"),
}


def gender(written: str | None) -> str | None:
    """`male` or `female` as forms in English and Chinese write it; other words as they are.

    >>> gender("男"), gender("F"), gender("未知")
    ('male', 'female', None)
    """
    plain = text(written)
    return None if plain is None else _GENDERS.get(plain.lower(), plain.lower())


def country(written: str | None) -> str | None:
    """The ISO 3166 code of a country, where the text is one of phone regions; else as written."""
    plain = text(written)
    if plain is None:
        return None
    code = _COUNTRIES.get(plain.lower(), plain.upper())
    return code if code in phonenumbers.SUPPORTED_REGIONS else plain


_COUNTRIES = {
    "china": "CN", "中国": "CN", "prc": "CN", "hong kong": "HK", "香港": "HK", "taiwan": "TW",
    "台湾": "TW", "usa": "US", "united states": "US", "美国": "US", "uk": "GB",
    "united kingdom": "GB", "英国": "GB", "japan": "JP", "日本": "JP", "germany": "DE",
    "deutschland": "DE", "德国": "DE", "france": "FR", "法国": "FR", "singapore": "SG",
    "新加坡": "SG",
}  # fmt: skip

# The kinds of identifier, the surest first: that order also chooses a customer's name.
KINDS: dict[str, Callable[[str | None], str | None]] = {
    "user_id": user_id,
    "loyalty_card": loyalty_card,
    "email": email,
    "phone": phone,
    "anonymous_id": user_id,
}


def each(
    normal: Callable[[str | None], str | None], written: pa.ChunkedArray | pa.Array
) -> pa.Array:
    """A column in normal form; every distinct value is worked on once."""
    encoded = _whole(written.dictionary_encode())
    values = pa.array([normal(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return values.take(encoded.indices)


def phones(written: pa.ChunkedArray, countries: pa.ChunkedArray, default: str | None) -> pa.Array:
    """Telephone numbers in E.164, each read in its row's country, else in the default one."""
    regions = _whole(each(country, countries).dictionary_encode())
    codes = regions.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    found = np.full(len(written), None, dtype=object)
    texts = _whole(written)
    for code in np.unique(codes):
        region = default if code < 0 else regions.dictionary[int(code)].as_py()
        region = region if region in phonenumbers.SUPPORTED_REGIONS else default
        rows = np.flatnonzero(codes == code)
        part = each(partial(phone, country=region), texts.take(rows))
        found[rows] = part.to_numpy(zero_copy_only=False)
    return pa.array(found, pa.string())


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
