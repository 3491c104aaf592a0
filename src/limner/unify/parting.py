"""Taking customers apart: what still holds together, and which links to cut between two sides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from limner.unify.nodes import Key, Link, Node


def connected(
    members: Collection[Node], nodes: Mapping[Key, Node], is_blocked: Callable[[Key], bool]
) -> list[list[Node]]:
    """The connected sets of some identifiers by the links between them that join."""
    within = {node.key for node in members}
    blocked = {key for key in within if is_blocked(key)}
    seen: set[Key] = set()
    parts = []
    for start in members:
        if start.key in seen:
            continue
        seen.add(start.key)
        part, waiting = [], [start]
        while waiting:
            node = waiting.pop()
            part.append(node)
            if node.key in blocked:
                continue
            for key, link in node.links.items():
                if key in within and key not in seen and key not in blocked and not link.cut_at:
                    seen.add(key)
                    waiting.append(nodes[key])
        parts.append(part)
    return parts


def crossing(
    members: Collection[Node], left: Collection[Key], right: Collection[Key]
) -> list[tuple[Key, Key, Link]]:
    """The links to cut so that no identifier of `left` holds together with one of `right`.

    Links count in the order in which they came, so that what was added later stays with the side
    that it hung on first (Kruskal's algorithm with two roots that never meet).
    """
    within = {node.key for node in members}
    links = {}
    for node in members:
        for key, link in node.links.items():
            if key in within and not link.cut_at:
                links[min(node.key, key), max(node.key, key)] = link
    parent = {key: key for key in within}
    side = {key: "left" for key in left if key in within}
    side |= {key: "right" for key in right if key in within}

    def root(key: Key) -> Key:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def turn(ends: tuple[Key, Key]) -> tuple[bool, datetime, tuple[Key, Key]]:
        is_later = not (ends[0] in side and ends[1] in side)
        return is_later, links[ends].first_at, ends

    sides = dict(side)
    found = []
    for ends in sorted(links, key=turn):
        one, other = root(ends[0]), root(ends[1])
        mine, theirs = sides.get(one), sides.get(other)
        if mine and theirs and mine != theirs:
            found.append((*ends, links[ends]))
            continue
        parent[other] = one
        if theirs:
            sides[one] = theirs
    return found
