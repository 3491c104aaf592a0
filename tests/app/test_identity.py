"""The book over the store: idempotent, shared by processes, and everything follows a customer."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.app import Limner
from limner.app.consents import import_changes
from limner.app.identity import (
    Book,
    Sighting,
    anchors,
    block,
    blocks,
    decide_review,
    entries,
    feed,
    identifiers_of,
    merge,
    merges_of,
    open_reviews,
    resolve,
    resolve_text,
    reviews,
    set_trust,
    trust_rules,
    unblock,
    unmerge,
)
from limner.core.errors import Malformed, Rejected, Unknown
from limner.core.tables import TIME, table
from limner.govern import audit
from limner.govern.consent import ConsentChange, allowed, history
from limner.govern.permission import Policy, permit_all
from limner.store import Store
from limner.store.models import Delivery, Identifier, IdentityLink
from limner.unify import attribute
from limner.unify.limits import KINDS, RANK
from limner.unify.nodes import Key

START = datetime(2024, 1, 1, tzinfo=UTC)
ANN, BOB, DEVICE, MAIL = (
    ("user_id", "ann"), ("user_id", "bob"), ("anonymous_id", "d1"), ("email", "ann@x.com"),
)  # fmt: skip


def saw(*keys: Key, minute: int = 0, source: str = "web") -> Sighting:
    ordered = tuple(sorted(keys, key=lambda key: RANK[key[0]]))
    return Sighting(ordered, source, START + timedelta(minutes=minute))


@pytest.fixture
def shop(store: Store) -> Any:
    """What the identity of an installation needs: a store, on either kind of database."""
    return SimpleNamespace(store=store)


def test_a_visit_a_sign_in_and_a_receipt_are_one_customer(shop: Any) -> None:
    book = Book(shop)
    card = ("loyalty_card", "C7")
    assert book.observe([saw(DEVICE)]) == ["d1"]
    assert book.observe([saw(ANN, DEVICE, minute=1), saw(ANN, MAIL, minute=2)]) == ["ann", "ann"]
    assert book.observe([saw(card, MAIL, minute=3, source="till"), saw(DEVICE)]) == ["ann", "ann"]
    assert anchors(shop, "d1") == [ANN, card, MAIL, DEVICE]
    assert (
        resolve(shop, *MAIL)
        == resolve_text(shop, " ANN@X.com")
        == resolve_text(shop, "d1")
        == "ann"
    )
    assert resolve_text(shop, "email:ann@x.com") == "ann"
    assert resolve_text(shop, "nobody") is None
    (entry,) = merges_of(shop, "ann")
    assert (entry.action, entry.customer_id, entry.other_id, entry.can_unmerge) == ("renamed", "ann", "d1", True)  # fmt: skip
    assert [card.is_name for card in identifiers_of(shop, "ann")] == [True, False, False, False]


def test_the_same_again_writes_nothing(shop: Any) -> None:
    sightings = [saw(ANN, DEVICE, MAIL, minute=n) for n in range(5)] + [saw(BOB, DEVICE, minute=9)]
    first = Book(shop).observe(sightings)
    before = _rows(shop)
    book = Book(shop)
    assert book.observe(sightings) == book.observe(sightings) == first
    assert _rows(shop) == before
    assert open_reviews(shop) == 1


def test_nothing_seen_is_of_nobody(shop: Any) -> None:
    book = Book(shop)
    for _ in range(2):
        assert book.observe([Sighting((), "web", START), saw(ANN)]) == ["", "ann"]
    assert book.observe([]) == []


def test_two_books_see_each_others_writing(shop: Any) -> None:
    worker, console = Book(shop), Book(shop)
    assert worker.observe([saw(ANN), saw(DEVICE)]) == ["ann", "d1"]
    assert console.observe([saw(ANN, DEVICE, minute=1)]) == ["ann"]
    assert worker.observe([saw(ANN), saw(DEVICE)]) == ["ann", "ann"]
    (entry,) = entries(shop, "merged")
    assert sorted(unmerge(shop, entry.entry_id, "boss", START)) == ["ann", "d1"]
    assert worker.observe([saw(DEVICE)]) == ["d1"]


def test_a_book_that_forgets_answers_the_same(shop: Any) -> None:
    sightings = [saw(("user_id", f"u{n % 7}"), ("anonymous_id", f"d{n}")) for n in range(60)]
    small = Book(shop, most_nodes=5)
    names = [small.observe(sightings[at : at + 6]) for at in range(0, 60, 6)]
    assert [name for some in names for name in some] == Book(shop).observe(sightings)


def test_an_earlier_moment_is_noted_and_may_rename(shop: Any) -> None:
    early, late = ("email", "z@x.com"), ("email", "a@x.com")
    book = Book(shop)
    assert book.observe([saw(late, ("phone", "+1"), minute=5), saw(early, ("phone", "+1"), minute=6)]) == ["a@x.com"] * 2  # fmt: skip
    assert book.observe([saw(early, minute=1)]) == ["z@x.com"]
    assert resolve_text(shop, "a@x.com") == "z@x.com"


def test_un_merging_says_who_did_it_and_can_be_done_once(shop: Any) -> None:
    Book(shop).observe([saw(ANN), saw(BOB)])
    entry = merge(shop, "ann", "bob", "boss", START)
    with pytest.raises(Rejected, match="one customer already"):
        merge(shop, "ann", "bob", "boss", START)
    assert unmerge(shop, entry, "boss", START) == ["ann", "bob"]
    with pytest.raises(Rejected, match="apart already"):
        unmerge(shop, entry, "boss", START)
    with pytest.raises(Unknown, match="no entry 999"):
        unmerge(shop, 999, "boss", START)
    with pytest.raises(Unknown, match="'eve'"):
        merge(shop, "ann", "eve", "boss", START)
    assert [(e.action, e.actor) for e in entries(shop)] == [
        ("unmerged", "boss"),
        ("merged", "boss"),
    ]
    assert [e.action for e in audit.entries(shop.store)] == [
        "customers.unmerged",
        "customers.merged",
    ]


def test_reviews_are_decided(shop: Any) -> None:
    book = Book(shop)
    book.observe([saw(ANN, DEVICE), saw(BOB, DEVICE, minute=1), saw(("user_id", "eve"), DEVICE, minute=2)])  # fmt: skip
    first, second = reviews(shop)
    assert {first.left_customer, first.right_customer} == {"ann", "bob"}
    assert first.reason == "accounts"
    assert decide_review(shop, first.review_id, "same", "boss", START) == "ann"
    assert decide_review(shop, second.review_id, "different", "boss", START) is None
    assert [r.status for r in reviews(shop, None)] == ["same", "different"]
    assert entries(shop)[0].action == "kept_apart"
    book.observe([saw(("user_id", "eve"), DEVICE, minute=50)])
    assert reviews(shop) == []  # a question that was answered is not asked again
    with pytest.raises(Malformed, match="perhaps"):
        decide_review(shop, first.review_id, "perhaps", "boss", START)
    with pytest.raises(Unknown):
        decide_review(shop, "none", "same", "boss", START)


def test_different_takes_apart_those_who_were_merged_meanwhile(shop: Any) -> None:
    Book(shop).observe([saw(ANN, DEVICE), saw(BOB, DEVICE, minute=1)])
    (review,) = reviews(shop)
    merge(shop, "ann", "bob", "boss", START)
    decide_review(shop, review.review_id, "different", "boss", START)
    assert (resolve(shop, *ANN), resolve(shop, *BOB)) == ("ann", "bob")


def test_a_block_takes_apart_and_unblocking_brings_together(shop: Any) -> None:
    staff = ("loyalty_card", "STAFF9")
    book = Book(shop)
    book.observe([saw(ANN, staff, source="app"), saw(BOB, staff, source="till", minute=1)])
    assert resolve(shop, *BOB) == "ann"
    apart = block(shop, "loyalty_card", "STAFF*", "staff", "boss", START)
    assert sorted(apart) == ["STAFF9", "ann", "bob"]
    assert book.observe([saw(BOB, staff, source="till", minute=2)]) == ["bob"]
    assert [card.value for card in blocks(shop)] == ["STAFF*"]
    unblock(shop, "loyalty_card", "STAFF*", "boss", START)
    assert resolve(shop, *BOB) == resolve(shop, *staff) == "ann"
    assert blocks(shop) == []
    with pytest.raises(Unknown, match="not blocked"):
        unblock(shop, "loyalty_card", "STAFF*", "boss", START)
    with pytest.raises(Malformed, match="shoe_size"):
        block(shop, "shoe_size", "42", "no", "boss", START)
    with pytest.raises(Malformed, match="say why"):
        block(shop, "email", "a@x.com", " ", "boss", START)


def test_trust_is_data(shop: Any) -> None:
    set_trust(shop, "email", ["crm", "web"], [], "boss", START)
    set_trust(shop, "*", ["web"], ["complete"], "boss", START)
    set_trust(shop, "*", ["till"], ["complete", "recent"], "boss", START)
    assert [(c.trait, c.sources, c.order) for c in trust_rules(shop)] == [
        ("*", ("till",), ("complete", "recent")), ("email", ("crm", "web"), ("recent", "complete")),
    ]  # fmt: skip
    for sources, order in ((["a", "a"], []), (["a"], ["cheapest"]), (["a"], ["recent", "recent"])):
        with pytest.raises(Malformed):
            set_trust(shop, "email", sources, order, "boss", START)


# ---- what follows a customer


def _consent(shop: Any, who: str, is_granted: bool, minute: int) -> None:
    at = START + timedelta(minutes=minute)
    change = ConsentChange(who, "marketing", "email", is_granted, at, f"form {minute}")
    import_changes(shop, [change], "boss", "form", at)


def _agreed(shop: Any, *names: str) -> set[str]:
    return allowed(shop.store, names, "marketing", "email", START + timedelta(days=1))


def test_consent_follows_a_merge_and_an_un_merge(shop: Any) -> None:
    Book(shop).observe([saw(ANN), saw(MAIL)])
    _consent(shop, "ann", True, 1)
    _consent(shop, "ANN@x.com", False, 2)
    assert _agreed(shop, "ann", "ann@x.com") == {"ann"}
    entry = merge(shop, "ann", "ann@x.com", "boss", START)
    assert _agreed(shop, "ann") == set()  # the newest word of both counts
    assert len(history(shop.store, "ann")) == 2
    _consent(shop, "ann@x.com", True, 3)  # said while they are one, under the address
    assert _agreed(shop, "ann") == {"ann"}
    unmerge(shop, entry, "boss", START)
    _consent(shop, "ann", False, 4)
    assert _agreed(shop, "ann", "ann@x.com") == {"ann@x.com"}


def test_of_two_words_at_one_moment_the_withdrawal_counts_across_a_merge(shop: Any) -> None:
    Book(shop).observe([saw(ANN), saw(MAIL)])
    _consent(shop, "ann", True, 1)
    _consent(shop, "ann@x.com", False, 1)
    merge(shop, "ann", "ann@x.com", "boss", START)
    assert _agreed(shop, "ann") == set()


def test_the_frequency_cap_counts_what_both_sides_were_sent(shop: Any) -> None:
    Book(shop).observe([saw(ANN), saw(BOB)])
    with shop.store.session() as session:
        session.add_all(
            Delivery(
                message_id=f"{who}{n}", campaign_id=f"c{n}", customer_id=who, channel="email",
                status="sent", at=START + timedelta(minutes=n),
            )
            for who, count in (("ann", 2), ("bob", 1))
            for n in range(count)
        )  # fmt: skip
    _consent(shop, "ann", True, 1)
    _consent(shop, "bob", True, 1)

    def held(*names: str) -> set[str]:
        return set(
            permit_all(
                shop.store, dict.fromkeys(names, "a@x.com"), purpose="marketing", medium="email",
                at=START + timedelta(hours=12), timezone="UTC", policy=Policy(cap=3),
            )
        )  # fmt: skip

    assert held("ann", "bob") == set()
    entry = merge(shop, "ann", "bob", "boss", START)
    assert held("ann") == {"ann"}
    unmerge(shop, entry, "boss", START)
    assert held("ann", "bob") == set()


keys = st.tuples(st.sampled_from(KINDS), st.sampled_from("pqrs"))
sightings = st.builds(
    lambda keys, minute, source: saw(*keys, minute=minute, source=source),
    st.sets(keys, min_size=1, max_size=3), st.integers(0, 50), st.sampled_from(["web", "app"]),
)  # fmt: skip


@settings(max_examples=20)
@given(
    st.lists(sightings, min_size=2, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.booleans()), max_size=6),
    st.data(),
)
def test_un_merging_gives_partition_names_events_and_consent_back(
    tmp_path_factory: pytest.TempPathFactory, some: Any, words: Any, data: Any
) -> None:
    shop = Limner.open(tmp_path_factory.mktemp("home"))
    Book(shop).observe(some)
    everyone = sorted({key for sighting in some for key in sighting.identifiers})
    for minute, (at, is_granted) in enumerate(words):
        kind, value = everyone[at % len(everyone)]
        _consent(shop, f"{kind}:{value}", is_granted, minute)

    def state() -> Any:
        names = {key: resolve(shop, *key) for key in everyone}
        events = {name: anchors(shop, str(name)) for name in names.values()}
        return names, events, _agreed(shop, *{str(name) for name in names.values()})

    before = state()
    customers = sorted(set(before[0].values()))  # type: ignore[type-var]
    if len(customers) < 2:
        return
    left, right = data.draw(st.permutations(customers))[:2]
    entry = merge(shop, left, right, "boss", START)
    merged = state()
    assert len(set(merged[0].values())) == len(customers) - 1
    unmerge(shop, entry, "boss", START)
    assert state() == before
    shop.store.close()


# ---- the lake


def test_a_build_and_live_events_make_one_graph(limner: Limner) -> None:
    Book(limner).observe([saw(DEVICE), saw(ANN, DEVICE, minute=1)])
    schema = table("customers").schema
    customers = pa.Table.from_pylist(
        [
            {**dict.fromkeys(schema.names), "source": "crm", "record_id": "1",
             "user_id": "ann", "email": "Ann@x.com"},
        ],
        schema,
    )  # fmt: skip
    carried = _carried(["ann@x.com", "d1"], [None, None], [None, "d1"])
    found = feed(limner, customers, carried, START)
    owner = {(row["kind"], row["value"]): row["customer_id"] for row in found.to_pylist()}
    assert owner == {ANN: "ann", DEVICE: "ann", MAIL: "ann", ("record", "crm:1"): "ann"}
    before = _rows(limner)
    assert feed(limner, customers, carried, START + timedelta(days=1)).equals(found)
    assert _rows(limner) == before
    events = pa.table({"customer_id": ["ann@x.com", "d1"], "user_id": pa.nulls(2, pa.string()),
                       "anonymous_id": pa.array([None, "d1"])})  # fmt: skip

    assert attribute(ibis.memtable(events), found).to_pyarrow()["customer_id"].to_pylist() == ["ann", "ann"]  # fmt: skip


def test_many_sightings_at_once_are_taken_in_chunks(limner: Limner) -> None:
    count = 21_000
    users = [f"u{n}" for n in range(count)]
    carried = _carried(users, users, [f"d{n}" for n in range(count)])
    found = feed(limner, table("customers").schema.empty_table(), carried, START)
    assert found.num_rows == 2 * count
    assert resolve(limner, "anonymous_id", "d20999") == "u20999"


def _carried(customer: list[Any], user: list[Any], anonymous: list[Any]) -> pa.Table:
    rows = len(customer)
    nothing = pa.nulls(rows, pa.string())
    return pa.table(
        {
            "customer_id": pa.array(customer, pa.string()), "user_id": pa.array(user, pa.string()),
            "anonymous_id": pa.array(anonymous, pa.string()), "source": pa.array(["web"] * rows),
            "loyalty_card": nothing, "email": nothing, "phone": nothing,
            "at": pa.array([START] * rows, TIME),
        }
    )  # fmt: skip


def _rows(shop: Any) -> tuple[int, int, int, int]:
    with shop.store.reading() as session:
        return (
            session.query(Identifier).count(), session.query(IdentityLink).count(),
            len(entries(shop)), len(reviews(shop, None)),
        )  # fmt: skip
