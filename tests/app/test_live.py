"""What pages and commands see of the live side."""

import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
import typer
from typer.testing import CliRunner

from limner.app import Limner, live
from limner.app.live import Held
from limner.app.quarantine import Choice, all_reasons, all_waiting, drop_all, replay_all
from limner.app.sources import add_source
from limner.app.worker import Worker, work_through
from limner.cli import live as live_commands
from limner.cli import quarantine as quarantine_commands
from limner.cli.options import language_of
from limner.collect.log import Batch, Item
from limner.core.errors import Malformed, Unknown
from limner.govern import audit
from limner.understand.live import Facts

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def worked(limner: Limner) -> Limner:
    """Three events in the live state, the first two of them in the lake, one waiting."""
    add_source(limner, "web", "http", {}, "ann", NOW)
    worker = Worker(limner)
    for number, who in enumerate(({"userId": "u1"}, {"anonymousId": "d1"}, {}, {"userId": "u1"})):
        event = {"type": "page", "messageId": f"m{number}", "name": f"Page {number}", **who}
        received = int((NOW + timedelta(seconds=number)).timestamp() * 1e6) + 1
        item = Item(b"%016d" % number, json.dumps(event).encode())
        worker._log.append([Batch("web", received, b"{}", [item])])
        worker.step()
        if number == 1:
            worker.settle_all()
    worker.close()
    return limner


def test_before_a_worker_was_started_there_is_nothing(limner: Limner) -> None:
    assert live.recent_events(limner) == []
    assert live.events_of(limner, [("user_id", "u1")]) == []
    assert live.facts_of(limner, [("user_id", "u1")]) == Facts()
    assert live.waiting_reasons(limner) == []
    assert live.replay_events(limner, Held(), "ann", NOW) == 0
    found = live.status(limner)
    assert (found.position, found.is_working, found.fault) == (0, False, "")


def test_a_timeline_has_each_event_once_wherever_it_is(worked: Limner) -> None:
    rows = live.events_of(worked, [("user_id", "u1"), ("anonymous_id", "d1")])
    assert [row["time"].second for row in rows] == [3, 1, 0]
    assert [len(live.events_of(worked, [("user_id", "u1")], most)) for most in (1, 9)] == [1, 2]
    in_lake = worked.lake.fetch(worked.lake.table("events")).to_pylist()
    assert rows[1:] == sorted(in_lake, key=lambda row: row["time"], reverse=True)


def test_facts_of_several_identifiers_are_added_up(worked: Limner) -> None:
    facts = live.facts_of(worked, [("user_id", "u1"), ("anonymous_id", "d1"), ("email", "x@y.org")])
    assert (facts.events, facts.page_views) == (3, 3)


def test_the_status_tells_lag_and_speed(worked: Limner) -> None:
    found = live.status(worked, NOW + timedelta(seconds=10))
    assert found.events_per_second == {"web": round(4 / 60, 2)}
    assert (found.lake_position, found.lake_lag_events, found.waiting) == (2, 2, 1)
    assert found.totals == {"web": {"ok": 3, "quarantined": 1}}
    live._log(worked.settings.log_url).append(
        [Batch("web", int(NOW.timestamp() * 1e6), b"{}", [Item(b"x" * 16, b"{}")])]
    )
    behind = live.status(worked, NOW + timedelta(seconds=10))
    assert (behind.lag_events, behind.lag_seconds) == (1, 10.0)


def test_arrivals_are_counted_by_second(worked: Limner) -> None:
    found = live.arrivals(worked, NOW + timedelta(seconds=4), 60)
    assert [(at.second, verdict, events) for at, _, verdict, events in found] == [
        (0, "ok", 1), (1, "ok", 1), (2, "quarantined", 1), (3, "ok", 1),
    ]  # fmt: skip


def test_deeds_are_in_the_audit_without_values(worked: Limner) -> None:
    live.correct_events(worked, Held(code="customer-missing"), "userId", "secret", "ann", NOW)
    live.drop_events(worked, Held(), "ann", NOW)
    entries = audit.entries(worked.store)[:2]
    assert [e.action for e in entries] == ["quarantine.dropped", "quarantine.corrected"]
    assert "secret" not in json.dumps([e.detail for e in entries])


