"""Who moved from which group to which between two days, and who came and went meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from limner.understand.columns import numbers

Document = dict[str, Any]
NOBODY_YET = "none"  # where somebody is who is in no group, or was no customer yet
Dated = tuple[date, pa.Table]  # customer_id, state (null: in none), value


def movement(before: pa.Table, after: pa.Table, states: Sequence[str]) -> Document:
    """Flows between groups: customers, and what they were worth before and after.

    Both tables have `customer_id` (each once), `state` (a code of `states`, or null) and `value`.
    Every customer of either table is in exactly one flow; one who is missing there is in `none`.
    """
    at = {name: _by_customer(table) for name, table in (("from", before), ("to", after))}
    everyone = sorted(at["from"].keys() | at["to"].keys())
    order = [*states, NOBODY_YET]
    flows: dict[tuple[str, str], list[float]] = {}
    for customer in everyone:
        was, worth = at["from"].get(customer, (NOBODY_YET, 0.0))
        is_, now = at["to"].get(customer, (NOBODY_YET, 0.0))
        if was == is_ == NOBODY_YET:
            continue
        sums = flows.setdefault((was, is_), [0, 0.0, 0.0])
        sums[0] += 1
        sums[1] += worth
        sums[2] += now
    rows: list[Document] = [
        {
            "from": was, "to": is_, "customers": int(flows[was, is_][0]),
            "value_before": round(flows[was, is_][1], 2), "value_after": round(flows[was, is_][2], 2),
        }
        for was in order for is_ in order if (was, is_) in flows
    ]  # fmt: skip
    moved = sum(row["customers"] for row in rows if row["from"] != row["to"])
    return {
        "flows": rows,
        "customers": sum(row["customers"] for row in rows), "moved": moved,
        "states": [_state(code, rows) for code in order],
    }  # fmt: skip


def over_time(steps: Sequence[Dated], states: Sequence[str]) -> list[Document]:
    """Members of each group at each day, and who entered and left since the day before it.

    The first day has members only.
    """
    found: list[Document] = []
    earlier: dict[str, tuple[str, float]] | None = None
    for day, table in steps:
        now = _by_customer(table)
        for code in states:
            members = {customer for customer, (state, _) in now.items() if state == code}
            row: Document = {
                "day": day.isoformat(), "state": code, "customers": len(members),
                "value": round(sum(now[customer][1] for customer in members), 2),
                "entered": None, "left": None,
            }  # fmt: skip
            if earlier is not None:
                was = {customer for customer, (state, _) in earlier.items() if state == code}
                row["entered"], row["left"] = len(members - was), len(was - members)
            found.append(row)
        earlier = now
    return found


def first_match(ids: Sequence[str], members: Sequence[tuple[str, set[str]]]) -> list[str | None]:
    """The first of some segments that each customer is in; None for who is in none."""
    return [next((code for code, inside in members if one in inside), None) for one in ids]


def _by_customer(table: pa.Table) -> dict[str, tuple[str, float]]:
    value = np.nan_to_num(numbers(table, "value"))
    return {
        customer: (state or NOBODY_YET, float(worth))
        for customer, state, worth in zip(
            table["customer_id"].to_pylist(), table["state"].to_pylist(), value, strict=True
        )
    }


def _state(code: str, rows: Sequence[Document]) -> Document:
    out = [row for row in rows if row["from"] == code]
    into = [row for row in rows if row["to"] == code]
    stayed = sum(row["customers"] for row in out if row["to"] == code)
    before, after = (sum(row["customers"] for row in side) for side in (out, into))
    return {
        "code": code, "before": before, "after": after, "stayed": stayed,
        "left": before - stayed, "entered": after - stayed,
        "stay_rate": stayed / before if before else None,
        "value_before": round(sum(row["value_before"] for row in out), 2),
        "value_after": round(sum(row["value_after"] for row in into), 2),
    }  # fmt: skip
