"""What the worker waits for or ends by is told, and when it is mended the work goes on."""

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from limner.app import Limner, live
from limner.app import worker as house
from limner.app.live import live_file
from limner.app.pulls import pulls
from limner.app.sources import add_source
from limner.app.worker import Loop, Worker
from limner.cli.serve import check_worker
from limner.collect.live.beat import WorkerLock
from limner.collect.log import Batch, Item, open_log
from limner.core.errors import Broken, Busy, LimnerError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def send(limner: Limner, *messages: str) -> None:
    log = open_log(limner.settings.log_url)
    for message in messages:
        event = {"type": "track", "event": "Buy", "messageId": message, "userId": "u1"}
        item = Item(message.encode().ljust(16), json.dumps(event).encode())
        log.append([Batch("web", int(NOW.timestamp() * 1e6), b"{}", [item])])
    log.close()


@pytest.fixture
def home(limner: Limner) -> Path:
    add_source(limner, "web", "http", {}, "ann", NOW)
    return limner.settings.home


def until(is_so: Callable[[], bool], seconds: float = 90) -> bool:
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if is_so():
            return True
        time.sleep(0.02)
    return False


RUN = """
import sys
from pathlib import Path
from limner.app.worker import run
from limner.core.errors import LimnerError
try:
    run(Path(sys.argv[1]))
except LimnerError as error:
    sys.exit(error.code)
"""


def start(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(home)], stderr=subprocess.PIPE, text=True
    )


@pytest.fixture
def ended_by(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Be the worker for a moment, here; the code of the error it ended by, or nothing."""
    monkeypatch.setattr(house, "gc", SimpleNamespace(collect=int, freeze=int, set_threshold=print))
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def ended() -> str:
        try:
            house.run(home, parent=-1)
        except LimnerError as error:
            return error.code
        return ""

    yield ended
    for number, handler in before.items():
        signal.signal(number, handler)


def end(worker: subprocess.Popen[str], seconds: float = 20) -> None:
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(seconds) == 0


def test_a_store_that_is_held_is_told_and_the_work_goes_on(
    limner: Limner, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "_BEAT_SECONDS", 0.01)
    worker = Worker(limner)
    with limner.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    holder = sqlite3.connect(limner.store.engine.url.database or "", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    send(limner, "m1")
    lock, over = WorkerLock.take(home), threading.Event()
    thread = threading.Thread(target=Loop(worker, limner, lock).run, args=(over.is_set,))
    thread.start()
    assert until(lambda: live.status(limner).fault_code == "store-busy")
    assert live.status(limner).lag_events == 1
    holder.execute("ROLLBACK")
    holder.close()
    assert until(lambda: not live.status(limner).fault and live.status(limner).position == 1)
    over.set()
    thread.join(60)
    lock.release()
    assert live.facts_of(limner, [("user_id", "u1")]).events == 1


def test_a_log_that_is_gone_is_told_until_it_is_put_back(
    limner: Limner, home: Path, ended_by: Callable[[], str]
) -> None:
    send(limner, "m1", "m2")
    house.work_through(limner)
    kept = {file: file.read_bytes() for file in home.glob("log.db*")}
    live._log.cache_clear()
    for file in kept:
        file.unlink()
    assert ended_by() == "log-behind-state"
    found = live.status(limner)
    assert (found.is_working, found.fault_code) == (False, "log-behind-state")
    assert "put back the log" in found.fault and found.fault_since
    assert ended_by() == "log-behind-state"
    assert live.status(limner).fault_since == found.fault_since  # the same trouble still
    live._log.cache_clear()
    for file in home.glob("log.db*"):
        file.unlink()
    for file, content in kept.items():
        file.write_bytes(content)
    assert ended_by() == ""
    assert not live.status(limner).fault
    send(limner, "m3")
    assert house.work_through(limner) == 1


def test_a_live_file_that_is_damaged_is_told(
    limner: Limner, home: Path, ended_by: Callable[[], str]
) -> None:
    send(limner, "m1")
    house.work_through(limner)
    content = live_file(limner).read_bytes()
    live_file(limner).write_bytes(b"no database at all" * 1000)
    assert ended_by() == "live-damaged"
    with pytest.raises(Broken, match=r"live\.db is damaged.*from one backup"):
        live.status(limner)
    live_file(limner).write_bytes(content)
    assert live.status(limner).fault_code == "live-damaged"
    assert ended_by() == ""
    assert not live.status(limner).fault


def test_damage_is_not_waited_out(
    limner: Limner, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker(limner)
    send(limner, "m1")

    def damaged(_chunk: object) -> None:
        raise Broken("live-damaged", "live.db is damaged")

    monkeypatch.setattr(worker.live, "commit", damaged)
    lock = WorkerLock.take(home)
    with pytest.raises(LimnerError, match="damaged"):
        Loop(worker, limner, lock).run(lambda: False)
    lock.release()


class _Slow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.set()  # type: ignore[attr-defined]
        self.send_response(429)
        self.send_header("Retry-After", "300")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def slow() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Slow)
    server.asked = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_pull_that_waits_for_a_far_side_does_not_keep_the_worker(
    limner: Limner, home: Path, slow: HTTPServer
) -> None:
    url = f"http://127.0.0.1:{slow.server_port}/orders"
    add_source(limner, "crm", "rest", {"url": url, "records": "rows", "guess": True}, "ann", NOW)
    worker = start(home)
    assert slow.asked.wait(90)  # type: ignore[attr-defined]
    time.sleep(0.2)
    end(worker, 10)
    assert not worker.stderr or "Traceback" not in worker.stderr.read()
    (card,) = pulls(limner)
    assert (card.outcome, card.failures) == ("", 0)  # as if killed: it is due at the next start


def test_a_home_that_another_server_works_on_is_refused(home: Path) -> None:
    check_worker(home, 0)
    lock = WorkerLock.take(home)
    with pytest.raises(Busy, match="--role collector"):
        check_worker(home, 0.05)
    threading.Timer(0.2, lock.release).start()
    check_worker(home, 20)  # one that ends is waited for
