"""The loop by hand: write, plan and send a campaign; mend rows; manage users; drop a segment."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.app.test_quarantine import MAPPING
from tests.e2e.conftest import PASSWORD, serving, settle, sign_in

from limner.app import Limner
from limner.collect.importer import import_file
from limner.collect.mapping import parse_mapping
from limner.govern import audit, users

pytestmark = [pytest.mark.e2e]
As = Callable[[str], Page]


@pytest.fixture(scope="module")
def home(retail_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the retail year where it is day, with users and three broken rows."""
    home = tmp_path_factory.mktemp("actions") / "home"
    shutil.copytree(retail_home, home)
    limner = Limner.open(home)
    for role in ("owner", "marketer", "analyst", "viewer"):
        users.create(limner.store, f"{role}-e2e", PASSWORD, role, datetime.now(UTC))
    broken = home / "till.csv"
    broken.write_text(
        "order,member,at,sku,qty,paid\nx1,1,2017-12-01 10:00,A,two,10\n"
        "x2,2,2017-12-01 11:00,A,two,10\nx3,3,someday,A,1,5\n"
    )
    import_file(limner.lake, limner.store, broken, parse_mapping(MAPPING, "test"), datetime.now(UTC))  # fmt: skip
    limner.store.close()
    return home


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    # A zone where it is about noon: in quiet hours, messages would rightly wait.
    ahead = 12 - datetime.now(UTC).hour
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIMNER_TIMEZONE", f"Etc/GMT{-ahead:+d}")
        with serving(home) as found:
            yield found


@pytest.fixture
def seen_as(context: BrowserContext, address: str) -> As:
    def sees(role: str) -> Page:
        page = context.new_page()
        sign_in(page, address, f"{role}-e2e", PASSWORD)
        page.wait_for_selector(".lm-drawer", state="attached")
        return page

    return sees


def go(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)


def actions(home: Path) -> list[str]:
    limner = Limner.open(home)
    try:
        return [entry.action for entry in audit.entries(limner.store)]
    finally:
        limner.store.close()


def letters(home: Path) -> int:
    return len(list((home / "outbox").glob("*/*.eml")))


def fill_in(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_text("A rule", exact=True).click()
    page.get_by_label("Rule", exact=True).fill("lifecycle_stage = 'slipping'")
    page.get_by_label("Offer", exact=True).fill("5 off")
    page.get_by_label("Subject").first.fill("For you: ")
    page.get_by_role("button", name="offer.text").click()
    page.get_by_label("Text", exact=True).first.fill("Until {{ offer.ends_on }}. {{ unsubscribe_link }}")  # fmt: skip


def test_a_campaign_goes_from_the_form_to_the_outbox(seen_as: As, address: str, home: Path) -> None:
    before = letters(home)
    page = seen_as("marketer")
    go(page, address + "/campaigns?lang=en")
    page.get_by_role("link", name="New campaign").click()
    page.wait_for_url("**/campaigns/new**")
    settle(page)
    fill_in(page, "Winter by hand")
    expect(page.locator(".lm-letter-subject")).to_have_text("For you: 5 off", timeout=20_000)
    expect(page.locator(".lm-consequence")).to_contain_text("four times in five")
    size = page.get_by_text(re.compile(r"^\d+ customers$"))
    expect(size).to_be_visible()
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.locator("h1")).to_contain_text("is a draft", timeout=20_000)
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.locator("h1")).to_contain_text("is ready", timeout=30_000)
    contact = int(re.findall(r": ([\d,]+) would", page.inner_text("h1"))[0].replace(",", ""))
    assert contact > 0
    assert letters(home) == before  # planning sends nothing
    page.get_by_role("button", name="Send", exact=True).click()
    asked = page.locator(".lm-dialog")
    expect(asked).to_contain_text(f"Send {contact} messages by Outbox (files)?")
    asked.get_by_role("button", name="Cancel").click()
    assert letters(home) == before
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name=f"Send {contact} messages").click()
    expect(page.locator("h1")).to_contain_text(f"was sent to {contact} customers", timeout=60_000)
    assert letters(home) == before + contact
    assert page.get_by_role("button", name="Send", exact=True).count() == 0
    done = actions(home)
    for action in ("campaign.drafted", "campaign.planned", "campaign.sending", "campaign.sent"):
        assert action in done
    # The name is taken now, and the form says so where the name is.
    go(page, address + "/campaigns/new?lang=en")
    fill_in(page, "Winter by hand")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.locator(".q-field--error")).to_contain_text("this name already", timeout=20_000)


def test_the_form_says_at_each_field_what_is_wrong(seen_as: As, address: str) -> None:
    page = seen_as("marketer")
    go(page, address + "/campaigns/new?lang=zh")
    page.get_by_role("button", name="保存为草稿").click()
    expect(page.locator(".q-field--error")).to_have_count(4, timeout=20_000)
    page.get_by_text("自定义规则", exact=True).click()
    page.get_by_label("规则", exact=True).fill("lifecycle_stag = 'x'")
    wrong = page.locator(".q-field--error", has=page.get_by_label("规则", exact=True))
    expect(wrong).to_contain_text("规则无法使用", timeout=20_000)
    expect(wrong).to_contain_text("lifecycle_stage")


def test_an_analyst_may_look_at_a_campaign_and_not_touch_it(seen_as: As, address: str) -> None:
    page = seen_as("analyst")
    go(page, address + "/campaigns?lang=en")
    assert page.get_by_role("link", name="New campaign").count() == 0
    go(page, address + "/campaigns/new?lang=en")
    assert "Your role may not see this page" in page.inner_text("main")
    go(page, address + "/customers?lang=en")
    assert page.get_by_role("link", name="Write a campaign").count() == 0


