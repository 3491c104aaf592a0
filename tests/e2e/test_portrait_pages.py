"""A segment is built from blocks and as text; a customer is read from all sides; in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.e2e.conftest import settle

pytestmark = [pytest.mark.e2e]
Cookies = Callable[[str], list[dict[str, object]]]
SIDES = ("", "tags&tag=department_top", "timeline", "orders", "contact", "segments", "expected",
         "alike", "identity")  # fmt: skip


def sees(context: BrowserContext, cookies: Cookies, role: str) -> Page:
    context.add_cookies(cookies(role))  # type: ignore[arg-type]
    return context.new_page()


def size(page: Page) -> int:
    """How many customers the answer says."""
    found = re.match(r"([\d,]+) customers", page.inner_text("h1"))
    assert found, page.inner_text("h1")
    return int(found[1].replace(",", ""))


def choose(page: Page, label: str, option: str, place: int = 0) -> None:
    """Choose in a field by what is typed, as people do."""
    field = page.get_by_label(label, exact=True).nth(place)
    field.click()
    if field.evaluate("e => e.tagName") == "INPUT" and not field.get_attribute("readonly"):
        field.fill(option)
    page.get_by_role("option", name=option, exact=True).first.click()


def test_blocks_and_text_are_one_rule_and_its_size_is_counted(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "marketer")
    page.goto(server + "/segments/new?lang=en")
    settle(page)
    area = page.get_by_label("As text", exact=True)
    expect(page.locator("h1")).to_contain_text("Everybody")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()

    page.get_by_role("button", name="Tag or attribute").click()
    expect(page.get_by_text("not filled in does not count")).to_be_visible()
    choose(page, "Tag or attribute", "Orders in 90 days")
    page.get_by_label("Value", exact=True).fill("10")
    expect(area).to_have_value("orders_90d >= 10", timeout=10_000)
    expect(page.locator("h1")).to_contain_text("% of all", timeout=15_000)
    often = size(page)

    area.fill("orders_90d >= 10 and (lifecycle_stage = 'loyal' or revenue_365d > 4000)")
    expect(page.locator(".lm-b-group")).to_have_count(2, timeout=15_000)
    expect(page.locator("h1")).not_to_contain_text(f"{often:,} customers", timeout=15_000)
    assert 0 < size(page) < often
    page.wait_for_url("**lifecycle_stage**")
    inner = page.locator(".lm-b-group .lm-b-group")
    expect(inner.get_by_label("Value", exact=True).first).to_have_value("Loyal")
    inner.get_by_role("button", name="Remove").last.click()
    expect(area).to_have_value(
        "orders_90d >= 10 and lifecycle_stage = 'loyal'", timeout=10_000
    )  # fmt: skip

    area.fill("orders_90d >= 10 and lifecycle_stag = 'loyal'")
    expect(page.locator(".lm-b-mark")).to_have_text("lifecycle_stag", timeout=15_000)
    expect(page.locator("h1")).to_contain_text("cannot be read")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()


def test_a_segment_of_behaviour_is_kept_changed_and_becomes_a_new_version(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "analyst")
    rule = "count(orders in last 90 days) >= 5 and best(20% by revenue_365d)"
    page.goto(f"{server}/segments/new?lang=zh&rule={quote(rule)}")
    settle(page)
    page.get_by_label("英文名称").fill("Regulars worth most")
    page.get_by_label("中文名称").fill("高价值常客")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/segments/regulars_worth_most**")
    page.goto(server + "/segments/regulars_worth_most/edit?lang=zh")
    settle(page)
    expect(page.locator(".lm-title")).to_contain_text("高价值常客")
    expect(page.locator(".lm-b-leaf")).to_have_count(2)
    page.get_by_label("天数", exact=True).fill("30")
    area = page.get_by_label("文本", exact=True)
    expect(area).to_have_value(re.compile("in last 30 days"), timeout=10_000)
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/segments/regulars_worth_most?**")
    page.goto(server + "/segments/regulars_worth_most/edit?lang=zh")
    settle(page)
    expect(page.get_by_text("第 2 版")).to_be_visible()


def test_every_side_of_a_customer_can_be_read_on_a_phone(
    browser: Browser, cookies: Cookies, server: str
) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844})
    try:
        page = sees(phone, cookies, "viewer")
        for side in SIDES:
            page.goto(f"{server}/customers/1?lang=zh&side={side}")
            settle(page)
            assert page.locator(".lm-state[role=alert]").count() == 0, page.inner_text("main")
            assert page.locator(".lm-sides [aria-current]").count() == 1
            assert "household-" not in page.content()
            wide = page.evaluate(
                """[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 391
                   && !e.closest('.q-table__middle, .lm-chart, .lm-sides')).map(e => e.className).slice(0, 5)"""
            )
            assert wide == [], side
    finally:
        phone.close()


def test_why_a_tag_has_its_value_and_correcting_it(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "marketer")
    page.goto(server + "/customers/2?lang=en&side=tags&tag=orders_90d")
    settle(page)
    value = int(page.inner_text(".lm-why-value"))
    panel = page.locator(".lm-why")
    expect(panel).to_contain_text(f"Counted from {value} rows, all of them below")
    expect(panel.locator("tbody tr")).to_have_count(min(value, 12))
    expect(panel.locator(".lm-chart svg")).to_be_visible(timeout=20_000)
    panel.get_by_role("button", name="Correct this").click()
    dialog = page.locator(".lm-dialog")
    dialog.get_by_label("The right value").fill(str(value + 1))
    dialog.get_by_label("How do you know?").fill("the customer called")
    dialog.get_by_role("button", name="Correct this").click()
    expect(page.locator(".lm-why-value")).to_have_text(str(value + 1), timeout=15_000)
    expect(page.locator(".lm-why")).to_contain_text("corrected by marketer-e2e")
    page.get_by_role("button", name="Take the correction back").click()
    expect(page.locator(".lm-why-value")).to_have_text(str(value), timeout=15_000)
    viewer = sees(context.browser.new_context(), cookies, "viewer")  # type: ignore[union-attr]
    viewer.goto(server + "/customers/2?lang=en&side=tags&tag=orders_90d")
    settle(viewer)
    assert viewer.get_by_role("button", name="Correct this").count() == 0
    viewer.context.close()


def test_the_timeline_is_filtered_in_the_address(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "owner")
    page.goto(server + "/customers/1?lang=en&side=timeline")
    settle(page)
    every = page.locator(".lm-moment").count()
    page.select_option("select[name=event]", "Coupon Redeemed")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**event=Coupon**")
    settle(page)
    some = page.locator(".lm-moment")
    redeemed = some.count()
    assert 0 < redeemed < every
    expect(some.first).to_contain_text("Redeemed the coupon")
    page.fill("input[name=since]", "2017-10-01")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**since=2017-10-01**")
    settle(page)
    assert 0 < page.locator(".lm-moment").count() < redeemed
