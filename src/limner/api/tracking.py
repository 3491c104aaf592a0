"""The door for events: the Segment and RudderStack tracking API, in front of everything else.

A pure ASGI app, since each request goes through it: what is not a tracking address is passed on.
Clients retry or drop by the status alone, so: exactly 200 when the events are on disk, 4xx only for
what can never succeed, 503 when nothing was kept.  Every other body is `{"code", "message"}`.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import structlog

from limner.api.tracking_reply import GIF, Headers, Reply, cross_origin, refusal
from limner.api.tracking_route import Route, route_of
from limner.app import Limner
from limner.app.keyring import Keyring, Known
from limner.collect.log import EventLog
from limner.collect.tracking import (
    Sender,
    Unpacker,
    analytics_settings,
    batch_of,
    read_request,
    report,
    source_config,
    write_keys,
)
from limner.collect.tracking.pixel import pixel_body
from limner.core.errors import LimnerError, Malformed, Rejected

log = structlog.get_logger()

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_MOST_DRAINED_BYTES = 64 * 2**20


class TrackingApp:
    """The tracking endpoints of an installation, before another app that answers all else."""

    def __init__(self, limner: Limner, event_log: EventLog, app: App | None = None) -> None:
        self.app = app
        self._keys = Keyring(limner)
        self._log = event_log
        self._most_event_bytes = limner.settings.event_bytes
        self._most_batch_bytes = limner.settings.batch_bytes
        self._allowances: dict[str, _Allowance] = {}
        self._encode = msgspec.json.Encoder().encode

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if self.app is not None:
                await self.app(scope, receive, send)
            elif scope["type"] == "lifespan":
                await _live(receive, send)
            return
        route = route_of(scope["path"])
        if route is None and self.app is not None:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope["headers"])
        try:
            reply = await self._answer(scope, route, headers, receive)
        except LimnerError as error:
            # What is not the sender's fault left nothing behind, and may be sent again.
            status = error.status if isinstance(error, Rejected) else 503
            reply = refusal(status, error.code, error.message)
        except Exception as error:
            log.error("tracking-broken", path=scope["path"], exc_info=error)
            reply = refusal(500, "broken", "something went wrong on our side; send this again")
        if reply is not None:
            await reply.send(send, scope["method"], cross_origin(headers))

    async def _answer(
        self, scope: Scope, route: Route | None, headers: Headers, receive: Receive
    ) -> Reply | None:
        method = scope["method"]
        if method == "OPTIONS":
            return Reply(200, b"", preflight=headers)
        if route is None or route.name == "unknown":
            return refusal(404, "path-unknown", f"nothing is at {scope['path'][:200]}")
        if method != route.method:
            said = f"{method} is not answered here; use {route.method}"
            return refusal(405, "method-not-allowed", said, ((b"allow", route.method.encode()),))
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if route.name == "events":
            return await self._take(scope, route, headers, query, receive)
        if route.name == "pixel":
            return await self._take_pixel(scope, route, headers, query)
        if route.name == "metrics":
            await _drain(receive)
            return Reply(200, b'{"success":true}')
        return await self._boot(scope, route, headers, query)

    async def _take(
        self, scope: Scope, route: Route, headers: Headers, query: dict[str, str], receive: Receive
    ) -> Reply | None:
        received_at = time.time_ns() // 1_000
        unpacker = Unpacker(headers.get(b"content-encoding"), self._most_batch_bytes)
        if not await _read(receive, unpacker):
            return None
        if unpacker.is_too_large:
            said = f"the body has more than {self._most_batch_bytes} bytes; send smaller batches"
            return refusal(413, "body-too-large", said)
        request = read_request(unpacker.body(), route.type)
        known = await self._source(headers, query, request.write_key)
        if isinstance(known, Reply):
            return known
        sender = Sender(
            (scope.get("client") or ("",))[0],
            headers.get(b"user-agent")[:1_000],
            headers.get(b"sentat")[:64],
        )
        batch = batch_of(request, known.source, received_at, sender, self._most_event_bytes)
        appended = await self._log.keep(batch)
        return Reply(200, self._encode(report(batch, appended)))

    async def _take_pixel(
        self, scope: Scope, route: Route, headers: Headers, query: dict[str, str]
    ) -> Reply:
        known = await self._source(headers, query, None)
        if isinstance(known, Reply):
            return known
        received_at = time.time_ns() // 1_000
        request = read_request(pixel_body(route.type or "", query), route.type)
        sender = Sender((scope.get("client") or ("",))[0], headers.get(b"user-agent")[:1_000])
        await self._log.keep(
            batch_of(request, known.source, received_at, sender, self._most_event_bytes)
        )
        return Reply(200, GIF, content_type=b"image/gif", extra=((b"cache-control", b"no-store"),))

    async def _source(
        self, headers: Headers, query: dict[str, str], in_body: str | None
    ) -> Known | Reply:
        """The source that a request's key names, or why it may not send."""
        named = write_keys(
            headers.get(b"authorization"), headers.get(b"x-write-key"), in_body, _key_of(query)
        )
        known = await self._keys.find(*named)
        if known is None:
            said = "no good write key came with this: see limner source list"
            return refusal(401, "write-key-unknown", said)
        if not known.is_enabled:
            return refusal(403, "source-disabled", f"source {known.source!r} is turned off")
        most = known.settings.get("requests_per_second")
        if isinstance(most, int | float) and most > 0:
            allowance = self._allowances.setdefault(known.source, _Allowance())
            if not allowance.spend(time.monotonic(), float(most)):
                said = f"source {known.source!r} may send {most:g} requests a second"
                again = str(int(time.time()) + 1).encode()
                extra = ((b"retry-after", b"1"), (b"x-ratelimit-reset", again))
                return refusal(429, "rate-limited", said, extra)
        return known

    async def _boot(
        self, scope: Scope, route: Route, headers: Headers, query: dict[str, str]
    ) -> Reply:
        """What a browser SDK asks before it sends."""
        key = route.write_key
        candidates = [key] if key else list(
            write_keys(headers.get(b"authorization"), "", None, _key_of(query))
        )  # fmt: skip
        known = await self._keys.find(*candidates)
        if known is None:
            said = "no good write key came with this: see limner source list"
            return refusal(401, "write-key-unknown", said)
        host = headers.get(b"host") or "localhost"
        if route.name == "settings":
            if not known.is_enabled:
                return refusal(403, "source-disabled", f"source {known.source!r} is turned off")
            document = analytics_settings(candidates[0], scope.get("scheme", "http"), host)
        else:
            document = source_config(candidates[0], known.source, known.is_enabled)
        return Reply(200, self._encode(document), extra=((b"cache-control", b"no-cache"),))


