"""The identity graph: which identifiers are one person, sighting by sighting.

    sighting (surest first) ── star of links ──> customers = connected sets of links that join

A sighting links its surest identifier with each of the others.  A link that would join two
customers beyond a limit, or against what somebody said, is kept but cut: it joins nobody, and
somebody is asked.  So, where no limit binds, customers are the connected components of all that
was ever seen together, whatever the order in which it was seen.

A customer is named by its surest identifier: by kind, then the earliest, then by value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from limner.unify.limits import KINDS, RECORD, Limits, is_shareable
from limner.unify.nodes import (
    Block,
    Changes,
    Customer,
    Entry,
    Key,
    Link,
    Node,
    Review,
    Sighting,
    as_json,
)
from limner.unify.parting import connected

__all__ = ["Graph", "Key", "Sighting"]


class Graph:
    """Identifiers, links and customers in memory, as far as they were put in or seen.

    What is put in must be whole: a customer with all its members, a member with all its links,
    and every identifier of the same value.  `changes` gathers what to keep.
    """

    def __init__(self, limits: Limits | None = None, blocks: Iterable[Key] = ()) -> None:
        self.limits = limits or Limits()
        self.nodes: dict[Key, Node] = {}
        self.changes = Changes()
        self._blocked: set[Key] = set()
        self._prefixes: dict[str, tuple[str, ...]] = {}
        for kind, value in blocks:
            self._note_block(kind, value)

    # ---- seeing

    def observe(self, sighting: Sighting) -> Node:
        """Take in what was seen together; the surest identifier that may say who it is.

        Blocked identifiers are linked with nothing; seen alone they are a customer of their own.
        """
        fresh: set[Node] = set()
        nodes = []
        for key in sighting.identifiers:
            node = self.nodes.get(key)
            if node is None:
                node = self._add(key, sighting)
                fresh.add(node)
            else:
                self._see(node, sighting)
            nodes.append(node)
        free = [node for node in nodes if not self.is_blocked(node.key)]
        if not free:
            return nodes[0]
        hub = free[0]
        for leaf in free[1:]:
            if leaf is hub:
                continue
            self._link(hub, leaf, sighting, fresh)
            if self.is_blocked(hub.key):  # it was one too many: the others go on without it
                return self.observe(sighting)
        return hub

    def _add(self, key: Key, sighting: Sighting) -> Node:
        node = Node(key, sighting.source, sighting.rule, sighting.at)
        value = key[1]
        for other in KINDS:
            twin = self.nodes.get((other, value))
            if twin is None:
                continue
            if twin.rank < node.rank:
                node.is_shadowed = True
            elif not twin.is_shadowed:
                twin.is_shadowed = True
                self.changes.changed.add(twin)
                self._name_again(twin.customer, sighting.at)
        self.nodes[key] = node
        self.changes.added.append(node)
        Customer([node])
        return node

    def _see(self, node: Node, sighting: Sighting) -> None:
        """Note an earlier moment, or another source that knows the account."""
        if sighting.at < node.first_at:
            node.first_at = sighting.at
            self.changes.changed.add(node)
            if node.customer.best is not node and node.order < node.customer.best.order:
                node.customer.best = node
                self._name_again(node.customer, sighting.at)
        source = sighting.source
        if node.rank == 0 and source != node.source and source not in node.other_sources:
            node.other_sources = (*node.other_sources, source)
            accounts = node.customer.accounts
            accounts[source] = accounts.get(source, 0) + 1
            self.changes.changed.add(node)
            if accounts[source] > self.limits.most_accounts:
                self._doubt(node, source, sighting)

    def _doubt(self, node: Node, source: str, sighting: Sighting) -> None:
        """Ask about two accounts that were joined before it was known that one source has both."""
        for other in node.customer.members:
            if other is node or other.key[0] != node.key[0]:
                continue
            if source == other.source or source in other.other_sources:
                evidence = {"rule": sighting.rule, "source": source}
                left, right = sorted((node, other), key=lambda each: each.order)
                review = Review(left.key, right.key, "accounts", evidence, sighting.at)
                self.changes.reviews.append(review)

    def _link(self, hub: Node, leaf: Node, sighting: Sighting, fresh: set[Node]) -> None:
        link = hub.links.get(leaf.key)
        if link is not None:
            if link.cut_at is not None and sighting.at > link.cut_at:
                self._ask(hub.customer, leaf.customer, "apart", (hub.key, leaf.key), sighting)
            return
        link = Link(sighting.rule, sighting.source, sighting.at)
        self.tie(hub, leaf, link)
        for end in (hub, leaf):
            if self._is_crowded(end):
                reason = f"carried by more than {self.limits.most_people} people"
                self.block(Block(*end.key, reason, sighting.at, "limner"))
                return
        one, other = hub.customer, leaf.customer
        if one is other:
            return
        refused = self.refusal(one, other)
        if refused is None:
            evidence = {"link": [list(hub.key), list(leaf.key)], "rule": sighting.rule,
                        "source": sighting.source}  # fmt: skip
            self.unite(one, other, sighting.at, evidence, fresh=fresh)
        else:
            link.cut_at = sighting.at
            self._refuse(one, other, refused, (hub.key, leaf.key), sighting)

    def _is_crowded(self, node: Node) -> bool:
        """Whether more people carry it than can be one: surer identifiers, and records without."""
        if len(node.links) <= self.limits.most_people or not is_shareable(node.key[0]):
            return False
        surer = KINDS[: node.rank]
        people = sum(kind in surer or kind == RECORD for kind, _ in node.links)
        return people > self.limits.most_people

    # ---- joining

    def refusal(self, one: Customer, other: Customer) -> str | None:
        """Why two customers are not merged without asking (a key of `REASONS`); None if they are."""
        for source, count in one.accounts.items():
            held = other.accounts.get(source)
            if held is not None and count + held > self.limits.most_accounts:
                return "accounts"
        for kind, count in one.counts.items():
            held = other.counts.get(kind)
            most = self.limits.most.get(kind)
            if held is not None and most is not None and count + held > most:
                return kind
        return "apart" if self.cuts_between(one, other) else None

    def cuts_between(self, one: Customer, other: Customer) -> list[tuple[Key, Key, Link]]:
        """The links between two customers that join them no more."""
        if len(one.members) > len(other.members):
            one, other = other, one
        found = []
        for node in one.members:
            for key, link in node.links.items():
                if link.cut_at is not None:
                    end = self.nodes.get(key)
                    if end is not None and end.customer is other:
                        found.append((node.key, key, link))
        return found

    def unite(
        self,
        one: Customer,
        other: Customer,
        at: datetime,
        evidence: Mapping[str, object],
        actor: str = "limner",
        fresh: Iterable[Node] = (),
    ) -> Customer:
        """Make two customers one under the surer name.

        Logged as `merged`; as `renamed` when somebody known takes the name of an identifier that
        is `fresh` (seen for the first time); a fresh one that changes no name is not.
        """
        keep, gone = (one, other) if one.best.order < other.best.order else (other, one)
        keep_is_new, gone_is_new = (
            len(each.members) == 1 and each.best in fresh for each in (keep, gone)
        )
        if not gone_is_new:
            sides = {
                "left": as_json(node.key for node in keep.members),
                "right": as_json(node.key for node in gone.members),
            }
            self.changes.entries.append(
                Entry(
                    at, "renamed" if keep_is_new else "merged", keep.name, gone.name,
                    {**evidence, **sides}, actor,
                )
            )  # fmt: skip
        self.changes.changed.update(gone.members)
        name, best = keep.name, keep.best
        large, small = (keep, gone) if len(keep.members) >= len(gone.members) else (gone, keep)
        for node in small.members:
            node.customer = large
        large.members.extend(small.members)
        for mine, theirs in ((large.counts, small.counts), (large.accounts, small.accounts)):
            for what, count in theirs.items():
                mine[what] = mine.get(what, 0) + count
        large.name, large.best = name, best
        return large

    def tie(self, one: Node, other: Node, link: Link) -> None:
        """Put a link between two identifiers."""
        one.links[other.key] = link
        other.links[one.key] = link
        self.changes.tied.append((one.key, other.key, link))

    def _refuse(
        self, one: Customer, other: Customer, reason: str, ends: tuple[Key, Key], sighting: Sighting
    ) -> None:
        evidence = {"reason": reason, "link": [list(end) for end in ends],
                    "rule": sighting.rule, "source": sighting.source}  # fmt: skip
        self.changes.entries.append(Entry(sighting.at, "refused", one.name, other.name, evidence))
        self._ask(one, other, reason, ends, sighting)

    def _ask(
        self, one: Customer, other: Customer, reason: str, ends: tuple[Key, Key], sighting: Sighting
    ) -> None:
        if one is other:
            return
        left, right = sorted((one.best, other.best), key=lambda node: node.order)
        evidence = {"link": [list(end) for end in ends], "rule": sighting.rule,
                    "source": sighting.source}  # fmt: skip
        self.changes.reviews.append(Review(left.key, right.key, reason, evidence, sighting.at))

    # ---- blocking

    def is_blocked(self, key: Key) -> bool:
        """Whether an identifier joins nobody."""
        if key in self._blocked:
            return True
        prefixes = self._prefixes.get(key[0])
        return prefixes is not None and key[1].startswith(prefixes)

    def _note_block(self, kind: str, value: str) -> None:
        if value.endswith("*"):
            self._prefixes[kind] = (*self._prefixes.get(kind, ()), value[:-1])
        else:
            self._blocked.add((kind, value))

    def block(self, block: Block) -> list[Customer]:
        """Let an identifier join nobody; the customers there are now of those that it had joined."""
        self._note_block(block.kind, block.value)
        self.changes.blocked.append(block)
        touched = {
            id(node.customer): node.customer for node in self._matching(block.kind, block.value)
        }
        parts: list[Customer] = []
        before = ""
        for customer in touched.values():
            before = before or customer.name
            found = self.divide(customer)
            parts += found if len(found) > 1 else []
        evidence = {"kind": block.kind, "value": block.value, "reason": block.reason,
                    "apart": sorted(part.name for part in parts)}  # fmt: skip
        name = before or f"{block.kind}:{block.value}"
        self.changes.entries.append(Entry(block.at, "blocked", name, "", evidence, block.by))
        return parts

    def unblock(self, kind: str, value: str, by: str, at: datetime) -> None:
        """Let an identifier join again, and what it was seen with, where limits allow."""
        if value.endswith("*"):
            kept = tuple(each for each in self._prefixes.get(kind, ()) if each != value[:-1])
            self._prefixes[kind] = kept
        else:
            self._blocked.discard((kind, value))
        evidence = {"kind": kind, "value": value}
        entry = Entry(at, "unblocked", f"{kind}:{value}", "", evidence, by)
        self.changes.entries.append(entry)
        for node in self._matching(kind, value):
            links = sorted(node.links.items(), key=lambda item: (item[1].first_at, item[0]))
            for key, link in links:
                end = self.nodes.get(key)
                if end is None or link.cut_at is not None or end.customer is node.customer:
                    continue
                if self.is_blocked(key) or self.is_blocked(node.key):
                    continue
                again = Sighting((node.key, key), link.source, at, link.rule)
                reason = self.refusal(node.customer, end.customer)
                if reason is None:
                    told = {"link": [list(node.key), list(key)], "rule": link.rule,
                            "source": link.source}  # fmt: skip
                    self.unite(node.customer, end.customer, at, told, by)
                else:
                    link.cut_at = at
                    self.changes.cut[node.key, key] = link
                    self._refuse(node.customer, end.customer, reason, (node.key, key), again)

    def _matching(self, kind: str, value: str) -> list[Node]:
        if value.endswith("*"):
            start = value[:-1]
            return [n for k, n in self.nodes.items() if k[0] == kind and k[1].startswith(start)]
        found = self.nodes.get((kind, value))
        return [] if found is None else [found]

    # ---- dividing and naming

    def divide(self, customer: Customer) -> list[Customer]:
        """The customers that a customer's joining links still hold together, each under its name."""
        parts = connected(customer.members, self.nodes, self.is_blocked)
        if len(parts) == 1:
            return [customer]
        before = customer.name
        found = [Customer(members) for members in parts]
        for part in found:
            if part.name != before:
                self.changes.changed.update(part.members)
        return sorted(found, key=lambda part: part.best.order)

    def _name_again(self, customer: Customer, at: datetime) -> None:
        before, customer.name = customer.name, customer.best.name
        if before != customer.name:
            self.changes.changed.update(customer.members)
            self.changes.entries.append(Entry(at, "renamed", customer.name, before, {}))

    def drain(self) -> Changes:
        """What became of the graph since this was asked last."""
        changes, self.changes = self.changes, Changes()
        changes.changed.difference_update(changes.added)
        return changes
