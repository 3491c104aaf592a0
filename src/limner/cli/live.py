"""`limner live ...`: how the live side is doing, and events as they arrive."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, Home, Lang, language_of
from limner.cli.output import err, out, print_json

if TYPE_CHECKING:
    from limner.app.live import LiveStatus
    from limner.core.words import Language

_EVERY_SECONDS = 0.25
_AT_ONCE = 1_000
_STYLES = {"ok": "green", "warned": "yellow", "quarantined": "red"}


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    live = typer.Typer(
        help="Live events: how far the worker is, and what arrives this moment.",
        no_args_is_help=True,
    )
    live.command("status")(status)
    live.command("tail")(tail)
    live.command("segments")(segments)
    cli.add_typer(live, name="live")


def status(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Show how far the worker is behind, how fast events come, and what is wrong, if anything.

    Example: limner live status
    """
    from limner.app import Limner
    from limner.app.live import status as read

    found = read(Limner.open(home))
    if as_json:
        print_json({name: getattr(found, name) for name in found.__slots__})
        return
    for line in _said(found):
        out.print(line, markup=False, highlight=False)


def _said(found: LiveStatus) -> list[str]:
    """The state in sentences."""
    counted = dict.fromkeys(("ok", "warned", "bot", "internal", "quarantined"), 0)
    for by_verdict in found.totals.values():
        for verdict, events in by_verdict.items():
            counted[verdict] = counted.get(verdict, 0) + events
    beat = f"{found.beat_at:%Y-%m-%d %H:%M:%S} UTC" if found.beat_at else "none yet"
    lines = [
        f"the worker is at work (last sign of life: {beat})"
        if found.is_working
        else "no worker is at work; limner serve starts one"
    ]
    if found.fault:
        lines.append(f"it {'waits' if found.is_working else 'ended'}: {found.fault}")
    lines.append(
        f"{found.log_end:,} events accepted, {found.position:,} worked on ({found.lag_events:,} behind,"
        f" the oldest for {found.lag_seconds:.1f} s), {found.lake_position:,} in the lake"
    )
    lines.append(", ".join(f"{events:,} {verdict}" for verdict, events in counted.items()))
    if found.waiting:
        lines.append(f"{found.waiting:,} wait in quarantine; see limner quarantine list")
    for source, rate in found.events_per_second.items():
        lines.append(f"{source}: {rate:,.1f} events a second over the last minute")
    return lines


def tail(
    home: Home = DEFAULT_HOME,
    source: Annotated[str | None, typer.Option("--source", help="only of this source")] = None,
    event: Annotated[str | None, typer.Option("--event", help="only this event or type")] = None,
    text: Annotated[str | None, typer.Option("--text", help="only with this text in them")] = None,
    verdict: Annotated[
        str | None,
        typer.Option("--verdict", help="only ok, warned, bot, internal or quarantined"),
    ] = None,
    most: Annotated[int, typer.Option("--most", help="begin with this many recent ones")] = 20,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="go on as they come")] = True,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Show live events as they arrive, until interrupted; with --json one object a line.

    Example: limner live tail --no-follow --most 5
    """
    import msgspec

    from limner.app import Limner
    from limner.app.live import recent_events
    from limner.collect.enrich.note import say

    limner, spoken = Limner.open(home), language_of(lang)
    after, wanted = 0, most
    try:
        while True:
            found = recent_events(limner, source, event, text, verdict, after, wanted)
            for row in reversed(found):
                if as_json:
                    notes = [say(note) for note in row["notes"]]
                    typer.echo(msgspec.json.encode(row | {"notes": notes}).decode())
                else:
                    _print(row, spoken)
            after = max((row["position"] for row in found), default=after)
            if not follow:
                if not found and not as_json:
                    err.print(
                        "no live event fits; limner serve takes them, limner import reads files"
                    )
                return
            wanted = _AT_ONCE
            time.sleep(_EVERY_SECONDS)
    except KeyboardInterrupt:
        return


def segments(
    home: Home = DEFAULT_HOME,
    segment: Annotated[str | None, typer.Option("--segment", help="only of this one")] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", help="only of this one, by any identifier")
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", help="count them by day instead, of --segment")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="this many, the newest")] = 20,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Show who entered or left segments lately, or how many did day by day.

    Example: limner live segments --most 5
    """
    from limner.app import Limner
    from limner.app.identity import identifiers_of
    from limner.app.live_portrait import entries, membership_changes
    from limner.app.segments import rule_of
    from limner.core.errors import Malformed, Unknown

    limner, spoken = Limner.open(home), language_of(lang)
    if days is not None:
        if segment is None:
            raise Malformed("live-segments-days", "--days counts one segment; give --segment CODE")
        counted = entries(limner, segment, days)
        if not any(entered or left for _, entered, left in counted):
            rule_of(limner, segment)  # nobody moved, or there is no such segment
        if as_json:
            print_json([{"day": day, "entered": e, "left": left} for day, e, left in counted])
            return
        for day, entered, left in counted:
            out.print(f"{day}  {entered:>8,} entered  {left:>8,} left", highlight=False)
        return
    found = membership_changes(limner, segment, most, customer)
    if not found and segment is not None:
        rule_of(limner, segment)  # nobody moved, or there is no such segment
    if not found and customer is not None and not identifiers_of(limner, customer):
        raise Unknown("customer-unknown", f"nobody is known as {customer!r}")
    if as_json:
        print_json([{name: getattr(one, name) for name in one.__slots__} for one in found])
        return
    if not found:
        out.print(
            "nobody entered or left a segment since they are watched; limner serve watches them",
            highlight=False,
        )
    for one in reversed(found):
        what = "entered" if one.is_entered else "left"
        out.print(f"{one.at:%Y-%m-%d %H:%M:%S}", end=" ", highlight=False)
        out.print(f"{what:<8}", style="green" if one.is_entered else "yellow", end=" ")
        name = one.name_zh if spoken == "zh" else one.name
        told = f"{one.segment} · {name}" if name != one.segment else one.segment
        out.print(f"{told} · {one.customer_id}", markup=False, highlight=False)


def _print(row: dict[str, Any], language: Language) -> None:
    from limner.collect.enrich.note import say

    moment: datetime = row["received_at"]
    name = row["event"] or row["type"] or "?"
    style = _STYLES.get(row["verdict"], "dim")
    notes = "; ".join(say(note).in_(language) for note in row["notes"])
    out.print(f"{moment:%H:%M:%S.%f}"[:12], end=" ", highlight=False)
    out.print(f"{row['verdict']:<11}", style=style, end=" ", highlight=False)
    who = row["anchor"] or "–"
    out.print(f"{row['source']} · {name} · {who} {notes}", markup=False, highlight=False)
