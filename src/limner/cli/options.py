"""The options that commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from limner.core.clock import parse_day
from limner.core.errors import Malformed
from limner.core.words import LANGUAGES, Language

Home = Annotated[
    Path,
    typer.Option("--home", envvar="LIMNER_HOME", help="the data directory; made when missing"),
]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]
AsCsv = Annotated[bool, typer.Option("--csv", help="rows as CSV")]
Lang = Annotated[str, typer.Option("--lang", help="of reasons: en or zh", metavar="en|zh")]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        parser=parse_day,
        metavar="YYYY-MM-DD",
        help="the last business day that counts; by default the newest day with an event",
    ),
]

AsOfOrNow = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="YYYY-MM-DD|now",
        help="the last business day that counts, or now, with everything that has arrived;"
        " by default the day of the last build",
    ),
]

Personal = Annotated[
    bool, typer.Option("--personal", help="show names and addresses; without it they are left out")
]

DEFAULT_HOME = Path("limner-home")


def language_of(written: str) -> Language:
    """The language that `--lang` names.

    Raises: `Malformed` for another than en and zh.
    """
    for language in LANGUAGES:
        if written == language:
            return language
    raise Malformed("language-unknown", f"--lang {written!r} is not a language; use en or zh")
