"""A marketer freezes a segment, sees what becomes of it, takes it to a platform, and lets it go."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect
from tests.e2e.conftest import settle

pytestmark = [pytest.mark.e2e]


def test_an_audience_from_the_form_to_a_platform_and_gone(
    context: BrowserContext, server: str, cookies: Callable[[str], list[dict[str, object]]]
) -> None:
    context.add_cookies(cookies("marketer"))  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(
        f"{server}/audiences?rule=revenue_365d > 500&groups=rfm:champions|stage:loyal&lang=en"
    )
    settle(page)
    picture = page.get_by_role("img", name=re.compile("Champions and Loyal share"))
    expect(picture.locator("svg")).to_be_visible()
    size = page.get_by_test_id("audience-size")
    expect(size).to_contain_text("control", timeout=30_000)
    page.get_by_label("Rule", exact=True).fill("revenue_365d > nope")
    expect(size).to_contain_text("at character", timeout=30_000)
    page.get_by_label("Rule", exact=True).fill("revenue_365d > 500")
    expect(size).to_contain_text("1,821 fit", timeout=30_000)
    page.get_by_label("Name", exact=True).fill("Winter 暖冬")
    page.get_by_text("Freeze", exact=True).click()
    page.wait_for_url("**/audiences/audience_*")
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "Winter 暖冬 holds 1,821 customers"
    )
    with page.expect_download() as taken:
        page.get_by_text("Meta Custom Audiences", exact=True).click()
    head, first, *_ = taken.value.path().read_text().splitlines()
    assert head == "email" and re.fullmatch(r"[0-9a-f]{64}", first)
    expect(page.get_by_text("who did not agree")).to_be_visible()
    page.get_by_text("Tencent Ads", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Too few people", timeout=30_000)
    page.get_by_text("Delete", exact=True).first.click()
    page.locator(".lm-dialog").get_by_text("Delete", exact=True).click()
    page.wait_for_url(re.compile(r"/audiences\?"))
    settle(page)
    expect(page.get_by_text("Winter 暖冬")).to_have_count(0)
