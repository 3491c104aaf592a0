"""`limner serve`: the tracking endpoints, the worker, the console and the API, until interrupted."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from limner.cli.native import let_through
from limner.cli.options import DEFAULT_HOME, Home
from limner.cli.output import err
from limner.core.errors import Busy, Malformed

if TYPE_CHECKING:
    from limner.app import Limner

LOCAL = ("127.0.0.1", "0.0.0.0", "localhost")  # noqa: S104 - compared with, not bound to
ROLES = ("all", "collector", "worker", "console")
_KEEP_ALIVE_SECONDS = 75  # longer than clients keep a connection that they mean to use again
_PATIENCE_SECONDS = 10.0  # for the worker of a server that was killed a moment ago
_GRACE_SECONDS = 15  # for requests under way when the server is to end


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("serve")(serve)


def serve(
    home: Home = DEFAULT_HOME,
    port: Annotated[int, typer.Option(min=1, max=65535, help="the port to listen on")] = 8000,
    host: Annotated[
        str, typer.Option(help="127.0.0.1 for this machine only, 0.0.0.0 for the network")
    ] = "127.0.0.1",
    role: Annotated[
        str,
        typer.Option(
            help="all; or one part: collector (takes events), worker (works them up), console",
            metavar="all|collector|worker|console",
        ),
    ] = "all",
    parent: Annotated[
        int | None, typer.Option(help="end when the process of this id has ended", hidden=True)
    ] = None,
) -> None:
    """Take events from sites and apps, work them up, and serve the console on what they tell.

    One command does it all; on a larger machine the parts can be apart, on the same home.

    Example: limner serve --home shop --port 8000
    """
    if role not in ROLES:
        raise Malformed("serve-role", f"--role {role!r} is not known; use {', '.join(ROLES)}")
    if role == "worker":
        let_through()
        from limner.app import worker

        worker.run(home, parent)
        return
    from limner.app import Limner

    run_server(Limner.open(home), host, port, role)


def run_server(limner: Limner, host: str, port: int, role: str = "all") -> None:
    """Serve an installation until interrupted; what was accepted is on disk when this ends.

    Raises: `Busy` when the port is taken or a worker runs already, before anything heavy is loaded.
    """
    signal.signal(signal.SIGTERM, _end)  # uvicorn raises it again once requests are answered
    check_port(host, port)
    if role == "all":
        check_worker(limner.settings.home)
    let_through()  # a server runs for long, and its log wants everything
    keep_values_from_the_log()
    import uvicorn

    from limner.api import TrackingApp, build_api
    from limner.cli.processes import KeptAlive
    from limner.collect.log import open_log

    event_log = None if role == "console" else open_log(limner.settings.log_url)
    api = None
    if role != "collector":
        from limner.console import mount

        api = build_api(limner)
        mount(limner, api)
    app = api if event_log is None else TrackingApp(limner, event_log, api)
    assert app is not None  # noqa: S101 - every role has one of the two
    believed = limner.settings.trusted_proxies
    server = uvicorn.Server(
        uvicorn.Config(
            app, host, port, log_level="warning", access_log=False, server_header=False,
            proxy_headers=bool(believed), forwarded_allow_ips=believed or None,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS, timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )  # fmt: skip
    worker = KeptAlive(_worker_command(limner.settings.home)) if role == "all" else None
    where = f"http://{'localhost' if host in LOCAL else host}:{port}"
    if api is not None:
        err.print(f"Limner's console: {where}")
    if event_log is not None:
        err.print(f"events are taken at {where}/v1; limner source add NAME makes a write key")
    try:
        if worker is not None:
            worker.start()
        server.run()
    except KeyboardInterrupt:  # uvicorn raises it again, too
        pass
    finally:
        if event_log is not None:
            event_log.close()
        if worker is not None:
            worker.stop()


def keep_values_from_the_log() -> None:
    """What broke is logged with its lines of code; with their values, passwords would be too."""
    import structlog

    plain = structlog.dev.ConsoleRenderer(
        colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


def check_port(host: str, port: int) -> None:
    """Refuse a port that something else listens on.

    Raises: `Busy` with what to do.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Busy(
                "port-taken",
                f"cannot listen on {host}:{port} ({error.strerror}); try --port {port + 1}",
            ) from error


def check_worker(home: Path, patience_seconds: float = _PATIENCE_SECONDS) -> None:
    """Refuse a home that another server works on; one that is ending is waited for.

    Raises: `Busy` with what to do.
    """
    from limner.collect.live.beat import is_worked

    last = time.monotonic() + patience_seconds
    while is_worked(home):
        if time.monotonic() >= last:
            raise Busy(
                "worker-running",
                f"another limner serve works on {home} already; end it, or add --role collector or"
                " --role console to serve beside it",
            )
        time.sleep(0.1)


def _worker_command(home: Path) -> list[str]:
    me = [sys.executable, "-m", "limner", "serve"]
    return [*me, "--role", "worker", "--home", str(home), "--parent", str(os.getpid())]


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
