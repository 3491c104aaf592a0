"""A newcomer's first hour: a tracked shop, and one customer from the first page to the till.

Somebody looks at a tea without signing in, signs in, buys it, and later buys another in the store,
where the till knows nothing but the loyalty card. All of it is one customer's timeline.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page
from tests.conftest import Missing
from tests.e2e.conftest import PASSWORD, settle, sign_in
from tests.sdk.conftest import Listening, find_node_modules, limner, listening
from tests.sdk.shop_site import shop_site

from limner.app import Limner, identity, live
from limner.govern import users

pytestmark = [pytest.mark.e2e]

CARD = "6900001"


@pytest.fixture(scope="module")
def shop(missing: Missing) -> Iterator[str]:
    """The address of the example shop."""
    with shop_site(find_node_modules(missing)) as address:
        yield address


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    """An empty installation with a source `web` and an owner, served whole."""
    with listening(tmp_path_factory.mktemp("first-hour") / "home", "all") as started:
        opened = Limner.open(started.home)
        users.create(opened.store, "owner-e2e", PASSWORD, "owner", datetime.now(UTC))
        soon(lambda: live.status(opened).is_working, "the worker's start")
        opened.store.close()
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that a person looks at."""
    made = browser.new_context()
    yield made.new_page()
    made.close()


