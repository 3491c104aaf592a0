"""Who moved between groups: lifecycle stages, RFM groups or segments, from one day to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from limner.app.described import members_of, named
from limner.app.kept import keep, kept
from limner.app.limner import Limner
from limner.app.past import FOR_STATES, day_of, everyone_as_of
from limner.core.errors import Malformed, Rejected, Unknown
from limner.core.progress import Progress, silent
from limner.core.words import Words
from limner.understand.division.movement import NOBODY_YET, first_match, movement, over_time
from limner.understand.segments.lifecycle import STAGES
from limner.understand.segments.rfm import GROUPS

Document = dict[str, Any]
SCHEMES: dict[str, Words] = {
    "lifecycle": Words("Lifecycle stages", "生命周期阶段"),
    "rfm": Words("RFM groups", "RFM 分组"),
    "segments": Words("Chosen segments", "所选人群"),
}
_COLUMNS = {"lifecycle": "lifecycle_stage", "rfm": "rfm_group"}
_NONE = Words("Not a customer yet, or in none", "尚非客户或不在其中")
USUAL_DAYS = 90
MOST_STEPS = 12
_MOST_SEGMENTS = 8


def movement_ask(
    limner: Limner, by: str, start: date | None, end: date | None, steps: int = 6,
    segments: Sequence[str] = (),
) -> Document:  # fmt: skip
    """What `movement_between` is asked, made whole: by default the 90 days up to the last build.

    Raises: `Unknown` for a scheme or segment there is not, `Rejected` for days in the wrong order,
    `Malformed` for no segments or too many.
    """
    if by not in SCHEMES:
        raise Unknown("movement-scheme", f"there is no {by!r}; there are {', '.join(SCHEMES)}")
    last = day_of(limner, end)
    first = day_of(limner, start or last - timedelta(days=USUAL_DAYS))
    if first >= last:
        raise Rejected("movement-days", f"{first} is not before {last}; take an earlier first day")
    if by == "segments" and not 1 <= len(segments) <= _MOST_SEGMENTS:
        raise Malformed(
            "movement-segments", f"{len(segments)} segments; choose from 1 to {_MOST_SEGMENTS}"
        )
    rules = {code: named(limner, code).rule for code in segments} if by == "segments" else {}
    return {
        "by": by, "from": first.isoformat(), "to": last.isoformat(),
        "steps": min(max(steps, 2), MOST_STEPS), "segments": rules,
    }  # fmt: skip


def movement_kept(limner: Limner, ask: Document) -> Document | None:
    """The movement, if it was worked out since the last build."""
    return kept(limner, "movement", ask)


def movement_between(limner: Limner, ask: Document, progress: Progress = silent) -> Document:
    """Flows between groups from the first day to the last, and entries and exits at days between.

    `ask` is of `movement_ask`.  Both days are worked out from what had happened by then, by today's
    definitions.  The document has flows, states (with names), and `over_time`.
    """
    found = movement_kept(limner, ask)
    if found is not None:
        return found
    first, last = date.fromisoformat(ask["from"]), date.fromisoformat(ask["to"])
    days = _days(first, last, ask["steps"])
    tables = []
    for at, day in enumerate(days):
        tables.append((day, _states(limner, ask, day)))
        progress("movement", (at + 1) / len(days))
    names = _names(limner, ask)
    codes = [code for code in names if code != NOBODY_YET]
    document = movement(tables[0][1], tables[-1][1], codes)
    for row in document["states"]:
        row["name_en"], row["name_zh"] = names[row["code"]].en, names[row["code"]].zh
    document["over_time"] = over_time(tables, codes)
    return keep(limner, "movement", ask, ask | document)


def _days(first: date, last: date, steps: int) -> list[date]:
    span = (last - first).days
    return sorted({first + timedelta(days=round(span * at / (steps - 1))) for at in range(steps)})


def _states(limner: Limner, ask: Document, day: date) -> pa.Table:
    everyone = everyone_as_of(limner, day, FOR_STATES)
    ids = everyone["customer_id"]
    if ask["by"] in _COLUMNS:
        state = everyone[_COLUMNS[ask["by"]]]
    else:
        members = [
            (code, set(members_of(limner, rule, day))) for code, rule in ask["segments"].items()
        ]
        state = pa.array(first_match(ids.to_pylist(), members), pa.string())
    return pa.table({"customer_id": ids, "state": state, "value": everyone["revenue_365d"]})


def _names(limner: Limner, ask: Document) -> dict[str, Words]:
    if ask["by"] == "segments":
        found = {code: named(limner, code).name for code in ask["segments"]}
    else:
        groups = STAGES if ask["by"] == "lifecycle" else GROUPS
        found = {group.code: group.name for group in groups}
    return found | {NOBODY_YET: _NONE}
