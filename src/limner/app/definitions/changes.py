"""What applying definitions would change, and changing it: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from limner.app import segments
from limner.app.definitions import own_segment, own_tag
from limner.app.definitions.document import Definition, Definitions
from limner.app.definitions.kinds import TABLE, Body, Kind
from limner.app.limner import Limner
from limner.app.tags import is_shipped
from limner.app.tags.keeping import kinds_said, store_ids
from limner.core.errors import Rejected
from limner.core.rule import to_text
from limner.core.words import Words
from limner.govern.audit import entry
from limner.store.models import DefinitionVersion
from limner.understand.segments.segment import Segment
from limner.understand.segments.vocabulary import Vocabulary, referred
from limner.understand.tags.kind import COMPARED
from limner.understand.tags.tag import catalogue, kinds_of, read_tag

Stands = dict[str, tuple[Body, int]]


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of one definition.

    `was`, `becomes`: its body now and then; None where there is none.  `version`: the one it then
    has, or had; it counts up only where the meaning changes.
    """

    kind: str
    code: str
    deed: Literal["added", "changed", "removed"]
    was: Body | None
    becomes: Body | None
    version: int

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """The fields that differ, with what they say now and then."""
        was, becomes = _flat(self.was or {}), _flat(self.becomes or {})
        return {
            name: (was.get(name), becomes.get(name))
            for name in dict.fromkeys([*becomes, *was])
            if was.get(name) != becomes.get(name)
        }

    def as_json(self) -> dict[str, Any]:
        """The change as a document."""
        return {
            "kind": self.kind, "code": self.code, "deed": self.deed, "version": self.version,
            "fields": {name: {"old": old, "new": new} for name, (old, new) in self.fields.items()},
        }  # fmt: skip


def plan_changes(
    limner: Limner, wanted: Definitions, prune: bool = False, by: str = ""
) -> list[Change]:
    """What applying the definitions would change, tags first; nothing when all stands already.

    `prune`: definitions of people's own that are not among those wanted go, of the kinds that are.
    Raises: `Malformed` or `Unknown` naming the file, the line, the field, what was seen and what to
    do; `Rejected` when what would go is still needed.
    """
    with limner.store.reading() as session:
        stand = {name: kind.stands(session) for name, kind in TABLE.items()}
        recorded = _recorded(session)
    pruned = wanted.kinds if prune else frozenset()
    named = {(one.kind, one.code) for one in wanted.entries}
    gone = {(name, code) for name in pruned for code in stand[name] if (name, code) not in named}
    tags = _tags(limner, wanted.entries, stand["tag"], "tag" in pruned, by)
    bodies = {
        "tag": tags,
        "segment": _segments(limner, wanted.entries, stand["segment"], tags, gone, by),
    }
    changes = []
    for name, kind in TABLE.items():
        for code, body in bodies[name].items():
            change = _change(kind, code, stand[name].get(code), body, recorded.get((name, code)))
            if change is not None:
                changes.append(change)
        for code in sorted(code for each, code in gone if each == name):
            was, version = stand[name][code]
            changes.append(Change(name, code, "removed", was, None, version))
    _refuse_needed(changes, stand, named)
    return changes


def apply_changes(limner: Limner, changes: Iterable[Change], by: str, at: datetime) -> None:
    """Make the changes in one transaction, each in the audit, each new meaning kept as a version.

    Raises: `Rejected`, and nothing is changed, when somebody changed one of them since the plan.
    """
    with limner.store.session() as session:
        stand = {name: kind.stands(session) for name, kind in TABLE.items()}
        for change in changes:
            kind = TABLE[change.kind]
            now = stand[change.kind].get(change.code)
            if (now[0] if now else None) != change.was:
                raise Rejected(
                    "definitions-moved",
                    f"{change.kind} {change.code!r} was changed by somebody meanwhile; look at the "
                    "changes again",
                )
            _make(session, kind, change, by, at)


