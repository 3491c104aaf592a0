"""What sent an event: the library, the device it ran on, the channel it is of, the address.

A request's own address and user agent are the customer's only where the customer's device made the
request; a server's library speaks for others and must say whose they are in `context`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from limner.collect.enrich.agent import Agent, read_agent
from limner.collect.enrich.treatment import Treatment

# Beginnings of library names, and the channel of what they send.
_LIBRARIES: tuple[tuple[str, str], ...] = (
    ("analytics-python", "server"),
    ("analytics-node", "server"),
    ("analytics-ruby", "server"),
    ("analytics-php", "server"),
    ("analytics-java", "server"),
    ("analytics-go", "server"),
    ("analytics.net", "server"),
    ("analytics-csharp", "server"),
    ("rudder-sdk-python", "server"),
    ("rudder-sdk-node", "server"),
    ("@segment/analytics-node", "server"),
    ("analytics-ios", "app"),
    ("analytics-android", "app"),
    ("analytics-kotlin", "app"),
    ("analytics-swift", "app"),
    ("analytics-react-native", "app"),
    ("analytics-flutter", "app"),
    ("analytics_flutter", "app"),
    ("@segment/analytics-react-native", "app"),
    ("rudder-ios", "app"),
    ("rudder-android", "app"),
    ("com.rudderstack.android", "app"),
    ("rudder-react-native", "app"),
    ("rudder-flutter", "app"),
    ("analytics.js", "web"),
    ("analytics-next", "web"),
    ("rudderlabs", "web"),
    ("rudder-sdk-js", "web"),
)
# What senders write as `channel`, where it means one of ours.
_SAME = {"browser": "web", "mobile": "app", "website": "web", "h5": "web", "store": "pos", "till": "pos"}  # fmt: skip
_DEVICES = {
    "ios": "mobile", "android": "mobile", "phone": "mobile", "mobile": "mobile", "harmonyos": "mobile",
    "tablet": "tablet", "ipad": "tablet", "desktop": "desktop", "tv": "tv", "smarttv": "tv",
}  # fmt: skip
_known: dict[str, str | None] = {}


class Sender:
    """What sent one event; made for every event, so plain and slotted.

    `channel`: web, app, mini_program, server, or whatever the source or the event says (pos ...).
    `ip` and `agent` are the customer's, None where only the shop's server is known.
    """

    __slots__ = ("agent", "channel", "device", "ip", "user_agent")

    def __init__(
        self, channel: str | None, device: str | None, ip: str | None, user_agent: str | None,
        agent: Agent | None,
    ) -> None:  # fmt: skip
        self.channel, self.device, self.ip = channel, device, ip
        self.user_agent, self.agent = user_agent, agent


def read_sender(
    item: Mapping[str, Any], context: Mapping[str, Any], envelope: Mapping[str, Any],
    treatment: Treatment,
) -> Sender:  # fmt: skip
    """The library, device, channel and address behind an event."""
    library = _library(context)
    said, asked = context.get("userAgent"), envelope.get("userAgent")
    is_browser = isinstance(asked, str) and asked.startswith("Mozilla/") and library != "server"
    own = said if isinstance(said, str) and said else None
    written: str | None = own if own is not None else asked if is_browser else None
    agent = read_agent(written) if written else None
    ip = context.get("ip")
    if not isinstance(ip, str) or not ip:
        ip = envelope.get("ip") if library in ("web", "app") or is_browser else None
    channel = _channel(item, context, library, is_browser, agent, treatment)
    device = agent.device if agent is not None else None
    if device is None:
        told = context.get("device")
        kind = told.get("type") if isinstance(told, dict) else None
        if isinstance(kind, str):
            device = _DEVICES.get(kind.lower())
        elif channel == "server":
            device = "server"
    return Sender(channel, device, ip if isinstance(ip, str) else None, written, agent)


def _channel(
    item: Mapping[str, Any], context: Mapping[str, Any], library: str | None, is_browser: bool,
    agent: Agent | None, treatment: Treatment,
) -> str | None:  # fmt: skip
    """The event's own word for a shop's channel, else the source's, else what the sender is."""
    said = item.get("properties")
    own = said.get("channel") if isinstance(said, dict) else None
    if isinstance(own, str) and own.strip():
        word = own.strip().lower()
        return _SAME.get(word, word)
    if treatment.channel is not None:
        return treatment.channel
    if agent is not None and agent.is_mini_program:
        return "mini_program"
    if library is not None:
        return library
    named = item.get("channel") or context.get("channel")
    if isinstance(named, str) and named.strip():
        word = named.strip().lower()
        return _SAME.get(word, word)
    if is_browser or isinstance(context.get("page"), dict) or item.get("type") == "page":
        return "web"
    return "app" if isinstance(context.get("app"), dict) or item.get("type") == "screen" else None


def _library(context: Mapping[str, Any]) -> str | None:
    said = context.get("library")
    name = said.get("name") if isinstance(said, dict) else None
    if not isinstance(name, str):
        return None
    if name in _known:
        return _known[name]
    lower = name.lower()
    found = next((channel for start, channel in _LIBRARIES if lower.startswith(start)), None)
    if len(_known) < 1000:
        _known[name] = found
    return found