# ---- one quarantine


def test_events_and_rows_of_files_are_one_list(worked: Limner) -> None:
    row = {
        "row_id": "ab12", "source": "till", "kind": "order_lines", "file": "a.csv", "line": 3,
        "code": "missing", "column": "qty", "reason": "no qty", "status": "waiting", "row": "{}",
        "digest": "d", "mapping": "{}", "at": NOW,
    }  # fmt: skip
    worked.lake.append("quarantine", pa.Table.from_pylist([row]))
    assert all_reasons(worked, Choice()).select(["source", "kind", "rows"]).to_pylist() == [
        {"source": "till", "kind": "order_lines", "rows": 1},
        {"source": "web", "kind": "live", "rows": 1},
    ]
    listed = all_waiting(worked, Choice()).to_pylist()
    assert [(r["file"], r["line"]) for r in listed] == [("a.csv", 3), ("page", 3)]
    assert drop_all(worked, Choice(source="web"), "ann", NOW) == 1
    assert drop_all(worked, Choice(), "ann", NOW) == 1
    with pytest.raises(Unknown):
        drop_all(worked, Choice(), "ann", NOW)


def test_without_a_worker_a_replay_is_done_here(worked: Limner) -> None:
    choice = Choice(code="customer-missing")
    assert replay_all(worked, choice, "ann", NOW).as_plain() == {
        "read": 1, "kept": 0, "quarantined": 1, "duplicates": 0,
    }  # fmt: skip
    live.correct_events(worked, Held(), "userId", "u1", "ann", NOW)
    assert replay_all(worked, choice, "ann", NOW).kept == 1
    assert live.facts_of(worked, [("user_id", "u1")]).events == 3


# ---- commands

_APP = typer.Typer()
live_commands.register(_APP)
quarantine_commands.register(_APP)


def run(limner: Limner, *words: str) -> str:
    result = CliRunner().invoke(_APP, [*words, "--home", str(limner.settings.home)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_status_in_words_and_as_json(worked: Limner) -> None:
    said = run(worked, "live", "status")
    assert "no worker is at work" in said
    assert "4 events accepted, 4 worked on" in said
    assert json.loads(run(worked, "live", "status", "--json"))["lake_lag_events"] == 2


def test_the_tail_shows_what_arrived(worked: Limner) -> None:
    lines = run(worked, "live", "tail", "--no-follow").splitlines()
    assert len(lines) == 4
    assert "quarantined web · page · – the event names nobody" in lines[2]
    chinese = run(worked, "live", "tail", "--no-follow", "--lang", "zh").splitlines()
    assert "事件未标识任何人" in chinese[2]
    (line,) = run(worked, "live", "tail", "--no-follow", "--json", "--most", "1").splitlines()
    assert json.loads(line)["anchor"] == "user_id:u1"


def test_the_quarantine_says_its_reasons_in_both_languages(worked: Limner) -> None:
    for listed in ((), ("--rows",)):
        asked = ("quarantine", "list", "--json", *listed)
        for lang, told in (("zh", "事件未标识任何人"), ("en", "the event names nobody")):
            found = json.loads(run(worked, *asked, "--lang", lang))
            assert [told in row["reason"] for row in (*found["reasons"], *found["rows"])] == [True] * 2  # fmt: skip
    with pytest.raises(Malformed, match="use en or zh"):
        language_of("fr")


def test_the_quarantine_commands_know_live_events(worked: Limner) -> None:
    assert json.loads(run(worked, "quarantine", "list", "--json"))["reasons"][0]["kind"] == "live"
    run(worked, "quarantine", "correct", "--column", "userId", "--value", "u5", "--source", "web")
    assert "1 kept" in run(worked, "quarantine", "replay")
    assert "nothing waits" in run(worked, "quarantine", "list")
    assert work_through(worked) == 0
