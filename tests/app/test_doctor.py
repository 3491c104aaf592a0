import contextlib
import doctest
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from tests import small_shop

from limner.app import Limner, doctor
from limner.app.doctor import Finding, examine
from limner.app.pulls import run_pull
from limner.app.sources import add_source, revoke_key, set_enabled
from limner.collect.live.beat import Beat, WorkerLock
from limner.collect.log import Batch, Item, open_log
from limner.store.models import IdentityReview

LIMNER = Path(sys.executable).parent / "limner"


def states(home: Path) -> dict[str, str]:
    return {finding.name: finding.state for finding in examine(home)}


def seen(limner: Limner, part: str) -> Finding:
    return next(one for one in examine(limner.settings.home) if one.name == part)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(doctor).failed == 0


def test_looking_changes_nothing(tmp_path: Path) -> None:
    assert states(tmp_path / "none")["home"] == "warn"
    assert not (tmp_path / "none").exists()
    (tmp_path / "home").mkdir()
    examine(tmp_path / "home")
    assert list((tmp_path / "home").iterdir()) == []


def test_a_home_in_use_is_well(limner: Limner, monkeypatch) -> None:
    monkeypatch.setenv("LIMNER_TIMEZONE", "Asia/Shanghai")
    limner.lake.append("events", pa.table({"event_id": ["1"], "date": pa.array([0], pa.date32())}))
    found = states(limner.settings.home)
    assert {state for name, state in found.items() if name != "disk"} == {"ok"}


@pytest.mark.parametrize(
    ("variable", "value", "part"),
    [
        ("LIMNER_TIMEZONE", "Mars/Olympus", "time zone"),
        ("LIMNER_CURRENCY", "dollars", "currency"),
        ("LIMNER_STORE_URL", "postgresql://u:sesame@127.0.0.1:1/x", "store"),
        ("LIMNER_SMTP_URL", "smtp://u:sesame@127.0.0.1:1", "mail"),
        ("LIMNER_SMTP_URL", "mailhost", "mail"),
        ("LIMNER_LOG_URL", "kafka://u:sesame@127.0.0.1:1", "event log"),
    ],
)
def test_what_is_wrong_is_said_and_no_secret(limner, monkeypatch, variable, value, part) -> None:
    monkeypatch.setenv(variable, value)
    found = examine(limner.settings.home)
    assert next(finding.name for finding in found if finding.state == "wrong") == part
    assert "sesame" not in str(found)


def test_a_broken_table_is_found(limner: Limner) -> None:
    limner.lake.append("stores", pa.table({"store_id": ["1"]}))
    for file in (limner.settings.home / "lake" / "stores").glob("*.parquet"):
        file.unlink()
    assert states(limner.settings.home)["lake"] == "wrong"


def test_how_far_the_worker_is_behind_is_said(limner: Limner) -> None:
    now = datetime.now(UTC)
    add_source(limner, "shop", "http", {}, "ann", now)
    small_shop.send(limner, "shop", [{"type": "page", "userId": "u1"}] * 3, now)
    told = seen(limner, "event log")
    assert (told.state, "3 events, 3 not worked on yet" in told.said) == ("ok", True)
    long_ago = int((now - timedelta(hours=1)).timestamp() * 1e6)
    small_shop.work(limner)
    assert "all worked on" in seen(limner, "event log").said
    with contextlib.closing(open_log(limner.settings.log_url)) as log:
        item = Item(b"k" * 16, b'{"type": "page", "userId": "u1"}')
        log.append([Batch("shop", long_ago, b"{}", [item])])
    told = seen(limner, "event log")
    assert (told.state, "the oldest for 3,6" in told.said) == ("warn", True)


def test_a_log_that_is_none_is_found(limner: Limner) -> None:
    (limner.settings.home / "log.db").write_bytes(b"not a log at all" * 400)
    assert seen(limner, "event log").state == "wrong"


def test_whether_the_worker_lives_and_what_it_waits_for(limner: Limner) -> None:
    now = datetime.now(UTC)
    assert seen(limner, "worker").said.startswith("never ran")
    lock = WorkerLock.take(limner.settings.home)
    assert seen(limner, "worker").said == "starts"
    lock.beat(Beat(4711, now, now))
    assert (seen(limner, "worker").state, "4711" in seen(limner, "worker").said) == ("ok", True)
    lock.beat(Beat(4711, now, now, "disk-full", "the disk is full", now))
    told = seen(limner, "worker")
    assert (told.state, told.said) == ("wrong", "waits: the disk is full")
    lock.beat(Beat(4711, now, now - timedelta(minutes=10)))
    assert "no sign of life for 60" in seen(limner, "worker").said
    lock.release()
    told = seen(limner, "worker")
    assert (told.state, told.said.startswith("is not running")) == ("warn", True)


def test_a_source_without_a_key_is_named_unless_it_is_off(limner: Limner) -> None:
    now = datetime.now(UTC)
    _, key = add_source(limner, "shop", "http", {}, "ann", now)
    assert (seen(limner, "sources").state, key is not None) == ("ok", True)
    revoke_key(limner, str(key), "ann", now)
    told = seen(limner, "sources")
    assert (told.state, told.said.startswith("shop has no write key")) == ("warn", True)
    assert told.advice == "limner source rotate shop"
    set_enabled(limner, "shop", False, "ann", now)
    assert seen(limner, "sources").state == "ok"


def test_a_source_that_cannot_be_read_is_named(limner: Limner) -> None:
    now = datetime.now(UTC)
    settings = {"path": str(limner.settings.home / "nowhere"), "glob": "*.csv", "guess": True}
    add_source(limner, "till", "directory", settings, "ann", now)
    assert seen(limner, "sources").state == "ok"  # not asked yet
    run_pull(limner, "till", now)
    run_pull(limner, "till", now)
    told = seen(limner, "sources")
    assert (told.state, told.advice) == ("warn", "limner source pull till")
    assert told.said.startswith("till could not be read 2 times in a row: ")


def test_pairs_that_wait_are_counted(limner: Limner) -> None:
    assert seen(limner, "reviews").state == "ok"
    with limner.store.session() as session:
        session.add(
            IdentityReview(
                review_id="r1", left_kind="user_id", left_value="u1", right_kind="user_id",
                right_value="u2", reason="accounts", score=None, evidence={}, status="open",
                created_at=datetime.now(UTC), decided_at=None,
            )
        )  # fmt: skip
    assert (seen(limner, "reviews").state, seen(limner, "reviews").said[-1]) == ("warn", "1")


def test_settings_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "limner.toml").write_text("timezone = ")
    assert states(tmp_path)["settings"] == "wrong"


def test_the_command_fails_when_something_is_wrong(tmp_path: Path) -> None:
    def run(**env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LIMNER, "doctor", "--home", tmp_path, "--json"], capture_output=True, text=True,
            check=False, env={**os.environ, **env},
        )  # fmt: skip

    well, wrong = run(), run(LIMNER_CURRENCY="dollars")
    assert (well.returncode, json.loads(well.stdout)["is_well"]) == (0, True)
    assert (wrong.returncode, json.loads(wrong.stdout)["is_well"]) == (1, False)
