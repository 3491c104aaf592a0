"""`limner import` and `limner quality`: bring data in, and see how good it is."""

from __future__ import annotations

import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import err, out, print_json, print_table, progress_bars
from limner.core.errors import Malformed

if TYPE_CHECKING:
    from limner.app import Limner
    from limner.collect.guess import Guess
    from limner.collect.mapping import Mapping

Source = Annotated[str | None, typer.Option("--source", help="only rows of this source")]
_BAR = 4
_WIDE = 110


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command("import")(import_)
    cli.command("quality")(quality)


def import_(
    file: Annotated[
        str, typer.Argument(help="a file, or a database URL such as sqlite:///shop.db#orders")
    ],
    home: Home = DEFAULT_HOME,
    mapping: Annotated[Path | None, typer.Option("--mapping", help="a mapping file (YAML)")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="what the rows are, e.g. order_lines")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="a name for where this comes from")
    ] = None,
    table: Annotated[str | None, typer.Option("--table", help="the table, or the sheet")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="take the guessed mapping")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a CSV, Excel, Parquet or JSON lines file, or a database table, into the lake.

    Without a mapping file the columns' meaning is guessed, shown, and written beside the file for you
    to correct; run again to import.  Rows that cannot be taken wait in the quarantine.

    Example: limner import orders.csv --yes
    """
    from limner.app import Limner
    from limner.app.importing import import_records

    limner = Limner.open(home)
    chosen, written = _mapping(limner, file, mapping, kind, source, table, yes, as_json)
    started = time.monotonic()
    with progress_bars(as_json) as progress:
        counts = import_records(limner, file, chosen, datetime.now(UTC), progress, table)
    seconds = round(time.monotonic() - started, 3)
    if as_json:
        print_json(
            {
                **counts.as_plain(), "kind": chosen.kind, "source": chosen.source,
                "file": _shown(file), "mapping": str(written), "seconds": seconds,
            }
        )  # fmt: skip
        return
    out.print(
        f"{counts.read:,} rows read as {chosen.kind} of {chosen.source}: {counts.kept:,} kept,"
        f" {counts.quarantined:,} quarantined, {counts.duplicates:,} duplicates ({seconds:.1f} s)"
    )
    if counts.quarantined:
        out.print("see why with: limner quarantine list")


def quality(
    home: Home = DEFAULT_HOME,
    source: Source = None,
    as_json: AsJson = False,
) -> None:
    """Show how complete, valid, unique and fresh each source's columns are, before and after cleaning.

    Example: limner quality --source till
    """
    from limner.app import Limner
    from limner.collect.quality import quality_report

    lake = Limner.open(home).lake
    rows = lake.fetch(lake.table("quality")).to_pylist()
    done = lake.fetch(lake.table("cleaning")).to_pylist()
    report = quality_report([row for row in rows if source in (None, row["source"])], done)
    if as_json:
        print_json(report)
        return
    sources = report["sources"]
    if not isinstance(sources, list) or not sources:
        out.print("nothing was imported yet; try: limner import FILE")
        return
    for each in sources:
        _draw(each)


def _draw(source: dict[str, object]) -> None:
    """One source's quality as a table with bars."""
    from rich.table import Table

    table = Table(
        title=f"{source['source']} · {source['kind']} · {source['file']}", header_style="bold"
    )
    table.add_column("column", overflow="fold", min_width=8)
    rules = source["rules"]
    shares = [("complete", "before", "completeness"), ("complete after", "after", "completeness")]
    shares += [(f"valid {stage}", stage, "validity") for stage in ("before", "after")]
    shares.append(("unique", "after", "uniqueness"))
    if not rules:  # then nothing becomes more complete
        del shares[1]
    for name, _, _ in shares:
        table.add_column(name, no_wrap=True)
    table.add_column("outliers", justify="right", no_wrap=True)
    # On a narrow screen the bars matter more than the range; --json has all.
    is_wide = out.width >= _WIDE
    if is_wide:
        table.add_column("lowest … highest")
    columns = source["columns"]
    for column in columns if isinstance(columns, list) else []:
        before, after = column["before"] or {}, column["after"] or {}
        low, high = (str(after.get(name) or "")[:19] for name in ("lowest", "highest"))
        table.add_row(
            column["column"],
            *(bar((before if stage == "before" else after).get(figure)) for _, stage, figure in shares),
            f"{after.get('outliers') or 0:,}",
            *([f"{low} … {high}"] if is_wide else []),
        )  # fmt: skip
    out.print(table)
    for rule in rules if isinstance(rules, list) else []:
        told = [
            f"{rule[name]:,} {name}" for name in ("changed", "flagged", "quarantined") if rule[name]
        ]
        words = "; ".join([*(told or ["nothing to do"]), *([rule["told"]] if rule["told"] else [])])
        out.print(f"  {rule['column']} · {rule['rule']}: {words}", markup=False, highlight=False)


