"""`limner serve`: the console and the API, until interrupted."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Annotated

import typer

from limner.cli.native import let_through
from limner.cli.options import DEFAULT_HOME, Home
from limner.cli.output import err
from limner.core.errors import Busy

if TYPE_CHECKING:
    from limner.app import Limner

LOCAL = ("127.0.0.1", "0.0.0.0", "localhost")  # noqa: S104 - compared with, not bound to


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("serve")(serve)


def serve(
    home: Home = DEFAULT_HOME,
    port: Annotated[int, typer.Option(min=1, max=65535, help="the port to listen on")] = 8000,
    host: Annotated[
        str, typer.Option(help="127.0.0.1 for this machine only, 0.0.0.0 for the network")
    ] = "127.0.0.1",
) -> None:
    """Serve the console on the data of a home directory.

    Example: limner serve --home shop --port 8000
    """
    from limner.app import Limner

    run_console(Limner.open(home), host, port)


def run_console(limner: Limner, host: str, port: int) -> None:
    """Serve the console and the API of an installation until interrupted.

    Raises: `Busy` when the port is taken, before anything heavy is loaded.
    """
    check_port(host, port)
    let_through()  # a server runs for long, and its log wants everything
    from limner.api import build_api
    from limner.console import serve as serve_console

    err.print(f"Limner's console: http://{'localhost' if host in LOCAL else host}:{port}")
    serve_console(limner, host, port, build_api(limner))


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
