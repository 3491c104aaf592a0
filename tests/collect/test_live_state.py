"""The worker's state: written with its position or not at all, and shown as it is."""

import json
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from limner.collect.live import Chunk, Failure, Kept, Live, Settler, beat, recent, waiting
from limner.collect.live.file import NAME, open_file
from limner.core.errors import Broken, Busy, Malformed, Unknown
from limner.lake import Lake

SECOND = 1_772_000_000


class Number(msgspec.Struct, frozen=True):
    """A value to keep."""

    n: int


@pytest.fixture
def live(tmp_path: Path) -> Live:
    return Live(tmp_path / NAME)


def shown(position: int, verdict: str = "ok", anchor: str = "user_id:u1", **row: Any) -> Any:
    moment = "2026-03-01T10:00:00.000001Z"
    said = {"event_id": f"e{position}", "time": moment, "received_at": moment, "source": "web",
            "date": "2026-03-01", "type": "page", "customer_id": "u1", **row}  # fmt: skip
    return (
        position, f"e{position}", "web", SECOND * 10**6, anchor, "page", None, verdict, "[]",
        msgspec.json.encode(said),
    )  # fmt: skip


def failure(position: int, replay_of: str | None = None, **why: str) -> Failure:
    said = {"code": "plan-breach", "reason": "no price", "field": "properties.price", "value": ""}
    body = b'{"type":"track","event":"Buy","messageId":"m1","properties":{"items":[{"n":1}]}}'
    return Failure(position, "web", SECOND * 10**6, body=body, envelope=b"{}", replay_of=replay_of, **(said | why))  # fmt: skip


def test_a_chunk_is_written_with_its_position(live: Live) -> None:
    arrived = Counter({(SECOND, "web", "ok"): 2})
    live.commit(Chunk(0, 2, [shown(1), shown(2, "bot")], arrived=arrived))
    found = recent.marks(live.path)
    assert found is not None
    assert (found.position, found.lake, found.totals) == (2, 0, {"web": {"ok": 2}})
    assert recent.arrivals(live.path, SECOND, SECOND + 1) == [(SECOND, "web", "ok", 2)]
    assert Live(live.path).position == 2


def test_a_chunk_that_fails_leaves_nothing(live: Live) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        live.commit(Chunk(0, 2, [shown(1), shown(1)], visits=[("d1", b"{}")]))
    assert live.position == Live(live.path).position == 0
    assert live.connection.execute("SELECT count(*) FROM visits").fetchone() == (0,)


def test_a_second_worker_cannot_write_the_same_chunk(live: Live) -> None:
    other = Live(live.path)
    live.commit(Chunk(0, 2, [shown(1)]))
    with pytest.raises(Broken, match="another worker"):
        other.commit(Chunk(0, 1, [shown(1)]))
    assert len(recent.newest_events(live.path, recent.Asked())) == 1


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    open_file(tmp_path / NAME).execute("PRAGMA user_version=99")
    with pytest.raises(Broken, match="upgrade"):
        Live(tmp_path / NAME)


def test_recent_events_are_found_by_what_is_asked(live: Live) -> None:
    live.commit(Chunk(0, 4, [shown(1), shown(2, "bot"), shown(3, event="Blue shoe"), shown(4)]))
    asked = recent.Asked
    positions = lambda a, most=9: [e["position"] for e in recent.newest_events(live.path, a, most)]  # noqa: E731
    assert positions(asked()) == [4, 3, 2, 1]
    assert positions(asked(), 2) == [4, 3]
    assert positions(asked(after=2)) == [4, 3]
    assert positions(asked(verdict="bot")) == [2]
    assert positions(asked(text="blue SHOE")) == [3]
    assert positions(asked(source="app")) == []
    assert positions(asked(event="page")) == [4, 3, 2, 1]


def test_only_what_is_in_the_lake_and_past_is_forgotten(live: Live) -> None:
    live.commit(Chunk(0, 6, [shown(n) for n in range(1, 7)]))
    now = SECOND * 10**6
    live.tidy(now, keep=2)
    assert len(recent.newest_events(live.path, recent.Asked())) == 6
    live.settled("lake", 5)
    live.tidy(now, keep=2)
    assert [e["position"] for e in recent.newest_events(live.path, recent.Asked())] == [6, 5]


def test_counts_of_a_clock_that_was_wrong_go_too(live: Live) -> None:
    seconds = (SECOND, SECOND + 10**8, SECOND - 10**8)
    live.commit(Chunk(0, 3, arrived=Counter({(s, "web", "ok"): 1 for s in seconds})))
    live.tidy(SECOND * 10**6)
    assert recent.arrivals(live.path, 0, 10**12) == [(SECOND, "web", "ok", 1)]


