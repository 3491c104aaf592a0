"""analytics.js and RudderStack's client, unmodified, on the example shop in real Chromium."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page
from tests.sdk.conftest import Arrived, Listening
from tests.sdk.proxy import Answer, Proxy
from tests.sdk.shop_site import shop_site

pytestmark = [pytest.mark.e2e]

SDKS = ["segment", "rudder"]
TEA = "龙井绿茶 100 克"


@pytest.fixture(scope="session")
def shop(node_modules: Path) -> Iterator[str]:
    """The address of the example shop."""
    with shop_site(node_modules) as address:
        yield address


class Shopper:
    """Someone in the shop: a page, what its console complained of and where its requests went."""

    def __init__(self, page: Page, shop: str, server: str, key: str, sdk: str) -> None:
        self.page, self.shop = page, shop
        self.asked = {"server": server, "write_key": key, "sdk": sdk}
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self._fail(request.failure, request.url))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    def _fail(self, why: str | None, url: str) -> None:
        if why != "net::ERR_ABORTED":  # so ends what is under way when one goes on
            self.complaints.append(f"{why}: {url}")

    def go(self, path: str = "index.html", **more: str) -> None:
        self.page.goto(f"{self.shop}/{path}{'&' if '?' in path else '?'}{urlencode(more)}")
        self.page.wait_for_selector("h1")

    def enter(self, **more: str) -> None:
        """Come in from outside: the first address tells where events go."""
        self.go(**self.asked, **more)

    def sign_in(self) -> None:
        self.go("sign-in.html")
        self.page.fill("#name", "李梅 🍵")
        self.page.fill("#email", "li.mei@example.com")
        self.page.fill("#loyalty_card", "6900001")
        self.page.press("#loyalty_card", "Enter")
        self.page.wait_for_selector("#sign-out")

    def buy(self) -> str:
        """Put a tea into the cart, pay, and read the order's number."""
        self.go("product.html?id=tea-longjing")
        self.page.click("#add")
        self.go("checkout.html")
        self.page.click("#pay")
        return self.page.inner_text("#order")


Enter = Callable[..., Shopper]


@pytest.fixture
def shopper(context: BrowserContext, shop: str, server: Listening) -> Enter:
    """`shopper("segment")`: someone about to enter the shop."""

    def make(sdk: str, at: str | None = None, page: Page | None = None) -> Shopper:
        return Shopper(page or context.new_page(), shop, at or server.url, server.key, sdk)

    return make


def names(arrived: list[Arrived]) -> list[str]:
    """Each event's own name, or its type where it has none."""
    return [each.message.get("event") or each.message["type"] for each in arrived]


def until(server: Listening, page: Page, after: int, *wanted: str) -> list[Arrived]:
    """What arrived, as soon as all of these did."""
    deadline = time.monotonic() + 45
    while time.monotonic() < deadline:
        arrived = server.since(after)
        if set(wanted) <= set(names(arrived)):
            return arrived
        page.wait_for_timeout(100)
    raise AssertionError(f"only {names(server.since(after))} of {wanted} arrived")


@pytest.mark.parametrize("sdk", SDKS)
def test_a_visit_a_sign_in_and_a_purchase_arrive(
    server: Listening, shopper: Enter, shop: str, sdk: str
) -> None:
    after = server.end()
    someone = shopper(sdk)
    someone.enter(lang="zh", utm_source="news", utm_campaign="spring")
    until(server, someone.page, after, "page", "Product List Viewed")
    someone.go("product.html?id=tea-longjing")
    until(server, someone.page, after, "Product Viewed")
    someone.sign_in()
    until(server, someone.page, after, "identify", "Signed In")
    order_id = someone.buy()
    arrived = until(server, someone.page, after, "Product Added", "Order Completed")

    assert someone.complaints == []
    assert someone.hosts == {urlsplit(shop).netloc, urlsplit(server.url).netloc}
    assert {each.fault for each in arrived} == {None}
    ids = [each.message["messageId"] for each in arrived]
    assert len(set(ids)) == len(ids)
    [visitor] = {each.message["anonymousId"] for each in arrived}
    assert visitor

    by_name = dict(zip(names(arrived), [each.message for each in arrived], strict=True))
    assert not by_name["Product List Viewed"].get("userId")
    assert by_name["Order Completed"]["userId"] == "member-li-mei-example-com"
    viewed = by_name["Product Viewed"]["properties"]
    assert (viewed["product_id"], viewed["name"], viewed["price"]) == ("tea-longjing", TEA, 18.5)
    identify = by_name["identify"]
    traits = identify.get("traits") or identify["context"]["traits"]
    assert (traits["name"], traits["loyalty_card"]) == ("李梅 🍵", "6900001")
    order = by_name["Order Completed"]["properties"]
    assert (order["order_id"], order["revenue"], order["currency"]) == (order_id, 18.5, "USD")
    [line] = order["products"]
    assert (line["product_id"], line["quantity"], line["price"]) == ("tea-longjing", 1, 18.5)
    assert by_name["Order Completed"]["context"]["page"]["url"].startswith(shop + "/checkout")
    campaigns = [each.message["context"].get("campaign") for each in arrived]
    assert any(each and each.get("source") == "news" for each in campaigns)


