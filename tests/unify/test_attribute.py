import ibis
import pyarrow as pa
import pytest
from tests.unify.conftest import NOW

from limner.core.tables import TIME
from limner.unify import attribute, carried


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
    columns = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    moments = pa.array([NOW] * len(rows), TIME)
    return pa.table({**columns, "time": moments, "context": pa.nulls(len(rows), pa.string())})


def owners(expression: ibis.Table) -> dict[str, str | None]:
    rows = expression.to_pyarrow().to_pylist()
    return {row["event_id"]: row["customer_id"] for row in rows}


@pytest.mark.parametrize("in_memory", [True, False])
def test_events_come_under_their_customers_present_name(
    records, identities, some_events, in_memory
) -> None:
    events = ibis.memtable(some_events)
    customers = records({"user_id": "u1", "email": "ann@x.com"}, {"user_id": "u9", "loyalty_card": "7"})  # fmt: skip
    found = identities(customers, carried(events).to_pyarrow())
    attributed = attribute(events, found if in_memory else ibis.memtable(found))
    assert attributed.columns == events.columns
    assert owners(attributed) == {
        "1": "u1", "2": "u1", "3": "u1", "4": "u1", "5": "u9", "6": "7", "7": None, "8": "u1",
    }  # fmt: skip


def test_no_event_is_lost_or_doubled(records, identities, some_events) -> None:
    events = ibis.memtable(some_events)
    found = identities(records(), carried(events).to_pyarrow())
    assert attribute(events, ibis.memtable(found)).count().to_pyarrow().as_py() == 8


def test_with_nobody_renamed_the_events_are_returned_as_they_are(records, events, identities) -> None:  # fmt: skip
    rows = events(("u1", "u1", None))
    found = identities(records(), rows)
    table = ibis.memtable(rows)
    assert attribute(table, found) is table


@pytest.mark.parametrize("in_memory", [True, False])
def test_exposures_are_attributed_by_every_name_a_customer_had(records, events, identities, in_memory) -> None:  # fmt: skip
    customers = records(
        {"user_id": "u1", "email": "a@x.com"}, {"user_id": "7"}, {"loyalty_card": "7"}
    )
    found = identities(customers, events(("a@x.com", None, None), ("u1", "u1", "d1")))
    exposures = ibis.memtable(
        pa.table({"customer_id": ["a@x.com", "u1", "u2", "d1", "7", "loyalty_card:7", "email:a@x.com"]})
    )  # fmt: skip
    attributed = attribute(exposures, found if in_memory else ibis.memtable(found))
    assert sorted(attributed.to_pyarrow()["customer_id"].to_pylist()) == sorted(
        ["u1", "u1", "u2", "u1", "7", "loyalty_card:7", "u1"]
    )
