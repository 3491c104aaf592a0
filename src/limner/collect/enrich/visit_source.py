"""What an event itself says brought the visitor here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from limner.collect.enrich.agent import Agent
from limner.collect.enrich.place import Place
from limner.collect.enrich.traffic import grouped, is_own, read_link
from limner.collect.enrich.treatment import Treatment


class Brought:
    """The campaign's words and the channel; made for every event, so plain and slotted.

    `traffic_channel` is None where the event says nothing of it: a page reached from another page
    of the shop, a tap in the app.  The visit it belongs to then has the channel it began with.
    """

    __slots__ = (
        "campaign_id", "traffic_channel", "utm_campaign", "utm_content", "utm_medium", "utm_source",
        "utm_term",
    )  # fmt: skip

    def __init__(self) -> None:
        self.traffic_channel: str | None = None
        self.utm_source: str | None = None
        self.utm_medium: str | None = None
        self.utm_campaign: str | None = None
        self.utm_term: str | None = None
        self.utm_content: str | None = None
        self.campaign_id: str | None = None


def read_brought(
    context: Mapping[str, Any], place: Place, agent: Agent | None, treatment: Treatment
) -> Brought:
    """The campaign of `context`, else of the page's address; else the site before this page; else,
    where there is none, the app in whose browser the page was opened.
    """
    found = Brought()
    url, referrer = place.page_url, place.referrer
    link = read_link(url) if url is not None else None
    said = context.get("campaign")
    if isinstance(said, dict) and said:
        found.utm_source = _text(said, "source")
        found.utm_medium = _text(said, "medium")
        found.utm_campaign = _text(said, "name") or _text(said, "campaign")
        found.utm_term = _text(said, "term")
        found.utm_content = _text(said, "content")
        found.campaign_id = _text(said, "id")
    if link is not None:
        if not (found.utm_source or found.utm_medium or found.utm_campaign):
            found.utm_source, found.utm_medium = link.utm_source, link.utm_medium
            found.utm_campaign = link.utm_campaign
        found.utm_term = found.utm_term or link.utm_term
        found.utm_content = found.utm_content or link.utm_content
        found.campaign_id = found.campaign_id or link.utm_id
    source, medium = found.utm_source, found.utm_medium
    if link is not None and link.click is not None:
        source, medium = source or link.click[0], medium or link.click[1]
    site = None
    if referrer is not None:
        site = read_link(referrer).host or None
        if site and is_own(site, link.host if link else "", treatment.own_domains):
            site = None
            if not (source or medium or found.utm_campaign):
                return found
    elif url is not None and agent is not None and not agent.is_mini_program:
        site = agent.app_site
    if source or medium or found.utm_campaign or site:
        found.traffic_channel = grouped(source, medium, found.utm_campaign, site)
    return found


def _text(said: Mapping[str, Any], key: str) -> str | None:
    written = said.get(key)
    return written[:500] if isinstance(written, str) and written else None
