"""The tags there are: the catalogue's and people's own, in all their states and versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from limner.app.limner import Limner
from limner.core.errors import Rejected, Unknown
from limner.core.rule_kind import Kind as Compared
from limner.store.models import DefinitionVersion, OwnTag, TagValue
from limner.understand.tags.expression import read_expression
from limner.understand.tags.kind import COMPARED
from limner.understand.tags.order import in_order
from limner.understand.tags.tag import Tag, catalogue, kinds_of, read_tag, write_tag
from limner.understand.tags.value import Expression

Document = dict[str, Any]
KIND = "tag"  # how `DefinitionVersion` calls them
LIMNER = "Limner"  # whose the catalogue's tags are


@dataclass(frozen=True, slots=True)
class TagVersion:
    """What a tag said in one of its versions; `at` is None for the catalogue's own."""

    version: int
    entry: Document
    at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the store has of tags: the rows by code, and each tag's newest recorded version."""

    rows: dict[str, OwnTag]
    recorded: dict[str, DefinitionVersion]


def tags_in_force(limner: Limner) -> tuple[Tag, ...]:
    """The catalogue and people's own approved tags, each after those it reads.

    A tag of one's own that is being changed stays as it was approved last.  One that can no longer
    be read, because what it reads is gone, is left out (`faults`).
    """
    return _in_force(limner)[0]


def faults(limner: Limner) -> dict[str, str]:
    """Why some approved tags are not in force, by code."""
    return _in_force(limner)[1]


def all_tags(limner: Limner) -> tuple[Tag, ...]:
    """Every tag as it was defined last, whatever its state, each after those it reads."""
    return _ordered(_newest(limner))


def tag_of(limner: Limner, code: str) -> Tag:
    """A tag as it was defined last, whatever its state.

    Raises: `Unknown` with the code that is nearest.
    """
    tags = _newest(limner)
    if code not in tags:
        close = get_close_matches(code, tags, n=1)
        hint = f"did you mean {close[0]}?" if close else "limner tag list has them all"
        raise Unknown("tag-unknown", f"there is no tag {code!r}; {hint}")
    return tags[code]


def tag_versions(limner: Limner, code: str) -> list[TagVersion]:
    """What a tag said in each of its versions, the newest first.

    Raises: `Unknown` when there is no such tag.
    """
    tag = tag_of(limner, code)
    with limner.store.reading() as session:
        rows = session.scalars(
            select(DefinitionVersion)
            .where(DefinitionVersion.kind == KIND, DefinitionVersion.code == code)
            .order_by(DefinitionVersion.version.desc())
        ).all()
        own = session.get(OwnTag, code)
    found = [TagVersion(row.version, dict(row.body), row.at, row.by) for row in rows]
    if own is not None and own.body and own.version not in {one.version for one in found}:
        found.insert(0, TagVersion(own.version, write_tag(tag), own.updated_at, own.updated_by))
    return found or [TagVersion(1, write_tag(tag), None, LIMNER)]


def store_ids(limner: Limner) -> frozenset[str]:
    """The stores that definitions may name, by id."""
    return _store_ids(limner, limner.lake.version("stores"))


@lru_cache(maxsize=4)
def _store_ids(limner: Limner, version: int | None) -> frozenset[str]:
    if version is None:
        return frozenset()
    rows = limner.lake.table("stores", version).select("store_id")
    return frozenset(limner.lake.fetch(rows)["store_id"].to_pylist())


def is_shipped(code: str) -> bool:
    """Whether a code is one of the catalogue's, whose definition stands."""
    return any(tag.code == code for tag in catalogue())


