"""Telephone numbers in E.164, read by a country's numbering plan, all of a column at once.

Source: ITU-T E.164; the numbering plans are those of the `phonenumbers` library.
"""

from __future__ import annotations

import re

import phonenumbers

from limner.collect.clean.rule import Found, Reading, Rewrite, Rule, let, only_keys, wrong
from limner.collect.clean.text import half_width
from limner.collect.values import quoted
from limner.core.words import Words

_SEPARATORS = quoted("[\\s\\p{Z}\\-.·_()/]+")


def _phone(argument: object, where: str) -> Rewrite:
    parts = {"country": argument} if isinstance(argument, str) else argument
    parts = only_keys(parts, ("country", "otherwise"), where)
    country, otherwise = parts.get("country"), parts.get("otherwise", "keep")
    if not isinstance(country, str) or country.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise wrong(f"{where}.country", country, "write an ISO 3166 code such as CN")
    if otherwise not in ("keep", "quarantine"):
        raise wrong(f"{where}.otherwise", otherwise, "it may be keep or quarantine")
    number = _number(country.upper())

    def write(x: str, reading: Reading, found: Found) -> str:
        return f"coalesce({number.replace('{x}', x)}, {x})"

    def refuses(x: str, reading: Reading, found: Found) -> str:
        return f"({number.replace('{x}', x)} IS NULL)"

    return Rewrite(
        write, refuses if otherwise == "quarantine" else None, "phone-malformed",
        f"is not a telephone number of {country.upper()}, nor one with + and a country's code",
    )  # fmt: skip


def _number(country: str) -> str:
    """SQL over `{x}` of a number in E.164; NULL when it cannot be one."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region(country)
    if plan is None or plan.general_desc is None:
        return "NULL"
    national = re.sub(r"\s+", "", plan.general_desc.national_number_pattern or "")
    valid = f"regexp_full_match({{n}}, {quoted(national)})"
    code = str(plan.country_code)
    trunk = plan.national_prefix or ""
    own, after = quoted(f"+{code}"), len(code) + 2
    digits = f"regexp_replace({half_width('{x}')}, {_SEPARATORS}, '', 'g')"
    ways = []  # the number within the country, however it is written
    for start, prefix in ((f"+{code}", after), (code, after - 1)):
        for also in dict.fromkeys((trunk, "")):
            rest = f"v[{prefix + len(also)}:]"
            begins = f"starts_with(v, {quoted(start + also)})"
            ways.append((f"{begins} AND {valid.replace('{n}', rest)}", rest))
    plain = (f"{valid.replace('{n}', 'v')}", "v")
    if trunk:
        rest = f"v[{len(trunk) + 1}:]"
        ways.insert(0, (f"starts_with(v, {quoted(trunk)}) AND {valid.replace('{n}', rest)}", rest))
    whens = " ".join(f"WHEN {when} THEN {own} || {rest}" for when, rest in (plain, *ways))
    # A number of another country says so with +, and is taken at its word.
    foreign = (
        f"WHEN NOT starts_with(v, {own}) AND regexp_full_match(v, '\\+[1-9][0-9]{{6,14}}') THEN v"
    )
    body = f"CASE {whens} {foreign.replace('{{', '{').replace('}}', '}')} END"
    international = let(digits, "CASE WHEN starts_with({v}, '00') THEN '+' || {v}[3:] ELSE {v} END")
    return f"list_transform([{international}], lambda v: {body})[1]"


PHONE = Rule("phone", Words("telephone number", "电话号码"), "CN", _phone)
