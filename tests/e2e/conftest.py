"""A live server on a free port over the retail year, and someone of each role signed in."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from limner.app import Limner
from limner.govern import users

PASSWORD = "correct horse battery"
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def server(retail_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `limner serve` on a copy of the retail year, with one user of each role."""
    home = tmp_path_factory.mktemp("console") / "home"
    shutil.copytree(retail_home, home)
    limner = Limner.open(home)
    known = {user.name for user in users.everyone(limner.store)}
    for role in ("owner", "marketer", "analyst", "viewer"):
        if f"{role}-e2e" not in known:
            users.create(limner.store, f"{role}-e2e", PASSWORD, role, datetime.now(UTC))
    limner.store.close()
    with serving(home) as address:
        yield address


class serving:  # noqa: N801 - a context manager that reads like a verb
    """`limner serve` in a process of its own on a free port, stopped at the end."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        command = [
            Path(sys.executable).parent / "limner",
            "serve",
            "--home",
            str(home),
            "--port",
            str(port),
        ]
        self.log = (home.parent / "serve.log").open("w")
        env = {k: v for k, v in os.environ.items() if not k.startswith("NICEGUI")}
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=env)

    def __enter__(self) -> str:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.address + "/sign-in", timeout=5)
                return self.address
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.3)
        self.__exit__()
        raise RuntimeError("the console did not start:\n" + Path(self.log.name).read_text()[-2000:])

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


@pytest.fixture(scope="module")
def cookies(browser: Browser, server: str) -> Callable[[str], list[dict[str, object]]]:
    """The cookies of someone signed in with a role; signing in happens once."""
    kept: dict[str, list[dict[str, object]]] = {}

    def of(role: str) -> list[dict[str, object]]:
        if role not in kept:
            made = browser.new_context()
            page = made.new_page()
            sign_in(page, server, f"{role}-e2e", PASSWORD)
            page.wait_for_selector(".lm-drawer", state="attached")
            kept[role] = made.cookies()  # type: ignore[assignment]
            made.close()
        return kept[role]

    return of


def sign_in(page: Page, server: str, name: str, password: str) -> None:
    """Fill in the form and press Enter, as people do."""
    page.goto(server + "/sign-in?lang=en")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()


def settle(page: Page) -> None:
    """Wait until the page has drawn what it read, every chart of it, and hears its server."""
    page.wait_for_selector(".lm-page, .lm-door")
    page.wait_for_function(
        """() => !document.querySelector('.lm-skeleton') && window.socket?.connected &&
           [...document.querySelectorAll('.lm-chart')].every(
             e => e.offsetParent === null || e.querySelector('svg, canvas'))""",
        timeout=60_000,
    )
