"""The addresses of the tracking API."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """What is at an address: `type` is that of a single call, None for a batch."""

    name: str
    method: str = "POST"
    type: str | None = None
    write_key: str = ""


_BATCH = Route("events")
# analytics.js writes the first letter of the type.
ROUTES: dict[str, Route] = {
    "/v1/batch": _BATCH,
    "/v1/b": _BATCH,
    "/beacon/v1/batch": _BATCH,
    **{f"/v1/{type_}": Route("events", type=type_)
       for type_ in ("identify", "track", "page", "screen", "group", "alias", "merge")},
    **{f"/v1/{type_[0]}": Route("events", type=type_)
       for type_ in ("identify", "track", "page", "screen", "group", "alias")},
    "/v1/m": Route("metrics"),
    "/pixel/v1/track": Route("pixel", "GET", "track"),
    "/pixel/v1/page": Route("pixel", "GET", "page"),
    "/sourceConfig": Route("config", "GET"),
}  # fmt: skip
_OURS = ("/v1/", "/beacon/", "/pixel/", "/sourceConfig")
_SETTINGS = re.compile(r"/v1/projects/([^/]+)/settings")


def route_of(path: str) -> Route | None:
    """What is at a path; None when it is not of the tracking API."""
    found = ROUTES.get(path) or ROUTES.get(path.rstrip("/"))
    if found is not None:
        return found
    if not path.startswith(_OURS):
        return None
    if settings := _SETTINGS.fullmatch(path.rstrip("/")):
        return Route("settings", "GET", write_key=settings[1])
    return Route("unknown", "")
