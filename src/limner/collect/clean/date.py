"""Days and times in mixed formats; which of day and month comes first is found in the file."""

from __future__ import annotations

import re

from limner.collect.clean.rule import Found, Reading, Rewrite, Rule, let, wrong
from limner.collect.clean.text import half_width, trimmed
from limner.collect.values import FORMATS, SLASHES, blank, quoted
from limner.core.errors import Malformed
from limner.core.words import Words

_ISO = quoted(
    "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)? ?(Z|UTC|GMT|[-+][0-9:]{2,6})?)?"
)
_EITHER = "^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-][0-9]{2,4}"
_DIRECTIVES = set("YymbBdHMSIpf%aAj")


def _dates(argument: object, where: str) -> Rewrite:
    is_any = argument in (None, "auto")
    formats = (*SLASHES[True], *SLASHES[False], *FORMATS) if is_any else _formats(argument, where)

    def ordered(reading: Reading, found: Found) -> tuple[str, ...]:
        is_day_first = found.get("day_first", reading.is_day_first)
        late = [f for f in formats if _swapped(f) in formats and _is_day_first(f) != is_day_first]
        return (*(f for f in formats if f not in late), *late)

    def moment(x: str, reading: Reading, found: Found) -> str:
        listed = ", ".join(quoted(each) for each in ordered(reading, found))
        return let(
            f"try_strptime({trimmed(half_width(x))}, [{listed}])",
            "CASE WHEN year({v}) BETWEEN 1000 AND 9999 THEN CASE WHEN {v} = date_trunc('day', {v})"
            " THEN strftime({v}, '%Y-%m-%d') ELSE strftime({v}, '%Y-%m-%d %H:%M:%S') END END",
        )

    def is_iso(x: str) -> str:
        return f"regexp_full_match({trimmed(half_width(x))}, {_ISO})"

    def write(x: str, reading: Reading, found: Found) -> str:
        plain = trimmed(half_width(x))
        return f"CASE WHEN {is_iso(x)} THEN {plain} ELSE coalesce({moment(x, reading, found)}, {x}) END"

    def refuses(x: str, reading: Reading, found: Found) -> str:
        said = f"NOT {blank(x, 'VARCHAR')}"
        return f"({said} AND NOT {is_iso(x)} AND {moment(x, reading, found)} IS NULL)"

    def look(x: str) -> str:
        plain = trimmed(half_width(x))
        first, second = (
            f"try_cast(regexp_extract({plain}, {quoted(_EITHER)}, {i}) AS INTEGER)" for i in (1, 2)
        )
        return (
            f"{{'days': count(*) FILTER ({first} BETWEEN 13 AND 31 AND {second} BETWEEN 1 AND 12),"
            f" 'months': count(*) FILTER ({second} BETWEEN 13 AND 31 AND {first} BETWEEN 1 AND 12),"
            f" 'either': count(*) FILTER ({first} BETWEEN 1 AND 12 AND {second} BETWEEN 1 AND 12 AND {first} <> {second})}}"
        )

    has_both = any(_swapped(each) in formats for each in formats)
    return Rewrite(
        write, None if is_any else refuses, "date-unlisted",
        f"fits none of the formats {', '.join(formats)}",
        look if has_both else None, _told,
    )  # fmt: skip


def decided(found: Found, reading: Reading) -> Found:
    """What the file shows with whether the day comes first: as most of its certain values have it."""
    days, months = int(found["days"]), int(found["months"])
    return {**found, "day_first": days > months if days != months else reading.is_day_first}


def _told(found: Found, reading: Reading) -> str:
    if not found.get("either"):
        return ""
    first = "day" if found["day_first"] else "month"
    ground = (
        f"{found['days']} can only have the day first, {found['months']} only the month"
        if found["days"] != found["months"]
        else "nothing in the file says which, so the mapping's day_first does"
    )
    return (
        f"{found['either']} ambiguous (such as 03/04/2024), read with the {first} first: {ground}"
    )


def _formats(argument: object, where: str) -> tuple[str, ...]:
    if not isinstance(argument, list) or not argument:
        raise wrong(where, argument, "write auto, or a list of formats such as ['%d/%m/%Y']")
    for each in argument:
        found = re.findall(r"%-?(.)", each) if isinstance(each, str) else []
        unknown = [letter for letter in found if letter not in _DIRECTIVES]
        if unknown or not ({"Y", "y"} & set(found) and {"m", "b", "B", "j"} & set(found)):
            raise Malformed(
                "clean-rule",
                f"{where} has {each!r}, which is no format of a day; write one such as '%Y年%m月%d日'",
            )
        if re.match(r"%Y-%-?d-", each):
            raise Malformed(
                "clean-rule", f"{where} has {each!r}, which cannot be told from ISO 8601's %Y-%m-%d"
            )
    return tuple(argument)


def _swapped(each: str) -> str | None:
    """The format with day and month in each other's place; None if one of them is not a number."""
    if "%d" not in each or "%m" not in each:
        return None
    return each.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def _is_day_first(each: str) -> bool:
    return each.index("%d") < each.index("%m")


DATES = Rule(
    "dates", Words("mixed formats of days", "日期格式"), ["%d/%m/%Y", "%Y年%m月%d日"], _dates
)
