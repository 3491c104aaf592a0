"""A service that answers with JSON, page by page, and what changed since the last time."""

from __future__ import annotations

import email.utils
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import httpx

from limner.collect.pull import window
from limner.collect.pull.paging import Page, dig, read_paging
from limner.collect.pull.puller import Asked, Portion, Puller, State, count, wrong
from limner.collect.pull.puller import text as said
from limner.collect.pull.secret import check_names, check_secret, check_url, secret
from limner.collect.pull.spool import flattened, write_rows
from limner.collect.pull.window import Window
from limner.core.errors import Busy, Malformed
from limner.core.words import Words

CHUNK_ROWS = 5_000
TRIES = 6
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.5, 300.0
_PATIENCE = httpx.Timeout(60.0, connect=15.0)
_LARGEST_PAGE = 64_000_000  # bytes, decoded
_AGAIN = {408, 425, 429, 500, 502, 503, 504}


def _check(settings: Mapping[str, Any]) -> None:
    check_url(said(settings, "url", "write the URL of the list"), "url", ("http", "https"))
    if (auth := settings.get("auth")) is not None:
        rest = (
            {k: v for k, v in auth.items() if k not in ("header", "prefix")}
            if isinstance(auth, dict)
            else auth
        )
        check_secret(rest, "auth")
        if not isinstance(auth.get("header", ""), str) or not isinstance(
            auth.get("prefix", ""), str
        ):
            raise wrong("auth", auth, "write {header: Authorization, prefix: 'Bearer ', env: NAME}")
    for key in ("headers", "params"):
        check_names(settings.get(key, {}), key)
    if not isinstance(settings.get("records", ""), str):
        raise wrong("records", settings["records"], "write where the list is, such as data.items")
    read_paging(settings.get("paging"))
    if (since := settings.get("since")) is not None and (
        not isinstance(since, dict)
        or not {"param", "field"} <= set(since) <= {"param", "field", "start"}
        or not all(isinstance(since[key], str) for key in ("param", "field"))
        or not isinstance(since.get("start", ""), str | int | float)
    ):
        raise wrong(
            "since", since, "write {param: updated_since, field: updated_at, start: '2024-01-01'}"
        )
    count(settings, "overlap", 0.0)
    count(settings, "chunk_rows", CHUNK_ROWS, 1)


def _pull(asked: Asked) -> Iterator[Portion]:
    headers = {"Accept": "application/json", "User-Agent": "limner"}
    headers |= {name: str(value) for name, value in asked.settings.get("headers", {}).items()}
    if auth := asked.settings.get("auth"):
        proof = secret({k: v for k, v in auth.items() if k in ("env", "file")}, "auth")
        headers[auth.get("header", "Authorization")] = auth.get("prefix", "Bearer ") + proof
    # A redirect could lead to a host that must not see the proof.
    with httpx.Client(headers=headers, timeout=_PATIENCE, follow_redirects=False) as client:
        yield from _Reading(asked, client).portions()


