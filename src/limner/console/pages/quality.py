"""Data quality: what was read and kept, column by column before and after cleaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from limner.app import reading
from limner.collect.clean import TABLE as RULES
from limner.console import charts_learn as charts
from limner.console.charts import Look
from limner.console.parts import Column, Figure, answer, card, chart, figures, next_steps, table
from limner.console.registry import Page
from limner.console.takeaway import table_to_take
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import quality as words

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The quality of every import, and what each cleaning rule did."""

    quality: reading.Quality
    rules: list[Document]


def read(view: View) -> Cleaned | None:
    """The quality of every import; None when nothing was imported."""
    found = reading.quality(view.limner)
    if not (found.runs or found.columns):
        return None
    return Cleaned(found, reading.cleaning(view.limner))


def draw(view: View, document: Cleaned) -> None:
    """Draw the page."""
    found = document.quality
    write, look = view.numbers, Look(view.language)
    sums = {
        name: sum(run[name] for run in found.runs)
        for name in ("read", "kept", "quarantined", "duplicate")
    }
    counted = {name: write.count(sums[name]) for name in ("read", "kept", "duplicate")}
    sentence = view.say(words.ANSWER, **counted, waiting=write.count(found.waiting))
    answer(view, frame_words.QUALITY, sentence)
    figures(view, [
        Figure(words.READ, write.count(sums["read"]), words.READ_M, view.say(words.ADDS_UP)),
        Figure(words.KEPT, write.count(sums["kept"]), words.KEPT_M),
        Figure(words.QUARANTINED, write.count(sums["quarantined"]), words.QUARANTINED_M),
        Figure(words.DUPLICATE, write.count(sums["duplicate"]), words.DUPLICATE_M),
    ])  # fmt: skip
    for (source, file, kind), columns in _by_source(found.columns).items():
        told = view.say(words.COLUMNS_L, source=f"{source} · {file}", kind=_kind(view, kind))
        with card(view, words.COLUMNS, told):
            names = list(dict.fromkeys(row["column"] for row in columns))
            valid = {(row["column"], row["stage"]): row["validity"] for row in columns}
            options = charts.before_after(
                names,
                [valid.get((n, "before")) for n in names],
                [valid.get((n, "after")) for n in names],
                look,
            )
            chart(view, options, told).style(f"height: {72 + 34 * len(names)}px")
            _columns(view, columns)
    if document.rules:
        with card(view, words.RULES, words.RULES_L):
            _rules(view, document.rules)
    if found.reasons:
        with card(view, words.WAITING):
            _reasons(view, found.reasons)
    if found.runs:
        with card(view, words.RUNS, words.ADDS_UP):
            _runs(view, found.runs)
    next_steps(view, [
        (view.say(words.NEXT_QUARANTINE, count=write.count(found.waiting)), view.href("/quarantine")),
        (view.say(words.NEXT_OVERVIEW), view.href("/")),
    ])  # fmt: skip


def _kind(view: View, kind: str | None) -> str:
    return view.say(words.KINDS[kind]) if kind in words.KINDS else kind or "–"


def _by_source(rows: list[Document]) -> dict[tuple[str, str, str], list[Document]]:
    """The rows of the newest import of each source, file and kind."""
    newest: dict[tuple[str, str, str], str] = {}
    grouped: dict[tuple[str, str, str], list[Document]] = {}
    for row in rows:  # newest first
        key = (row["source"], str(row["file"] or "").rsplit("/", 1)[-1], row["kind"])
        if newest.setdefault(key, row["digest"]) == row["digest"]:
            grouped.setdefault(key, []).append(row)
    return grouped


