"""Answers of the tracking API, and what browsers of other sites are told about them."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import msgspec

Pairs = tuple[tuple[bytes, bytes], ...]
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_WAIT_SECONDS = b"1"
_PREFLIGHT_SECONDS = b"7200"  # the longest that Chromium keeps


class Headers:
    """A request's headers, by lower-case name."""

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        self._pairs = dict(pairs)

    def raw(self, name: bytes) -> bytes:
        """The header as it came; empty when it did not."""
        return self._pairs.get(name, b"")

    def get(self, name: bytes) -> str:
        """The header as text; empty when it did not come."""
        return self._pairs.get(name, b"").decode("latin-1")


class Reply:
    """One answer; `preflight` is the request that asks what it may send."""

    def __init__(
        self, status: int, body: bytes, content_type: bytes = b"application/json",
        extra: Pairs = (), preflight: Headers | None = None,
    ) -> None:  # fmt: skip
        self.status = status
        self.body = body
        self.headers: list[tuple[bytes, bytes]] = [
            (b"content-type", content_type),
            (b"content-length", str(len(body)).encode()),
            *extra,
        ]
        if preflight is not None:
            asked = preflight.raw(b"access-control-request-headers")
            self.headers += [
                (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
                (b"access-control-allow-headers", asked or b"authorization, content-type"),
                (b"access-control-max-age", _PREFLIGHT_SECONDS),
            ]

    async def send(
        self,
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
        method: str,
        shared: Pairs,
    ) -> None:
        """Send it, with the headers that are of every answer."""
        start = {
            "type": "http.response.start", "status": self.status, "headers": [*self.headers, *shared]
        }  # fmt: skip
        await send(start)
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else self.body})


def refusal(status: int, code: str, message: str, extra: Pairs = ()) -> Reply:
    """An answer that says why not: every client reads `code` and `message`, and no other shape."""
    if status in (429, 500, 503) and not any(name == b"retry-after" for name, _ in extra):
        extra = (*extra, (b"retry-after", _WAIT_SECONDS))
    return Reply(status, msgspec.json.encode({"code": code, "message": message}), extra=extra)


def cross_origin(headers: Headers) -> Pairs:
    """What lets a page of any site send: `*` would not cover the Authorization header.

    Source: Fetch standard, CORS protocol and credentials.
    """
    origin = headers.raw(b"origin")
    vary = (b"vary", b"Origin, Access-Control-Request-Headers")
    if not origin:
        return (vary,)
    return (
        vary,
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", b"Retry-After, X-RateLimit-Reset"),
    )
