"""A live collector, a proxy that makes it seem broken, and the official clients to send with."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.conftest import ROOT, Missing
from tests.sdk.proxy import Proxy, proxying

from limner.collect.log import open_log

HERE = Path(__file__).parent
LIMNER = Path(sys.executable).parent / "limner"
PYTHON_CLIENTS = sorted(file.stem for file in (HERE / "requirements").glob("*.txt"))


@dataclass(frozen=True)
class Arrived:
    """One event as the log holds it."""

    message: dict[str, Any]
    envelope: dict[str, Any]
    source: str
    fault: tuple[str, str] | None


@dataclass(frozen=True)
class Listening:
    """A running server, the write key of its source `web`, and what its log holds."""

    port: int
    home: Path
    key: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self) -> int:
        """The position of the newest event."""
        log = open_log(f"sqlite:///{self.home / 'log.db'}")
        try:
            return log.end()
        finally:
            log.close()

    def since(self, after: int) -> list[Arrived]:
        """What arrived after a position, in the log's order."""
        log = open_log(f"sqlite:///{self.home / 'log.db'}")
        arrived = []
        try:
            while batches := log.read(after, 1000):
                for batch in batches:
                    envelope = json.loads(batch.envelope)
                    for index, message in enumerate(json.loads(batch.body)):
                        fault = batch.faults.get(index)
                        arrived.append(Arrived(message, envelope, batch.source, fault))
                    after = batch.first + batch.count - 1
        finally:
            log.close()
        return arrived


def limner(*words: str | Path) -> Any:
    """What a command prints as JSON."""
    done = subprocess.run(
        [str(LIMNER), *map(str, words), "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@contextmanager
def listening(home: Path, role: str) -> Iterator[Listening]:
    """`limner source add web` and `limner serve` in a process of its own on a free port."""
    key = limner("source", "add", "web", "--home", home)["write_key"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if not k.startswith("NICEGUI")}
    with (home.parent / f"{home.name}.serve.log").open("w") as log:
        command = [LIMNER, "serve", "--home", home, "--port", str(port), "--role", role]
        process = subprocess.Popen(command, stdout=log, stderr=log, env=env)
        try:
            _await(process, port, Path(log.name))
            yield Listening(port, home, key)
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.options(f"http://127.0.0.1:{port}/v1/batch", timeout=5)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start:\n" + log.read_text()[-2000:])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    """A collector alone: no worker empties its log, so all that ever arrived can be looked at."""
    with listening(tmp_path_factory.mktemp("sdk") / "home", "collector") as started:
        yield started


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    """Collector, worker and console, as `limner serve` starts them."""
    with listening(tmp_path_factory.mktemp("whole") / "home", "all") as started:
        yield started


@pytest.fixture(scope="session")
def _proxy(server: Listening) -> Iterator[Proxy]:
    with proxying(server.port) as proxy:
        yield proxy


@pytest.fixture
def proxy(_proxy: Proxy) -> Proxy:
    """A proxy in front of the collector, with no script yet."""
    _proxy.follow()
    return _proxy


@dataclass(frozen=True)
class Ran:
    """What a client said: ids it took, calls it refused itself, and errors it told its owner."""

    sent: list[str]
    errors: list[dict[str, Any]]
    refused: list[str]
    seconds: float


Call = tuple[str, dict[str, Any]]
Run = Callable[..., Ran]


def drive(command: list[str | Path], env: Mapping[str, str], task: dict[str, Any]) -> Ran:
    """Run a driver in a process of its own: JSON in, JSON out."""
    clean = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    done = subprocess.run(
        [str(word) for word in command],
        input=json.dumps(task), capture_output=True, text=True, check=False, timeout=120,
        env={**clean, **env}, cwd=HERE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return Ran(**{"refused": [], "seconds": 0.0, **json.loads(done.stdout)})


@pytest.fixture(params=PYTHON_CLIENTS)
def python_client(request: pytest.FixtureRequest, missing: Missing) -> str:
    """The name and version of an official Python client."""
    name: str = request.param
    if not (ROOT / ".venv" / "sdk" / name).is_dir():
        missing("sdk", f"no .venv/sdk/{name}; `make test` puts it there")
    return name


@pytest.fixture
def run(python_client: str, server: Listening) -> Run:
    """Send calls with the Python client: `run(calls, host, key=..., gzip=..., ...)`."""

    def go(calls: list[Call], host: str, key: str = "", **options: Any) -> Ran:
        module = (
            "segment.analytics" if python_client.startswith("segment") else "rudderstack.analytics"
        )
        task = {
            "module": module, "host": host, "key": key or server.key, "calls": calls,
            "options": {"max_retries": 3, "upload_interval": 0.1, **options},
        }  # fmt: skip
        # -S: nothing but the client and its own libraries is on the path
        command = [sys.executable, "-S", HERE / "drive_python.py"]
        return drive(command, {"PYTHONPATH": str(ROOT / ".venv" / "sdk" / python_client)}, task)

    return go


def find_node_modules(missing: Missing) -> Path:
    """The directory that `npm ci` filled."""
    directory = HERE / "node_modules"
    if not (directory / "@segment" / "analytics-next").is_dir():
        missing("node", "no node_modules; run `npm ci` in tests/sdk")
    return directory


@pytest.fixture(scope="session")
def node_modules(missing: Missing) -> Path:
    """Where the clients for Node and browsers are."""
    return find_node_modules(missing)
