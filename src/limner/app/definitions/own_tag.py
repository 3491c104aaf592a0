"""Tags of people's own, and their say about those of the catalogue, as files define them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from limner.core.errors import Malformed
from limner.store.models import STATES, OwnTag, TagValue
from limner.understand.tags.tag import Tag, catalogue, read_tag, write_tag
from limner.understand.tags.text import read_value
from limner.understand.tags.value import Expression

Body = dict[str, Any]
_SAY = ("code", "owner", "state")  # what people may say of a tag of the catalogue


def read(entry: Mapping[str, Any], stands: Body | None, known: Collection[str], by: str) -> Body:
    """The body of an entry: a definition of one's own, or a say about a tag of the catalogue.

    `known`: the codes of all other tags that there will be.  A version is counted, not written.
    Raises: `Malformed` naming the tag, the field, what was seen and what can stand there.
    """
    code = str(entry["code"])
    owner = entry.get("owner", (stands or {}).get("owner", ""))
    shipped = next((tag for tag in catalogue() if tag.code == code), None)
    if shipped is not None:
        return _say(entry, shipped, owner)
    written = {field: value for field, value in entry.items() if field != "version"}
    if owner or stands is None:
        written["owner"] = owner or by
    tag = read_tag(written, known)
    return {**_definition(tag), "owner": tag.owner, "state": tag.state}


def is_shipped(code: str) -> bool:
    """Whether a tag is one of the catalogue: it stays, whatever becomes of people's say about it."""
    return any(tag.code == code for tag in catalogue())


def _say(entry: Mapping[str, Any], shipped: Tag, owner: object) -> Body:
    meant = _definition(shipped)
    for field, value in entry.items():
        if field not in _SAY and field != "version" and meant.get(field) != value:
            raise Malformed(
                "tag-shipped",
                f"tag {shipped.code!r}, field {field}: got {value!r}; a tag of the catalogue keeps its "
                f"definition, only {' and '.join(_SAY[1:])} can be said of it; give your own another code",
                str(field),
            )
    state = entry.get("state", "approved")
    if state not in STATES or not isinstance(owner, str) or len(owner) > 200:
        field = "state" if state not in STATES else "owner"
        raise Malformed(
            "tag-malformed",
            f"tag {shipped.code!r}, field {field}: got {entry.get(field)!r}; wanted "
            + (f"one of {', '.join(STATES)}" if field == "state" else "a user's name"),
            field,
        )
    return {"owner": owner, "state": state}


def stands(session: Session) -> dict[str, tuple[Body, int]]:
    """What the store says of each tag: its body and its version, by code."""
    rows = session.scalars(select(OwnTag).order_by(OwnTag.tag))
    return {
        row.tag: ({**row.body, "owner": row.owner, "state": row.state}, row.version) for row in rows
    }


def keep(session: Session, code: str, body: Body, version: int, by: str, at: datetime) -> None:
    """Keep a tag as its body says."""
    row = session.get(OwnTag, code)
    if row is None:
        row = OwnTag(tag=code, created_at=at, created_by=by)
        session.add(row)
    row.body = {field: said for field, said in body.items() if field not in ("owner", "state")}
    row.owner, row.state, row.version = body["owner"], body["state"], version
    row.updated_at, row.updated_by = at, by


def remove(session: Session, code: str) -> None:
    """Let a tag go, with what was set by hand of it."""
    session.execute(delete(TagValue).where(TagValue.tag == code))
    session.delete(session.get_one(OwnTag, code))


def _definition(tag: Tag) -> Body:
    entry = write_tag(tag)
    return {
        field: value
        for field, value in entry.items()
        if field not in ("code", "owner", "state", "version")
    }


def reads(body: Body) -> frozenset[str]:
    """The codes of the tags that a definition reads; none for a say about one of the catalogue."""
    if "value" not in body:
        return frozenset()
    value = read_value(body["value"])
    return frozenset(value.reads) if isinstance(value, Expression) else frozenset()
