"""From a segment to who they are, its card, the other segment, and a group that is kept as a segment."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

pytestmark = [pytest.mark.e2e]
Cookies = Callable[[str], list[dict[str, object]]]
SLOW = 90_000


def test_a_marketer_reads_who_they_are_and_keeps_a_group_found_inside(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    context.add_cookies(cookies("marketer"))  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{server}/segments/rfm:champions?lang=en")
    expect(page.get_by_role("heading", name=re.compile("Champions: .* customers"))).to_be_visible(
        timeout=SLOW
    )
    expect(page.get_by_text("The few that tell")).to_be_visible()
    with page.expect_download() as export:
        page.get_by_role("link", name="Export CSV").first.click()
    assert export.value.suggested_filename.startswith("described-")
    page.get_by_role("link", name="Persona card", exact=True).click()
    expect(page.get_by_role("button", name="Print")).to_be_visible(timeout=SLOW)
    with page.expect_download() as file:
        page.get_by_role("link", name="Download as one file").click()
    assert "<!doctype html>" in file.value.path().read_text(encoding="utf-8")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/division?inside=rfm:champions&k=3&lang=zh")
    expect(page.get_by_role("heading", name=re.compile("分为 3 组"))).to_be_visible(timeout=SLOW)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="保存为人群").first.click()
    page.get_by_label("名称", exact=True).fill("冠军中的冠军")
    page.get_by_role("dialog").get_by_role("button", name="保存为人群").click()
    expect(page.get_by_role("heading", name=re.compile("冠军中的冠军："))).to_be_visible(
        timeout=SLOW
    )
    page.goto(f"{server}/compare?a=rfm:champions&b=rfm:loyal&lang=zh")
    expect(page.get_by_role("heading", name=re.compile("差异超出偶然"))).to_be_visible(timeout=SLOW)
    page.goto(f"{server}/movement?lang=zh")
    expect(page.get_by_role("heading", name=re.compile("换了分组"))).to_be_visible(timeout=SLOW)
    assert said == []
