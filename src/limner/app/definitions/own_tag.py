"""Tags of people's own, and their say about those of the catalogue, as files define them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from limner.app.tags.changing import PAINTED, check_approval
from limner.app.tags.keeping import forget
from limner.core.errors import Malformed, Rejected
from limner.core.rule_kind import Kind as Compared
from limner.core.tables import table
from limner.store.models import STATES, OwnTag
from limner.understand.segments.vocabulary import PORTRAIT
from limner.understand.tags.tag import Tag, catalogue, read_tag, write_tag
from limner.understand.tags.text import check_store, read_value
from limner.understand.tags.value import Expression

Body = dict[str, Any]
_SAY = ("code", "owner", "state")  # what people may say of a tag of the catalogue
_TAKEN = frozenset((*table("profiles").schema.names, *PORTRAIT))


def read(
    entry: Mapping[str, Any], stands: Body | None, known: Mapping[str, Compared | None],
    stores: Collection[str], by: str,
) -> Body:  # fmt: skip
    """The body of an entry: a definition of one's own, or a say about a tag of the catalogue.

    `known`: all tags that there will be, and what their values are compared as; `stores`: those that
    there are.  A version is counted, not written.
    Raises: `Malformed` naming the tag, the field, what was seen and what can stand there.
    """
    code = str(entry["code"])
    owner = entry.get("owner", (stands or {}).get("owner", ""))
    shipped = next((tag for tag in catalogue() if tag.code == code), None)
    if shipped is not None:
        return _say(entry, shipped, owner)
    if code in _TAKEN:
        raise Malformed(
            "tag-code-taken",
            f"tag {code!r}, field code: that is a column of the portrait already; give another",
            "code",
        )
    written = {field: value for field, value in entry.items() if field != "version"}
    if owner or stands is None:
        written["owner"] = owner or by
    tag = read_tag(written, known)
    check_store(tag.value, written["value"], stores)
    return {**_definition(tag), "owner": tag.owner, "state": tag.state}


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
    if state == "retired" and shipped.code in PAINTED:
        raise Rejected(
            "tag-needed",
            f"tag {shipped.code!r}, field state: stages, groups and RFM are made of it; it cannot be "
            "retired",
            "state",
        )
    return {"owner": owner, "state": state}


def stands(session: Session) -> dict[str, tuple[Body, int]]:
    """What the store says of each tag: its body and its version, by code."""
    rows = session.scalars(select(OwnTag).order_by(OwnTag.tag))
    return {
        row.tag: ({**row.body, "owner": row.owner, "state": row.state}, row.version) for row in rows
    }


def keep(session: Session, code: str, body: Body, version: int, by: str, at: datetime) -> None:
    """Keep a tag as its body says.

    Raises: as `check_approval`.
    """
    row = session.get(OwnTag, code)
    definition = {field: said for field, said in body.items() if field not in ("owner", "state")}
    is_written = row is None or row.body != definition
    was = None if row is None else row.state
    author = by if is_written or row is None else row.updated_by
    if definition and body["state"] == "approved" and (is_written or was != "approved"):
        check_approval(session, code, by, author)
    if row is None:
        row = OwnTag(tag=code, created_at=at, created_by=by)
        session.add(row)
    row.body, row.owner, row.state, row.version = definition, body["owner"], body["state"], version
    row.updated_at, row.updated_by = at, author


def remove(session: Session, code: str) -> None:
    """Let a tag go, with what was set by hand of it; its versions stay."""
    forget(session, code)


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
