"""Mending what waits in quarantine, each deed written down in the audit."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pyarrow.compute as pc

from limner.app.limner import Limner
from limner.collect import quarantine
from limner.collect.quarantine import Choice
from limner.collect.run import Counts
from limner.govern import audit

__all__ = [
    "Choice",
    "Counts",
    "alike",
    "drop_rows",
    "fields_of",
    "mend_rows",
    "replay_rows",
    "waiting",
]


def waiting(limner: Limner, choice: Choice) -> int:
    """How many rows of a choice wait."""
    return int(pc.sum(quarantine.waiting_reasons(limner.lake, choice)["rows"]).as_py() or 0)


def alike(row: dict[str, Any]) -> Choice:
    """All waiting rows with the same value in the same column, refused for the same reason."""
    return Choice(source=row["source"], code=row["code"], column=row["column"], value=row["value"])


def fields_of(row: dict[str, Any]) -> dict[str, str]:
    """The columns of a quarantined row as they were read, by their names in the source."""
    said = json.loads(row["row"] or "{}")
    return {
        name: "" if value is None else str(value) for name, value in said.items() if name != "_text"
    }


def mend_rows(
    limner: Limner, choice: Choice, column: str, value: str, by: str, at: datetime
) -> Counts:
    """Write a value into a column of waiting rows and try them again; what became of them.

    Raises: `Unknown` when no row is chosen, `Malformed` when a row has no such column.
    """
    corrected = quarantine.correct(limner.lake, choice, column, value)
    audit.record(
        limner.store, by, "quarantine.corrected", column, _told(choice) | {"rows": corrected}, at
    )
    return replay_rows(limner, choice, by, at)


def replay_rows(limner: Limner, choice: Choice, by: str, at: datetime) -> Counts:
    """Try waiting rows again; what became of them.

    Raises: `Unknown` when no row is chosen.
    """
    counts = quarantine.replay(limner.lake, limner.store, choice, at)
    audit.record(
        limner.store, by, "quarantine.replayed", choice.source or "", _told(choice) | counts.as_plain(), at
    )  # fmt: skip
    return counts


def drop_rows(limner: Limner, choice: Choice, by: str, at: datetime) -> int:
    """Give up waiting rows for good; how many.

    Raises: `Unknown` when no row is chosen.
    """
    dropped = quarantine.drop(limner.lake, choice)
    audit.record(
        limner.store, by, "quarantine.dropped", choice.source or "", _told(choice) | {"rows": dropped}, at
    )  # fmt: skip
    return dropped


def _told(choice: Choice) -> dict[str, Any]:
    """A choice for the audit, without the values: they may be personal."""
    return {"row_ids": list(choice.row_ids[:20]), "code": choice.code, "column": choice.column}
