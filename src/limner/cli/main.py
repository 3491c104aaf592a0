"""The command line: one line for every failure, and an exit code that says whose it is."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from types import FrameType

import typer

from limner.cli.native import DEBUG_VARIABLE, hold_back, let_through
from limner.cli.output import FULL, err
from limner.core.errors import LimnerError

cli = typer.Typer(
    name="limner",
    help="Precision marketing that closes the loop: collect, unify, understand, decide, act, learn.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

# Typer carries its own copy of Click and shows these two of its exceptions under no other name.
# Its base is ClickException: anything wrong with the words of a command.
Usage: type[Exception] = typer.BadParameter.__mro__[2]

# Each module adds its commands to `cli` through `register(cli)`.
COMMANDS = (
    "demo",
    "collect",
    "quarantine",
    "source",
    "pull",
    "live",
    "plan",
    "build",
    "match",
    "query",
    "apply",
    "tag",
    "segment",
    "customer",
    "audience",
    "lists",
    "serve",
    "campaign",
    "consent",
    "identity",
    "user",
    "doctor",
)


_interrupted: list[int] = []


def main() -> None:
    """Run the command line; the exit code is 0 only when all went well."""
    for module in COMMANDS:
        importlib.import_module(f"limner.cli.{module}").register(cli)
    _interrupted.clear()
    before = signal.signal(signal.SIGINT, _interrupt)
    hold_back()
    try:
        code = cli(prog_name="limner", standalone_mode=False)
        if _interrupted:  # Typer makes an exit code of it
            code = _tell(KeyboardInterrupt())
        let_through()
    except typer.Exit as error:
        code = error.exit_code
    except (Exception, KeyboardInterrupt) as error:
        code = _tell(error)
    finally:
        signal.signal(signal.SIGINT, before)
    sys.exit(code if isinstance(code, int) else 0)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Python's own answer to Ctrl-C, remembered: engines below make other errors of it."""
    _interrupted.append(number)
    signal.default_int_handler(number, frame)


def _tell(error: BaseException) -> int:
    """Say what went wrong in one line; the exit code."""
    if _interrupted or isinstance(error, KeyboardInterrupt | typer.Abort):
        err.print("interrupted; run the same command again to go on")
        return 130
    if os.environ.get(DEBUG_VARIABLE):
        raise error
    if isinstance(error, LimnerError):
        return _say(error.code, error.message, error.exit_code)
    if isinstance(error, Usage):
        told = getattr(error, "format_message", error.__str__)
        message = told()  # empty when the help was shown instead
        return (
            _say("usage", f"{message.rstrip('.')}; see {_path(error)} --help", 2) if message else 2
        )
    if isinstance(error, OSError) and error.errno in FULL:
        full = f"the disk is full at {error.filename or 'the data directory'}"
        return _say("disk-full", f"{full}; free some space and run again", 70)
    if isinstance(error, OSError) and error.filename:
        seen = f"{error.filename}: {error.strerror}; check --home and who may write there"
        return _say("file-refused", seen, 70)
    seen = f"{type(error).__name__}: {error}; {DEBUG_VARIABLE}=1 shows where, please report it"
    return _say("unexpected", seen, 70)


def _path(error: BaseException) -> str:
    """The command whose words were wrong, as one types it."""
    return str(getattr(getattr(error, "ctx", None), "command_path", None) or "limner")


def _say(code: str, message: str, exit_code: int) -> int:
    """Print a failure; whatever was quoted in it, it is one line."""
    err.print(f"[bold red]error[/] {code}: ", end="")
    err.print(" ".join(message.split()), markup=False, highlight=False, soft_wrap=True)
    return exit_code
