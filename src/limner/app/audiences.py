"""Audiences: a segment frozen at a moment, its members in the lake and what it was made of in the store."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select as sql_select

from limner.app import segments
from limner.app.limner import Limner
from limner.app.present import AsOf, day_of
from limner.core.errors import Malformed, Rejected, Unknown
from limner.core.event import stable_id
from limner.govern.audit import entry
from limner.store.models import Audience
from limner.understand.audiences import Making, Overlap, draw, overlap_of
from limner.understand.audiences.overlap import FEWEST, MOST
from limner.understand.segments.vocabulary import missing
from limner.unify.attribute import attribute

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class AudienceCard:
    """What is known of an audience; `parts`: how many customers each part has."""

    audience: str
    name: str
    rule: str
    as_of: date
    making: Making
    parts: dict[str, int]
    size: int
    at: datetime
    by: str

    def as_json(self) -> dict[str, Any]:
        """The card as a document."""
        return {
            "audience": self.audience, "name": self.name, "rule": self.rule, "as_of": self.as_of,
            **self.making.as_json(), "parts": self.parts, "size": self.size, "at": self.at,
            "by": self.by,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preview:
    """How large an audience would be: who the rule holds for, who of them is excluded, the parts."""

    matched: int
    excluded: int
    size: int
    parts: dict[str, int]


def audience_code(name: str) -> str:
    """The code of an audience of a name: its letters and digits, or a digest of another script's.

    Raises: `Malformed` for an empty, too long or unprintable name.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Malformed(
            "audience-name",
            f"{name!r} is not an audience's name; use 1 to {_LONGEST_NAME} characters",
            "name",
        )
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain[:60] if plain and name.isascii() else f"audience_{stable_id(name)[:8]}"


def customers_of(limner: Limner, text: str, as_of: AsOf = None) -> ibis.Table:
    """The customers of a segment's or an audience's code, or of a rule: one column `customer_id`.

    A segment's code comes before an audience's, and both before a rule.
    Raises: `Malformed` or `Unknown` at the word of a rule that is wrong.
    """
    written = text.strip()
    known = {segment.code: segment.rule for segment in segments.segments_in_force(limner)}
    if written in known:
        return segments.select(limner, known[written], as_of)
    if re.fullmatch(r"\w+", written) and _kept(limner, written) is not None:
        return members(limner, written).select("customer_id")
    if re.fullmatch(r"\w+:\w+", written):  # no rule is written so, but codes are
        raise missing("segment", written, known)
    return segments.select(limner, written, as_of)


def preview_audience(
    limner: Limner, name: str, rule: str, making: Making, as_of: AsOf = None
) -> Preview:
    """How large an audience would be, and its parts, without freezing it.

    Raises: as `create_audience`, but for a name that is taken.
    """
    return _drawn(limner, audience_code(name or "preview"), rule, making, as_of)[1]


def create_audience(
    limner: Limner,
    name: str,
    rule: str,
    by: str,
    at: datetime,
    *,
    exclusions: Sequence[str] = (),
    split: Mapping[str, float] | None = None,
    sample: float | None = None,
    seed: int = 0,
    as_of: AsOf = None,
) -> AudienceCard:
    """Freeze who a rule or segment holds for, without the exclusions, sampled and split by lot.

    The same call again gives the audience there is and writes nothing: it stays as it was frozen.
    Raises: `Malformed` for a field that is wrong; `Unknown` for a word of a rule that is not known;
    `Rejected` when the name is taken by an audience of another making, or nobody is in it.
    """
    making = Making(tuple(exclusions), dict(split or {}), sample, seed)
    code, rule = audience_code(name), rule.strip()
    day = day_of(limner, as_of) or at.date()
    if (kept := _kept(limner, code)) is not None:
        if (kept.rule, kept.making) == (rule, making) and (as_of is None or day == kept.as_of):
            return kept
        raise Rejected(
            "audience-exists",
            f"audience {code!r} was made on {kept.at:%Y-%m-%d} of {kept.rule!r} as of {kept.as_of} "
            "and stays as it is; give the new one another name, or drop it first",
            "name",
        )
    members, preview = _drawn(limner, code, rule, making, as_of)
    if not members.num_rows:
        raise Rejected(
            "audience-empty",
            f"nobody is in it: {rule!r} holds for {preview.matched:,}, of whom "
            f"{preview.excluded:,} are excluded; widen the rule",
            "rule",
        )
    limner.lake.remove("audiences", "audience", code)  # what a making that was broken off left
    rows = members.append_column("audience", pa.array([code] * members.num_rows))
    moments = pa.array([at] * members.num_rows, pa.timestamp("us", "UTC"))
    limner.lake.append("audiences", rows.append_column("at", moments))
    with limner.store.session() as session:
        session.add(
            Audience(
                audience=code, name=name.strip(), rule=rule, as_of=day, making=making.as_json(),
                parts=preview.parts, size=preview.size, at=at, by=by,
            )
        )  # fmt: skip
        told = {"rule": rule, "as_of": str(day), **making.as_json(), "parts": preview.parts}
        session.add(entry(by, "audience.created", code, told, at))
    return audience(limner, code)


