"""Addresses in one form per country, so that equal ones are equal text."""

from __future__ import annotations

from limner.collect.clean.rule import Found, Reading, Rewrite, Rule, wrong
from limner.collect.clean.text import half_width, trimmed
from limner.collect.values import quoted
from limner.core.words import Words

# Source: USPS Publication 28 (2024), appendix C1 (street suffixes) and C2 (secondary units).
_UNITED_STATES = {
    "Ave": "avenue|aven|avenu|avn|av", "Blvd": "boulevard|boul|boulv", "Cir": "circle|circ|crcl",
    "Ct": "court|crt", "Dr": "drive|driv|drv", "Expy": "expressway|expr|express", "Hwy": "highway|hiwy|highwy",
    "Ln": "lane", "Pkwy": "parkway|parkwy|pkway", "Pl": "place", "Plz": "plaza|plza", "Rd": "road",
    "Sq": "square|sqr|sqre", "St": "street|str|strt", "Ter": "terrace|terr", "Trl": "trail|trails",
    "Apt": "apartment", "Bldg": "building", "Fl": "floor", "Rm": "room", "Ste": "suite", "Dept": "department",
}  # fmt: skip
_ABROAD = "[^\\x00-\\x7F]"


def _american(x: str) -> str:
    plain = f"regexp_replace({trimmed(half_width(x))}, '[\\s\\p{{Z}}]+', ' ', 'g')"
    plain = f"regexp_replace({plain}, ' *, *', ', ', 'g')"
    for short, longs in _UNITED_STATES.items():
        words = quoted(f"(?i)\\b(?:{longs}|{short})\\b\\.?")
        plain = f"regexp_replace({plain}, {words}, {quoted(short)}, 'g')"
    return f"regexp_replace({plain}, '[ ,.]+$', '')"


def _chinese(x: str) -> str:
    plain = f"regexp_replace({trimmed(half_width(x))}, '[—–―－~～]+', '-', 'g')"
    plain = f"replace({plain}, '號', '号')"
    plain = f"regexp_replace({plain}, '({_ABROAD})[\\s\\p{{Z}}]+', '\\1', 'g')"
    plain = f"regexp_replace({plain}, '[\\s\\p{{Z}}]+({_ABROAD})', '\\1', 'g')"
    plain = f"regexp_replace({plain}, '[\\s\\p{{Z}}]+', ' ', 'g')"
    # The country says nothing within it; 中国大街 is a street.
    country = "^(?:(?:中华人民共和国|中国)[,，]*)+(\\p{Han}{2,8}?(?:省|市|自治区|特别行政区))"
    plain = f"regexp_replace({plain}, {quoted(country)}, '\\1')"
    return f"regexp_replace({plain}, '[ ,，.。;；]+$', '')"


FORMS = {"CN": _chinese, "US": _american}


def _address(argument: object, where: str) -> Rewrite:
    if not isinstance(argument, str) or argument.upper() not in FORMS:
        raise wrong(where, argument, f"it may be {', '.join(FORMS)}")
    form = FORMS[argument.upper()]

    def write(x: str, reading: Reading, found: Found) -> str:
        return form(x)

    return Rewrite(write)


ADDRESS = Rule("address", Words("address", "地址"), "CN", _address)
