"""How two values of a role are compared: levels of agreement, the closest first.

A level is a condition in the engine's SQL on the columns `l` and `r` of a pair, and the share of
true matches expected there before any data are seen.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """A degree of agreement; `sql`: {0} is the field, {1} the one it is sometimes swapped with.

    `share`: of matches, before any data are seen; 0 for a level that counts as a missing value.
    """

    label: str
    sql: str
    share: float


def _jw(least: float, column: str = "{0}") -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}"


def _edits(most: int, column: str = "{0}") -> str:
    # The engine's Damerau distance is slow; what Levenshtein's rules out is ruled out first.
    return (
        f"(levenshtein({column}_l, {column}_r) <= {most + 1}"
        f" and damerau_levenshtein({column}_l, {column}_r) <= {most})"
    )


_SAME = "{0}_l = {0}_r"
_SHARED = "len(list_intersect({0}_w_l, {0}_w_r))"
_HAS_WORDS = "(len({0}_w_l) > 1 or len({0}_w_r) > 1)"  # every Chinese character is a word
_FEWER = "least(len({0}_w_l), len({0}_w_r))"
_MORE = "greatest(len({0}_w_l), len({0}_w_r))"
# A name beside the other one of the other record, when both were swapped and one was damaged too.
_ABOUT = "(jaro_winkler_similarity({0}_l, {1}_r) >= 0.88 or starts_with({0}_l, {1}_r) or starts_with({1}_r, {0}_l))"

NAME = (
    Level("exact", _SAME, 0.74),
    Level("crosswise", "{0}_l = {1}_r and {1}_l = {0}_r", 0.02),
    Level("crosswise, about", f"{_ABOUT.format('{0}', '{1}')} and {_ABOUT.format('{1}', '{0}')}", 0.01),
    Level("sounds alike", "{0}_s_l = {0}_s_r", 0.03),
    Level("close", _jw(0.92) + f" or (length({{0}}_l) > 3 and {_jw(0.7)} and {_edits(1)})", 0.10),
    Level("initial or part", f"({_HAS_WORDS} and {_SHARED} >= 1) or ((length({{0}}_l) = 1 or length({{0}}_r) = 1) and {{0}}_l[1] = {{0}}_r[1]) or starts_with({{0}}_l, {{0}}_r) or starts_with({{0}}_r, {{0}}_l)", 0.03),
    Level("alike", _jw(0.8) + f" or (length({{0}}_l) > 3 and {_jw(0.65)} and {_edits(2)})", 0.03),
    Level("other", "ELSE", 0.05),
)  # fmt: skip
LONE_NAME = tuple(level for level in NAME if not level.label.startswith("crosswise"))
BIRTH_DATE = (
    Level("exact", _SAME, 0.82),
    Level("day and month swapped", "{0}_l[1:4] = {0}_r[1:4] and {0}_l[5:6] = {0}_r[7:8] and {0}_l[7:8] = {0}_r[5:6]", 0.015),
    Level("one digit", _edits(1), 0.08),
    Level("day or month not known", "{0}_l[1:4] = {0}_r[1:4] and (({0}_l[5:6] = {0}_r[5:6] and ({0}_l[7:8] = '01' or {0}_r[7:8] = '01')) or {0}_l[5:8] = '0101' or {0}_r[5:8] = '0101')", 0.02),
    Level("two parts of three", "(({0}_l[1:4] = {0}_r[1:4])::int + ({0}_l[5:6] = {0}_r[5:6])::int + ({0}_l[7:8] = {0}_r[7:8])::int) = 2", 0.03),
    Level("two digits", _edits(2), 0.02),
    Level("other", "ELSE", 0.035),
)  # fmt: skip
PHONE = (
    Level("exact", _SAME, 0.78),
    Level("one digit", _edits(1), 0.07),
    Level("two digits", _edits(2), 0.02),
    Level("other", "ELSE", 0.13),
)
# Addresses are made of names: two people of one name have addresses that look alike and differ in
# their digits.  That says nothing beyond the name, hence no share.
_SAME_DIGITS = "regexp_replace({0}_l, '\\D', '', 'g') = regexp_replace({0}_r, '\\D', '', 'g')"
EMAIL = (
    Level("exact", _SAME, 0.76),
    Level("same before the @", "{0}_s_l = {0}_s_r", 0.06),
    Level("close", f"levenshtein({{0}}_l, {{0}}_r) <= 2 and {_SAME_DIGITS}", 0.07),
    Level("a similar name", "jaro_winkler_similarity({0}_s_l, {0}_s_r) >= 0.88", 0.0),
    Level("other", "ELSE", 0.11),
)
URL = (
    Level("exact", _SAME, 0.76),
    Level("same name", "{0}_s_l = {0}_s_r", 0.08),
    Level("one character", f"{_edits(1)} and {_SAME_DIGITS}", 0.07),
    Level("a similar name", "jaro_winkler_similarity({0}_s_l, {0}_s_r) >= 0.88", 0.0),
    Level("other", "ELSE", 0.09),
)
IDENTIFIER = (
    Level("exact", _SAME, 0.82),
    Level("one character", _edits(1), 0.08),
    Level("two characters", f"length({{0}}_l) >= 6 and {_edits(2)}", 0.03),
    Level("part", "length({0}_l) >= 4 and length({0}_r) >= 4 and (contains({0}_l, {0}_r) or contains({0}_r, {0}_l))", 0.01),
    Level("other", "ELSE", 0.06),
)  # fmt: skip
HOUSE_NUMBER = (
    Level("exact", _SAME, 0.82),
    Level("one character", f"{_edits(1)} and length({{0}}_l) + length({{0}}_r) > 3", 0.08),
    Level("other", "ELSE", 0.10),
)
PLACE = (
    Level("exact", _SAME, 0.76),
    Level("close", _jw(0.92) + " or {0}_s_l = {0}_s_r", 0.10),
    Level("part", f"({_HAS_WORDS} and {_SHARED} >= 1) or {_jw(0.82)}", 0.04),
    Level("other", "ELSE", 0.10),
)
POSTCODE = (
    Level("exact", _SAME, 0.82),
    Level("one character", _edits(1), 0.09),
    Level("same beginning", "{0}_l[1:2] = {0}_r[1:2]", 0.03),
    Level("other", "ELSE", 0.06),
)
STREET = (
    Level("exact", _SAME, 0.70),
    Level("same words", f"({_SHARED} = {_MORE}) or {_jw(0.95)} or {{0}}_s_l = {{0}}_s_r", 0.10),
    Level("most words", f"({_SHARED} >= 2 and {_SHARED} * 3 >= {_MORE} * 2) or {_jw(0.9)}", 0.07),
    Level("some words", f"({_SHARED} >= 2 and {_SHARED} * 2 >= {_FEWER}) or {_jw(0.82)}", 0.04),
    Level("other", "ELSE", 0.09),
)
WORD = (
    Level("exact", _SAME, 0.74),
    Level(
        "close", f"{_jw(0.92)} or ({_HAS_WORDS} and {_SHARED} = {_FEWER} and {_FEWER} > 0)", 0.10
    ),
    Level("part", f"({_HAS_WORDS} and {_SHARED} >= 1) or {_jw(0.82)}", 0.05),
    Level("other", "ELSE", 0.11),
)
CODES = (
    Level("the same", f"{_SHARED} = {_MORE}", 0.35),
    Level("all of one", f"{_SHARED} = {_FEWER}", 0.34),
    Level("one the same", f"{_SHARED} >= 1", 0.14),
    Level("beginning of one", "len(list_intersect({0}_p_l, {0}_p_r)) >= 1", 0.07),
    Level("other", "ELSE", 0.10),
)  # fmt: skip
SAME_OR_NOT = (Level("exact", _SAME, 0.93), Level("other", "ELSE", 0.07))
REGION = (Level("exact", _SAME, 0.90), Level("other", "ELSE", 0.10))
NUMBER = (
    Level("exact", "{0}_l = {0}_r", 0.60),
    Level("within 1 %", "abs({0}_l - {0}_r) <= 0.01 * greatest(abs({0}_l), abs({0}_r))", 0.10),
    Level("within 5 %", "abs({0}_l - {0}_r) <= 0.05 * greatest(abs({0}_l), abs({0}_r))", 0.10),
    Level("within 20 %", "abs({0}_l - {0}_r) <= 0.2 * greatest(abs({0}_l), abs({0}_r))", 0.08),
    Level("other", "ELSE", 0.12),
)
DATE = (
    Level("same day", "{0}_l = {0}_r", 0.60),
    Level("a day apart", "abs({0}_l - {0}_r) <= 1", 0.12),
    Level("days apart", "abs({0}_l - {0}_r) <= 4", 0.10),
    Level("weeks apart", "abs({0}_l - {0}_r) <= 30", 0.08),
    Level("other", "ELSE", 0.10),
)
# Of texts, a cosine is computed outside the engine; these are its least values.
COSINES = (0.999, 0.85, 0.7, 0.55, 0.4, 0.25)
TEXT = tuple(
    Level(label, "", share)
    for label, share in zip(
        ("same words", "nearly the same", "close", "alike", "something in common", "little in common", "other"),
        (0.45, 0.22, 0.15, 0.09, 0.05, 0.025, 0.015),
        strict=True,
    )
)  # fmt: skip
