"""The event log: in order, each message once, on the disk before anyone is told so."""

import asyncio
import multiprocessing
import os
import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.collect.log import Batch, Item, open_log
from limner.collect.log.seen import Seen
from limner.collect.log.sqlite import SqliteLog
from limner.core.errors import Busy, Malformed


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


def batch(
    *numbers: int, source: str = "web", faults: dict[int, tuple[str, str]] | None = None
) -> Batch:
    items = [Item(key(n), b'{"n":%d}' % n, (faults or {}).get(n)) for n in numbers]
    return Batch(source, 1_700_000_000_000_000, b'{"ip":"10.0.0.1"}', items)


@pytest.fixture
def log(tmp_path: Path) -> SqliteLog:
    return SqliteLog(tmp_path / "log.db")


def test_what_is_appended_is_read_back_in_order_with_its_positions(log: SqliteLog) -> None:
    assert (log.end(), log.read(0, 10)) == (0, [])
    first, second = log.append([batch(1, 2), batch(3, source="app", faults={3: ("bad", "why")})])
    assert (first.first, first.count, second.first, second.count) == (1, 2, 3, 1)
    web, app = log.read(0, 10)
    assert (web.first, web.count, web.source, web.body) == (1, 2, "web", b'[{"n":1},{"n":2}]')
    assert (web.envelope, web.received_at, web.faults) == (
        b'{"ip":"10.0.0.1"}',
        1_700_000_000_000_000,
        {},
    )
    assert (app.source, app.faults) == ("app", {0: ("bad", "why")})
    assert log.end() == 3
    assert [one.first for one in log.read(2, 10)] == [3]
    assert [one.first for one in log.read(1, 10)] == [1, 3]  # a batch of which a part is new
    assert [one.first for one in log.read(0, 1)] == [1]
    assert log.read(3, 10) == []


def test_a_message_is_kept_once_within_a_batch_a_transaction_and_for_ever(log: SqliteLog) -> None:
    (first,) = log.append([batch(1, 2, 1)])
    assert (first.count, first.duplicates) == (2, (2,))
    again, new = log.append([batch(1, 2), batch(2, 3)])
    assert (again.count, again.duplicates) == (0, (0, 1))
    assert (new.first, new.count, new.duplicates) == (3, 1, (0,))
    log.trim(log.end())
    assert log.read(0, 10) == []
    (after,) = log.append([batch(3, 4)])
    assert (after.first, after.count, after.duplicates) == (4, 1, (0,))


def test_a_log_is_the_same_after_it_was_closed(tmp_path: Path, log: SqliteLog) -> None:
    log.append([batch(1)])
    log.trim(1)
    log.close()
    again = SqliteLog(tmp_path / "log.db")
    assert again.end() == 1
    assert again.append([batch(1, 2)])[0].first == 2
    with pytest.raises(Busy, match="closed"):
        log.append([batch(3)])


def test_every_commit_is_synced(tmp_path: Path, log: SqliteLog) -> None:
    assert log._writer.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert log._writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_trim_keeps_what_was_written_after_the_position(log: SqliteLog) -> None:
    for number in range(1, 6):
        log.append([batch(number)])
    log.trim(3)
    assert [one.first for one in log.read(0, 10)] == [4, 5]
    assert log.end() == 5


@given(
    st.lists(st.lists(st.lists(st.integers(0, 30), max_size=5), max_size=4), max_size=8),
    st.sampled_from([1, 3, 8, 2**17]),
)
def test_it_is_a_list_without_repetition(
    tmp_path: Path, transactions: list[list[list[int]]], run_keys: int
) -> None:
    path = tmp_path / f"{os.urandom(8).hex()}.db"
    log = SqliteLog(path, Seen(run_keys))
    model: list[int] = []
    for turn, transaction in enumerate(transactions):
        if turn == 3:  # as after a restart
            log.close()
            log = SqliteLog(path, Seen(run_keys))
        for appended, numbers in zip(
            log.append([batch(*numbers) for numbers in transaction]), transaction, strict=True
        ):
            new = []
            for index, number in enumerate(numbers):
                is_known = number in model
                assert (index in appended.duplicates) == is_known
                if not is_known:
                    model.append(number)
                    new.append(number)
            assert appended.count == len(new)
            assert appended.first == len(model) - len(new) + 1
    held = b",".join(one.body[1:-1] for one in log.read(0, 10_000))
    assert held == b",".join(b'{"n":%d}' % number for number in model)
    assert log.end() == len(model)
    log.close()


def test_many_threads_and_an_event_loop_append_at_once(log: SqliteLog) -> None:
    def write(start: int) -> None:
        for number in range(start, start + 50):
            assert log.append([batch(number)])[0].count == 1

    threads = [threading.Thread(target=write, args=(1000 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()

    async def loop() -> int:
        kept = await asyncio.gather(*(log.keep(batch(n, 50_000)) for n in range(10_000, 10_200)))
        return sum(one.count for one in kept)

    assert asyncio.run(loop()) == 201
    for thread in threads:
        thread.join()
    assert log.end() == 401
    assert sum(one.count for one in log.read(0, 1000)) == 401


def _append(path: Path, start: int) -> None:
    log = SqliteLog(path, Seen(32))
    for number in range(start, start + 100):
        log.append([batch(number, 7)])
    log.close()


def test_two_processes_append_at_once(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    spawn = multiprocessing.get_context("spawn")
    children = [spawn.Process(target=_append, args=(path, 1000 * n)) for n in (1, 2)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    log = SqliteLog(path, Seen(32))
    assert log.end() == 201
    assert log.append([batch(*range(1000, 1100), *range(2000, 2100), 7)])[0].count == 0
    positions = [p for one in log.read(0, 1000) for p in range(one.first, one.first + one.count)]
    assert positions == list(range(1, 202))


def test_who_comes_second_waits_and_then_is_told(
    tmp_path: Path, log: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    log._writer.execute("PRAGMA busy_timeout=50")
    with pytest.raises(Busy, match="another process holds") as caught:
        log.append([batch(1)])
    assert caught.value.code == "log-busy"
    other.execute("ROLLBACK")
    assert log.append([batch(1)])[0].count == 1


def test_the_url_says_which_log(tmp_path: Path) -> None:
    log = open_log(f"sqlite:///{tmp_path / 'a.db'}")
    log.append([batch(1)])
    assert (tmp_path / "a.db").exists()
    for wrong in ("kafka://host/topic", "log.db", "sqlite://"):
        with pytest.raises(Malformed, match=r"sqlite:///log\.db"):
            open_log(wrong)
