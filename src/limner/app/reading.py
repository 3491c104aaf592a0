"""What the console, the API and exports read: reports, customers, segments, quality.

Everything here only reads.  Personal data leaves masked unless the caller says that the role of
whoever asks may see it; a column that is masked cannot be searched, filtered or sorted by either,
so that nobody learns it by asking questions.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import pyarrow as pa
from sqlalchemy import func, select

from limner.app.limner import Limner
from limner.app.opaque import opaque
from limner.app.reports import Document, as_of, report
from limner.app.segments import choosing, saved_segments
from limner.core.errors import Malformed, Rejected, Unknown
from limner.govern import audit
from limner.govern.masking import PERSONAL
from limner.govern.users import everyone
from limner.store import models

# What a build left, and what people keep, is read from here as well.
__all__ = [
    "HIDDEN", "PAGE_ROWS", "Ask", "CustomersPage", "Document", "Quality", "as_of", "audit_trail",
    "campaigns", "cleaning", "customers_page", "customers_table", "has_events", "quality",
    "quarantine_page", "report", "saved_segments", "segments", "users",
]  # fmt: skip
HIDDEN = frozenset({"traits", "provenance"})
CUSTOMER_COLUMNS = (
    "customer_id", "name", "revenue_365d", "orders_365d", "recency_days", "lifecycle_stage",
    "rfm_group", "basket_mean", "cluster", "email", "phone",
)  # fmt: skip
OFTEN_EMPTY = ("name", "email", "phone")  # shown only where somebody has one
PAGE_ROWS = 25


def has_events(limner: Limner) -> bool:
    """Whether anything was ever imported."""
    return limner.lake.version("events") is not None


# ---- customers


@dataclass(frozen=True, slots=True)
class Ask:
    """Which customers to read, in which order.

    `rule_text`: the rule language over the portrait's columns; `search`: part of an id, name,
    e-mail or phone; `segment`: a segment's code; `sort`: a column, with `-` before it for
    largest first.
    """

    rule_text: str = ""
    search: str = ""
    segment: str = ""
    sort: str = "-revenue_365d"


@dataclass(frozen=True, slots=True)
class CustomersPage:
    """One page of customers: `rows` of `total`, counted over all pages."""

    rows: list[Document]
    columns: tuple[str, ...]
    total: int
    revenue_365d: float | None
    page: int
    pages: int


def customers_page(
    limner: Limner, ask: Ask, page: int = 1, size: int = PAGE_ROWS, sees_personal: bool = False
) -> CustomersPage | None:
    """A page of the customers that match; None when no portraits were built yet.

    Raises: `Malformed` for a rule that cannot be read or a column that does not exist.
    """
    found = _matching(limner, ask, sees_personal)
    if found is None:
        return None
    sums = {"total": found.count()}
    if "revenue_365d" in found.columns:
        sums["revenue"] = found.revenue_365d.sum()
    known = [name for name in OFTEN_EMPTY if name in found.columns]
    sums |= {f"has_{name}": found[name].count() for name in known}
    figures = limner.lake.fetch(found.aggregate(**sums)).to_pylist()[0]
    pages = max(1, -(-figures["total"] // size))
    page = min(max(page, 1), pages)
    empty = {name for name in known if not figures[f"has_{name}"]}
    columns = tuple(c for c in CUSTOMER_COLUMNS if c in found.columns and c not in empty)
    rows = found.select(*columns).limit(size, offset=(page - 1) * size)
    return CustomersPage(
        limner.lake.fetch(rows).to_pylist(),
        columns,
        figures["total"],
        figures.get("revenue"),
        page,
        pages,
    )


def customers_table(limner: Limner, ask: Ask, sees_personal: bool = False) -> pa.Table:
    """All columns of all customers that match, for an export."""
    found = _matching(limner, ask, sees_personal)
    if found is None:
        raise Unknown("portraits-missing", "there are no portraits to export; run limner build")
    return limner.lake.fetch(found)


def _matching(limner: Limner, ask: Ask, sees_personal: bool) -> ibis.Table | None:
    if limner.lake.version("profiles") is None:
        return None
    portraits = limner.lake.table("profiles")
    if ask.segment:
        members = limner.lake.table("memberships").filter(ibis._.segment == ask.segment)
        portraits = portraits.semi_join(members, "customer_id")
    shown = [name for name in portraits.columns if name not in HIDDEN]
    chosen = None
    if ask.rule_text.strip():
        hidden = frozenset() if sees_personal else PERSONAL
        portraits, chosen = choosing(limner, ask.rule_text, portraits, hidden)
    if not sees_personal:
        shown = [name for name in shown if name not in PERSONAL]
        portraits = portraits.mutate(customer_id=opaque(limner, portraits.customer_id))
    if chosen is not None:
        portraits = portraits.filter(chosen(portraits))
    portraits = portraits.select(*shown)
    if needle := ask.search.strip().lower():
        fields = [c for c in ("customer_id", "name", "email", "phone") if c in portraits.columns]
        hits = [portraits[c].lower().contains(needle).fill_null(False) for c in fields]
        portraits = portraits.filter(ibis.or_(*hits))
    return portraits.order_by(_order(portraits, ask.sort))


def _order(portraits: ibis.Table, sort: str) -> list[ibis.Value]:
    name = sort.removeprefix("-")
    if name not in portraits.columns:
        if sort == Ask().sort:  # a portrait without money is sorted by who it is
            return [portraits.customer_id]
        raise Malformed("sort-unknown", f"cannot sort by {name!r}; it is not a column you may see")
    column = portraits[name]
    order = (
        column.desc(nulls_first=False) if sort.startswith("-") else column.asc(nulls_first=False)
    )
    return [order, portraits.customer_id]


# ---- segments, campaigns, quality


def segments(limner: Limner) -> list[Document]:
    """Every segment that has members or a saved rule: code, names, rule, customers, revenue."""
    members = limner.lake.table("memberships")
    portraits = limner.lake.table("profiles")
    joined = members.left_join(portraits, "customer_id")
    sums: dict[str, ibis.Value] = {"customers": joined.count()}
    if "revenue_365d" in portraits.columns:
        sums["revenue"] = joined.revenue_365d.sum()
    counted = limner.lake.fetch(joined.group_by("segment").aggregate(**sums)).to_pylist()
    found: dict[str, Document] = {row["segment"]: {**row, "rule": None} for row in counted}
    for code, saved in saved_segments(limner).items():
        row = found.setdefault(code, {"segment": code, "customers": 0, "revenue": 0.0})
        row |= saved | _size(limner, str(saved["rule"]))
    return sorted(found.values(), key=lambda row: -(row.get("revenue") or 0.0))


def _size(limner: Limner, rule: str) -> Document:
    """How many customers fit a saved rule now; none when it names a column that is gone."""
    try:
        page = customers_page(limner, Ask(rule_text=rule), size=1, sees_personal=True)
    except Rejected:
        page = None
    return {"customers": page.total if page else 0, "revenue": page.revenue_365d if page else None}


def campaigns(limner: Limner) -> Document:
    """The campaigns' report, with Limner's own campaigns and what became of their messages."""
    document = dict(report(limner, "campaigns") or {"campaigns": []})
    with limner.store.reading() as session:
        plans = [
            {
                "campaign_id": c.campaign_id, "name": c.name, "status": c.status, "plan": c.plan,
                "created_at": c.created_at, "created_by": c.created_by,
            }
            for c in session.scalars(select(models.Campaign).order_by(models.Campaign.created_at))
        ]  # fmt: skip
        counts = session.execute(
            select(
                models.Delivery.campaign_id,
                models.Delivery.status,
                models.Delivery.reason,
                func.count(),
            ).group_by(models.Delivery.campaign_id, models.Delivery.status, models.Delivery.reason)
        ).all()
    outcomes: dict[str, list[Document]] = {}
    for campaign_id, status, reason, count in counts:
        outcomes.setdefault(campaign_id, []).append(
            {"status": status, "reason": reason, "messages": count}
        )
    document["own"] = [{**p, "outcomes": outcomes.get(str(p["campaign_id"]), [])} for p in plans]
    return document


@dataclass(frozen=True, slots=True)
class Quality:
    """Data quality by column, what waits in quarantine, and the import runs whose counts add up."""

    columns: list[Document]
    reasons: list[Document]
    waiting: int
    runs: list[Document]


def quality(limner: Limner) -> Quality:
    """Data quality of every import, newest first."""
    lake = limner.lake
    rows = lake.fetch(lake.table("quality").order_by([ibis.desc("at"), "column"])).to_pylist()
    held = lake.table("quarantine")
    held = held.filter(held.status == "waiting")
    reasons = held.group_by("source", "column", "code").aggregate(rows=held.count())
    counted = lake.fetch(reasons.order_by(ibis.desc("rows"))).to_pylist()
    with limner.store.reading() as session:
        runs = [
            {
                "source": r.source, "file": r.file, "kind": r.kind, "read": r.rows_read,
                "kept": r.rows_kept, "quarantined": r.rows_quarantined,
                "duplicate": r.rows_duplicate, "seconds": r.seconds, "at": r.at,
            }
            for r in session.scalars(select(models.ImportRun).order_by(models.ImportRun.at.desc()))
        ]  # fmt: skip
    return Quality(rows, counted, sum(row["rows"] for row in counted), runs)


def cleaning(limner: Limner) -> list[Document]:
    """What each cleaning rule did in the newest import of each source, file and kind."""
    rows = limner.lake.fetch(
        limner.lake.table("cleaning").order_by([ibis.desc("at"), "position"])
    ).to_pylist()
    newest: dict[tuple[str, str, str], str] = {}
    return [
        row
        for row in rows
        if newest.setdefault((row["source"], row["file"] or "", row["kind"]), row["digest"])
        == row["digest"]
    ]


def quarantine_page(
    limner: Limner, code: str = "", source: str = "", page: int = 1, size: int = PAGE_ROWS
) -> tuple[list[Document], int]:
    """The rows of one page of what waits in quarantine, and how many wait in all."""
    held = limner.lake.table("quarantine")
    held = held.filter(held.status == "waiting")
    for column, value in (("code", code), ("source", source)):
        if value:
            held = held.filter(held[column] == value)
    total = limner.lake.fetch(held.aggregate(total=held.count())).to_pylist()[0]["total"]
    shown = held.order_by([ibis.desc("at"), "file", "line"]).limit(size, offset=(page - 1) * size)
    return limner.lake.fetch(shown).to_pylist(), total


def audit_trail(limner: Limner, most: int = 50) -> list[Document]:
    """The newest entries of the audit."""
    return [
        {"at": e.at, "actor": e.actor, "action": e.action, "subject": e.subject}
        for e in audit.entries(limner.store, most=most)
    ]


def users(limner: Limner) -> list[Document]:
    """Who can sign in, without their passwords' hashes."""
    return [
        {
            "name": user.name, "role": user.role, "language": user.language,
            "created_at": user.created_at, "locked_until": user.locked_until,
        }
        for user in everyone(limner.store)
    ]  # fmt: skip
