"""Values that people set: of tags that are set by hand, and corrections of what was computed."""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis
import pyarrow as pa
from sqlalchemy import func, select

from limner.app.identity import resolve_text, resolve_texts
from limner.app.limner import Limner
from limner.app.tags.keeping import all_tags, tag_of
from limner.core.errors import Malformed, Rejected, Unknown
from limner.govern.audit import entry as audited
from limner.store.models import TagValue
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import ByHand

CORRECT = "tags.correct"
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class HandValue:
    """A value that somebody set; `was`: what had been computed, of a correction."""

    tag: str
    customer_id: str
    value: Any
    was: Any
    is_correction: bool
    note: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """How often people correct a tag: feedback on its definition.

    `disagreed`: corrections whose value is not what had been computed.
    """

    tag: str
    corrections: int
    disagreed: int
    customers: int
    last_at: datetime


def set_tag(
    limner: Limner, code: str, customer_id: str, value: Any, by: str, at: datetime, note: str = ""
) -> HandValue:
    """Set a tag that is set by hand for one customer, named by any identifier.

    Raises: `Unknown` for no such tag or customer, `Rejected` for a tag that is computed,
    `Malformed` for a value that is not of the tag's kind.
    """
    tag = tag_of(limner, code)
    if not isinstance(tag.value, ByHand):
        raise Rejected("tag-computed", f"{code!r} is computed; correct it instead of setting it")
    return _keep(limner, tag, customer_id, value, by, at, note, "tag.set")


def correct_tag(
    limner: Limner, code: str, customer_id: str, value: Any, by: str, at: datetime, note: str = ""
) -> HandValue:
    """Say what a computed tag should be for one customer; it stands until it is dropped.

    Raises: `Unknown` for no such tag or customer, `Rejected` for a tag that is set by hand,
    `Malformed` for a value that is not of the tag's kind.
    """
    tag = tag_of(limner, code)
    if isinstance(tag.value, ByHand):
        raise Rejected("tag-by-hand", f"{code!r} is set by hand; set it instead of correcting it")
    return _keep(limner, tag, customer_id, value, by, at, note, "tag.corrected")


def drop_correction(limner: Limner, code: str, customer_id: str, by: str, at: datetime) -> None:
    """Take back what somebody set: a computed tag is what is computed again.

    Raises: `Unknown` when nothing was set.
    """
    names = {customer_id, resolve_text(limner, customer_id) or customer_id}
    with limner.store.session() as session:
        found = session.scalars(
            select(TagValue).where(TagValue.tag == code, TagValue.customer_id.in_(names))
        ).all()
        if not found:
            raise Unknown(
                "tag-value-missing",
                f"nobody set {code!r} of {customer_id!r}; there is nothing to drop",
            )
        for row in found:
            session.delete(row)
        session.add(audited(by, "tag.correction_dropped", code, {"customer_id": customer_id}, at))


def hand_values(
    limner: Limner, codes: Collection[str] | None = None, customer_id: str | None = None
) -> list[HandValue]:
    """Everything that people set, under the ids that customers have today, the newest first.

    Of two values of one tag that now belong to one customer the newer counts.
    """
    asked = select(TagValue).order_by(TagValue.at.desc(), TagValue.tag, TagValue.customer_id)
    if codes is not None:
        asked = asked.where(TagValue.tag.in_(sorted(codes)))
    with limner.store.reading() as session:
        rows = session.scalars(asked).all()
    today = resolve_texts(limner, {row.customer_id for row in rows}) if rows else {}
    by_hand = {tag.code for tag in all_tags(limner) if isinstance(tag.value, ByHand)}
    found: dict[tuple[str, str], HandValue] = {}
    for row in rows:
        known = today.get(row.customer_id)
        name = row.customer_id if known is None else known[1]
        if customer_id is None or name == customer_id:
            found.setdefault((row.tag, name), _said(row, name, row.tag not in by_hand))
    return list(found.values())


def hand_table(limner: Limner, until: datetime | None = None) -> pa.Table:
    """What people set, with `until` before then, as a table, each pair once: tag, customer_id and value
    (as JSON).
    """
    rows = [
        {
            "tag": one.tag,
            "customer_id": one.customer_id,
            "value": json.dumps(one.value, ensure_ascii=False),
        }
        for one in hand_values(limner)
        if until is None or one.at < until
    ]
    return pa.Table.from_pylist(
        rows,
        pa.schema([("tag", pa.string()), ("customer_id", pa.string()), ("value", pa.string())]),
    )