def test_the_log_is_kept_for_as_long_as_asked(live: Live) -> None:
    live.commit(Chunk(0, 5))
    minute = 60_000_000
    live.tidy(10 * minute)
    live.commit(Chunk(5, 9))
    live.tidy(11 * minute - 1)
    moments = (9 * minute, 10 * minute, 11 * minute - 1, 11 * minute)
    assert [live.passed_before(at) for at in moments] == [0, 5, 5, 9]


def test_kept_values_are_those_of_the_file(live: Live) -> None:
    kept = Kept(live.connection, "facts", Number, most=2)
    kept.load(["a", "b"])
    assert kept.get("a") is None
    kept.put("a", Number(1))
    live.commit(Chunk(0, 1, facts=kept.changes()))
    kept.written()
    assert kept.changes() == []
    kept.put("a", Number(2))
    kept.forget()  # that chunk did not reach the file
    kept.load(["a", "b", "c"])
    assert kept.get("a") == Number(1)


def test_what_was_put_stays_until_it_is_written(live: Live) -> None:
    kept = Kept(live.connection, "facts", Number, most=1)
    kept.load(map(str, range(10)))
    for n in range(10):
        kept.put(str(n), Number(n))
    assert len(kept.changes()) == 10
    kept.written()
    kept.load(["9"])
    assert kept.get("9") == Number(9)


# ---- records


def record(updated_at: str, **said: Any) -> dict[str, Any]:
    return {"source": "web", "record_id": "u1", "email": None, "name": None, "traits": None,
            "created_at": updated_at, "updated_at": updated_at, **said}  # fmt: skip


def test_silence_takes_nothing_back_and_the_newest_word_counts(live: Live, lake: Lake) -> None:
    live.commit(Chunk(0, 1, records=[(1, record("2026-03-01T10:00:00Z", email="a@x.org", traits='{"a":1}'))]))  # fmt: skip
    live.commit(Chunk(1, 2, records=[(2, record("2026-03-03T10:00:00Z", name="Ann", traits='{"b":2}'))]))  # fmt: skip
    live.commit(Chunk(2, 3, records=[(3, record("2026-03-02T10:00:00Z", name="Anne", email="b@x.org"))]))  # fmt: skip
    settler = Settler(live.path, lake)
    assert settler.records(0, 3) == 3
    (row,) = lake.fetch(lake.table("customers")).to_pylist()
    # What comes late fills gaps and replaces nothing.
    assert (row["name"], row["email"]) == ("Ann", "a@x.org")
    assert json.loads(row["traits"]) == {"a": 1, "b": 2}
    assert row["updated_at"] == datetime(2026, 3, 3, 10, tzinfo=UTC)


# ---- to the lake


def test_each_row_reaches_the_lake_once(live: Live, lake: Lake) -> None:
    rows = [shown(1, revenue=2.5), shown(2, "bot"), shown(3, "warned"), shown(4, "quarantined")]
    live.commit(Chunk(0, 4, rows))
    assert Settler(live.path, lake).events(0, 4) == 4
    assert Settler(live.path, lake).events(0, 4) == 4  # as after a kill before it was noted
    found = lake.fetch(lake.table("events").order_by("event_id"))
    assert found["event_id"].to_pylist() == ["e1", "e3"]
    assert found["revenue"].to_pylist() == [2.5, None]
    assert found["time"][0].as_py() == datetime(2026, 3, 1, 10, 0, 0, 1, tzinfo=UTC)
    assert lake.committed("events", "log") == 4


def test_rows_of_another_source_in_the_lake_do_not_matter(live: Live, lake: Lake) -> None:
    lake.append("events", pa.table({"event_id": ["x"], "date": pa.array([None], pa.date32())}))
    live.commit(Chunk(0, 1, [shown(1)]))
    Settler(live.path, lake).events(0, 1)
    assert sorted(lake.fetch(lake.table("events"))["event_id"].to_pylist()) == ["e1", "x"]