class _Allowance:
    """How many requests a source may still make: a bucket of a second's worth."""

    def __init__(self) -> None:
        self._left: float | None = None
        self._at = 0.0

    def spend(self, now: float, per_second: float) -> bool:
        left = per_second if self._left is None else self._left + (now - self._at) * per_second
        self._left, self._at = min(left, max(per_second, 1.0)), now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


def _key_of(query: dict[str, str]) -> str:
    return query.get("writeKey") or query.get("writekey") or ""


async def _read(receive: Receive, unpacker: Unpacker) -> bool:
    """Read a body to its end; False when the client went away before.

    One that is too large is read on without keeping it: an answer before the end of the body looks
    to many clients like a lost connection, and they would send it again for ever.
    """
    fault: Malformed | None = None
    drained = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        piece = message.get("body", b"")
        if fault is not None or unpacker.is_too_large:
            drained += len(piece)
        else:
            try:
                unpacker.add(piece)
            except Malformed as error:
                fault = error
        if not message.get("more_body", False) or drained > _MOST_DRAINED_BYTES:
            if fault is not None:
                raise fault
            return True


async def _drain(receive: Receive) -> None:
    drained = 0
    while drained <= _MOST_DRAINED_BYTES:
        message = await receive()
        drained += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return


async def _live(receive: Receive, send: Send) -> None:
    """The life of a server that has no other app."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
