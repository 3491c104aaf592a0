"""Live facts are a commutative monoid: order and splitting change no digit."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from limner.understand.live import Facts, fold, has_open_cart, join, join_all, live_tags

T0 = datetime(2026, 3, 1, 10, tzinfo=UTC)
EMPTY = dict.fromkeys(
    ["event", "revenue", "currency", "products", "page_url", "referrer", "session_id",
     "traffic_channel", "utm_source", "utm_medium", "utm_campaign"]
)  # fmt: skip


def row(number: int, at: datetime = T0, **said: Any) -> dict[str, Any]:
    return {**EMPTY, "event_id": f"e{number}", "type": "track", "time": at, **said}


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for number in range(draw(st.integers(0, 8))):
        at = T0 + timedelta(minutes=draw(st.integers(0, 5)))
        event = draw(st.sampled_from(["Order Completed", "Order Refunded", "Product Viewed", "Product Added", None]))  # fmt: skip
        made.append(
            row(
                number, at, event=event, type="track" if event else draw(st.sampled_from(["page", "identify"])),
                revenue=draw(st.none() | st.floats(-1e6, 1e6)), currency=draw(st.sampled_from(["CNY", "USD"])),
                products=[{"product_id": draw(st.sampled_from(["p", "q"])), "name": None}],
                page_url=draw(st.none() | st.sampled_from(["/a", "/b"])),
                session_id=draw(st.sampled_from([None, f"e{number}", "other"])),
                traffic_channel=draw(st.sampled_from([None, "email", "direct"])),
            )
        )  # fmt: skip
    return made


def folded(events: list[dict[str, Any]]) -> Facts:
    facts = Facts()
    for each in events:
        facts = fold(facts, each)
    return facts


@given(rows(), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(events: list[dict[str, Any]], random: Any) -> None:
    mixed = list(events)
    random.shuffle(mixed)
    assert folded(mixed) == folded(events)


@given(rows(), st.lists(st.integers(0, 2), min_size=8, max_size=8))
def test_identifiers_joined_are_as_all_events_folded(
    events: list[dict[str, Any]], owners: list[int]
) -> None:
    parts = [folded([e for e, o in zip(events, owners, strict=False) if o == k]) for k in range(3)]
    assert join_all(parts) == folded(events) == join_all(reversed(parts))
    a, b, c = parts
    assert join(join(a, b), c) == join(a, join(b, c))
    assert join(a, Facts()) == a == join(Facts(), a)


@given(rows())
def test_facts_are_kept_as_bytes_and_come_back(events: list[dict[str, Any]]) -> None:
    facts = folded(events)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=Facts) == facts


def test_a_hundred_cents_are_a_unit() -> None:
    facts = folded([row(n, event="Order Completed", revenue=0.1, currency="CNY") for n in range(10)])  # fmt: skip
    assert facts.revenue == {"CNY": 1_000_000} and facts.orders == 10


def test_a_refund_counts_apart_whatever_its_sign() -> None:
    events = [
        row(1, event="Order Completed", revenue=30.0, currency="CNY"),
        row(2, event="Order Refunded", revenue=-10.0, currency="CNY"),
        row(3, event="Order Refunded", revenue=10.0, currency="CNY"),
        row(4, event="Order Refunded", currency="CNY"),
    ]
    facts = folded(events)
    assert (facts.orders, facts.refunds) == (1, 3)
    assert (facts.revenue, facts.refunded) == ({"CNY": 30_000_000}, {"CNY": 20_000_000})


def test_a_visit_counts_once_where_it_began() -> None:
    start = row(1, session_id="e1", traffic_channel="email", utm_campaign="spring")
    later = row(2, T0 + timedelta(minutes=1), session_id="e1", traffic_channel="email")
    direct = row(3, T0 + timedelta(days=1), session_id="e3", traffic_channel="direct")
    facts = folded([direct, later, start])
    assert facts.sessions == 2
    assert facts.first_touch is not None and facts.first_touch.campaign == "spring"
    assert facts.last_touch == facts.first_touch  # the later one was direct


def test_a_cart_is_open_until_the_order() -> None:
    added = row(1, event="Product Added", products=[{"product_id": "p", "name": "茶"}])
    order = row(2, T0 + timedelta(minutes=5), event="Order Completed")
    soon, late = T0 + timedelta(hours=1), T0 + timedelta(days=8)
    assert has_open_cart(folded([added]), soon)
    assert not has_open_cart(folded([added]), late)
    assert not has_open_cart(folded([added, order]), soon)


def test_tags_say_what_holds_now() -> None:
    added = row(1, event="Product Added", products=[{"product_id": "p", "name": "茶"}])
    now = {tag.tag: tag.value.zh for tag in live_tags(folded([added]), T0 + timedelta(minutes=1))}
    assert now == {"online": "是", "buying_stage": "只浏览未购买", "open_cart": "茶", "last_product": "茶"}  # fmt: skip
    order = row(2, T0 + timedelta(minutes=2), event="Order Completed")
    then = [t.tag for t in live_tags(folded([added, order]), T0 + timedelta(hours=1))]
    assert then == ["buying_stage", "last_product"]
    assert live_tags(Facts(), T0) == []