def test_more_than_one_commit_takes_is_brought_in_pieces(
    live: Live, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("limner.collect.live.settle.MOST_ROWS", 2)
    live.commit(Chunk(0, 5, [shown(n) for n in range(1, 6)]))
    settler = Settler(live.path, lake)
    assert [settler.events(0, 5), settler.events(2, 5), settler.events(4, 5)] == [2, 4, 5]
    assert lake.fetch(lake.table("events")).num_rows == 5


def test_small_files_are_joined(live: Live, lake: Lake) -> None:
    settler = Settler(live.path, lake)
    for n in range(1, 5):
        live.commit(Chunk(n - 1, n, [shown(n)]))
        settler.events(n - 1, n)
    assert settler.tidy() == 0  # there are few yet
    assert settler.tidy(is_idle=True) == 3
    assert lake.fetch(lake.table("events")).num_rows == 4
    assert lake.committed("events", "log") == 4


# ---- waiting


def test_what_waits_is_counted_by_reason(live: Live) -> None:
    live.commit(Chunk(0, 3, failures=[failure(1), failure(2), failure(3, code="time-unreadable")]))
    reasons = waiting.held_reasons(live.path)
    assert [(r["code"], r["event"], r["events"]) for r in reasons] == [
        ("plan-breach", "Buy", 2), ("time-unreadable", "Buy", 1),
    ]  # fmt: skip
    assert waiting.count_held(live.path, waiting.Held(code="plan-breach")) == 2
    assert waiting.held_events(live.path, most=1)[0]["body"].startswith('{"type":"track"')


def test_a_row_is_named_by_the_first_digits_of_its_id(live: Live) -> None:
    live.commit(Chunk(0, 1, failures=[failure(1)]))
    row_id = waiting.held_events(live.path)[0]["row_id"]
    assert waiting.count_held(live.path, waiting.Held(row_ids=(row_id[:7],))) == 1
    assert waiting.count_held(live.path, waiting.Held(row_ids=("f" * 32,))) == 0
    with pytest.raises(Unknown, match="no id"):
        waiting.count_held(live.path, waiting.Held(row_ids=("*",)))


def test_a_replay_is_asked_for_sent_once_and_settled(live: Live) -> None:
    live.commit(Chunk(0, 2, failures=[failure(1), failure(2)]))
    assert waiting.mark_for_replay(live.path, waiting.Held()) == 2
    assert waiting.mark_for_replay(live.path, waiting.Held()) == 0  # they do not wait any more
    first, second = live.replays()
    assert (first["attempts"], first["envelope"]) == (1, b"{}")
    live.sent([first["row_id"], second["row_id"]])
    assert live.replays() == []
    again = failure(4, second["row_id"], code="time-unreadable", reason="still bad")
    live.commit(Chunk(2, 4, replayed=[first["row_id"]], failures=[again]))
    (left,) = waiting.held_events(live.path)
    assert (left["row_id"], left["code"], left["reason"], left["position"]) == (
        second["row_id"], "time-unreadable", "still bad", 4,
    )  # fmt: skip
    assert waiting.count_held(live.path, None, "replayed") == 1
    waiting.mark_for_replay(live.path, waiting.Held())
    assert live.replays()[0]["attempts"] == 2


def test_what_was_dropped_is_not_replayed(live: Live) -> None:
    live.commit(Chunk(0, 1, failures=[failure(1)]))
    assert waiting.drop_held(live.path, waiting.Held(source="web")) == 1
    assert waiting.mark_for_replay(live.path, waiting.Held()) == 0
    assert waiting.count_held(live.path, None, "dropped") == 1


@pytest.mark.parametrize(
    ("field", "value", "corrected"),
    [
        ("type", "page", {"type": "page", "p": {"items": [{"n": 1}]}}),
        ("p.items.0.n", 2, {"type": "x", "p": {"items": [{"n": 2}]}}),
        ("context.page.url", "u", {"type": "x", "p": {"items": [{"n": 1}]}, "context": {"page": {"url": "u"}}}),
    ],
)  # fmt: skip
def test_a_field_is_corrected_where_it_stands(field: str, value: Any, corrected: Any) -> None:
    body = b'{"type":"x","p":{"items":[{"n":1}]}}'
    assert json.loads(waiting.corrected_body(body, field, value)) == corrected


@pytest.mark.parametrize("field", ["type.name", "p.items.7.n", "p.items.n"])
def test_a_field_without_a_place_is_refused(field: str) -> None:
    with pytest.raises(Malformed, match="no place"):
        waiting.corrected_body(b'{"type":"x","p":{"items":[{"n":1}]}}', field, 1)


# ---- one worker a home


def test_a_home_has_one_worker(tmp_path: Path) -> None:
    lock = beat.WorkerLock.take(tmp_path)
    assert beat.is_worked(tmp_path)
    with pytest.raises(Busy, match="one worker"):
        beat.WorkerLock.take(tmp_path, patience_seconds=0)
    lock.release()
    assert not beat.is_worked(tmp_path)
    beat.WorkerLock.take(tmp_path, patience_seconds=0).release()


def test_a_sign_of_life_is_read_back(tmp_path: Path) -> None:
    assert beat.last_beat(tmp_path) is None
    lock = beat.WorkerLock.take(tmp_path)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    for words in ("the disk is full " * 1_000, ""):
        lock.beat(beat.Beat(1, now, now, "disk-full", words, now))
        found = beat.last_beat(tmp_path)
        assert found is not None
        assert found.fault == words[:500]
    assert (tmp_path / beat.NAME).stat().st_size == 4_096
