"""Rules for text: outer space, upper and lower case, full-width characters, and lists of values."""

from __future__ import annotations

from limner.collect.clean.rule import Found, Reading, Rewrite, Rule, wrong
from limner.collect.values import quoted
from limner.core.errors import Malformed
from limner.core.words import Words

# Every space of Unicode, the ideographic one too, and the marks that look like nothing.
_SPACE = "[\\s\\p{Z}\\x{200B}\\x{FEFF}]+"
_OUTER = quoted(f"^{_SPACE}|{_SPACE}$")
_HALF = "".join(chr(code) for code in range(0x21, 0x7F)) + " "
_FULL = "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F)) + "\u3000"
_WORDS = "[\\p{L}\\p{M}\\p{N}'’]+|[^\\p{L}\\p{M}\\p{N}'’]+"

_CASES = {
    "upper": "upper({x})",
    "lower": "lower({x})",
    "title": (
        f"array_to_string(list_transform(regexp_extract_all(lower({{x}}), {quoted(_WORDS)}),"
        " lambda w: upper(w[1]) || w[2:]), '')"
    ),
}


def trimmed(x: str) -> str:
    """SQL of a text without outer space."""
    return f"regexp_replace({x}, {_OUTER}, '', 'g')"


def half_width(x: str) -> str:
    """SQL of a text with ASCII in place of its full-width forms."""
    return f"translate({x}, {quoted(_FULL)}, {quoted(_HALF)})"


def _trim(argument: object, where: str) -> Rewrite:
    if argument not in (None, "outer", "all"):
        raise wrong(where, argument, "it may be outer (the default) or all (inner runs too)")

    def write(x: str, reading: Reading, found: Found) -> str:
        inner = f"regexp_replace({x}, {quoted(_SPACE)}, ' ', 'g')" if argument == "all" else x
        return trimmed(inner)

    return Rewrite(write)


def _case(argument: object, where: str) -> Rewrite:
    if not isinstance(argument, str) or argument not in _CASES:
        raise wrong(where, argument, f"it may be {', '.join(_CASES)}")
    template = _CASES[argument]
    return Rewrite(lambda x, reading, found: template.replace("{x}", x))


def _width(argument: object, where: str) -> Rewrite:
    if argument not in (None, "half", "full"):
        raise wrong(where, argument, "it may be half (the default) or full")
    old, new = (_HALF, _FULL) if argument == "full" else (_FULL, _HALF)
    return Rewrite(lambda x, reading, found: f"translate({x}, {quoted(old)}, {quoted(new)})")


def _values(argument: object, where: str) -> Rewrite:
    if not isinstance(argument, dict) or not argument:
        raise wrong(where, argument, "write what is read and what is meant, such as {沪: 上海}")
    pairs: dict[str, str | None] = {}
    for read, meant in argument.items():
        for each in (read, meant):
            if isinstance(each, bool) or not isinstance(each, str | int | float | None):
                raise Malformed(
                    "clean-rule", f"{where}: {each!r} is no text; put it in quotes, as '{each}'"
                )
        pairs[str(read).strip()] = None if meant is None else str(meant)
    results = tuple(dict.fromkeys(meant for meant in pairs.values() if meant is not None))
    whens = " ".join(
        f"WHEN {quoted(read)} THEN {'NULL' if meant is None else quoted(meant)}"
        for read, meant in pairs.items()
    )
    return Rewrite(
        lambda x, reading, found: f"CASE trim({x}) {whens} ELSE {x} END", results=results
    )


TRIM = Rule("trim", Words("outer space", "去空格"), "all", _trim)
CASE = Rule("case", Words("upper and lower case", "大小写"), "title", _case)
WIDTH = Rule("width", Words("full-width characters", "全角半角"), "half", _width)
VALUES = Rule("values", Words("list of values", "取值对照"), {"沪": "上海"}, _values)
