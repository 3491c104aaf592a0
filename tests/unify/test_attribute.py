import ibis
import pyarrow as pa
import pytest

from limner.unify import attribute, carried, identify


@pytest.fixture
def some_events() -> pa.Table:
    rows = [
        ("1", "ann@x.com", None, None, "till"),
        ("2", "u1", "u1", None, "web"),
        ("3", "d1", None, "d1", "web"),
        ("4", "u1", "u1", "d1", "web"),
        ("5", "7", None, None, "till"),  # a loyalty card, by the look of it
        ("6", "7", "7", None, "web"),  # a user of the same number
        ("7", None, None, None, "till"),
        ("8", "ANN@X.com", None, None, "till"),
    ]
    names = ("event_id", "customer_id", "user_id", "anonymous_id", "source")
    return pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})


def owners(expression: ibis.Table) -> dict[str, str | None]:
    rows = expression.to_pyarrow().to_pylist()
    return {row["event_id"]: row["customer_id"] for row in rows}


@pytest.mark.parametrize("in_memory", [True, False])
def test_events_come_under_their_customers_present_name(records, some_events, in_memory) -> None:
    events = ibis.memtable(some_events)
    customers = records({"user_id": "u1", "email": "ann@x.com"}, {"user_id": "u9", "loyalty_card": "7"})  # fmt: skip
    found = identify(customers, carried(events).to_pyarrow()).identities
    attributed = attribute(events, found if in_memory else ibis.memtable(found))
    assert attributed.columns == events.columns
    assert owners(attributed) == {
        "1": "u1", "2": "u1", "3": "u1", "4": "u1", "5": "u9", "6": "7", "7": None, "8": "u1",
    }  # fmt: skip


def test_no_event_is_lost_or_doubled(records, some_events) -> None:
    events = ibis.memtable(some_events)
    found = identify(records(), carried(events).to_pyarrow()).identities
    assert attribute(events, ibis.memtable(found)).count().to_pyarrow().as_py() == 8


def test_with_nobody_renamed_the_events_are_returned_as_they_are(records) -> None:
    events = ibis.memtable(
        pa.table({"customer_id": ["u1"], "user_id": ["u1"], "anonymous_id": pa.nulls(1, pa.string()), "source": ["s"]})
    )  # fmt: skip
    found = identify(records({"user_id": "u1", "email": "a@x.com"}), carried(events).to_pyarrow())
    assert attribute(events, found.identities) is events


def test_exposures_are_attributed_too(records) -> None:
    exposures = ibis.memtable(pa.table({"customer_id": ["a@x.com", "u1", "u2"]}))
    customers = records({"user_id": "u1", "email": "a@x.com"})
    seen = pa.table(
        {"customer_id": ["a@x.com"], "user_id": pa.nulls(1, pa.string()),
         "anonymous_id": pa.nulls(1, pa.string()), "source": ["s"]}
    )  # fmt: skip
    found = identify(customers, seen).identities
    assert attribute(exposures, found).to_pyarrow()["customer_id"].to_pylist() == ["u1", "u1", "u2"]
