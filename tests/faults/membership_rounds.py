"""Rounds of a worker that keeps memberships alive and is killed, as a program: the rounds fork.

    python membership_rounds.py HOME ROUNDS SEED

Each round is half a business day: orders come into the log, some from devices that later sign in, and
a worker with a judge of four segments works on them until it is killed, at a random moment or around
a named point.  In the end one worker ends the work; what was told of whom is printed as JSON beside
what had been sent.
"""

import gc
import hashlib
import json
import os
import random
import select
import signal
import sqlite3
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import deltalake  # noqa: F401 - loaded once, before the rounds fork
import pyarrow.compute  # noqa: F401
from sqlalchemy.orm import configure_mappers

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.faults.stream_rounds import die_at, fork, wait
from tests.simple_judge import make

from limner.app import Limner, worker
from limner.app.identity import resolve_all
from limner.app.living.keeper import Keeper
from limner.app.sources import add_source
from limner.collect.enrich.agent import read_agent
from limner.collect.live import Live, beat
from limner.collect.log import Batch, Item, SqliteLog, open_log
from limner.core.errors import LimnerError
from limner.lake import Lake

START = datetime(2026, 3, 1, 1, tzinfo=UTC)
HALF = timedelta(hours=12)
USERS, DEVICES = 12, 6
# Where a worker is killed: just before or just after these, at the n-th time.
POINTS: tuple[tuple[type, str], ...] = (
    (Live, "commit"), (Live, "move"), (Live, "changes_sent"), (SqliteLog, "append"),
    (Keeper, "written"), (Keeper, "walk"), (Lake, "append"),
)  # fmt: skip


def events_of(rng: random.Random, round_: int) -> list[dict[str, Any]]:
    """A few orders, some days none, and now and then somebody who signs in on a device."""
    found: list[dict[str, Any]] = []
    at = START + round_ * HALF
    for number in range(rng.choice([0, 0, 1, 4, 8])):
        event: dict[str, Any] = {
            "messageId": f"r{round_}-{number}", "timestamp": (at + timedelta(minutes=number)).isoformat(),
        }  # fmt: skip
        device = rng.randrange(DEVICES)
        kind = rng.random()
        if kind < 0.1:
            event |= {"type": "identify", "userId": f"p{device}", "anonymousId": f"d{device}"}
        else:
            who = (
                {"anonymousId": f"d{device}"}
                if kind < 0.3
                else {"userId": f"u{rng.randrange(USERS)}"}
            )
            event |= who | {
                "type": "track",
                "event": "Order Completed",
                "properties": {"revenue": 1},
            }
        found.append(event)
    return found


def send(home: Path, events: list[dict[str, Any]], at: datetime) -> None:
    items = [
        Item(
            hashlib.blake2b(e["messageId"].encode(), digest_size=16).digest(),
            json.dumps(e).encode(),
        )
        for e in events
    ]
    log = open_log(f"sqlite:///{home / 'log.db'}")
    log.append([Batch("web", int(at.timestamp() * 1e6), b"{}", [item]) for item in items])
    log.close()


def hasten() -> None:
    worker.LAKE_EVERY_SECONDS = 0.03
    worker._REPLAY_SECONDS = worker._CHANGES_SECONDS = worker._RELOAD_SECONDS = 0.02
    worker._TIDY_SECONDS = worker._TRIM_SECONDS = worker._BEAT_SECONDS = 0.05
    worker._PULL_SECONDS = 10**9
    worker._POLL_SECONDS = 0.002


def work(
    home: Path, at: datetime, point: tuple[type, str] | None, seed: int, ready: int, is_last: bool
) -> None:
    rng = random.Random(seed)
    hasten()
    if point is not None:
        die_at(point, rng.random() < 0.5, rng.choice([1, 1, 2]))
    lock = beat.WorkerLock.take(home)
    limner = Limner.open(home)
    made = worker.Worker(limner, now=lambda: at, make=make())
    os.write(ready, b"r")
    if not is_last:
        worker.Loop(made, limner, lock, now=lambda: at).run(lambda: False)
    while made.step() or made.send_changes() or made.turn():
        pass
    made.settle_all()
    lock.release()


def found(home: Path) -> dict[str, Any]:
    limner = Limner.open(home)
    rows = limner.lake.query(
        "SELECT event_id, customer_id, event, source, properties, epoch_us(time) AS time FROM events"
    ).to_pylist()
    with sqlite3.connect(home / "live.db") as db:
        members = db.execute("SELECT customer_id, segment FROM members").fetchall()
        waiting = db.execute("SELECT count(*) FROM outbox").fetchone()[0]
    devices = [("anonymous_id", f"d{device}") for device in range(DEVICES)]
    return {
        "told": [
            [row["event_id"], row["customer_id"], row["event"], json.loads(row["properties"])["segment"], row["time"]]
            for row in rows if row["source"] == "limner"
        ],
        "others": len([row for row in rows if row["source"] != "limner"]),
        "members": members,
        "waiting": waiting,
        "who": {value: name for (_, value), name in resolve_all(limner, devices).items()},
    }  # fmt: skip


def set_up(home: Path) -> None:
    add_source(Limner.open(home), "web", "http", {}, "ann", START)


def main() -> None:
    home, rounds, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    read_agent("")
    configure_mappers()
    gc.freeze()
    assert wait(fork(set_up, home)) == 0
    sent: list[dict[str, Any]] = []
    ends = {"killed": 0, "at a point": 0}
    for round_ in range(rounds):
        at = START + round_ * HALF
        fresh = events_of(rng, round_)
        sent += fresh
        assert wait(fork(send, home, fresh, at)) == 0
        if rng.random() < 0.2:
            continue  # nobody works: the next one catches up
        is_ready, ready = os.pipe()
        point = rng.choice(POINTS) if rng.random() < 0.6 else None
        workman = fork(
            work, home, at + timedelta(hours=1), point, rng.randrange(10**9), ready, False
        )
        os.close(ready)
        if select.select([is_ready], [], [], 2)[0]:
            os.read(is_ready, 1)
        time.sleep(rng.random() * (0.15 if point else 0.08))
        os.kill(workman, signal.SIGKILL)
        code = wait(workman)
        assert code in (-signal.SIGKILL, 3), code
        ends["killed"] += 1
        ends["at a point"] += point is not None
        os.close(is_ready)
    last = START + (rounds + 30) * HALF
    _, ready = os.pipe()
    assert wait(fork(work, home, last, None, 1, ready, True)) == 0
    result = {"sent": sent, "ends": ends, "last": last.isoformat(), "found": found(home)}
    json.dump(result, sys.stdout, default=str)


if __name__ == "__main__":
    try:
        main()
    except LimnerError as error:
        sys.exit(f"{error.code}: {error.message}")
