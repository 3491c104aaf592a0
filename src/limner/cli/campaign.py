"""`limner campaign`: from a file that says what to offer whom, to messages that were sent."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import out, print_json, print_rows, progress_bars
from limner.core.errors import Malformed

if TYPE_CHECKING:
    from limner.app import Limner

_DECIDED = ("contact", "control", "skip")  # what the audit keeps of a plan, and of a sending
_DONE = ("sent", "waiting", "held")

Name = Annotated[str, typer.Argument(help="the campaign's name or id")]


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(
            "moment-malformed", f"--now is {text!r}; write a moment such as 2017-12-01T10:00"
        ) from None


Now = Annotated[
    datetime | None,
    typer.Option(
        "--now",
        parser=_moment,
        metavar="MOMENT",
        help="rehearse as if it were this moment, in the business's time zone; by default it is now",
    ),
]

campaign = typer.Typer(
    help="Campaigns: draft one from a file, plan whom to contact, send, and see how far it is.",
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(campaign, name="campaign")


@campaign.command()
def draft(
    file: Annotated[Path, typer.Argument(help="the campaign as YAML or JSON", dir_okay=False)],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Check a campaign's file and keep it; the same name again replaces an unsent one.

    Example: limner campaign draft winter.yaml --home shop
    """
    from limner.act.campaign import CampaignPlan
    from limner.app import Limner
    from limner.app.campaigns import campaign_summary, draft_campaign

    document = _read(file)
    limner = Limner.open(home)
    plan = CampaignPlan.from_json(document, limner.settings.timezone)
    campaign_id = draft_campaign(limner, plan, getpass.getuser(), datetime.now(UTC))
    _note(limner, "campaign.drafted", campaign_id, {"name": plan.name})
    summary = campaign_summary(limner, campaign_id)
    if as_json:
        print_json(summary)
        return
    out.print(f"{summary['name']} is a {summary['status']}.", markup=False, highlight=False)
    out.print(f"Next: limner campaign plan {_quoted(plan.name)} --home {home}", markup=False)


@campaign.command("list")
def list_(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Show every campaign with how far it is, newest first.

    Example: limner campaign list --home shop --json
    """
    from limner.app import Limner
    from limner.app.campaigns import campaign_list

    found = campaign_list(Limner.open(home))
    if as_json:
        print_json(found)
    elif found:
        shown = ("name", "status", "channel", "contact", "control", "sent", "waiting")
        print_rows([{key: row[key] for key in shown} for row in found])
    else:
        out.print("There is no campaign yet. Next: limner campaign draft FILE.yaml")


@campaign.command()
def plan(name: Name, home: Home = DEFAULT_HOME, now: Now = None, as_json: AsJson = False) -> None:
    """Decide whom to contact, within the budget, and draw the control group; nothing is sent.

    Example: limner campaign plan Winter --home shop
    """
    from limner.app import Limner
    from limner.app.campaigns import plan_campaign

    limner = Limner.open(home)
    with progress_bars(is_quiet=as_json) as progress:
        summary = plan_campaign(limner, name, _now(now, limner.settings.timezone), progress)
    _note(limner, "campaign.planned", summary["campaign_id"], {k: summary[k] for k in _DECIDED})
    if as_json:
        print_json(summary)
        return
    out.print(summary["outlook_en"], markup=False)
    out.print(f"Expectations come from {summary['forecast_en']}.", markup=False)
    _print_held(summary)
    out.print(f"Next: limner campaign send {_quoted(summary['name'])} --home {home}", markup=False)


@campaign.command()
def send(name: Name, home: Home = DEFAULT_HOME, now: Now = None, as_json: AsJson = False) -> None:
    """Send a planned campaign; again sends only what still waits, never anything twice.

    Example: limner campaign send Winter --home shop
    """
    from limner.app import Limner
    from limner.app.campaigns import send_campaign

    limner = Limner.open(home)
    with progress_bars(is_quiet=as_json) as progress:
        summary = send_campaign(limner, name, _now(now, limner.settings.timezone), progress)
    _note(limner, "campaign.sent", summary["campaign_id"], {k: summary[k] for k in _DONE})
    if as_json:
        print_json(summary)
        return
    _print_summary(summary)
    if summary["waiting"]:
        again = f" after {summary['try_again_at']}" if "try_again_at" in summary else ""
        out.print(
            f"{summary['waiting']:,} wait; run the same command again{again}.", highlight=False
        )


@campaign.command()
def show(name: Name, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Show how far one campaign is: decisions, messages sent, held by reason, waiting.

    Example: limner campaign show Winter --home shop --json
    """
    from limner.app import Limner
    from limner.app.campaigns import campaign_summary

    summary = campaign_summary(Limner.open(home), name)
    if as_json:
        print_json(summary)
    else:
        _print_summary(summary)


def _print_summary(summary: dict[str, Any]) -> None:
    out.print(f"{summary['name']} ({summary['campaign_id']}): {summary['status']}", markup=False)
    out.print(
        f"  chosen {summary['contact']:,}, control {summary['control']:,}, "
        f"skipped {summary['skip']:,}, sent {summary['sent']:,}"
    )
    _print_held(summary)


def _print_held(summary: dict[str, Any]) -> None:
    for reason, count in summary["held"].items():
        out.print(f"  held back, {reason}: {count:,}")


def _read(file: Path) -> object:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Malformed("campaign-file", f"{file} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        seen = " ".join(str(error).split())
        raise Malformed("campaign-file", f"{file} is not YAML in UTF-8: {seen}") from error


def _note(limner: Limner, deed: str, campaign_id: str, told: dict[str, object]) -> None:
    """What was done on this machine, by its user, in the audit."""
    from limner.govern import audit

    audit.record(limner.store, getpass.getuser(), deed, campaign_id, told, datetime.now(UTC))


def _now(given: datetime | None, timezone: str) -> datetime:
    from limner.core.clock import zone

    if given is None:
        return datetime.now(UTC)
    return given if given.tzinfo else given.replace(tzinfo=zone(timezone))


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
