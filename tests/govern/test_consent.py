"""Consent: the newest word counts, nothing is said twice, and everything can be proven."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.errors import Malformed
from limner.govern.consent import ConsentChange, allowed, grant, history, import_consents, withdraw
from limner.store import Store

T = datetime(2017, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def change(customer: str, is_granted: bool, at: datetime, **more: str) -> ConsentChange:
    said = {"purpose": "marketing", "medium": "email", "proof": "form 7"} | more
    return ConsentChange(customer_id=customer, is_granted=is_granted, at=at, **said)


def test_who_said_nothing_has_not_agreed(store: Store) -> None:
    assert allowed(store, ["ann"], "marketing", "email", T) == set()


def test_the_newest_word_not_after_the_moment_counts(store: Store) -> None:
    grant(store, "ann", "marketing", "email", T, "form 7")
    withdraw(store, "ann", "marketing", "email", T + DAY, "mail of 2 December")
    grant(store, "ann", "marketing", "email", T + 2 * DAY, "till 4")

    def at(moment: datetime) -> bool:
        return allowed(store, ["ann"], "marketing", "email", moment) == {"ann"}

    assert not at(T - timedelta(seconds=1))
    assert at(T)
    assert not at(T + DAY)
    assert at(T + 2 * DAY)
    assert [(c.is_granted, c.proof) for c in history(store, "ann")] == [
        (True, "till 4"), (False, "mail of 2 December"), (True, "form 7"),
    ]  # fmt: skip


def test_purpose_and_medium_are_apart(store: Store) -> None:
    grant(store, "ann", "marketing", "email", T, "form")
    assert allowed(store, ["ann"], "marketing", "sms", T) == set()
    assert allowed(store, ["ann"], "research", "email", T) == set()


def test_bulk_import_counts_the_new_ones_only(store: Store) -> None:
    changes = [change(f"c{n}", n % 5 != 0, T) for n in range(1234)]
    assert import_consents(store, changes) == 1234
    assert import_consents(store, changes) == 0
    assert len(allowed(store, (f"c{n}" for n in range(1234)), "marketing", "email", T)) == 987


@pytest.mark.parametrize("order", [(True, False), (False, True)])
@pytest.mark.parametrize("is_one_import", [True, False])
def test_at_the_same_moment_the_withdrawal_counts(
    store: Store, order: tuple[bool, bool], is_one_import: bool
) -> None:
    changes = [change("ann", word, T) for word in order]
    for some in [changes] if is_one_import else [[c] for c in changes]:
        import_consents(store, some)
    assert allowed(store, ["ann"], "marketing", "email", T) == set()


@pytest.mark.parametrize("field", ["proof", "purpose", "medium", "customer_id"])
def test_an_unproven_consent_is_refused_and_takes_the_others_with_it(
    store: Store, field: str
) -> None:
    bad = {"customer_id": "bob", "purpose": "p", "medium": "m", "proof": "x"} | {field: " "}
    with pytest.raises(Malformed, match=f"has no {field}"):
        import_consents(
            store, [change("ann", True, T), ConsentChange(is_granted=True, at=T, **bad)]
        )
    assert history(store, "ann") == []


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Malformed, match="time zone"):
        grant(store, "ann", "marketing", "email", datetime(2017, 1, 1), "form")  # noqa: DTZ001


words = st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=12)


@given(said=words, asked=st.integers(-1, 6))
def test_it_agrees_with_the_plain_definition(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[bool, int]], asked: int
) -> None:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('consent')}/s.db")
    store.migrate()
    import_consents(store, [change("ann", word, T + day * DAY) for word, day in said])
    days = [day for _, day in said if day <= asked]
    expected = bool(days) and all(word for word, day in said if day == max(days))
    assert (allowed(store, ["ann"], "marketing", "email", T + asked * DAY) == {"ann"}) is expected
