"""`limner audience`: segments frozen at a moment, split, compared and exported."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, AsOfOrNow, Home, Personal
from limner.cli.output import demand_place, out, print_json, print_rows, writing_to
from limner.core.errors import Malformed

if TYPE_CHECKING:
    from limner.app.audiences import AudienceCard

Code = Annotated[str, typer.Argument(metavar="AUDIENCE", help="the audience's code or name")]

audiences = typer.Typer(
    help="Audiences: freeze a segment at a moment, split it by lot, compare and export it.\n\n"
    'Example: limner audience create Spring "revenue_365d > 500" --split treated=0.9,control=0.1',
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(audiences, name="audience")


@audiences.command()
def create(
    name: Annotated[str, typer.Argument(help="what it is called")],
    rule: Annotated[str, typer.Argument(help="a rule, or the code of a segment or audience")],
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", help="a rule or code to leave out; repeatable")
    ] = None,
    split: Annotated[
        str, typer.Option("--split", help="parts and their shares, as treated=0.9,control=0.1")
    ] = "",
    sample: Annotated[
        float | None, typer.Option("--sample", help="so many customers, or a share below 1")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="the same seed draws the same lots")] = 0,
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="say how large it would be; nothing is frozen")
    ] = False,
    as_of: AsOfOrNow = None,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Freeze whom a rule or segment holds for; again gives the audience there is.

    Example: limner audience create Spring "revenue_365d > 500" --exclude rfm:champions --sample 1000
    """
    from dataclasses import asdict

    from limner.app import Limner
    from limner.app.audiences import create_audience, preview_audience
    from limner.app.present import read_as_of
    from limner.understand.audiences import Making

    limner = Limner.open(home)
    parts, day = _split(split), read_as_of(limner, as_of)
    if is_dry:
        making = Making(tuple(exclude or ()), parts, sample, seed)
        seen = preview_audience(limner, name, rule, making, day)
        if as_json:
            print_json(asdict(seen))
        else:
            out.print(
                f"{seen.size:,} customers: {seen.matched:,} fit, {seen.excluded:,} are excluded"
                f" ({_told(seen.parts)})",
                highlight=False,
            )
        return
    card = create_audience(
        limner, name, rule, getpass.getuser(), datetime.now(UTC), exclusions=exclude or (),
        split=parts, sample=sample, seed=seed, as_of=day,
    )  # fmt: skip
    if as_json:
        print_json(card.as_json())
        return
    _print(card)
    out.print(f"Next: limner audience export {card.audience} --for meta --home {home}")


@audiences.command("list")
def list_(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """List the audiences, the newest first.

    Example: limner audience list --json
    """
    from limner.app import Limner
    from limner.app.audiences import audiences as every

    cards = every(Limner.open(home))
    if as_json:
        print_json([card.as_json() for card in cards])
    elif cards:
        rows = [
            {"audience": card.audience, "name": card.name, "size": card.size,
             "parts": _told(card.parts), "as of": card.as_of, "made": card.at, "rule": card.rule}
            for card in cards
        ]  # fmt: skip
        print_rows(rows)
    else:
        out.print("There is no audience yet. Next: limner audience create NAME RULE")


@audiences.command()
def show(audience: Code, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Show what an audience was made of, and its parts.

    Example: limner audience show spring --json
    """
    from limner.app import Limner
    from limner.app.audiences import audience as of

    card = of(Limner.open(home), audience)
    if as_json:
        print_json(card.as_json())
    else:
        _print(card)


@audiences.command()
def overlap(
    groups: Annotated[
        list[str], typer.Argument(help="2 to 6 rules, or codes of segments and audiences")
    ],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Say how 2 to 6 groups overlap: sizes, pairs, and every exact combination.

    Example: limner audience overlap rfm:champions stage:loyal "coupon_share > 0.1"
    """
    from dataclasses import asdict

    from limner.app import Limner
    from limner.app.audiences import overlap as of

    found = of(Limner.open(home), groups)
    if as_json:
        print_json(asdict(found))
        return
    print_rows(
        [{"group": name, "customers": size} for name, size in found.sizes.items()]
    )  # fmt: skip
    print_rows(
        [{"both": f"{pair.left} and {pair.right}", "customers": pair.both, "jaccard": pair.jaccard}
         for pair in found.pairs]
    )  # fmt: skip
    rows = [{"just in": " and ".join(names), "customers": count} for names, count in found.exact]
    if rows:
        print_rows(rows)


@audiences.command()
def export(
    audience: Code,
    wanted: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="FORMAT",
            help="csv, xlsx, parquet; hashed: meta, google, tiktok, tencent, oceanengine, baidu",
        ),
    ] = "csv",
    to: Annotated[
        Path | None, typer.Option("--out", help="the file; by default named after the audience")
    ] = None,
    part: Annotated[str | None, typer.Option("--part", help="only this part")] = None,
    purpose: Annotated[
        str, typer.Option("--purpose", help="what people must have agreed to, for a platform")
    ] = "marketing",
    personal: Personal = False,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Write an audience to a file; for a platform hashed, and only who agreed to it.

    Nobody on the suppression list and nobody of a part named control is in a platform's file.

    Example: limner audience export spring --for meta --out spring.csv
    """
    from limner.app import Limner
    from limner.app.hashed_export import export_audience

    demand_place(to)
    done = export_audience(
        Limner.open(home), audience, wanted, getpass.getuser(), datetime.now(UTC), part=part,
        purpose=purpose, sees_personal=personal,
    )  # fmt: skip
    file = to or Path(done.file)
    with writing_to(file):
        file.write_bytes(done.content)
    if as_json:
        print_json({"file": str(file), "people": done.people, "left_out": done.left_out})
        return
    out.print(f"{done.people:,} people in {file}", markup=False, highlight=False)
    for reason, count in done.left_out.items():
        out.print(f"  left out, {reason}: {count:,}", highlight=False)


@audiences.command()
def drop(audience: Code, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Let an audience go, with its members.

    Example: limner audience drop spring
    """
    from limner.app import Limner
    from limner.app.audiences import drop_audience

    card = drop_audience(Limner.open(home), audience, getpass.getuser(), datetime.now(UTC))
    if as_json:
        print_json({"dropped": card.audience, "size": card.size})
    else:
        out.print(f"{card.audience} ({card.size:,} customers) is gone", markup=False)


def _split(written: str) -> dict[str, float]:
    """The parts that `--split` names.

    Raises: `Malformed` for what is not NAME=SHARE.
    """
    parts: dict[str, float] = {}
    for each in written.split(",") if written.strip() else ():
        name, equals, share = each.partition("=")
        is_twice = name.strip() in parts
        try:
            parts[name.strip()] = float(share)
        except ValueError:
            equals = ""
        if is_twice or not equals:
            raise Malformed(
                "audience-split",
                f"--split has {each!r}{' a second time' if is_twice else ''}; "
                "write parts as treated=0.9,control=0.1",
            )
    return parts


def _print(card: AudienceCard) -> None:
    out.print(
        f"{card.name} ({card.audience}): {card.size:,} customers as of {card.as_of}"
        f" ({_told(card.parts)})",
        markup=False,
        highlight=False,
    )
    out.print(f"  of {card.rule}", markup=False, highlight=False)
    for one in card.making.exclusions:
        out.print(f"  without {one}", markup=False, highlight=False)
    if card.making.sample is not None:
        out.print(f"  a sample of {card.making.sample:g}", highlight=False)


def _told(parts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in parts.items())
