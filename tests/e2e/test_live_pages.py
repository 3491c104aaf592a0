"""What arrives, in a browser: sources, live events, plan, quarantine, who is who, one timeline."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.e2e.conftest import PASSWORD, serving, settle, sign_in
from tests.small_shop import PHONE, fill, key_of

from limner.app import Limner, identity, live
from limner.govern import audit, users

pytestmark = [pytest.mark.e2e]
As = Callable[..., Page]
PATHS = (
    "/sources", "/sources/shop", "/live", "/plan", "/plan/event", "/plan/event?event=Coupon%20Applied",
    "/quarantine", "/identity", "/identity?tab=log", "/identity?tab=blocks", "/identity?tab=trust",
    "/customers", "/customers/u1",
)  # fmt: skip
CHINESE = re.compile("[\u4e00-\u9fff]")
FROM_DATA = (
    "table td, .lm-code, .lm-pairs, svg, .lm-brand, .lm-lang, .lm-moment, .lm-breach, option, "
    ".lm-compare, .lm-fact, textarea, .lm-face"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop after its first morning, with one user of each role; no build was ever made."""
    home = tmp_path_factory.mktemp("live") / "home"
    limner = Limner.open(home)
    for role in ("owner", "marketer", "analyst", "viewer"):
        users.create(limner.store, f"{role}-e2e", PASSWORD, role, datetime.now(UTC))
    fill(limner)
    limner.store.close()
    return home


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with serving(home) as found:
        limner = Limner.open(home)
        deadline = time.monotonic() + 60
        while not live.status(limner).is_working and time.monotonic() < deadline:
            time.sleep(0.2)
        limner.store.close()
        yield found


@pytest.fixture(scope="module")
def cookies_of(browser: Browser, address: str) -> Callable[[str], list[Any]]:
    kept: dict[str, list[Any]] = {}

    def of(role: str) -> list[Any]:
        if role not in kept:
            made = browser.new_context()
            page = made.new_page()
            sign_in(page, address, f"{role}-e2e", PASSWORD)
            page.wait_for_selector(".lm-drawer", state="attached")
            kept[role] = list(made.cookies())
            made.close()
        return kept[role]

    return of


@pytest.fixture
def seen_as(context: BrowserContext, cookies_of: Callable[[str], list[Any]]) -> As:
    def sees(role: str) -> Page:
        context.clear_cookies()
        context.add_cookies(cookies_of(role))
        return context.new_page()

    return sees


def go(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)


def post(address: str, home: Path, source: str, event: Mapping[str, Any]) -> None:
    """Send one event as a client does."""
    limner = Limner.open(home)
    basic = b64encode(f"{key_of(limner, source)}:".encode()).decode()
    limner.store.close()
    body = {"messageId": f"{source}-{datetime.now(UTC).isoformat()}", **event}
    request = urllib.request.Request(
        f"{address}/v1/{event['type']}", json.dumps(body).encode(),
        {"Authorization": f"Basic {basic}", "Content-Type": "application/json", "User-Agent": PHONE},
    )  # fmt: skip
    assert urllib.request.urlopen(request, timeout=10).status == 200


def actions(home: Path) -> list[str]:
    limner = Limner.open(home)
    try:
        return [entry.action for entry in audit.entries(limner.store)]
    finally:
        limner.store.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", PATHS)
def test_a_live_page_is_whole_in_either_language_at_either_width(
    browser: Browser, cookies_of: Callable[[str], list[Any]], address: str, path: str, language: str
) -> None:
    said: list[str] = []
    made = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        made.add_cookies(cookies_of("owner"))
        page = made.new_page()
        page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        go(page, f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        page.wait_for_timeout(2_500)  # the parts that keep themselves fresh have been drawn again
        assert said == []
        assert page.locator("main .lm-state[role=alert]").count() == 0, page.inner_text("main")
        assert page.locator("main h1").count() == 1
        texts = page.evaluate(
            """skip => { const seen = document.querySelector('.q-layout').cloneNode(true);
               seen.querySelectorAll(skip).forEach(e => e.remove());
               const walk = document.createTreeWalker(seen, NodeFilter.SHOW_TEXT); const found = [];
               while (walk.nextNode()) { const e = walk.currentNode.parentElement;
                 if (!e.closest('i, style, [lang]')) found.push(walk.currentNode.textContent.trim()); }
               return found.filter(Boolean); }""",
            FROM_DATA,
        )
        if language == "en":
            assert [t for t in texts if CHINESE.search(t)] == []
        else:
            plain = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,} [a-z]{2,}")
            assert [t for t in texts if plain.search(t) and not CHINESE.search(t)] == []
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    finally:
        made.close()


