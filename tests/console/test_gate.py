"""Who passes the gate, from which site, in which language."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from limner.app import Limner
from limner.app.secret import own_secret
from limner.console import gate
from limner.console.ended import EndedSessions
from limner.govern import users


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [(None, True), ("http://shop:8000", True), ("https://shop:8000", True),
     ("http://evil.example", False), ("null", False), ("http://shop", False)],
)  # fmt: skip
def test_only_pages_of_this_host_may_open_a_connection(origin: str | None, is_ours: bool) -> None:
    assert gate.is_same_origin(origin, {"HTTP_HOST": "shop:8000"}) is is_ours


def test_behind_a_proxy_the_public_host_counts() -> None:
    environ = {"HTTP_HOST": "10.0.0.1", "HTTP_X_FORWARDED_HOST": "limner.shop.example"}
    assert gate.is_same_origin("https://limner.shop.example", environ)


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "language"),
    [("zh", "en", "en", "zh"), ("xx", "zh", "en", "zh"), (None, "", "zh-CN,en;q=0.8", "zh"),
     (None, None, "fr,zh;q=0.5", "en"), (None, None, "", "en")],
)  # fmt: skip
def test_the_address_wins_over_the_user_and_the_user_over_the_browser(
    asked: str | None, kept: str | None, accepted: str, language: str
) -> None:
    assert gate.choose_language(asked, kept, accepted) == language


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    key = own_secret(tmp_path, "session")
    assert len(key) >= 64
    assert own_secret(tmp_path, "session") == key != own_secret(tmp_path, "mask")
    assert (tmp_path / "session.key").stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mask.key", "session.key"]


@pytest.fixture
def ended(tmp_path: Path) -> EndedSessions:
    return EndedSessions(tmp_path / "ended.json", keep_seconds=100)


def test_an_ended_session_stays_ended_after_a_restart_and_is_forgotten_in_the_end(
    tmp_path: Path, ended: EndedSessions
) -> None:
    ended.add("n1", now=1000)
    assert "n1" in EndedSessions(tmp_path / "ended.json", keep_seconds=100)
    ended.add("n2", now=1200)
    assert "n1" not in ended and "n2" in ended
    assert "n1" not in (tmp_path / "ended.json").read_text()


def test_a_session_that_was_signed_out_of_is_nobody(
    limner: Limner, session: dict[str, object], ended: EndedSessions
) -> None:
    ended.add("n1", now=int(time.time()))
    assert gate.session_user(limner, session, ended) is None


@pytest.fixture
def session(limner: Limner) -> dict[str, object]:
    user = users.create(limner.store, "ann", "correct horse", "viewer", datetime.now(UTC))
    return {
        "user_id": user.user_id,
        "stamp": gate.stamp(user),
        "since": int(time.time()),
        "nonce": "n1",
    }


def test_a_good_session_is_a_user(
    limner: Limner, session: dict[str, object], ended: EndedSessions
) -> None:
    user = gate.session_user(limner, session, ended)
    assert user is not None
    assert user.name == "ann"


def test_a_new_password_ends_the_sessions_before_it(
    limner: Limner, session: dict[str, object], ended: EndedSessions
) -> None:
    users.set_password(limner.store, "ann", "another horse", datetime.now(UTC))
    assert gate.session_user(limner, session, ended) is None


@pytest.mark.parametrize(
    "change",
    [
        {"since": 0},
        {"since": "now"},
        {"user_id": 99},
        {"user_id": "1"},
        {"stamp": "x"},
        {"stamp": None},
    ],
)
def test_an_old_or_altered_session_is_nobody(
    limner: Limner, session: dict[str, object], ended: EndedSessions, change: dict[str, object]
) -> None:
    assert gate.session_user(limner, session | change, ended) is None