def soon(wanted: Callable[[], Any], what: str, page: Page | None = None) -> Any:
    """The first true answer, asked for until it comes."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if answer := wanted():
            return answer
        page.wait_for_timeout(10) if page else time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within a minute")


class Watch:
    """What Limner knows of somebody, and how long after a click it knew it."""

    def __init__(self, opened: Limner, page: Page) -> None:
        self.opened, self.page = opened, page
        self.seconds: dict[str, tuple[float, float]] = {}

    def timeline(self, kind: str, value: str) -> list[dict[str, Any]]:
        """The events of whoever has an identifier, oldest first."""
        customer = identity.resolve(self.opened, kind, value)
        if customer is None:
            return []
        return live.events_of(self.opened, identity.anchors(self.opened, customer))[::-1]

    def names(self, kind: str, value: str) -> list[str]:
        return [row["event"] or row["type"] for row in self.timeline(kind, value)]

    def sees(self, name: str, kind: str, value: str) -> None:
        """Wait for an event on somebody's timeline; the clock runs from here.

        Beside it: when the worker was through with it, before anything was read from the lake.
        """
        begun = time.monotonic()
        soon(lambda: live.recent_events(self.opened, event=name), f"{name}", self.page)
        worked = time.monotonic() - begun
        soon(lambda: name in self.names(kind, value), f"{name} for {kind} {value}", self.page)
        self.seconds[name] = round(worked, 3), round(time.monotonic() - begun, 3)


def test_a_visit_a_sign_in_a_purchase_and_a_receipt_are_one_customer(
    page: Page, shop: str, server: Listening, record_property: Callable[[str, object], None]
) -> None:
    opened = Limner.open(server.home)
    watch = Watch(opened, page)
    member = ("user_id", "member-li-mei-example-com")

    # an anonymous visit
    page.goto(f"{shop}/index.html?server={server.url}&write_key={server.key}&utm_source=news")
    page.goto(f"{shop}/product.html?id=tea-longjing")
    page.wait_for_function("analytics.user && analytics.user().anonymousId()")
    visitor = ("anonymous_id", page.evaluate("analytics.user().anonymousId()"))
    watch.sees("Product Viewed", *visitor)
    page.click("#add")
    watch.sees("Product Added", *visitor)
    unnamed = identity.resolve(opened, *visitor)
    assert unnamed is not None
    assert identity.resolve(opened, *member) is None

    # the sign-in makes the visitor a member, with all that went before
    page.goto(f"{shop}/sign-in.html")
    page.fill("#name", "李梅")
    page.fill("#email", "li.mei@example.com")
    page.fill("#loyalty_card", CARD)
    page.press("#loyalty_card", "Enter")
    watch.sees("Signed In", *member)
    assert "Product Viewed" in watch.names(*member)

    # the purchase
    page.goto(f"{shop}/checkout.html")
    page.click("#pay")
    watch.sees("Order Completed", *member)
    order_id = page.inner_text("#order")

    # the receipt of a till that knows the loyalty card alone
    till = limner("source", "add", "till", "--home", server.home)["write_key"]
    receipt = {
        "messageId": uuid.uuid4().hex,
        "event": "Order Completed",
        "properties": {
            "order_id": "till-17", "revenue": 12.5, "currency": "USD", "channel": "pos",
            "loyalty_card": CARD, "products": [{"product_id": "tea-oolong", "quantity": 1, "price": 12.5}],
        },
    }  # fmt: skip
    soon(lambda: post(server, till, receipt) == 200, "the till's key being known")
    begun = time.monotonic()
    soon(lambda: len(live.recent_events(opened, event="Order Completed")) == 2, "the receipt", page)
    worked = time.monotonic() - begun

    def orders() -> set[str | None]:
        return {row["order_id"] for row in watch.timeline(*member)}

    soon(lambda: "till-17" in orders(), "the receipt on the member's timeline", page)
    watch.seconds["receipt"] = round(worked, 3), round(time.monotonic() - begun, 3)

    # all of it stands on one timeline of one customer, once
    customer = identity.resolve(opened, *member)
    assert customer is not None
    assert {
        identity.resolve(opened, *visitor),
        identity.resolve(opened, "loyalty_card", CARD),
        identity.resolve(opened, "email", "li.mei@example.com"),
    } == {customer}
    assert identity.resolve_text(opened, unnamed) == customer
    timeline = watch.timeline(*member)
    assert [row["order_id"] for row in timeline if row["event"] == "Order Completed"] == [
        order_id, "till-17",
    ]  # fmt: skip
    names = watch.names(*member)
    wanted = ["Product Viewed", "Product Added", "Signed In", "Order Completed"]
    assert [name for name in dict.fromkeys(names) if name in wanted] == wanted
    assert {"page", "identify"} <= {*names}
    assert {row["source"] for row in timeline} == {"web", "till"}
    facts = live.facts_of(opened, identity.anchors(opened, customer))
    assert facts.orders == 2
    assert facts.revenue == {"USD": 31_000_000}  # millionths

    # and in the lake, each event once, with nothing more on the timeline than before
    def in_lake() -> bool:
        status = live.status(opened)
        return status.lake_position == status.log_end

    soon(in_lake, "the lake's commit")
    events = opened.lake.fetch(opened.lake.table("events")).to_pylist()
    assert len({row["event_id"] for row in events}) == len(events)
    assert {row["event_id"] for row in timeline} <= {row["event_id"] for row in events}
    assert watch.names(*member) == names

    for name, seconds in watch.seconds.items():
        record_property(f"seconds until worked on, until on the timeline: {name}", seconds)
    print("seconds from the click until worked on, until on the timeline:", watch.seconds)  # noqa: T201
    opened.store.close()


def test_the_console_shows_that_customer(page: Page, server: Listening, shop: str) -> None:
    """The purchase appears on the open page by itself."""
    opened = Limner.open(server.home)
    watch, console = Watch(opened, page), page.context.browser.new_context().new_page()  # type: ignore[union-attr]
    page.goto(f"{shop}/sign-in.html?server={server.url}&write_key={server.key}")
    page.fill("#name", "Ada")
    page.fill("#email", "ada@example.com")
    page.press("#email", "Enter")
    member = ("user_id", "member-ada-example-com")
    watch.sees("Signed In", *member)
    customer = identity.resolve(opened, *member)

    sign_in(console, server.url, "owner-e2e", PASSWORD)
    console.goto(f"{server.url}/customers/{customer}?lang=en")
    settle(console)
    page.goto(f"{shop}/product.html?id=cup-celadon")
    page.click("#add")
    page.goto(f"{shop}/checkout.html")
    page.wait_for_selector("#pay")
    watch.sees("Checkout Started", *member)
    page.click("#pay")
    begun = time.monotonic()
    order_id = page.inner_text("#order")
    soon(lambda: order_id in console.inner_text("body"), "the order in the console", console)
    print("seconds from the click to the console:", round(time.monotonic() - begun, 3))  # noqa: T201
    console.context.close()
    opened.store.close()


def post(server: Listening, key: str, message: dict[str, Any]) -> int:
    """The status of one call of `track`, posted as a till would."""
    return httpx.post(server.url + "/v1/track", json=message, auth=(key, "")).status_code
