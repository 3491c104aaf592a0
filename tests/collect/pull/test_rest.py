"""JSON services over real HTTP: one that pages in every way, fails, is in no hurry and cuts connections."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from limner.collect.pull.puller import Asked, Portion
from limner.collect.pull.rest import PULLER
from limner.core.errors import Busy, Malformed

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
Answer = tuple[int, dict[str, str], bytes]


class Service:
    """A shop's service: `records` in pages, and before each answer whatever `mishaps` has next."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.records: list[dict[str, Any]] = []
        self.mishaps: list[Answer | str] = []
        self.asked: list[tuple[dict[str, str], dict[str, str]]] = []

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        rows = [r for r in self.records if str(r["updated_at"]) >= query.get("since", "")]
        size = int(query.get("limit", 3))
        match path.strip("/"):
            case "page":
                first = (int(query.get("page", 1)) - 1) * size
            case "offset" | "cursor" | "next" | "link":
                first = int(query.get("at" if path != "/offset" else "offset", 0))
            case _:
                return 404, {}, b"{}"
        some, after = rows[first : first + size], first + size
        more = {k: v for k, v in query.items() if k != "at"}
        url = f"{path}?" + "&".join(f"{k}={v}" for k, v in {**more, "at": str(after)}.items())
        has_more = after < len(rows)
        document = {
            "data": {"items": some},
            "meta": {"next": str(after) if has_more else None, "url": url if has_more else None},
        }
        link = (
            {"Link": f'<{url}>; rel="next", </page>; rel="first"'}
            if has_more and path == "/link"
            else {}
        )
        return 200, link, json.dumps(document).encode()


