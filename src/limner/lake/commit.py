"""What a commit of the lake says of itself, and how it is read back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deltalake import CommitProperties, DeltaTable, Transaction

_APPLICATION = "limner.application"
# Operations of Delta that write a version and change no row.
_KEEPS_ROWS = frozenset(
    ["OPTIMIZE", "VACUUM START", "VACUUM END", "ADD COLUMN", "SET TBLPROPERTIES"]
)


def holds(delta: DeltaTable | None, transaction: tuple[str, int] | None) -> bool:
    """Whether a snapshot holds a transaction already."""
    if delta is None or transaction is None:
        return False
    found = delta.transaction_version(transaction[0])
    return found is not None and int(found) >= transaction[1]


def commit(transaction: tuple[str, int] | None) -> CommitProperties:
    """What a commit says of itself: the application transaction that it holds, if any."""
    if transaction is None:
        return CommitProperties()
    return CommitProperties(
        app_transactions=[Transaction(*transaction)],
        custom_metadata={_APPLICATION: transaction[0]},  # the history shows no transactions
    )


def row_changes(commits: Sequence[dict[str, Any]], version: int) -> list[tuple[int, str]]:
    """Of commits, newest first, those after a version that changed rows, oldest first; each with
    the application whose transaction it was, or the empty text.
    """
    return [
        (int(one["version"]), str(one.get(_APPLICATION, "")))
        for one in reversed(commits)
        if one["version"] > version and one["operation"] not in _KEEPS_ROWS
    ]
