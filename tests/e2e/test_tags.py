"""A marketer defines a tag: told which word is wrong, shown what it gives, and sees it filled."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect
from tests.e2e.conftest import PASSWORD, sign_in

pytestmark = [pytest.mark.e2e]


def test_a_tag_is_defined_shown_on_the_data_filled_and_searched_by(
    context: BrowserContext, server: str
) -> None:
    page = context.new_page()
    page.set_default_timeout(60_000)
    sign_in(page, server, "marketer-e2e", PASSWORD)
    page.goto(server + "/tags?lang=en")
    expect(page.locator("h1")).to_contain_text("tags are in force", timeout=60_000)
    page.get_by_role("link", name="Define a tag").click()

    text = page.get_by_label("Definition", exact=True)
    text.fill("sum(revnue of lines where category = 'BEEF' in last 365 days)")
    expect(page.locator("mark")).to_have_text("revnue", timeout=20_000)
    text.fill("sum(revenue of lines where category = 'BEEF' in last 365 days)")
    expect(page.get_by_text("Understood:")).to_contain_text(
        "Sum of revenue of order lines", timeout=20_000
    )
    page.get_by_label("Name in English").fill("Spent on beef")
    page.get_by_label("Name in Chinese").fill("牛肉消费额")
    page.get_by_label("Code").fill("beef_365d")
    page.get_by_role("button", name="Show it on the data").click()
    expect(page.get_by_text("2,469 of 2,469 customers (100%) have a value")).to_be_visible(
        timeout=60_000
    )

    page.get_by_role("button", name="Approve and fill").click()
    page.wait_for_url(re.compile("/tags/beef_365d"))
    expect(page.locator("h1")).to_contain_text("2,469 of 2,469 customers", timeout=90_000)
    expect(page.locator("main").get_by_text("标签")).to_have_count(0)
    page.goto(server + "/tags/beef_365d?lang=zh")
    expect(page.locator("h1")).to_contain_text("2,469 位客户", timeout=20_000)
    page.goto(server + "/customers?lang=en&rule=beef_365d%20%3E%20100")
    expect(page.locator("h1")).to_contain_text("customers", timeout=60_000)


def test_who_only_looks_cannot_define(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    sign_in(page, server, "viewer-e2e", PASSWORD)
    page.goto(server + "/tags?lang=en")
    expect(page.locator("h1")).to_contain_text("tags are in force", timeout=60_000)
    expect(page.get_by_role("link", name="Define a tag")).to_have_count(0)
    page.goto(server + "/tags/new?lang=en")
    expect(page.get_by_role("alert")).to_be_visible(timeout=20_000)