def _in_force(limner: Limner) -> tuple[tuple[Tag, ...], dict[str, str]]:
    kept = _kept(limner)
    entries: dict[str, Document] = {}
    for code, row in kept.rows.items():
        if is_shipped(code):
            continue
        if row.state == "approved":
            entries[code] = {**row.body, "version": row.version}
        elif row.state != "retired" and code in kept.recorded:
            recorded = kept.recorded[code]
            entries[code] = {**recorded.body, "version": recorded.version}
    tags = {tag.code: tag for tag in _shipped(kept) if tag.state == "approved"}
    failed: dict[str, str] = {}
    while entries:
        known = kinds_of(tags.values()) | kinds_said(entries)
        read, fresh = {}, {}
        for code, entry in entries.items():
            try:
                read[code] = _read(code, entry, "approved", kept.rows[code].owner, known)
            except Rejected as error:
                fresh[code] = error.message
        failed |= fresh
        if not fresh:
            tags |= read
            break
        entries = {code: entry for code, entry in entries.items() if code not in fresh}
    return _ordered(tags), failed


def _newest(limner: Limner) -> dict[str, Tag]:
    kept = _kept(limner)
    tags = {tag.code: tag for tag in _shipped(kept)}
    own = {code: row for code, row in kept.rows.items() if row.body and not is_shipped(code)}
    known = kinds_of(tags.values()) | kinds_said({code: row.body for code, row in own.items()})
    for code, row in own.items():
        entry = {**row.body, "version": row.version}
        try:
            tags[code] = _read(code, entry, row.state, row.owner, known)
        except (
            Rejected
        ):  # it reads what is gone or another kind: to be seen and mended all the same
            gone = read_expression(entry["value"]).reads
            tags[code] = _read(code, entry, row.state, row.owner, dict.fromkeys((*known, *gone)))
    return tags


def _shipped(kept: _Kept) -> list[Tag]:
    """The catalogue, with what people say of its tags."""
    found = []
    for tag in catalogue():
        row = kept.rows.get(tag.code)
        if row is not None:
            tag = replace(tag, owner=row.owner, state=row.state)  # type: ignore[arg-type]
        found.append(tag)
    return found


def _read(
    code: str,
    entry: Mapping[str, Any],
    state: str,
    owner: str,
    known: Mapping[str, Compared | None],
) -> Tag:
    return read_tag({**entry, "code": code, "state": state, "owner": owner}, known)


def kinds_said(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Compared | None]:
    """What entries of tags that are yet to be read say that their values are compared as, by code."""
    return {code: COMPARED.get(str(entry.get("kind"))) for code, entry in entries.items()}


def _ordered(tags: Mapping[str, Tag]) -> tuple[Tag, ...]:
    order = in_order({code: reads_of(tag) for code, tag in tags.items()})
    return tuple(tags[code] for code in order)


def reads_of(tag: Tag) -> tuple[str, ...]:
    """The codes of the tags that a tag is computed from."""
    return tag.value.reads if isinstance(tag.value, Expression) else ()


def _kept(limner: Limner) -> _Kept:
    with limner.store.reading() as session:
        rows = {row.tag: row for row in session.scalars(select(OwnTag).order_by(OwnTag.tag))}
        recorded: dict[str, DefinitionVersion] = {}
        if rows:
            for one in session.scalars(
                select(DefinitionVersion)
                .where(DefinitionVersion.kind == KIND)
                .order_by(DefinitionVersion.code, DefinitionVersion.version)
            ):
                if one.body.get("state", "approved") == "approved":
                    recorded[one.code] = one
    return _Kept(rows, recorded)


def newest_version(session: Session, code: str) -> DefinitionVersion | None:
    """The newest version of a tag that was recorded."""
    return session.scalars(
        select(DefinitionVersion)
        .where(DefinitionVersion.kind == KIND, DefinitionVersion.code == code)
        .order_by(DefinitionVersion.version.desc())
        .limit(1)
    ).first()


def forget(session: Session, code: str) -> None:
    """Take a tag's rows out, with what was set by hand of it; its versions stay."""
    session.execute(delete(TagValue).where(TagValue.tag == code))
    session.execute(delete(OwnTag).where(OwnTag.tag == code))
