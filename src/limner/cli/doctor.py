"""`limner doctor`: what is configured, reachable and wrong."""

from __future__ import annotations

from dataclasses import asdict

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import out, print_json

_MARKS = {"ok": "[green]ok[/]   ", "warn": "[yellow]look[/] ", "wrong": "[red]wrong[/]"}


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("doctor")(doctor)


def doctor(
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Say what is configured, what can be reached, and what is wrong; changes nothing.

    Passwords are never shown.  The exit code is 1 when something is wrong.

    Example: limner doctor --home limner-home --json
    """
    from rich.markup import escape

    from limner.app.doctor import examine

    findings = examine(home)
    is_well = all(finding.state != "wrong" for finding in findings)
    if as_json:
        print_json({"is_well": is_well, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            out.print(f"{_MARKS[finding.state]} {finding.name:<10} {escape(finding.said)}")
            if finding.advice:
                out.print(f"                 -> {escape(finding.advice)}", style="dim")
    if not is_well:
        raise typer.Exit(1)
