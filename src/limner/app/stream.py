"""The way of a live event from the log into the live state: one chunk at a time, exactly once.

    log ── enrich ── plan ── identity (store) ── visits ── live facts ── portraits ── Chunk (live.db)
             └── faulty ──┴──> waiting, with the reason

Limner's own events (`Segment Entered`) tell of customers, but are nothing they did: they are of no
plan, no visit and no fact, and show no two identifiers to be one person's.

Whatever is wrong with a single event is its own matter: it waits in quarantine and the next one is
worked on.  Only the machine's faults (`Busy`, `Broken`) stop a chunk; it is then worked on again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import func, select

from limner.app.identity import Book, Sighting
from limner.app.in_force import make_judge
from limner.app.limner import Limner
from limner.app.living.living import Living, Making
from limner.collect.enrich import Enriched, Enricher, Faulty, Treatment
from limner.collect.enrich.note import in_both, note_words
from limner.collect.enrich.session import Visit, advance, visitor_of
from limner.collect.live import KEPT, Chunk, Failure, Kept, Live
from limner.collect.live.chunk import QUARANTINED, Recent
from limner.collect.live.state import named
from limner.collect.log import Logged
from limner.collect.plan.plan import MODES, Breach, Plan, Ruling
from limner.core.errors import LimnerError, Rejected
from limner.core.event import OWN_SOURCE, stable_id
from limner.core.words import Words
from limner.store.models import PlannedEvent, Source
from limner.understand.live import Facts, fold
from limner.unify.normalise import KINDS

Row = Mapping[str, Any]
REPLAY_OF = "replayOf"
_REPLAYED = REPLAY_OF.encode()
_SAID_IN = {"identify": "traits", "group": "traits"}  # what the plan is about; else properties
_SENDS = "http"  # the kind of sources that send; all others are asked
_NO_SECOND = -1  # of a replayed event: it arrived long ago
_LONGEST_VALUE = 300
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class Stream:
    """Everything that working on events takes; for one thread.

    After `work` say `written` when the chunk is in live.db, or `forget` when it is not.
    """

    def __init__(
        self,
        limner: Limner,
        live: Live,
        observe: Callable[[Sequence[Sighting]], Sequence[str]] | None = None,
        make: Making = make_judge,
    ) -> None:
        self._limner = limner
        book = Book(limner)
        self._observe = observe or book.observe
        self._visits = Kept(live.connection, "visits", Visit)
        self._facts = Kept(live.connection, "facts", Facts)
        self._seen: object = None
        self.faults: dict[str, str] = {}
        self.has_pulls = False
        self.living = Living(limner, live, book, make)
        self.reload()

    def reload(self) -> bool:
        """Take up tracking plan, sources and what portraits are made of where they changed; whether
        they did.

        A plan or a source's settings that cannot be read are left out and told in `faults`.
        """
        is_other = self.living.reload()
        return self._reload() or is_other

    def _reload(self) -> bool:
        with self._limner.store.reading() as session:
            planned = session.execute(
                select(
                    func.count(), func.max(PlannedEvent.updated_at), func.sum(PlannedEvent.version)
                )
            ).one()
            sources = session.execute(
                select(Source.name, Source.settings, Source.kind).order_by(Source.name)
            ).all()
            seen = (tuple(planned), _encode([tuple(row) for row in sources]))
            if seen == self._seen:
                return False
            rows = session.scalars(select(PlannedEvent)).all()
        self.faults = {}
        treatments, unplanned = {}, {}
        self.has_pulls = any(kind != _SENDS for _, _, kind in sources)
        for name, settings, _ in sources:
            try:
                treatments[name] = Treatment.read(settings)
            except Rejected as error:
                self.faults[f"source {name}"] = error.message
            if settings.get("unplanned") in MODES:
                unplanned[name] = settings["unplanned"]
        currency = self._limner.settings.currency
        self._enricher = Enricher(KINDS, treatments, currency)
        try:
            self._plan = Plan.load(rows, unplanned)
        except Rejected as error:
            self.faults["tracking plan"] = error.message
            self._plan = Plan.load([], unplanned)
        self._seen = seen
        return True

    def work(self, after: int, position: int, batches: Sequence[Logged]) -> Chunk:
        """Work on batches of the log, the events after one position up to another.

        Raises: `Busy` or `Broken` when the store does not answer; nothing was changed then but
        identities, for which it is no harm to be observed again.
        """
        chunk = Chunk(after, position)
        counted: list[tuple[Enriched, Logged]] = []
        for logged in batches:
            for item in self._enricher.read(logged):
                if item.position <= after:
                    continue
                if isinstance(item, Faulty):
                    self._set_aside(chunk, logged, item)
                    continue
                judged = self._judge(item) if item.verdict in KEPT else item
                if isinstance(judged, Faulty):
                    self._set_aside(chunk, logged, judged)
                elif judged.verdict in KEPT:
                    counted.append((judged, logged))
                else:
                    _show(chunk, judged, logged)
        counted = self._identify(chunk, counted)
        taken, said = self._take_in(chunk, counted)
        # The log's order again: faults, robots and the rest came to the list one after another.
        chunk.recent.sort()
        chunk.visits, chunk.facts = self._visits.changes(), self._facts.changes()
        if self.living.is_asked:
            # A replayed event arrived long ago, which says nothing of what day it is.
            arrived = [b.received_at for b in batches if _replay_of(b) is None]
            chunk.movement = self.living.take_in(taken, said, max(arrived, default=None), position)
        return chunk

    def written(self) -> None:
        """The chunk is in live.db."""
        self._visits.written()
        self._facts.written()
        self.living.written()

    def forget(self) -> None:
        """The chunk is not in live.db: what is there counts."""
        self._visits.forget()
        self._facts.forget()
        self.living.forget()

    def _judge(self, item: Enriched) -> Enriched | Faulty:
        """The event in the light of the tracking plan."""
        if item.source == OWN_SOURCE:
            return item
        try:
            ruling = self._plan.judge(item.source, item.row["type"], item.row["event"], item.body)
        except Exception as error:
            return _unforeseen(item, error)
        if ruling.mode == "allow":
            return item
        if ruling.mode == "quarantine":
            return _against(ruling, item)
        notes = [note_words("plan", _told(each)) for each in ruling.breaches]
        if not ruling.is_planned:
            notes.append(note_words("plan", _unplanned(item)))
        return msgspec.structs.replace(item, verdict="warned", notes=(*item.notes, *notes))

    def _identify(
        self, chunk: Chunk, counted: list[tuple[Enriched, Logged]]
    ) -> list[tuple[Enriched, Logged]]:
        """Tell the identity graph who was seen together; the events that it could be told of."""
        sightings = [
            Sighting(item.sighting, item.source, item.row["time"])
            for item, _ in counted
            if item.source != OWN_SOURCE
        ]
        if not sightings:
            return counted
        try:
            self._observe(sightings)
        except LimnerError:
            raise
        except Exception:
            return [pair for pair in counted if self._identify_one(chunk, *pair)]
        return counted

    def _identify_one(self, chunk: Chunk, item: Enriched, logged: Logged) -> bool:
        if item.source == OWN_SOURCE:
            return True
        try:
            self._observe([Sighting(item.sighting, item.source, item.row["time"])])
        except LimnerError:
            raise
        except Exception as error:
            self._set_aside(chunk, logged, _unforeseen(item, error))
            return False
        return True

    def _take_in(
        self, chunk: Chunk, counted: Sequence[tuple[Enriched, Logged]]
    ) -> tuple[list[tuple[str, Row]], dict[str, list[Row]]]:
        """Visits and live facts, with everything that an event adds to them.

        What was taken in, and what `identify` events said, with and by the identifiers.
        """
        visits, facts = self._visits, self._facts
        visitors = [
            visitor_of(item.row) if item.source != OWN_SOURCE else None for item, _ in counted
        ]
        anchors = [f"{item.anchor[0]}:{item.anchor[1]}" for item, _ in counted]
        visits.load(key for key in visitors if key is not None)
        facts.load(anchors)
        taken: list[tuple[str, Row]] = []
        said: dict[str, list[Row]] = {}
        for (item, logged), visitor, anchor in zip(counted, visitors, anchors, strict=True):
            row = item.row
            try:
                visit = None
                if visitor is not None:
                    visit = advance(visits.get(visitor), row)
                    visit.fill(row)
                if item.source != OWN_SOURCE:
                    facts.put(anchor, fold(facts.get(anchor) or _NOTHING, row))
            except Exception as error:
                self._set_aside(chunk, logged, _unforeseen(item, error))
                continue
            if visitor is not None and visit is not None:
                visits.put(visitor, visit)
            if item.record is not None:
                chunk.records.append((item.position, item.record))
                said.setdefault(anchor, []).append(item.record)
            taken.append((anchor, row))
            _show(chunk, item, logged, anchor)
        return taken, said

    def _set_aside(self, chunk: Chunk, logged: Logged, fault: Faulty) -> None:
        replay_of = _replay_of(logged)
        chunk.failures.append(
            Failure(
                fault.position, fault.source, logged.received_at, fault.code, fault.message,
                fault.field, fault.value[:_LONGEST_VALUE], fault.body, logged.envelope, replay_of,
            )
        )  # fmt: skip
        if replay_of is None:
            chunk.arrived[logged.received_at // 1_000_000, fault.source, QUARANTINED] += 1
        kind, event, message_id = named(fault.body)
        event_id = stable_id(fault.source, message_id or str(fault.position))
        row = {
            "event_id": event_id, "source": fault.source, "type": kind, "event": event,
            "received_at": fault.received_at, "time": fault.received_at,
        }  # fmt: skip
        notes = _encode([f"{fault.code}: {fault.message}"]).decode()
        found: Recent = (
            fault.position, event_id, fault.source, logged.received_at, None, kind, event,
            QUARANTINED, notes, _encode(row),
        )  # fmt: skip
        chunk.recent.append(found)


_NOTHING = Facts()


def _show(chunk: Chunk, item: Enriched, logged: Logged, anchor: str = "") -> None:
    """Put an event among the recent ones, and count it."""
    row = item.row
    chunk.recent.append(
        (
            item.position, item.event_id, item.source, logged.received_at,
            anchor or f"{item.anchor[0]}:{item.anchor[1]}", row["type"], row["event"], item.verdict,
            _encode(item.notes).decode() if item.notes else "[]",
            _encode({name: value for name, value in row.items() if value is not None}),
        )
    )  # fmt: skip
    replay_of = _replay_of(logged)
    if replay_of is None:
        chunk.arrived[logged.received_at // 1_000_000, item.source, item.verdict] += 1
    else:
        chunk.replayed.append(replay_of)
        chunk.arrived[_NO_SECOND, item.source, item.verdict] += 1
        chunk.arrived[_NO_SECOND, item.source, QUARANTINED] -= 1


def _replay_of(logged: Logged) -> str | None:
    """The waiting row that a batch is the replay of."""
    if _REPLAYED not in logged.envelope:
        return None
    said = _decode(logged.envelope)
    found = said.get(REPLAY_OF) if isinstance(said, dict) else None
    return found if isinstance(found, str) else None


def _against(ruling: Ruling, item: Enriched) -> Faulty:
    """The fault of an event that the tracking plan does not let through."""
    if not ruling.breaches:
        return _faulty(item, "event-unplanned", in_both(_unplanned(item)), "event", _name(item))
    first, more = ruling.breaches[0], len(ruling.breaches) - 1
    told = _told(first)
    if more:
        told = Words(f"{told.en} (and {more} more)", f"{told.zh}（另有 {more} 处）")
    reason = in_both(told)
    steps = [_SAID_IN.get(item.row["type"], "properties")]
    steps += [step for step in first.path.split("/") if step]
    return _faulty(item, "plan-breach", reason, ".".join(steps), _value_at(item, steps))


def _told(breach: Breach) -> Words:
    """Where an event is not as planned, and what is wrong there."""
    where, said = breach.path, breach.message
    return Words(f"{where}: {said.en}", f"{where}：{said.zh}")


def _unplanned(item: Enriched) -> Words:
    name = _name(item)
    return Words(
        f"the tracking plan has no event {name!r}; add it, or allow unplanned events",
        f"埋点方案中没有事件“{name}”，请加入方案，或允许方案外的事件",
    )


def _name(item: Enriched) -> str:
    return str(item.row["event"] or item.row["type"])


def _value_at(item: Enriched, steps: Sequence[str]) -> str:
    """What stands at a place of an event as it came; empty when nothing does."""
    place: Any = _decode(item.body)
    for step in steps:
        if isinstance(place, dict):
            place = place.get(step)
        elif isinstance(place, list) and step.isdigit() and int(step) < len(place):
            place = place[int(step)]
        else:
            return ""
    return place if isinstance(place, str) else "" if place is None else _encode(place).decode()


def _faulty(item: Enriched, code: str, reason: str, field: str, value: str) -> Faulty:
    return Faulty(
        item.position, item.source, item.received_at, code, reason, field, value, item.body
    )


def _unforeseen(item: Enriched, error: Exception) -> Faulty:
    reason = f"this event could not be worked on ({type(error).__name__}); please report it"
    return _faulty(item, "event-unforeseen", reason, "", "")
