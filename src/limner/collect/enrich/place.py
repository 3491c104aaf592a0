"""Where it happened: the page, and the place on earth if the device said it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from limner.collect.enrich.note import note
from limner.collect.enrich.purchase import number

_LONGEST = 4096


class Place:
    """The page and the place of one event; made for every event, so plain and slotted."""

    __slots__ = ("city", "latitude", "longitude", "page_url", "referrer")

    def __init__(
        self, page_url: str | None, referrer: str | None, city: str | None = None,
        latitude: float | None = None, longitude: float | None = None,
    ) -> None:  # fmt: skip
        self.page_url, self.referrer, self.city = page_url, referrer, city
        self.latitude, self.longitude = latitude, longitude


def read_place(
    kind: str, context: Mapping[str, Any], said: Mapping[str, Any], notes: list[str]
) -> Place:
    """The page's address and the one before it; latitude and longitude in degrees."""
    page = context.get("page")
    url = referrer = None
    if isinstance(page, dict):
        url, referrer = _url(page, "url"), _url(page, "referrer")
    if kind == "page":
        url, referrer = url or _url(said, "url"), referrer or _url(said, "referrer")
    location = context.get("location")
    if not isinstance(location, dict):
        return Place(url, referrer)
    city = location.get("city")
    latitude, longitude = location.get("latitude"), location.get("longitude")
    north, east = number(latitude), number(longitude)
    if north is None or east is None or abs(north) > 90 or abs(east) > 180:
        if latitude is not None or longitude is not None:
            notes.append(note("location-unreadable", "context.location", f"{latitude!r:.30},{longitude!r:.30}"))  # fmt: skip
        north = east = None
    return Place(url, referrer, city if isinstance(city, str) and city else None, north, east)


def _url(said: Mapping[str, Any], key: str) -> str | None:
    written = said.get(key)
    return written[:_LONGEST] if isinstance(written, str) and written else None
