"""Groups of customers as scripts ask for them: by a rule, or by a segment's or an audience's code."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import ibis
import pyarrow as pa
from sqlalchemy import select as sql_select

from limner.app import reading
from limner.app.audiences import customers_of
from limner.app.limner import Limner
from limner.app.opaque import opaque
from limner.app.present import AsOf, day_of, is_after_build
from limner.app.segments import everyone, everyone_now, segments_in_force, sizes
from limner.core.errors import Forbidden, Unknown
from limner.govern.audit import record
from limner.govern.masking import PERSONAL
from limner.store.models import Segment

Document = dict[str, Any]
_TEXT = re.compile(r"'(?:[^']|'')*'")
# What customers said of themselves, and what events say beyond the columns everybody may see.
_HIDDEN = re.compile(
    rf"(?<![.\w])(?:{'|'.join(sorted(PERSONAL))})\b|\b(?:traits|properties|context)\s*\.",
    re.IGNORECASE,
)


def demand_visible(limner: Limner, group: str, sees_personal: bool) -> None:
    """Refuse a rule that asks by what the asker may not see: counts would tell it word by word.

    Raises: `Forbidden` naming the word.
    """
    if sees_personal or group in {segment.code for segment in segments_in_force(limner)}:
        return
    if found := _HIDDEN.search(_TEXT.sub("''", group)):
        raise Forbidden(
            "rule-personal",
            f"the rule asks by {found[0].rstrip('. ')!r}, which is personal data that your role may not see",
            "rule",
        )


def size_of(limner: Limner, group: str, as_of: AsOf = None) -> Document:
    """How many customers a rule or code holds for: customers, everyone, as_of, seconds.

    Raises: as `customers_of`.
    """
    start = time.perf_counter()
    chosen = customers_of(limner, group, as_of)
    size = limner.lake.fetch(chosen.aggregate(n=chosen.count()))["n"][0].as_py()
    return {
        "expression": group, "customers": size, "everyone": everyone(limner, as_of),
        "as_of": day_of(limner, as_of),
        "seconds": round(time.perf_counter() - start, 4),
    }  # fmt: skip


def members_page(
    limner: Limner, group: str, page: int, size: int, as_of: AsOf = None,
    sees_personal: bool = False,
) -> Document:  # fmt: skip
    """The ids of one page of the customers a rule or code holds for, in order of id."""
    chosen = _shown(limner, customers_of(limner, group, as_of), sees_personal)
    total = limner.lake.fetch(chosen.aggregate(n=chosen.count()))["n"][0].as_py()
    rows = chosen.order_by("customer_id").limit(size, offset=(page - 1) * size)
    return {
        "total": total, "page": page, "pages": max(1, -(-total // size)),
        "customers": limner.lake.fetch(rows)["customer_id"].to_pylist(),
    }  # fmt: skip


def members_of(
    limner: Limner, group: str, as_of: AsOf = None, sees_personal: bool = False
) -> pa.Table:
    """The ids of the customers a rule or code holds for, in order, as one column `customer_id`.

    Raises: as `customers_of`.
    """
    chosen = _shown(limner, customers_of(limner, group, as_of), sees_personal)
    return limner.lake.fetch(chosen.order_by("customer_id"))


def _shown(limner: Limner, chosen: ibis.Table, sees_personal: bool) -> ibis.Table:
    if sees_personal:
        return chosen
    return chosen.mutate(customer_id=opaque(limner, chosen.customer_id))


def export_members(
    limner: Limner, group: str, by: str, at: datetime, as_of: AsOf = None,
    sees_personal: bool = False,
) -> pa.Table:  # fmt: skip
    """The portraits of the customers a rule or code holds for; the audit notes who took them.

    They are those of the last build, also of who fits as of a day before it; as of now they are as
    of now.  Without the right to personal data its columns are left out, and ids that are addresses masked.
    Raises: as `customers_of`; `Unknown` when no portraits were built yet.
    """
    if limner.lake.version("profiles") is None:
        raise Unknown("portraits-missing", "there are no portraits to export; run limner build")
    chosen = customers_of(limner, group, as_of)
    is_now = is_after_build(limner, as_of)
    portraits = everyone_now(limner, as_of) if is_now else limner.lake.table("profiles")
    hidden = reading.HIDDEN if sees_personal else reading.HIDDEN | PERSONAL
    portraits = portraits.drop(*[name for name in hidden if name in portraits.columns])
    rows = portraits.semi_join(chosen, "customer_id").order_by("customer_id")
    if not sees_personal:
        rows = rows.mutate(customer_id=opaque(limner, rows.customer_id))
    found = limner.lake.fetch(rows)
    told = {
        "expression": group, "rows": found.num_rows, "is_masked": not sees_personal,
        "as_of": str(day_of(limner, as_of)),
    }  # fmt: skip
    record(limner.store, by, "customers.exported", "segment", told, at)
    return found


def segment_list(limner: Limner, as_of: AsOf = None) -> list[Document]:
    """Every segment: code, names, descriptions, rule, state, version, owner, customers, revenue.

    `customers`: at the last build, as its portraits have it, or as of another day or now; 0 where a
    rule has gone stale.  Those of people's own that are not approved stand there too.
    """
    if as_of is None:
        counted = {row["segment"]: row for row in reading.segments(limner)}
    else:
        counted = sizes(limner, as_of)
    with limner.store.reading() as session:
        own = {row.segment: row for row in session.scalars(sql_select(Segment))}
    found = []
    for segment in segments_in_force(limner):
        kept = own.pop(segment.code, None)
        found.append({
            "segment": segment.code, "name_en": segment.name.en, "name_zh": segment.name.zh,
            "description_en": segment.description.en, "description_zh": segment.description.zh,
            "rule": segment.rule, "state": "approved",
            "version": kept.version if kept else 1, "owner": kept.owner if kept else "",
            "is_own": kept is not None, **_sizes(counted, segment.code),
        })  # fmt: skip
    for kept in own.values():
        found.append({
            "segment": kept.segment, "name_en": kept.name_en, "name_zh": kept.name_zh,
            "description_en": kept.description_en, "description_zh": kept.description_zh,
            "rule": kept.rule, "state": kept.state, "version": kept.version, "owner": kept.owner,
            "is_own": True, **_sizes(counted, kept.segment),
        })  # fmt: skip
    return found


def _sizes(counted: Mapping[str, Document], code: str) -> Document:
    row = counted.get(code, {})
    return {"customers": row.get("customers", 0), "revenue": row.get("revenue")}