def _columns(view: View, rows: list[Document]) -> None:
    write = view.numbers
    name = f"quality-{rows[0]['source']}-{rows[0]['kind']}"
    table_to_take(view, name, [
        Column("column", view.say(words.COLUMN)), Column("stage", view.say(words.STAGE)),
        Column("complete", view.say(words.COMPLETE), is_number=True),
        Column("valid", view.say(words.VALID), is_number=True),
        Column("unique", view.say(words.UNIQUE), is_number=True),
        Column("outliers", view.say(words.OUTLIERS), is_number=True),
        Column("lowest", view.say(words.LOWEST)), Column("highest", view.say(words.HIGHEST)),
    ], [
        {
            "column": row["column"],
            "stage": view.say(words.BEFORE if row["stage"] == "before" else words.AFTER),
            "complete": write.share(row["completeness"], 2), "complete__sort": row["completeness"],
            "valid": write.share(row["validity"], 2), "valid__sort": row["validity"],
            "unique": write.share(row["uniqueness"], 2), "unique__sort": row["uniqueness"],
            "outliers": write.count(row["outliers"]), "outliers__sort": row["outliers"],
            "lowest": _extreme(view, row, "lowest"), "highest": _extreme(view, row, "highest"),
        }
        for row in sorted(rows, key=lambda r: (r["column"], r["stage"] != "before"))
    ], size=20)  # fmt: skip


def _rules(view: View, rows: list[Document]) -> None:
    """What each rule changed, flagged and set aside, in the order in which they work."""
    write = view.numbers
    table_to_take(view, "cleaning", [
        Column("source", view.say(words.SOURCE)), Column("column", view.say(words.COLUMN)),
        Column("rule", view.say(words.RULE)),
        *(Column(field, view.say(name), is_number=True) for field, name in (
            ("rows", words.ROWS), ("changed", words.CHANGED), ("flagged", words.FLAGGED),
            ("quarantined", words.QUARANTINED))),
        Column("told", view.say(words.LEARNED), is_wrapped=True),
    ], [
        {
            "source": row["source"], "column": row["column"],
            "rule": view.say(RULES[row["rule"]].words) if row["rule"] in RULES else row["rule"],
            **{f: write.count(row[f]) for f in ("rows", "changed", "flagged", "quarantined")},
            **{f"{f}__sort": row[f] for f in ("rows", "changed", "flagged", "quarantined")},
            "changed__bar": (row["changed"] / row["rows"]) if row["rows"] else None,
            "told": (row["told"] or "–") if view.may("personal.read") else "–",
        }
        for row in rows
    ], size=20)  # fmt: skip


def _extreme(view: View, row: Document, field: str) -> str:
    """The lowest or highest value, but of customers only for a role that may see them."""
    if row["kind"] == "customers" and not view.may("personal.read"):
        return "•••"
    return row[field] or "–"


def _reasons(view: View, rows: list[Document]) -> None:
    table(view, [
        Column("source", view.say(words.SOURCE)), Column("column", view.say(words.COLUMN)),
        Column("reason", view.say(words.REASON)), Column("rows", view.say(words.ROWS), is_number=True),
    ], [
        {
            "source": row["source"], "column": row["column"] or "–", "reason": row["code"],
            "reason__href": view.href("/quarantine", code=row["code"], source=row["source"]),
            "rows": view.numbers.count(row["rows"]), "rows__sort": row["rows"],
        }
        for row in rows
    ])  # fmt: skip


def _runs(view: View, rows: list[Document]) -> None:
    write = view.numbers
    table_to_take(view, "imports", [
        Column("at", view.say(words.AT)), Column("source", view.say(words.SOURCE)),
        Column("file", view.say(words.FILE)), Column("kind", view.say(words.KIND)),
        *(Column(field, view.say(name), is_number=True) for field, name in (
            ("read", words.READ), ("kept", words.KEPT), ("quarantined", words.QUARANTINED),
            ("duplicate", words.DUPLICATE), ("seconds", words.SECONDS))),
    ], [
        {
            "at": write.moment(row["at"]), "at__sort": row["at"].isoformat(), "source": row["source"],
            "file": row["file"].rsplit("/", 1)[-1], "kind": _kind(view, row["kind"]),
            **{f: write.count(row[f]) for f in ("read", "kept", "quarantined", "duplicate")},
            **{f"{f}__sort": row[f] for f in ("read", "kept", "quarantined", "duplicate", "seconds")},
            "seconds": write.decimal(row["seconds"]),
        }
        for row in rows
    ], size=20)  # fmt: skip


PAGE = Page("/quality", "quality", frame_words.QUALITY, "reports.read", read, draw)
