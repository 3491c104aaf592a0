"""`limner tag`: which tags there are, what they say, who has which value, and how far they can be trusted."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from limner.cli.options import DEFAULT_HOME, AsCsv, AsJson, AsOf, Home, Personal
from limner.cli.output import out, print_csv, print_json, print_rows, print_table, progress_bars
from limner.core.errors import Malformed

if TYPE_CHECKING:
    from limner.app.tags import Observed
    from limner.understand.tags.tag import Tag

Code = Annotated[str, typer.Argument(help="the tag's code, such as orders_90d")]
Customer = Annotated[str, typer.Argument(help="any id the customer ever had")]

tags = typer.Typer(
    help="Tags: list, show, read, fill, set by hand, approve, retire; their quality.\n\n"
    "Example: limner tag list --category risk",
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(tags, name="tag")


@tags.command("list")
def list_(
    category: Annotated[
        str | None, typer.Option("--category", help="only of this category")
    ] = None,
    state: Annotated[str | None, typer.Option("--state", help="only in this state")] = None,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List all tags with what the last build saw of them.

    Example: limner tag list --category lifecycle --json
    """
    import pyarrow as pa

    from limner.app import Limner
    from limner.app.tags import all_tags, latest
    from limner.store.models import STATES
    from limner.understand.tags.tag import CATEGORIES

    for said, known, option in ((category, CATEGORIES, "--category"), (state, STATES, "--state")):
        if said is not None and said not in known:
            raise Malformed("tag-option", f"{option} is {said!r}; wanted one of {', '.join(known)}")
    limner = Limner.open(home)
    seen = latest(limner)
    rows = [
        _document(tag, seen.get(tag.code))
        for tag in all_tags(limner)
        if category in (None, tag.category) and state in (None, tag.state)
    ]
    if as_json:
        print_json(rows)
        return
    names = ("code", "name", "category", "nature", "state", "coverage", "psi")
    table = pa.Table.from_pylist(
        [{name: row[name] if name != "name" else row["name"]["en"] for name in names} for row in rows]
    ) if rows else pa.table({name: pa.array([], pa.string()) for name in names})  # fmt: skip
    if as_csv:
        print_csv(table)
    else:
        print_table(table, most=500)