def _make(session: Session, kind: Kind, change: Change, by: str, at: datetime) -> None:
    if change.becomes is None:
        kind.remove(session, change.code)
    else:
        kind.keep(session, change.code, change.becomes, change.version, by, at)
        key = (change.kind, change.code, change.version)
        kept = session.get(DefinitionVersion, key)
        if kept is None and change.becomes["state"] == "approved":
            session.add(
                DefinitionVersion(
                    kind=change.kind, code=change.code, version=change.version,
                    body={"code": change.code, **change.becomes}, at=at, by=by,
                )
            )  # fmt: skip
    told = {"deed": change.deed, "version": change.version, **change.as_json()["fields"]}
    session.add(entry(by, kind.deed, change.code, told, at))


def _change(
    kind: Kind,
    code: str,
    stands: tuple[Body, int] | None,
    body: Body,
    recorded: tuple[Body, int] | None,
) -> Change | None:
    """What would become of one definition; its version counts on from the last that was in force."""
    if stands is not None and stands[0] == body:
        return None
    base = max(filter(None, (recorded, stands)), key=lambda each: each[1], default=None)
    version = 1
    if base is not None:
        version = base[1] + any(base[0].get(field) != body.get(field) for field in kind.meaning)
    if stands is None:
        return Change(kind.name, code, "added", None, body, version)
    return Change(kind.name, code, "changed", stands[0], body, version)


def _recorded(session: Session) -> dict[tuple[str, str], tuple[Body, int]]:
    """What every definition said in the last version that was kept of it."""
    rows = session.scalars(select(DefinitionVersion).order_by(DefinitionVersion.version))
    return {(row.kind, row.code): (dict(row.body), row.version) for row in rows}


def _refuse_needed(
    changes: Sequence[Change], stand: Mapping[str, Stands], checked: set[tuple[str, str]]
) -> None:
    """Refuse to remove what something that stays is made of, or to give it another kind.

    `checked`: what was read against all that there will be.
    Raises: `Rejected` naming both.
    """
    gone = {(change.kind, change.code) for change in changes if _takes_away(change)}
    other = {(change.kind, change.code) for change in changes if _is_of_another_kind(change)}
    if not gone and not other:
        return
    stays = {(name, code): body for name, kept in stand.items() for code, (body, _) in kept.items()}
    stays |= {(change.kind, change.code): change.becomes or {} for change in changes}
    for (kind, code), body in stays.items():
        needs = {("tag", each) for each in own_tag.reads(body)}
        if "rule" in body:
            needs |= _named(body["rule"])
        if (kind, code) not in gone and (needed := sorted(needs & gone)):
            raise _needed(needed[0], kind, code)
        if (kind, code) not in checked and (needed := sorted(needs & other)):
            raise Rejected(
                "definition-needed",
                f"{needed[0][0]} {needed[0][1]!r} would be of another kind, and {kind} {code!r} is made "
                "of it; change that one too",
            )


def _named(rule: str) -> set[tuple[str, str]]:
    """The tags and segments that a rule names."""
    return {("segment", each) for each in referred(rule)} | {
        ("tag", each) for each in own_segment.columns(rule)
    }


def _needed(gone: tuple[str, str], kind: str, code: str) -> Rejected:
    return Rejected(
        "definition-needed",
        f"{gone[0]} {gone[1]!r} would go, and {kind} {code!r} is made of it; keep it, "
        "or change that one first",
        "rule",
    )


def _takes_away(change: Change) -> bool:
    """Whether a tag or segment can no longer be named; a tag of the catalogue outlives its row."""
    if change.becomes is None:
        return _goes(change.kind, change.code)
    was = (change.was or {"state": "approved"})["state"]
    return change.becomes["state"] == "retired" != was


def _goes(kind: str, code: str) -> bool:
    return kind != "tag" or not is_shipped(code)


def _is_of_another_kind(change: Change) -> bool:
    was, becomes = (change.was or {}).get("kind"), (change.becomes or {}).get("kind")
    return was is not None and becomes is not None and COMPARED[was] != COMPARED[becomes]


