"""The graph, sighting by sighting: order does not matter, limits ask, un-merging restores."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from limner.unify.graph import Graph
from limner.unify.limits import KINDS, NO_LIMITS, RANK, REASONS, Limits
from limner.unify.nodes import Block, Key, Sighting
from limner.unify.verdict import merge, unmerge

START = datetime(2024, 1, 1, tzinfo=UTC)
A, B, DEVICE = ("user_id", "a"), ("user_id", "b"), ("anonymous_id", "d")
MAIL = ("email", "m@x.com")


def saw(*keys: Key, minute: int = 0, source: str = "web", rule: str = "event") -> Sighting:
    ordered = tuple(sorted(keys, key=lambda key: RANK[key[0]]))
    return Sighting(ordered, source, START + timedelta(minutes=minute), rule)


def names(graph: Graph) -> dict[Key, str]:
    return {key: node.customer.name for key, node in graph.nodes.items()}


def seen(*sightings: Sighting, limits: Limits | None = None) -> Graph:
    graph = Graph(limits)
    for sighting in sightings:
        graph.observe(sighting)
    return graph


def test_a_visitor_who_signs_in_becomes_the_user() -> None:
    graph = seen(saw(DEVICE))
    assert graph.observe(saw(A, DEVICE, minute=1)).customer.name == "a"
    assert names(graph) == {A: "a", DEVICE: "a"}
    (entry,) = graph.drain().entries
    assert (entry.action, entry.customer_id, entry.other_id) == ("renamed", "a", "d")


def test_two_accounts_of_one_source_on_one_device_are_never_one() -> None:
    graph = seen(saw(A, DEVICE), saw(B, DEVICE, minute=5))
    assert names(graph) == {A: "a", DEVICE: "a", B: "b"}
    changes = graph.drain()
    assert [entry.action for entry in changes.entries] == ["refused"]
    (review,) = changes.reviews
    assert (review.left, review.right, review.reason) == (A, B, "accounts")
    # Later events without a user stay with whose device it was first; those of b are b's.
    assert graph.observe(saw(DEVICE, minute=9)).customer.name == "a"
    assert graph.observe(saw(B, DEVICE, minute=10)).customer.name == "b"


def test_an_account_that_another_source_knows_too_counts_there_as_well() -> None:
    graph = seen(saw(A, source="app"), saw(B, source="web"), saw(A, source="web", minute=1))
    graph.observe(saw(A, MAIL, source="app", minute=2))
    graph.observe(saw(B, MAIL, source="web", minute=3))
    assert names(graph)[B] == "b" != names(graph)[A]


def test_accounts_of_two_sources_are_joined_by_an_address() -> None:
    graph = seen(saw(A, MAIL, source="app"), saw(B, MAIL, source="till", minute=1))
    assert set(names(graph).values()) == {"a"}


@pytest.mark.parametrize("kind", ["user_id", "loyalty_card", "email", "phone", "anonymous_id"])
def test_more_than_the_limit_of_a_kind_asks(kind: str) -> None:
    most = Limits().most[kind]
    hub = A if kind != "user_id" else ("loyalty_card", "C")
    graph = seen(
        *(saw(hub, (kind, f"x{n}"), minute=n, source=f"s{n}") for n in range(most + 1)),
        limits=Limits(most_people=10**6),
    )
    customers = {customer for key, customer in names(graph).items() if key[0] == kind}
    assert len(customers) == 2
    assert [review.reason for review in graph.drain().reviews] == [kind]
    assert kind in REASONS


def test_a_customer_may_have_any_number_of_records() -> None:
    graph = seen(*(saw(A, ("record", f"s:{n}"), rule="record") for n in range(300)))
    assert set(names(graph).values()) == {"a"}


def test_what_too_many_carry_is_blocked_and_what_only_it_joined_is_apart() -> None:
    people = [("loyalty_card", f"c{n}") for n in range(11)]
    graph = seen(*(saw(each, MAIL, minute=n) for n, each in enumerate(people)), limits=Limits({}))
    assert {names(graph)[each] for each in people} == {f"c{n}" for n in range(11)}
    assert names(graph)[MAIL] == "m@x.com"
    changes = graph.drain()
    (block,) = changes.blocked
    assert (block.kind, block.value, block.by) == ("email", "m@x.com", "limner")
    assert changes.entries[-1].action == "blocked"
    assert len(changes.entries[-1].evidence["apart"]) == 11  # ten and the address itself


def test_records_without_an_account_are_people_too() -> None:
    graph = seen(*(saw(MAIL, ("record", f"s:{n}"), rule="record") for n in range(11)))
    assert len(set(names(graph).values())) == 12
    assert graph.is_blocked(MAIL)


def test_a_blocked_identifier_joins_nobody_but_is_somebody() -> None:
    graph = Graph(blocks=[("loyalty_card", "STAFF*"), MAIL])
    staff = ("loyalty_card", "STAFF1")
    assert graph.observe(saw(staff, ("phone", "+4915112345678"))).customer.name == "+4915112345678"
    assert graph.observe(saw(staff, minute=1)).customer.name == "STAFF1"
    assert graph.observe(saw(A, MAIL)).customer.name == "a"
    assert names(graph)[MAIL] == "m@x.com"


def test_blocking_and_unblocking_undo_each_other() -> None:
    graph = seen(saw(A, MAIL, source="x"), saw(B, MAIL, source="y", minute=1))
    before = names(graph)
    parts = graph.block(Block(*MAIL, "shared", START, "ann"))
    assert sorted(part.name for part in parts) == ["a", "b", "m@x.com"]
    graph.unblock(*MAIL, "ann", START + timedelta(minutes=2))
    assert names(graph) == before


def test_the_surer_kind_has_the_plain_name_whenever_it_comes() -> None:
    card, user = ("loyalty_card", "7"), ("user_id", "7")
    assert names(seen(saw(card), saw(user))) == names(seen(saw(user), saw(card)))
    assert names(seen(saw(card), saw(user))) == {card: "loyalty_card:7", user: "7"}


def test_unmerged_evidence_asks_when_it_is_seen_again_but_not_when_it_is_old() -> None:
    graph = seen(saw(A), saw(DEVICE), saw(A, DEVICE, minute=1))
    entry = graph.drain().entries[-1]
    assert entry.action == "merged"
    left, right = ([tuple(k) for k in entry.evidence[side]] for side in ("left", "right"))
    unmerge(graph, left, right, START + timedelta(minutes=5), "ann", 1)
    assert names(graph) == {A: "a", DEVICE: "d"}
    graph.drain()
    graph.observe(saw(A, DEVICE, minute=1))  # a build reads the lake again
    assert not graph.drain().reviews
    graph.observe(saw(A, DEVICE, minute=9))
    assert [review.reason for review in graph.drain().reviews] == ["apart"]
    assert names(graph) == {A: "a", DEVICE: "d"}


def test_other_evidence_does_not_merge_silently_what_people_took_apart() -> None:
    graph = seen(saw(A), saw(DEVICE), saw(A, DEVICE, minute=1))
    unmerge(graph, [A], [DEVICE], START + timedelta(minutes=5), "ann", 1)
    graph.observe(saw(A, MAIL, minute=6))
    graph.observe(saw(MAIL, DEVICE, minute=7))
    assert names(graph)[DEVICE] == "d"
    assert graph.drain().reviews[-1].reason == "apart"


def test_what_came_later_goes_with_the_side_it_hangs_on() -> None:
    graph = seen(saw(A), saw(DEVICE), saw(A, DEVICE, minute=1))
    graph.observe(saw(A, MAIL, minute=2))
    graph.observe(saw(("phone", "+4915112345678"), DEVICE, minute=3))
    unmerge(graph, [A], [DEVICE], START + timedelta(minutes=5), "ann", 1)
    assert names(graph) == {
        A: "a", MAIL: "a", DEVICE: "+4915112345678", ("phone", "+4915112345678"): "+4915112345678",
    }  # fmt: skip


def test_people_may_merge_past_every_limit() -> None:
    graph = seen(saw(A, DEVICE), saw(B, DEVICE, minute=1))
    joined = merge(graph, graph.nodes[A], graph.nodes[B], START + timedelta(minutes=2), "ann", {})
    assert joined is not None
    assert set(names(graph).values()) == {"a"}


# ---- properties

keys = st.tuples(st.sampled_from(KINDS), st.sampled_from("pqrst"))
sightings = st.builds(
    lambda keys, minute, source: saw(*keys, minute=minute, source=source),
    st.sets(keys, min_size=1, max_size=4), st.integers(0, 50), st.sampled_from(["web", "app"]),
)  # fmt: skip


def components(seen: list[Sighting]) -> set[frozenset[Key]]:
    """The oracle: SciPy's connected components of sightings and identifiers."""
    keys = sorted({key for sighting in seen for key in sighting.identifiers})
    place = {key: at for at, key in enumerate(keys)}
    ends = [
        (place[key], len(keys) + at) for at, some in enumerate(seen) for key in some.identifiers
    ]
    size = len(keys) + len(seen)
    graph = coo_array((np.ones(len(ends)), tuple(zip(*ends, strict=True))), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    groups: dict[int, set[Key]] = {}
    for key in keys:
        groups.setdefault(int(labels[place[key]]), set()).add(key)
    return {frozenset(group) for group in groups.values()}


def partition(graph: Graph) -> set[frozenset[Key]]:
    return {frozenset(m.key for m in node.customer.members) for node in graph.nodes.values()}


@given(st.lists(sightings, min_size=1, max_size=25), st.randoms())
def test_customers_are_connected_components_in_any_order(some, random) -> None:
    first = seen(*some, limits=NO_LIMITS)
    other = list(some)
    random.shuffle(other)
    assert partition(first) == components(some)
    assert names(seen(*other, *some, limits=NO_LIMITS)) == names(first)
    assert len(set(names(first).values())) == len(partition(first))  # names are unique


@given(st.lists(sightings, min_size=1, max_size=25))
def test_seeing_the_same_again_changes_nothing(some) -> None:
    graph = seen(*some)
    before = names(graph)
    graph.drain()
    for sighting in some:
        graph.observe(sighting)
    again = graph.drain()
    # What was cut is asked about again, which the store knows to be the same question.
    assert not (again.added or again.tied or again.cut or again.entries or again.blocked)
    assert names(graph) == before


@given(st.lists(sightings, min_size=1, max_size=25))
def test_limits_hold_whatever_comes(some) -> None:
    graph = seen(*some, limits=Limits({"email": 2, "anonymous_id": 1}))
    for node in graph.nodes.values():
        members = [m.key[0] for m in node.customer.members]
        assert members.count("email") <= 2
        assert members.count("anonymous_id") <= 1
        assert {m.customer for m in node.customer.members} == {node.customer}


@given(st.lists(sightings, min_size=1, max_size=25))
def test_two_accounts_of_one_source_are_two_people_or_asked_about(some) -> None:
    graph = seen(*some)
    asked = {frozenset((r.left, r.right)) for r in graph.drain().reviews if r.reason == "accounts"}
    users = [node for node in graph.nodes.values() if node.rank == 0]
    for one in users:
        for other in users:
            shared = {one.source, *one.other_sources} & {other.source, *other.other_sources}
            if one is not other and one.customer is other.customer and shared:
                assert frozenset((one.key, other.key)) in asked


@given(st.lists(sightings, min_size=2, max_size=20), st.data())
def test_unmerging_a_merge_restores_partition_and_names(some, data) -> None:
    graph = seen(*some)
    customers = list({id(n.customer): n.customer for n in graph.nodes.values()}.values())
    if len(customers) < 2:
        return
    left, right = data.draw(st.permutations(customers))[:2]
    before, parts = names(graph), partition(graph)
    sides = [[member.key for member in each.members] for each in (left, right)]
    merge(graph, left.best, right.best, START, "ann", {})
    assert names(graph)[sides[0][0]] == names(graph)[sides[1][0]]
    unmerge(graph, *sides, START, "ann", 1)
    assert names(graph) == before
    assert partition(graph) == parts


@given(st.lists(sightings, min_size=1, max_size=20), st.lists(sightings, max_size=6))
def test_every_logged_merge_can_be_taken_apart(some, more) -> None:
    graph = seen(*some, limits=NO_LIMITS)
    entries = [e for e in graph.drain().entries if e.action == "merged"]
    for sighting in more:
        graph.observe(sighting)
    for entry in entries[-1:]:
        left, right = ([tuple(k) for k in entry.evidence[side]] for side in ("left", "right"))
        unmerge(graph, left, right, START, "ann", 1)
        mine, theirs = ({names(graph)[key] for key in side} for side in (left, right))
        assert not mine & theirs
