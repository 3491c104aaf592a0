import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from limner.core.tables import table
from limner.unify import Limits, identify

NO_LIMITS = Limits(people_per_identifier=10**6, people_per_customer=10**6)


def customer_of(identified) -> dict[tuple[str, str], str]:
    return {
        (row["kind"], row["value"]): row["customer_id"] for row in identified.identities.to_pylist()
    }


def test_records_with_a_shared_identifier_are_one_customer(records, events) -> None:
    found = customer_of(
        identify(
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


def test_an_event_joins_its_device_with_its_user(records, events) -> None:
    found = customer_of(
        identify(records(), events(("d1", None, "d1"), ("u1", "u1", "d1"), ("d2", None, "d2")))
    )
    assert found["anonymous_id", "d1"] == "u1"
    assert found["anonymous_id", "d2"] == "d2"


def test_an_event_that_names_only_an_address_belongs_to_its_owner(records, events) -> None:
    found = customer_of(
        identify(
            records({"user_id": "u1", "email": "ann@x.com", "phone": "+8613800138000"},
                    {"user_id": "u2", "loyalty_card": "C9"}),
            events(("ann@x.com", None, None), ("+8613800138000", None, None), ("C9", None, None)),
        )
    )  # fmt: skip
    assert found["email", "ann@x.com"] == found["phone", "+8613800138000"] == "u1"
    assert found["loyalty_card", "C9"] == "u2"


def test_void_values_join_nobody(records, events) -> None:
    found = identify(
        records(*({"user_id": str(n), "email": "unknown", "phone": "0000"} for n in range(1, 4))),
        events(),
    )
    assert len(set(customer_of(found).values())) == 3
    assert found.held == ()


def test_a_card_and_a_user_of_one_number_are_two_customers(records, events) -> None:
    found = customer_of(identify(records({"user_id": "7"}, {"loyalty_card": "7"}), events()))
    assert found["user_id", "7"] == "7"
    assert found["loyalty_card", "7"] == "loyalty_card:7"


def test_an_identifier_shared_by_too_many_merges_nobody_and_is_reported(records, events) -> None:
    rows = [{"user_id": f"u{n}", "email": "shop@x.com"} for n in range(12)]
    found = identify(records(*rows), events())
    assert len(set(customer_of(found).values())) == 12
    assert ("email", "shop@x.com") not in customer_of(found)
    (held,) = found.held
    assert (held.kind, held.value, held.people) == ("email", "shop@x.com", 12)
    assert held.reason == "identifier-shared"


def test_a_user_may_have_any_number_of_devices_and_records(records, events) -> None:
    devices = [("u1", "u1", f"d{n}") for n in range(40)]
    found = identify(records(*({"user_id": "u1"} for _ in range(40))), events(*devices))
    assert set(customer_of(found).values()) == {"u1"}
    assert found.held == ()


def test_a_chain_of_too_many_people_is_undone_and_reported(records, events) -> None:
    # Each phone is shared by two only, yet together they would make one customer of thirty.
    rows = [
        {
            "user_id": f"u{n}",
            "phone": f"+861380013{8000 + n // 2}",
            "email": f"m{(n + 1) // 2}@x.com",
        }
        for n in range(30)
    ]
    found = identify(records(*rows, {"user_id": "a", "email": "z@x.com"}, {"email": "z@x.com"}), events())  # fmt: skip
    assert len(set(customer_of(found).values())) == 31
    assert {held.reason for held in found.held} == {"customer-too-large"}
    assert customer_of(found)["record", "s:31"] == "a"


def test_new_records_rename_nobody(records, events) -> None:
    before = identify(records({"email": "ann@x.com"}), events())
    assert customer_of(before)["email", "ann@x.com"] == "ann@x.com"
    after = identify(
        records({"email": "ann@x.com"}, {"email": "ann@x.com", "user_id": "a0"}),
        events(),
        previous=before.identities,
    )
    assert customer_of(after)["user_id", "a0"] == "ann@x.com"


def test_of_two_known_customers_who_are_one_the_surer_name_stays(records, events) -> None:
    before = identify(records({"email": "ann@x.com"}, {"user_id": "u5"}), events())
    after = identify(
        records({"email": "ann@x.com"}, {"user_id": "u5", "email": "ann@x.com"}),
        events(),
        previous=before.identities,
    )
    assert set(customer_of(after).values()) == {"u5"}


def test_a_name_survives_the_identifier_it_came_from(records, events) -> None:
    before = identify(records({"user_id": "u1", "email": "ann@x.com"}), events())
    after = identify(records({"email": "ann@x.com"}), events(), previous=before.identities)
    assert set(customer_of(after).values()) == {"u1"}


def test_when_one_customer_turns_out_to_be_two_only_one_keeps_the_name(records, events) -> None:
    both = {"user_id": "u1", "email": "ann@x.com"}
    before = identify(records(both), events())
    after = customer_of(
        identify(
            records({"user_id": "u1"}, {"email": "ann@x.com"}), events(), previous=before.identities
        )
    )
    assert after["user_id", "u1"] == "u1"
    assert after["email", "ann@x.com"] == "ann@x.com"


def test_nothing_known_is_an_empty_table_of_the_declared_shape(records, events) -> None:
    found = identify(records(), events())
    assert found.identities.schema == table("identities").schema
    assert found.identities.num_rows == 0


# ---- against an oracle


class Sets:
    """Union-find, the plain way."""

    def __init__(self) -> None:
        self.parent: dict[object, object] = {}

    def root(self, item: object) -> object:
        self.parent.setdefault(item, item)
        while self.parent[item] != item:
            item = self.parent[item]
        return item

    def join(self, one: object, other: object) -> None:
        self.parent[self.root(one)] = self.root(other)


few = st.one_of(st.none(), st.integers(1, 6).map(str))
a_record = st.fixed_dictionaries(
    {
        "user_id": few,
        "loyalty_card": few,
        "email": few.map(lambda n: n and f"m{n}@x.com"),
        "phone": few.map(lambda n: n and f"+861380013800{n}"),
    }
)
an_event = st.tuples(few, few).filter(any).map(lambda e: (e[0] or e[1], *e))


def partition(pairs) -> set[frozenset[object]]:
    groups: dict[object, set[object]] = {}
    for item, group in pairs:
        groups.setdefault(group, set()).add(item)
    return {frozenset(group) for group in groups.values()}


@given(rows=st.lists(a_record, max_size=12), carried=st.lists(an_event, max_size=12))
def test_the_sets_are_those_of_union_find(records, events, rows, carried) -> None:
    oracle = Sets()
    for at, row in enumerate(rows):
        for kind, value in row.items():
            if value:
                oracle.join(("record", f"s:{at}"), (kind, value))
        oracle.root(("record", f"s:{at}"))
    for _, user, anonymous in carried:
        ids = [("user_id", user)] * bool(user) + [("anonymous_id", anonymous)] * bool(anonymous)
        oracle.join(ids[0], ids[-1])
    found = identify(records(*rows), events(*carried), limits=NO_LIMITS)
    assert partition(customer_of(found).items()) == partition(
        (item, oracle.root(item)) for item in list(oracle.parent)
    )
    own = [row for row in found.identities.to_pylist() if row["rule"] == "own"]
    assert len({row["customer_id"] for row in own}) == len(own)
    assert {row["customer_id"] for row in own} == set(customer_of(found).values())


@given(st.lists(a_record, max_size=10), st.lists(a_record, max_size=4))
def test_building_again_changes_nothing_and_growing_renames_no_group(records, events, rows, more) -> None:  # fmt: skip
    first = identify(records(*rows), events(), limits=NO_LIMITS)
    again = identify(records(*rows), events(), first.identities, limits=NO_LIMITS)
    assert again.identities.equals(first.identities)
    grown = identify(records(*rows, *more), events(), first.identities, limits=NO_LIMITS)
    names = set(customer_of(first).values())
    after = customer_of(grown)
    for identifier, name in customer_of(first).items():
        # a customer keeps the name, or takes that of another one it was found to be
        assert after[identifier] == name or after[identifier] in names - {name}


@given(st.lists(a_record, max_size=10), st.randoms())
def test_the_order_of_the_records_does_not_matter(records, events, rows, random) -> None:
    one = records(*rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    other = one.take(pa.array(order, pa.int64()))
    assert identify(one, events()).identities.equals(identify(other, events()).identities)


def test_what_events_say_beside_their_customer_joins_too() -> None:
    events = pa.table(
        {
            "customer_id": ["13800138000", "V1"], "user_id": pa.nulls(2, pa.string()),
            "anonymous_id": pa.nulls(2, pa.string()), "source": ["web", "till"],
            "context": ['{"phone": "138 0013 8000"}', '{"loyalty_card": "V1", "phone": "+86 138-0013-8000"}'],
        }
    )  # fmt: skip
    empty = table("customers").schema.empty_table()
    assert len(set(identify(empty, events).identities["customer_id"].to_pylist())) == 1
