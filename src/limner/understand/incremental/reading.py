"""The program that reads tags: every value whose cells have changed, written out as one function.

Where `fold` says which cells an event has changed, this reads the tags that are made of them, and
then the expressions that are made of those tags, each after those it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from limner.understand.incremental.keeping import Keeping
from limner.understand.tags.expression import compiled_expression
from limner.understand.tags.value import Expression

# What changed as bits, views, the as-of day, values, what is held in place of them; `changes` it fills.
ReadChanged = Callable[
    [int, list[Any], int, dict[str, Any], Mapping[str, Any], dict[str, Any]], None
]


def write_reading(
    keeping: Keeping, codes: Sequence[str], expressions: Mapping[str, Expression]
) -> tuple[str, ReadChanged]:
    """The function that brings `values` up to date, and its text.

    `codes`: of all tags; `expressions`: each after those it reads.
    """
    names = dict(keeping.names)

    def bind(value: object) -> str:
        name = f"k{len(names)}"
        names[name] = value
        return name

    bits: dict[str, int] = {}
    asked: list[tuple[int, str, str]] = []
    for code in codes:
        reading = keeping.readings.get(code)
        if reading is not None:
            bits[code] = reading.bits | (keeping.day_bit if reading.follows_the_day else 0)
            asked.append((bits[code], bind(code), reading.read))
    asked.sort(key=lambda one: one[0])
    for code, expression in expressions.items():
        bits[code] = 0
        for each in expression.reads:
            bits[code] |= bits.get(each, keeping.outside_bit)
        text = f"{bind(compiled_expression(expression))}(values)"
        asked.append((bits[code], bind(code), text))
    lines: list[str] = []
    for mask, together in groupby(asked, key=lambda one: one[0]):
        lines.append(f"if bits & {mask:d}:")
        for _, code, text in together:
            lines += [
                f"    x = {text}",
                f"    if x != values[{code}] and {code} not in held:",
                f"        values[{code}] = changes[{code}] = x",
            ]
    body = "\n".join(f"    {line}" for line in lines or ["pass"])
    program = f"def read(bits, views, day, values, held, changes):\n{body}"
    exec(compile(program, "<read>", "exec"), names)  # noqa: S102  no word of it is anybody else's
    return program, names["read"]  # type: ignore[return-value]