def test_every_live_page_is_in_the_navigation(seen_as: As, address: str) -> None:
    page = seen_as("viewer")
    go(page, address + "/live?lang=en")
    for name, path in (
        ("Sources", "/sources"), ("Live events", "/live"), ("Tracking plan", "/plan"),
        ("Quarantine", "/quarantine"), ("Identity", "/identity"),
    ):  # fmt: skip
        entry = page.locator(".lm-nav").get_by_role("link", name=name, exact=True)
        assert path in (entry.get_attribute("href") or "")


def test_an_event_stands_in_the_live_view_and_on_the_timeline_by_itself(
    seen_as: As, address: str, home: Path, context: BrowserContext
) -> None:
    page = seen_as("owner")
    go(page, address + "/live?lang=en")
    customer = context.new_page()
    go(customer, address + "/customers/u1?lang=en")
    expect(customer.locator(".lm-moment").first).to_be_visible()
    receipt = {"type": "track", "event": "Order Completed", "properties": {
        "order_id": "till-99", "revenue": 42.5, "currency": "USD", "loyalty_card": "622202001234",
        "products": [{"product_id": "pot", "name": "Teapot", "price": 42.5, "quantity": 1}]}}  # fmt: skip
    post(address, home, "till", receipt)
    expect(page.locator(".lm-live tbody tr").first).to_contain_text(
        "Bought Teapot for $42.50", timeout=10_000
    )
    expect(customer.locator(".lm-moment").first).to_contain_text("till-99", timeout=10_000)
    expect(page.locator(".lm-brief svg")).to_contain_text("till", timeout=10_000)
    orders = customer.locator(".lm-figure", has_text="Live orders")
    expect(orders).to_contain_text("3", timeout=10_000)


def test_the_picture_of_what_arrives_grows_while_one_looks(
    seen_as: As, address: str, home: Path
) -> None:
    page = seen_as("owner")
    go(page, address + "/sources?lang=en")
    drawn = "[...document.querySelectorAll('.lm-chart svg text')].map(e => e.textContent).join()"
    page.wait_for_selector(".lm-chart svg text")
    before = page.evaluate(drawn)
    for _ in range(12):
        post(address, home, "till", {"type": "track", "event": "Till Opened", "userId": "u5"})
    page.wait_for_function(f"before => {drawn} != before", arg=before, timeout=15_000)


def test_pausing_holds_the_live_view_still(seen_as: As, address: str, home: Path) -> None:
    page = seen_as("owner")
    go(page, address + "/live?lang=en")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused: nothing new")).to_be_visible()
    post(address, home, "shop", {"type": "track", "event": "Tea Tasted", "userId": "u1"})
    page.wait_for_timeout(2_000)
    assert page.get_by_text("Tea Tasted").count() == 0
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".lm-live tbody tr").first).to_contain_text("Tea Tasted", timeout=10_000)


def test_an_event_opens_with_its_json_and_its_place_in_the_address(
    seen_as: As, address: str
) -> None:
    page = seen_as("owner")
    go(page, address + "/live?lang=en&event=identify")
    row = page.locator("tr", has_text="Said who they are: u1")
    row.get_by_role("button").first.click()
    panel = page.locator(".lm-panel")
    expect(panel).to_contain_text('"email": "ann.li@shop.example"', timeout=10_000)
    page.wait_for_url("**open=**")
    go(page, page.url)  # a colleague opens the same address
    expect(page.locator(".lm-panel")).to_contain_text("ann.li@shop.example", timeout=10_000)
    page.locator(".lm-panel").get_by_role("link", name="See the customer").click()
    page.wait_for_url("**/customers/u1**")


