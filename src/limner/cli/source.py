"""`limner source`: the sites, apps and tills that send events, and their write keys."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import out, print_json
from limner.core.errors import Malformed

if TYPE_CHECKING:
    from limner.app.sources import SourceCard

Name = Annotated[str, typer.Argument(help="the source's name, e.g. web")]
Address = Annotated[
    str, typer.Option("--url", help="where limner serve is reached, for what is printed to paste")
]

sources = typer.Typer(
    name="source",
    help="Where events come from: sites and apps with their write keys, files, databases, services.\n\n"
    "Example: limner source add web --json",
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(sources)


@sources.command()
def add(
    name: Name,
    kind: Annotated[
        str, typer.Option(help="http for what sends; else how Limner asks, e.g. directory")
    ] = "http",
    setting: Annotated[
        list[str] | None,
        typer.Option(help="KEY=VALUE of this kind, value as YAML; may be given again"),
    ] = None,
    url: Address = "http://localhost:8000",
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Make a source; a site or app gets its write key, and what to paste into it.

    Example: limner source add web --home shop
    """
    from limner.app import Limner
    from limner.app.sources import add_source

    card, key = add_source(
        Limner.open(home), name, kind, _settings(setting), getpass.getuser(), datetime.now(UTC)
    )
    if as_json:
        print_json({"source": card.name, "kind": card.kind, "write_key": key})
        return
    out.print(f"source {card.name} ({card.kind}) is there", markup=False, highlight=False)
    if key is not None:
        _tell_key(key, url)


@sources.command("list")
def list_(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """List the sources with their write keys.

    Example: limner source list --json
    """
    from limner.app import Limner
    from limner.app.sources import list_sources
    from limner.cli.output import print_rows

    rows = [_row(card) for card in list_sources(Limner.open(home))]
    if as_json:
        print_json(rows)
    elif rows:
        shown = [{**row, "keys": [k["write_key"] for k in row["keys"] if not k["revoked_at"]]}
                 for row in rows]  # fmt: skip
        print_rows([{**row, "settings": str(row["settings"])} for row in shown])
    else:
        out.print("there is no source yet; make one: limner source add web")


@sources.command()
def rotate(
    name: Name,
    url: Address = "http://localhost:8000",
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Make a further write key; the old one stays good until it is revoked.

    Example: limner source rotate web --home shop
    """
    from limner.app import Limner
    from limner.app.sources import rotate_key

    key = rotate_key(Limner.open(home), name, getpass.getuser(), datetime.now(UTC))
    if as_json:
        print_json({"source": name, "write_key": key})
        return
    _tell_key(key, url)
    out.print("once every client has it: limner source revoke OLD_KEY")


@sources.command()
def revoke(
    write_key: Annotated[str, typer.Argument(help="the key that is to end")],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Let a write key end: what comes with it is refused within a second.

    Example: limner source revoke 0123456789abcdef0123456789abcdef
    """
    from limner.app import Limner
    from limner.app.sources import revoke_key

    revoke_key(Limner.open(home), write_key, getpass.getuser(), datetime.now(UTC))
    if as_json:
        print_json({"revoked": 1})
    else:
        out.print("the key is revoked; what comes with it is refused from now on")


@sources.command()
def enable(name: Name, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Turn a source on again.

    Example: limner source enable web
    """
    _turn(home, name, True, as_json)


@sources.command()
def disable(name: Name, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Turn a source off: what it sends is refused, and it is not asked any more.

    Example: limner source disable web
    """
    _turn(home, name, False, as_json)


@sources.command("set")
def set_(
    name: Name,
    setting: Annotated[list[str], typer.Argument(help="KEY=VALUE, value as YAML; KEY= takes away")],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Change settings of a source, e.g. how many requests a second it may send.

    Example: limner source set web requests_per_second=1000
    """
    from limner.app import Limner
    from limner.app.sources import change_settings

    card = change_settings(
        Limner.open(home), name, _settings(setting), getpass.getuser(), datetime.now(UTC)
    )
    if as_json:
        print_json(_row(card))
    else:
        out.print(f"{card.name}: {card.settings}", markup=False, highlight=False)


def _turn(home: Home, name: str, is_enabled: bool, as_json: bool) -> None:
    from limner.app import Limner
    from limner.app.sources import set_enabled

    set_enabled(Limner.open(home), name, is_enabled, getpass.getuser(), datetime.now(UTC))
    if as_json:
        print_json({"source": name, "is_enabled": is_enabled})
    else:
        out.print(f"{name} is {'on' if is_enabled else 'off'}", markup=False, highlight=False)


def _settings(written: list[str] | None) -> dict[str, Any]:
    """KEY=VALUE pairs; a value is read as YAML, so that numbers are numbers.

    What is no YAML is text, such as `*.csv`; but not where a list, an object or a quote begins.
    """
    read = {}
    for pair in written or []:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise Malformed("source-setting", f"{pair!r} is not a setting; write it as KEY=VALUE")
        try:
            read[key.strip()] = yaml.safe_load(value) if value.strip() else None
        except yaml.YAMLError as error:
            if value.lstrip()[0] in "[{'\"":
                raise Malformed("source-setting", f"{key}: {value!r} is not YAML") from error
            read[key.strip()] = value.strip()
    return read


def _row(card: SourceCard) -> dict[str, Any]:
    return {
        "source": card.name,
        "kind": card.kind,
        "is_enabled": card.is_enabled,
        "keys": [
            {"write_key": k.write_key, "created_at": k.created_at, "revoked_at": k.revoked_at}
            for k in card.keys
        ],
        "settings": card.settings,
        "created_at": card.created_at,
    }


def _tell_key(key: str, url: str) -> None:
    url = url.rstrip("/")
    for line in (
        f"write key: {key}",
        "",
        "analytics.js:",
        f'  AnalyticsBrowser.load({{ writeKey: "{key}", cdnURL: "{url}" }})',
        "Python (pip install segment-analytics-python):",
        f'  analytics.write_key, analytics.host = "{key}", "{url}"',
        "anything else:",
        f'  curl {url}/v1/track -u {key}: -d \'{{"userId": "u1", "event": "Tried It"}}\'',
    ):
        out.print(line, markup=False, highlight=False)
