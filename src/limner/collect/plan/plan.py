"""The tracking plan: what each event must look like, as JSON Schema, and what a breach leads to.

A schema is about an event's `properties`; for `identify` and `group` about the traits.
Source: JSON Schema 2020-12 (earlier drafts where `$schema` names one), by `jsonschema-rs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, Protocol

import jsonschema_rs

from limner.collect.enrich.item import read_said
from limner.collect.enrich.json_text import from_bytes
from limner.collect.plan.wording import say
from limner.core.errors import Malformed
from limner.core.words import Words

OnBreach = Literal["allow", "warn", "quarantine"]
MODES: tuple[OnBreach, ...] = ("allow", "warn", "quarantine")
EVERY_SOURCE = "*"
_MOST = 20  # breaches told of one event


class Planned(Protocol):
    """A row of the plan, such as one of the store's `PlannedEvent`."""

    @property
    def source(self) -> str:
        """A source's name, or `*` for all."""
        ...

    @property
    def event(self) -> str:
        """An event's name, or a type such as `identify`."""
        ...

    @property
    def json_schema(self) -> dict[str, Any]:
        """What the event's properties must look like."""
        ...

    @property
    def on_breach(self) -> str:
        """One of `MODES`."""
        ...


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing about an event that is not as planned: where (`/products/0/price`), and what."""

    path: str
    message: Words


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the plan says of one event: the breaches, and what they lead to.

    `mode` is `allow` when there is none.  `is_planned` is False when no row is about such an event.
    """

    mode: OnBreach
    breaches: tuple[Breach, ...]
    is_planned: bool


_SOUND = Ruling("allow", (), True)
_UNPLANNED: dict[OnBreach, Ruling] = {mode: Ruling(mode, (), False) for mode in MODES}


@dataclass(frozen=True, slots=True)
class _Rule:
    validator: jsonschema_rs.Validator
    mode: OnBreach


class Plan:
    """The rows of a tracking plan, each schema compiled once.

    `unplanned`: what a `track` that no row is about leads to, by source; `allow` where it says none.
    """

    def __init__(
        self,
        rules: Mapping[tuple[str, str], _Rule] | None = None,
        unplanned: Mapping[str, OnBreach] | None = None,
    ) -> None:
        self._rules = dict(rules or {})
        self._unplanned = dict(unplanned or {})

    @classmethod
    def load(cls, rows: Iterable[Planned], unplanned: Mapping[str, OnBreach] | None = None) -> Plan:
        """The plan of some rows.

        Raises: `Malformed` for a schema that is none, naming the place, or an unknown mode.
        """
        rules = {
            (row.source, row.event): _Rule(compiled(row.json_schema), mode_of(row.on_breach))
            for row in rows
        }
        return cls(rules, unplanned)

    def judge(self, source: str, type: str, event: str | None, body: bytes) -> Ruling:
        """What the plan says of an event as it came (`Enriched.body`).

        A row for the source goes before one for all (`*`); a `track` is looked up by its event's
        name, then as `track`; other types by their type.
        """
        rule = self._rule(source, type, event)
        if rule is None:
            mode = self._unplanned.get(source, "allow") if type == "track" else "allow"
            return _UNPLANNED[mode]
        item = from_bytes(body)
        context = item.get("context")
        said = read_said(type, item, context if isinstance(context, dict) else {})
        breaches = _breaches(rule.validator, said)
        return Ruling(rule.mode, breaches, True) if breaches else _SOUND

    def check(
        self, source: str, type: str, event: str | None, said: Mapping[str, Any]
    ) -> tuple[Breach, ...]:
        """Where properties or traits are not as planned; nothing for what the plan does not know."""
        rule = self._rule(source, type, event)
        return () if rule is None else _breaches(rule.validator, said)

    def _rule(self, source: str, type: str, event: str | None) -> _Rule | None:
        rules = self._rules
        if not rules:
            return None
        names = (event, type) if event is not None else (type,)
        for name in names:
            rule = rules.get((source, name)) or rules.get((EVERY_SOURCE, name))
            if rule is not None:
                return rule
        return None


def compiled(schema: object) -> jsonschema_rs.Validator:
    """A JSON Schema made ready for use; what it points to must be within itself.

    Raises: `Malformed` naming the place in the schema, what is wrong there and what to do.
    """
    if not isinstance(schema, dict):
        raise Malformed(
            "plan-schema", f"a schema is a JSON object, not {schema!r:.60}; write {{}} to allow all", "schema"
        )  # fmt: skip
    try:
        return jsonschema_rs.validator_for(schema, validate_formats=True, offline=True)
    except (jsonschema_rs.ValidationError, ValueError) as error:
        path = "/".join(str(step) for step in getattr(error, "instance_path", ()))
        told = getattr(error, "message", None) or str(error)
        raise Malformed(
            "plan-schema", f"the schema is wrong at /{path}: {' '.join(told.split())}; correct it there", "schema"
        ) from None  # fmt: skip


def mode_of(written: str) -> OnBreach:
    """What a breach leads to.

    Raises: `Malformed` for another word than allow, warn or quarantine.
    """
    for mode in MODES:
        if written == mode:
            return mode
    raise Malformed("plan-mode", f"on_breach is {written!r}; write {', '.join(MODES)}", "on_breach")


def _breaches(validator: jsonschema_rs.Validator, said: Mapping[str, Any]) -> tuple[Breach, ...]:
    if validator.is_valid(said):
        return ()
    return tuple(
        Breach("/" + "/".join(map(str, error.instance_path)), say(error.kind))
        for error in islice(validator.iter_errors(said), _MOST)
    )
