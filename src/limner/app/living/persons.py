"""Whom a chunk of events is about, and what was last found of them, also under other names.

A customer that was merged takes what was found of both; of one that came apart each part takes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from limner.app.identity import Book, Person
from limner.collect.live import Judged, Kept
from limner.unify.nodes import Key


@dataclass(slots=True)
class Concerned:
    """A customer of whom something may have changed.

    `anchors`: the identifiers as `kind:value`, in order.  `was`: what was last found of everyone
    whose identifiers the customer has now.  `at`: the cause's moment, microseconds since 1970.
    `chain`: how many changes of membership led to it, one after the other.
    """

    person: Person
    anchors: tuple[str, ...]
    was: list[Judged] = field(default_factory=list)
    at: int | None = None
    chain: int = 0

    @property
    def name(self) -> str:
        """What the customer is called."""
        return self.person.customer_id

    @property
    def unknown(self) -> list[str]:
        """The identifiers of which nothing was found before."""
        known = {anchor for one in self.was for anchor in one.anchors}
        return [anchor for anchor in self.anchors if anchor not in known]


def written(key: Key) -> str:
    """An identifier as an anchor."""
    return f"{key[0]}:{key[1]}"


def key_of(anchor: str) -> Key:
    """The identifier that an anchor writes."""
    kind, _, value = anchor.partition(":")
    return kind, value


def gather(
    book: Book, judged: Kept[Judged], anchors: Collection[str]
) -> tuple[dict[str, Concerned], set[str]]:
    """The customers of some identifiers with all that merging and parting makes of them, by name;
    and the names under which there is nobody any more.
    """
    found: dict[str, Concerned] = {}
    gone: dict[str, Judged] = {}
    todo = _new(book, anchors, found)
    while todo:
        judged.load([each.name for each in todo])
        moved: list[tuple[Judged, set[str]]] = []
        strange: list[tuple[Concerned, list[str]]] = []
        for each in todo:
            own = judged.get(each.name)
            have = set(each.anchors)
            if own is not None:
                each.was.append(own)
                if lost := set(own.anchors) - have:
                    moved.append((own, lost))
            gained = have.difference(own.anchors) if own is not None else have
            if gained and (own is not None or len(have) > 1):
                strange.append((each, sorted(gained)))
        judged.load({n for _, gained in strange for anchor in gained for n in _names(anchor)})
        for each, more in strange:
            for name in dict.fromkeys(n for anchor in more for n in _names(anchor)):
                other = judged.get(name)
                if other is None or name == each.name or not set(other.anchors) & set(more):
                    continue
                each.was.append(other)
                gone[name] = other
                if rest := set(other.anchors) - set(each.anchors):
                    moved.append((other, rest))
        fresh = _new(book, {anchor for _, lost in moved for anchor in lost}, found)
        for was, lost in moved:
            for one in found.values():
                if was not in one.was and lost.intersection(one.anchors):
                    one.was.append(was)
        todo = fresh
    return found, set(gone) - set(found)


def _new(book: Book, anchors: Iterable[str], found: dict[str, Concerned]) -> list[Concerned]:
    """The customers of some identifiers who were not found yet."""
    fresh = []
    for person in book.people({key_of(anchor) for anchor in anchors}).values():
        if person.customer_id not in found:
            one = Concerned(person, tuple(sorted(written(key) for key in person.keys)))
            found[person.customer_id] = one
            fresh.append(one)
    return fresh


def _names(anchor: str) -> tuple[str, str]:
    """What a customer may have been called whose surest identifier this was."""
    return anchor.partition(":")[2], anchor
