"""An installation with nothing in it: every page says what comes next, and none breaks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser
from tests.e2e.conftest import PASSWORD, serving, settle, sign_in

from limner.app import Limner
from limner.govern import users

pytestmark = [pytest.mark.e2e]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("bare") / "home"
    limner = Limner.open(home)
    users.create(limner.store, "owner-e2e", PASSWORD, "owner", datetime.now(UTC))
    limner.store.close()
    with serving(home) as address:
        yield address


def test_every_page_of_an_empty_installation_says_what_comes_next(
    browser: Browser, bare: str
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        sign_in(page, bare, "owner-e2e", PASSWORD)
        for path in (
            "/",
            "/quality",
            "/customers",
            "/segments",
            "/value",
            "/model",
            "/campaigns",
            "/reports",
        ):
            for language, command in (("en", "Import"), ("zh", "导入")):
                page.goto(f"{bare}{path}?lang={language}")
                settle(page)
                assert "limner import" in page.inner_text("main"), path
                assert command.lower() in page.inner_text("main").lower()
        page.goto(bare + "/quarantine?lang=en")
        settle(page)
        assert "Nothing waits" in page.inner_text("main")
    finally:
        context.close()
