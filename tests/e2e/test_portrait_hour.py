"""A marketer's hour with the portrait: a tag, a segment, who they are, one who enters live, a file.

The shop's history ends two days ago and was built then; what is sent while somebody looks is of
today, and the pages say which day each figure is of.
"""

from __future__ import annotations

import csv
import io
import json
import re
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.conftest import PASSWORD, serving, sign_in
from tests.small_shop import fill, key_of, send, work

from limner.app import Limner
from limner.app.build import build
from limner.govern import users

pytestmark = [pytest.mark.e2e]
CUSTOMERS = 60
NEWCOMER = "guest-01"  # looked at tea once before anybody asked
TEA = {"product_id": "tea-longjing", "name": "Longjing", "category": "Tea", "price": 12.5}
SLOW = 60_000
SEGMENT = "/segments/tea_lovers"


@dataclass(frozen=True)
class Shop:
    """The running server and the write key of its source."""

    url: str
    key: str

    def look(self, customer: str) -> None:
        """Somebody looks at a tea, now."""
        told = {**viewed(customer), "messageId": f"{customer}-{datetime.now(UTC).isoformat()}"}
        basic = b64encode(f"{self.key}:".encode()).decode()
        request = urllib.request.Request(
            f"{self.url}/v1/track", json.dumps(told).encode(),
            {"Authorization": f"Basic {basic}", "Content-Type": "application/json"},
        )  # fmt: skip
        assert urllib.request.urlopen(request, timeout=10).status == 200


def viewed(customer: str) -> dict[str, object]:
    return {"type": "track", "event": "Product Viewed", "userId": customer, "properties": TEA}


