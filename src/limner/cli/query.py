"""`limner sql`: read-only SQL over the lake."""

from __future__ import annotations

from typing import Annotated

import typer

from limner.cli.options import DEFAULT_HOME, AsCsv, AsJson, Home
from limner.cli.output import print_csv, print_json, print_table


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("sql")(sql)


def sql(
    query: Annotated[str, typer.Argument(help="one SELECT")],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Read the lake's tables with one SELECT (DuckDB's SQL); nothing can be changed.

    Example: limner sql "select count(*) as customers, sum(revenue_365d) from profiles" --json
    """
    from limner.app import Limner

    rows = Limner.open(home).lake.query(query)
    if as_json:
        print_json(rows.to_pylist())
    elif as_csv:
        print_csv(rows)
    else:
        print_table(rows)
