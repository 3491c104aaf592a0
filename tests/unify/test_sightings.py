"""What tables say of identity, through the graph into the lake's table."""

from datetime import timedelta

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unify.conftest import NOW

from limner.core.tables import TIME, table
from limner.unify import carried, fresh, listed, of_events, of_records
from limner.unify.limits import NO_LIMITS

NO_KEYS = pa.schema([("kind", pa.string()), ("value", pa.string()), ("first_at", TIME)])
NO_LINKS = pa.schema(
    [(f"{side}_{name}", pa.string()) for side in ("left", "right") for name in ("kind", "value")]
)


def customer_of(found: pa.Table) -> dict[tuple[str, str], str]:
    return {(row["kind"], row["value"]): row["customer_id"] for row in found.to_pylist()}


def test_records_with_a_shared_identifier_are_one_customer(records, events, identities) -> None:
    found = customer_of(
        identities(
            records(
                {"user_id": "u1", "email": "ann@x.com"},
                {"email": "ANN@x.com ", "phone": "138 0013 8000"},
                {"phone": "+8613800138000", "loyalty_card": "77-1"},
                {"user_id": "u2", "email": "bob@x.com"},
            ),
            events(),
        )
    )
    assert found["loyalty_card", "771"] == found["email", "ann@x.com"] == found["user_id", "u1"]
    assert found["user_id", "u1"] == "u1"
    assert found["email", "bob@x.com"] == found["record", "s:3"] == "u2"


def test_an_event_joins_its_device_with_its_user(records, events, identities) -> None:
    rows = events(("d1", None, "d1"), ("u1", "u1", "d1"), ("d2", None, "d2"))
    found = customer_of(identities(records(), rows))
    assert found["anonymous_id", "d1"] == "u1"
    assert found["anonymous_id", "d2"] == "d2"


def test_an_event_that_names_only_an_address_belongs_to_its_owner(records, events, identities) -> None:  # fmt: skip
    customers = records(
        {"user_id": "u1", "email": "ann@x.com", "phone": "+8613800138000"},
        {"user_id": "u2", "loyalty_card": "C9"},
    )
    rows = events(("ann@x.com", None, None), ("+8613800138000", None, None), ("C9", None, None))
    found = customer_of(identities(customers, rows))
    assert found["email", "ann@x.com"] == found["phone", "+8613800138000"] == "u1"
    assert found["loyalty_card", "C9"] == "u2"


def test_void_values_join_nobody(records, events, identities) -> None:
    rows = [{"user_id": str(n), "email": "unknown", "phone": "0000"} for n in range(1, 4)]
    assert len(set(customer_of(identities(records(*rows), events())).values())) == 3


def test_a_card_and_a_user_of_one_number_are_two_customers(records, events, identities) -> None:
    found = customer_of(identities(records({"user_id": "7"}, {"loyalty_card": "7"}), events()))
    assert found["user_id", "7"] == "7"
    assert found["loyalty_card", "7"] == "loyalty_card:7"


def test_each_customer_is_named_by_one_identifier(records, events, identities) -> None:
    customers = records({"user_id": "a@x.com", "email": "a@x.com"}, {"email": "b@x.com"})
    found = identities(customers, events()).to_pylist()
    own = [row for row in found if row["rule"] == "own"]
    assert {(row["kind"], row["customer_id"]) for row in own} == {
        ("user_id", "a@x.com"), ("email", "b@x.com"),
    }  # fmt: skip


def test_nothing_known_is_an_empty_table_of_the_declared_shape(records, events, identities) -> None:
    found = identities(records(), events())
    assert found.schema == table("identities").schema
    assert found.num_rows == 0


def test_an_id_written_in_another_way_belongs_to_the_same_customer(records, events, identities) -> None:  # fmt: skip
    found = identities(records({"user_id": "u1", "email": "ann@x.com"}), events(("ANN@X.com", None, None)))  # fmt: skip
    assert customer_of(found)["email", "ANN@X.com"] == "u1"


few = st.one_of(st.none(), st.integers(1, 6).map(str))
a_record = st.fixed_dictionaries(
    {
        "user_id": few,
        "loyalty_card": few,
        "email": few.map(lambda n: n and f"m{n}@x.com"),
        "phone": few.map(lambda n: n and f"+861380013800{n}"),
    }
)


@given(st.lists(a_record, max_size=10), st.randoms())
def test_the_order_of_the_records_does_not_matter(records, events, identities, rows, random) -> None:  # fmt: skip
    one = records(*rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    other = one.take(pa.array(order, pa.int64()))
    found = [identities(some, events(), NO_LIMITS) for some in (one, other)]
    assert found[0].equals(found[1])


def test_what_events_say_beside_their_customer_joins_too(records, identities) -> None:
    rows = pa.table(
        {
            "customer_id": ["13800138000", "V1", "d1"],
            "user_id": pa.nulls(3, pa.string()),
            "anonymous_id": pa.array([None, None, "d1"]),
            "source": ["web", "till", "web"],
            "time": pa.array([NOW + timedelta(days=n) for n in (2, 1, 0)], TIME),
            "context": [
                '{"phone": "138 0013 8000"}',
                '{"loyalty_card": "V1", "phone": "+86 138-0013-8000"}',
                '{"traits": {"phone": "13800138000"}, "email": 5}',
            ],
        }
    )
    found = identities(records(), ibis.memtable(rows).pipe(carried).to_pyarrow())
    assert len(set(found["customer_id"].to_pylist())) == 1


def test_what_is_no_json_object_says_nothing() -> None:
    rows = pa.table(
        {
            "customer_id": ["u1"] * 3, "user_id": ["u1"] * 3,
            "anonymous_id": pa.nulls(3, pa.string()), "source": ["web"] * 3,
            "time": pa.array([NOW, NOW - timedelta(1), NOW], TIME), "context": ["{bad", None, "[1]"],
        }
    )  # fmt: skip
    (only,) = ibis.memtable(rows).pipe(carried).to_pyarrow().to_pylist()
    assert only["at"] == NOW - timedelta(1)
    assert only["email"] is only["phone"] is only["loyalty_card"] is None


@pytest.mark.parametrize(
    ("first_at", "links", "is_fresh"),
    [
        (NOW, [("u1", "d1")], False),
        (NOW, [("d1", "u1")], False),
        (NOW, [], True),
        (NOW + timedelta(1), [("u1", "d1")], True),  # seen earlier than the graph knows
    ],
)
def test_only_what_would_change_the_graph_is_fresh(events, first_at, links, is_fresh) -> None:
    kinds = {"u1": "user_id", "d1": "anonymous_id"}
    keys = [{"kind": kinds[v], "value": v, "first_at": first_at} for v in kinds]
    pairs = [
        {"left_kind": kinds[a], "left_value": a, "right_kind": kinds[b], "right_value": b}
        for a, b in links
    ]
    sightings = of_events(events(("u1", "u1", "d1")), None)
    found = fresh(
        sightings, pa.Table.from_pylist(keys, NO_KEYS), pa.Table.from_pylist(pairs, NO_LINKS)
    )
    assert found.num_rows == is_fresh


def test_records_without_a_date_were_seen_now(records) -> None:
    (only,) = listed(of_records(records({"email": "a@x.com"}), None, NOW))
    assert only.at == NOW
    assert only.identifiers == (("email", "a@x.com"), ("record", "s:0"))