def test_masked_eyes_find_no_personal_value_anywhere(seen_as: As, address: str, home: Path) -> None:
    page = seen_as("viewer")
    secrets = ("ann.li@", "13800138000", "622202001234", "6222 0200", "Ann Li")
    for path in (*PATHS, "/live?event=identify&open=3"):
        go(page, f"{address}{path}{'&' if '?' in path else '?'}lang=en")
        if "open=" in path:
            expect(page.locator(".lm-panel")).to_contain_text("•••", timeout=10_000)
        content = page.content()
        assert not [secret for secret in secrets if secret in content], path
    go(page, address + "/identity?tab=log&q=ann.li@shop.example&lang=en")
    assert "u1" not in page.inner_text("main.lm-page")
    go(page, address + "/customers/ann.li@shop.example?lang=en")
    assert "no event or record names such a customer" in page.inner_text("main")
    go(page, address + "/live?lang=en&q=13800138000")
    expect(page.get_by_text("No arriving event fits")).to_be_visible()


def test_filters_are_in_the_address(seen_as: As, address: str) -> None:
    page = seen_as("owner")
    go(page, address + "/live?lang=en")
    page.get_by_role("link", name="quarantined", exact=True).click()
    page.wait_for_url("**verdict=quarantined**")
    settle(page)
    expect(page.locator(".lm-live tbody tr")).to_have_count(1)
    page.select_option("select[name=source]", "till")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**source=till**")
    settle(page)
    assert "verdict=quarantined" in page.url
    expect(page.get_by_text("No arriving event fits")).to_be_visible()


def test_a_source_is_added_its_key_changed_and_revoked(
    seen_as: As, address: str, home: Path
) -> None:
    page = seen_as("owner")
    go(page, address + "/sources?lang=en")
    page.get_by_label("Name", exact=True).fill("app")
    page.get_by_role("button", name="Add", exact=True).click()
    key = page.locator(".lm-dialog .lm-key").inner_text()
    expect(page.locator(".lm-dialog")).to_contain_text(key)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/sources/app**")
    settle(page)
    expect(page.locator("h1")).to_contain_text("waits for its first event")
    page.get_by_role("tab", name="curl").click()
    expect(page.locator(".lm-panels")).to_contain_text(f"{address}/v1/track -u {key}:")
    page.get_by_role("button", name="New key").first.click()
    page.locator(".lm-dialog").get_by_role("button", name="New key").click()
    fresh = page.locator(".lm-dialog .lm-key")
    expect(fresh).not_to_have_text(key, timeout=10_000)
    page.get_by_role("button", name="Go on").click()
    settle(page)
    old = page.locator(".lm-key-row", has_text=key)
    old.get_by_role("button", name="Revoke").click()
    page.locator(".lm-dialog .lm-danger").last.click()
    expect(page.locator(".lm-key-row", has_text=key)).to_contain_text("revoked", timeout=10_000)
    page.get_by_role("button", name="Turn off").click()
    page.locator(".lm-dialog .lm-danger").last.click()
    expect(page.locator("h1")).to_contain_text("is off", timeout=10_000)
    done = actions(home)
    for action in ("source.added", "write_key.made", "write_key.revoked", "source.disabled"):
        assert action in done


def test_who_may_not_manage_sources_sees_no_key(seen_as: As, address: str, home: Path) -> None:
    limner = Limner.open(home)
    key = key_of(limner, "shop")
    limner.store.close()
    for role in ("marketer", "viewer"):
        page = seen_as(role)
        for path in ("/sources", "/sources/shop", "/live"):
            go(page, f"{address}{path}?lang=en")
            assert key not in page.content()
        assert page.get_by_role("button", name="Add", exact=True).count() == 0


def test_a_plan_is_written_from_what_was_seen_and_checked_when_saved(
    seen_as: As, address: str, home: Path
) -> None:
    page = seen_as("analyst")
    go(page, address + "/plan?lang=en")
    row = page.locator("tr", has_text="Coupon Applied")
    expect(row).to_contain_text("Quarantine")
    row.get_by_role("link").click()
    page.wait_for_url("**/plan/event**")
    settle(page)
    expect(page.locator(".lm-breach").first).to_contain_text("coupon")
    schema = page.get_by_label("JSON Schema of its properties")
    schema.fill('{"type": "object",')
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".lm-bad")).to_contain_text("Line 1", timeout=10_000)
    schema.fill('{"type": "objekt"}')
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".lm-bad")).to_contain_text("objekt", timeout=10_000)
    schema.fill('{"type": "object", "properties": {"coupon": {"type": ["string", "integer"]}}}')
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Version 2")).to_be_visible(timeout=10_000)
    assert "plan.saved" in actions(home)
    # With the plan mended, what waited goes through.
    go(page, address + "/quarantine?lang=en")
    assert "1 live event waits" in page.inner_text("h1")
    page.locator("tr", has_text="Coupon Applied").last.get_by_role(
        "button", name="Try again"
    ).click()
    expect(page.locator("h1")).to_contain_text("Nothing waits", timeout=20_000)


