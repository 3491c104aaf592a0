"""From the click to profile and lake: `limner serve` as it is, with deduplication, plan and identity on.

`python -m benchmarks.stream` starts a server on an empty home (its door, console and worker), sends it
batches of a hundred events of many visitors at 1,000 and 5,000 events a second, and then as fast as the
worker keeps up with (no more than 3,000 events behind).  Beside the load single events are
sent and looked for in the live profile, as a page would.  The clock of the highest rate stops when
the last event is in the lake.  Client, server and worker share the machine.

A second server has thirty segments over live tags, so that all tags and memberships are kept alive:
single orders of new customers are looked for as `Segment Entered`, once that went through the log and
was worked on itself.  Its own events count as events that are worked on, but not among those sent.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from benchmarks.child import high_water_bytes, measure
from benchmarks.collect import bare_commits
from benchmarks.figure import Figure, print_figures
from limner.app import Limner, live
from limner.app.drafting import save_segment
from limner.app.plan import Wanted, save_plan
from limner.app.sources import add_source

SECONDS = 10.0
RATES = (1_000, 5_000, 0)  # events a second; 0: as many as the worker keeps up with
WATCHED_RATES = (500, 1_000, 0)
RULES = (
    *(f"orders_30d >= {n}" for n in range(1, 7)), *(f"revenue_90d > {50 * n}" for n in range(1, 7)),
    *(f"pages_30d >= {n}" for n in range(1, 5)), *(f"visits_30d >= {n}" for n in range(1, 4)),
    *(f"count('Product Viewed' in last 7 days) >= {n}" for n in range(1, 6)),
    *(f"count('Product Added' in last {n} days) > 2" for n in (1, 7, 30)),
    "orders_30d = 0 and active_days_30d >= 2", "recency_days > 5",
    "sequence('Product Viewed' then 'Product Added' within 1 days in last 30 days) >= 1",
)  # fmt: skip
BATCH, CONNECTIONS = 100, 8
MOST_BEHIND = 3_000
PROBE_SECONDS = 0.05
PUBLISHED = 1_500.0  # events/s end to end, the best figure that an open peer publishes for 2 cores
VISITORS = 20_000
PRODUCT = {"type": "object", "properties": {"product_id": {"type": "string"}, "price": {"type": "number"}}, "required": ["product_id"]}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What a rate came to: seconds until an answer, and until an event was in the live profile.

    `seconds` until everything was in the live state, `lake_seconds` until it was in the lake.
    `entered_*`: seconds until an event's customer was told to have entered a segment, where there are any.
    """

    events: int
    seconds: float
    lake_seconds: float
    answer_p50: float
    answer_p99: float
    profile_p50: float
    profile_p99: float
    entered_p50: float = 0.0
    entered_p99: float = 0.0


def run() -> list[Figure]:
    """End-to-end events a second, latencies at three rates, and memory."""
    figures = []
    with tempfile.TemporaryDirectory() as scratch, _server(Path(scratch) / "home") as served:
        port, key, process = served
        home = Path(scratch) / "home"
        for rate in RATES:
            asked = ("benchmarks.stream", "client", str(home), str(port), key, str(rate))
            done = Run(**measure(*asked).output)
            what = f"{rate:,} events/s"
            if not rate:
                rates = [done.events / seconds for seconds in (done.seconds, done.lake_seconds)]
                what = f"{rates[0]:,.0f} events/s"
                bare = bare_commits(Path(scratch) / "bare.db", BATCH, CONNECTIONS, done.events)
                figures += [
                    Figure(f"an event, HTTP to profile ({rates[0]:,.0f} events/s)", 1e6 / rates[0],
                           1e6 / PUBLISHED, "an open peer's published 1,500 events/s", "µs"),
                    Figure(f"an event, HTTP to lake ({rates[1]:,.0f} events/s)", 1e6 / rates[1],
                           1e6 / PUBLISHED, "an open peer's published 1,500 events/s", "µs"),
                    Figure("an event, HTTP to lake", 1e6 / rates[1],
                           1e6 * bare.seconds / bare.events, "bare SQLite group commit", "µs"),
                ]  # fmt: skip
            for name, value, aim in (
                ("until the answer, p50", done.answer_p50, 0.01),
                ("until the answer, p99", done.answer_p99, 0.1),
                ("until in the profile, p50", done.profile_p50, 0.1),
                ("until in the profile, p99", done.profile_p99, 1.0),
            ):
                beside = f"the aim of {1e3 * aim:,.0f} ms"
                figures.append(Figure(f"{name}, {what}", 1e3 * value, 1e3 * aim, beside, "ms"))
        peak = sum(high_water_bytes(each) for each in [process, *_children(process)]) / 2**30
    figures.append(Figure("server and worker, peak memory", peak, 1.0, "the aim of 1 GiB", "GiB"))
    return [*figures, *_watched(rates[0])]