def bar(share: float | None, width: int = _BAR) -> str:
    """A share in 0..1 as a bar of eighths of a block, with its percentage.

    >>> bar(0.5, 4)
    '██    50.0%'
    """
    if share is None:
        return "–"
    eighths = round(share * width * 8)
    blocks = "█" * (eighths // 8) + ("", *"▏▎▍▌▋▊▉")[eighths % 8]
    # 99.96 % is not all: only what is whole is shown as whole.
    shown = f"{min(share * 100, 99.9) if share < 1 else 100:.1f}%"
    return f"{blocks:<{width}} {shown:>6}"


def _mapping(
    limner: Limner, file: str, given: Path | None, kind: str | None, source: str | None,
    table: str | None, is_sure: bool, is_quiet: bool,
) -> tuple[Mapping, Path]:  # fmt: skip
    """The mapping to import with, and the file it is written in."""
    from limner.collect.guess import guess_file
    from limner.collect.mapping import dump_mapping, load_mapping, renamed

    beside = _beside(file, table, None)
    found = given or next(
        (p for p in (_beside(file, table, kind), beside) if _is_for(p, kind)), None
    )
    in_home = limner.settings.home / beside.name
    found = found or (in_home if _is_for(in_home, kind) else None)
    if found is not None:
        mapping = load_mapping(found)
        if kind is not None and mapping.kind != kind:
            raise Malformed(
                "mapping-kind", f"{found} is a mapping of {mapping.kind}, but --kind is {kind}"
            )
        return (renamed(mapping, source) if source else mapping), found
    settings = limner.settings
    guess = guess_file(
        limner.lake, file, source or _source_of(file, table), settings.timezone, settings.currency, table, kind
    )  # fmt: skip
    written = beside if not beside.exists() else _beside(file, table, guess.mapping.kind)
    try:
        written.write_text(dump_mapping(guess.mapping), encoding="utf-8")
    except OSError:
        written = settings.home / written.name
        written.write_text(dump_mapping(guess.mapping), encoding="utf-8")
    if not is_quiet:
        _show(guess, file)
    if is_sure or (sys.stdin.isatty() and not is_quiet and typer.confirm("import it so?")):
        return guess.mapping, written
    raise Malformed(
        "mapping-guessed",
        f"nothing was imported yet: the guessed mapping is in {written}; correct it and run again,"
        " or take it as it is with --yes",
    )


def _show(guess: Guess, file: str) -> None:
    import pyarrow as pa

    err.print(
        f"{_shown(file)} looks like {guess.mapping.kind} (confidence {guess.confidence:.0%}):"
    )
    rows = guess.sample
    print_table(
        pa.table(
            {
                "field": [match.field for match in guess.matches],
                "column": [match.column for match in guess.matches],
                "sure": [f"{match.confidence:.0%}" for match in guess.matches],
                "because of its": [match.why for match in guess.matches],
                "first rows": [
                    " · ".join(str(value) for value in rows[match.column].to_pylist()[:3])
                    for match in guess.matches
                ],
            }
        )
    )


def _beside(file: str, table: str | None, kind: str | None) -> Path:
    """Where a file's mapping is written."""
    name = file if "://" not in file else f"{_source_of(file, table)}"
    return Path(f"{name}{f'.{kind}' if kind else ''}.mapping.yaml")


def _is_for(path: Path, kind: str | None) -> bool:
    from limner.collect.mapping import load_mapping

    return path.is_file() and (kind is None or load_mapping(path).kind == kind)


def _source_of(file: str, table: str | None) -> str:
    """A source's name from its file's or table's name."""
    if "://" in file:
        name = table or file.partition("#")[2] or "table"
    else:
        name = Path(file).name.split(".")[0]
    return re.sub(r"[^\w]+", "_", name).strip("_").lower() or "file"


def _shown(file: str) -> str:
    """A location without a password."""
    from limner.app.doctor import without_secrets

    location, mark, table = file.partition("#")
    return f"{without_secrets(location)}{mark}{table}" if "://" in location else file
