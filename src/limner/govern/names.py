"""Under which names a customer's consents and deliveries may stand: every one it ever had.

What a customer said, and what was sent, is kept under the name of that moment.  Who it is today
stands in the identity graph, so a merge brings both histories together and an un-merge takes them
apart, without a row being rewritten.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from limner.core.batches import batches
from limner.store.models import Identifier

_BATCH = 5_000
# Where two kinds have one value, the plain value names the customer of the surer kind.
_SUREST_FIRST = ("user_id", "loyalty_card", "email", "phone", "anonymous_id", "record")


def names_of(session: Session, customer_ids: Collection[str]) -> dict[str, str]:
    """Every name of some customers, and whose it is; one that the graph does not know has its own."""
    names: dict[str, str] = {}
    plain: dict[str, tuple[int, str]] = {}
    values: list[str] = []
    for some in batches(customer_ids, _BATCH):
        mine = select(Identifier.value).where(Identifier.customer_id.in_(some))
        values += session.scalars(mine)
    wanted = set(customer_ids)
    for some in batches(sorted({*values, *wanted}), _BATCH):
        for row in session.execute(
            select(Identifier.kind, Identifier.value, Identifier.customer_id).where(
                Identifier.value.in_(some)
            )
        ):
            rank = _SUREST_FIRST.index(row.kind)
            if row.value not in plain or rank < plain[row.value][0]:
                plain[row.value] = rank, row.customer_id
            if row.customer_id in wanted:
                names[f"{row.kind}:{row.value}"] = row.customer_id
    names |= {value: owner for value, (_, owner) in plain.items() if owner in wanted}
    return names | {each: each for each in wanted if each not in plain}
