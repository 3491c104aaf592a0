"""Documents that take seconds to make, kept until the lake they were made from has changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from limner.app.limner import Limner

Document = dict[str, Any]
_READ = ("profiles", "products", "stores", "lists")
_MOST = 200  # files; the oldest go


def kept(limner: Limner, kind: str, ask: Document) -> Document | None:
    """The document of a kind for what was asked, if it was made since the last build."""
    file = _file(limner, kind, ask)
    try:
        found: Document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def keep(limner: Limner, kind: str, ask: Document, document: Document) -> Document:
    """Keep a document whole or not at all; gives it back as it will be read."""
    file = _file(limner, kind, ask)
    file.parent.mkdir(parents=True, exist_ok=True)
    written = json.dumps(document, ensure_ascii=False)
    beside = file.with_suffix(".part")
    beside.write_text(written, encoding="utf-8")
    beside.replace(file)
    for old in sorted(file.parent.glob("*.json"), key=_age)[:-_MOST]:
        old.unlink(missing_ok=True)
    again: Document = json.loads(written)
    return again


def key_of(kind: str, ask: Document) -> str:
    """A name for what was asked, the same for the same question."""
    told = json.dumps([kind, ask], sort_keys=True, ensure_ascii=False, default=str)
    return f"{kind}-{hashlib.blake2b(told.encode(), digest_size=8).hexdigest()}"


def _file(limner: Limner, kind: str, ask: Document) -> Path:
    versions = [limner.lake.version(name) for name in _READ]
    return limner.settings.home / "kept" / f"{key_of(kind, {**ask, 'of': versions})}.json"


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
