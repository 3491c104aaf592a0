"""A build: every portrait, segment, score and report made anew from what was collected.

    unify -> models -> tags -> segments -> groups -> profiles -> campaign reports -> reports

Each step replaces its own snapshot in one commit, so a build that was killed is simply run again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import ibis
import pyarrow as pa

from limner import learn, understand, unify
from limner.app import identity
from limner.app.limner import Limner
from limner.app.membership import settle
from limner.app.tags import (
    append_statistics,
    faults,
    hand_facts,
    quality_document,
    tags_in_force,
)
from limner.core.clock import end_of, zone
from limner.core.errors import Rejected
from limner.core.event import OWN_SOURCE
from limner.core.progress import Progress, silent
from limner.core.tables import table
from limner.understand import Facts, Segment, Tag
from limner.understand.models import TABLE as MODELS
from limner.understand.portrait_quality.drift import Alarm

SEED = 20170101
SMALL = ("campaigns", "exposures", "coupons", "products", "messages")


def _is_before_all(limner: Limner, as_of: date) -> bool:
    events = limner.lake.table("events")
    oldest = limner.lake.fetch(events.aggregate(oldest=events.time.min()))["oldest"][0].as_py()
    return bool(oldest >= end_of(as_of, limner.settings.timezone))


def newest_day(limner: Limner) -> date | None:
    """The business day of the newest event; None when there are no events."""
    events = limner.lake.table("events")
    events = events.filter(events.source.fill_null("") != OWN_SOURCE)  # what customers did
    newest = limner.lake.fetch(events.aggregate(newest=events.time.max()))["newest"][0].as_py()
    return None if newest is None else newest.astimezone(zone(limner.settings.timezone)).date()


@dataclass
class _Run:
    """One build: what it is of, and what it says of itself."""

    limner: Limner
    as_of: date
    newest: date
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, limner: Limner, as_of: date | None, progress: Progress) -> _Run:
        """A build as of a day, by default the newest one.

        Raises: `Rejected` when there are no events, or none by `as_of`.
        """
        newest = newest_day(limner)
        if newest is None:
            raise Rejected(
                "events-missing", "there are no events yet; run `limner import FILE` first"
            )
        if as_of is not None and _is_before_all(limner, as_of):
            raise Rejected(
                "events-after-as-of",
                f"nothing had happened by {as_of}; the newest event is of {newest}, "
                f"try --as-of {newest}",
            )
        return cls(limner, as_of or newest, newest, progress)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step, timed and told to whoever watches."""
        self.progress(name, 0.0)
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)
        self.progress(name, 1.0)

    def summary(self, found: _Found) -> dict[str, Any]:
        """What was built, for scripts and people."""
        return {
            "as_of": self.as_of.isoformat(),
            "customers": found.painted.profiles.num_rows,
            "tags": len(found.tags),
            "segments": len(found.segments),
            "seconds": self.seconds,
            "notes": self.notes,
        }


def build(limner: Limner, as_of: date | None = None, progress: Progress = silent) -> dict[str, Any]:
    """Make all snapshots as of a business day, by default the day of the newest event.

    The summary has as_of, counts, seconds by step and notes for people.
    Raises: `Rejected` when nothing was imported yet, or everything happened after `as_of`.
    """
    run = _Run.begin(limner, as_of, progress)
    found = _portraits(run)
    documents = found.painted.reports | found.cards | _reports(run, found)
    with run.step("build.reports"):
        documents["build"] = summary = run.summary(found)
        limner.lake.replace("reports", _as_rows(documents, run.as_of))
    return summary


def build_for_decision(limner: Limner, as_of: date, progress: Progress = silent) -> dict[str, Any]:
    """Make only what a decision needs as of a business day: portraits, segments and scores.

    The reports stay those of the last whole build.  Raises: as `build`.
    """
    run = _Run.begin(limner, as_of, progress)
    return run.summary(_portraits(run))


@dataclass(frozen=True, slots=True)
class _Found:
    """What the steps after the portraits start from."""

    tables: dict[str, ibis.Table]
    facts: Facts
    tags: tuple[Tag, ...]
    cards: dict[str, Any]
    alarms: list[Alarm]
    painted: understand.Painting
    segments: tuple[Segment, ...]