def hand_facts(limner: Limner, until: datetime | None = None) -> tuple[ibis.Table, frozenset[str]]:
    """What people set, as `Facts` have it: the table, and the tags in it that are computed otherwise.

    `until`: only what they had set by then; what was set anew since is not known of then.
    """
    rows = hand_table(limner, until)
    by_hand = {tag.code for tag in all_tags(limner) if isinstance(tag.value, ByHand)}
    return ibis.memtable(rows), frozenset(rows["tag"].to_pylist()) - by_hand


def corrections(limner: Limner) -> list[Corrected]:
    """Which computed tags people correct, the most corrected first."""
    with limner.store.reading() as session:
        rows = session.execute(
            select(
                TagValue.tag, func.count(), func.count(TagValue.customer_id.distinct()),
                func.max(TagValue.at),
            ).group_by(TagValue.tag)
        ).all()  # fmt: skip
        said = session.execute(select(TagValue.tag, TagValue.value, TagValue.was)).all()
    differing: dict[str, int] = {}
    for code, value, was in said:
        differing[code] = differing.get(code, 0) + (value != was)
    found = []
    for code, count, customers, last_at in rows:
        try:
            tag = tag_of(limner, code)
        except Unknown:
            continue
        if not isinstance(tag.value, ByHand):
            found.append(Corrected(code, count, differing.get(code, 0), customers, last_at))
    return sorted(found, key=lambda one: (-one.corrections, one.tag))


def read_value_of(tag: Tag, written: Any) -> Any:
    """A value as a tag's kind has it, from what a form, a command line or JSON says.

    Days become text such as 2017-12-31.  Raises: `Malformed` saying what was wanted.
    """

    def wrong(wanted: str) -> Malformed:
        return Malformed("tag-value", f"{tag.code} of {written!r}: wanted {wanted}", "value")

    text = written.strip() if isinstance(written, str) else written
    match tag.kind:
        case "truth":
            if isinstance(text, bool):
                return text
            if str(text).lower() in ("true", "yes", "是"):
                return True
            if str(text).lower() in ("false", "no", "否"):
                return False
            raise wrong("true or false")
        case "text":
            if not isinstance(text, str) or not text or len(text) > _LONGEST:
                raise wrong(f"text of 1 to {_LONGEST} characters")
            return text
        case "day":
            try:
                return date.fromisoformat(str(text)).isoformat()
            except ValueError:
                raise wrong("a day such as 2017-12-31") from None
    if isinstance(text, bool):
        raise wrong("a number")
    try:
        number = float(text)
    except (TypeError, ValueError):
        raise wrong("a number") from None
    if not math.isfinite(number):
        raise wrong("a number")
    if tag.kind in ("count", "hour", "weekday"):
        most = {"hour": 23, "weekday": 6}.get(tag.kind, 2**53)
        if not number.is_integer() or not 0 <= number <= most:
            raise wrong(f"a whole number from 0 to {most}")
        return int(number)
    if tag.kind == "share" and not 0 <= number <= 1:
        raise wrong("a share from 0 to 1")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _keep(
    limner: Limner, tag: Tag, customer: str, value: Any, by: str, at: datetime, note: str, deed: str
) -> HandValue:
    name = _customer(limner, customer)
    said = read_value_of(tag, value)
    is_correction = not isinstance(tag.value, ByHand)
    was = _computed(limner, tag, name) if is_correction else None
    with limner.store.session() as session:
        row = session.get(TagValue, (tag.code, name))
        if row is None:
            row = TagValue(tag=tag.code, customer_id=name, was=was)
            session.add(row)
        row.value, row.note, row.at, row.by = said, note[:4_000], at, by
        detail = {"customer_id": name, "value": said, "was": row.was}
        session.add(audited(by, deed, tag.code, detail, at))
        return _said(row, name, is_correction)


def _customer(limner: Limner, written: str) -> str:
    """Today's id of a customer whom a text names."""
    if (name := resolve_text(limner, written)) is not None:
        return name
    portraits = limner.lake.table("profiles")
    if limner.lake.fetch(portraits.filter(portraits.customer_id == written).limit(1)).num_rows:
        return written
    raise Unknown("customer-unknown", f"nobody is known as {written!r}")


def _computed(limner: Limner, tag: Tag, customer_id: str) -> Any:
    portraits = limner.lake.table("profiles")
    if tag.code not in portraits.columns:
        return None
    mine = portraits.filter(ibis._.customer_id == customer_id).select(tag.code)
    found = limner.lake.fetch(mine).to_pylist()
    value = found[0][tag.code] if found else None
    return value.isoformat() if isinstance(value, date) else value


def _said(row: TagValue, name: str, is_correction: bool) -> HandValue:
    return HandValue(row.tag, name, row.value, row.was, is_correction, row.note, row.at, row.by)
