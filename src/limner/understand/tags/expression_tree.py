"""The tree of an expression over tags: names, constants, and calls of functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Name:
    """Another tag of the same customer."""

    code: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written down; None is null."""

    value: bool | int | float | str | date | None


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator, a key of `FUNCTIONS`, of some values."""

    function: str
    arguments: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The value of the first condition that is true, else `otherwise`."""

    whens: tuple[tuple[Tree, Tree], ...]
    otherwise: Tree | None = None


Tree: TypeAlias = Name | Constant | Call | Case


def names_of(tree: Tree) -> Iterator[str]:
    """The tags a tree reads, as they come; one may come twice."""
    match tree:
        case Name(code):
            yield code
        case Call(_, arguments):
            for argument in arguments:
                yield from names_of(argument)
        case Case(whens, otherwise):
            for condition, value in whens:
                yield from names_of(condition)
                yield from names_of(value)
            if otherwise is not None:
                yield from names_of(otherwise)
