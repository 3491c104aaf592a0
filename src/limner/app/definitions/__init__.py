"""Definitions as files: tags and segments read, compared with what stands, applied and exported."""

from limner.app.definitions.changes import Change, apply_changes, plan_changes
from limner.app.definitions.document import (
    Definition,
    Definitions,
    from_document,
    read_definitions,
    read_text,
)
from limner.app.definitions.export import export_definitions, write_definitions

__all__ = [
    "Change",
    "Definition",
    "Definitions",
    "apply_changes",
    "export_definitions",
    "from_document",
    "plan_changes",
    "read_definitions",
    "read_text",
    "write_definitions",
]
