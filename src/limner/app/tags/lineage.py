"""Where a tag comes from and where it goes: what it reads, and what reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from limner.app.limner import Limner
from limner.app.tags.keeping import all_tags, reads_of, tag_of
from limner.core.errors import Malformed
from limner.core.rule import Rule, columns_of
from limner.core.rule_words import Cursor
from limner.core.words import Words
from limner.store.models import Segment as OwnSegment
from limner.understand.segments.segment import Segment, built_in
from limner.understand.tags.source import SOURCES
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import (
    ByHand,
    Distance,
    Measured,
    Rows,
    Score,
    Step,
    Trait,
)
from limner.understand.tags.value import (
    Sequence as Sequel,
)

NodeKind = Literal["event", "column", "trait", "model", "hand", "tag", "segment"]


@dataclass(frozen=True, slots=True)
class Node:
    """Something of which a tag is made, a tag, or what reads it.

    `layer`: 0 for the tag itself, below 0 for what it reads, above 0 for what reads it.
    """

    kind: NodeKind
    code: str
    name: Words
    layer: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a tag is made of, and what is made of it; `edges` go from what is read to what reads."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]

    def of(self, kind: NodeKind, is_reader: bool = False) -> tuple[Node, ...]:
        """The nodes of a kind before the tag, or with `is_reader` behind it."""
        side = 1 if is_reader else -1
        return tuple(node for node in self.nodes if node.kind == kind and node.layer * side > 0)


def lineage(limner: Limner, code: str) -> Lineage:
    """What a tag reads, down to events, columns, traits and models; and which tags and segments read it.

    Raises: `Unknown` when there is no such tag.
    """
    tag = tag_of(limner, code)
    tags = {one.code: one for one in all_tags(limner)}
    nodes = {code: Node("tag", code, tag.name, 0)}
    edges: dict[tuple[str, str], None] = {}
    _below(tag, tags, nodes, edges, -1)
    _above(code, tags, nodes, edges, 1)
    for segment in _segments(limner):
        for read in [one.code for one in nodes.values() if one.kind == "tag" and one.layer >= 0]:
            if read in _names(segment.rule):
                key = f"segment:{segment.code}"
                layer = nodes[read].layer + 1
                nodes.setdefault(key, Node("segment", segment.code, segment.name, layer))
                edges[read, key] = None
    return Lineage(tuple(nodes.values()), tuple(edges))


def read_by(limner: Limner, code: str) -> list[str]:
    """The tags that are not retired and the segments in force that read a tag, by name and code."""
    readers = [
        one.code for one in all_tags(limner) if code in reads_of(one) and one.state != "retired"
    ]
    return readers + [one.code for one in _segments(limner) if code in _names(one.rule)]


def _below(
    tag: Tag, tags: dict[str, Tag], nodes: dict[str, Node], edges: dict[tuple[str, str], None],
    layer: int,
) -> None:  # fmt: skip
    for kind, name, words in _sources(tag):
        key = f"{kind}:{name}"
        nodes.setdefault(key, Node(kind, name, words, layer))
        edges[key, tag.code] = None
    for code in reads_of(tag):
        read = tags.get(code)
        known = read.name if read else Words(code, code)
        nodes.setdefault(code, Node("tag", code, known, layer))
        edges[code, tag.code] = None
        if read is not None:
            _below(read, tags, nodes, edges, layer - 1)


def _above(
    code: str, tags: dict[str, Tag], nodes: dict[str, Node], edges: dict[tuple[str, str], None],
    layer: int,
) -> None:  # fmt: skip
    for other in tags.values():
        if code in reads_of(other) and other.state != "retired":
            nodes.setdefault(other.code, Node("tag", other.code, other.name, layer))
            edges[code, other.code] = None
            _above(other.code, tags, nodes, edges, layer + 1)


def _sources(tag: Tag) -> Iterator[tuple[NodeKind, str, Words]]:
    """What a tag reads that is no tag."""
    value = tag.value
    match value:
        case Measured():
            yield from _events(value.rows)
            columns = [value.of, value.by, *_columns(value.where), *_columns(value.part)]
            yield from _named_columns(value.rows.source, columns)
        case Sequel():
            for step in (*value.steps, *((value.without,) if value.without else ())):
                yield from _events(step.rows)
                yield from _step_columns(step)
        case Distance():
            yield from _events(Rows("events"))
            yield from _named_columns("events", ["latitude", "longitude"])
        case Trait(name):
            yield "trait", name, Words(name, name)
        case Score(model):
            yield "model", model, Words(model, model)
        case ByHand():
            yield "hand", tag.code, Words("people", "人工")


def events_of(tag: Tag) -> tuple[str, ...]:
    """The names of the events that a tag itself reads; none where it reads every event or none."""
    return tuple(name for kind, name, _ in _sources(tag) if kind == "event" and name != "*")


def _events(rows: Rows) -> Iterator[tuple[NodeKind, str, Words]]:
    names = rows.events or SOURCES[rows.source].events
    types = SOURCES[rows.source].types
    for name in names:
        yield "event", name, Words(name, name)
    if not names:
        every = " / ".join(types) if types else "*"
        yield "event", every, SOURCES[rows.source].words


def _step_columns(step: Step) -> Iterator[tuple[NodeKind, str, Words]]:
    yield from _named_columns(step.rows.source, _columns(step.where))


def _named_columns(
    source: str, columns: Sequence[str | None]
) -> Iterator[tuple[NodeKind, str, Words]]:
    known = SOURCES[source].columns
    for name in dict.fromkeys(columns):
        if name is not None:
            yield "column", name, known.get(name, Words(name, name))


def _columns(rule: Rule | None) -> list[str]:
    return sorted(columns_of(rule)) if rule is not None else []


def _segments(limner: Limner) -> list[Segment]:
    """The built-in segments and people's own that are approved."""
    with limner.store.reading() as session:
        rows = session.scalars(select(OwnSegment).order_by(OwnSegment.segment)).all()
    own = [
        Segment(row.segment, Words(row.name_en, row.name_zh), row.rule, Words(row.rule, row.rule))
        for row in rows
        if row.state == "approved"
    ]
    return [*built_in({}), *own]


def _names(rule: str) -> set[str]:
    """The names that a segment's rule says, also within its calls."""
    try:
        cursor = Cursor(rule)
    except Malformed:
        return set()
    found = set()
    while cursor.word.kind != "end":
        word = cursor.take()
        if word.kind in ("name", "quoted"):
            found.add(word.text)
    return found
