"""Accepting events over HTTP beside the same bytes through a bare SQLite group commit.

`python -m benchmarks.collect` starts a collector on an empty home, sends it batches of a hundred
and single events over a few connections, and prints the time an event takes and how long an answer
takes, beside SQLite (WAL, synchronous=FULL) writing the same bodies in transactions of as many
requests as were under way at once: no HTTP, no reading, no deduplication.
"""

from __future__ import annotations

import asyncio
import base64
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from benchmarks.child import high_water_bytes, measure
from benchmarks.figure import Figure, print_figures
from limner.app import Limner
from limner.app.sources import add_source

SECONDS = 8.0
# Events in a request, and requests under way at once.
LOADS = ((100, 16), (1, 64))
EVENT = {
    "type": "track", "event": "Product Viewed", "messageId": "@@", "userId": None,
    "anonymousId": "d3b07384-d9a0-4c9b-8f3a-5f0c6a9f1b2e", "timestamp": "2026-01-01T00:00:00.000Z",
    "properties": {"product_id": "p-4711", "name": "Green tea, 250 g", "price": 12.5, "currency": "CNY"},
    "context": {
        "library": {"name": "analytics.js", "version": "next-1.84.1"}, "locale": "zh-CN",
        "page": {"url": "https://shop.example/p/4711?utm_source=mail", "title": "Green tea"},
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
    },
    "integrations": {},
}  # fmt: skip
WRITTEN = json.dumps(EVENT)


@dataclass(frozen=True, slots=True)
class Load:
    """What a load came to: `p50` and `p99` are seconds until the answer."""

    events: int
    seconds: float
    p50: float
    p99: float


def run() -> list[Figure]:
    """The figures of batches and of single events, and the collector's memory."""
    figures = []
    with (
        tempfile.TemporaryDirectory() as scratch,
        _collector(Path(scratch) / "home") as (port, key, process),
    ):
        for size, under_way in LOADS:
            asked = ("benchmarks.collect", "client", str(port), key, str(size), str(under_way))
            done = Load(**measure(*asked).output)
            bare = bare_commits(Path(scratch) / f"bare-{size}.db", size, under_way, done.events)
            what = f"batches of {size}" if size > 1 else "single events"
            beside = f"bare SQLite commits of {under_way} such requests"
            figures += [
                Figure(f"accepting an event, {what} ({done.events / done.seconds:,.0f} events/s)",
                       1e6 * done.seconds / done.events, 1e6 * bare.seconds / bare.events, beside, "µs"),
                Figure(f"until the answer, {what}, p50", 1e3 * done.p50, 1e3 * bare.p50, beside, "ms"),
                Figure(f"until the answer, {what}, p99", 1e3 * done.p99, 1e3 * bare.p99, beside, "ms"),
            ]  # fmt: skip
        peak = high_water_bytes(process) / 2**30
    return [*figures, Figure("collector, peak memory", peak, 1.0, "the aim of 1 GiB", "GiB")]


def bare_commits(path: Path, size: int, under_way: int, events: int) -> Load:
    """SQLite alone, writing as many events as the collector took, as it would without a door."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE log (position INTEGER PRIMARY KEY, body BLOB)")
    transactions = max(events // (size * under_way), 1)
    taken = []
    began = time.perf_counter()
    for _ in range(transactions):
        bodies = [(_body(size),) for _ in range(under_way)]
        start = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO log (body) VALUES (?)", bodies)
        connection.execute("COMMIT")
        taken.append(time.perf_counter() - start)
    seconds = time.perf_counter() - began
    connection.close()
    return _load(transactions * under_way * size, seconds, taken)


async def client(port: int, key: str, size: int, under_way: int) -> Load:
    """Send for `SECONDS` over as many connections as requests are to be under way."""
    taken: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(
        *(_send(port, key, size, began + SECONDS, taken) for _ in range(under_way))
    )
    return _load(len(taken) * size, time.perf_counter() - began, taken)


async def _send(port: int, key: str, size: int, until: float, taken: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    user = base64.b64encode(f"{key}:".encode()).decode()
    path = "/v1/batch" if size > 1 else "/v1/track"
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {user}\r\nContent-Length: "
    while time.perf_counter() < until:
        body = _body(size)
        start = time.perf_counter()
        writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        said = await reader.readexactly(int(answer.split(b"content-length: ")[1].split(b"\r")[0]))
        taken.append(time.perf_counter() - start)
        if not answer.startswith(b"http/1.1 200") or b'"accepted":%d,' % size not in said:
            raise RuntimeError(f"the collector answered {answer!r} {said!r}")
    writer.close()


def _body(size: int) -> bytes:
    ids = uuid.uuid4().hex
    events = [WRITTEN.replace("@@", f"{ids}-{n}") for n in range(size)]
    return (f'{{"batch":[{",".join(events)}]}}' if size > 1 else events[0]).encode()


def _load(events: int, seconds: float, taken: list[float]) -> Load:
    taken = sorted(taken)
    return Load(events, seconds, taken[len(taken) // 2], taken[int(0.99 * (len(taken) - 1))])


@contextmanager
def _collector(home: Path) -> Iterator[tuple[int, str, int]]:
    """A collector on an empty home: its port, a write key and its process."""
    _, key = add_source(Limner.open(home), "bench", "http", {}, "bench", datetime.now(UTC))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "limner", "serve", "--role", "collector"]
    process = subprocess.Popen(
        [*command, "--home", str(home), "--port", str(port)], stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, str(key), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["client"]:
        port, key, size, under_way = sys.argv[2:]
        done = uvloop.run(client(int(port), key, int(size), int(under_way)))
        print(json.dumps({name: getattr(done, name) for name in Load.__slots__}))
    else:
        print_figures("accepting events", run())
