"""`limner quarantine ...`: what could not be taken, of files and of live events."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from limner.cli.options import DEFAULT_HOME, AsCsv, AsJson, Home, Lang, language_of
from limner.cli.output import out, print_csv, print_json, print_table, progress_bars, tell
from limner.core.errors import Malformed

if TYPE_CHECKING:
    from limner.collect.quarantine import Choice

RowIds = Annotated[list[str] | None, typer.Option("--row", help="a row's id, or its first digits")]
Source = Annotated[str | None, typer.Option("--source", help="only rows of this source")]
Code = Annotated[str | None, typer.Option("--code", help="only rows refused with this code")]


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    quarantine = typer.Typer(
        help="Rows and live events that could not be taken: list, correct, replay or drop them.",
        no_args_is_help=True,
    )
    quarantine.command("list")(list_)
    quarantine.command("correct")(correct)
    quarantine.command("replay")(replay)
    quarantine.command("drop")(drop)
    cli.add_typer(quarantine, name="quarantine")


def list_(
    home: Home = DEFAULT_HOME, source: Source = None, code: Code = None,
    rows: Annotated[bool, typer.Option("--rows", help="each row, not only how many by reason")] = False,
    most: Annotated[int, typer.Option("--most", help="at most this many rows")] = 1000,
    lang: Lang = "en", as_json: AsJson = False, as_csv: AsCsv = False,
) -> None:  # fmt: skip
    """Show which rows and live events wait in the quarantine, and why.

    Example: limner quarantine list --rows --source till
    """
    from limner.app import Limner
    from limner.app.quarantine import all_reasons, all_waiting

    choice = _choice(None, source, code)
    limner = Limner.open(home)
    spoken = language_of(lang)
    reasons = all_reasons(limner, choice, spoken)
    listed = all_waiting(limner, choice, most, spoken)
    if as_json:
        print_json(
            {
                "waiting": sum(reasons.column("rows").to_pylist()),
                "reasons": reasons.to_pylist(),
                "rows": listed.to_pylist(),
            }
        )
    elif as_csv:
        print_csv(listed)
    elif reasons.num_rows == 0:
        out.print("nothing waits in the quarantine")
    elif rows:
        print_table(listed.select(["row_id", "file", "line", "column", "value", "reason"]))
    else:
        print_table(reasons)
        out.print("see the rows with --rows; then limner quarantine correct, replay or drop")


def correct(
    column: Annotated[str, typer.Option("--column", help="the column of the file, or the field of the event")],
    value: Annotated[str, typer.Option("--value", help="what it should say")],
    home: Home = DEFAULT_HOME, row: RowIds = None, source: Source = None, code: Code = None,
    was: Annotated[str | None, typer.Option("--was", help="only rows whose bad value is this")] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write a value into a column of waiting rows, or a field of waiting events; then replay them.

    A field of an event is named by the way to it, `properties.revenue`; its value is read as JSON
    where it is JSON.

    Example: limner quarantine correct --column 数量 --was "两" --value 2
    """
    from limner.app import Limner
    from limner.app.quarantine import correct_all

    choice = _some(_choice(row, source, code, column if was is not None else None, was))
    doer, now = getpass.getuser(), datetime.now(UTC)
    count = correct_all(Limner.open(home), choice, column, value, doer, now)
    tell(as_json, {"corrected": count}, f"{count:,} rows corrected; now: limner quarantine replay")


def replay(
    home: Home = DEFAULT_HOME, row: RowIds = None, source: Source = None, code: Code = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Try waiting rows and live events again (all of them, or those chosen).

    Example: limner quarantine replay --source till
    """
    from limner.app import Limner
    from limner.app.quarantine import replay_all

    limner, choice = Limner.open(home), _choice(row, source, code)
    with progress_bars(as_json) as progress:
        counts = replay_all(limner, choice, getpass.getuser(), datetime.now(UTC), progress)
    tell(
        as_json,
        counts.as_plain(),
        f"{counts.read:,} rows tried again: {counts.kept:,} kept, {counts.quarantined:,} still"
        f" quarantined, {counts.duplicates:,} duplicates",
    )


def drop(
    home: Home = DEFAULT_HOME, row: RowIds = None, source: Source = None, code: Code = None,
    every: Annotated[bool, typer.Option("--all", help="all waiting rows")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Give up waiting rows for good; they stay counted as quarantined.

    Example: limner quarantine drop --code columns-missing
    """
    from limner.app import Limner
    from limner.app.quarantine import drop_all

    choice = _choice(row, source, code)
    chosen = choice if every else _some(choice)
    count = drop_all(Limner.open(home), chosen, getpass.getuser(), datetime.now(UTC))
    tell(as_json, {"dropped": count}, f"{count:,} rows dropped")


def _choice(
    rows: list[str] | None, source: str | None, code: str | None, column: str | None = None,
    value: str | None = None,
) -> Choice:  # fmt: skip
    from limner.collect.quarantine import Choice

    return Choice(tuple(rows or ()), source, code, column, value)


def _some(choice: Choice) -> Choice:
    """A choice that says something: what cannot be undone is not done to all rows by default.

    Raises: `Malformed` for an empty choice.
    """
    from limner.collect.quarantine import Choice

    if choice == Choice():
        raise Malformed(
            "choice-empty",
            "say which rows: --row, --source, --code, or --was (correct), --all (drop)",
        )
    return choice
