"""A server between a client and the real one that follows a script: wrong answers, cuts, delays.

What the script does not name passes through, so that what arrives in the end is what the real
server took.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """Answer by itself; the real server hears nothing of the request."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, value: object, **headers: str) -> Answer:
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(status, json.dumps(value).encode(), {"content-type": "application/json"} | given)


@dataclass(frozen=True)
class Cut:
    """Close the connection without a word, before or after the real server stored the batch."""

    stored: bool


@dataclass(frozen=True)
class Delay:
    """Let the real server store the batch, but hold its answer back for longer than one waits."""

    seconds: float


Step = Answer | Cut | Delay


@dataclass(frozen=True)
class Seen:
    """One request as it came and the status it was answered with, None when it was cut."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int | None
    answer: bytes


class Proxy:
    """`script` is used up a step a POST; `seen` holds the POSTs in order."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.script: list[Step] = []
        self.seen: list[Seen] = []
        self.url = ""

    def follow(self, *steps: Step) -> None:
        """Begin a new script, with nothing seen yet."""
        self.script, self.seen = list(steps), []

    @property
    def statuses(self) -> Sequence[int | None]:
        return [seen.status for seen in self.seen]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._one(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, as it may
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, headers, body = await _message(reader)
        method, path, _ = first.split(" ", 2)
        step = self.script.pop(0) if method == "POST" and self.script else None
        if isinstance(step, Answer):
            answer = _answer(step)
        elif step == Cut(stored=False):
            answer = b""
        else:
            answer = await self._forward(first, headers, body)
        status = None if isinstance(step, Cut) else int(answer.split(b" ", 2)[1])
        if method == "POST":
            self.seen.append(
                Seen(method, path, headers, body, status, answer.partition(b"\r\n\r\n")[2])
            )
        if isinstance(step, Delay):
            await asyncio.sleep(step.seconds)
        if not isinstance(step, Cut):
            writer.write(answer)
            await writer.drain()

    async def _forward(self, first: str, headers: dict[str, str], body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        sent = {k: v for k, v in headers.items() if k != "transfer-encoding"}
        sent |= {"connection": "close", "content-length": str(len(body))}
        head = "\r\n".join([first, *(f"{k}: {v}" for k, v in sent.items())])
        writer.write(head.encode("latin-1") + b"\r\n\r\n" + body)
        await writer.drain()
        answer = await reader.read()  # until the server closes, as asked
        writer.close()
        return answer


async def _message(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    headers = {
        name.strip().lower(): text.strip()
        for name, _, text in (line.partition(":") for line in lines)
    }
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return first, headers, body
    return first, headers, await reader.readexactly(int(headers.get("content-length", 0)))


def _answer(step: Answer) -> bytes:
    headers = {**step.headers, "connection": "close", "content-length": str(len(step.body))}
    lines = [f"HTTP/1.1 {step.status} Scripted", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + step.body


@contextmanager
def proxying(upstream: int) -> Iterator[Proxy]:
    """A proxy on a free port in front of a port of this machine."""
    proxy, loop = Proxy(upstream), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=2**24)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield proxy

    async def stop() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()
