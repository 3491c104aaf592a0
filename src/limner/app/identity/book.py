"""The book of who is who: the pure graph over the store's tables, a chunk at a time.

    sightings ── all known and nothing written meanwhile? ──> answered from memory
        └── else, in one transaction: load the customers concerned ── graph ── keep what changed

Every change counts up `identity_version`, under whose row's lock it is made, so that a book
notices when another process has written and forgets what it remembers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Table, select, update
from sqlalchemy.orm import Session

from limner.app.identity.keeping import keep
from limner.app.limner import Limner
from limner.core.batches import batches
from limner.store.models import Identifier, IdentityBlock, IdentityLink, IdentityVersion
from limner.unify.graph import Graph
from limner.unify.limits import RANK, Limits
from limner.unify.nodes import Customer, Key, Link, Node, Sighting

_IDENTIFIERS: Table = Identifier.__table__  # type: ignore[assignment]
_LINKS: Table = IdentityLink.__table__  # type: ignore[assignment]
_BATCH = 5_000  # values in one question
_CHUNK = 20_000  # sightings in one transaction
# Identifiers held in memory before all are forgotten: about 70 MB.
MOST_NODES = 100_000


class Person(NamedTuple):
    """A customer: the name, the surest identifier, and all identifiers in order."""

    customer_id: str
    best: Key
    keys: tuple[Key, ...]


class Book:
    """The identity graph of one installation, for one thread; other processes may write too."""

    def __init__(
        self, limner: Limner, limits: Limits | None = None, most_nodes: int = MOST_NODES
    ) -> None:
        self.graph = Graph()
        self._store = limner.store
        self._limits = limits or Limits()
        self._most = most_nodes
        self._version: int | None = None
        self._known: dict[tuple[Any, ...], tuple[Node, datetime]] = {}

    def observe(self, sightings: Sequence[Sighting]) -> list[str]:
        """The customer of each sighting once all are known; what is new is kept in one transaction.

        Observing the same again changes nothing.  A sighting of nothing is of nobody: `""`.  More
        than 20,000 are taken in as several transactions, each of which stands.
        Raises: `Busy` when another process holds the store too long.
        """
        if len(sightings) > _CHUNK:
            return [name for some in batches(sightings, _CHUNK) for name in self.observe(some)]
        found = self._remembered(sightings)
        new = [at for at, node in enumerate(found) if node is None and sightings[at].identifiers]
        if new:
            before = self.graph
            with self.writing() as session:
                if self.graph is not before:  # another process wrote: nothing is remembered
                    new = [at for at, sighting in enumerate(sightings) if sighting.identifiers]
                self.load(session, {key for at in new for key in sightings[at].identifiers})
                for at in new:
                    sighting = sightings[at]
                    found[at] = node = self.graph.observe(sighting)
                    self._known[sighting[:2]] = node, sighting.at
        names = ["" if node is None else node.customer.name for node in found]
        if len(self.graph.nodes) > self._most or len(self._known) > self._most:
            self.forget()
        return names

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction in which `graph` may be changed; what changed is kept with it, or nothing."""
        try:
            with self._store.session() as session:
                lock = select(IdentityVersion.version).with_for_update()
                if session.scalars(lock).one() != self._version:
                    self.forget()
                    blocks = session.execute(select(IdentityBlock.kind, IdentityBlock.value))
                    self.graph = Graph(self._limits, [(kind, value) for kind, value in blocks])
                yield session
                self.keep(session)
                version = session.scalars(select(IdentityVersion.version)).one()
            self._version = version
        except BaseException:
            self.forget()
            raise

    def keep(self, session: Session) -> None:
        """Write down what changed so far, in a transaction of `writing`."""
        if changes := self.graph.drain():
            session.execute(update(IdentityVersion).values(version=IdentityVersion.version + 1))
            keep(session, changes)

    def load(self, session: Session, keys: Collection[Key]) -> None:
        """Bring the customers of some identifiers into the graph, whole, and who shares a value."""
        nodes = self.graph.nodes
        values = sorted({value for kind, value in keys if (kind, value) not in nodes})
        rows = _rows(session, _IDENTIFIERS, _IDENTIFIERS.c.value, values)
        names = {row.customer_id for row in rows if (row.kind, row.value) not in nodes}
        if not names:
            return
        members: dict[str, list[Node]] = {name: [] for name in names}
        for row in _rows(session, _IDENTIFIERS, _IDENTIFIERS.c.customer_id, sorted(names)):
            node = Node(
                (row.kind, row.value), row.source, row.rule, row.first_at,
                row.other_sources.split("\n") if row.other_sources else (),
                row.is_shadowed,
            )  # fmt: skip
            nodes[node.key] = node
            members[row.customer_id].append(node)
        for name, some in members.items():
            Customer(some, name)
        self._load_links(session, {node.key: node for some in members.values() for node in some})

    def _load_links(self, session: Session, loaded: dict[Key, Node]) -> None:
        values = sorted({value for _, value in loaded})
        for column in (_LINKS.c.left_value, _LINKS.c.right_value):
            for row in _rows(session, _LINKS, column, values):
                left = row.left_kind, row.left_value
                right = row.right_kind, row.right_value
                ends = [self.graph.nodes.get(key) for key in (left, right)]
                link = next(
                    (end.links[key] for end, key in zip(ends, (right, left), strict=True)
                     if end is not None and key in end.links),
                    None,
                ) or Link(row.rule, row.source, row.first_at, row.cut_at)  # fmt: skip
                for end, key in zip(ends, (right, left), strict=True):
                    if end is not None:
                        end.links[key] = link

    def people(self, keys: Collection[Key]) -> dict[Key, Person]:
        """Who some identifiers belong to, as far as they are known; from memory where it is there.

        What `observe` was just told is in memory, unless it was very much.
        """
        found: dict[Key, Person] = {}
        made: dict[int, Person] = {}
        missing = []
        known = self.graph.nodes if self._is_fresh() else {}
        for key in keys:
            node = known.get(key)
            if node is None:
                missing.append(key)
                continue
            customer = node.customer
            if (person := made.get(id(customer))) is None:
                members = tuple(sorted(each.key for each in customer.members))
                person = made[id(customer)] = Person(customer.name, customer.best.key, members)
            found[key] = person
        if missing:
            with self._store.reading() as session:
                values = {value for _, value in missing}
                rows = _rows(session, _IDENTIFIERS, _IDENTIFIERS.c.value, values)
            named = {(row.kind, row.value): row.customer_id for row in rows}
            people = self.named({named[key] for key in missing if key in named})
            found |= {key: people[named[key]] for key in missing if named.get(key) in people}
        return found

    def named(self, names: Collection[str]) -> dict[str, Person]:
        """The customers of some names, as far as they are called so today."""
        members: dict[str, list[Row[Any]]] = {}
        with self._store.reading() as session:
            for row in _rows(session, _IDENTIFIERS, _IDENTIFIERS.c.customer_id, sorted(names)):
                members.setdefault(row.customer_id, []).append(row)
        people = {}
        for name, rows in members.items():
            best = min(rows, key=lambda row: (RANK[row.kind], row.first_at, row.value))
            held = tuple(sorted((row.kind, row.value) for row in rows))
            people[name] = Person(name, (best.kind, best.value), held)
        return people

    def forget(self) -> None:
        """Remember nothing: the next question is answered from the store."""
        self._version = None
        self._known.clear()
        self.graph = Graph(self._limits)

    def _is_fresh(self) -> bool:
        """Whether nobody else has written since what is remembered was read."""
        if self._version is None:
            return False
        with self._store.reading() as session:
            return session.scalars(select(IdentityVersion.version)).one() == self._version

    def _remembered(self, sightings: Sequence[Sighting]) -> list[Node | None]:
        """The identifier each sighting was found to say, where nothing of it can be new."""
        found: list[Node | None] = [None] * len(sightings)
        if not self._is_fresh():
            return found
        known = self._known
        for at, sighting in enumerate(sightings):
            hit = known.get(sighting[:2])
            if hit is not None and sighting.at >= hit[1]:
                found[at] = hit[0]
        return found


def _rows(
    session: Session, table: Table, column: ColumnElement[str], values: Iterable[str]
) -> list[Row[Any]]:
    """The rows of a table whose column has one of some values."""
    found: list[Row[Any]] = []
    for some in batches(values, _BATCH):
        found += session.execute(select(table).where(column.in_(some)))
    return found
