"""`limner match`: the rows of any table that are of one person or thing."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import err, out, print_json, progress_bars
from limner.core.errors import Malformed

if TYPE_CHECKING:
    from limner.app.match_files import MatchedFiles


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("match")(match)


def match(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="one file to find its duplicates; more to link them too"),
    ] = None,
    target: Annotated[Path, typer.Option("--out", help="the Parquet file to write")] = Path(
        "clusters.parquet"
    ),
    false_merge: Annotated[
        float | None, typer.Option("--cost-false-merge", min=0.0, help="what a wrong merge costs")
    ] = None,
    missed: Annotated[
        float | None, typer.Option("--cost-missed", min=0.0, help="what a missed duplicate costs")
    ] = None,
    customers: Annotated[
        bool, typer.Option("--customers", help="match the imported customers instead of files")
    ] = False,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Find the rows of any tables that are of one person, firm or thing, without labels.

    What every column holds is found out from its header and its values, and said.  The file
    written has one line a row, in the order of the input: file, row, id, cluster_id and the
    probability of the row's strongest link.

    With --customers, customer records of different systems are matched: the sure ones are linked,
    likely ones wait in `limner identity review`.

    Example: limner match customers.csv tills.xlsx --out clusters.parquet --json
    """
    from limner.app.match_files import match_files
    from limner.unify.match import Costs

    if false_merge == 0 or missed == 0:
        raise Malformed("match-costs", "a cost of 0: both costs must be above 0")
    if customers == bool(files):
        raise Malformed("match-what", "give one or more files, or --customers and no file")
    if customers:
        _customers(home, false_merge, missed, as_json)
        return
    start = time.monotonic()
    with progress_bars(is_quiet=False) as progress:
        done = match_files(files or [], target, Costs(false_merge or 1.0, missed or 1.0), progress)
    document = _document(done, time.monotonic() - start)
    for column in document["columns"]:
        err.print(f"{column['file']}  {column['column']}: {column['role']} ({column['why']})", markup=False, highlight=False, soft_wrap=True)  # fmt: skip
    if as_json:
        print_json(document)
    else:
        out.print(
            f"{document['rows']:,} rows are {document['clusters']:,} different ones; "
            f"{document['duplicates']:,} repeat another. Written to {target}",
            markup=False,
            highlight=False,
        )


def _customers(home: Path, false_merge: float | None, missed: float | None, as_json: bool) -> None:
    from limner.app import Limner
    from limner.app.matching import Prices, propose

    usual = Prices()
    prices = Prices(false_merge or usual.false_merge, missed or usual.missed, usual.review)
    with progress_bars(is_quiet=False) as progress:
        done = propose(Limner.open(home), datetime.now(UTC), prices, progress)
    if as_json:
        print_json(asdict(done))
        return
    answers = done.labelled
    words = (
        f"{done.records:,} records: {done.linked:,} pairs linked, {done.reviews:,} put to review, "
        f"{done.known:,} known already."
    )
    if answers.same + answers.different:
        p, r = answers.precision, answers.recall
        words += (
            f" Of {answers.same + answers.different:,} answers: precision {p[0]:.3f} "
            f"({p[1]:.3f} to {p[2]:.3f}), recall {r[0]:.3f} ({r[1]:.3f} to {r[2]:.3f})."
        )
    out.print(words, markup=False, highlight=False)


def _document(done: MatchedFiles, seconds: float) -> dict[str, Any]:
    found = done.matched
    return {
        "files": [{"file": f, "rows": n} for f, n in zip(done.files, done.rows, strict=True)],
        "rows": sum(done.rows),
        "clusters": sum(done.rows) - found.duplicates,
        "duplicates": found.duplicates,
        "columns": [
            {"file": f, "column": c.name, "role": c.role, "why": c.why, "filled": round(c.filled, 4)}
            for f, columns in zip(done.files, found.columns, strict=True)
            for c in columns
        ],
        "compared": [
            {
                "field": one.name,
                "columns": [list(names) for names in one.columns],
                "levels": [
                    {"level": level.label, "among_matches": round(float(m), 6), "among_others": float(f"{u:.3g}")}
                    for level, m, u in zip(one.levels, found.model.m[k], found.model.u[k], strict=True)
                ],
            }
            for k, one in enumerate(found.fields)
        ],
        "rules": [{"rule": rule.label, "pairs": rule.pairs} for rule in found.pairs.rules],
        "pairs": len(found.pairs.left),
        "threshold": found.threshold,
        "one_to_one": found.is_one_to_one,
        "out": str(done.out),
        "seconds": round(seconds, 2),
    }  # fmt: skip
