"""How services hand over long lists page by page: one object a way.

A token says which page comes next, as JSON can hold it; None is the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx

from limner.collect.pull.puller import wrong
from limner.core.errors import Malformed

Token = Any


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: its document, how many records it holds, the link to the next, where it came from."""

    document: Any
    records: int
    link: str | None
    url: str


@dataclass(frozen=True, slots=True)
class Paging:
    """A way of paging.

    `parameters(settings, token)`: the query parameters of a page; a token that is a URL has none.
    `after(settings, token, page)`: the next page's token.  `keys`: each setting with its default,
    None where it must be given.  `is_resumable`: whether a token means the same page later on.
    """

    keys: Mapping[str, str | int | None]
    start: Callable[[Mapping[str, Any]], Token]
    parameters: Callable[[Mapping[str, Any], Token], dict[str, str]]
    after: Callable[[Mapping[str, Any], Token, Page], Token]
    is_resumable: bool


def _sized(settings: Mapping[str, Any]) -> dict[str, str]:
    return {settings["size_param"]: str(settings["size"])} if settings["size"] else {}


def _next_page(settings: Mapping[str, Any], token: Token, page: Page) -> Token:
    size = settings["size"]
    return token + 1 if page.records and (not size or page.records >= size) else None


def _next_offset(settings: Mapping[str, Any], token: Token, page: Page) -> Token:
    size = settings["size"]
    return token + page.records if page.records and page.records >= size else None


def _next_cursor(settings: Mapping[str, Any], token: Token, page: Page) -> Token:
    return dig(page.document, settings["path"]) or None


def _next_url(settings: Mapping[str, Any], token: Token, page: Page) -> Token:
    return _same_host(dig(page.document, settings["path"]), page)


def _next_link(settings: Mapping[str, Any], token: Token, page: Page) -> Token:
    return _same_host(page.link, page)


def _cursor(settings: Mapping[str, Any], token: Token) -> dict[str, str]:
    return _sized(settings) | ({} if token is None else {settings["param"]: str(token)})


_SIZE: dict[str, str | int | None] = {"size_param": "limit", "size": 0}

TABLE: dict[str, Paging] = {
    "none": Paging({}, lambda s: None, lambda s, t: {}, lambda s, t, p: None, False),
    "page": Paging(
        {"param": "page", "first": 1, **_SIZE}, lambda s: int(s["first"]),
        lambda s, t: {s["param"]: str(t)} | _sized(s), _next_page, False,
    ),
    "offset": Paging(
        {"param": "offset", "size_param": "limit", "size": 100}, lambda s: 0,
        lambda s, t: {s["param"]: str(t)} | _sized(s), _next_offset, False,
    ),
    "cursor": Paging(
        {"param": "cursor", "path": None, **_SIZE}, lambda s: None, _cursor, _next_cursor, True,
    ),
    "next": Paging({"path": None, **_SIZE}, lambda s: None, lambda s, t: _sized(s) if t is None else {}, _next_url, True),
    "link": Paging(_SIZE, lambda s: None, lambda s, t: _sized(s) if t is None else {}, _next_link, True),
}  # fmt: skip


def read_paging(said: object) -> tuple[Paging, dict[str, Any]]:
    """The way of paging that a source's settings name, and its settings with their defaults.

    Raises: `Malformed` naming the setting.
    """
    said = said if said is not None else {"kind": "none"}
    if not isinstance(said, dict) or said.get("kind") not in TABLE:
        raise wrong("paging.kind", said, f"it may be {{kind: ...}} of {', '.join(TABLE)}")
    paging = TABLE[said["kind"]]
    for key in said:
        if key not in (*paging.keys, "kind"):
            raise wrong(f"paging.{key}", said[key], f"there are {', '.join(paging.keys) or 'none'}")
    settings = {key: said.get(key, default) for key, default in paging.keys.items()}
    for key, value in settings.items():
        if value is None:
            raise wrong(
                f"paging.{key}", None, "write where the next page is named, such as meta.next"
            )
        if key in ("size", "first") and (
            isinstance(value, bool) or not isinstance(value, int) or value < 0
        ):
            raise wrong(f"paging.{key}", value, "write a whole number")
    if said["kind"] == "offset" and not settings["size"]:
        raise wrong("paging.size", 0, "an offset needs to know how many records a page has")
    return paging, settings


def dig(document: Any, path: str) -> Any:
    """What a document has at a path such as `data.items`; None where it ends earlier."""
    for part in path.split(".") if path else []:
        if isinstance(document, Mapping):
            document = document.get(part)
        elif isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    return document


def _same_host(following: Any, page: Page) -> str | None:
    """The next page's URL.  On another host it would be given what proves who we are."""
    if not following:
        return None
    url = urljoin(page.url, str(following))
    here, there = httpx.URL(page.url), httpx.URL(url)
    if (here.scheme, here.host, here.port) != (there.scheme, there.host, there.port):
        raise Malformed(
            "pull-elsewhere",
            f"the next page is on {there.host}, not on {here.host}: it is not asked",
        )
    return url
