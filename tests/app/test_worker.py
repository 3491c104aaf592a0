"""The worker on real parts: log, enrichment, plan, identity, live state, lake."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from limner.app import Limner, live
from limner.app import worker as house
from limner.app.identity import resolve
from limner.app.live import Held
from limner.app.plan import Wanted, save_plan
from limner.app.sources import add_source, change_settings
from limner.app.worker import Loop, Worker, work_through
from limner.collect.enrich.note import say
from limner.collect.live import beat
from limner.collect.live.beat import WorkerLock
from limner.collect.log import Appended, Batch, Item
from limner.core.errors import Broken, Busy
from limner.store.models import Source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRICED = {"type": "object", "required": ["price"], "properties": {"price": {"type": "number"}}}


@pytest.fixture
def worker(limner: Limner) -> Iterator[Worker]:
    add_source(limner, "web", "http", {}, "ann", NOW)
    made = Worker(limner)
    yield made
    made.close()


def item(event: dict[str, Any], fault: tuple[str, str] | None = None) -> Item:
    key = hashlib.blake2b(event["messageId"].encode(), digest_size=16).digest()
    return Item(key, json.dumps(event).encode(), fault)


def send(worker: Worker, *events: dict[str, Any], **fault: tuple[str, str]) -> Appended:
    items = [item(event, fault.get(event["messageId"])) for event in events]
    batch = Batch("web", int(NOW.timestamp() * 1e6), b'{"ip":"203.0.113.9"}', items)
    return worker._log.append([batch])[0]


def track(message: str, event: str = "Buy", user: str | None = "u1", **properties: Any) -> Any:
    said = {"type": "track", "event": event, "messageId": message, "properties": properties}
    return said | ({"userId": user} if user else {})


def work(worker: Worker) -> None:
    while worker.send_replays() or worker.step():
        pass
    worker.settle_all()


def in_lake(limner: Limner) -> list[dict[str, Any]]:
    return limner.lake.query("SELECT * FROM events ORDER BY event, event_id").to_pylist()


def test_an_event_reaches_profile_and_lake(worker: Worker, limner: Limner) -> None:
    order = track("m1", "Order Completed", revenue=12.5, currency="EUR", order_id="o1")
    send(worker, order | {"anonymousId": "d1"})
    work(worker)
    assert live.facts_of(limner, [("user_id", "u1")]).revenue == {"EUR": 12_500_000}
    (row,) = in_lake(limner)
    assert (row["customer_id"], row["revenue"], row["source"]) == ("u1", 12.5, "web")
    assert resolve(limner, "anonymous_id", "d1") == "u1"
    status = live.status(limner, NOW)
    assert (status.position, status.log_end, status.lake_position, status.lag_events) == (
        1,
        1,
        1,
        0,
    )


def test_the_same_message_again_is_no_event(worker: Worker, limner: Limner) -> None:
    assert send(worker, track("m1"), track("m1")).duplicates == (1,)
    work(worker)
    assert send(worker, track("m1")).count == 0
    work(worker)
    assert live.facts_of(limner, [("user_id", "u1")]).events == 1
    assert len(in_lake(limner)) == 1


def test_what_the_door_found_faulty_waits(worker: Worker, limner: Limner) -> None:
    send(worker, track("m1"), track("m2"), m2=("event-too-large", "40 KB"))
    work(worker)
    (held,) = live.waiting_events(limner)
    assert (held["code"], held["message_id"], held["position"]) == ("event-too-large", "m2", 2)
    assert [e["verdict"] for e in live.recent_events(limner)] == ["quarantined", "ok"]
    assert len(in_lake(limner)) == 1


def plan(limner: Limner, on_breach: str, at: datetime = NOW) -> None:
    save_plan(limner, [Wanted("*", "Buy", PRICED, on_breach, "")], "ann", at)


def test_a_breach_waits_until_the_plan_is_mended(worker: Worker, limner: Limner) -> None:
    plan(limner, "quarantine")
    assert worker.stream.reload()
    send(worker, track("m1", price="12"), track("m2", price=12))
    work(worker)
    (held,) = live.waiting_events(limner)
    assert (held["code"], held["field"], held["value"]) == (
        "plan-breach", "properties.price", "12",
    )  # fmt: skip
    assert held["reason"] == "/price: is not a number" == held["words"].en
    assert held["words"].zh == "/price：不是数字"
    (reason,) = live.waiting_reasons(limner)
    assert reason["words"] == held["words"]
    (seen,) = [one for one in live.recent_events(limner) if one["verdict"] == "quarantined"]
    assert say(seen["notes"][0]) == held["words"]
    plan(limner, "warn", NOW + timedelta(seconds=1))
    assert worker.stream.reload()
    assert not worker.stream.reload()
    assert live.replay_events(limner, Held(code="plan-breach"), "ann", NOW) == 1
    work(worker)
    assert live.waiting_events(limner) == []
    assert len(in_lake(limner)) == 2
    newest = live.recent_events(limner, most=1)[0]
    assert newest["verdict"] == "warned"
    assert say(newest["notes"][0]) == held["words"]
    assert live.status(limner).totals == {"web": {"ok": 1, "warned": 1, "quarantined": 0}}


def test_a_replay_that_fails_again_has_its_new_reason(worker: Worker, limner: Limner) -> None:
    plan(limner, "quarantine")
    worker.stream.reload()
    send(worker, track("m1", user=None, price=1))
    work(worker)
    (held,) = live.waiting_events(limner)
    assert held["code"] == "customer-missing"
    live.correct_events(limner, Held(), "userId", "u7", "ann", NOW)
    live.correct_events(limner, Held(), "properties.price", '"much"', "ann", NOW)
    live.replay_events(limner, Held(), "ann", NOW)
    work(worker)
    (again,) = live.waiting_events(limner)
    assert (again["code"], again["row_id"], again["attempts"]) == ("plan-breach", held["row_id"], 1)
    live.correct_events(limner, Held(), "properties.price", "3.5", "ann", NOW)
    live.replay_events(limner, Held(), "ann", NOW)
    work(worker)
    assert live.waiting_events(limner) == []
    assert live.facts_of(limner, [("user_id", "u7")]).events == 1


def test_a_replay_is_sent_once_though_nobody_noted_it(worker: Worker, limner: Limner) -> None:
    send(worker, track("m1", user=None))
    work(worker)
    live.correct_events(limner, Held(), "userId", "u7", "ann", NOW)
    live.replay_events(limner, Held(), "ann", NOW)
    sent, worker.live.sent = worker.live.sent, lambda _: None  # type: ignore[method-assign]
    assert worker.send_replays() == worker.send_replays() == 1  # killed in between
    worker.live.sent = sent  # type: ignore[method-assign]
    work(worker)
    assert live.facts_of(limner, [("user_id", "u7")]).events == 1
    assert worker._log.end() == 2


def test_robots_and_the_shops_own_people_are_counted_and_left_out(
    worker: Worker, limner: Limner
) -> None:
    change_settings(limner, "web", {"internal_users": ["boss"]}, "ann", NOW)
    worker.stream.reload()
    robot = {"context": {"userAgent": "Googlebot/2.1 (+http://www.google.com/bot.html)"}}
    send(worker, track("m1"), track("m2", user="boss"), track("m3", user="x") | robot)
    work(worker)
    assert live.status(limner).totals == {"web": {"ok": 1, "internal": 1, "bot": 1}}
    assert len(in_lake(limner)) == 1
    assert resolve(limner, "user_id", "boss") is None


def test_settings_that_cannot_be_read_are_told_and_the_rest_goes_on(
    worker: Worker, limner: Limner
) -> None:
    with limner.store.session() as session:  # as an older Limner or a hand may have left it
        session.execute(update(Source).values(settings={"keep_ip": "sometimes"}))
    worker.stream.reload()
    assert "keep_ip" in worker.stream.faults["source web"]
    send(worker, track("m1"))
    work(worker)
    assert len(in_lake(limner)) == 1


def test_an_event_that_identity_chokes_on_waits_alone(
    worker: Worker, limner: Limner, monkeypatch: pytest.MonkeyPatch
) -> None:
    observe = worker.stream._observe

    def choke(sightings: Any) -> Any:
        if any(("user_id", "poison") in sighting.identifiers for sighting in sightings):
            raise ValueError("no")
        return observe(sightings)

    monkeypatch.setattr(worker.stream, "_observe", choke)
    send(worker, track("m1"), track("m2", user="poison"), track("m3"))
    work(worker)
    assert [e["message_id"] for e in live.waiting_events(limner)] == ["m2"]
    assert live.facts_of(limner, [("user_id", "u1")]).events == 2


def test_a_store_that_does_not_answer_stops_the_step_and_nothing_is_doubled(
    worker: Worker, limner: Limner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: Any) -> Any:
        raise Busy("store-busy", "later")

    send(worker, track("m1"))
    with monkeypatch.context() as patch:
        patch.setattr(worker.stream, "_observe", busy)
        for _ in range(3):
            with pytest.raises(Busy):
                worker.step()
    work(worker)
    assert live.facts_of(limner, [("user_id", "u1")]).events == 1


def test_visits_and_facts_survive_a_restart(worker: Worker, limner: Limner) -> None:
    page = {"type": "page", "anonymousId": "d1"}
    send(worker, page | {"messageId": "m1"})
    work(worker)
    worker.close()
    second = Worker(limner)
    send(second, page | {"messageId": "m2"})
    work(second)
    facts = live.facts_of(limner, [("anonymous_id", "d1")])
    assert (facts.events, facts.sessions) == (2, 1)
    assert len({row["session_id"] for row in in_lake(limner)}) == 1
    second.close()


def test_a_log_that_is_another_is_refused(worker: Worker, limner: Limner) -> None:
    send(worker, track("m1"))
    work(worker)
    worker.close()
    for left in limner.settings.home.glob("log.db*"):
        left.unlink()
    with pytest.raises(Broken, match="put back the log"):
        Worker(limner)


def test_the_log_forgets_what_is_a_day_old_and_in_the_lake(limner: Limner) -> None:
    clock = [NOW]
    worker = Worker(limner, now=lambda: clock[0])
    send(worker, track("m1"))
    work(worker)
    worker.tidy()
    clock[0] += timedelta(hours=23)
    worker.trim()
    assert len(worker._log.read(0, 10)) == 1
    clock[0] += timedelta(hours=2)
    worker.trim()
    assert worker._log.read(0, 10) == []
    assert send(worker, track("m1")).count == 0  # seen is seen
    worker.close()


def test_without_a_worker_the_work_is_done_here(worker: Worker, limner: Limner) -> None:
    send(worker, track("m1"))
    assert work_through(limner) == 1
    assert len(in_lake(limner)) == 1
    lock = WorkerLock.take(limner.settings.home)
    with pytest.raises(Busy, match="one worker"):
        work_through(limner)
    lock.release()


def test_the_loop_tells_of_a_fault_and_goes_on(
    worker: Worker, limner: Limner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "_BEAT_SECONDS", 0.01)
    home = limner.settings.home
    commit, is_full = worker.live.commit, [True]

    def full(chunk: Any) -> None:
        if is_full[0]:
            raise Broken("disk-full", "the disk is full at live.db")
        commit(chunk)

    monkeypatch.setattr(worker.live, "commit", full)
    send(worker, track("m1"))
    loop, over = Loop(worker, limner, WorkerLock.take(home)), threading.Event()
    thread = threading.Thread(target=loop.run, args=(over.is_set,))
    thread.start()
    assert until(lambda: live.status(limner).fault_code == "disk-full")
    assert live.status(limner).is_working
    is_full[0] = False
    assert until(lambda: live.status(limner).fault == "" and len(in_lake(limner)) == 1)
    over.set()
    thread.join(20)


def until(is_so: Any, seconds: float = 120) -> bool:
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if is_so():
            return True
        time.sleep(0.02)
    return False


RUN = "import sys; from pathlib import Path; from limner.app.worker import run; run(Path(sys.argv[1]), int(sys.argv[2]) or None)"


def test_it_ends_when_told_and_everything_is_in_the_lake(worker: Worker, limner: Limner) -> None:
    home = limner.settings.home
    send(worker, track("m1"))
    child = subprocess.Popen([sys.executable, "-c", RUN, str(home), str(os.getpid())])
    assert until(lambda: live.status(limner).position == 1)
    heavy = ("sklearn", "scipy", "pandas", "lightgbm", "nicegui")
    maps = Path(f"/proc/{child.pid}/maps")
    if maps.exists():
        assert not [name for name in heavy if f"/{name}/" in maps.read_text()]
    child.send_signal(signal.SIGTERM)
    assert child.wait(60) == 0
    assert len(in_lake(limner)) == 1
    assert not beat.is_worked(home)


def test_it_ends_when_its_parent_is_gone(limner: Limner) -> None:
    child = subprocess.Popen([sys.executable, "-c", RUN, str(limner.settings.home), "1"])
    assert child.wait(120) == 0  # its parent is not process 1
