"""By what one recognises that definitions, builds or what people said have changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from limner.app.limner import Limner
from limner.store.models import CustomerList, OwnTag, Segment, TagValue

Counted = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """What is in force, as far as one sees at a glance: equal ones are the same.

    `kept`: of tags and segments; `said`: of what people said of customers; `build`: of the last
    build; `rest`: of the catalogue and the stores.
    """

    kept: Counted
    said: Counted
    build: str
    rest: Counted


def definitions(limner: Limner) -> Definitions:
    """What is in force now; cheap, since the worker asks every second."""
    lake = limner.lake
    with limner.store.reading() as session:
        kept = [
            tuple(session.execute(select(func.count(), func.max(kind.updated_at), func.sum(kind.version), func.count().filter(kind.state == "approved"))).one())
            for kind in (Segment, OwnTag)
        ]  # fmt: skip
        said = [
            tuple(session.execute(select(func.count(), func.max(kind.at))).one())
            for kind in (TagValue, CustomerList)
        ]
    return Definitions(
        tuple(kept),
        (*said, lake.version("lists")),
        str([lake.version(name) for name in ("profiles", "memberships", "scores")]),
        tuple(lake.version(name) for name in ("products", "stores")),
    )
