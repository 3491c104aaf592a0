"""What people decide against or beyond the graph's own rules: these are one, these are two."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from limner.unify.graph import Graph
from limner.unify.nodes import Customer, Entry, Key, Link, Node, as_json
from limner.unify.parting import crossing


def unmerge(
    graph: Graph,
    left: Collection[Key],
    right: Collection[Key],
    at: datetime,
    by: str,
    entry_id: int,
) -> list[Customer]:
    """Take apart whoever holds identifiers of both sides; the customers there are then, or none.

    The links between the sides are cut, so that the same evidence joins them no more.
    """
    held = [graph.nodes[key] for key in left if key in graph.nodes]
    others = {id(graph.nodes[key].customer) for key in right if key in graph.nodes}
    both = {id(n.customer): n.customer for n in held if id(n.customer) in others}
    found: list[Customer] = []
    for customer in both.values():
        before = customer.name
        cut = crossing(customer.members, left, right)
        for one, other, link in cut:
            link.cut_at = at
            graph.changes.cut[one, other] = link
        parts = graph.divide(customer)
        evidence = {
            "entry": entry_id,
            "cut": [[list(one), list(other)] for one, other, _ in cut],
            "parts": [as_json(node.key for node in part.members) for part in parts],
        }
        names = [part.name for part in parts if part.name != before] or [before]
        graph.changes.entries.append(Entry(at, "unmerged", before, names[0], evidence, by))
        found += parts
    return found


def merge(
    graph: Graph, left: Node, right: Node, at: datetime, by: str, evidence: Mapping[str, object]
) -> Customer | None:
    """Make two customers one because somebody says so, past all limits; None for a blocked one.

    What was cut between them joins again.
    """
    ends = []
    for node in (left, right):
        free = [n for n in node.customer.members if not graph.is_blocked(n.key)]
        if not free:
            return None
        ends.append(min(free, key=lambda n: n.order))
    for one, other, link in graph.cuts_between(left.customer, right.customer):
        link.cut_at = None
        graph.changes.cut[one, other] = link
    first, second = ends
    if second.key not in first.links:
        graph.tie(first, second, Link("hand", by[:80], at))
    told = {"link": [list(first.key), list(second.key)], "rule": "hand", **evidence}
    return graph.unite(left.customer, right.customer, at, told, by)
