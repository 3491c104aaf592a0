"""The command line: one line for every failure, and an exit code that says whose it is."""

from __future__ import annotations

import importlib
import sys

import typer

from limner.cli.output import err
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
COMMANDS = ("demo", "collect", "build", "query", "serve", "campaign", "user", "doctor")


def main() -> None:
    """Run the command line; the exit code is 0 only when all went well."""
    for module in COMMANDS:
        importlib.import_module(f"limner.cli.{module}").register(cli)
    try:
        code = cli(standalone_mode=False)
    except LimnerError as error:
        err.print(f"[bold red]error[/] {error.code}: ", end="")
        err.print(error.message, markup=False, highlight=False, soft_wrap=True)
        code = error.exit_code
    except typer.Exit as error:
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        err.print("interrupted; run the same command again to go on")
        code = 130
    except Usage as error:
        told = getattr(error, "format_message", error.__str__)
        if message := told():  # empty when the help was shown instead
            err.print("[bold red]error[/] usage: ", end="")
            err.print(message, markup=False, highlight=False, soft_wrap=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)
