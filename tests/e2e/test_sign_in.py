"""Nobody gets in but by the door, and the door works for everyone."""

from __future__ import annotations

import json
import urllib.request
from http.client import HTTPResponse
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from tests.e2e.conftest import PASSWORD, settle, sign_in

pytestmark = [pytest.mark.e2e]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **more: object) -> None:
        return None


def ask(url: str, accept: str = "text/html", **headers: str) -> HTTPResponse:
    opener = urllib.request.build_opener(_NoRedirect)
    request = urllib.request.Request(url, headers={"Accept": accept, **headers})
    try:
        return opener.open(request, timeout=20)
    except urllib.error.HTTPError as error:
        return error  # type: ignore[return-value]


@pytest.mark.parametrize(
    "path", ["/", "/customers", "/customers/1", "/settings", "/reports/1", "/nothing"]
)
def test_pages_lead_the_unknown_to_the_door(server: str, path: str) -> None:
    answer = ask(server + path)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("path", ["/export/customers.csv", "/customers"])
def test_scripts_are_refused_in_the_one_shape(server: str, path: str) -> None:
    answer = ask(server + path, accept="*/*")
    assert answer.status == 401
    assert set(json.load(answer)) == {"code", "message"}


def test_the_cookie_is_for_http_only_and_the_page_loads_nothing_from_elsewhere(server: str) -> None:
    answer = ask(server + "/sign-in")
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_socket_from_another_site_is_refused(server: str) -> None:
    path = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
    assert ask(server + path, accept="*/*", Origin=server).status == 200
    assert ask(server + path, accept="*/*", Origin="http://evil.example").status == 400


def test_a_form_from_another_site_is_refused(server: str) -> None:
    request = urllib.request.Request(
        server + "/sign-in", data=b"name=a&password=b", headers={"Origin": "http://evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    assert refused.value.code == 403


def test_the_keyboard_is_enough(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    page.goto(server + "/customers?rule=revenue_365d%20%3E%20100&lang=en")
    page.keyboard.type("owner-e2e")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    settle(page)
    assert "/customers?rule=revenue_365d" in page.url  # where one wanted to go
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the page"


def test_signing_out_ends_the_session_for_good(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    sign_in(page, server, "viewer-e2e", PASSWORD)
    settle(page)
    before = context.cookies()
    page.get_by_label("Account: viewer-e2e").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in**")
    context.clear_cookies()
    context.add_cookies(before)  # a stolen copy of the old cookie
    page.goto(server + "/customers")
    assert "/sign-in" in page.url


def test_a_session_is_a_new_one_after_signing_in(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    page.goto(server + "/sign-in")
    before = {c["name"]: c["value"] for c in context.cookies()}
    sign_in(page, server, "viewer-e2e", PASSWORD)
    after = {c["name"]: c["value"] for c in context.cookies()}
    assert before["limner_session"].split(".")[0] != after["limner_session"].split(".")[0]


def wrong(page: Page, server: str) -> str:
    sign_in(page, server, "analyst-e2e", "wrong password")
    return page.inner_text("[role=alert]")


def test_wrong_passwords_are_told_then_lock_the_account(
    context: BrowserContext, server: str, retail_home: Path
) -> None:
    page = context.new_page()
    assert "not right" in wrong(page, server)
    assert page.input_value("input[name=name]") == "analyst-e2e"
    assert page.input_value("input[name=password]") == ""
    for _ in range(4):
        wrong(page, server)
    sign_in(page, server, "analyst-e2e", PASSWORD)
    assert "locked" in page.inner_text("[role=alert]")
    page.goto(page.url.replace("lang=en", "lang=zh"))
    assert "锁定" in page.inner_text("[role=alert]")
