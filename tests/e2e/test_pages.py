"""Every page in both languages, at a desk and on a phone; state in the address; masks by role."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.e2e.conftest import settle

pytestmark = [pytest.mark.e2e]

PATHS = ["/", "/quality", "/quarantine", "/customers", "/customers/1", "/segments", "/segments/new", "/value", "/model",
         "/campaigns", "/campaigns/new", "/reports", "/reports/18", "/glossary", "/settings"]  # fmt: skip
CHINESE = re.compile("[\u4e00-\u9fff]")
TOO_WIDE = """() => [...document.querySelectorAll('main *')].filter(
  e => e.getBoundingClientRect().right > 391 && !e.closest('.q-table__middle, .lm-chart, .lm-sides'))"""
Cookies = Callable[[str], list[dict[str, object]]]
# What the data itself says is in the data's language.
FROM_DATA = (
    "table td, .lm-code, .lm-pairs, svg, .lm-tag-head b, .lm-brand, .lm-lang, .lm-moment, .lm-chip"
)


def sees(context: BrowserContext, cookies: Cookies, role: str) -> Page:
    context.add_cookies(cookies(role))  # type: ignore[arg-type]
    return context.new_page()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_whole_in_either_language_and_fits_a_phone(
    context: BrowserContext, cookies: Cookies, server: str, path: str, language: str
) -> None:
    page = sees(context, cookies, "owner")
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda r: (
            elsewhere.append(r.url) if not r.url.startswith((server, "data:", "blob:")) else None
        ),
    )
    page.goto(f"{server}{path}?lang={language}")
    settle(page)
    assert said == []
    assert elsewhere == []
    assert page.locator(".lm-state[role=alert]").count() == 0, page.inner_text("main")
    assert page.locator("main h1, main .lm-state h2").count() >= 1
    assert page.evaluate("document.documentElement.lang") == (
        "zh-CN" if language == "zh" else "en-US"
    )
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
        plain = [
            t
            for t in texts
            if re.search(r"[A-Za-z]{3,} [A-Za-z]{2,} [a-z]{2,}", t) and not CHINESE.search(t)
        ]
        assert plain == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(
        f"document.documentElement.scrollWidth <= 390 && ({TOO_WIDE})().length === 0"
    )


def test_a_phone_opens_the_navigation_by_its_button(
    browser: Browser, cookies: Cookies, server: str
) -> None:
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    try:
        page = sees(phone, cookies, "owner")
        page.goto(server + "/?lang=en")
        settle(page)
        entry = page.get_by_role("link", name="Segments", exact=True)
        assert not entry.is_visible()
        page.get_by_role("button", name="Menu").click()
        entry.click()
        page.wait_for_url("**/segments**")
    finally:
        phone.close()


def test_the_language_switch_stays_on_the_page_and_is_remembered(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "marketer")
    page.goto(server + "/customers?rule=revenue_365d%20%3E%201000&lang=en")
    settle(page)
    page.get_by_role("link", name="中文").click()
    page.wait_for_url("**lang=zh**")
    settle(page)
    assert "rule=revenue_365d" in page.url
    page.goto(server + "/segments")  # no language in the address
    settle(page)
    assert page.inner_text(".lm-title") == "人群"


def total(page: Page) -> int:
    return int(re.sub(r"\D", "", page.inner_text(".lm-pager .lm-quiet").split("of")[-1]))


def test_filters_sorting_and_pages_are_in_the_address(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "owner")
    page.goto(server + "/customers?lang=en")
    settle(page)
    everyone = total(page)
    page.fill("input[name=rule]", "revenue_365d > 5000")
    page.press("input[name=rule]", "Enter")
    page.wait_for_url("**rule=**")
    settle(page)
    rich = total(page)
    assert 0 < rich < everyone
    page.get_by_role("link", name="Revenue in 365 days").click()
    page.wait_for_url("**sort=revenue_365d**")
    settle(page)
    first = page.inner_text("tbody tr:first-child")
    page.get_by_role("link", name="Next", exact=True).click()
    page.wait_for_url("**page=2**")
    settle(page)
    assert page.inner_text("tbody tr:first-child") != first
    assert "sort=revenue_365d" in page.url and "rule=revenue_365d" in page.url
    page.go_back()
    settle(page)
    assert page.inner_text("tbody tr:first-child") == first


def test_a_wrong_rule_is_told_at_the_word(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "owner")
    page.goto(server + "/customers?lang=zh&rule=lifecycle_stag%20%3D%20%27slipping%27")
    settle(page)
    said = page.inner_text(".lm-error")
    assert "没有这样的列" in said and "lifecycle_stage" in said
    assert page.input_value("input[name=rule]") == "lifecycle_stag = 'slipping'"


def test_markup_in_an_address_is_only_text(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "owner")
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    evil = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    for path in (
        f"/customers?q={evil}&rule={evil}",
        f"/customers/{evil}",
        f"/customers?segment={evil}",
        f"/reports/{evil}",
    ):
        page.goto(server + path)
        settle(page)
        assert page.locator("main img").count() == 0
    assert ran == []


def test_a_segment_is_saved_from_a_rule(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "marketer")
    page.goto(server + "/customers?lang=en&rule=orders_365d%20%3E%3D%20100")
    settle(page)
    members = total(page)
    page.get_by_role("link", name="Make a segment of it").click()
    page.wait_for_url("**/segments/new**")
    settle(page)
    expect(page.locator("h1")).to_contain_text(f"{members:,} customers")
    page.get_by_label("Name in English").fill("Here twice a week")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/segments/here_twice_a_week**")
    page.goto(server + "/segments?lang=en")
    settle(page)
    row = page.locator("tr", has_text="Here twice a week")
    expect(row).to_contain_text(f"{members:,}")
    row.get_by_role("button", name="Change").click()
    page.wait_for_url("**/segments/here_twice_a_week/edit**")
    expect(page.get_by_label("Name in Chinese")).to_have_value("Here twice a week")


def test_export_gives_the_filtered_customers(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "owner")
    page.goto(server + "/customers?lang=en&rule=revenue_365d%20%3E%208000")
    settle(page)
    expected = total(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Export CSV").click()
    content = waiting.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == expected
    assert all(float(row["revenue_365d"]) > 8000 for row in rows)
    assert rows[0]["email"].endswith("@limner.example")
    page.goto(server + "/settings?lang=en")
    settle(page)
    assert "Customers exported" in page.inner_text("main")


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_the_other_kinds_of_export_are_files_of_that_kind(
    context: BrowserContext, cookies: Cookies, server: str, kind: str
) -> None:
    page = sees(context, cookies, "marketer")
    answer = page.request.get(f"{server}/export/customers.{kind}?rule=revenue_365d%20%3E%208000")
    assert answer.status == 200
    assert answer.body()[:4] == {"xlsx": b"PK\x03\x04", "parquet": b"PAR1"}[kind]


def test_a_viewer_sees_no_personal_data_and_cannot_export(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "viewer")
    for path in ("/customers", "/customers/1", "/quality", "/quarantine"):
        page.goto(f"{server}{path}?lang=en")
        settle(page)
        assert "household-" not in page.content()
    page.goto(server + "/customers?lang=en&q=household-1")
    settle(page)
    assert "No customer matches" in page.inner_text("h1")
    assert page.get_by_role("link", name="Export CSV").count() == 0
    answer = page.request.get(server + "/export/customers.csv")
    assert answer.status == 403
    assert answer.json()["code"] == "role-may-not"


def test_only_an_owner_sees_the_users(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "viewer")
    page.goto(server + "/settings?lang=en")
    settle(page)
    assert "owner-e2e" not in page.inner_text("main")


def test_what_is_not_there_is_said_kindly(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "owner")
    answer = page.goto(server + "/nothing?lang=zh")
    assert answer is not None and answer.status == 404
    assert "没有这个页面" in page.inner_text("main")
    page.goto(server + "/customers/999999?lang=en")
    settle(page)
    assert "No portrait has this id" in page.inner_text("main")


def test_a_figure_explains_itself_to_the_keyboard(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "owner")
    page.goto(server + "/?lang=en")
    settle(page)
    page.get_by_label("What is this figure? Repeat rate").focus()
    page.keyboard.press("Enter")
    hint = page.locator(".lm-hint")
    hint.wait_for()
    assert "two orders or more" in hint.inner_text()
    assert "As of" in hint.inner_text()


def test_a_tag_shows_the_rule_behind_it(
    context: BrowserContext, cookies: Cookies, server: str
) -> None:
    page = sees(context, cookies, "owner")
    page.goto(server + "/customers/1?side=tags&lang=en")
    settle(page)
    page.locator(".lm-tag-row", has_text="Orders in 90 days").click()
    page.wait_for_url("**tag=orders_90d**")
    settle(page)
    rule = page.locator(".lm-tag-rule", has_text="last 90 days")
    rule.first.wait_for()


def test_a_phone_shows_the_side_one_is_on(browser: Browser, cookies: Cookies, server: str) -> None:
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    try:
        page = sees(phone, cookies, "owner")
        page.goto(server + "/customers/1?side=identity&lang=en")
        settle(page)
        page.wait_for_function(
            """() => { const r = document.querySelector('.lm-sides [aria-current]').getBoundingClientRect();
                       return r.left >= 0 && r.right <= 390 }"""
        )
        assert page.evaluate("document.querySelector('.lm-sides').scrollLeft") > 0
    finally:
        phone.close()
