"""`limner segment`: who a rule or a segment holds for, counted, listed, described and exported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from limner.cli.options import DEFAULT_HOME, AsCsv, AsJson, AsOf, AsOfOrNow, Home, Personal
from limner.cli.output import (
    demand_place,
    out,
    print_csv,
    print_json,
    print_rows,
    print_table,
    writing_to,
)

Who = Annotated[
    str, typer.Argument(metavar="EXPRESSION", help="a rule, or the code of a segment or audience")
]

segment = typer.Typer(
    help="Segments: count, list, describe and export who a rule holds for.\n\n"
    "Example: limner segment count \"orders_90d >= 3 and lifecycle_stage = 'slipping'\"",
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(segment, name="segment")


@segment.command()
def count(
    expression: Who, as_of: AsOfOrNow = None, home: Home = DEFAULT_HOME, as_json: AsJson = False
) -> None:
    """Count whom a rule or a segment holds for, as of the last build, another day, or now.

    Example: limner segment count "revenue_365d > 500" --as-of now --json
    """
    from limner.app import Limner
    from limner.app.groups import size_of
    from limner.app.present import read_as_of

    limner = Limner.open(home)
    found = size_of(limner, expression, read_as_of(limner, as_of))
    if as_json:
        print_json(found)
        return
    share = found["customers"] / found["everyone"] if found["everyone"] else 0.0
    out.print(
        f"{found['customers']:,} of {found['everyone']:,} customers ({share:.1%})"
        f", as of {found['as_of']}, in {found['seconds']:.2f} s",
        highlight=False,
    )


@segment.command("list")
def list_(
    expression: Annotated[
        str | None,
        typer.Argument(
            metavar="[EXPRESSION]", help="a rule or code: the customers it holds for, by their ids"
        ),
    ] = None,
    as_of: AsOfOrNow = None,
    personal: Personal = False,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List whom a rule or a segment holds for; without one, every segment with its rule and size.

    Example: limner segment list "revenue_365d > 500" --as-of 2017-12-31 --json
    """
    from limner.app import Limner
    from limner.app.groups import members_of, segment_list
    from limner.app.present import day_of, read_as_of

    limner = Limner.open(home)
    day = read_as_of(limner, as_of)
    if expression is not None:
        who = members_of(limner, expression, day, personal)
        if as_json:
            print_json({
                "expression": expression, "as_of": day_of(limner, day), "total": who.num_rows,
                "customers": who["customer_id"].to_pylist(),
            })  # fmt: skip
        elif as_csv:
            print_csv(who)
        else:
            print_table(who)
        return
    found = segment_list(limner, day)
    if as_json:
        print_json(found)
        return
    rows = [
        {"segment": row["segment"], "name": row["name_en"], "customers": row["customers"],
         "rule": row["rule"], "state": row["state"], "version": row["version"]}
        for row in found
    ]  # fmt: skip
    import pyarrow as pa

    table = pa.Table.from_pylist(rows)
    if as_csv:
        print_csv(table)
    else:
        print_table(table, most=500)


@segment.command()
def export(
    expression: Who,
    to: Annotated[
        Path | None,
        typer.Option("--out", help="a .csv, .xlsx or .parquet file; by default CSV on stdout"),
    ] = None,
    as_of: AsOfOrNow = None,
    personal: Personal = False,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Export the portraits of whom a rule or a segment holds for; the audit notes it.

    As of now the portraits are as of now too, also of those who came since the last build.

    Example: limner segment export "rfm_group = 'champions'" --out champions.csv
    """
    import getpass
    from datetime import UTC, datetime

    from limner.app import Limner
    from limner.app.export import as_file
    from limner.app.groups import export_members
    from limner.app.present import read_as_of

    demand_place(to)
    limner = Limner.open(home)
    kind = to.suffix.removeprefix(".").lower() if to else "csv"
    rows = export_members(
        limner, expression, getpass.getuser(), datetime.now(UTC), read_as_of(limner, as_of),
        sees_personal=personal,
    )  # fmt: skip
    if to is not None:
        _, content = as_file(rows, kind)
        with writing_to(to):
            to.write_bytes(content)
        if as_json:
            print_json({"file": str(to), "rows": rows.num_rows})
        else:
            out.print(f"{rows.num_rows:,} customers in {to}", markup=False, highlight=False)
    elif as_json:
        print_json(rows.to_pylist())
    else:
        print_csv(rows)
        sys.stdout.flush()


@segment.command()
def describe(
    expression: Who, as_of: AsOf = None, home: Home = DEFAULT_HOME, as_json: AsJson = False
) -> None:
    """Describe a segment against everybody else: the tags that tell it apart, most telling first.

    Example: limner segment describe rfm:champions --json
    """
    from limner.app import Limner
    from limner.app.described import describe_segment

    found = describe_segment(Limner.open(home), expression, as_of)
    if as_json:
        print_json(found)
        return
    out.print(
        f"{found['name_en']}: {found['customers']:,} customers ({found['share']:.1%})"
        f" as of {found['as_of']}, {found['rule']}",
        markup=False,
        highlight=False,
    )
    if found["note_en"]:
        out.print(found["note_en"], markup=False)
    rows = [_telling(tag) for tag in found["tags"] if tag["is_significant"]][:25]
    if rows:
        print_rows(rows, "what tells them apart (q < 0.05)")


def _telling(tag: dict[str, Any]) -> dict[str, object]:
    """One tag, with the value that the segment has most above everybody's share of it."""
    values = tag.get("values") or [{}]
    most = max(values, key=lambda value: value.get("tgi") or 0.0)
    low, high = most.get("tgi_interval") or (None, None)
    what = most.get("name_en") or most.get("value")
    if what is None and most.get("low") is not None:
        what = f"{most['low']:g} to {most['high']:g}"
    return {
        "tag": tag["name_en"],
        "effect": tag["size"],
        "most above": str(what if what is not None else ""),
        "TGI": most.get("tgi"),
        "95 %": "" if low is None else f"{low:.0f} to {high:.0f}",
        "q": f"{tag['q']:.1g}",
    }
