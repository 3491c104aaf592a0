"""`limner apply` and `limner export`: tags and segments as YAML files."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import err, out, print_json, writing_to
from limner.core.errors import Rejected

if TYPE_CHECKING:
    from limner.app.definitions import Change

_SIGNS = {"added": "+", "changed": "~", "removed": "-"}


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command("apply")(apply)
    cli.command("export")(export)


def apply(
    paths: Annotated[
        list[Path], typer.Argument(metavar="DIR|FILE", help="YAML files, or directories of them")
    ],
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="show what would change; nothing is written")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="also remove what is here and not in the files")
    ] = False,
    is_sure: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Make tags and segments what the files say: all of it, or nothing; again changes nothing.

    Shows the changes and asks before it writes.  Of the kinds that the files name, --prune removes
    those that are not in them; what the catalogue ships stays.

    Example: limner apply definitions/ --dry-run
    """
    from limner.app import Limner
    from limner.app.definitions import apply_changes, plan_changes, read_definitions

    wanted = read_definitions(paths)
    limner = Limner.open(home)
    by = getpass.getuser()
    changes = plan_changes(limner, wanted, prune, by)
    if not as_json:
        for change in changes:
            _print(change)
        out.print(_total(changes, len(wanted.entries)), highlight=False)
    is_done = False
    if changes and not is_dry:
        if not is_sure:
            _ask(as_json)
        apply_changes(limner, changes, by, datetime.now(UTC))
        is_done = True
    if as_json:
        print_json({"changes": [change.as_json() for change in changes], "applied": is_done})
    elif is_done:
        told = f"Applied. Next: limner build --home {home}, so that all figures follow"
        out.print(told, markup=False, highlight=False)


def export(
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help="where to; without it YAML on stdout", file_okay=False
        ),
    ] = None,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Write people's own tags and segments as YAML that limner apply reads.

    Example: limner export definitions/
    """
    from limner.app import Limner
    from limner.app.definitions import export_definitions, write_definitions
    from limner.app.definitions.export import as_yaml

    document = export_definitions(Limner.open(home))
    if directory is not None:
        with writing_to(directory):
            files = write_definitions(document, directory)
        if not as_json:
            for file in files:
                out.print(str(file), markup=False, highlight=False)
            return
    if as_json:
        print_json(document)
    elif directory is None:
        sys.stdout.write(as_yaml(document))


def _ask(as_json: bool) -> None:
    """Ask before writing.

    Raises: `Rejected` where nobody can be asked.
    """
    if as_json or not sys.stdin.isatty():
        raise Rejected("apply-unsure", "nobody is there to ask; add --yes to apply, or --dry-run")
    if not typer.confirm("Apply these changes?", err=True):
        err.print("Nothing was changed.")
        raise typer.Exit(0)


def _print(change: Change) -> None:
    head = f"{_SIGNS[change.deed]} {change.kind} {change.code}"
    was = "" if change.deed == "added" else f" (version {change.version})"
    out.print(f"{head}{was}", markup=False, highlight=False)
    if change.deed == "removed":
        return
    for name, (old, new) in change.fields.items():
        told = _said(new) if change.deed == "added" else f"{_said(old)} -> {_said(new)}"
        out.print(f"    {name}: {told}", markup=False, highlight=False)


def _said(value: Any) -> str:
    return "nothing" if value is None else str(value)


def _total(changes: list[Change], wanted: int) -> str:
    if not changes and not wanted:
        return "Nothing to change: there is no definition in it."
    if not changes:
        return f"Nothing to change: all {wanted} definitions stand as the files say."
    counts = {deed: sum(change.deed == deed for change in changes) for deed in _SIGNS}
    return ", ".join(f"{count} {deed}" for deed, count in counts.items() if count)
