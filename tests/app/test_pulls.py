"""Scheduled sources from end to end: what is new comes in once, a failure stops no other."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from limner.app import Limner
from limner.app.pulls import pulls, run_due, run_pull
from limner.app.sources import add_source, change_settings
from limner.core.errors import Busy, Malformed, Unknown

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
MAPPING: dict[str, Any] = {
    "kind": "order_lines", "currency": "CNY",
    "columns": {"order_id": "id", "user_id": "member", "time": "at", "product_id": "sku", "revenue": "paid"},
}  # fmt: skip
HEAD = "id,member,at,sku,paid\n"


def no_wait(seconds: float) -> None:
    assert seconds >= 0


def line(order: int, paid: int = 5) -> str:
    return f"{order},M{order % 3},2024-03-0{1 + order % 9} 10:00,A,{paid}\n"


def put(path: Path, body: str, age: float = 60, at: datetime = NOW) -> None:
    path.write_text(body, encoding="utf-8")
    os.utime(path, (at.timestamp() - age,) * 2)


def watched(limner: Limner, tmp_path: Path, name: str = "till", **settings: Any) -> Path:
    directory = tmp_path / f"in-{name}"
    directory.mkdir()
    add_source(
        limner, name, "directory", {"path": str(directory), "glob": "*.csv", "mapping": MAPPING} | settings, "ann", NOW,
    )  # fmt: skip
    return directory


def orders(limner: Limner) -> dict[str, float]:
    rows = limner.lake.query(
        "SELECT order_id, sum(revenue) AS revenue FROM events GROUP BY 1"
    ).to_pylist()
    return {row["order_id"]: row["revenue"] for row in rows}


def test_files_come_in_once_and_again_when_they_change(limner: Limner, tmp_path: Path) -> None:
    inbox = watched(limner, tmp_path)
    put(inbox / "a.csv", HEAD + line(1) + line(2))
    put(inbox / "same.csv", HEAD + line(1) + line(2))
    put(inbox / "fresh.csv", HEAD + line(9), age=2)  # somebody may still be writing
    put(inbox / "b.csv.part", HEAD + line(8))
    first = run_pull(limner, "till", NOW)
    assert (first.outcome, first.portions) == ("done", 2)
    assert first.counts.as_plain() == {"read": 4, "kept": 2, "quarantined": 0, "duplicates": 2}
    assert orders(limner) == {"1": 5, "2": 5}
    assert run_pull(limner, "till", NOW + timedelta(seconds=3)).detail == "nothing new"
    put(inbox / "a.csv", HEAD + line(1) + line(2) + line(3), age=30)
    again = run_pull(limner, "till", NOW + timedelta(seconds=60))
    assert again.portions == 2  # the one that grew, and the one that nobody writes to any more
    assert orders(limner) == {"1": 5, "2": 5, "3": 5, "9": 5}
    [card] = pulls(limner)
    assert (card.outcome, card.failures, card.refused) == ("done", 0, ())
    assert card.next_at == NOW + timedelta(seconds=60 + 3600)
    assert not list((limner.settings.home / "pulls").rglob("*.csv"))
    anew = run_pull(limner, "till", NOW + timedelta(seconds=60), is_anew=True)
    assert (anew.portions, anew.counts.kept) == (3, 0)


def test_a_broken_file_is_told_and_the_others_go_on(limner: Limner, tmp_path: Path) -> None:
    inbox = watched(limner, tmp_path)
    put(inbox / "a.csv", "order,who\n1,2\n")
    put(inbox / "b.csv", HEAD + line(1))
    put(inbox / "c.csv", HEAD + line(2) + "3,M1,no day,A,5\n")
    told = run_pull(limner, "till", NOW)
    assert told.outcome == "done"
    assert [file for file, _ in told.refused] == ["a.csv"]
    assert "which a.csv does not have" in told.refused[0][1]
    assert told.counts.as_plain() == {"read": 3, "kept": 2, "quarantined": 1, "duplicates": 0}
    assert pulls(limner)[0].refused == told.refused
    # It is not tried again until it changes, or the mapping does.
    assert run_pull(limner, "till", NOW).refused == ()
    mapping = {
        **MAPPING,
        "columns": {
            "order_id": "order",
            "user_id": "who",
            "time": {"value": "2024-03-01"},
            "revenue": {"value": "1"},
        },
    }
    change_settings(limner, "till", {"mapping": mapping}, "ann", NOW)
    assert run_pull(limner, "till", NOW).counts.kept == 1
    assert pulls(limner)[0].refused == ()


def test_a_failure_waits_longer_each_time_and_stops_no_other(
    limner: Limner, tmp_path: Path
) -> None:
    gone = watched(limner, tmp_path, "a-gone", every=60)
    inbox = watched(limner, tmp_path, "till", every=60)
    off = watched(limner, tmp_path, "off")
    from limner.app.sources import set_enabled

    set_enabled(limner, "off", False, "ann", NOW)
    put(off / "a.csv", HEAD + line(7))
    put(inbox / "a.csv", HEAD + line(1))
    gone.rmdir()
    first = run_due(limner, NOW)
    assert [(o.source, o.outcome) for o in first] == [("a-gone", "failed"), ("till", "done")]
    assert "there is no directory" in first[0].detail
    assert [o.next_at - NOW for o in first] == [timedelta(seconds=60)] * 2
    assert run_due(limner, NOW + timedelta(seconds=59)) == []
    second = run_due(limner, NOW + timedelta(seconds=60))
    assert second[0].next_at == NOW + timedelta(seconds=60 + 120)
    at = NOW
    for _ in range(14):
        at = run_pull(limner, "a-gone", at).next_at
    assert run_pull(limner, "a-gone", at).next_at - at == timedelta(hours=6)
    assert {c.source: c.failures for c in pulls(limner)} == {"a-gone": 17, "off": 0, "till": 0}
    gone.mkdir()
    assert run_pull(limner, "a-gone", at).next_at - at == timedelta(seconds=60)
    assert orders(limner) == {"1": 5}


def test_one_at_a_time(limner: Limner, tmp_path: Path) -> None:
    from limner.app.pulls import _alone

    watched(limner, tmp_path)
    with _alone(limner, "till"):
        with pytest.raises(Busy, match="pulled already"):
            run_pull(limner, "till", NOW)
        assert run_due(limner, NOW) == []
    assert len(run_due(limner, NOW)) == 1


def test_what_cannot_be_pulled_says_so(limner: Limner) -> None:
    with pytest.raises(Unknown, match="no source 'x'"):
        run_pull(limner, "x", NOW)
    add_source(limner, "web", "http", {}, "ann", NOW)
    with pytest.raises(Malformed, match="it sends"):
        run_pull(limner, "web", NOW)


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The URL of a shop's database."""
    if request.param == "sqlite":
        sqlite3.connect(tmp_path / "shop.db").close()
        yield f"sqlite:///{tmp_path / 'shop.db'}"
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


