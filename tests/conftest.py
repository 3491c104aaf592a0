"""What every test can ask for: a lake, a store on both databases, the retail year, public data.

A thing this machine lacks skips its tests with a reason, unless LIMNER_TEST_REQUIRE (a comma list:
browser, postgres, data, sdk, node) says that it must be there: then they fail.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from limner.app import Limner
from limner.lake import Lake
from limner.store import Store

ROOT = Path(__file__).parent.parent
LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
Missing = Callable[[str, str], None]

_CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("dev", max_examples=25, deadline=None, suppress_health_check=_CALM)
settings.register_profile(
    "ci", max_examples=25, deadline=None, suppress_health_check=_CALM, print_blob=True
)
settings.register_profile("long", max_examples=2_000, deadline=None, suppress_health_check=_CALM)
settings.load_profile(
    os.environ.get("LIMNER_TEST_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)


@pytest.fixture(autouse=True, scope="session")
def _no_settings_of_the_developer() -> Iterator[None]:
    """LIMNER_STORE_URL and its like from the developer's shell must not reach a test."""
    with pytest.MonkeyPatch.context() as patch:
        for key in [k for k in os.environ if k.startswith("LIMNER_")]:
            if not key.startswith("LIMNER_TEST_"):
                patch.delenv(key)
        yield


@pytest.fixture(scope="session")
def missing() -> Missing:
    """`missing("browser", "no chromium in PATH")`: skip, or fail where it is required."""
    required = os.environ.get("LIMNER_TEST_REQUIRE", "").split(",")

    def report(name: str, reason: str) -> None:
        if name in required:
            pytest.fail(f"{name} is required here (LIMNER_TEST_REQUIRE): {reason}", pytrace=False)
        pytest.skip(f"{name}: {reason}")

    return report


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake of the test's own."""
    return Lake(str(tmp_path / "lake"), "America/New_York")


@pytest.fixture
def limner(tmp_path: Path) -> Limner:
    """An empty installation of the test's own."""
    return Limner.open(tmp_path / "home")


KINDS = ["sqlite", "postgresql"]


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, on either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    with cluster.database() as url:
        yield url


@pytest.fixture(params=KINDS)
def store(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A migrated store, on either kind of database: a copy of one that was migrated once."""
    if request.param == "sqlite":
        template = tmp_path_factory.getbasetemp() / "migrated.db"
        if not template.exists():
            _migrate(f"sqlite:///{template}")
        shutil.copy(template, tmp_path / "store.db")
        store = Store(f"sqlite:///{tmp_path / 'store.db'}")
        yield store
        store.close()
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    with cluster.database(template=cluster.migrated()) as url:
        store = Store(url)
        yield store
        store.close()


def _migrate(url: str) -> None:
    store = Store(url)
    store.migrate()
    store.close()


@pytest.fixture(scope="session")
def postgres(missing: Missing) -> Iterator[Cluster]:
    """A private PostgreSQL of this test process, stopped at the end."""
    binaries = Cluster.find()
    if binaries is None:
        missing("postgres", "no initdb in PATH or /usr/lib/postgresql")
    else:
        with tempfile.TemporaryDirectory(prefix="limner-pg-") as directory:
            cluster = Cluster(binaries, Path(directory))
            yield cluster
            cluster.stop()


@pytest.fixture(scope="session")
def shared_data(missing: Missing) -> Path:
    """The directory of public data sets beside the repository."""
    directory = ROOT.parent / "shared" / "data"
    if not directory.is_dir():
        missing("data", "no ../shared/data beside the repository")
    return directory


@pytest.fixture(scope="session")
def chromium(missing: Missing) -> str:
    """The path of the system's Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    missing("browser", "no chromium in PATH")
    raise AssertionError


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """The system's Chromium, without a window.

    It goes with its module: there can be one in a process, and none beside an event loop.
    """
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=LAUNCH)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with no cookies, as wide as a desk."""
    made = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    yield made
    made.close()


@pytest.fixture(scope="session")
def retail_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the retail year gone once round the loop, shared by all tests: copy to write.

    LIMNER_TEST_RETAIL_HOME may name one made earlier, which saves a minute while developing.
    """
    if earlier := os.environ.get("LIMNER_TEST_RETAIL_HOME"):
        return Path(earlier)
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, done, failed = shared / "retail", shared / "retail.done", shared / "retail.failed"
    with (shared / "retail.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first process makes it, the others wait
        if not done.exists() and not failed.exists():
            command = [Path(sys.executable).parent / "limner", "demo", "--once", "--json"]
            run = subprocess.run(
                [*command, "--home", str(home)], capture_output=True, text=True, check=False
            )
            (done if run.returncode == 0 else failed).write_text(run.stdout + run.stderr)
    if failed.exists():
        pytest.fail(f"the demo's loop failed:\n{failed.read_text()[-2000:]}", pytrace=False)
    return home


class Cluster:
    """A PostgreSQL server in one directory, reached by its Unix socket only.

    PostgreSQL refuses to run as root; then it runs as `postgres` or `nobody`.
    """

    def __init__(self, binaries: Path, directory: Path) -> None:
        self.directory = directory
        self._as = _other_user() if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(directory, self._as["user"])
        data = str(directory / "data")
        self._run(
            binaries / "initdb", "--no-sync", "--encoding=UTF8", "--locale=C",
            "--auth=trust", "--username=limner", "-D", data,
        )  # fmt: skip
        self._server = subprocess.Popen(
            [
                binaries / "postgres", "-D", data, "-k", directory, "-c", "listen_addresses=",
                "-c", "fsync=off", "-c", "max_connections=40", "-c", "shared_buffers=16MB",
            ],
            cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._as,
        )  # fmt: skip
        self._await()
        self._count, self._is_migrated = 0, False

    @staticmethod
    def find() -> Path | None:
        """The directory of PostgreSQL's programs, the newest if there are several."""
        found = sorted(
            Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3])
        )
        in_path = shutil.which("initdb")
        return found[-1].parent if found else Path(in_path).parent if in_path else None

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The URL of a database of its own, a copy of the template, dropped at the end."""
        self._count += 1
        name = f"test_{self._count}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self._url(name)
        self._sql(f"DROP DATABASE {name} WITH (FORCE)")

    def migrated(self) -> str:
        """The name of a database at the newest migration, made when first asked for."""
        if not self._is_migrated:
            self._sql("CREATE DATABASE migrated")
            _migrate(self._url("migrated"))
            self._is_migrated = True
        return "migrated"

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://limner@/{database}?host={self.directory}"

    def stop(self) -> None:
        self._server.send_signal(signal.SIGINT)  # "fast" shutdown
        self._server.wait(30)

    def _sql(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self.directory), user="limner", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)

    def _await(self) -> None:
        for _ in range(150):
            try:
                return self._sql("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise TimeoutError("the private PostgreSQL did not start in 15 seconds")

    def _run(self, *command: object) -> None:
        done = subprocess.run(
            [str(c) for c in command], cwd=self.directory, capture_output=True, text=True,
            check=False, **self._as,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr}")


def _other_user() -> dict[str, str | int | list[int]]:
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_name, "group": entry.pw_gid, "extra_groups": []}
