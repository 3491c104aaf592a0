"""Rounds of a door and a worker that are killed, as a program: the rounds fork, so nothing is loaded twice.

    python stream_rounds.py HOME ROUNDS SEED [resize]

Each round a child appends batches to the log and acknowledges them, and another is the worker.
One or both are killed, at a random moment or at a named point, and what was not acknowledged comes
again in the next round, as tracking clients do it.  Between rounds somebody corrects and replays
what waits in quarantine, and with `resize` the disk (a small file system in memory) is full for a
while.  The worker's clock jumps by days.  In the end one worker ends the work, and what there is
then is printed as JSON beside what was sent.
"""

import gc
import hashlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import deltalake  # noqa: F401 - loaded once, before the rounds fork
import pyarrow.compute  # noqa: F401
from sqlalchemy.orm import configure_mappers

from limner.app import Limner, errands, live, stream, worker
from limner.app.identity import resolve_all
from limner.app.plan import Wanted, save_plan
from limner.app.sources import add_source
from limner.collect.enrich.agent import read_agent
from limner.collect.live import Live, beat, recent, settle, waiting
from limner.collect.log import Batch, Item, SqliteLog, open_log
from limner.core.errors import LimnerError
from limner.lake import Lake

BATCHES, EVENTS = 4, 12  # of a round
PERSONS = 30
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SCHEMA = {
    "type": "object",
    "properties": {"revenue": {"type": "number"}},
    "required": ["revenue"],
}
# Where a worker is killed: just before or just after these, at the n-th time.
POINTS: tuple[tuple[type, str], ...] = (
    (Live, "commit"), (Live, "settled"), (Live, "sent"), (Live, "tidy"), (Lake, "append"),
    (Lake, "upsert"), (Lake, "compact"), (SqliteLog, "append"), (SqliteLog, "trim"),
    (stream.Book, "observe"), (stream.Stream, "written"),
)  # fmt: skip

Event = dict[str, Any]


def make_events(rng: random.Random, first: int, count: int) -> list[Event]:
    """Events of a few people on several devices, some of them faulty, unplanned-for or of robots."""
    events = []
    for number in range(first, first + count):
        person = rng.randrange(PERSONS)
        event: Event = {
            "messageId": f"m{number}", "anonymousId": f"d{person}-{rng.randrange(3)}",
            "context": {"userAgent": BROWSER, "page": {"url": f"https://shop.example/{number}"}},
        }  # fmt: skip
        if rng.random() < 0.4:
            event["userId"] = f"u{person}"
        late = timedelta(minutes=rng.choice([0, 0, 0, 1, 20, 90, 60 * 24 * 3]))
        event["timestamp"] = (datetime(2026, 3, 1, tzinfo=UTC) - late).isoformat()
        kind = rng.random()
        if kind < 0.1:
            event |= {"type": "identify", "userId": f"u{person}", "traits": {"plan": number}}
        elif kind < 0.35:
            event |= {"type": "track", "event": "Order Completed", "properties": {"order_id": f"o{number}", "revenue": rng.randrange(100), "currency": "EUR"}}  # fmt: skip
        elif kind < 0.42:  # against the plan, until somebody corrects it
            event |= {"type": "track", "event": "Order Completed", "properties": {"order_id": f"o{number}"}}  # fmt: skip
        elif kind < 0.48:  # names nobody
            event = {"type": "track", "event": "Lost", "messageId": f"m{number}"}
        elif kind < 0.52:
            event |= {"type": "page", "context": {"userAgent": BOT}}
        else:
            event |= {"type": "page"}
        events.append(event)
    return events


def as_batch(events: list[Event], received_at: int) -> Batch:
    items = [
        Item(
            hashlib.blake2b(event["messageId"].encode(), digest_size=16).digest(),
            json.dumps(event).encode(),
        )
        for event in events
    ]
    return Batch("web", received_at, b'{"ip":"203.0.113.9"}', items)


