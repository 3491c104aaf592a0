"""The options that commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from limner.core.clock import parse_day

Home = Annotated[
    Path,
    typer.Option("--home", envvar="LIMNER_HOME", help="the data directory; made when missing"),
]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]
AsCsv = Annotated[bool, typer.Option("--csv", help="rows as CSV")]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        parser=parse_day,
        metavar="YYYY-MM-DD",
        help="the last business day that counts; by default the newest day with an event",
    ),
]

DEFAULT_HOME = Path("limner-home")
