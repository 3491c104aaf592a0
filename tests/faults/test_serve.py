"""`limner serve` told to end: server, worker and lake settle soon, and nothing is left running."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from limner.app import Limner, live
from limner.app.sources import add_source
from limner.collect.live.beat import is_worked, last_beat

pytestmark = pytest.mark.faults

EVENTS = 500
_SOON_SECONDS = 10


def post(port: int, key: str) -> None:
    events = [{"type": "page", "userId": "u", "messageId": f"m{n}"} for n in range(EVENTS)]
    body = json.dumps({"batch": events, "writeKey": key}).encode()
    until = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/batch", body, timeout=10).close()
            return
        except OSError:
            assert time.monotonic() < until, "it did not listen"
            time.sleep(0.1)


def test_told_to_end_everything_settles_and_nothing_is_left(tmp_path: Path) -> None:
    home = tmp_path / "home"
    limner = Limner.open(home)
    _, key = add_source(limner, "web", "http", {}, "ann", datetime.now(UTC))
    assert key is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "limner", "serve", "--home", str(home), "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        until = time.monotonic() + 120
        while not is_worked(home) or last_beat(home) is None:
            assert time.monotonic() < until and server.poll() is None
            time.sleep(0.05)
        post(port, key)
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) in (0, -signal.SIGTERM)
        assert time.monotonic() - began < _SOON_SECONDS
        assert not is_worked(home)
        with pytest.raises(ProcessLookupError):  # of its session nobody lives
            os.killpg(server.pid, 0)
        found = live.status(limner)
        assert (found.position, found.lake_position, found.log_end) == (EVENTS,) * 3
        assert limner.lake.query("SELECT count(*) AS n FROM events").to_pylist() == [{"n": EVENTS}]
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
