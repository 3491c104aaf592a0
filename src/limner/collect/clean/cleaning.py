"""The pass that cleans: a source's rows in, the same rows with clean values out, and what was done.

Everything is SQL over the whole source at once.  The original values stay beside the clean ones, so
that a row that ends in quarantine waits there as the source has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import duckdb
import pyarrow as pa

from limner.collect.clean import Clauses
from limner.collect.clean.currency import NAMES
from limner.collect.clean.date import decided
from limner.collect.clean.missing import fillings
from limner.collect.clean.outlier import fences
from limner.collect.clean.report import MARK, MISSING, REFUSED, SAID, WAS, beyond, report
from limner.collect.clean.rule import (
    NOTHING,
    Clause,
    Exchange,
    Fence,
    Fill,
    Found,
    Reading,
    Rewrite,
)
from limner.collect.readers import Rows
from limner.collect.values import blank, named, only_row, parsed, quoted

_Kind = TypeVar("_Kind", Rewrite, Exchange, Fence, Fill)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A clause that sets rows aside: the flag's name, the column, and what the quarantine says."""

    flag: str
    column: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Rows with clean values: beside the columns of `Rows`, `_filled` and `_outliers` hold the names of
    the values that were filled and that lie far out.

    `was`: each cleaned column's name with its original value; `said`: each filled or capped column's
    name with what the row itself says.
    """

    rows: Rows
    was: Mapping[str, str]
    said: Mapping[str, str]
    refusals: tuple[Refusal, ...]
    report: tuple[dict[str, object], ...] = field(default=(), compare=False)


def clean_rows(
    cursor: duckdb.DuckDBPyConnection,
    area: str,
    rows: Rows,
    clauses: Clauses,
    called: Mapping[str, str],
    reading: Reading,
    remembered: Mapping[int, Found] = NOTHING,  # type: ignore[assignment]
) -> Cleaned:
    """Clean a source's rows into `area`.

    `called`: the name of what each column says, for `_filled` and `_outliers`.  `remembered`: what
    the clauses, by their number, learned from the whole file when only some of its rows come again.
    """
    every = [clause for own in clauses.values() for clause in own]
    work = _Work(cursor, area, rows, every, called, reading, remembered)
    work.rewrite()
    work.compare()
    return work.cleaned()


class _Work:
    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, area: str, rows: Rows, clauses: Sequence[Clause],
        called: Mapping[str, str], reading: Reading, remembered: Mapping[int, Found],
    ) -> None:  # fmt: skip
        self.cursor, self.area, self.rows, self.clauses = cursor, area, rows, clauses
        self.called, self.reading, self.remembered = called, reading, remembered
        amounts = [a for c in clauses if isinstance(c.step, Exchange) for a in c.step.amounts]
        self.columns = list(dict.fromkeys([*(c.column for c in clauses), *amounts]))
        self.found: dict[int, Found] = {}
        self.current = {column: named(f"\x010 {column}") for column in self.columns}
        self.marks: list[str] = []  # SQL of "... AS name" over the innermost relation

    def text(self, column: str) -> str:
        """SQL of a source's column as text."""
        kind = self.rows.types[column]
        return (
            named(column)
            if kind == "VARCHAR"
            else parsed(named(column), kind, "text", "UTC", False)
        )

    # ---- row by row

    def rewrite(self) -> None:
        """Table `washed`: values rewritten and amounts exchanged."""
        texts = ", ".join(f"{self.text(c)} AS {self.current[c]}" for c in self.columns)
        relation = f"SELECT *, {texts} FROM ({self.rows.select})"
        own = {c: self._rewrites(c) for c in self.columns}
        for depth in range(max((len(steps) for steps in own.values()), default=0)):
            new: list[str] = []
            for column, steps in own.items():
                if depth < len(steps):
                    new += self._rewritten(column, *steps[depth], depth, relation)
            relation = f"SELECT *, {', '.join(new)} FROM ({relation})"
        for number, clause, exchange in self._of(Exchange):
            relation = self._exchanged(relation, number, clause, exchange)
        kept = ", ".join(
            f"{named(c)} AS {named(WAS + c)}, {self.current[c]} AS {named(SAID + c)}"
            if c in self.columns
            else named(c)
            for c in self.rows.types
        )
        marks = "".join(f", {mark}" for mark in self.marks)
        self.cursor.execute(
            f"CREATE OR REPLACE TABLE {self.area}.washed AS"
            f" SELECT _line, _broken, _text, {kept}{marks} FROM ({relation})"
        )

    def _rewrites(self, column: str) -> list[tuple[int, Clause, Rewrite]]:
        return [each for each in self._of(Rewrite) if each[1].column == column]

    def _of(self, kind: type[_Kind]) -> list[tuple[int, Clause, _Kind]]:
        every = enumerate(self.clauses)
        return [(n, clause, clause.step) for n, clause in every if isinstance(clause.step, kind)]

    def _rewritten(
        self, column: str, number: int, clause: Clause, step: Rewrite, depth: int, relation: str
    ) -> Iterator[str]:
        old, new = self.current[column], named(f"\x01{depth + 1} {column}")
        if step.look is not None:
            self.found[number] = self.remembered.get(number) or self._looked(step, old, relation)
        found = self.found.get(number, NOTHING)
        yield f"{step.write(old, self.reading, found)} AS {new}"
        self.marks.append(f"({new} IS DISTINCT FROM {old}) AS {named(f'{MARK}{number}')}")
        if step.refuses is not None:
            flag = f"(_broken IS NULL AND NOT {blank(old, 'VARCHAR')} AND {step.refuses(old, self.reading, found)})"
            self.marks.append(f"{flag} AS {named(f'{REFUSED}{number}')}")
        self.current[column] = new

    def _looked(self, step: Rewrite, x: str, relation: str) -> Found:
        seen = step.look(x) if step.look else "NULL"
        sql = f"SELECT {seen} FROM ({relation}) WHERE _broken IS NULL"
        return decided(only_row(self.cursor, sql)[0], self.reading)

    def _exchanged(self, relation: str, number: int, clause: Clause, step: Exchange) -> str:
        """Amounts and their currency's code; a row with an amount that is no number stays as it is."""
        said = self.current[clause.column]
        names = " ".join(f"WHEN {quoted(name)} THEN {quoted(code)}" for name, code in NAMES.items())
        plain = f"upper(trim({said}))"
        default = quoted(self.reading.currency)
        code = f"CASE WHEN {blank(said, 'VARCHAR')} THEN {default} ELSE CASE {plain} {names} ELSE {plain} END END"
        rates = " ".join(f"WHEN {quoted(c)} THEN {rate!r}" for c, rate in step.rates.items())
        amounts = [self.current[a] for a in step.amounts]
        readable = " AND ".join(
            f"({blank(a, 'VARCHAR')} OR {self.reading.number(a)} IS NOT NULL)" for a in amounts
        )
        rate = named(f"\x01rate {number}")
        relation = f"SELECT *, CASE WHEN {readable} THEN CASE {code} {rates} END END AS {rate}, {code} AS {named(f'{SAID}code {number}')} FROM ({relation})"
        new = []
        for column, x in zip(step.amounts, amounts, strict=True):
            converted = self.reading.shown(f"round({self.reading.number(x)} * {rate}, 6)")
            self.current[column] = named(f"\x01x{number} {column}")
            new.append(
                f"CASE WHEN {rate} IS NULL THEN {x} ELSE {converted} END AS {self.current[column]}"
            )
        mine = named(f"\x01x{number} {clause.column}")
        own = f"CASE WHEN {named(f'{SAID}code {number}')} = {quoted(step.to)} AND NOT {blank(said, 'VARCHAR')} THEN {quoted(step.to)} ELSE {said} END"
        new.append(f"CASE WHEN {rate} IS NOT NULL THEN {quoted(step.to)} ELSE {own} END AS {mine}")
        self.current[clause.column] = mine
        self.marks.append(
            f"({rate} IS NOT NULL OR {mine} IS DISTINCT FROM {said}) AS {named(f'{MARK}{number}')}"
        )
        return f"SELECT *, {', '.join(new)} FROM ({relation})"

    # ---- against the whole file

    def compare(self) -> None:
        """Table `cleaned`: outliers found, missing values filled."""
        inner, joins, out, filled, outliers = [], [], dict[str, str](), [], []
        for column in self.columns:
            inner.append(
                f"{self.reading.number(named(SAID + column))} AS {named(f'{chr(1)}n {column}')}"
            )
        more: list[str] = []
        for number, clause, step in self._of(Fence):
            x, n = self._value(clause, out), named(f"\x01n {clause.column}")
            if step.how == "range":
                low, high = (
                    "NULL::DOUBLE" if end is None else repr(end) for end in (step.low, step.high)
                )
            else:
                self._learn(
                    number, clause, fences(step, self._values(clause, step.by, "n IS NOT NULL"))
                )
                inner.append(f"{self._key(step.by)} AS {named(f'{chr(1)}k {number}')}")
                joins.append(self._joined(number))
                low, high = (
                    f"coalesce(g{number}.{end}, a{number}.{end})" for end in ("low", "high")
                )
            mark = f"coalesce(_broken IS NULL AND ({n} < {low} OR {n} > {high}), false)"
            more.append(f"{mark} AS {named(f'{MARK}{number}')}")
            if step.then == "cap":
                out[clause.column] = (
                    f"CASE WHEN _broken IS NULL AND {n} < {low} THEN {self.reading.shown(low)}"
                    f" WHEN _broken IS NULL AND {n} > {high} THEN {self.reading.shown(high)} ELSE {x} END"
                )
            if step.then == "quarantine":
                more.append(f"{mark} AS {named(f'{REFUSED}{number}')}")
            else:
                outliers.append(f"CASE WHEN {mark} THEN {quoted(self._name(clause))} END")
        for number, clause, fill in self._of(Fill):
            x, value = self._value(clause, out), self._filling(number, clause, fill, inner, joins)
            gap = f"(_broken IS NULL AND {blank(named(SAID + clause.column), 'VARCHAR')})"
            mark = f"coalesce({gap} AND {value} IS NOT NULL, false)"
            more += [
                f"{mark} AS {named(f'{MARK}{number}')}",
                f"{gap} AS {named(f'{MISSING}{number}')}",
            ]
            filled.append(f"CASE WHEN {mark} THEN {quoted(self._name(clause))} END")
            out[clause.column] = f"CASE WHEN {gap} THEN coalesce({value}, {x}) ELSE {x} END"
        for column in self.columns:
            more.append(f"{out.get(column, named(SAID + column))} AS {named(column)}")
        lists = [
            f"list_filter([{', '.join(each) or 'NULL'}]::VARCHAR[], lambda v: v IS NOT NULL) AS {name}"
            for each, name in ((filled, "_filled"), (outliers, "_outliers"))
        ]
        computed = (
            f"SELECT *, {', '.join(inner)} FROM {self.area}.washed"
            if inner
            else f"FROM {self.area}.washed"
        )
        without = ", ".join(named(f"\x01n {column}") for column in self.columns)
        self.cursor.execute(
            f"CREATE OR REPLACE TABLE {self.area}.cleaned AS SELECT t.* EXCLUDE ({without}),"
            f" {', '.join([*more, *lists])} FROM ({computed}) t {' '.join(joins)}"
        )
        self.cursor.execute(f"DROP TABLE {self.area}.washed")

    def _name(self, clause: Clause) -> str:
        return self.called.get(clause.column, clause.column)

    def _value(self, clause: Clause, out: Mapping[str, str]) -> str:
        return out.get(clause.column, named(SAID + clause.column))

    def _filling(
        self, number: int, clause: Clause, step: Fill, inner: list[str], joins: list[str]
    ) -> str:
        if step.how == "leave":
            return "NULL::VARCHAR"
        if step.how == "default":
            return quoted(step.value)
        if step.how == "column":
            return self._key(step.by)
        self._learn(
            number, clause, fillings(step, self._values(clause, step.by, "value IS NOT NULL"))
        )
        inner.append(f"{self._key(step.by)} AS {named(f'{chr(1)}k {number}')}")
        joins.append(self._joined(number))
        value = f"coalesce(g{number}.value, a{number}.value)"
        return self.reading.shown(value) if step.how == "median" else value

    def _key(self, by: str | None) -> str:
        """SQL over `washed` of what a row says of the column by which it is grouped."""
        if by is None:
            return "NULL::VARCHAR"
        x = named(SAID + by) if by in self.columns else self.text(by)
        return f"CASE WHEN NOT {blank(x, 'VARCHAR')} THEN trim({x}) END"

    def _values(self, clause: Clause, by: str | None, where: str) -> str:
        x = named(SAID + clause.column)
        said = f"CASE WHEN NOT {blank(x, 'VARCHAR')} THEN trim({x}) END"
        return (
            f"SELECT * FROM (SELECT {self._key(by)} AS key, {said} AS value, {self.reading.number(x)} AS n"
            f" FROM {self.area}.washed WHERE _broken IS NULL) WHERE {where}"
        )

    def _joined(self, number: int) -> str:
        learned = f"{self.area}.learned_{number}"
        return (
            f"LEFT JOIN {learned} g{number} ON NOT g{number}.is_all AND g{number}.key = t.{named(f'{chr(1)}k {number}')}"
            f" LEFT JOIN {learned} a{number} ON a{number}.is_all"
        )

    def _learn(self, number: int, clause: Clause, sql: str) -> None:
        """A table of what a clause learns from the file, or is given as learned."""
        name = f"{self.area}.learned_{number}"
        is_known = number in self.remembered
        # Of only some of the file's rows nothing is learned; the table has its shape all the same.
        limit = " LIMIT 0" if is_known else ""
        self.cursor.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM ({sql}){limit}")
        if is_known and (groups := list(self.remembered[number]["groups"])):
            self.cursor.register("remembered_groups", pa.Table.from_pylist(groups))
            self.cursor.execute(f"INSERT INTO {name} BY NAME FROM remembered_groups")
            self.cursor.unregister("remembered_groups")
        rows = self.cursor.sql(f"SELECT * FROM {name} ORDER BY is_all, key").to_arrow_table()
        self.found[number] = {"groups": rows.to_pylist()}

    # ---- what came of it

    def cleaned(self) -> Cleaned:
        """The clean rows and what each clause did."""
        types = {c: "VARCHAR" if c in self.columns else kind for c, kind in self.rows.types.items()}
        refusals = []
        for number, clause in enumerate(self.clauses):
            step = clause.step
            if isinstance(step, Rewrite) and step.refuses is not None:
                refusals.append(
                    Refusal(f"{REFUSED}{number}", clause.column, step.code, step.reason)
                )
            if isinstance(step, Fence) and step.then == "quarantine":
                refusals.append(
                    Refusal(f"{REFUSED}{number}", clause.column, "outlier", beyond(step))
                )
        guessed = {c.column for c in self.clauses if c.is_guessing}
        rows = replace(self.rows, select=f"SELECT * FROM {self.area}.cleaned", types=types)
        return Cleaned(
            rows,
            {c: WAS + c for c in self.columns},
            {c: SAID + c for c in self.columns if c in guessed},
            tuple(refusals),
            tuple(report(self.cursor, self.area, self.clauses, self.found, self.reading)),
        )
