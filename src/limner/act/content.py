"""What a message says: Liquid templates rendered for one customer.

A template may use `customer.<column of the portrait>`, and `offer.*`, `campaign.*` and
`unsubscribe_link` as listed in `GIVEN`.  A customer's own data is only ever printed, never read
as a template; in html it is escaped.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from liquid import BoundTemplate, Environment, StrictUndefined
from liquid.exceptions import LiquidError

from limner.act.campaign import CampaignPlan
from limner.core.clock import zone
from limner.core.errors import Malformed
from limner.core.event import stable_id
from limner.core.message import Message

GIVEN: Mapping[str, tuple[str, ...]] = {
    "offer": ("text", "discount", "currency", "ends_on"),
    "campaign": ("name",),
    "unsubscribe_link": (),
}

_LIMITS = {"loop_iteration_limit": 10_000, "output_stream_limit": 1_000_000}
_Environment = type("_Environment", (Environment,), _LIMITS)
_PLAIN: Environment = _Environment(undefined=StrictUndefined)
_HTML: Environment = _Environment(undefined=StrictUndefined, autoescape=True)


@dataclass(frozen=True, slots=True)
class _Parts:
    subject: BoundTemplate
    text: BoundTemplate
    html: BoundTemplate | None


class Content:
    """The templates of a campaign, checked once against the portrait's columns.

    `columns` are the columns of `profiles`; the message shows money in `currency`, days in the
    business's `timezone`, and the address `sender` as where to unsubscribe.
    Raises: `Malformed` naming the place, the variable that is unknown and those that exist, or
    what is wrong with the template.
    """

    def __init__(
        self,
        plan: CampaignPlan,
        columns: Collection[str],
        *,
        currency: str,
        timezone: str,
        sender: str,
    ) -> None:
        self._plan = plan
        self._sender = sender
        self._used: set[str] = set()
        self._columns = columns
        self._parts = {
            language: _Parts(
                self._parse(_PLAIN, t.subject, f"{language}.subject"),
                self._parse(_PLAIN, t.text, f"{language}.text"),
                None if t.html is None else self._parse(_HTML, t.html, f"{language}.html"),
            )
            for language, t in plan.templates.items()
        }
        self._given = {
            "offer": {
                "text": plan.offer,
                "discount": _short(plan.discount),
                "currency": currency,
                "ends_on": _last_day(plan, zone(timezone)),
            },
            "campaign": {"name": plan.name},
        }

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the portrait that rendering needs, and no others."""
        wanted = self._used | ({"language", "traits"} & set(self._columns))
        return tuple(sorted(wanted))

    def render(
        self, campaign_id: str, customer_id: str, to: str, portrait: Mapping[str, object]
    ) -> Message:
        """The message for one customer, in the customer's language if there is a template in it.

        A portrait's empty field prints as nothing (`| default: "friend"` fills it).
        Raises: `Malformed` when the templates cannot be rendered for this portrait.
        """
        message_id = message_id_of(campaign_id, customer_id, self._plan.channel)
        values = {
            **self._given,
            "customer": {key: _printable(value) for key, value in portrait.items()},
            "unsubscribe_link": unsubscribe_link(self._sender, message_id),
        }
        parts = self._parts[self._language(portrait)]
        try:
            return Message(
                message_id=message_id,
                campaign_id=campaign_id,
                customer_id=customer_id,
                channel=self._plan.channel,
                to=to,
                subject=one_line(parts.subject.render(**values)),
                text=_body(parts.text.render(**values)),
                html=None if parts.html is None else _body(parts.html.render(**values)),
            )
        except LiquidError as error:
            raise Malformed(
                "template-render",
                f"the template cannot be rendered for customer {customer_id}: {error.message}",
            ) from error

    def _language(self, portrait: Mapping[str, object]) -> str:
        spoken = portrait.get("language")
        if spoken is None and isinstance(traits := portrait.get("traits"), str):
            told = json.loads(traits)
            spoken = told.get("language") if isinstance(told, dict) else None
        short = str(spoken or "").lower()[:2]  # zh-Hans-CN, zh_CN and ZH are all zh
        return short if short in self._parts else next(iter(self._parts))

    def _parse(self, environment: Environment, source: str, place: str) -> BoundTemplate:
        try:
            template = environment.from_string(source)
            analysis = template.analyze()
        except LiquidError as error:
            line = getattr(error.token, "start_index", 0) if error.token else 0
            raise Malformed(
                "template-malformed",
                f"template {place}, line {source.count(chr(10), 0, line) + 1}: {error.message}",
                f"templates.{place}",
            ) from error
        for uses in analysis.globals.values():
            for use in uses:
                self._check([str(segment) for segment in use.segments], place)
        return template

    def _check(self, path: list[str], place: str) -> None:
        root, rest = path[0], path[1:]
        if root == "customer":
            known: Collection[str] = self._columns
        elif root in GIVEN:
            known = GIVEN[root]
        else:
            raise _unknown(root, place, ["customer", *GIVEN])
        if (not rest and known) or (rest and (len(rest) > 1 or rest[0] not in known)):
            raise _unknown(".".join(path), place, [f"{root}.{name}" for name in known] or [root])
        if root == "customer":
            self._used.add(rest[0])


def message_id_of(campaign_id: str, customer_id: str, channel: str) -> str:
    """The id of the one message that a campaign has for a customer by a channel."""
    return stable_id("message", campaign_id, customer_id, channel)


def unsubscribe_link(sender: str, message_id: str) -> str:
    """Where a reader asks for no more messages: a `mailto:` link that names the message.

    Source: RFC 2369, section 3.2; RFC 6068.
    """
    return f"mailto:{quote(sender, safe='@')}?subject=unsubscribe%20{message_id}"


def one_line(text: str) -> str:
    """Text as one line without control characters, so that it cannot start another header."""
    shown = "".join(" " if unicodedata.category(c) in _BREAKS else c for c in text)
    return " ".join(shown.split())


_BREAKS = frozenset({"Cc", "Zl", "Zp", "Cs"})  # control, line and paragraph breaks, surrogates


def _body(text: str) -> str:
    """Text with one kind of line end and no stray control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _printable(value: object) -> object:
    """A value as a template prints it: whole numbers without a fraction, the rest as it is."""
    return _short(value) if isinstance(value, float) else value


def _short(value: float) -> float | int:
    return int(value) if value.is_integer() else round(value, 2)


def _last_day(plan: CampaignPlan, timezone: ZoneInfo) -> object:
    return (plan.ends_at - timedelta(microseconds=1)).astimezone(timezone).date()


def _unknown(variable: str, place: str, known: list[str]) -> Malformed:
    return Malformed(
        "template-variable",
        f"template {place} uses {variable}, which does not exist; there are {', '.join(known)}",
        f"templates.{place}",
    )