@pytest.fixture
def service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            made.asked.append((query, dict(self.headers)))
            mishap = made.mishaps.pop(0) if made.mishaps else ""
            status, headers, body = (
                made.answer(parts.path, query) if isinstance(mishap, str) else mishap
            )
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if mishap == "cut":  # half an answer, and no more
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
                return
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Service(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


class Walk:
    """Pulls with the state that the one before left, and what they fetched."""

    def __init__(self, directory: Path, settings: dict[str, Any]) -> None:
        PULLER.check(settings)
        self.settings, self.directory, self.state = settings, directory, dict[str, Any]()
        self.waits: list[float] = []

    def portions(self) -> Iterator[Portion]:
        asked = Asked(
            self.settings, self.state, NOW, self.directory, self.waits.append, ("id", "gift")
        )
        for portion in PULLER.pull(asked):
            self.state = json.loads(json.dumps(dict(portion.state)))
            yield portion

    def rows(self) -> list[dict[str, Any]]:
        return [row for portion in self.portions() for row in read(portion)]

    def ids(self) -> list[int]:
        return [int(row["id"]) for row in self.rows()]


def read(portion: Portion) -> list[dict[str, Any]]:
    return (
        [json.loads(row) for row in portion.path.read_text().splitlines()] if portion.path else []
    )


WAYS: dict[str, Any] = {
    "page": {"kind": "page", "size": 3},
    "offset": {"kind": "offset", "size": 3},
    "cursor": {"kind": "cursor", "param": "at", "path": "meta.next"},
    "next": {"kind": "next", "path": "meta.url"},
    "link": {"kind": "link"},
}


@pytest.fixture
def walk(service: Service, tmp_path: Path) -> Callable[..., Walk]:
    def made(way: str = "page", **settings: Any) -> Walk:
        said = {
            "url": f"{service.url}/{way}",
            "records": "data.items",
            "paging": WAYS[way],
            "chunk_rows": 3,
        }
        return Walk(tmp_path, {**said, **settings})

    service.records = [
        {
            "id": i,
            "updated_at": f"2024-03-01T10:{i:02d}:00Z",
            "customer": {"email": f"{i}@b.example"},
        }
        for i in range(8)
    ]
    return made


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_paging(walk: Callable[..., Walk], service: Service, way: str) -> None:
    reading = walk(way)
    rows = reading.rows()
    assert [int(row["id"]) for row in rows] == list(range(8))
    assert rows[0]["customer.email"] == "0@b.example"
    assert reading.rows() == []  # the same records again are none
    service.records.append({"id": 8, "updated_at": "2024-03-01T11:00:00Z"})
    assert reading.ids() == [8]


@pytest.mark.parametrize("way", WAYS)
def test_broken_off_it_goes_on_without_loss_or_repetition(
    walk: Callable[..., Walk], service: Service, way: str
) -> None:
    reading = walk(way, since={"param": "since", "field": "updated_at"}, overlap=60)
    service.mishaps = ["", "", *[(500, {}, b"")] * 6]
    got: list[int] = []
    with pytest.raises(Busy, match="status 500"):
        for portion in reading.portions():
            got += [int(row["id"]) for row in read(portion)]
    assert got == list(range(6))
    asked = len(service.asked)
    got += reading.ids()
    assert got == list(range(8))
    if way in ("cursor", "next", "link"):  # where it was
        assert len(service.asked) - asked == 1
    assert reading.state["since"] == "2024-03-01T10:07:00Z"


def test_only_what_changed_since_is_asked_for(walk: Callable[..., Walk], service: Service) -> None:
    reading = walk(
        since={"param": "since", "field": "updated_at", "start": "2024-03-01T10:02"}, overlap=120
    )
    assert reading.ids() == [2, 3, 4, 5, 6, 7]
    # Late, and changed; what stands in the overlap and was seen is not new.
    service.records += [
        {"id": 9, "updated_at": "2024-03-01T10:06:30Z"}, {"id": 3, "updated_at": "2024-03-01T10:20:00Z"},
    ]  # fmt: skip
    assert reading.ids() == [9, 3]
    assert service.asked[-1][0]["since"] == "2024-03-01T10:05:00Z"
    assert reading.ids() == []
    assert len(reading.state["seen"]) == 1  # no more is kept than may come again


def test_mishaps_that_pass_are_waited_for(walk: Callable[..., Walk], service: Service) -> None:
    reading = walk()
    service.mishaps = [
        "cut", (429, {"Retry-After": "7"}, b""), (503, {}, b""), (502, {}, b"<html>"), "", "cut",
        (429, {"Retry-After": formatdate(time.time() + 30, usegmt=True)}, b""),
    ]  # fmt: skip
    assert reading.ids() == list(range(8))
    assert reading.waits[:4] == [0.5, 7.0, 2.0, 4.0]
    assert 25 <= reading.waits[-1] <= 30


@pytest.mark.parametrize(
    ("mishap", "wanted"),
    [
        ((401, {}, b""), "the secret that auth names"),
        ((302, {"Location": "http://elsewhere.example/x"}, b""), "points to elsewhere.example"),
        ((404, {}, b""), "answers status 404"),
        ((200, {}, b"<html>"), "something else than JSON"),
        ((200, {}, b'{"orders": []}'), "it has orders"),
        ((200, {}, b'{"data": {"items": [1]}}'), "no list of records"),
    ],
)
def test_what_does_not_pass_is_said_at_once(
    walk: Callable[..., Walk], service: Service, mishap: Answer, wanted: str
) -> None:
    reading = walk()
    service.mishaps = [mishap]
    with pytest.raises(Malformed, match=wanted):
        reading.rows()
    assert reading.waits == []


def test_a_service_that_ignores_the_page_does_not_go_on_for_ever(
    walk: Callable[..., Walk], service: Service
) -> None:
    with pytest.raises(Malformed, match="two pages in a row are the same"):
        walk(paging={"kind": "page", "param": "seite", "size": 3}).rows()


def test_the_proof_goes_to_no_other_host(walk: Callable[..., Walk], service: Service) -> None:
    reading = walk("next")
    document = {"data": {"items": []}, "meta": {"url": "http://localhost:1/steal"}}
    service.mishaps = [(200, {}, json.dumps(document).encode())]
    with pytest.raises(Malformed, match="is not asked"):
        reading.rows()


def test_the_secret_comes_from_the_environment(
    walk: Callable[..., Walk], service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "sesame")
    reading = walk(auth={"env": "SHOP_TOKEN"}, params={"status": "paid"})
    assert len(reading.ids()) == 8
    query, headers = service.asked[0]
    assert (headers["Authorization"], query["status"]) == ("Bearer sesame", "paid")
    monkeypatch.delenv("SHOP_TOKEN")
    with pytest.raises(Malformed, match="SHOP_TOKEN is empty or not set"):
        reading.rows()


def test_a_column_that_some_records_lack_is_empty(
    walk: Callable[..., Walk], service: Service
) -> None:
    reading = walk()
    service.records[0]["gift"] = "yes"
    rows = reading.rows()
    assert [row["gift"] for row in rows] == ["yes", *[None] * 7]
    service.records.append({"id": 99, "updated_at": "2024-03-02"})
    assert reading.rows()[0]["gift"] is None