def test_a_query_is_read_on_from_its_cursor(limner: Limner, shop: str) -> None:
    engine = create_engine(shop)
    sql = "INSERT INTO orders VALUES (:id, :at, :updated, :paid)"

    def sell(*rows: tuple[int, str, int]) -> None:
        with engine.begin() as connection:
            for order, updated, paid in rows:
                connection.execute(
                    text(sql),
                    {"id": order, "at": "2024-03-01 10:00:00", "updated": updated, "paid": paid},
                )

    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE orders (id INTEGER, at TIMESTAMP, updated TIMESTAMP, paid NUMERIC)")
        )
    sell(*((i, f"2024-03-01 10:{i:02d}:00", 5) for i in range(40)))
    mapping = {**MAPPING, "columns": {"order_id": "id", "time": "at", "revenue": "paid"}}
    settings = {
        "url": shop, "query": "SELECT id, at, updated, paid FROM orders", "cursor": "updated", "chunk_rows": 7,
        "overlap": 120, "mapping": mapping,
    }  # fmt: skip
    add_source(limner, "shop", "sql", settings, "ann", NOW)
    first = run_pull(limner, "shop", NOW)
    assert (first.detail, first.portions) == (
        "6 files: 40 rows read, 40 kept, 0 quarantined, 0 duplicates", 6,
    )  # fmt: skip
    assert run_pull(limner, "shop", NOW).detail == "nothing new"
    # The same moment as the last one read, and a transaction that was committed late.
    sell(
        (40, "2024-03-01 10:39:00", 6),
        (41, "2024-03-01 10:38:10", 7),
        (42, "2024-03-01 10:50:00", 8),
    )
    assert run_pull(limner, "shop", NOW).counts.as_plain() == {
        "read": 3, "kept": 3, "quarantined": 0, "duplicates": 0,
    }  # fmt: skip
    assert len(orders(limner)) == 43
    # What is refused is refused once, however often its moment is read again.
    sell((43, "2024-03-01 10:51:00", -1))
    with engine.begin() as connection:
        connection.execute(text("UPDATE orders SET at = '1800-01-01 00:00:00' WHERE id = 43"))
    assert run_pull(limner, "shop", NOW).counts.quarantined == 1
    assert run_pull(limner, "shop", NOW).detail == "nothing new"
    engine.dispose()


def test_a_query_that_cannot_be_answered_is_an_outcome(limner: Limner, shop: str) -> None:
    settings = {"url": shop, "query": "SELECT * FROM nowhere", "cursor": "id", "mapping": MAPPING}
    add_source(limner, "shop", "sql", settings, "ann", NOW)
    told = run_pull(limner, "shop", NOW)
    assert told.outcome == "failed"
    assert "refuses the query" in told.detail