class _Reading:
    """One walk over all pages.

    The state between walks: `since` (the newest value seen) and `seen` (the records near it).
    Within one that was broken off: `fresh` (what it took), `held`, `newest`, `next` (where it was).
    """

    def __init__(self, asked: Asked, client: httpx.Client) -> None:
        self.asked, self.client, self.state = asked, client, asked.state
        self.paging, self.settings = read_paging(asked.settings.get("paging"))
        self.by = asked.settings.get("since") or {}
        self.columns: dict[str, None] = dict.fromkeys(self.state.get("columns", []))
        self.most = int(count(asked.settings, "chunk_rows", CHUNK_ROWS, 1))
        self.fresh: list[str] = list(self.state.get("fresh", []))
        self.newest: Any = self.state.get("newest", self.state.get("since"))
        seen = [(key, None) for key, _ in self.state.get("seen", [])]
        self.window = Window([*seen, *((key, None) for key in self.fresh)])
        self.token: Any = self.paging.start(self.settings)
        if self.paging.is_resumable and self.state.get("next") is not None:
            self.token = self.state["next"]
            self.window.held.extend((key, value) for key, value in self.state.get("held", []))

    def portions(self) -> Iterator[Portion]:
        rows: list[dict[str, str | None]] = []
        before: list[Mapping[str, Any]] = []
        while True:
            page = self._page()
            records = self._records(page.document)
            if records and records == before:
                raise Malformed(
                    "pull-endless",
                    "two pages in a row are the same: the paging settings do not fit the service",
                )
            before = records
            for record in records:
                row = flattened(record)
                self.columns |= dict.fromkeys(row)
                value = dig(record, self.by["field"]) if self.by else None
                self._rise(value)
                key = window.digest(row)
                if self.window.is_new(key, value):
                    self.fresh.append(key)
                    rows.append(row)
            self.token = self.paging.after(self.settings, self.token, page)
            if self.token is None:
                break
            if len(rows) >= self.most:
                yield Portion(self._file(rows), self._midway())
                rows = []
        yield Portion(self._file(rows) if rows else None, self._at_end())

    def _rise(self, value: Any) -> None:
        if value is None or isinstance(value, dict | list | bool):
            return
        if self.newest is None or window.place(value) > window.place(self.newest):
            self.newest = value

    def _file(self, rows: list[dict[str, str | None]]) -> Any:
        """The rows as a file; a column that other records had is there, and empty."""
        known = {c: None for c in self.asked.columns if c in self.columns}
        return write_rows(
            self.asked.directory, "records", ({**known, **row} for row in rows), self.asked.now
        )

    def _midway(self) -> State:
        return {
            "since": self.state.get("since"), "seen": self.state.get("seen", []),
            "fresh": self.fresh[-window.MOST :], "held": [list(p) for p in self.window.held],
            "newest": self.newest, "next": self.token, "columns": list(self.columns),
        }  # fmt: skip

    def _at_end(self) -> State:
        held = list(self.window.held)
        if self.by and self.newest is not None:
            low = window.place(
                window.before(self.newest, count(self.asked.settings, "overlap", 0.0))
            )
            held = [pair for pair in held if pair[1] is None or window.place(pair[1]) >= low]
        return {
            "since": self.newest,
            "seen": [list(p) for p in held],
            "columns": list(self.columns),
        }

    def _records(self, document: Any) -> list[Mapping[str, Any]]:
        path = self.asked.settings.get("records", "")
        found = dig(document, path)
        if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
            keys = (
                f"it has {', '.join(map(str, document))}"
                if isinstance(document, Mapping)
                else "it is a list"
            )
            raise Malformed(
                "pull-shape",
                f"the answer has no list of records at {path or 'its top'!r}; {keys}; see records",
            )
        return found

    # ---- asking

    def _parameters(self) -> dict[str, str]:
        asked = {name: str(value) for name, value in self.asked.settings.get("params", {}).items()}
        since = self.state.get("since")
        if self.by and since is not None:
            asked[self.by["param"]] = str(
                window.before(since, count(self.asked.settings, "overlap", 0.0))
            )
        elif self.by and "start" in self.by:
            asked[self.by["param"]] = str(self.by["start"])
        return asked | self.paging.parameters(self.settings, self.token)

    def _page(self) -> Page:
        is_url = isinstance(self.token, str) and self.token.startswith(("http://", "https://"))
        url = self.token if is_url else self.asked.settings["url"]
        answer, body = self._ask(url, {} if is_url else self._parameters())
        try:
            document = json.loads(body)
        except ValueError as error:
            raise Malformed(
                "pull-shape", f"{_shown(url)} answers with something else than JSON"
            ) from error
        link = answer.links.get("next", {}).get("url")
        return Page(document, len(self._records(document)), link, str(answer.url))

    def _ask(self, url: str, parameters: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        """An answer of 200; what passes by itself is waited for and asked again."""
        seen, pause = "", _FIRST_WAIT_SECONDS
        for attempt in range(TRIES):
            if attempt:
                self.asked.wait(min(pause, _LONGEST_WAIT_SECONDS))
            pause = _FIRST_WAIT_SECONDS * 2**attempt
            try:
                with self.client.stream("GET", url, params=dict(parameters) or None) as answer:
                    body = _read(answer)
            except httpx.TransportError as error:
                seen = f"{type(error).__name__}: {error}"
                continue
            if answer.status_code == 200:
                return answer, body
            seen = f"status {answer.status_code}"
            if answer.status_code not in _AGAIN:
                raise Malformed("pull-refused", f"{_shown(url)} answers {seen}{_hint(answer)}")
            pause = max(pause, _asked_to_wait(answer, self.asked.now))
        raise Busy("source-unreachable", f"{_shown(url)} did not answer in {TRIES} tries: {seen}")


def _read(answer: httpx.Response) -> bytes:
    body = bytearray()
    for part in answer.iter_bytes():
        body += part
        if len(body) > _LARGEST_PAGE:
            raise Malformed(
                "pull-shape",
                f"a page is larger than {_LARGEST_PAGE:,} bytes; ask for smaller pages",
            )
    return bytes(body)


def _asked_to_wait(answer: httpx.Response, now: datetime) -> float:
    """Seconds that `Retry-After` asks for.  Source: RFC 9110, section 10.2.3."""
    said = answer.headers.get("Retry-After", "")
    if said.isdigit():
        return float(said)
    try:
        then = email.utils.parsedate_to_datetime(said)
        date = answer.headers.get("Date")
        here = (
            email.utils.parsedate_to_datetime(date) if date else now
        )  # by the service's own clock
        return max(0.0, (then - here).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _hint(answer: httpx.Response) -> str:
    if answer.status_code in (401, 403):
        return ": the secret that auth names is missing or no longer good"
    if answer.is_redirect:
        where = httpx.URL(answer.headers.get("Location", ""))
        return f" and points to {where.host or where.path}: write that as url if it is right"
    return ""


def _shown(url: str) -> str:
    """A URL without its query, in which people put secrets."""
    return url.partition("?")[0]


PULLER = Puller(
    "rest", Words("JSON service", "JSON 接口"),
    ("url", "auth", "headers", "params", "records", "paging", "since", "overlap", "chunk_rows"),
    _check, _pull,
)  # fmt: skip
