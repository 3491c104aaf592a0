"""What no event says of a customer: the record, what the last build found, and what people said.

By the names that rules and tags have for it: a column of the portrait, `traits.NAME`, a tag that
somebody set or corrected by hand, `list('name')`, `score('model')`.  Read for many customers at
once, and remembered until a build or somebody changes it.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import ibis
from sqlalchemy import select

from limner.app.identity import Person
from limner.app.limner import Limner
from limner.collect.live import Live
from limner.core.batches import batches
from limner.store.models import TagValue
from limner.understand.segments.term import InList, read_term
from limner.understand.tags.text import read_value
from limner.understand.tags.value import Score, Trait

_REMEMBERED = 50_000  # customers
_ASKED = 5_000
_TRAITS = "traits"
_SCORE = "score("
# What an `identify` may have said of a customer since the last build.
_SAID_LIVE = ("name", "gender", "birth_date", "country", "city", "address")


class Outside:
    """What is said of customers besides their events; `names`: all that is ever asked."""

    def __init__(self, limner: Limner, live: Live, names: Collection[str]) -> None:
        self._limner = limner
        self._live = live
        terms = {name: read_term(name) for name in names if not name.startswith(_SCORE)}
        self._lists = {name: t.name for name, t in terms.items() if isinstance(t, InList)}
        values = {name: read_value(name) for name in names if name.startswith(_SCORE)}
        self._scores = {name: v for name, v in values.items() if isinstance(v, Score)}
        known = limner.lake.table("profiles").columns if names else ()
        self._columns = sorted(set(names).intersection(known))
        self._traits = any(isinstance(t, Trait) for t in terms.values())
        self._is_asked = bool(names)
        self._said: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def of(self, people: Sequence[Person]) -> dict[str, Mapping[str, Any]]:
        """What is said of some customers, by their names."""
        if not self._is_asked:
            return {person.customer_id: {} for person in people}
        missing = [person for person in people if person.customer_id not in self._said]
        for some in batches(missing, _ASKED):
            self._read(some)
        found: dict[str, Mapping[str, Any]] = {}
        for person in people:
            self._said.move_to_end(person.customer_id)
            found[person.customer_id] = self._said[person.customer_id] | self._live_of(person)
        while len(self._said) > _REMEMBERED:
            self._said.popitem(last=False)
        return found

    def forget(self, names: Collection[str] | None = None) -> None:
        """Read anew what is said of some customers, or of all."""
        for name in list(self._said) if names is None else names:
            self._said.pop(name, None)

    def _read(self, people: Sequence[Person]) -> None:
        names = [person.customer_id for person in people]
        said: dict[str, dict[str, Any]] = {name: {} for name in names}
        lake = self._limner.lake
        if self._columns or self._traits:
            rows = lake.table("profiles")
            wanted = dict.fromkeys(
                ("customer_id", *self._columns, *([_TRAITS] if self._traits else []))
            )
            for row in lake.fetch(
                rows.filter(rows.customer_id.isin(names)).select(*wanted)
            ).to_pylist():
                mine = said[row.pop("customer_id")]
                traits = json.loads(row.pop(_TRAITS, None) or "{}")
                mine |= row | {f"{_TRAITS}.{key}": value for key, value in traits.items()}
        if self._lists:
            self._read_lists(said)
        if self._scores:
            self._read_scores(said)
        with self._limner.store.reading() as session:
            for row in session.scalars(select(TagValue).where(TagValue.customer_id.in_(names))):
                said[row.customer_id][row.tag] = row.value
        self._said.update(said)

    def _read_lists(self, said: dict[str, dict[str, Any]]) -> None:
        rows = self._limner.lake.table("lists")
        mine = rows.filter(
            rows.customer_id.isin(list(said)), rows["list"].isin([*self._lists.values()])
        )
        found = self._limner.lake.fetch(mine.select("list", "customer_id").distinct()).to_pylist()
        on = {(row["list"], row["customer_id"]) for row in found}
        for customer, one in said.items():
            for name, which in self._lists.items():
                one[name] = (which, customer) in on

    def _read_scores(self, said: dict[str, dict[str, Any]]) -> None:
        rows = self._limner.lake.table("scores")
        for name, score in self._scores.items():
            mine = rows.filter(rows.customer_id.isin(list(said)), rows.model == score.model)
            if score.subject is not None:
                mine = mine.filter(mine.subject == score.subject)
            best = mine.group_by("customer_id").aggregate(score=ibis._.score.max())
            for row in self._limner.lake.fetch(best).to_pylist():
                said[row["customer_id"]][name] = row["score"]

    def _live_of(self, person: Person) -> dict[str, Any]:
        """What `identify` events said of somebody since the last build."""
        return {}
