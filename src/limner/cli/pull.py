"""`limner source pull`: ask scheduled sources now for what is new."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import out, print_json, progress_bars
from limner.cli.source import sources
from limner.core.errors import Malformed

if TYPE_CHECKING:
    from limner.app.pulls import PullOutcome


def register(cli: typer.Typer) -> None:
    """Nothing to add: the command is one of `limner source`."""


@sources.command()
def pull(
    name: Annotated[str | None, typer.Argument(help="the source's name")] = None,
    due: Annotated[bool, typer.Option("--due", help="every source whose time has come")] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="from the start; what is known already is a duplicate")
    ] = False,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Ask a scheduled source now for what is new, and bring it in; the worker does it by itself.

    Example: limner source pull till
    """
    from limner.app import Limner
    from limner.app.pulls import FAILED, run_due, run_pull

    if (name is None) == (not due):
        raise Malformed(
            "pull-which", "say which source to pull: its name, or --due for all that are due"
        )
    limner, now = Limner.open(home), datetime.now(UTC)
    if name is None:
        outcomes = run_due(limner, now)
    else:
        with progress_bars(as_json) as progress:
            outcomes = [run_pull(limner, name, now, progress, is_anew=anew)]
    if as_json:
        print_json([_plain(each) for each in outcomes])
    elif not outcomes:
        out.print("no source is due")
    for each in outcomes if not as_json else []:
        out.print(f"{each.source} ({each.outcome}): {each.detail}", markup=False, highlight=False)
    if any(each.counts.quarantined for each in outcomes) and not as_json:
        out.print("see why with: limner quarantine list")
    if any(each.outcome == FAILED for each in outcomes):
        raise typer.Exit(1)


def _plain(each: PullOutcome) -> dict[str, Any]:
    return {
        "source": each.source, "outcome": each.outcome, "files": each.portions, **each.counts.as_plain(),
        "refused": [{"file": file, "reason": reason} for file, reason in each.refused],
        "detail": each.detail, "next_at": each.next_at,
    }  # fmt: skip
