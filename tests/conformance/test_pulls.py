"""What every kind of scheduled source must do, whatever it asks."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from limner.collect.pull import TABLE, check_settings
from limner.collect.pull.puller import Asked
from limner.core.errors import Malformed, Unknown

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
MAPPING = {"kind": "products", "columns": {"product_id": "id", "name": "name"}}


@dataclass(frozen=True)
class FarSide:
    """A place that can be asked: its settings, and how it gets a row, numbered from 1 on."""

    settings: dict[str, Any]
    add: Callable[[int], None]


@contextmanager
def directory(home: Path) -> Iterator[FarSide]:
    inbox = home / "inbox"
    inbox.mkdir()

    def add(number: int) -> None:
        file = inbox / f"{number:03d}.jsonl"
        file.write_text(json.dumps({"id": str(number), "name": f"n{number}"}) + "\n")
        os.utime(file, (NOW.timestamp() - 60,) * 2)

    yield FarSide({"path": str(inbox), "glob": "*.jsonl"}, add)


@contextmanager
def sql(home: Path) -> Iterator[FarSide]:
    file = home / "shop.db"
    with sqlite3.connect(file) as shop:
        shop.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)")

    def add(number: int) -> None:
        with sqlite3.connect(file) as shop:
            shop.execute("INSERT INTO things VALUES (?, ?)", (number, f"n{number}"))

    settings = {
        "url": f"sqlite:///{file}",
        "query": "SELECT * FROM things",
        "cursor": "id",
        "overlap": 2,
        "chunk_rows": 2,
    }
    yield FarSide(settings, add)


@contextmanager
def rest(home: Path) -> Iterator[FarSide]:
    things: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(things).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield FarSide(
            {"url": f"http://127.0.0.1:{server.server_port}/things"},
            lambda number: things.append({"id": number, "name": f"n{number}"}),
        )
    finally:
        server.shutdown()
        server.server_close()


FAR_SIDES = {"directory": directory, "sql": sql, "rest": rest}


@pytest.fixture(params=sorted(TABLE))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def far(name: str, tmp_path: Path) -> Iterator[FarSide]:
    with FAR_SIDES[name](tmp_path) as side:
        yield side


def pull(
    name: str, far: FarSide, state: dict[str, Any], into: Path
) -> tuple[list[str], dict[str, Any]]:
    """The numbers of the rows that a pull fetched, and the state it left."""
    into.mkdir(exist_ok=True)
    found: list[str] = []
    for portion in TABLE[name].pull(Asked(far.settings, state, NOW, into, lambda seconds: None)):
        if portion.path is not None:
            assert portion.path.parent == into
            found += [json.loads(row)["id"] for row in portion.path.read_text().splitlines()]
            portion.path.unlink()
        state = json.loads(json.dumps(dict(portion.state)))  # as the store keeps it
    return found, state


def test_every_kind_has_a_far_side_here() -> None:
    assert set(FAR_SIDES) == set(TABLE)


def test_what_is_new_comes_once(name: str, far: FarSide, tmp_path: Path) -> None:
    assert pull(name, far, {}, tmp_path / "spool")[0] == []
    for number in range(1, 6):
        far.add(number)
    found, state = pull(name, far, {}, tmp_path / "spool")
    assert found == ["1", "2", "3", "4", "5"]
    assert pull(name, far, state, tmp_path / "spool") == ([], state)
    far.add(6)
    assert pull(name, far, state, tmp_path / "spool")[0] == ["6"]


def test_broken_off_after_a_portion_it_goes_on_there(
    name: str, far: FarSide, tmp_path: Path
) -> None:
    for number in range(1, 6):
        far.add(number)
    (tmp_path / "spool").mkdir()
    pulling = TABLE[name].pull(
        Asked(far.settings, {}, NOW, tmp_path / "spool", lambda seconds: None)
    )
    first = next(pulling)  # type: ignore[call-overload]
    assert first.path is not None
    found = [json.loads(row)["id"] for row in first.path.read_text().splitlines()]
    first.path.unlink()
    pulling.close()  # type: ignore[attr-defined]
    rest, _ = pull(name, far, json.loads(json.dumps(dict(first.state))), tmp_path / "spool")
    assert found + rest == ["1", "2", "3", "4", "5"]


def test_its_settings_are_checked_by_name(name: str, far: FarSide) -> None:
    check_settings(name, {**far.settings, "mapping": MAPPING})
    for wrong, key in (
        ({"every": 0}, "every"), ({"evrey": 5}, "evrey"), ({"mapping": None}, "mapping"), ({"mapping": 5}, "mapping"),
        ({"clean": {"name": ["polish"]}}, "clean"),
    ):  # fmt: skip
        with pytest.raises(Malformed) as raised:
            check_settings(name, {**far.settings, "mapping": MAPPING, **wrong})
        assert raised.value.field == key
    for key in ("path", "url"):
        if key in far.settings:
            with pytest.raises(Malformed, match=key):
                check_settings(name, {**far.settings, "mapping": MAPPING, key: 5})


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("sql", {"url": "postgresql://ann:sesame@db/shop", "query": "SELECT 1", "cursor": "id"}),
        ("sql", {"url": "sqlite:///x", "password": "sesame", "query": "SELECT 1", "cursor": "id"}),
        ("rest", {"url": "https://shop.example/?api_key=sesame"}),
        ("rest", {"url": "https://ann:sesame@shop.example/"}),
        ("rest", {"url": "https://shop.example/", "headers": {"Authorization": "Bearer sesame"}}),
        ("rest", {"url": "https://shop.example/", "params": {"access_token": "sesame"}}),
        ("rest", {"url": "https://shop.example/", "auth": {"token": "sesame"}}),
        ("directory", {"path": "sftp://ann:sesame@files.example/in"}),
        ("directory", {"path": "sftp://ann@files.example/in", "password": "sesame"}),
    ],
)
def test_no_secret_is_taken_into_the_settings(kind: str, settings: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as raised:
        check_settings(kind, {**settings, "mapping": MAPPING})
    assert raised.value.code == "source-secret"
    assert "sesame" not in raised.value.message


@pytest.mark.parametrize(
    ("kind", "settings", "wanted"),
    [
        ("directory", {"path": "in"}, "whole path"),
        ("directory", {"path": "/in", "glob": "../*"}, "without .. and"),
        ("directory", {"path": "ftp://files.example/in"}, "sftp://"),
        ("directory", {"path": "sftp://ann@files.example/in"}, "how to sign in"),
        ("directory", {"path": "sftp://ann@h/in", "password": {"env": "X"}, "host_key": "rsa"}, "ssh-keyscan"),
        ("sql", {"url": "nothing", "query": "SELECT 1", "cursor": "id"}, "no such database"),
        ("sql", {"url": "sqlite:///x", "query": "DELETE FROM t", "cursor": "id"}, "one SELECT"),
        ("sql", {"url": "sqlite:///x", "query": "SELECT 1; DROP TABLE t", "cursor": "id"}, "one SELECT"),
        ("sql", {"url": "sqlite:///x", "query": "SELECT 1 WHERE a > :cursor", "cursor": "a"}, "for the first time"),
        ("rest", {"url": "file:///etc/passwd"}, "http://"),
        ("rest", {"url": "https://shop.example/", "paging": {"kind": "cursor"}}, "paging.path is None"),
        ("rest", {"url": "https://shop.example/", "paging": {"kind": "pages"}}, "none, page, offset"),
        ("rest", {"url": "https://shop.example/", "since": {"param": "s"}}, "field: updated_at"),
    ],
)  # fmt: skip
def test_what_settings_cannot_say(kind: str, settings: dict[str, Any], wanted: str) -> None:
    with pytest.raises(Malformed) as raised:
        check_settings(kind, {**settings, "mapping": MAPPING})
    assert wanted in raised.value.message


def test_a_kind_that_does_not_exist() -> None:
    with pytest.raises(Unknown, match="http, directory, sql, rest"):
        check_settings("fax", {})