def _portraits(run: _Run) -> _Found:
    lake, timezone = run.limner.lake, run.limner.settings.timezone
    with run.step("build.unify"):
        tables, golden = _unify(run.limner, run.notes)
    cards = _foresight(run, tables)
    with run.step("build.tags"):
        in_force = tags_in_force(run.limner)
        run.notes += [f"tag {code} is left out: {why}" for code, why in faults(run.limner).items()]
        facts = Facts(
            tables["events"], tables["products"], ibis.memtable(golden), lake.table("stores"),
            lake.table("scores"), *hand_facts(run.limner),
        )  # fmt: skip
        tags = lake.fetch(understand.tag_table(facts, run.as_of, timezone, in_force))
        if tags.num_rows == 0:
            raise Rejected(
                "events-after-as-of",
                f"nobody was a customer by {run.as_of}; the newest event is of {run.newest}, "
                f"try --as-of {run.newest}",
            )
        earlier = lake.fetch(understand.earlier_tag_table(facts, run.as_of, timezone))
    with run.step("build.segments"):
        painted = understand.paint(tags, earlier, SEED)
        lake.replace("profiles", understand.with_golden(golden, painted.profiles))
        settled = settle(run.limner, painted.segments, in_force, facts, run.as_of, SEED, run.notes)
        cards |= settled.documents
    with run.step("build.quality"):
        now = datetime.now(UTC)
        alarms = append_statistics(run.limner, in_force, painted.profiles, run.as_of, now)
    return _Found(tables, facts, in_force, cards, alarms, painted, settled.segments)


def _foresight(run: _Run, tables: dict[str, ibis.Table]) -> dict[str, Any]:
    """Scores of every model into the lake; the models' cards."""
    lake, timezone = run.limner.lake, run.limner.settings.timezone
    cards: dict[str, Any] = {}
    scores = []
    with run.step("build.models"):
        for name, model in MODELS.items():
            rows = lake.fetch(model.rows(tables, run.as_of, timezone))
            outcome = model.learn(rows, run.as_of, SEED)
            cards[f"model.{name}"] = outcome.report
            scores.append(outcome.scores)
            if outcome.skipped is not None:
                run.notes.append(f"model {name}: {outcome.skipped.en}")
        lake.replace("scores", pa.concat_tables(scores))
    return cards


def _reports(run: _Run, found: _Found) -> dict[str, Any]:
    lake, settings = run.limner.lake, run.limner.settings
    with run.step("build.overview"):
        queries = understand.overview_queries(found.facts, run.as_of, settings.timezone)
        overview = understand.overview(
            found.painted.profiles,
            lake.fetch(queries.months),
            lake.fetch(queries.departments),
            lake.fetch(queries.weekday_hour),
            run.as_of,
            settings.currency,
        )
    with run.step("build.campaigns"):
        wanted = learn.campaign_facts(
            events=found.tables["events"],
            campaigns=found.tables["campaigns"],
            coupons=found.tables["coupons"],
            exposures=found.tables["exposures"],
            messages=found.tables["messages"],
            profiles=lake.table("profiles"),
            as_of=run.as_of,
            timezone=settings.timezone,
        )
        campaigns = learn.campaign_document(
            {name: lake.fetch(expression) for name, expression in wanted.items()},
            as_of=run.as_of,
            timezone=settings.timezone,
        )
    with run.step("build.agreement"):
        quality = quality_document(run.limner, found.tags, found.facts, found.alarms, run.as_of)
    return {"overview": overview, "campaigns": campaigns, "portrait": quality}


def _unify(limner: Limner, notes: list[str]) -> tuple[dict[str, ibis.Table], pa.Table]:
    """Who is who; the tables under their customers' present ids, and the golden records."""
    lake = limner.lake
    events = lake.table("events")
    customers = lake.fetch(lake.table("customers"))
    carried = lake.fetch(unify.carried(events))
    identities = identity.feed(limner, customers, carried, datetime.now(UTC))
    lake.replace("identities", identities)
    for kind, count in identity.blocked_by_limner(limner).items():
        notes.append(f"{count} of kind {kind} join nobody: too many people carry them")
    if waiting := identity.open_reviews(limner):
        notes.append(f"{waiting} merges wait for somebody to say: limner identity review")
    golden = unify.golden(customers, identities, identity.trust_in_force(limner))
    tables = {name: lake.table(name) for name in SMALL}
    tables["events"] = unify.attribute(events, identities)
    for name in ("exposures", "messages"):
        tables[name] = unify.attribute(tables[name], identities)
    return tables, golden


def _as_rows(documents: Mapping[str, Any], as_of: date) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"report": name, "as_of": as_of, "body": json.dumps(body, ensure_ascii=False)}
            for name, body in documents.items()
        ],
        schema=table("reports").schema,
    )
