"""Adding what may be there already says exactly what was added."""

from datetime import UTC, datetime

from limner.store import Store
from limner.store.insert import insert_missing
from limner.store.models import Suppression

T = datetime(2017, 12, 1, tzinfo=UTC)


def rows(*addresses: str) -> list[dict[str, object]]:
    return [{"address": a, "reason": "request", "at": T} for a in addresses]


def test_only_the_missing_are_added_and_named(store: Store) -> None:
    def add(*addresses: str) -> set[object]:
        with store.session() as session:
            return insert_missing(session, Suppression, rows(*addresses), Suppression.address)

    assert add() == set()
    assert add("a", "b") == {"a", "b"}
    assert add("b", "c", "c") == {"c"}
    many = [str(n) for n in range(3000)]
    assert add(*many) == set(many)
    assert add(*many) == set()
