"""Definitions that people made here, as a document and as YAML files that `apply` reads back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from limner.app.definitions.kinds import TABLE
from limner.app.limner import Limner

Document = dict[str, list[dict[str, Any]]]


def export_definitions(limner: Limner) -> Document:
    """Every tag and segment of people's own by section, in order of code; applied, nothing changes."""
    with limner.store.reading() as session:
        return {
            kind.section: [
                {"code": code, **body} for code, (body, _) in kind.stands(session).items()
            ]
            for kind in TABLE.values()
        }


def as_yaml(document: Mapping[str, Any]) -> str:
    """A document as YAML in the order it has, readable, Chinese as it is."""
    text: str = yaml.safe_dump(
        dict(document), sort_keys=False, allow_unicode=True, default_flow_style=False, width=100
    )
    return text


def write_definitions(document: Document, directory: Path) -> list[Path]:
    """Write one YAML file a section into a directory, made when missing; the files.

    Every section has its file, so that what is gone here is gone there.
    """
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    for section, entries in document.items():
        file = directory / f"{section}.yaml"
        file.write_text(as_yaml({section: entries}), encoding="utf-8")
        files.append(file)
    return files
