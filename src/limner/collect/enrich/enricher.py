"""The way of every live event: decoded, dated, attributed, enriched; nothing raised, nothing lost.

It is the hot path of the system: one call decodes an event, what many events share (user agents,
addresses, links, identifiers) is cached, and the row is one literal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from limner.collect.enrich.address import is_within, kept_address
from limner.collect.enrich.item import (
    Refused,
    read_envelope,
    read_message_id,
    read_name,
    read_object,
    read_said,
    read_time,
    read_type,
)
from limner.collect.enrich.json_text import from_bytes, split, to_text
from limner.collect.enrich.moment import from_micros
from limner.collect.enrich.note import note
from limner.collect.enrich.place import read_place
from limner.collect.enrich.purchase import NOTHING, read_purchase
from limner.collect.enrich.record import read_record
from limner.collect.enrich.row import Enriched, Faulty, Verdict
from limner.collect.enrich.sender import Sender, read_sender
from limner.collect.enrich.treatment import Treatment
from limner.collect.enrich.visit_source import read_brought
from limner.collect.enrich.who import Normal, Sighting, Who
from limner.collect.log.port import Logged
from limner.core.event import stable_id

_NO_TREATMENT = Treatment()


class Enricher:
    """Turns what the log holds into rows.

    `normal`: the kinds of identifier, surest first, each with what brings a text into its normal
    form or gives None for one that names nobody.  `sources`: how each source's events are treated;
    one that is not there gets the defaults.  `currency`: of amounts where neither the event nor
    its source says one.  It keeps caches, so make one and use it for long; not for two threads.
    """

    def __init__(
        self, normal: Normal, sources: Mapping[str, Treatment] | None = None, currency: str = "USD"
    ) -> None:
        self._who = Who(normal)
        self._sources = dict(sources or {})
        self._currency = currency

    def read(self, logged: Logged) -> list[Enriched | Faulty]:
        """Every event of a batch, in its order: as many as the batch has."""
        received_at = from_micros(logged.received_at)
        treatment = self._sources.get(logged.source, _NO_TREATMENT)
        bodies = split(logged.body)
        if bodies is None or len(bodies) != logged.count:
            return _unreadable(logged, received_at)
        envelope = read_envelope(logged.envelope)
        found: list[Enriched | Faulty] = []
        for at, body in enumerate(bodies):
            position = logged.first + at
            if fault := logged.faults.get(at):
                found.append(
                    Faulty(position, logged.source, received_at, fault[0], fault[1], "", "", body)
                )
                continue
            try:
                found.append(
                    self._one(position, logged.source, received_at, treatment, envelope, body)
                )
            except Refused as refused:
                found.append(
                    Faulty(
                        position, logged.source, received_at, refused.code, refused.message,
                        refused.field, refused.value, body,
                    )
                )  # fmt: skip
            except Exception as error:
                # One event must never stop all that come after it: it waits to be looked at.
                told = f"{type(error).__name__}: {error}; correct the event and replay it, or report it"
                found.append(
                    Faulty(position, logged.source, received_at, "event-unreadable", told, "", "", body)
                )  # fmt: skip
        return found

    def _one(
        self, position: int, source: str, received_at: datetime, treatment: Treatment,
        envelope: dict[str, Any], body: bytes,
    ) -> Enriched:  # fmt: skip
        item = from_bytes(body)
        if not isinstance(item, dict):
            raise Refused("event-malformed", "an event is a JSON object", "", item)
        notes: list[str] = []
        kind = read_type(item, envelope)
        context = read_object(item, "context")
        if shared := envelope.get("context"):
            context = {**shared, **context} if isinstance(shared, dict) else context
        said = read_said(kind, item, context)
        name = read_name(item) if kind == "track" else None
        time = read_time(item, envelope, received_at, notes)
        who = self._who.read(kind, item, context, said, notes)
        if not who.pairs:
            raise Refused(
                "customer-missing",
                "the event names nobody; send a userId or an anonymousId",
                "userId",
                item.get("userId"),
            )
        sender = read_sender(item, context, envelope, treatment)
        place = read_place(kind, context, said, notes)
        brought = read_brought(context, place, sender.agent, treatment)
        purchase = (
            read_purchase(name, said, treatment.currency or self._currency, notes)
            if name is not None and said
            else NOTHING
        )
        event_id = stable_id(source, read_message_id(item, position))
        anchor = who.pairs[0]
        verdict = _verdict(sender, who, treatment, notes)
        row = {
            "date": time.date(),
            "event_id": event_id,
            "type": kind,
            "event": name,
            "time": time,
            "received_at": received_at,
            "customer_id": anchor[1],
            "user_id": who.user_id,
            "anonymous_id": who.anonymous_id,
            "source": source,
            "channel": sender.channel,
            "store_id": _id(said, "store_id", "storeId"),
            "order_id": _id(said, "order_id", "orderId"),
            "revenue": purchase.revenue,
            "currency": purchase.currency,
            "products": purchase.lines,
            "campaign_id": _id(said, "campaign_id", "campaignId") or brought.campaign_id,
            "utm_source": brought.utm_source,
            "utm_medium": brought.utm_medium,
            "utm_campaign": brought.utm_campaign,
            "utm_term": brought.utm_term,
            "utm_content": brought.utm_content,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "city": place.city,
            "session_id": None,
            "traffic_channel": brought.traffic_channel,
            "device": sender.device,
            "page_url": place.page_url,
            "referrer": place.referrer,
            "properties": to_text(said) if said else None,
            "context": _context(item, context, sender, who, treatment),
        }
        return Enriched(
            position,
            event_id,
            source,
            received_at,
            row,
            who.pairs,
            anchor,
            verdict,
            tuple(notes),
            body,
            read_record(source, time, who.pairs, said) if kind == "identify" else None,
        )


def _unreadable(logged: Logged, received_at: datetime) -> list[Enriched | Faulty]:
    """Faults for all of a batch whose events cannot be told apart; the first holds the whole."""
    told = "the events of this batch cannot be told apart; correct the batch and replay it"
    return [
        Faulty(
            logged.first + at, logged.source, received_at, "batch-unreadable", told, "", "",
            logged.body if at == 0 else b"",
        )
        for at in range(logged.count)
    ]  # fmt: skip


def _id(said: Mapping[str, Any], *keys: str) -> str | None:
    for key in keys:
        written = said.get(key)
        if isinstance(written, str):
            if plain := written.strip():
                return plain
        elif isinstance(written, int) and not isinstance(written, bool):
            return repr(written) if written.bit_length() < 512 else None
        elif isinstance(written, float) and written.is_integer():
            return str(int(written))
    return None


def _context(
    item: Mapping[str, Any], context: Mapping[str, Any], sender: Sender, who: Sighting,
    treatment: Treatment,
) -> str | None:  # fmt: skip
    """The context as JSON: with the address cut short, the device's parts, and the identifiers
    that have no column, under the names by which a build looks for them.
    """
    kept = dict(context)
    if sender.ip is not None:
        address = kept_address(sender.ip, treatment.keep_ip)
        if address is None:
            kept.pop("ip", None)
        else:
            kept["ip"] = address
    else:
        kept.pop("ip", None)
    agent = sender.agent
    if agent is not None:
        kept["userAgent"] = sender.user_agent
        if agent.os is not None and not kept.get("os"):
            kept["os"] = agent.os
        if agent.browser is not None:
            kept["browser"] = agent.browser
    more: list[list[str]] = []
    for kind, value in who.pairs:
        if kind == "user_id" or kind == "anonymous_id":
            if value != who.user_id and value != who.anonymous_id:
                more.append([kind, value])
        elif kind in kept and isinstance(kept[kind], str) and kept[kind] != value:
            more.append([kind, value])
        else:
            kept[kind] = value
    if more:
        kept["identities"] = more
    return to_text(kept) if kept else None


def _verdict(sender: Sender, who: Sighting, treatment: Treatment, notes: list[str]) -> Verdict:
    agent = sender.agent
    if agent is not None and (agent.is_bot or agent.is_steered) and not treatment.keep_bots:
        if agent.is_bot or not treatment.keep_headless:
            return "bot"
        notes.append(note("browser-steered", "userAgent"))
    if treatment.internal_ips and sender.ip and is_within(sender.ip, treatment.internal_ips):
        return "internal"
    if treatment.internal_users and who.user_id in treatment.internal_users:
        return "internal"
    if treatment.internal_emails:
        for kind, value in who.pairs:
            if kind == "email" and (
                value in treatment.internal_emails
                or value[value.rindex("@") :] in treatment.internal_emails
            ):
                return "internal"
    return "warned" if notes else "ok"
