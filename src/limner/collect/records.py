"""Records of customers, products, stores, costs and campaigns: one row a key, the newest word last.

What a row says goes over what the lake has; what it leaves blank erases nothing, so a list of
members and a table of demographics of the same source make one record.
"""

from __future__ import annotations

import pyarrow as pa

from limner.collect.clean.mark import merged_traits, merged_value
from limner.collect.mapping import Mapping
from limner.collect.run import Run
from limner.collect.staging import Staged
from limner.collect.values import named, quoted
from limner.core.progress import Progress
from limner.core.tables import table
from limner.lake import Lake


def write_records(
    lake: Lake, staged: Staged, mapping: Mapping, run: Run, progress: Progress
) -> tuple[int, int]:
    """Bring staged records into their table; the numbers of rows kept and of duplicates.

    A row is kept when it brings a key or changes what the lake says of one; a row that repeats the
    key of a later row, or says what is known, is a duplicate.
    """
    name = mapping.of.table
    declared = table(name)
    transaction = run.transaction("records")
    if (committed := lake.committed(name, transaction)) >= 0:
        return committed - 1, run.good - (committed - 1)
    columns = _columns(mapping, declared.schema)
    keys = ", ".join(named(key) for key in declared.key)
    values = [column for column in columns if column not in declared.key]
    # Columns that are the same for every row, and keys, need no search for the last word.
    has_traits = "traits" in columns
    guessed = [column for column in values if column in staged.said]
    also = {
        f"sure {c}": f"CASE WHEN {named(staged.said[c])} IS NOT NULL THEN {named(c)} END"
        for c in guessed
    }
    if mapping.clean and has_traits:
        also |= {"_said_traits": "_said_traits", "_outliers": "_outliers"}
    newest = "".join(f", arg_max({named(c)}, _line) AS {named(c)}" for c in [*values, *also])
    selected = ", ".join(f"{sql} AS {named(column)}" for column, sql in (columns | also).items())

    def merged(column: str) -> str:
        if column == "traits" and mapping.clean:
            return merged_traits(mapping.guessed, guessed)
        return merged_value(column, has_traits) if column in guessed else _merged(column)

    rows = (
        f"SELECT {keys}{newest} FROM (SELECT _line, {selected} FROM {_with_borrowed(lake, staged, mapping)})"
        f" GROUP BY {keys}"
    )
    view = f"{lake.view(name, lake.version(name))}"
    said = ", ".join(f"{merged(c)} AS {named(c)}" for c in columns)
    kept_as = "".join(
        f", old.{named(c)} AS {named(c)}" for c in declared.schema.names if c not in columns
    )
    match = " AND ".join(
        f"old.{named(key)} IS NOT DISTINCT FROM new.{named(key)}" for key in declared.key
    )
    changed = " OR ".join(f"{merged(c)} IS DISTINCT FROM old.{named(c)}" for c in columns)
    records = staged.cursor.sql(
        f"SELECT {said}{kept_as} FROM ({rows}) new LEFT JOIN {view} old ON {match} WHERE {changed}"
    ).to_arrow_table()
    progress(run.step, 0.7)
    kept = records.num_rows
    lake.upsert(name, records, transaction=(transaction, kept + 1))
    return kept, run.good - kept


def _columns(mapping: Mapping, schema: pa.Schema) -> dict[str, str]:
    """The lake's columns that this mapping fills, with the SQL of each over the staged fields."""
    kind = mapping.of
    fields = {each.name for each in kind.fields}
    columns: dict[str, str] = {}
    for name in schema.names:
        if name in kind.derived:
            columns[name] = kind.derived[name]
        elif name == "source":
            columns[name] = quoted(mapping.source)
        elif name == "traits" and (mapping.traits or mapping.clean):
            columns[name] = "_traits"
        elif name == "currency":
            columns[name] = f"coalesce(currency, {quoted(mapping.currency)})"
        elif name in fields and (
            name in mapping.columns or (kind.borrowed and name in kind.borrowed.fields)
        ):
            columns[name] = named(name)
    return columns


def _merged(column: str) -> str:
    new, old = f"new.{named(column)}", f"old.{named(column)}"
    if column == "traits":
        return f"CASE WHEN {new} IS NULL THEN {old} WHEN {old} IS NULL THEN {new} ELSE json_merge_patch({old}, {new})::VARCHAR END"
    return f"coalesce({new}, {old})"


def _with_borrowed(lake: Lake, staged: Staged, mapping: Mapping) -> str:
    """SQL of the good rows, with what they take from another table where they say nothing."""
    good = f"(SELECT * FROM {staged.rows} WHERE _bad IS NULL)"
    borrowed = mapping.of.borrowed
    if borrowed is None:
        return good
    view = f"{lake.view(borrowed.table, lake.version(borrowed.table))}"
    taken = ", ".join(
        f"coalesce(r.{named(field)}, b.{named(column)}) AS {named(field)}"
        for field, column in borrowed.fields.items()
    )
    on = named(borrowed.on)
    return f"(SELECT r.* REPLACE ({taken}) FROM {good} r LEFT JOIN {view} b ON r.{on} = b.{on})"