def test_columns_are_guessed_only_when_asked_to(limner: Limner, tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="guess: true"):
        watched(limner, tmp_path, "a", mapping=None)
    inbox = watched(
        limner, tmp_path, "b", mapping=None, guess=True, clean={"city": [{"case": "title"}]}
    )
    put(
        inbox / "members.csv",
        "member id,email,city\n" + "".join(f"{i},a{i}@b.example,ROME\n" for i in range(5)),
    )
    assert run_pull(limner, "b", NOW).counts.kept == 5
    [row] = limner.lake.query("SELECT DISTINCT source, city FROM customers").to_pylist()
    assert row == {"source": "b", "city": "Rome"}


@pytest.mark.parametrize("named", [{"source": "other"}, {}])
def test_a_mapping_file_in_the_home(limner: Limner, tmp_path: Path, named: dict[str, str]) -> None:
    inbox = watched(limner, tmp_path, mapping="till.yaml")
    put(inbox / "a.csv", HEAD + line(1))
    assert "there is no mapping file" in run_pull(limner, "till", NOW).detail
    (limner.settings.home / "till.yaml").write_text(json.dumps({**MAPPING, **named}))
    assert run_pull(limner, "till", NOW).counts.kept == 1
    assert limner.lake.query("SELECT source FROM events").to_pylist() == [{"source": "till"}]


def test_the_command_line(tmp_path: Path) -> None:
    home, inbox = tmp_path / "home", tmp_path / "in"
    inbox.mkdir()
    put(inbox / "a.csv", HEAD + line(1) + "2,M1,no day,A,5\n", at=datetime.now(UTC))

    def limner(*words: object) -> subprocess.CompletedProcess[str]:
        command = [Path(sys.executable).parent / "limner", "source", *words, "--home", home]
        return subprocess.run(
            [str(w) for w in command], capture_output=True, text=True, check=False
        )

    settings = {"path": str(inbox), "mapping": MAPPING}
    pairs = [f"--setting={key}={json.dumps(value)}" for key, value in settings.items()]
    assert limner("add", "till", "--kind", "directory", *pairs).returncode == 0
    told = limner("pull", "till")
    assert "2 rows read, 1 kept, 1 quarantined" in told.stdout, told
    assert "limner quarantine list" in told.stdout
    assert limner("pull", "--due").stdout == "no source is due\n"
    assert json.loads(limner("pull", "till", "--json").stdout)[0]["outcome"] == "done"
    assert limner("pull").returncode == 2
    (inbox / "a.csv").unlink()
    inbox.rmdir()
    assert limner("pull", "till").returncode == 1


PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from limner.app import Limner
from limner.app.pulls import run_pull
limner = Limner.open(Path(sys.argv[1]))
print("ready", flush=True)
told = run_pull(limner, sys.argv[2], datetime(2024, 6, 1, 12, tzinfo=UTC))
print(told.outcome, told.detail, flush=True)
"""


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["sql", "directory"])
def test_killed_anywhere_and_run_again_it_has_the_same_rows(
    limner: Limner, tmp_path: Path, kind: str
) -> None:
    import random

    lots = random.Random(7)
    if kind == "sql":
        shop = sqlite3.connect(tmp_path / "shop.db")
        shop.execute("CREATE TABLE orders (id, member, at, sku, paid, updated)")
        shop.executemany(
            "INSERT INTO orders VALUES (?, 'M', '2024-03-01', 'A', 5, ?)",
            [(i, i // 10) for i in range(300)],
        )
        shop.commit()
        settings = {
            "url": f"sqlite:///{tmp_path / 'shop.db'}", "query": "SELECT * FROM orders", "cursor": "updated",
            "overlap": 2, "chunk_rows": 25, "mapping": MAPPING,
        }  # fmt: skip
        add_source(limner, "it", "sql", settings, "ann", NOW)
    else:
        inbox = watched(limner, tmp_path, "it")
        for file in range(12):
            put(inbox / f"{file:02d}.csv", HEAD + "".join(line(25 * file + i) for i in range(25)))
    home = limner.settings.home
    killed = 0
    for _ in range(5):
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(home), "it"], stdout=subprocess.PIPE, text=True
        )
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        time.sleep(lots.random() * 1.5)
        program.send_signal(signal.SIGKILL)
        killed += program.wait() == -signal.SIGKILL
        program.stdout.close()
    assert killed >= 1
    assert run_pull(limner, "it", NOW).outcome == "done"
    assert run_pull(limner, "it", NOW).detail == "nothing new"
    assert orders(limner) == {str(i): 5 for i in range(300)}
    lines = limner.lake.query(
        "SELECT sum(len(products)) AS n, count(*) AS rows FROM events"
    ).to_pylist()
    assert lines == [{"n": 300, "rows": 300}]
