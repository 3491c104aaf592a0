"""`limner list`: lists of customers that people upload."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import out, print_json, print_rows

lists = typer.Typer(
    help="Lists of customers: upload one, and use it in a rule as list('NAME').\n\n"
    "Example: limner list upload vips.csv --name VIPs",
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(lists, name="list")


@lists.command()
def upload(
    file: Annotated[Path, typer.Argument(help="a CSV, TXT or XLSX file", dir_okay=False)],
    name: Annotated[
        str | None, typer.Option("--name", help="what it is called; by default like the file")
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            "--kind", help="what its values are: email, phone, user_id, loyalty_card or mixed"
        ),
    ] = "mixed",
    column: Annotated[
        str | None, typer.Option("--column", help="the column that holds them")
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", help="of phones without +, as US or CN")
    ] = None,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Take up a list and match it against who is known; the same name again replaces it.

    Example: limner list upload vips.csv --name VIPs --kind email
    """
    from limner.app import Limner
    from limner.app.lists import upload_list

    done = upload_list(
        Limner.open(home), file, name or file.stem, getpass.getuser(), datetime.now(UTC),
        kind=kind, column=column, country=country,
    )  # fmt: skip
    if as_json:
        print_json(asdict(done))
        return
    out.print(
        f"{done.read:,} read: {done.known:,} are customers, {done.unknown:,} are not known yet, "
        f"{done.double:,} stood there twice, {done.void:,} identify nobody",
        highlight=False,
    )
    out.print(f"Next: limner segment count \"list('{done.list}')\" --home {home}", markup=False)


@lists.command("list")
def list_(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Show the lists, the newest first.

    Example: limner list list --json
    """
    from limner.app import Limner
    from limner.app.lists import lists as every

    rows = [asdict(card) for card in every(Limner.open(home))]
    if as_json:
        print_json(rows)
    elif rows:
        print_rows(rows)
    else:
        out.print("There is no list yet. Next: limner list upload FILE --name NAME")


@lists.command()
def drop(
    name: Annotated[str, typer.Argument(metavar="LIST", help="the list's code or name")],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Let a list go, with its rows.

    Example: limner list drop vips
    """
    from limner.app import Limner
    from limner.app.lists import drop_list

    card = drop_list(Limner.open(home), name, getpass.getuser(), datetime.now(UTC))
    if as_json:
        print_json({"dropped": card.list, "rows": card.rows})
    else:
        out.print(f"{card.list} ({card.rows:,} rows) is gone", markup=False, highlight=False)