@tags.command()
def show(code: Code, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Show a tag in the form that `limner apply` reads, with its versions and what reads it.

    Example: limner tag show overdue
    """
    from limner.app import Limner
    from limner.app.tags import history, latest, lineage, tag_of, tag_versions
    from limner.understand.tags.tag import write_tag

    limner = Limner.open(home)
    tag = tag_of(limner, code)
    found = lineage(limner, code)
    if as_json:
        print_json({
            **_document(tag, latest(limner).get(code)),
            "reads": [{"kind": n.kind, "code": n.code} for n in found.nodes if n.layer < 0],
            "read_by": [{"kind": n.kind, "code": n.code} for n in found.nodes if n.layer > 0],
            "versions": [
                {"version": v.version, "at": v.at, "by": v.by, "definition": v.entry}
                for v in tag_versions(limner, code)
            ],
            "builds": [_seen(one) for one in history(limner, code)],
        })  # fmt: skip
        return
    text = yaml.safe_dump(write_tag(tag), allow_unicode=True, sort_keys=False, width=100)
    out.print(text, markup=False, highlight=False, end="")
    out.print(f"# {tag.rule_text('en')}", markup=False, highlight=False)
    for label, is_reader in (("reads", False), ("read by", True)):
        side = [
            f"{n.kind} {n.code}" for n in found.nodes if (n.layer > 0 if is_reader else n.layer < 0)
        ]
        if side:
            out.print(f"# {label}: {', '.join(side)}", markup=False, highlight=False)


@tags.command()
def values(
    code: Code, as_of: AsOf = None, personal: Personal = False, home: Home = DEFAULT_HOME,
    as_json: AsJson = False, as_csv: AsCsv = False,
) -> None:  # fmt: skip
    """Read a tag's value of every customer, as of the last build or of any day before it.

    Example: limner tag values orders_90d --as-of 2017-06-30 --csv
    """
    import pyarrow as pa

    from limner.app import Limner
    from limner.app.opaque import opaque_name
    from limner.app.tags import values_of

    limner = Limner.open(home)
    rows = values_of(limner, code, as_of)
    if not personal:
        shown = [opaque_name(limner, one) for one in rows["customer_id"].to_pylist()]
        rows = rows.set_column(0, "customer_id", pa.array(shown, pa.string()))
    if as_json:
        print_json(rows.to_pylist())
    elif as_csv:
        print_csv(rows)
    else:
        print_table(rows)


@tags.command()
def history(code: Code, home: Home = DEFAULT_HOME, as_json: AsJson = False, as_csv: AsCsv = False) -> None:  # fmt: skip
    """Follow a tag over everybody through all history: at each month's end how many have a value, and which.

    Example: limner tag history orders_90d --csv
    """
    from limner.app import Limner
    from limner.app.tag_history import as_rows, tag_history

    with progress_bars(as_json or as_csv) as progress:
        found = tag_history(Limner.open(home), code, progress)
    if as_json:
        print_json(found)
    elif as_csv:
        print_csv(as_rows(found))
    else:
        print_table(as_rows(found), most=100)


@tags.command("set")
def set_(
    code: Code,
    customer: Customer,
    value: Annotated[
        str, typer.Argument(help="as the tag's kind says: text, a number, true, a day")
    ],
    note: Annotated[str, typer.Option("--note", help="how one knows it")] = "",
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Set a tag of one customer by hand; of a computed tag this is a correction, which stands until dropped.

    Example: limner tag set vip_care 1 priority --note "promised on the telephone"
    """
    from limner.app import Limner
    from limner.app.tags import correct_tag, set_tag, tag_of
    from limner.understand.tags.value import ByHand

    limner = Limner.open(home)
    is_by_hand = isinstance(tag_of(limner, code).value, ByHand)
    deed = set_tag if is_by_hand else correct_tag
    kept = deed(limner, code, customer, value, getpass.getuser(), datetime.now(UTC), note)
    if as_json:
        print_json(
            {"tag": code, "customer_id": kept.customer_id, "value": kept.value, "was": kept.was}
        )
        return
    was = "" if is_by_hand else f" instead of {kept.was}"
    out.print(
        f"{code} of {kept.customer_id} is {kept.value}{was}; segments follow with the next build",
        markup=False, highlight=False,
    )  # fmt: skip


@tags.command()
def drop(
    code: Code, customer: Customer, home: Home = DEFAULT_HOME, as_json: AsJson = False
) -> None:
    """Drop what somebody set of a customer: a computed tag is what is computed again.

    Example: limner tag drop vip_care 1
    """
    from limner.app import Limner
    from limner.app.tags import drop_correction

    drop_correction(Limner.open(home), code, customer, getpass.getuser(), datetime.now(UTC))
    if as_json:
        print_json({"tag": code, "customer": customer, "dropped": 1})
    else:
        out.print(f"{code} of {customer} is what is computed again", markup=False, highlight=False)


@tags.command()
def fill(code: Code, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Compute one tag for everybody as of the last build, without building anything else.

    Example: limner tag fill orders_90d
    """
    from limner.app import Limner
    from limner.app.tags import fill_tag

    with progress_bars(as_json) as progress:
        done = fill_tag(Limner.open(home), code, getpass.getuser(), datetime.now(UTC), progress)
    seen = done.statistics
    if as_json:
        print_json({"tag": code, "as_of": done.as_of, "customers": seen.customers, "known": seen.known,
                    "seconds": round(done.seconds, 3)})  # fmt: skip
        return
    out.print(
        f"{code} as of {done.as_of}: {seen.known:,} of {seen.customers:,} customers have a value",
        markup=False, highlight=False,
    )  # fmt: skip


@tags.command()
def state(
    code: Code,
    to: Annotated[str, typer.Argument(help="draft, review, approved or retired")],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Move a tag to another state: only what is approved is computed.

    Example: limner tag state stores_count retired
    """
    from limner.app import Limner
    from limner.app.tags import set_state

    tag = set_state(Limner.open(home), code, to, getpass.getuser(), datetime.now(UTC))
    if as_json:
        print_json({"tag": code, "state": tag.state, "version": tag.version})
    else:
        out.print(f"{code} is {tag.state}", markup=False, highlight=False)


@tags.command()
def quality(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Say how far the portrait can be trusted: what moved, what comes true, what people correct.

    Example: limner tag quality --json
    """
    from limner.app import Limner
    from limner.app.reports import report
    from limner.app.tags import corrections, latest

    limner = Limner.open(home)
    found = report(limner, "portrait") or {}
    seen = list(latest(limner).values())
    corrected = corrections(limner)
    coverage = sum(one.coverage for one in seen) / len(seen) if seen else None
    if as_json:
        print_json({
            "tags": len(seen), "coverage": coverage, **found,
            "corrections": [
                {"tag": c.tag, "corrections": c.corrections, "disagreed": c.disagreed} for c in corrected
            ],
        })  # fmt: skip
        return
    if not seen:
        out.print("nothing was built yet; run limner build")
        return
    out.print(f"{len(seen)} tags, on average known of {coverage:.1%} of customers")
    if alarms := found.get("alarms"):
        print_rows([
            {"tag": a["tag"], "what": a["kind"], "size": a["size"], "why": a["why"]["en"]} for a in alarms
        ], "wants to be looked at")  # fmt: skip
    if rows := found.get("agreement"):
        print_rows([
            {"tag": r["tag"], "customers": r["customers"], "bought it": r["hit_rate"],
             "popular": r["popular"], "last": r["last"], "chance": r["chance"], "verdict": r["verdict"]}
            for r in rows
        ], f"favourites, and what was bought in the {rows[0]['days']} days since")  # fmt: skip
    if corrected:
        print_rows([
            {"tag": c.tag, "corrections": c.corrections, "other than computed": c.disagreed}
            for c in corrected
        ], "corrected by people")  # fmt: skip


def _document(tag: Tag, seen: Observed | None) -> dict[str, Any]:
    return {
        "code": tag.code, "name": {"en": tag.name.en, "zh": tag.name.zh},
        "description": {"en": tag.description.en, "zh": tag.description.zh},
        "category": tag.category, "unit": tag.unit, "kind": tag.kind, "value": tag.text,
        "nature": tag.nature, "tempo": tag.tempo, "owner": tag.owner, "state": tag.state,
        "version": tag.version, "customers": seen.customers if seen else None,
        "known": seen.known if seen else None, "coverage": seen.coverage if seen else None,
        "psi": seen.psi if seen else None,
    }  # fmt: skip


def _seen(one: Observed) -> dict[str, Any]:
    return {
        "as_of": one.as_of, "version": one.version, "customers": one.customers, "known": one.known,
        "distinct": one.distinct, "mean": one.mean, "deviation": one.deviation, "psi": one.psi,
    }  # fmt: skip
