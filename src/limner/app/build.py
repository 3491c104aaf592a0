"""A build: every portrait, segment, score and report made anew from what was collected.

    unify -> tags -> segments -> groups -> profiles -> models -> campaign reports -> reports

Each step replaces its own snapshot in one commit, so a build that was killed is simply run again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
from sqlalchemy import select

from limner import learn, understand, unify
from limner.app.limner import Limner
from limner.core.clock import zone
from limner.core.errors import Rejected
from limner.core.progress import Progress, silent
from limner.core.rule import parse
from limner.core.tables import table
from limner.core.words import Words
from limner.store import models as stored
from limner.understand import Facts, Segment
from limner.understand.models import TABLE as MODELS

SEED = 20170101
SMALL = ("campaigns", "exposures", "coupons", "products", "messages")


@dataclass
class _Timer:
    """Seconds by step, told to whoever watches."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step, timed."""
        self.progress(name, 0.0)
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)
        self.progress(name, 1.0)


def newest_day(limner: Limner) -> date | None:
    """The business day of the newest event; None when there are no events."""
    events = limner.lake.table("events")
    newest = limner.lake.fetch(events.aggregate(newest=events.time.max()))["newest"][0].as_py()
    return None if newest is None else newest.astimezone(zone(limner.settings.timezone)).date()


def build(limner: Limner, as_of: date | None = None, progress: Progress = silent) -> dict[str, Any]:
    """Make all snapshots as of a business day, by default the day of the newest event.

    The summary has as_of, counts, seconds by step and notes for people.
    Raises: `Rejected` when nothing was imported yet, or everything happened after `as_of`.
    """
    newest = newest_day(limner)
    if newest is None:
        raise Rejected("events-missing", "there are no events yet; run `limner import FILE` first")
    as_of = as_of or newest
    timezone = limner.settings.timezone
    timer = _Timer(progress)
    notes: list[str] = []

    with timer.step("build.unify"):
        tables, golden = _unify(limner, notes)
    fetch, currency = limner.lake.fetch, limner.settings.currency
    with timer.step("build.tags"):
        facts = Facts(tables["events"], tables["products"], ibis.memtable(golden))
        tags = fetch(understand.tag_table(facts, as_of, timezone))
        if tags.num_rows == 0:
            raise Rejected(
                "events-after-as-of",
                f"nobody was a customer by {as_of}; the newest event is of {newest}, "
                f"try --as-of {newest}",
            )
        earlier = fetch(understand.earlier_tag_table(facts, as_of, timezone))
    with timer.step("build.segments"):
        painted = understand.paint(tags, earlier, SEED)
        profiles = understand.with_golden(golden, painted.profiles)
        limner.lake.replace("profiles", profiles)
        segments = (*painted.segments, *_saved(limner, painted.profiles.column_names, notes))
        joined = understand.members(limner.lake.table("profiles"), segments)
        limner.lake.replace("memberships", fetch(joined.mutate(as_of=ibis.literal(as_of))))
    documents: dict[str, Any] = dict(painted.reports)
    with timer.step("build.overview"):
        queries = understand.overview_queries(facts, as_of, timezone)
        documents["overview"] = understand.overview(
            painted.profiles,
            fetch(queries.months),
            fetch(queries.departments),
            fetch(queries.weekday_hour),
            as_of,
            currency,
        )
    with timer.step("build.models"):
        scores = []
        for name, model in MODELS.items():
            outcome = model.learn(fetch(model.rows(tables, as_of, timezone)), as_of, SEED)
            documents[f"model.{name}"] = outcome.report
            scores.append(outcome.scores)
            if outcome.skipped is not None:
                notes.append(f"model {name}: {outcome.skipped.en}")
        limner.lake.replace("scores", pa.concat_tables(scores))
    with timer.step("build.campaigns"):
        wanted = learn.campaign_facts(
            tables["events"],
            tables["campaigns"],
            tables["coupons"],
            tables["exposures"],
            tables["messages"],
            limner.lake.table("profiles"),
            as_of=as_of,
            timezone=timezone,
        )
        fetched = {name: fetch(expression) for name, expression in wanted.items()}
        documents["campaigns"] = learn.campaign_document(fetched, as_of=as_of, timezone=timezone)
    with timer.step("build.reports"):
        summary = {
            "as_of": as_of.isoformat(),
            "customers": profiles.num_rows,
            "tags": len(understand.catalogue()),
            "segments": len(segments),
            "seconds": timer.seconds,
            "notes": notes,
        }
        documents["build"] = summary
        limner.lake.replace("reports", _as_rows(documents, as_of))
    return summary


def _unify(limner: Limner, notes: list[str]) -> tuple[dict[str, ibis.Table], pa.Table]:
    """Who is who; the tables under their customers' present ids, and the golden records."""
    lake = limner.lake
    events = lake.table("events")
    customers = lake.fetch(lake.table("customers"))
    identified = unify.identify(
        customers, lake.fetch(unify.carried(events)), lake.fetch(lake.table("identities"))
    )
    lake.replace("identities", identified.identities)
    notes += [
        f"{shared.kind} {shared.people} customers share was not used to join them ({shared.reason})"
        for shared in identified.held
    ]
    golden = unify.golden(customers, identified.identities)
    tables = {name: lake.table(name) for name in SMALL}
    tables["events"] = unify.attribute(events, identified.identities)
    for name in ("exposures", "messages"):
        tables[name] = unify.attribute(tables[name], identified.identities)
    return tables, golden


def _saved(limner: Limner, columns: Sequence[str], notes: list[str]) -> list[Segment]:
    """The segments people saved; one whose rule no longer fits the portraits is left out, noted."""
    with limner.store.session() as session:
        rows = session.scalars(select(stored.Segment).order_by(stored.Segment.segment)).all()
    segments = []
    for row in rows:
        try:
            parse(row.rule, columns)
        except Rejected as error:
            notes.append(f"segment {row.segment} has no members: {error.message}")
            continue
        segments.append(
            Segment(
                row.segment, Words(row.name_en, row.name_zh), row.rule, Words(row.rule, row.rule)
            )
        )
    return segments


def _as_rows(documents: Mapping[str, Any], as_of: date) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"report": name, "as_of": as_of, "body": json.dumps(body, ensure_ascii=False)}
            for name, body in documents.items()
        ],
        schema=table("reports").schema,
    )