def history() -> list[dict[str, object]]:
    """Every guest buys once; the one looks at tea never, the next once, the next twice, three times."""
    told: list[dict[str, object]] = []
    for number in range(CUSTOMERS):
        who = f"guest-{number:02d}"
        bought = {"order_id": f"g{number}", "revenue": 10.0 + number, "currency": "USD",
                  "products": [{**TEA, "quantity": 1}]}  # fmt: skip
        told += [viewed(who)] * (number % 4)
        told.append(
            {"type": "track", "event": "Order Completed", "userId": who, "properties": bought}
        )
    return told


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop built as of the day before yesterday, served with its worker."""
    home: Path = tmp_path_factory.mktemp("hour") / "home"
    limner, then = Limner.open(home), datetime.now(UTC) - timedelta(days=2)
    fill(limner, then)
    send(limner, "shop", history(), then)
    work(limner, is_settled=True)
    build(limner, then.date())
    users.create(limner.store, "marketer-e2e", PASSWORD, "marketer", then)
    key = key_of(limner, "shop")
    limner.store.close()
    with (home / "limner.toml").open("a") as settings:
        settings.write("\nminimum_audience = 10\n")
    with serving(home) as url:
        yield Shop(url, key)


def see(page: Page, address: str) -> Page:
    """Another tab of the same person, which nobody reloads."""
    tab = page.context.new_page()
    tab.set_default_timeout(SLOW)
    tab.goto(address)
    return tab


def test_from_a_tag_to_a_segment_to_who_enters_it_live_and_to_a_file(
    browser: Browser, shop: Shop
) -> None:
    page = browser.new_context(accept_downloads=True).new_page()
    page.set_default_timeout(SLOW)
    said: list[str] = []
    page.context.on("weberror", lambda error: said.append(str(error.error)))
    sign_in(page, shop.url, "marketer-e2e", PASSWORD)

    # a tag, defined and filled; its code is made from its name
    page.goto(shop.url + "/tags/new?lang=en")
    page.get_by_label("Definition", exact=True).fill(
        "count(viewed where category = 'Tea' in last 7 days)"
    )
    expect(page.get_by_text("Understood:")).to_be_visible(timeout=SLOW)
    page.get_by_label("Name in English").fill("Tea views")
    page.get_by_label("Name in Chinese").fill("看茶次数")
    page.get_by_role("button", name="Approve and fill").click()
    page.wait_for_url(re.compile("/tags/tea_views"))
    expect(page.locator("h1")).to_contain_text(re.compile(r"(\d+) of \1 customers"), timeout=SLOW)

    # a segment with it, by blocks
    page.get_by_role("link", name="Build a segment with it").click()
    expect(page.locator("h1")).to_contain_text("45 customers", timeout=SLOW)
    page.get_by_label("Value", exact=True).fill("2")
    expect(page.locator("h1")).to_contain_text("30 customers", timeout=SLOW)
    expect(page.get_by_label("As text", exact=True)).to_have_value("tea_views >= 2")
    page.get_by_label("Name in English").fill("Tea lovers")
    page.get_by_label("Name in Chinese").fill("爱茶人")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**{SEGMENT}**")

    # who they are, as of the build
    expect(page.locator("h1")).to_contain_text("Tea lovers: 30 customers", timeout=SLOW)
    expect(page.get_by_text("The few that tell")).to_be_visible(timeout=SLOW)
    alive = page.locator(".lm-segment-live")
    expect(alive).to_contain_text("Nobody entered or left in the last", timeout=SLOW)

    # somebody enters it, on every page that is open
    arriving = see(page, shop.url + "/live?lang=en")
    expect(arriving.locator("h1")).to_be_visible(timeout=SLOW)
    customer = see(page, f"{shop.url}/customers/{NEWCOMER}?lang=zh")
    now = customer.locator(".lm-now-segments")
    expect(customer.get_by_text("截至今日").first).to_be_visible(timeout=SLOW)
    expect(now).not_to_contain_text("爱茶人")
    tags = see(page, f"{shop.url}/customers/{NEWCOMER}?lang=en&side=tags")
    mine = tags.locator(".lm-tag-row", has_text="Tea views")
    expect(mine.locator("b")).to_have_text("1", timeout=SLOW)
    sides = see(page, f"{shop.url}/customers/{NEWCOMER}?lang=en&side=segments")
    expect(sides.get_by_text("In these segments by the last build")).to_be_visible(timeout=SLOW)
    shop.look(NEWCOMER)
    expect(arriving.locator(".lm-live")).to_contain_text(
        "Entered the segment Tea lovers", timeout=SLOW
    )
    expect(alive).to_contain_text(f"{NEWCOMER} entered", timeout=SLOW)
    expect(now).to_contain_text("爱茶人", timeout=SLOW)
    expect(customer.locator(".lm-moments")).to_contain_text("爱茶人", timeout=SLOW)
    expect(mine.locator(".lm-tag-now")).to_have_text("now 2", timeout=SLOW)
    expect(mine.locator("b")).to_have_text("1")  # the build's value stays beside it
    expect(sides.get_by_text("Entered Tea lovers")).to_be_visible(timeout=SLOW)

    # an audience of it as of now, as a file: whoever entered is in it
    page.get_by_role("link", name="Freeze an audience").first.click()
    page.get_by_label("Name", exact=True).fill("Tea mailing")
    expect(page.get_by_test_id("audience-size")).to_contain_text("30 fit", timeout=SLOW)
    page.get_by_text("with everything that has arrived").click()
    expect(page.get_by_test_id("audience-size")).to_contain_text("31 fit", timeout=SLOW)
    assert "as_of=now" in page.url
    page.get_by_role("button", name="Freeze").click()
    page.wait_for_url("**/audiences/tea_mailing**")
    with page.expect_download() as file:
        page.get_by_role("button", name="CSV", exact=True).click()
    rows = list(csv.DictReader(io.StringIO(file.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) == 31
    assert {row["customer_id"] for row in rows} == {
        f"guest-{number:02d}" for number in range(CUSTOMERS) if number % 4 >= 2
    } | {NEWCOMER}
    assert said == []
    page.context.close()