def _tags(
    limner: Limner, wanted: Sequence[Definition], stand: Stands, is_pruned: bool, by: str
) -> dict[str, Body]:
    """The bodies of the tags, each allowed to read every tag that there will be."""
    mine = {one.code: one for one in wanted if one.kind == "tag"}
    stay = {} if is_pruned else {code: body for code, (body, _) in stand.items()}
    known = kinds_said(stay | {code: one.entry for code, one in mine.items()})
    known |= kinds_of(catalogue())
    stores = store_ids(limner)
    bodies: dict[str, Body] = {}
    for code, one in mine.items():
        was = stand[code][0] if code in stand else None
        try:
            bodies[code] = own_tag.read(one.entry, was, known, stores, by)
        except Rejected as error:
            raise one.wrong(error) from error
    _refuse_circles(mine, {**{code: body for code, (body, _) in stand.items()}, **bodies})
    return bodies


def _refuse_circles(mine: Mapping[str, Definition], bodies: Mapping[str, Body]) -> None:
    reads = {code: own_tag.reads(body) for code, body in bodies.items()}
    for code, one in mine.items():
        ways: list[tuple[str, ...]] = [(code,)]
        seen = set[str]()
        while ways:
            way = ways.pop()
            for following in sorted(reads.get(way[-1], ())):
                if following == code:
                    told = " -> ".join((*way, code))
                    circle = Rejected(
                        "tag-circle",
                        f"tag {code!r}, field value: it would be defined by itself: {told}; take one "
                        "of these out",
                        "value",
                    )
                    raise one.wrong(circle)
                if following not in seen:
                    seen.add(following)
                    ways.append((*way, following))


def _segments(
    limner: Limner,
    wanted: Sequence[Definition],
    stand: Stands,
    tags: Mapping[str, Body],
    gone: set[tuple[str, str]],
    by: str,
) -> dict[str, Body]:
    """The bodies of the segments, each rule in its one spelling.

    A rule may name what the same definitions make, and nothing that they take away.
    """
    mine = {one.code: one for one in wanted if one.kind == "segment"}
    bodies: dict[str, Body] = {}
    for code, one in mine.items():
        was = stand[code][0] if code in stand else None
        try:
            bodies[code] = own_segment.read(one.entry, was, by)
        except Rejected as error:
            raise one.wrong(error) from error
    words = _planned(limner, bodies, tags, gone)
    for code, body in bodies.items():
        try:
            body["rule"] = to_text(words.parse(body["rule"], code))
        except Rejected as error:
            if lost := sorted(each for each in _named(body["rule"]) & gone if _goes(*each)):
                raise mine[code].wrong(_needed(lost[0], "segment", code)) from error
            told = f"segment {code!r}, field rule: {error.message}; got {body['rule']!r}"
            wrong = type(error)(error.code, told, "rule", error.place)
            raise mine[code].wrong(wrong) from error
    return bodies


def _planned(
    limner: Limner,
    bodies: Mapping[str, Body],
    tags: Mapping[str, Body],
    gone: set[tuple[str, str]],
) -> Vocabulary:
    """What rules may name once the definitions are applied."""
    words = segments.vocabulary(limner)
    kept_tags = [
        tag
        for tag in words.tags
        if (("tag", tag.code) not in gone or is_shipped(tag.code))
        and (tag.code not in tags or tags[tag.code]["state"] == "approved")
    ]
    known = kinds_of(words.tags) | kinds_said(
        {c: body for c, body in tags.items() if "kind" in body}
    )
    made = [
        read_tag({"code": code, **body}, known)
        for code, body in tags.items()
        if "value" in body and body["state"] == "approved"
    ]
    new = {tag.code for tag in made}
    kept = [
        segment
        for segment in words.segments
        if segment.code not in bodies and ("segment", segment.code) not in gone
    ]
    planned = [
        Segment(code, Words(code, code), body["rule"], Words(code, code))
        for code, body in bodies.items()
        if body["state"] == "approved"
    ]
    return replace(
        words,
        tags=(*(tag for tag in kept_tags if tag.code not in new), *made),
        segments=(*kept, *planned),
    )


def _flat(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a body, those of both languages apart: `name.en`."""
    flat: dict[str, Any] = {}
    for name, value in body.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{language}": text for language, text in value.items()}
        else:
            flat[name] = value
    return flat
