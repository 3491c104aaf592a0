"""The four ways in which clients name their write key."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator


def write_keys(authorization: str, header: str, body: str | None, query: str) -> Iterator[str]:
    """The write keys a request names, in the order in which they are tried.

    `authorization`: that header, whose Basic user is a write key; a Bearer token is not ours to
    check and names none.  `header`: X-Write-Key.  `body` and `query`: what they name.
    Source: Segment HTTP API, authentication; RudderStack HTTP API, authorization.

    >>> list(write_keys("Basic d2s6", "", "body", ""))
    ['wk', 'body']
    """
    if authorization[:6].lower() == "basic ":
        user = _basic_user(authorization[6:].strip())
        if user:
            yield user
    for named in (body, query, header):
        if named:
            yield named


def _basic_user(encoded: str) -> str:
    """The user of HTTP Basic; some clients leave out the colon before the empty password."""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return ""
