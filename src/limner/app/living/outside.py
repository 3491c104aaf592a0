"""What no event says of a customer: the record, what the last build found, and what people said.

By the names that rules and tags have for it: a column of the portrait, `traits.NAME`, a tag that
somebody set by hand or that is a model's score, `list('name')`.  Read for many customers at once,
and remembered until a build or somebody changes it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import floor
from typing import Any

import msgspec
from sqlalchemy import select

from limner.app.identity import Person
from limner.app.limner import Limner
from limner.app.living.known import Known
from limner.collect.live.recent import records_of
from limner.core.batches import batches
from limner.store.models import TagValue
from limner.understand.segments.term import InList, read_term
from limner.understand.tags.value import Score

_REMEMBERED = 50_000  # customers
_ASKED = 2_000
TRAITS = "traits"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Columns of the portrait that an `identify` says again.
_SAID = ("name", "gender", "birth_date", "country", "city", "address", "email", "phone", "loyalty_card")  # fmt: skip

Record = Mapping[str, Any]


class Outside:
    """What is said of customers besides their events; `names`: all that is ever asked.

    `connection`: of live.db, for what was said since the last build.
    """

    def __init__(
        self, limner: Limner, connection: sqlite3.Connection | None, names: Collection[str],
        scores: Mapping[str, Score] | None = None,
    ) -> None:  # fmt: skip
        self._limner = limner
        self._connection = connection
        terms = {name: read_term(name) for name in names}
        self._lists = {name: t.name for name, t in terms.items() if isinstance(t, InList)}
        self._scores = dict(scores or {})
        known = limner.lake.table("profiles").columns
        self._columns = sorted(set(names).intersection(known) - {"customer_id", TRAITS})
        self._traits = any(name.startswith(f"{TRAITS}.") for name in names)
        self._built_at = built_at(limner)
        self._built = Known()
        if (self._columns or self._traits or self._scores) and limner.lake.version(
            "profiles"
        ) is not None:
            self._built = Known(limner.lake, limner.lake.table("profiles").customer_id)
        with limner.store.reading() as session:
            self._is_set = session.scalars(select(TagValue.tag).limit(1)).first() is not None
        self._known: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def of(
        self, people: Sequence[Person], said: Mapping[str, Sequence[Record]] | None = None
    ) -> dict[str, Mapping[str, Any]]:
        """What is said of some customers, by their names; the same object until it changes.

        `said`: records that are not in live.db yet, by customer.
        """
        missing = [person for person in people if person.customer_id not in self._known]
        for some in batches(missing, _ASKED):
            self._read(some)
        for name, records in (said or {}).items():
            if name in self._known:
                self._known[name] = self._known[name] | self._of_records(records)
        found: dict[str, Mapping[str, Any]] = {}
        for person in people:
            self._known.move_to_end(person.customer_id)
            found[person.customer_id] = self._known[person.customer_id]
        while len(self._known) > max(_REMEMBERED, len(people)):
            self._known.popitem(last=False)
        return found

    def forget(self) -> None:
        """Read everything anew."""
        self._known.clear()

    def _read(self, people: Sequence[Person]) -> None:
        names = [person.customer_id for person in people]
        said: dict[str, dict[str, Any]] = {name: {"customer_id": name} for name in names}
        lake = self._limner.lake
        is_built = self._built.among(names)
        built = [name for name, is_one in zip(names, is_built, strict=True) if is_one]
        if built and (self._columns or self._traits):
            rows = lake.table("profiles")
            columns = ["customer_id", *self._columns, *([TRAITS] if self._traits else [])]
            mine = rows.filter(rows.customer_id.isin(built)).select(*columns)
            for row in lake.fetch(mine).to_pylist():
                one = said[row["customer_id"]]
                traits = json.loads(row.pop(TRAITS, None) or "{}")
                one |= row | {f"{TRAITS}.{key}": value for key, value in traits.items()}
        if self._columns or self._traits:
            self._read_live(people, said)
        if self._lists:
            self._read_lists(said)
        if self._scores:
            self._read_scores({name: said[name] for name in built})
        if self._is_set:
            with self._limner.store.reading() as session:
                for row in session.scalars(select(TagValue).where(TagValue.customer_id.in_(names))):
                    said[row.customer_id][row.tag] = row.value
        self._known.update(said)

    def _read_live(self, people: Sequence[Person], said: dict[str, dict[str, Any]]) -> None:
        """What `identify` events said since the last build."""
        if self._connection is None:
            return
        owner = {value: person.customer_id for person in people for _, value in person.keys}
        found: dict[str, list[Record]] = {}
        for record_id, body in records_of(self._connection, list(owner)):
            found.setdefault(owner[record_id], []).append(msgspec.json.decode(body))
        for name, records in found.items():
            said[name] |= self._of_records(records)

    def _of_records(self, records: Iterable[Record]) -> dict[str, Any]:
        return said_since(records, self._columns, self._built_at)

    def _read_lists(self, said: dict[str, dict[str, Any]]) -> None:
        rows = self._limner.lake.table("lists")
        asked = rows["list"].isin(list(self._lists.values()))
        mine = rows.filter(asked, rows.customer_id.isin(list(said)))
        found = self._limner.lake.fetch(mine.select("list", "customer_id").distinct()).to_pylist()
        on = {(row["list"], row["customer_id"]) for row in found}
        for customer, one in said.items():
            one |= {name: (listed, customer) in on for name, listed in self._lists.items()}

    def _read_scores(self, said: dict[str, dict[str, Any]]) -> None:
        if not said:
            return
        rows = self._limner.lake.table("scores")
        mine = rows.filter(rows.customer_id.isin(list(said))).select(
            "customer_id", "model", "subject", "score"
        )
        found: dict[tuple[str, str], list[tuple[str, float]]] = {}
        for row in self._limner.lake.fetch(mine).to_pylist():
            key = row["customer_id"], row["model"]
            found.setdefault(key, []).append((row["subject"], row["score"]))
        for customer, one in said.items():
            for name, score in self._scores.items():
                one[name] = _score(score, found.get((customer, score.model), []))


def _score(asked: Score, found: Sequence[tuple[str, float]]) -> float | None:
    """Of one subject, or the mean of a model's subjects, as `understand.tags.given` has it."""
    known = [score for subject, score in found if score is not None]
    if asked.subject is not None:
        mine = [score for subject, score in found if subject == asked.subject and score is not None]
        return max(mine, default=None)
    if not known:
        return None
    return (sum(floor(score * 1e6 + 0.5) for score in known) / 1e6) / len(known)


def said_since(
    records: Iterable[Record], columns: Collection[str], since: datetime
) -> dict[str, Any]:
    """What a customer's records say that were changed since a moment, the newest word of each.

    Traits as `traits.NAME`, and those of some columns of the portrait that an `identify` can say.
    """
    told: dict[str, Any] = {}
    for record in sorted(records, key=_updated_at):
        if _updated_at(record) < since:
            continue  # the build has weighed it against what other sources say
        traits = json.loads(record["traits"] or "{}")
        told |= {f"{TRAITS}.{key}": value for key, value in traits.items()}
        told |= {c: record[c] for c in columns if c in _SAID and record[c] is not None}
    return told


def _updated_at(record: Record) -> datetime:
    at = record["updated_at"]
    return datetime.fromisoformat(at) if isinstance(at, str) else at or _NEVER


def built_at(limner: Limner) -> datetime:
    """When the last build made the portraits; a tag that was filled since is no build."""
    at = limner.lake.written_at("memberships")
    return _NEVER if at is None else at
