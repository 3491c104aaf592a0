"""Mending what waits in quarantine, each deed written down in the audit.

Rows of files wait in the lake, live events in the worker's state (kind `live`): here they are one
list, chosen alike, and tried again each by what refused them.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from limner.app import live
from limner.app.limner import Limner
from limner.app.live import Held
from limner.collect import quarantine
from limner.collect.live.beat import is_worked
from limner.collect.live.waiting import KIND
from limner.collect.quarantine import Choice
from limner.collect.run import Counts
from limner.core.errors import Busy, Unknown
from limner.core.progress import Progress, silent
from limner.core.words import Language
from limner.govern import audit

__all__ = [
    "Choice",
    "Counts",
    "alike",
    "all_reasons",
    "all_waiting",
    "correct_all",
    "drop_all",
    "drop_rows",
    "fields_of",
    "mend_rows",
    "replay_all",
    "replay_rows",
    "waiting",
]

_REPLAY_PATIENCE_SECONDS = 60.0
_MOST_EVENTS = 1_000_000


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


def replay_rows(
    limner: Limner, choice: Choice, by: str, at: datetime, progress: Progress = silent
) -> Counts:
    """Try waiting rows again; what became of them.

    Raises: `Unknown` when no row is chosen.
    """
    counts = quarantine.replay(limner.lake, limner.store, choice, at, progress)
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


# ---- rows of files and live events alike


def all_reasons(limner: Limner, choice: Choice, language: Language = "en") -> pa.Table:
    """How much waits, by source, kind (`live` for events), code and column, with one's reason.

    `language`: of the reasons of events; those of rows are in English.
    """
    found = quarantine.waiting_reasons(limner.lake, choice)
    events = [
        {
            "source": row["source"], "kind": KIND, "code": row["code"], "column": row["field"],
            "rows": row["events"], "first_line": row["first_position"],
            "reason": row["words"].in_(language),
        }
        for row in live.waiting_reasons(limner, _held(choice))
    ]  # fmt: skip
    together = pa.concat_tables([found, pa.Table.from_pylist(events, schema=found.schema)])
    return together.sort_by([("rows", "descending"), ("source", "ascending")])


def all_waiting(
    limner: Limner, choice: Choice, most: int = 1000, language: Language = "en"
) -> pa.Table:
    """What waits, rows of files first; an event's `file` is its name and its `line` the position.

    `language`: of the reasons of events; those of rows are in English.
    """
    found = quarantine.waiting_rows(limner.lake, choice, most)
    events = [
        {
            "row_id": row["row_id"], "source": row["source"], "kind": KIND,
            "file": row["event"] or row["type"], "line": row["position"], "column": row["field"],
            "value": row["value"], "code": row["code"],
            "reason": row["words"].in_(language), "row": row["body"], "at": row["received_at"],
        }
        for row in live.waiting_events(limner, _held(choice), max(0, most - found.num_rows))
    ]  # fmt: skip
    return pa.concat_tables([found, pa.Table.from_pylist(events, schema=found.schema)])


def correct_all(
    limner: Limner, choice: Choice, column: str, value: str, by: str, at: datetime
) -> int:
    """Write a value into a column of waiting rows, and into that field of waiting events; how many.

    Raises: `Unknown` when nothing is chosen, `Malformed` when a row has no such column.
    """
    rows, events = waiting(limner, choice), live.waiting_count(limner, _held(choice))
    _something(rows + events)
    if rows:
        corrected = quarantine.correct(limner.lake, choice, column, value)
        told = _told(choice) | {"rows": corrected}
        audit.record(limner.store, by, "quarantine.corrected", column, told, at)
    if events:
        live.correct_events(limner, _held(choice), column, value, by, at)
    return rows + events


def replay_all(
    limner: Limner, choice: Choice, by: str, at: datetime, progress: Progress = silent
) -> Counts:
    """Try waiting rows and events again; what became of them.

    Events are taken by the worker; where none runs, here and now.
    Raises: `Unknown` when nothing is chosen, `Busy` when the worker does not get round to it.
    """
    rows = waiting(limner, choice)
    events = live.waiting_events(limner, _held(choice), _MOST_EVENTS)
    _something(rows + len(events))
    counts = replay_rows(limner, choice, by, at, progress) if rows else Counts(0, 0, 0, 0)
    if not events:
        return counts
    live.replay_events(limner, _held(choice), by, at)
    _wait_for_replay(limner)
    again = {row["row_id"] for row in live.waiting_events(limner, Held(), _MOST_EVENTS)}
    failed = sum(row["row_id"] in again for row in events)
    return replace(
        counts,
        read=counts.read + len(events),
        kept=counts.kept + len(events) - failed,
        quarantined=counts.quarantined + failed,
    )


def drop_all(limner: Limner, choice: Choice, by: str, at: datetime) -> int:
    """Give up waiting rows and events for good; how many.

    Raises: `Unknown` when nothing is chosen.
    """
    rows, events = waiting(limner, choice), live.waiting_count(limner, _held(choice))
    _something(rows + events)
    dropped = drop_rows(limner, choice, by, at) if rows else 0
    return dropped + (live.drop_events(limner, _held(choice), by, at) if events else 0)


def _wait_for_replay(limner: Limner) -> None:
    """Until nothing is being replayed any more."""
    last = time.monotonic() + _REPLAY_PATIENCE_SECONDS
    while live.waiting_count(limner, Held(), "replaying"):
        if not is_worked(limner.settings.home):
            from limner.app.worker import work_through

            work_through(limner)
        elif time.monotonic() > last:
            raise Busy(
                "replay-pending",
                "the worker has not got round to the replay yet; limner live status tells why",
            )
        else:
            time.sleep(0.05)


def _held(choice: Choice) -> Held:
    return Held(choice.row_ids, choice.source, choice.code, choice.column, choice.value)


def _something(chosen: int) -> None:
    if not chosen:
        raise Unknown(
            "quarantine-none",
            "no waiting row is chosen; `limner quarantine list` shows those there are",
        )


def _told(choice: Choice) -> dict[str, Any]:
    """A choice for the audit, without the values: they may be personal."""
    return {"row_ids": list(choice.row_ids[:20]), "code": choice.code, "column": choice.column}
