"""What people decide about who is who; each deed stands in the identity log and in the audit."""

from __future__ import annotations

from datetime import datetime

from limner.app.limner import Limner


def merge(limner: Limner, left: str, right: str, by: str, at: datetime) -> int:
    """Make two customers (each named by any identifier) one; the entry that can be un-merged.

    Raises: `Unknown` for somebody nobody knows, `Rejected` when they are one already.
    """
    raise NotImplementedError


def unmerge(limner: Limner, entry_id: int, by: str, at: datetime) -> list[str]:
    """Take apart what an entry joined; the names of the customers there are now.

    Raises: `Unknown` for an entry that is not there, `Rejected` when it joined nothing that is
    still together.
    """
    raise NotImplementedError


def decide_review(
    limner: Limner, review_id: str, decision: str, by: str, at: datetime
) -> str | None:
    """Say of two customers `same`, `different` or `unsure`; the customer they are, when the same.

    Raises: `Unknown` for a review that is not there, `Malformed` for another decision.
    """
    raise NotImplementedError


def block(limner: Limner, kind: str, value: str, reason: str, by: str, at: datetime) -> list[str]:
    """Let an identifier (`value` may end in `*`) join nobody; who is apart now because only it joined them.

    Raises: `Malformed` for a kind that is not there or an empty value.
    """
    raise NotImplementedError


def unblock(limner: Limner, kind: str, value: str, by: str, at: datetime) -> None:
    """Let an identifier join people again; what it had joined comes together again where limits allow.

    Raises: `Unknown` when it is not blocked.
    """
    raise NotImplementedError