def test_a_role_that_was_taken_away_counts_on_an_open_page(
    seen_as: As, address: str, home: Path
) -> None:
    page = seen_as("marketer")
    go(page, address + "/campaigns/new?lang=en")
    fill_in(page, "Too late")
    limner = Limner.open(home)
    now = datetime.now(UTC)
    users.set_role(limner.store, "marketer-e2e", "viewer", now)
    try:
        page.get_by_role("button", name="Save as a draft").click()
        expect(page.locator(".lm-bad")).to_contain_text("Your role may not do this", timeout=20_000)
    finally:
        users.set_role(limner.store, "marketer-e2e", "marketer", now)
        limner.store.close()


def test_rows_in_quarantine_are_mended_and_given_up(seen_as: As, address: str, home: Path) -> None:
    page = seen_as("marketer")
    go(page, address + "/quarantine?lang=en")
    assert "3 rows" in page.inner_text("h1")
    page.locator("tr", has_text="two").first.get_by_role("button", name="Correct").click()
    page.get_by_text("All 2 rows with this value").click()
    page.get_by_label("New value").fill("2")
    page.get_by_role("button", name="Correct and try again").click()
    told = page.locator(".lm-dialog", has_text="rows tried")
    expect(told).to_contain_text("Of 2 rows tried, 2 were kept", timeout=30_000)
    told.get_by_role("button", name="Close").click()
    expect(page.locator("h1")).to_contain_text("1 row", timeout=20_000)
    settle(page)
    page.locator("tr", has_text="someday").get_by_role("button", name="Give up").click()
    page.locator(".lm-dialog .lm-danger").click()
    told = page.locator(".lm-dialog", has_text="row was given up")
    told.get_by_role("button", name="Close").click()
    expect(page.locator("h1")).to_contain_text("Nothing waits", timeout=20_000)
    assert actions(home)[:3] == ["quarantine.dropped", "quarantine.replayed", "quarantine.corrected"]  # fmt: skip


def test_an_owner_adds_changes_and_removes_someone(
    browser: Browser, seen_as: As, address: str
) -> None:
    page = seen_as("owner")
    go(page, address + "/settings?lang=en")
    page.get_by_label("User name").fill("Bo")
    page.get_by_role("button", name="Add", exact=True).click()
    password = page.locator(".lm-password").inner_text()
    page.get_by_role("button", name="I have written it down").click()
    expect(page.locator(".lm-password")).to_have_count(0, timeout=20_000)
    settle(page)
    assert password not in page.content()
    other = browser.new_context()
    try:
        new = other.new_page()
        sign_in(new, address, "Bo", password)
        new.wait_for_selector(".lm-drawer", state="attached")
    finally:
        other.close()
    row = page.locator("tr", has=page.get_by_role("button", name="Remove")).filter(has_text="Bo")
    row.get_by_role("button", name="Change").click()
    changed = page.locator(".lm-dialog")
    changed.get_by_label("Role").click()
    page.get_by_role("option", name="Analyst").click()
    changed.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Analyst", timeout=20_000)
    settle(page)
    row.get_by_role("button", name="Remove").click()
    page.locator(".lm-dialog .lm-danger").click()
    expect(row).to_have_count(0, timeout=20_000)


def test_the_last_owner_stays(seen_as: As, address: str, home: Path) -> None:
    limner = Limner.open(home)
    for user in users.everyone(limner.store):
        if user.role == "owner" and user.name != "owner-e2e":
            users.remove(limner.store, user.name, datetime.now(UTC))
    page = seen_as("owner")
    go(page, address + "/settings?lang=en")
    row = page.locator("tr", has=page.get_by_role("button", name="Remove")).filter(has_text="owner-e2e")  # fmt: skip
    row.get_by_role("button", name="Remove").click()
    page.locator(".lm-dialog .lm-danger").click()
    expect(page.locator(".lm-bad")).to_contain_text("The last owner stays", timeout=20_000)
    assert "owner-e2e" in {user.name for user in users.everyone(limner.store)}
    limner.store.close()


def test_a_segment_of_ones_own_is_dropped_after_asking(seen_as: As, address: str) -> None:
    page = seen_as("marketer")
    go(page, address + "/segments/new?lang=en&rule=orders_365d%20%3E%3D%20150")
    page.get_by_label("Name in English").fill("Nearly daily")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/segments/nearly_daily**")
    go(page, address + "/segments?lang=en")
    page.locator("tr", has_text="Nearly daily").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("tr", has_text="Nearly daily")).to_be_visible()
    page.locator("tr", has_text="Nearly daily").get_by_role("button", name="Delete").click()
    page.locator(".lm-dialog .lm-danger").last.click()
    expect(page.locator("tr", has_text="Nearly daily")).to_have_count(0, timeout=20_000)


def test_the_overview_opens_exactly_those_who_slipped(seen_as: As, address: str) -> None:
    page = seen_as("viewer")
    go(page, address + "/?lang=en")
    slipped = re.findall(r"([\d,]+) slipped this month", page.inner_text("h1"))[0]
    page.get_by_role("link", name=f"See the {slipped} customers who slipped").click()
    page.wait_for_url("**/customers**")
    settle(page)
    assert page.inner_text("h1").startswith(f"{slipped} customers match")
