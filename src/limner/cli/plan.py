"""`limner plan`: what events must look like, and what happens to those that do not."""

from __future__ import annotations

import getpass
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import out, print_json, print_rows, tell
from limner.core.errors import Malformed

if TYPE_CHECKING:
    from limner.app.plan import PlanCard

Event = Annotated[str, typer.Argument(help="an event's name, or a type such as identify")]
OfSource = Annotated[str, typer.Option("--source", help="a source's name; * is for all of them")]
ALL = "*"

plans = typer.Typer(
    help="The tracking plan: what each event must look like, and what a breach leads to.\n\n"
    "Example: limner plan set plan.yaml",
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(plans, name="plan")


@plans.command("list")
def list_(
    source: Annotated[
        str | None, typer.Option("--source", help="only what holds for this source")
    ] = None,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """List the events that are planned.

    Example: limner plan list --source web
    """
    from limner.app import Limner
    from limner.app.plan import list_plan

    cards = list_plan(Limner.open(home), source)
    if as_json:
        print_json([_document(card) for card in cards])
    elif cards:
        rows = [
            {
                "event": card.event, "source": card.source, "on breach": card.on_breach,
                "version": card.version, "changed": card.updated_at, "by": card.updated_by,
                "description": card.description,
            }
            for card in cards
        ]  # fmt: skip
        print_rows(rows)
    else:
        out.print("nothing is planned, so every event is taken; limner plan infer drafts a plan")


@plans.command()
def show(
    event: Event, source: OfSource = ALL, home: Home = DEFAULT_HOME, as_json: AsJson = False
) -> None:
    """Show what the plan says of one event, in the form that `plan set` reads.

    Example: limner plan show "Order Completed" --source web
    """
    from limner.app import Limner
    from limner.app.plan import planned

    card = planned(Limner.open(home), source, event)
    if as_json:
        print_json(_document(card))
    else:
        _print_yaml(_as_written(card))


@plans.command("set")
def set_(
    file: Annotated[Path, typer.Argument(help="YAML or JSON; - reads standard input")],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Take up what a file says of one event or of many: all of it, or nothing if a part is wrong.

    An entry has `event` and `schema` (JSON Schema of its properties), and may have `source` (else
    all), `on_breach` (allow, warn or quarantine; else warn) and `description`.

    Example: limner plan set plan.yaml --home shop
    """
    from limner.app import Limner
    from limner.app.plan import read_plan, save_plan

    wanted = read_plan(_read(file))
    cards = save_plan(Limner.open(home), wanted, getpass.getuser(), datetime.now(UTC))
    if as_json:
        print_json([_document(card) for card in cards])
        return
    for card in cards:
        where = "all sources" if card.source == ALL else card.source
        out.print(f"{card.event} ({where}): version {card.version}, {card.on_breach}", markup=False)


@plans.command()
def infer(
    event: Event,
    source: OfSource = ALL,
    most: Annotated[int, typer.Option("--most", min=1, help="how many events to look at")] = 1000,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Draft the plan of one event from the newest that came; nothing is changed.

    Example: limner plan infer "Order Completed" --source web > order.yaml
    """
    from limner.app import Limner
    from limner.app.plan import infer_schema

    schema, seen = infer_schema(Limner.open(home), event, source, most)
    document: dict[str, Any] = {
        "source": source, "event": event, "on_breach": "warn",
        "description": f"drafted from {seen:,} events", "schema": schema,
    }  # fmt: skip
    if as_json:
        print_json(document)
    else:
        _print_yaml(document)


@plans.command()
def remove(
    event: Event, source: OfSource = ALL, home: Home = DEFAULT_HOME, as_json: AsJson = False
) -> None:
    """Let the plan say nothing of an event any more.

    Example: limner plan remove "Order Completed" --source web
    """
    from limner.app import Limner
    from limner.app.plan import remove_planned

    remove_planned(Limner.open(home), source, event, getpass.getuser(), datetime.now(UTC))
    tell(as_json, {"removed": 1}, f"the plan says nothing of {event} any more")


def _read(file: Path) -> object:
    """The document of a file in YAML, of which JSON is a part.

    Raises: `Malformed` naming the file and the line.
    """
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
        return yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed("plan-unreadable", f"{file} cannot be read as UTF-8: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        told = getattr(error, "problem", None) or "cannot be read"
        raise Malformed("plan-unreadable", f"{file}{where}: {told}; write YAML or JSON") from error


def _print_yaml(document: dict[str, Any]) -> None:
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    out.print(text, markup=False, highlight=False, end="")


def _as_written(card: PlanCard) -> dict[str, Any]:
    return {
        "source": card.source, "event": card.event, "on_breach": card.on_breach,
        "description": card.description, "schema": card.json_schema,
    }  # fmt: skip


def _document(card: PlanCard) -> dict[str, Any]:
    said = asdict(card)
    said["schema"] = said.pop("json_schema")
    return said
