"""What can be defined in files: tags and segments, each with how it is kept and let go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from limner.app.definitions import own_segment, own_tag

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of definition.

    `section`: its list in a file.  `meaning`: the fields whose change makes a new version.
    `permission`: what a role needs to change one.  `deed`: what the audit calls applying one.
    """

    name: str
    section: str
    meaning: tuple[str, ...]
    permission: str
    deed: str
    stands: Callable[[Session], dict[str, tuple[Body, int]]]
    keep: Callable[[Session, str, Body, int, str, datetime], None]
    remove: Callable[[Session, str], None]


TABLE: dict[str, Kind] = {
    "tag": Kind(
        "tag", "tags", ("value", "kind"), "tags.edit", "tag.applied",
        own_tag.stands, own_tag.keep, own_tag.remove,
    ),
    "segment": Kind(
        "segment", "segments", ("rule",), "segments.edit", "segment.applied",
        own_segment.stands, own_segment.keep, own_segment.remove,
    ),
}  # fmt: skip
