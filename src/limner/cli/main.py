"""The command line: one line for every failure, and an exit code that says whose it is."""

from __future__ import annotations

import importlib
import sys

import typer
from click.exceptions import ClickException, Exit

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
    except ClickException as error:
        err.print(f"[bold red]error[/] usage: {error.format_message()}", soft_wrap=True)
        code = error.exit_code
    except Exit as error:
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        err.print("interrupted; run the same command again to go on")
        code = 130
    sys.exit(code if isinstance(code, int) else 0)
