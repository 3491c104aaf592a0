from datetime import UTC, datetime

from limner.govern import audit
from limner.store import Store

NOW = datetime(2018, 1, 1, tzinfo=UTC)


def test_entries_are_listed_newest_first_and_by_page(store: Store) -> None:
    for number in range(5):
        audit.record(store, "ann", "customers.exported", f"file {number}", {"rows": number}, NOW)
    first = audit.entries(store, most=2)
    assert [entry.subject for entry in first] == ["file 4", "file 3"]
    second = audit.entries(store, most=2, before=first[-1].entry_id)
    assert [entry.subject for entry in second] == ["file 2", "file 1"]
    assert first[0].detail == {"rows": 4}
    assert first[0].at == NOW


def test_entries_can_be_asked_for_by_actor_and_action(store: Store) -> None:
    audit.record(store, "ann", "campaign.sent", "spring", {}, NOW)
    audit.record(store, "bob", "campaign.sent", "summer", {}, NOW)
    audit.record(store, "bob", "user.created", "eve", {}, NOW)
    assert [e.subject for e in audit.entries(store, actor="bob", action="campaign.sent")] == [
        "summer"
    ]


def test_long_words_are_cut_rather_than_lost(store: Store) -> None:
    audit.record(store, "a" * 500, "b" * 500, "c" * 500, {}, NOW)
    (entry,) = audit.entries(store)
    assert (len(entry.actor), len(entry.action), len(entry.subject)) == (200, 80, 300)