@pytest.mark.parametrize("sdk", SDKS)
def test_what_happens_offline_arrives_when_the_line_is_back(
    server: Listening, shopper: Enter, context: BrowserContext, sdk: str
) -> None:
    after = server.end()
    someone = shopper(sdk)
    someone.enter()
    someone.go("product.html?id=cup-celadon")
    until(server, someone.page, after, "Product Viewed")
    context.set_offline(True)
    someone.page.click("#add")
    someone.page.wait_for_timeout(1500)
    assert "Product Added" not in names(server.since(after))
    context.set_offline(False)
    arrived = until(server, someone.page, after, "Product Added")
    assert names(arrived).count("Product Added") == 1


@pytest.mark.parametrize("sdk", SDKS)
def test_a_server_that_stumbles_gets_it_again(
    server: Listening, proxy: Proxy, shopper: Enter, sdk: str
) -> None:
    after = server.end()
    someone = shopper(sdk, proxy.url)
    someone.enter()
    someone.go("product.html?id=cup-celadon")
    until(server, someone.page, after, "Product Viewed")
    # as our own server would: with the headers by which another site may read the answer
    open_to_all = {
        "access-control-allow-origin": someone.shop,
        "access-control-allow-credentials": "true",
    }
    proxy.follow(Answer(503, b"", open_to_all), Answer(500, b"", open_to_all))
    someone.page.click("#add")
    arrived = until(server, someone.page, after, "Product Added")
    assert proxy.statuses[:3] == [503, 500, 200]
    assert names(arrived).count("Product Added") == 1


@pytest.mark.parametrize("sdk", SDKS)
def test_leaving_at_once_loses_nothing(server: Listening, shopper: Enter, sdk: str) -> None:
    after = server.end()
    someone = shopper(sdk)
    someone.enter()
    until(server, someone.page, after, "Product List Viewed")
    someone.page.evaluate(
        "() => { analytics.track('Left In A Hurry'); location.href = 'cart.html'; }"
    )
    someone.page.wait_for_url("**/cart.html")
    arrived = until(server, someone.page, after, "Left In A Hurry", "Cart Viewed")
    assert names(arrived).count("Left In A Hurry") == 1


def test_a_beacon_leaves_with_the_page(server: Listening, shopper: Enter) -> None:
    after = server.end()
    someone = shopper("rudder")
    someone.enter(beacon="true")
    someone.page.wait_for_function("analytics.getAnonymousId && analytics.getAnonymousId()")
    someone.page.evaluate("analytics.track('Left In A Hurry', { price: 1.5 })")
    someone.page.goto("about:blank")
    arrived = until(server, someone.page, after, "Left In A Hurry")
    assert names(arrived).count("Left In A Hurry") == 1
    assert arrived[-1].message["properties"]["price"] == 1.5


def test_batches_of_a_browser(server: Listening, proxy: Proxy, shopper: Enter) -> None:
    """analytics.js can also gather events into `/v1/b`."""
    after = server.end()
    someone = shopper("segment", proxy.url)
    someone.go("batching.html", **someone.asked)
    deadline = time.monotonic() + 30
    while len(server.since(after)) < 7 and time.monotonic() < deadline:
        someone.page.wait_for_timeout(100)
    assert sorted(each.message["properties"]["cup"] for each in server.since(after)) == [*range(7)]
    assert {urlsplit(seen.path).path for seen in proxy.seen} == {"/v1/b"}
    assert someone.complaints == []
