"""Definitions in the order in which they can be computed: each after those it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from limner.core.errors import Rejected


def in_order(reads: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The codes, each after those it reads and else in the order given.

    `reads`: by code, the codes that are read; what is no key is left out.
    Raises: `Rejected` naming the codes of a circle.

    Source: depth-first topological sorting; Tarjan, "Edge-disjoint spanning trees and depth-first
    search", Acta Informatica 6, 1976.
    """
    done: dict[str, None] = {}
    for code in reads:
        _visit(code, reads, done, ())
    return tuple(done)


def _visit(
    code: str, reads: Mapping[str, Iterable[str]], done: dict[str, None], above: tuple[str, ...]
) -> None:
    if code in done:
        return
    if code in above:
        circle = " -> ".join((*above[above.index(code) :], code))
        raise Rejected(
            "tag-circle", f"these tags read one another: {circle}; compute one from something else"
        )
    for other in reads[code]:
        if other in reads:
            _visit(other, reads, done, (*above, code))
    done[code] = None