def fork(deed: Any, *arguments: Any) -> int:
    """A child that does something and ends without what Python does at its end."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        deed(*arguments)
        code = 0
    except LimnerError as error:
        sys.stderr.write(f"{error.code}\n")
        code = 3
    except BaseException as error:
        sys.stderr.write(f"unforeseen {error!r}\n")
        raise
    finally:
        os._exit(code)


def send(home: Path, batches: list[list[Event]], told: int, seed: int) -> None:
    """Append batches one by one, and tell of each that it is kept."""
    rng = random.Random(seed)
    log = open_log(f"sqlite:///{home / 'log.db'}")
    for number, batch in enumerate(batches):
        received_at = int((datetime(2026, 3, 2, tzinfo=UTC)).timestamp() * 1e6)
        try:
            log.append([as_batch(batch, received_at + rng.randrange(-(10**9), 10**9))])
        except LimnerError:
            return  # a full disk: the client keeps what it has
        os.write(told, bytes([number]))
        time.sleep(rng.random() * 0.01)


def die_at(point: tuple[type, str], is_before: bool, times: int) -> None:
    """Have this process killed around the n-th call of a method."""
    kind, name = point
    method = getattr(kind, name)
    calls = [0]

    def call(*arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls[0] == times and is_before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = method(*arguments, **named)
        if calls[0] == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(kind, name, call)


def hasten() -> None:
    """Everything that is done every few seconds is done all the time."""
    worker.LAKE_EVERY_SECONDS = 0.03
    worker._RECORDS_SECONDS = 0.05
    worker._REPLAY_SECONDS = worker._RELOAD_SECONDS = 0.03
    worker._TIDY_SECONDS = worker._TRIM_SECONDS = worker._BEAT_SECONDS = 0.03
    worker._PULL_SECONDS = 10**9
    worker._POLL_SECONDS = 0.002
    settle._COMMITS_BEFORE_COMPACTION = 3
    errands._SLOWEST_RETRY_SECONDS = 0.05


def work(home: Path, point: tuple[type, str] | None, seed: int, ready: int, is_last: bool) -> None:
    """Be the worker; in the end until nothing is left to do."""
    rng = random.Random(seed)
    hasten()
    if point is not None:
        die_at(point, rng.random() < 0.5, rng.choice([1, 1, 2, 3]))

    def now() -> datetime:
        return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=rng.uniform(-30, 30))

    lock = beat.WorkerLock.take(home)
    limner = Limner.open(home)
    made = worker.Worker(limner, now=now)
    os.write(ready, b"r")
    written = made.stream.written

    def tell() -> None:
        written()
        os.write(ready, b"w")

    made.stream.written = tell  # type: ignore[method-assign]
    if not is_last:
        worker.Loop(made, limner, lock, now=now).run(lambda: False)
    for _ in range(3):
        made.send_replays()
        while made.step():
            pass
    made.settle_all()
    lock.release()


def found(home: Path) -> dict[str, Any]:
    """Everything that the stream led to."""
    limner = Limner.open(home)
    path = live.live_file(limner)
    rows = limner.lake.query(
        "SELECT event_id, source, event, type, customer_id, anonymous_id, session_id, revenue,"
        " epoch_us(time) AS time FROM events"
    ).to_pylist()
    customers = limner.lake.query("SELECT record_id, traits FROM customers").to_pylist()
    anchors = sorted({row["customer_id"] for row in rows})
    kinds = [("user_id" if name.startswith("u") else "anonymous_id", name) for name in anchors]
    facts = {name: live.facts_of(limner, [(kind, name)]) for kind, name in kinds}
    devices = [("anonymous_id", f"d{p}-{d}") for p in range(PERSONS) for d in range(3)]
    seen = recent.newest_events(path, recent.Asked(), 10**6)
    status = live.status(limner)
    held = {
        state: sorted(waiting.held_events(path, most=10**6) if state == "waiting" else [], key=str)
        for state in ("waiting",)
    }
    timeline = live.events_of(limner, kinds, 10**6)
    return {
        "lake": rows,
        "customers": customers,
        "facts": {
            name: {
                "events": f.events, "orders": f.orders, "revenue": f.revenue.get("EUR", 0),
                "sessions": f.sessions, "page_views": f.page_views,
            }
            for name, f in facts.items()
        },
        "recent": [
            {"position": e["position"], "event_id": e["event_id"], "verdict": e["verdict"],
             "session_id": e["row"]["session_id"], "time": e["row"]["time"],
             "device": e["row"]["anonymous_id"]}
            for e in seen
        ],
        "waiting": [(row["message_id"], row["code"]) for row in held["waiting"]],
        "counts": {
            state: live.waiting_count(limner, None, state)
            for state in ("waiting", "replaying", "replayed", "dropped")
        },
        "timeline": [row["event_id"] for row in timeline],
        "totals": status.totals.get("web", {}),
        "position": status.position,
        "log_end": status.log_end,
        "lake_position": status.lake_position,
        "customers_of": {f"{k}:{v}": n for (k, v), n in resolve_all(limner, devices).items()},
    }  # fmt: skip


def resize(home: Path, kilobytes: int | None) -> None:
    """Leave the disk that much room, or enough of it."""
    disk = home.parent
    now = os.statvfs(disk)
    used = (now.f_blocks - now.f_bfree) * now.f_frsize // 1024
    size = used + kilobytes if kilobytes is not None else 512_000
    options = f"remount,size={size}k"
    subprocess.run(["mount", "-o", options, str(disk)], check=True, capture_output=True)


def replay_some(home: Path, rng: random.Random) -> None:
    """Correct some of what breaches the plan, and replay that and some of what cannot be mended."""
    path = home / "live.db"
    held = waiting.held_events(path, most=10**6)
    breaching = [row["row_id"] for row in held if row["code"] == "plan-breach"]
    if chosen := rng.sample(breaching, min(3, len(breaching))):
        choice = waiting.Held(row_ids=tuple(chosen))
        waiting.correct_held(path, choice, "properties.revenue", 7)
        waiting.correct_held(path, choice, "properties.currency", "EUR")
        waiting.mark_for_replay(path, choice)
    others = [row["row_id"] for row in held if row["code"] != "plan-breach"]
    if chosen := rng.sample(others, min(2, len(others))):
        waiting.mark_for_replay(path, waiting.Held(row_ids=tuple(chosen)))


def set_up(home: Path) -> None:
    limner = Limner.open(home)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    add_source(limner, "web", "http", {}, "ann", now)
    save_plan(limner, [Wanted("*", "Order Completed", SCHEMA, "quarantine", "")], "ann", now)
    waiting.open_file(home / "live.db").close()


def wait(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    home, rounds, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    can_resize = sys.argv[4:] == ["resize"]
    rng = random.Random(seed)
    for agent in (BOT, BROWSER):
        read_agent(agent)  # its patterns are compiled once
    configure_mappers()
    gc.freeze()  # children share what is never looked at again
    assert wait(fork(set_up, home)) == 0
    sent: list[Event] = []
    unacknowledged: list[list[Event]] = []
    ends = {"killed": 0, "at a point": 0, "door killed": 0, "full disks": 0}
    for round_ in range(rounds):
        fresh = [
            make_events(rng, len(sent) + n * EVENTS, EVENTS)
            for n in range(max(0, BATCHES - len(unacknowledged)))
        ]
        sent += [event for batch in fresh for event in batch]
        again = [rng.sample(sent, 5)]  # what was kept long ago comes once more
        batches = unacknowledged + fresh + again
        rng.shuffle(batches)
        is_full = can_resize and round_ % 20 == 19
        if is_full:
            resize(home, rng.choice([0, 20, 60, 200]))
            ends["full disks"] += 1
        told, tell = os.pipe()
        is_ready, ready = os.pipe()
        point = rng.choice(POINTS) if rng.random() < 0.5 else None
        workman = fork(work, home, point, rng.randrange(10**9), ready, False)
        os.close(ready)
        door = fork(send, home, batches, tell, rng.randrange(10**9))
        os.close(tell)
        patience = 5.0  # a slow machine's worker gets somewhere too
        for _ in range(rng.choice([0, 1, 1, 2, 2, 3])):  # ready, then a chunk or two written
            if select.select([is_ready], [], [], patience)[0]:
                os.read(is_ready, 1)
            patience = 0.5
        if rng.random() < 0.3:
            time.sleep(rng.random() * 0.02)
            os.kill(door, signal.SIGKILL)
            ends["door killed"] += 1
        wait(door)
        time.sleep(rng.random() * (0.08 if point else 0.04))
        os.kill(workman, signal.SIGKILL)
        code = wait(workman)
        assert code in (-signal.SIGKILL, 3), code
        ends["killed"] += 1
        ends["at a point"] += point is not None
        kept = set()
        while piece := os.read(told, 1024):
            kept |= set(piece)
        os.close(told)
        os.close(is_ready)
        unacknowledged = [
            batch for number, batch in enumerate(batches)
            if number not in kept and batch is not again[0]
        ]  # fmt: skip
        if is_full:
            resize(home, None)
        elif round_ % 10 == 5:
            replay_some(home, rng)
    told, tell = os.pipe()
    assert wait(fork(send, home, [*unacknowledged, []], tell, 1)) == 0
    assert wait(fork(work, home, None, 1, tell, True)) == 0
    json.dump({"sent": sent, "ends": ends, "found": found(home)}, sys.stdout, default=str)


if __name__ == "__main__":
    main()