def test_pairs_are_decided_by_keyboard_and_a_merge_is_taken_back(
    seen_as: As, address: str, home: Path
) -> None:
    page = seen_as("marketer")
    go(page, address + "/identity?lang=en")
    expect(page.locator("h1")).to_contain_text("1 pair waits")
    expect(page.locator(".lm-differs").first).to_be_visible()
    page.locator("main h1").click()
    page.keyboard.press("u")
    expect(page.locator("h1")).to_contain_text("Nothing waits for a decision", timeout=10_000)
    go(page, address + "/identity?lang=en&status=unsure")
    page.get_by_role("button", name="Same person (S)").click()
    expect(page.get_by_text("Nothing was decided like that yet")).to_be_visible(timeout=10_000)
    limner = Limner.open(home)
    merged = identity.resolve(limner, "user_id", "u9")
    assert merged == identity.resolve(limner, "user_id", "u1")
    go(page, f"{address}/customers/{merged}?side=identity&lang=en")
    page.get_by_role("button", name="Un-merge").first.click()
    asked = page.locator(".lm-dialog")
    expect(asked).to_contain_text("u9 gets back")
    asked.get_by_role("button", name="Un-merge").click()
    expect(page.locator(".lm-page")).to_contain_text("Un-merged", timeout=10_000)
    assert identity.resolve(limner, "user_id", "u9") != identity.resolve(limner, "user_id", "u1")
    limner.store.close()


def test_likely_pairs_are_looked_for_from_the_page(seen_as: As, address: str, home: Path) -> None:
    page = seen_as("marketer")
    go(page, address + "/identity?lang=en")
    page.get_by_role("button", name="Look for likely pairs").click()
    expect(page.get_by_text("records compared")).to_be_visible(timeout=60_000)
    limner = Limner.open(home)
    assert [entry.actor for entry in audit.entries(limner.store, action="identity.matched")] == [
        "marketer-e2e"
    ]
    limner.store.close()


def test_who_may_not_decide_has_no_buttons(seen_as: As, address: str) -> None:
    page = seen_as("analyst")
    for path in (
        "/identity?status=open",
        "/identity?tab=log",
        "/identity?tab=blocks",
        "/customers/u1?side=identity",
    ):
        go(page, f"{address}{path}{'&' if '?' in path else '?'}lang=en")
        for name in ("Same person (S)", "Un-merge", "Block", "Merge"):
            assert page.get_by_role("button", name=name, exact=True).count() == 0, (path, name)


def test_blocks_and_trust_are_kept(seen_as: As, address: str, home: Path) -> None:
    page = seen_as("owner")
    go(page, address + "/identity?tab=blocks&lang=en")
    page.get_by_label("Value", exact=True).fill("9999999")
    page.get_by_label("Reason", exact=True).fill("the staff's card")
    page.get_by_role("button", name="Block", exact=True).click()
    expect(page.locator("table")).to_contain_text("the staff's card", timeout=10_000)
    page.get_by_role("button", name="Unblock").click()
    page.locator(".lm-dialog").get_by_role("button", name="Unblock").click()
    expect(page.get_by_text("The block list is empty")).to_be_visible(timeout=10_000)
    go(page, address + "/identity?tab=trust&lang=en")
    page.get_by_label("Sources, most trusted first").fill("crm, shop")
    page.get_by_role("button", name="Set a rule").click()
    expect(page.locator("table")).to_contain_text("crm > shop", timeout=10_000)


def test_the_page_is_shut_when_the_role_is_taken_away(
    seen_as: As, address: str, home: Path
) -> None:
    page = seen_as("analyst")
    go(page, address + "/live?lang=en")
    limner = Limner.open(home)
    now = datetime.now(UTC)
    users.set_password(limner.store, "analyst-e2e", PASSWORD + "!", now)  # ends every session
    limner.store.close()
    expect(page.locator(".lm-bad")).to_contain_text("no longer brought up to date", timeout=20_000)
