"""Takes the pictures of the console that the documents show, in both languages, at both widths.

    python docs/take_screenshots.py HOME [NAME ...]

HOME holds a demo; a copy of it is served, so nothing in it changes.  Needs Chromium in PATH; where
pngquant is there too, the pictures are made small.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from limner.act.campaign import CampaignPlan, Template
from limner.app import Limner
from limner.app.audiences import create_audience
from limner.app.campaigns import campaign_id_of, draft_campaign, plan_campaign
from limner.govern import users

IMAGES = Path(__file__).parent / "images"
WIDE, PHONE = (1440, 900), (390, 844)
NAME, PASSWORD = "ann", "a picture of a shop"  # of the copy that is thrown away

NEW_CAMPAIGN = "/campaigns/new?from=" + campaign_id_of("Winter")
RULE = (
    "did(orders where weekday in (5, 6) in last 90 days) and revenue_365d > 500 "
    "and not (never('Coupon Redeemed') or best(10% by revenue_365d))"
)
BUILDER = "/segments/new?rule=" + quote(RULE)
OVERLAP = "/audiences?groups=" + quote("rfm:champions|stage:loyal|revenue_365d > 3000")
# What stands further down a page than a window shows, and is what the picture is about.
INTO_VIEW = {"audiences": ".lm-wide-scroll", "movement": ".lm-tall", "one-segment": ".lm-two"}
# (file, path, size)
SHOTS = (
    ("overview", "/", WIDE),
    ("customers", "/customers?rule=lifecycle_stage%20%3D%20%27slipping%27%20and%20revenue_365d%20%3E%20500", WIDE),
    ("customer", "/customers/1", WIDE),
    ("customer-tags", "/customers/1?side=tags&tag=department_top", WIDE),
    ("tags", "/tags", WIDE),
    ("one-tag", "/tags/department_top", WIDE),
    ("segments", "/segments", WIDE),
    ("segment-builder", BUILDER, WIDE),
    ("one-segment", "/segments/rfm:champions", WIDE),
    ("persona-card", "/segments/rfm:champions/card", WIDE),
    ("audiences", OVERLAP, WIDE),
    ("movement", "/movement", WIDE),
    ("division", "/division?way=rfm", WIDE),
    ("value", "/value", WIDE),
    ("model", "/model", WIDE),
    ("campaign", "/reports/18", WIDE),
    ("quality", "/quality", WIDE),
    ("new-campaign", NEW_CAMPAIGN, WIDE),
    ("one-campaign", "/campaigns/" + campaign_id_of("Winter"), WIDE),
    ("sources", "/sources", WIDE),
    ("live", "/live", WIDE),
    ("identity", "/identity", WIDE),
    ("live-phone", "/live", PHONE),
    ("overview-phone", "/", PHONE),
    ("customer-phone", "/customers/1", PHONE),
    ("segment-builder-phone", BUILDER, PHONE),
    ("one-segment-phone", "/segments/rfm:champions", PHONE),
    ("new-campaign-phone", NEW_CAMPAIGN, PHONE),
)  # fmt: skip


def main() -> None:
    """Serve a copy of the home and look at every page of `SHOTS`."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home", type=Path)
    arguments.add_argument("only", nargs="*", help="names of pictures; without any, all of them")
    chosen = arguments.parse_args()
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory) / "home"
        shutil.copytree(chosen.home, home)
        limner = Limner.open(home)
        users.create(limner.store, NAME, PASSWORD, "owner", datetime.now(UTC))
        _plan_one(limner, datetime.now(UTC))
        _send_some(limner)
        _freeze_one(limner, datetime.now(UTC))
        limner.store.close()
        port = _free_port()
        command = [
            Path(sys.executable).parent / "limner",
            "serve",
            "--home",
            home,
            "--port",
            str(port),
        ]
        server = subprocess.Popen([str(part) for part in command])
        try:
            address = f"http://127.0.0.1:{port}"
            _await(address)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"),
                    args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
                )
                for language in ("en", "zh"):
                    _take(browser, address, language, chosen.only or [s[0] for s in SHOTS])
        finally:
            server.terminate()
            server.wait(15)


def _plan_one(limner: Limner, now: datetime) -> None:
    """A campaign to look at, planned but not sent."""
    english = (
        "Hello,\n\nuntil {{ offer.ends_on }}: {{ offer.text }} in {{ customer.department_top }}."
    )
    chinese = "您好，\n\n{{ offer.ends_on }} 前，{{ customer.department_top }}：{{ offer.text }}。"
    plan = CampaignPlan(
        name="Winter", offer="5 off your next basket", discount=5.0, cost_per_contact=0.05,
        margin=0.3, budget=1500.0, control_share=0.2, type="Type A",
        rule="revenue_365d > 500", starts_at=now, ends_at=now + timedelta(days=14),
        templates={
            "en": Template("{{ offer.text }}", english + "\n\nNo more: {{ unsubscribe_link }}"),
            "zh": Template("{{ offer.text }}", chinese + "\n\n退订：{{ unsubscribe_link }}"),
        },
    )  # fmt: skip
    draft_campaign(limner, plan, NAME, now)
    plan_campaign(limner, plan.name, now)


def _freeze_one(limner: Limner, now: datetime) -> None:
    """An audience, so that the page of audiences has one."""
    create_audience(
        limner, "Winter 暖冬", "revenue_365d > 500", NAME, now,
        exclusions=["rfm:champions"], split={"treated": 0.9, "control": 0.1},
    )  # fmt: skip


def _send_some(limner: Limner) -> None:
    """A shop's first morning: two sources, a visitor who signs in and buys, a pair to decide."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from tests.small_shop import fill

    fill(limner)


def _take(browser: Browser, address: str, language: str, names: Sequence[str]) -> None:
    for size in (WIDE, PHONE):
        page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
        page.goto(f"{address}/sign-in?lang={language}")
        if size == WIDE:
            _shoot(page, "sign-in", language)
        page.fill("input[name=name]", NAME)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state("networkidle")
        for name, path, wanted in SHOTS:
            if wanted == size and name in names:
                page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
                _settle(page)
                _shoot(page, name, language)


def _shoot(page: Page, name: str, language: str) -> None:
    """Keep what the window shows, in at most 256 colours where pngquant is there."""
    if name in INTO_VIEW:
        below_the_bar = "one => { one.style.scrollMarginTop = '160px'; one.scrollIntoView() }"
        page.locator(INTO_VIEW[name]).first.evaluate(below_the_bar)
        page.wait_for_timeout(300)
    file = IMAGES / f"{name}-{language}.png"
    page.screenshot(path=file)
    if quantise := shutil.which("pngquant"):
        subprocess.run(
            [quantise, "--force", "--ext", ".png", "--skip-if-larger", file], check=False
        )


def _settle(page: Page) -> None:
    is_done = "!document.querySelector('.lm-skeleton, .q-linear-progress')"
    page.wait_for_function(is_done, timeout=120_000)
    page.wait_for_load_state("networkidle")
    if "/campaigns/new" in page.url:
        page.wait_for_selector(".lm-letter", timeout=60_000)
    page.wait_for_timeout(1000)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address + "/sign-in", timeout=5)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise TimeoutError("the console did not start")


if __name__ == "__main__":
    main()
