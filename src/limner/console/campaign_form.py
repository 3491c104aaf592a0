"""The form of a campaign: its fields, what they say together, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from limner.console.form_parts import Field
from limner.console.view import View
from limner.console.words import act as words
from limner.core.clock import zone
from limner.core.errors import LimnerError
from limner.core.words import LANGUAGES, Words

Document = dict[str, Any]
DAYS_LONG = 14
SHARES = ("margin", "control_share")  # written in per cent
NEEDED = ("name", "offer", "starts_at", "ends_at", "discount", "cost_per_contact", *SHARES)


def blank(today: date) -> Document:
    """A campaign that nobody has filled in yet, from today for two weeks."""
    return {
        "name": "", "offer": "", "segment": None, "rule": None, "discount": 0.0, "margin": 0.3,
        "cost_per_contact": 0.05, "budget": None, "control_share": 0.2, "no_control_because": "",
        "channel": "outbox", "policy": "expected_profit", "type": None, "templates": {},
        "starts_at": today.isoformat(), "ends_at": (today + timedelta(days=DAYS_LONG)).isoformat(),
    }  # fmt: skip


def days_of(plan: Document, timezone: str) -> tuple[str, str]:
    """The first and the last day of a plan's document, in a business's time zone."""
    first, after = (datetime.fromisoformat(plan[key]) for key in ("starts_at", "ends_at"))
    last = after - timedelta(microseconds=1)
    start, end = (moment.astimezone(zone(timezone)).date().isoformat() for moment in (first, last))
    return start, end


@dataclass(slots=True)
class Form:
    """The fields by name, and the document they began from, which keeps what has no field."""

    base: Document
    fields: dict[str, Field] = field(default_factory=dict)
    audience: str = "everyone"

    def value(self, name: str) -> Any:
        """What a field holds; text without blanks around it."""
        found = self.fields[name].value
        return found.strip() if isinstance(found, str) else found

    def document(self, is_tried: bool = False) -> Document:
        """The campaign as a document for `CampaignPlan.from_json`.

        `is_tried` fills in what is still missing, so that an unfinished form can be worked out.
        """
        said: Document = {**self.base}
        for name in ("name", "offer", "no_control_because", "channel", "policy", "type"):
            said[name] = self.value(name) or ""
        for name in ("discount", "cost_per_contact", "budget", *SHARES):
            value = self.value(name)
            said[name] = None if value is None else float(value) / (100 if name in SHARES else 1)
        said["segment"] = self.value("segment") if self.audience == "segment" else None
        said["rule"] = (self.value("rule") or None) if self.audience == "rule" else None
        for name in ("starts_at", "ends_at"):
            said[name] = self._moment(name)
        said["templates"] = self._templates()
        if is_tried:
            said["name"], said["offer"] = said["name"] or "–", said["offer"] or "–"
            said["no_control_because"] = said["no_control_because"] or "–"
            said["templates"] = said["templates"] or {"en": {"subject": "–", "text": "–"}}
        if not said["type"]:
            said.pop("type")
        return said

    def _moment(self, name: str) -> str:
        """The day that was chosen, or the very moment it stood for if it was not changed."""
        chosen = str(self.value(name) or "")
        kept = self.base.get(f"{name}_shown")
        return str(self.base[name]) if kept == chosen and kept else chosen

    def _templates(self) -> Document:
        kept = self.base["templates"]
        found = {}
        for language in LANGUAGES:
            subject, body = self.value(f"subject.{language}"), self.value(f"text.{language}")
            if subject or body:
                found[language] = {
                    **kept.get(language, {}),
                    "subject": subject or "",
                    "text": body or "",
                }
        first = self.base.get("first_language", "en")
        return {key: found[key] for key in sorted(found, key=lambda each: each != first)}

    def missing(self) -> dict[str, Words]:
        """The fields that are empty and may not be, with what is wanted."""
        found = {n: words.REQUIRED for n in NEEDED if self.value(n) in (None, "")}
        if self.audience in ("segment", "rule") and not self.value(self.audience):
            found[self.audience] = words.REQUIRED
        if self.value("control_share") == 0 and not self.value("no_control_because"):
            found["no_control_because"] = words.REQUIRED
        templates = self._templates()
        for language in templates or {self.base.get("first_language", "en"): {}}:
            for part in ("subject", "text"):
                if not self.value(f"{part}.{language}"):
                    found[f"{part}.{language}"] = words.REQUIRED
        return found

    def clear_errors(self) -> None:
        """Nothing is wrong, as far as is known."""
        for one in self.fields.values():
            one.error = None

    def show(self, view: View, wrong: Mapping[str, Words]) -> None:
        """Say at each field what is wanted."""
        for name, said in wrong.items():
            self.fields[name].error = view.say(said)

    def show_error(self, view: View, error: LimnerError) -> bool:
        """Say an error at the field that it names; False when it names none."""
        name = field_of(error)
        if name not in self.fields:
            return False
        known = words.WRONG.get(name.partition(".")[0])
        said = [view.say(known)] if known else []
        self.fields[name].error = " ".join([*said, error.message])
        return True


def field_of(error: LimnerError) -> str:
    """The form's field that an error is about, or nothing.

    >>> field_of(LimnerError("template-variable", "...", "templates.en.subject"))
    'subject.en'
    """
    if error.field.startswith("templates.") and error.field.count(".") == 2:
        _, language, part = error.field.split(".")
        return f"{part}.{language}"
    if error.field:
        return error.field
    if error.code.startswith("rule-"):
        return "rule"
    return {"segment-unknown": "segment"}.get(error.code, "")
