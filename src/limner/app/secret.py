"""Secrets that Limner makes for itself and keeps in its home directory."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def own_secret(home: Path, name: str) -> str:
    """A random secret of 384 bits, made on first use in a file that only its owner may read."""
    file = home / f"{name}.key"
    draft = home / f".{name}.{secrets.token_hex(6)}"
    if not file.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, file)  # whole or not at all, and the first one wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text(encoding="ascii").strip()
