"""`limner build`: from what was collected to portraits, scores and reports."""

from __future__ import annotations

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, AsOf, Home
from limner.cli.output import out, print_json, progress_bars


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("build")(build)


def build(home: Home = DEFAULT_HOME, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Unify, understand and learn: make every portrait, segment, score and report anew.

    Example: limner build --home shop --as-of 2017-12-31 --json
    """
    from limner.app import Limner
    from limner.app.build import build as run

    limner = Limner.open(home)
    with progress_bars(is_quiet=as_json) as progress:
        summary = run(limner, as_of, progress)
    if as_json:
        print_json(summary)
        return
    seconds = sum(summary["seconds"].values())
    out.print(
        f"{summary['customers']:,} portraits of {summary['tags']} tags as of {summary['as_of']}, "
        f"{summary['segments']} segments, in {seconds:.1f} s"
    )
    for note in summary["notes"]:
        out.print(f"  {note}")
    out.print(f"Look at them: limner serve --home {home}")