def _watched(bare_per_second: float) -> list[Figure]:
    """The same with thirty segments, beside the rate without."""
    figures = []
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        with _server(home, RULES) as (port, key, process):
            for rate in WATCHED_RATES:
                asked = (
                    "benchmarks.stream",
                    "client",
                    str(home),
                    str(port),
                    key,
                    str(rate),
                    "watched",
                )
                done = Run(**measure(*asked).output)
                what = (
                    f"{rate:,} events/s" if rate else f"{done.events / done.seconds:,.0f} events/s"
                )
                for name, value, aim in (
                    ("until Segment Entered, p50", done.entered_p50, 1.0),
                    ("until Segment Entered, p99", done.entered_p99, 1.0),
                ):
                    beside = f"the aim of {1e3 * aim:,.0f} ms"
                    figures.append(Figure(f"{name}, {what}", 1e3 * value, 1e3 * aim, beside, "ms"))
                if not rate:
                    per_event = 1e6 * done.seconds / done.events
                    figures.append(
                        Figure(f"an event with all tags and {len(RULES)} segments ({what})", per_event,
                               1e6 / bare_per_second, "the same without", "µs")
                    )  # fmt: skip
            peak = sum(high_water_bytes(each) for each in [process, *_children(process)]) / 2**30
    figures.append(
        Figure("server and worker with segments, peak memory", peak, 1.0, "the aim of 1 GiB", "GiB")
    )
    return figures


