"""A collector that is killed, told to end, or out of disk: what it answered 200 for is kept, once."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from limner.app import Limner
from limner.app.sources import add_source
from limner.collect.log import Batch, EventLog, Item, open_log
from limner.core.errors import Broken

pytestmark = pytest.mark.faults

BATCHES, EVENTS = 60, 20


class Collector:
    """`limner serve --role collector`, which can be ended in any way and started again."""

    def __init__(self, home: Path) -> None:
        limner = Limner.open(home)
        _, key = add_source(limner, "web", "http", {}, "ann", datetime.now(UTC))
        assert key is not None
        self.home, self.key = home, key
        self.log_url = limner.settings.log_url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "limner", "serve", "--role", "collector"]
        self.process = subprocess.Popen(
            [*command, "--home", str(self.home), "--port", str(self.port)],
            stderr=subprocess.DEVNULL,
        )
        for _ in range(1_800):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None, "the collector ended at its start"
                time.sleep(0.05)
        raise TimeoutError("the collector did not listen within 90 seconds")

    def end(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def post(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/v1/batch",
            json.dumps({"batch": events, "writeKey": self.key}).encode(),
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
            return json.load(answer)

    def post_until_taken(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        until = time.monotonic() + 120  # of which it may spend most to start again
        while time.monotonic() < until:
            try:
                return self.post(events)
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.02)
        raise TimeoutError("the collector did not take a batch")

    def logged(self) -> list[str]:
        log = open_log(self.log_url)
        try:
            return [
                event["messageId"] for one in log.read(0, 10**9) for event in json.loads(one.body)
            ]
        finally:
            log.close()


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    collector = Collector(tmp_path / "home")
    collector.start()
    yield collector
    if collector.process is not None and collector.process.poll() is None:
        collector.end(signal.SIGKILL)


def events(batch: int) -> list[dict[str, Any]]:
    return [{"type": "page", "userId": "u", "messageId": f"{batch}-{n}"} for n in range(EVENTS)]


ALL = Counter(event["messageId"] for batch in range(BATCHES) for event in events(batch))


def test_killed_in_the_middle_of_load_it_loses_and_doubles_nothing(collector: Collector) -> None:
    chance = random.Random(4711)
    waiting = list(range(BATCHES))
    done: list[int] = []

    def send() -> None:
        while waiting:
            batch = waiting.pop()
            told = collector.post_until_taken(events(batch))
            assert told["accepted"] + told["duplicate"] == EVENTS
            done.append(batch)
            if chance.random() < 0.2:  # a client that did not hear the answer
                assert collector.post_until_taken(events(batch))["duplicate"] == EVENTS

    clients = [threading.Thread(target=send) for _ in range(4)]
    for client in clients:
        client.start()
    for _ in range(3):
        so_far, patience = len(done), time.monotonic() + 20
        while (
            len(done) < min(so_far + chance.randrange(2, 12), BATCHES)
            and time.monotonic() < patience
        ):
            time.sleep(0.001)
        collector.end(signal.SIGKILL)
        before = collector.logged()
        assert max(Counter(before).values(), default=1) == 1
        assert {e["messageId"] for batch in done for e in events(batch)} <= set(before)
        collector.start()
    for client in clients:
        client.join(150)
        assert not client.is_alive()
    assert len(done) == BATCHES
    assert Counter(collector.logged()) == ALL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_answers_what_it_took_and_ends(collector: Collector, number: int) -> None:
    taken: list[int] = []

    def send(first: int) -> None:
        for batch in range(first, BATCHES, 3):
            try:
                collector.post(events(batch))
            except OSError:
                return
            taken.append(batch)

    clients = [threading.Thread(target=send, args=(n,)) for n in range(3)]
    for client in clients:
        client.start()
    while len(taken) < 6:
        time.sleep(0.002)
    code = collector.end(number)
    for client in clients:
        client.join(30)
    assert code in (0, 130)
    logged = Counter(collector.logged())
    assert max(logged.values()) == 1
    assert {e["messageId"] for batch in taken for e in events(batch)} <= set(logged)
    assert not (collector.home / "log.db-wal").exists()  # closed as it should be


def test_a_server_and_another_process_append_at_once(collector: Collector) -> None:
    log = open_log(collector.log_url)

    def append() -> None:
        for n in range(100):
            log.append(
                [Batch("web", 1, b"{}", [Item(os.urandom(16), b'{"messageId":"own-%d"}' % n)])]
            )

    other = threading.Thread(target=append)
    other.start()
    for batch in range(20):
        assert collector.post(events(batch))["accepted"] == EVENTS
    other.join(60)
    log.close()
    assert len(collector.logged()) == 100 + 20 * EVENTS


def fill(log: EventLog, start: int) -> int:
    """Append until the disk is full: how many events were taken."""
    for number in range(start, start + 10_000):
        batch = Batch(
            "web",
            1,
            b"{}",
            [Item(os.urandom(16), b'{"messageId":"%d","x":"%s"}' % (number, b"x" * 4_000))],
        )
        try:
            assert log.append([batch])[0].count == 1
        except Broken as error:
            assert error.code == "disk-full"
            return number - start
    raise AssertionError("the disk did not fill")


def test_on_a_full_disk_nothing_is_half_kept_and_it_goes_on_when_there_is_room(disk: Any) -> None:
    disk.resize(4_000)
    log = open_log(f"sqlite:///{disk.at / 'log.db'}")
    first = fill(log, 0)
    assert first > 0
    for _ in range(5):
        with pytest.raises(Broken):
            log.append([Batch("web", 1, b"{}", [Item(os.urandom(16), b"1" * 200_000)])])
    disk.resize(16_000)
    second = fill(log, first)
    assert second > 0
    disk.resize(64_000)
    log.append([Batch("web", 1, b"{}", [Item(bytes(16), b'{"messageId":"last"}')])])
    read = [event["messageId"] for one in log.read(0, 10**9) for event in json.loads(one.body)]
    assert read == [*map(str, range(first + second)), "last"]
    assert log.end() == len(read)
    log.close()


def test_the_door_says_503_on_a_full_disk_and_takes_the_same_events_later(disk: Any) -> None:
    collector = Collector(disk.at / "home")
    collector.start()
    try:
        disk.leave(0)
        with pytest.raises(urllib.error.HTTPError) as caught:
            for batch in range(1_000):
                collector.post(events(batch))
        assert caught.value.code == 503
        assert json.load(caught.value)["code"] == "disk-full"
        assert caught.value.headers["Retry-After"] == "1"
        disk.resize(64_000)
        for batch in range(BATCHES):
            collector.post_until_taken(events(batch))
        assert set(Counter(collector.logged()).values()) == {1}
        assert set(ALL) <= set(collector.logged())
    finally:
        collector.end(signal.SIGKILL)
