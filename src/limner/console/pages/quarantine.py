"""The quarantine: every row that could not be taken, with its line, column, value and reason."""

from __future__ import annotations

from typing import Any

from limner.app import reading
from limner.console.parts import Column, answer, box, card, link, pager, table, text
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import quality as words


def read(view: View) -> dict[str, Any]:
    """A page of waiting rows, and the reasons there are."""
    rows, total = reading.quarantine_page(
        view.limner, view.param("code"), view.param("source"), view.page_number()
    )
    return {"rows": rows, "total": total, "reasons": reading.quality(view.limner).reasons}


def draw(view: View, document: dict[str, Any]) -> None:
    """Draw the page."""
    total = document["total"]
    sentence = (
        view.say(words.Q_ANSWER, count=view.numbers.count(total))
        if total
        else view.say(words.Q_EMPTY)
    )
    answer(view, frame_words.QUARANTINE, sentence)
    if document["reasons"]:
        _filter(view, document["reasons"])
    with card(view, "", words.Q_L if total else ""):
        if total:
            _rows(view, document["rows"])
            size = reading.PAGE_ROWS
            pager(view, view.page_number(), max(1, -(-total // size)), size, total)
        else:
            nothing(view.say(words.Q_EMPTY), view.say(words.Q_EMPTY_WHY))
    if total:
        home = view.limner.settings.home
        with card(view, words.Q_COMMANDS, classes="lm-next"):
            text(
                f"limner quarantine list --home {home}\nlimner quarantine replay --home {home}",
                "lm-code lm-code-block",
            )


def _filter(view: View, reasons: list[dict[str, Any]]) -> None:
    with box("lm-row").style("margin-bottom: 16px"):
        everything = link(view.say(words.EVERY), view.href("/quarantine"), "lm-chip")
        if not view.param("code"):
            everything.props("aria-current=true")
        for row in reasons[:12]:
            told = f"{row['source']} · {row['column'] or '–'} · {row['code']} ({view.numbers.count(row['rows'])})"
            chip = link(
                told, view.href("/quarantine", code=row["code"], source=row["source"]), "lm-chip"
            )
            if (view.param("code"), view.param("source")) == (row["code"], row["source"]):
                chip.props("aria-current=true")


def _rows(view: View, rows: list[dict[str, Any]]) -> None:
    sees = view.may("personal.read")
    if not sees:
        text(view.say(words.Q_HIDDEN), "lm-quiet")
    table(view, [
        Column("file", view.say(words.FILE)), Column("line", view.say(words.LINE), is_number=True),
        Column("column", view.say(words.COLUMN)), Column("value", view.say(words.VALUE)),
        Column("reason", view.say(words.REASON), is_wrapped=True),
    ], [
        {
            "file": str(row["file"] or "").rsplit("/", 1)[-1] or "–",
            "line": view.numbers.count(row["line"]), "line__sort": row["line"],
            "column": row["column"] or "–",
            "value": (row["value"] or "–") if sees else "•••",
            "reason": row["reason"] if sees else row["code"],
        }
        for row in rows
    ])  # fmt: skip


PAGE = Page("/quarantine", "quarantine", frame_words.QUARANTINE, "reports.read", read, draw)
