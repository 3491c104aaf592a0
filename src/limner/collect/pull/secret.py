"""Secrets of scheduled sources: in the environment or in a file, never in the settings."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from limner.collect.pull.puller import wrong
from limner.core.errors import Malformed

_TELLTALE = re.compile(
    r"(?i)(pass(word|wd|phrase)?|secret|token|api[-_]?key|^key$|authorization|cookie|signature)"
)


def check_secret(said: object, key: str) -> None:
    """Make sure that a setting says where a secret is and not what it is.

    Raises: `Malformed`, which does not repeat what was written.
    """
    is_place = isinstance(said, dict) and set(said) in ({"env"}, {"file"})
    if not is_place or not all(isinstance(v, str) and v for v in dict(said).values()):  # type: ignore[call-overload]
        raise Malformed(
            "source-secret",
            f"{key} must say where the secret is: {{env: NAME}} or {{file: PATH}}; it is never kept here",
            key,
        )


def secret(said: Mapping[str, Any], key: str) -> str:
    """The secret that an environment variable or a file holds.

    Raises: `Malformed` when it is not there.
    """
    if "env" in said:
        found = os.environ.get(said["env"], "")
        place = f"environment variable {said['env']}"
    else:
        place = f"file {said['file']}"
        try:
            found = Path(said["file"]).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Malformed(
                "source-secret", f"{key}: {place} cannot be read: {error.strerror}", key
            ) from None
    if not found:
        raise Malformed("source-secret", f"{key}: {place} is empty or not set", key)
    return found


def check_url(url: str, key: str, schemes: tuple[str, ...] = ()) -> None:
    """Make sure that a URL can be one, and carries no secret.

    Raises: `Malformed`, which does not repeat what was written when it holds a secret.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise wrong(key, url, "write a URL") from None
    if schemes and (parts.scheme not in schemes or not parts.hostname):
        raise wrong(
            key, url, f"write a URL that begins with {' or '.join(f'{s}://' for s in schemes)}"
        )
    if parts.password or any(_TELLTALE.search(name) for name, _ in parse_qsl(parts.query)):
        raise Malformed(
            "source-secret",
            f"{key} holds a secret; name where it is kept instead: see auth, password",
            key,
        )


def check_names(said: object, key: str) -> None:
    """Make sure that a table of headers or parameters is one, and none of them carries a secret.

    Raises: `Malformed` naming the entry.
    """
    if not isinstance(said, dict) or not all(
        isinstance(v, str | int | float) for v in said.values()
    ):
        raise wrong(key, said, "write names and values")
    for name in said:
        if _TELLTALE.search(str(name)):
            raise Malformed(
                "source-secret",
                f"{key}.{name} holds a secret; give it by auth: {{header: {name}, env: NAME}}",
                key,
            )