class Client:
    """Loads of one rate, with probes beside them."""

    def __init__(self, home: Path, port: int, key: str, rate: int, is_watched: bool) -> None:
        self._live = sqlite3.connect(f"file:{home / 'live.db'}?mode=ro", uri=True)
        self._log = sqlite3.connect(f"file:{home / 'log.db'}?mode=ro", uri=True)
        self._port = port
        self._head = f"Host: localhost\r\nAuthorization: Basic {base64.b64encode(f'{key}:'.encode()).decode()}\r\nContent-Length: "  # fmt: skip
        self._rate = rate
        self._is_watched = is_watched
        self.entries: list[float] = []
        self._templates = [_template(random.Random(n)) for n in range(200)]
        self.sent = 0
        self.answers: list[float] = []
        self.profiles: list[float] = []

    def _mark(self, name: str) -> int:
        found = self._live.execute("SELECT value FROM marks WHERE name = ?", (name,))
        return int(found.fetchone()[0])

    def _end(self) -> int:
        """How far the event log goes, Limner's own events among them."""
        return int(self._log.execute("SELECT last FROM tail").fetchone()[0])

    async def go(self) -> Run:
        """Send for `SECONDS`, then wait until everything has arrived."""
        began = time.perf_counter()
        until = began + SECONDS
        await asyncio.gather(
            self._probe(until), *(self._load(n, began, until) for n in range(CONNECTIONS))
        )
        while self._mark("position") < self._end():
            await asyncio.sleep(0.005)
        end = self._end()
        seconds = time.perf_counter() - began
        while self._mark("lake") < end:
            await asyncio.sleep(0.02)
        lake_seconds = time.perf_counter() - began
        return Run(
            self.sent, seconds, lake_seconds, *_two(self.answers), *_two(self.profiles),
            *_two(self.entries or [0.0]),
        )  # fmt: skip

    async def _load(self, number: int, began: float, until: float) -> None:
        connection = await asyncio.open_connection("127.0.0.1", self._port)
        random_ = random.Random(number)
        turn = number
        while (now := time.perf_counter()) < until:
            if self._rate:
                due = began + turn * BATCH / self._rate
                turn += CONNECTIONS
                if due > now:
                    await asyncio.sleep(due - now)
            else:
                while self._end() - self._mark("position") > MOST_BEHIND:
                    await asyncio.sleep(0.005)
            ids = uuid.uuid4().hex
            body = random_.choice(self._templates).replace(b"@@", ids.encode())
            self.answers.append(await self._post(connection, "/v1/batch", body, BATCH))
        connection[1].close()

    async def _probe(self, until: float) -> None:
        """Single events, each looked for in the live profile until it is there."""
        connection = await asyncio.open_connection("127.0.0.1", self._port)
        while time.perf_counter() < until:
            user = f"probe-{uuid.uuid4().hex}"
            event = {"event": "Order Completed" if self._is_watched else "Product Viewed", "userId": user,
                     "messageId": user, "properties": {"product_id": "p1", "revenue": 9}}  # fmt: skip
            start = time.perf_counter()
            await self._post(connection, "/v1/track", json.dumps(event).encode(), 1)
            asked = ("SELECT 1 FROM facts WHERE key = ?", (f"user_id:{user}",))
            while self._live.execute(*asked).fetchone() is None:
                await asyncio.sleep(0.002)
            self.profiles.append(time.perf_counter() - start)
            if self._is_watched:
                asked = (
                    "SELECT 1 FROM recent WHERE anchor = ? AND source = 'limner'",
                    (f"user_id:{user}",),
                )
                while self._live.execute(*asked).fetchone() is None:
                    await asyncio.sleep(0.002)
                self.entries.append(time.perf_counter() - start)
            await asyncio.sleep(PROBE_SECONDS)
        connection[1].close()

    async def _post(
        self, connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], path: str, body: bytes,
        events: int,
    ) -> float:  # fmt: skip
        reader, writer = connection
        self.sent += events
        start = time.perf_counter()
        writer.write(f"POST {path} HTTP/1.1\r\n{self._head}{len(body)}\r\n\r\n".encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        said = await reader.readexactly(int(answer.split(b"content-length: ")[1].split(b"\r")[0]))
        if not answer.startswith(b"http/1.1 200") or b'"accepted":%d,' % events not in said:
            raise RuntimeError(f"the server answered {answer!r} {said!r}")
        return time.perf_counter() - start


def _template(rng: random.Random) -> bytes:
    """A batch of events of a few visitors; `@@` is to become what makes its message ids its own."""
    events = []
    for number in range(BATCH):
        visitor = rng.randrange(VISITORS)
        name, amount = rng.choice([("Product Viewed", 0), ("Product Added", 0), ("Order Completed", 20)])  # fmt: skip
        properties = {"product_id": f"p-{rng.randrange(2_000)}", "name": "Green tea", "price": 12.5}
        if amount:
            properties |= {"order_id": f"o-{rng.random()}", "revenue": amount, "currency": "CNY"}
        event = {
            "type": "track", "event": name, "messageId": f"@@-{number}",
            "anonymousId": f"d3b07384-{visitor}", "timestamp": "2026-01-01T00:00:00.000Z",
            "userId": f"u-{visitor}" if visitor % 3 == 0 else None, "properties": properties,
            "context": {
                "library": {"name": "analytics.js", "version": "next-1.84.1"}, "locale": "zh-CN",
                "page": {"url": f"https://shop.example/p/{rng.randrange(2_000)}?utm_source=mail",
                         "title": "Green tea"},
                "userAgent": f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/{rng.randrange(90, 131)}.0 Safari/537.36",
            },
            "integrations": {},
        }  # fmt: skip
        events.append(event)
    return json.dumps({"batch": events}).encode()


def _two(taken: list[float]) -> tuple[float, float]:
    taken = sorted(taken)
    return taken[len(taken) // 2], taken[int(0.99 * (len(taken) - 1))]


def _children(process: int) -> list[int]:
    """The processes that a process started."""
    found = Path(f"/proc/{process}/task").glob("*/children")  # any of its threads may have
    return [int(each) for told in found for each in told.read_text(encoding="utf-8").split()]


@contextmanager
def _server(home: Path, rules: Sequence[str] = ()) -> Iterator[tuple[int, str, int]]:
    """`limner serve` on an empty home with some segments: its port, a write key and its process."""
    limner, now = Limner.open(home), datetime.now(UTC)
    _, key = add_source(limner, "bench", "http", {}, "bench", now)
    rows = [Wanted("*", name, PRODUCT, "quarantine", "") for name in ("Product Viewed", "Product Added")]  # fmt: skip
    save_plan(limner, rows, "bench", now)
    for number, rule in enumerate(rules):
        save_segment(limner, f"Segment {number}", rule, "bench", now)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "limner", "serve", "--home", str(home), "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                if live.status(limner).is_working:
                    break
            except OSError:
                pass
            time.sleep(0.1)
        yield port, str(key), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["client"]:
        asked_home, asked_port, asked_key, asked_rate, *more = sys.argv[2:]
        client = Client(Path(asked_home), int(asked_port), asked_key, int(asked_rate), bool(more))
        ended = uvloop.run(client.go())
        print(json.dumps({name: getattr(ended, name) for name in Run.__slots__}))
    else:
        print_figures("From the click to profile and lake", run())
