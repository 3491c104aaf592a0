"""What a campaign is: to whom, what, at what cost, over which channel, until when."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from limner.core.clock import end_of, zone
from limner.core.errors import Malformed
from limner.core.words import LANGUAGES


@dataclass(frozen=True, slots=True)
class Template:
    """A message in one language, in Liquid: `subject`, plain `text`, and `html` if wanted."""

    subject: str
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """What the owner of a campaign decided; everything else follows from it.

    The audience is a `segment` (such as `rfm:champions`), or a `rule` over the portrait (such as
    `recency_days > 60`), or everyone when both are None.  Money (`discount`, `cost_per_contact`,
    `budget`) is in the currency of the settings; `margin` is the share of sales that remains
    before marketing, 0..1; `control_share` of those chosen are left out at random, 0..0.9, and
    none at all only with a `no_control_because`.  `templates` maps a language to its template;
    who has no language of their own gets the first.  `ends_at` is the first moment after.
    `type` groups campaigns in reports, and forecasts come from earlier ones of the same type;
    `policy` is the order in which people are taken while the budget lasts.

    Raises: `Malformed` naming the field, its value and what is wanted.
    """

    name: str
    offer: str
    starts_at: datetime
    ends_at: datetime
    templates: Mapping[str, Template]
    segment: str | None = None
    rule: str | None = None
    discount: float = 0.0
    cost_per_contact: float = 0.0
    margin: float = 0.3
    budget: float | None = None
    control_share: float = 0.1
    no_control_because: str = ""
    channel: str = "outbox"
    purpose: str = "marketing"
    type: str = "offer"
    policy: str = "expected_profit"
    seed: int = 0

    def __post_init__(self) -> None:
        for field, value in (("name", self.name), ("offer", self.offer), ("channel", self.channel),
                             ("purpose", self.purpose), ("type", self.type),
                             ("policy", self.policy)):  # fmt: skip
            if not value.strip():
                raise _bad(field, value, "some text")
        if len(self.name) > 200:
            raise _bad("name", self.name, "at most 200 characters")
        if self.segment is not None and self.rule is not None:
            raise _bad("rule", self.rule, "nothing, as there is a segment: give one of the two")
        for field, among in (("segment", self.segment), ("rule", self.rule)):
            if among is not None and not among.strip():
                raise _bad(field, among, "some text, or to be left out for everyone")
        _within("discount", self.discount, 0, math.inf)
        _within("cost_per_contact", self.cost_per_contact, 0, math.inf)
        _within("margin", self.margin, 0, 1)
        _within("control_share", self.control_share, 0, 0.9)
        if self.budget is not None:
            _within("budget", self.budget, 0, math.inf)
        if self.control_share == 0 and not self.no_control_because.strip():
            raise Malformed(
                "campaign-no-control",
                "control_share is 0, so nobody could tell what the campaign caused; use 0.1, or "
                "say why not in no_control_because",
                "control_share",
            )
        for field, moment in (("starts_at", self.starts_at), ("ends_at", self.ends_at)):
            if moment.tzinfo is None:
                raise _bad(field, moment, "a moment with a time zone")
        if self.ends_at <= self.starts_at:
            raise _bad("ends_at", self.ends_at, f"a moment after starts_at ({self.starts_at})")
        if not self.templates:
            raise _bad("templates", {}, "at least one language with a subject and a text")
        for language, template in self.templates.items():
            if language not in LANGUAGES:
                raise _bad("templates", language, f"languages among {', '.join(LANGUAGES)}")
            for part, value in (("subject", template.subject), ("text", template.text)):
                if not value.strip():
                    raise _bad(f"templates.{language}.{part}", value, "some text")
        object.__setattr__(self, "templates", MappingProxyType(dict(self.templates)))

    @classmethod
    def from_json(cls, document: object, timezone: str = "UTC") -> CampaignPlan:
        """A plan from a JSON or YAML document, every field checked.

        A moment without a zone is in `timezone`; a day is its beginning in `starts_at` and its
        end in `ends_at`.
        Raises: `Malformed` naming the field, its value and what is wanted.
        """
        if not isinstance(document, Mapping):
            raise Malformed(
                "campaign-malformed",
                f"a campaign is a list of fields such as `name: Winter`, not {document!r:.60}",
            )
        known = {field.name: field for field in fields(cls)}
        for key in document:
            if key not in known:
                raise Malformed(
                    "campaign-field-unknown",
                    f"a campaign has no field {key!r}; it has {', '.join(known)}",
                )
        given = {key: value for key, value in document.items() if value is not None}
        for key in ("name", "offer", "starts_at", "ends_at", "templates"):
            if key not in given:
                raise _bad(key, None, "a value; it cannot be left out")
        read: dict[str, Any] = {
            key: _READERS[key](key, value, timezone) for key, value in given.items()
        }
        return cls(**read)

    def only(self, language: str) -> CampaignPlan:
        """The same plan with the template of one of its languages alone."""
        return replace(self, templates={language: self.templates[language]})

    def as_json(self) -> dict[str, Any]:
        """The plan as a JSON document, from which `from_json` makes the same plan."""
        document: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        document["starts_at"] = self.starts_at.isoformat()
        document["ends_at"] = self.ends_at.isoformat()
        document["templates"] = {name: asdict(t) for name, t in self.templates.items()}
        return document


def _bad(field: str, value: object, wanted: str) -> Malformed:
    seen = str(value) if isinstance(value, datetime) else repr(value)
    return Malformed(
        "campaign-malformed", f"campaign field {field} is {seen}; wanted: {wanted}", field
    )


def _within(field: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        most = f" and at most {high:g}" if math.isfinite(high) else ""
        raise _bad(field, value, f"a number of at least {low:g}{most}")


def _text(field: str, value: object, _timezone: str) -> str:
    if not isinstance(value, str):
        raise _bad(field, value, "text; put it in quotes")
    return value


def _real(field: str, value: object, _timezone: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _bad(field, value, "a number without a unit, such as 0.5")
    return float(value)


def _whole(field: str, value: object, _timezone: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _bad(field, value, "a whole number")
    return value


def _moment(field: str, value: object, timezone: str) -> datetime:
    wanted = "a day such as 2017-12-01 or a moment such as 2017-12-01T10:00"
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            raise _bad(field, value, wanted) from None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone(timezone))
    if isinstance(value, date):
        last = value if field == "ends_at" else value - timedelta(days=1)
        return end_of(last, timezone)
    raise _bad(field, value, wanted)


def _templates(field: str, value: object, _timezone: str) -> dict[str, Template]:
    if not isinstance(value, Mapping):
        raise _bad(
            field, value, "a language with its subject and text, such as `en: {subject: ...}`"
        )
    return {str(language): _template(f"{field}.{language}", t) for language, t in value.items()}


def _template(field: str, value: object) -> Template:
    if isinstance(value, Template):
        return value
    if not isinstance(value, Mapping) or not set(value) <= {"subject", "text", "html"}:
        raise _bad(field, value, "a subject, a text and, if wanted, an html")
    for key in ("subject", "text"):
        if not isinstance(value.get(key), str):
            raise _bad(f"{field}.{key}", value.get(key), "text")
    html = value.get("html")
    if html is not None and not isinstance(html, str):
        raise _bad(f"{field}.html", html, "text")
    return Template(value["subject"], value["text"], html)


_READERS = {
    "name": _text, "offer": _text, "starts_at": _moment, "ends_at": _moment,
    "templates": _templates, "segment": _text, "rule": _text, "discount": _real,
    "cost_per_contact": _real, "margin": _real, "budget": _real, "control_share": _real,
    "no_control_because": _text, "channel": _text, "purpose": _text, "type": _text, "policy": _text,
    "seed": _whole,
}  # fmt: skip