def audience(limner: Limner, code: str) -> AudienceCard:
    """The audience of a code or a name.

    Raises: `Unknown` with the codes there are.
    """
    found = _kept(limner, code)
    if found is None:
        found = next((card for card in audiences(limner) if card.name == code), None)
    if found is None:
        there = ", ".join(card.audience for card in audiences(limner)) or "none yet"
        raise Unknown("audience-unknown", f"there is no audience {code!r}; there is {there}")
    return found


def audiences(limner: Limner) -> list[AudienceCard]:
    """Every audience, the newest first."""
    order = (Audience.at.desc(), Audience.audience)
    with limner.store.reading() as session:
        return [_card(row) for row in session.scalars(sql_select(Audience).order_by(*order))]


def members(limner: Limner, code: str, part: str | None = None) -> ibis.Table:
    """Who is in an audience, or in one part of it: columns `customer_id`, `part`.

    Customers go by the names of the last build; of two who were merged since, one remains.

    Raises: `Unknown` for an audience or a part that there is not.
    """
    card = audience(limner, code)
    if part is not None and part not in card.parts:
        raise Unknown(
            "part-unknown",
            f"audience {card.audience!r} has no part {part!r}; it has {', '.join(card.parts)}",
            "part",
        )
    rows = limner.lake.table("audiences")
    rows = rows.filter(rows.audience == card.audience).select("customer_id", "part")
    today = attribute(rows, limner.lake.table("identities"))
    each = today.group_by("customer_id").aggregate(part=today.part.min())
    return each if part is None else each.filter(each.part == part)


def drop_audience(limner: Limner, code: str, by: str, at: datetime) -> AudienceCard:
    """Let an audience go, with its members; what was exported or sent of it stays with others.

    Raises: `Unknown` when there is none.
    """
    card = audience(limner, code)
    with limner.store.session() as session:
        row = session.get(Audience, card.audience)
        if row is not None:
            session.delete(row)
        session.add(entry(by, "audience.dropped", card.audience, {"size": card.size}, at))
    limner.lake.remove("audiences", "audience", card.audience)
    return card


def overlap(limner: Limner, groups: Sequence[str], as_of: AsOf = None) -> Overlap:
    """How 2 to 6 groups overlap; each is a segment's or an audience's code, or a rule.

    Raises: `Malformed` for fewer, more or the same twice; as `customers_of`.
    """
    if not FEWEST <= len(groups) <= MOST or len(set(groups)) < len(groups):
        raise Malformed(
            "overlap-groups",
            f"got {len(groups)} groups ({', '.join(groups)}); name {FEWEST} to {MOST} different ones",
        )
    flagged = [
        customers_of(limner, group, as_of).select(
            "customer_id", bit=ibis.literal(1 << place, type="int64")
        )
        for place, group in enumerate(groups)
    ]
    every = ibis.union(*flagged, distinct=False)
    masks = every.group_by("customer_id").aggregate(mask=every.bit.sum())
    counts = masks.group_by("mask").aggregate(customers=masks.count())
    rows = limner.lake.fetch(counts).to_pylist()
    return overlap_of(groups, {int(row["mask"]): int(row["customers"]) for row in rows})


def _drawn(
    limner: Limner, code: str, rule: str, making: Making, as_of: AsOf
) -> tuple[pa.Table, Preview]:
    """Who would be in an audience (`customer_id`, `part`), and how many that are."""
    if not rule.strip():
        raise Malformed(
            "audience-rule", "the rule is empty; write one, or a segment's code", "rule"
        )
    chosen = customers_of(limner, rule, as_of)
    left_out = [customers_of(limner, one, as_of) for one in making.exclusions]
    is_out = ibis.literal(False)
    if left_out:
        out = ibis.union(*left_out, distinct=True) if len(left_out) > 1 else left_out[0]
        out = out.distinct().select(out_id="customer_id")
        chosen = chosen.left_join(out, chosen.customer_id == out.out_id)
        is_out = chosen.out_id.notnull()
    found = limner.lake.fetch(chosen.select("customer_id", is_out=is_out))
    kept = found.filter(pc.invert(found["is_out"]))
    rows = draw(code, making, kept["customer_id"].to_pylist())
    counted = Counter(rows["part"].to_pylist())
    parts = {name: counted[name] for name in making.split} or dict(counted)
    return rows, Preview(found.num_rows, found.num_rows - kept.num_rows, rows.num_rows, parts)


def _kept(limner: Limner, code: str) -> AudienceCard | None:
    with limner.store.reading() as session:
        row = session.get(Audience, code)
        return None if row is None else _card(row)


def _card(row: Audience) -> AudienceCard:
    return AudienceCard(
        row.audience, row.name, row.rule, row.as_of, Making.from_json(row.making), dict(row.parts),
        row.size, row.at, row.by,
    )  # fmt: skip
