"""Memberships kept alive by a worker: who enters and leaves, told once, whatever happens."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.simple_judge import SimpleJudge, segment

from limner.app import Limner
from limner.app.identity import entries, merge, unmerge
from limner.app.living.history import History
from limner.app.sources import add_source
from limner.app.worker import Worker
from limner.collect.live import Live
from limner.collect.log import Batch, Item
from limner.core.event import stable_id
from limner.core.tables import table

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Shop:
    """A worker with a clock, and what is asked of it."""

    def __init__(self, home: Path) -> None:
        self.limner = Limner.open(home)
        self.now = NOW
        self.judge = SimpleJudge()
        self.worker = self.open()
        self.sent = 0

    def open(self) -> Worker:
        return Worker(self.limner, now=lambda: self.now, make=lambda _: (self.judge, {}))

    def again(self) -> None:
        self.worker.close()
        self.worker = self.open()

    def send(self, *events: dict[str, Any], at: datetime | None = None) -> None:
        items = []
        for event in events:
            self.sent += 1
            body = {"messageId": f"m{self.sent}", "timestamp": self.now.isoformat(), **event}
            key = hashlib.blake2b(str(self.sent).encode(), digest_size=16).digest()
            items.append(Item(key, json.dumps(body).encode()))
        micros = int((at or self.now).timestamp() * 1e6)
        self.worker._log.append([Batch("web", micros, b"{}", items)])

    def work(self) -> None:
        self.worker.stream.reload()
        while self.worker.step() or self.worker.send_changes() or self.worker.turn():
            pass

    def order(self, *users: str, **more: Any) -> None:
        self.send(
            *({"type": "track", "event": "Order Completed", "userId": u, **more} for u in users)
        )
        self.work()

    def changes(self) -> list[tuple[str, str, str]]:
        """What was told to the log, in its order: who, the event, the segment."""
        found = []
        for logged in self.worker._log.read(0, 10**6):
            if logged.source == "limner":
                for said in json.loads(logged.body):
                    who = said.get("userId") or said.get("anonymousId")
                    found.append((who, said["event"].split()[1], said["properties"]["segment"]))
        return found

    def told(self) -> list[dict[str, Any]]:
        return [
            said
            for logged in self.worker._log.read(0, 10**6)
            if logged.source == "limner"
            for said in json.loads(logged.body)
        ]

    def members(self) -> set[tuple[str, str]]:
        with sqlite3.connect(self.limner.settings.home / "live.db") as db:
            return set(db.execute("SELECT customer_id, segment FROM members"))

    def history(self, *orders: tuple[str, datetime]) -> None:
        """Orders that come into the lake by an import."""
        rows = [
            dict.fromkeys(table("events").schema.names)
            | {
                "date": at.date(), "event_id": stable_id(user, at.isoformat()), "type": "track",
                "event": "Order Completed", "time": at, "received_at": at, "customer_id": user,
                "user_id": user, "source": "till",
            }
            for user, at in orders
        ]  # fmt: skip
        self.limner.lake.append("events", pa.Table.from_pylist(rows, table("events").schema))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path / "home")
    add_source(shop.limner, "web", "http", {}, "ann", NOW)
    yield shop
    shop.worker.close()


def test_who_does_something_new_enters_once(shop: Shop) -> None:
    shop.order("u1")
    shop.order("u1")
    assert shop.changes() == [("u1", "Entered", "buyers"), ("u1", "Entered", "fresh")]
    shop.order("u1")
    assert shop.changes()[2:] == [("u1", "Entered", "regulars")]
    assert shop.members() == {("u1", "buyers"), ("u1", "fresh"), ("u1", "regulars")}


def test_the_event_says_which_segment_when_and_whose(shop: Shop) -> None:
    shop.order("u1", timestamp=(NOW - DAY).isoformat())
    said = shop.told()[0]
    assert said["properties"] == {
        "segment": "buyers", "name": "buyers", "name_zh": "buyers", "version": 1,
    }  # fmt: skip
    assert datetime.fromisoformat(said["timestamp"]) == NOW - DAY
    shop.worker.settle_all()
    rows = shop.limner.lake.query(
        "SELECT customer_id, event, time FROM events WHERE source = 'limner'"
    )
    assert len(rows) == 2
    assert set(rows["customer_id"].to_pylist()) == {"u1"}


def test_own_events_are_nothing_the_customer_did(shop: Shop) -> None:
    from limner.app import live

    shop.order("u1")
    assert live.facts_of(shop.limner, [("user_id", "u1")]).events == 1


def test_time_alone_lets_customers_leave_and_enter_at_the_turn_of_the_day(shop: Shop) -> None:
    shop.order("u1")
    shop.now += 6 * DAY
    shop.work()
    assert len(shop.changes()) == 2
    shop.now += 3 * DAY  # the worker was away for some days
    shop.work()
    assert sorted(shop.changes()[2:]) == [("u1", "Entered", "asleep"), ("u1", "Exited", "fresh")]
    turn = datetime(2026, 3, 17, tzinfo=UTC)
    assert {datetime.fromisoformat(said["timestamp"]) for said in shop.told()[2:]} == {turn}


def test_days_that_passed_come_before_the_event_that_ends_them(shop: Shop) -> None:
    shop.order("u1")
    shop.now += 20 * DAY
    shop.order("u1")
    assert [change[1:] for change in shop.changes()[2:]] == [
        ("Exited", "fresh"), ("Entered", "asleep"), ("Exited", "asleep"), ("Entered", "fresh"),
    ]  # fmt: skip


def test_what_waits_in_the_log_is_judged_as_of_the_day_it_came(shop: Shop) -> None:
    shop.order("u1")
    for days in (5, 10):
        event = {"type": "track", "event": "Order Completed", "userId": "u1"}
        at = NOW + days * DAY
        shop.send(event | {"timestamp": at.isoformat()}, at=at)
    shop.now += 12 * DAY
    shop.again()
    shop.work()
    assert [change[1:] for change in shop.changes()[2:]] == [("Entered", "regulars")]


def test_the_past_is_no_news(shop: Shop) -> None:
    """A customer with a history is in her segments already when something new happens."""
    shop.history(("u1", NOW - 300 * DAY), ("u1", NOW - 200 * DAY))
    shop.order("u1")
    assert sorted(shop.changes()) == [
        ("u1", "Entered", "fresh"), ("u1", "Entered", "regulars"), ("u1", "Exited", "asleep"),
    ]  # fmt: skip


def test_an_import_makes_states_anew(shop: Shop) -> None:
    shop.order("u1")
    shop.worker.settle_all()
    shop.history(("u1", NOW - 300 * DAY))
    shop.work()
    shop.order("u1")
    assert shop.changes()[2:] == [("u1", "Entered", "regulars")]


def test_what_the_worker_itself_puts_into_the_lake_makes_nothing_anew(shop: Shop) -> None:
    shop.order("u1")
    keeper = shop.worker.stream.living._keeper
    shop.worker.settle_all()
    shop.order("u1")
    assert shop.worker.stream.living._keeper is keeper


def test_a_restart_changes_nothing(shop: Shop) -> None:
    shop.order("u1")
    shop.again()
    shop.order("u1", "u2")
    shop.again()
    shop.order("u1")
    assert [c for c in shop.changes() if c[0] == "u1"][2:] == [("u1", "Entered", "regulars")]
    assert len(shop.changes()) == 5


def test_states_are_as_good_from_history_as_kept(shop: Shop) -> None:
    shop.order("u1")
    shop.worker.settle_all()
    shop.order("u1")
    with sqlite3.connect(shop.limner.settings.home / "live.db") as db:
        db.execute("DELETE FROM portraits")
    shop.again()
    shop.order("u1")
    assert shop.changes()[2:] == [("u1", "Entered", "regulars")]


def test_who_signs_in_is_one_customer_with_the_device(shop: Shop) -> None:
    order = {"type": "track", "event": "Order Completed"}
    shop.send(order | {"anonymousId": "d1"}, order | {"userId": "u1"})
    shop.work()
    assert len(shop.changes()) == 4
    shop.send({"type": "identify", "userId": "u1", "anonymousId": "d1"})
    shop.work()
    assert len(shop.changes()) == 4  # both were buyers, and fresh
    assert shop.members() == {("u1", "buyers"), ("u1", "fresh")}
    shop.send(order | {"anonymousId": "d1"})
    shop.work()
    assert shop.changes()[4:] == [("u1", "Entered", "regulars")]


def test_a_merge_adds_up_what_both_did(shop: Shop) -> None:
    order = {"type": "track", "event": "Order Completed"}
    shop.send(
        order | {"anonymousId": "d1"}, order | {"anonymousId": "d1"}, order | {"userId": "u1"}
    )
    shop.work()
    shop.send({"type": "identify", "userId": "u1", "anonymousId": "d1"})
    shop.work()
    assert shop.changes()[4:] == [("u1", "Entered", "regulars")]
    assert {who for who, _ in shop.members()} == {"u1"}


def test_who_is_parted_is_judged_against_what_both_were(shop: Shop) -> None:
    order = {"type": "track", "event": "Order Completed"}
    shop.send(
        order | {"anonymousId": "d1"}, order | {"anonymousId": "d1"}, order | {"userId": "u1"}
    )
    shop.send({"type": "identify", "userId": "u1", "anonymousId": "d1"})
    shop.work()
    before = len(shop.changes())
    joined = next(e for e in entries(shop.limner) if e.can_unmerge)
    unmerge(shop.limner, joined.entry_id, "ann", NOW)
    shop.send({"type": "page", "anonymousId": "d1"})
    shop.work()
    assert sorted(shop.changes()[before:]) == [
        ("d1", "Exited", "regulars"),
        ("u1", "Exited", "regulars"),
    ]
    assert shop.members() == {(who, code) for who in ("u1", "d1") for code in ("buyers", "fresh")}


def test_people_who_are_merged_by_hand_are_judged_with_no_event(shop: Shop) -> None:
    shop.order("u1", "u1", "u2")
    before = len(shop.changes())
    merge(shop.limner, "u1", "u2", "ann", NOW)
    shop.work()
    assert [change[1:] for change in shop.changes()[before:]] == [("Entered", "regulars")]
    assert len({who for who, _ in shop.members()}) == 1


def test_a_new_segment_begins_with_those_who_are_in_it(shop: Shop) -> None:
    shop.judge = SimpleJudge("fresh")
    shop.again()
    shop.order("u1", "u2", "u1")
    assert len(shop.changes()) == 2
    shop.judge = SimpleJudge("fresh", "buyers", "regulars")
    shop.again()
    shop.work()
    assert len(shop.changes()) == 2
    assert ("u1", "buyers") in shop.members()
    shop.order("u1", "u3")
    assert sorted(shop.changes()[2:]) == [
        ("u1", "Entered", "regulars"), ("u3", "Entered", "buyers"), ("u3", "Entered", "fresh"),
    ]  # fmt: skip


def test_who_is_touched_first_after_a_new_segment_is_in_it_as_before(shop: Shop) -> None:
    shop.judge = SimpleJudge("fresh")
    shop.again()
    shop.order("u1", "u1")
    shop.judge = SimpleJudge("fresh", "buyers", "regulars")
    shop.again()
    shop.send({"type": "track", "event": "Order Completed", "userId": "u1"})
    shop.worker.step()  # before anybody was judged anew
    shop.work()
    assert shop.changes()[1:] == [("u1", "Entered", "regulars")]


def test_a_segment_that_is_no_more_has_no_members(shop: Shop) -> None:
    shop.order("u1")
    shop.judge = SimpleJudge("fresh")
    shop.again()
    shop.work()
    assert shop.members() == {("u1", "fresh")}
    assert len(shop.changes()) == 2


def test_a_changed_definition_judges_everybody_anew(shop: Shop) -> None:
    shop.order("u1", "u2")
    changed = SimpleJudge("buyers")
    changed.segments = {"buyers": segment("buyers", "2")}
    changed.members = lambda state, as_of, outside: frozenset()  # type: ignore[method-assign]
    shop.judge = changed
    shop.again()
    shop.work()
    assert sorted(shop.changes()[4:]) == [("u1", "Exited", "buyers"), ("u2", "Exited", "buyers")]


def test_changes_are_sent_once_though_the_worker_was_killed_between(shop: Shop) -> None:
    shop.send({"type": "track", "event": "Order Completed", "userId": "u1"})
    shop.worker.step()
    found = shop.worker.live.unsent()
    assert len(found) == 2
    from limner.app.living.change import as_batch

    shop.worker._log.append([as_batch(one, 1) for _, one in found])  # ... and killed
    shop.again()
    shop.work()
    assert len(shop.changes()) == 2
    assert shop.worker.live.unsent() == []


def test_a_clock_that_is_set_right_makes_states_anew(shop: Shop) -> None:
    shop.order("u1")
    shop.now += 100 * DAY
    shop.work()
    shop.now -= 100 * DAY
    shop.order("u1")
    assert shop.members() == {("u1", "buyers"), ("u1", "fresh")}
    kinds = [change[1:] for change in shop.changes()[2:]]
    assert kinds.count(("Exited", "fresh")) == kinds.count(("Entered", "fresh")) == 1


def test_without_segments_nothing_is_kept(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "home")
    shop.worker.close()
    shop.worker = Worker(shop.limner, now=lambda: shop.now, make=lambda _: (None, {}))
    shop.order("u1")
    with sqlite3.connect(tmp_path / "home" / "live.db") as db:
        for name in ("portraits", "judged", "members", "outbox"):
            assert db.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,)
    assert shop.changes() == []
    shop.worker.close()


def test_after_a_loss_of_power_nothing_counts_twice(shop: Shop) -> None:
    """The lake is ahead of live.db: it has events that are worked on again."""
    shop.order("u1")
    path = shop.limner.settings.home / "live.db"
    shop.worker.live.flush()
    with sqlite3.connect(path) as source, sqlite3.connect(f"{path}.old") as copy:
        source.backup(copy)
    shop.order("u1")
    shop.worker.settle_all()
    shop.worker.close()
    for left in path.parent.glob("live.db*"):
        if left.suffix != ".old":
            left.unlink()
    Path(f"{path}.old").rename(path)
    shop.worker = shop.open()
    shop.work()
    shop.order("u1")
    assert ("u1", "regulars") in shop.members()


def test_history_is_of_those_identifiers_alone(shop: Shop) -> None:
    shop.history(("u1", NOW - DAY), ("u2", NOW - DAY))
    live = Live(shop.worker.live.path)
    history = History(shop.limner.lake, live.connection)
    history.look()
    assert history.of(["user_id:u1", "anonymous_id:d1", "user_id:u3"]) == ["user_id:u1"]
    found = history.rows(["user_id:u1", "anonymous_id:u2"], ["event"])
    assert {anchor: len(rows) for anchor, rows in found.items()} == {"user_id:u1": 1}
    live.close()


def memberships(shop: Shop, as_of: datetime, *pairs: tuple[str, str]) -> None:
    rows = [
        {"segment": segment, "customer_id": customer, "as_of": as_of.date()}
        for segment, customer in pairs
    ]
    made = pa.Table.from_pylist(rows, table("memberships").schema)
    shop.limner.lake.replace("memberships", made)


def test_a_build_tells_of_those_whom_no_event_was_about(shop: Shop) -> None:
    """Of those the worker judged itself it has told already."""
    shop.order("u1")
    shop.send({"type": "page", "userId": "u2"}, {"type": "page", "userId": "u3"})
    shop.work()
    with sqlite3.connect(shop.limner.settings.home / "live.db") as db:
        db.execute("DELETE FROM judged WHERE key <> 'u1'")
    shop.again()
    memberships(shop, NOW, ("buyers", "u2"), ("fresh", "u2"), ("buyers", "u1"))
    shop.work()
    before = len(shop.changes())
    memberships(shop, NOW, ("buyers", "u2"), ("fresh", "u3"), ("buyers", "u3"), ("asleep", "u1"))
    shop.work()
    assert sorted(shop.changes()[before:]) == [
        ("u2", "Exited", "fresh"), ("u3", "Entered", "buyers"), ("u3", "Entered", "fresh"),
    ]  # fmt: skip
    memberships(shop, NOW - 30 * DAY, ("buyers", "u3"), ("fresh", "u2"))  # it looks back
    shop.work()
    assert len(shop.changes()) == before + 3


def test_what_is_told_while_old_days_are_worked_through_does_not_turn_the_day_back(
    shop: Shop,
) -> None:
    for days in (0, 8, 16, 24):
        at = NOW + days * DAY
        event = {"type": "track", "event": "Order Completed", "timestamp": at.isoformat()}
        shop.send(event | {"userId": f"u{days}"}, event | {"userId": "u"}, at=at)
    shop.now += 25 * DAY
    for _ in range(40):  # as the loop does it: all a little at a time
        shop.worker.step()
        shop.worker.send_changes()
        shop.worker.turn()
    told = [change for change in shop.changes() if change[0] == "u0"]
    assert sorted(told) == [
        ("u0", "Entered", "asleep"), ("u0", "Entered", "buyers"), ("u0", "Entered", "fresh"),
        ("u0", "Exited", "fresh"),
    ]  # fmt: skip
    assert [change[1:] for change in shop.changes() if change[0] == "u"].count(
        ("Entered", "fresh")
    ) == 4


def test_states_of_other_definitions_go(shop: Shop) -> None:
    shop.order("u1", "u2")
    shop.judge = SimpleJudge()
    shop.judge.signature = "another"
    shop.again()
    shop.order("u1")
    with sqlite3.connect(shop.limner.settings.home / "live.db") as db:
        kept = dict(db.execute("SELECT key, signature FROM portraits"))
    assert kept == {"user_id:u1": "another:0"}
    assert ("u1", "Entered", "regulars") not in shop.changes()
    shop.order("u1")
    assert shop.changes()[-1] == ("u1", "Entered", "regulars")


def test_more_customers_than_there_is_room_for_in_memory(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from limner.app.living import keeper

    monkeypatch.setattr(keeper.Keeper.__init__, "__defaults__", (2,))
    shop.again()
    for _ in range(3):
        shop.order(*(f"u{n}" for n in range(9)))
    assert len([change for change in shop.changes() if change[2] == "regulars"]) == 9
    assert len(shop.worker.stream.living._keeper._portraits._values) <= 2  # type: ignore[union-attr]
