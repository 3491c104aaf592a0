"""Door and worker killed hundreds of times: nothing is lost, nothing doubled, everything adds up."""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from limner.core.event import stable_id

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SEEDS = (7, 8)
ROUNDS = int(os.environ.get("LIMNER_TEST_STREAM_ROUNDS", "100"))  # of each seed
Event = dict[str, Any]
GAP = timedelta(minutes=30)


def small_disk(at: Path) -> bool:
    """A small file system in memory; whether one can be mounted here."""
    at.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", str(at)]
    is_possible = sys.platform == "linux" and os.geteuid() == 0
    return is_possible and subprocess.run(mount, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, dict[str, Any]]]:
    """What the rounds of each seed came to; they wait more than they work, so they go side by side."""
    place = tmp_path_factory.mktemp("stream")
    disks = {seed: place / str(seed) for seed in SEEDS}
    can_resize = {seed: small_disk(disk) for seed, disk in disks.items()}
    program = Path(__file__).with_name("stream_rounds.py")
    running = {}
    for seed in SEEDS:
        command = [sys.executable, program, disks[seed] / "home", str(ROUNDS), str(seed)]
        with (place / f"{seed}.json").open("w") as out, (place / f"{seed}.err").open("w") as err:
            more = ["resize"] if can_resize[seed] else []
            running[seed] = subprocess.Popen([*command, *more], stdout=out, stderr=err)
    found = {}
    try:
        for seed, process in running.items():
            code = process.wait()
            told = (place / f"{seed}.err").read_text().splitlines()
            told = [line for line in told if "leaked" not in line]
            assert code == 0, told[-20:]
            assert not [line for line in told if line.startswith("unforeseen")], told[-20:]
            found[seed] = json.loads((place / f"{seed}.json").read_text())
            found[seed]["can_resize"] = can_resize[seed]
        yield found
    finally:
        for seed, process in running.items():
            process.kill()
            if can_resize[seed]:
                subprocess.run(["umount", "--lazy", str(disks[seed])], check=True)


@pytest.fixture(scope="module", params=SEEDS)
def outcome(outcomes: dict[int, dict[str, Any]], request: pytest.FixtureRequest) -> dict[str, Any]:
    return outcomes[request.param]


@pytest.fixture(scope="module")
def found(outcome: dict[str, Any]) -> dict[str, Any]:
    return outcome["found"]


@pytest.fixture(scope="module")
def expected(outcome: dict[str, Any]) -> dict[str, list[Event]]:
    """What becomes of each event, worked out from what was sent and which were corrected."""
    waiting = {message for message, _ in outcome["found"]["waiting"]}
    by_verdict: dict[str, list[Event]] = defaultdict(list)
    for event in outcome["sent"]:
        if event.get("event") == "Lost":
            by_verdict["lost"].append(event)
        elif "Googlebot" in event["context"]["userAgent"]:
            by_verdict["bot"].append(event)
        elif event.get("event") == "Order Completed" and "revenue" not in event["properties"]:
            is_waiting = event["messageId"] in waiting
            by_verdict["breaching" if is_waiting else "corrected"].append(event)
        else:
            by_verdict["ok"].append(event)
    return by_verdict


def ids(events: list[Event]) -> set[str]:
    return {stable_id("web", event["messageId"]) for event in events}


def test_it_was_killed_that_often(outcome: dict[str, Any]) -> None:
    ends = outcome["ends"]
    assert ends["killed"] == ROUNDS
    assert ends["at a point"] > ROUNDS / 4
    assert ends["door killed"] > ROUNDS / 8
    assert bool(ends["full disks"]) == (outcome["can_resize"] and ROUNDS >= 20)


def test_everything_accepted_was_worked_on_and_is_in_the_lake(found: dict[str, Any]) -> None:
    assert found["position"] == found["log_end"] == found["lake_position"]


def test_the_lake_has_each_good_event_once(
    found: dict[str, Any], expected: dict[str, list[Event]]
) -> None:
    there = Counter(row["event_id"] for row in found["lake"])
    assert set(there.values()) == {1}
    assert set(there) == ids(expected["ok"] + expected["corrected"])
    assert expected["corrected"]


def test_what_cannot_be_taken_waits_once_with_its_reason(
    found: dict[str, Any], expected: dict[str, list[Event]]
) -> None:
    assert Counter(map(tuple, found["waiting"])) == Counter(
        [(event["messageId"], "customer-missing") for event in expected["lost"]]
        + [(event["messageId"], "plan-breach") for event in expected["breaching"]]
    )
    assert found["counts"] == {
        "waiting": len(expected["lost"]) + len(expected["breaching"]),
        "replaying": 0, "replayed": len(expected["corrected"]), "dropped": 0,
    }  # fmt: skip


def test_the_counts_add_up(found: dict[str, Any], expected: dict[str, list[Event]]) -> None:
    assert found["totals"] == {
        "ok": len(expected["ok"]) + len(expected["corrected"]),
        "bot": len(expected["bot"]),
        "quarantined": len(expected["lost"]) + len(expected["breaching"]),
    }


def test_live_facts_are_those_of_the_events(
    found: dict[str, Any], expected: dict[str, list[Event]]
) -> None:
    facts: dict[str, Counter[str]] = defaultdict(Counter)
    for event in expected["ok"] + expected["corrected"]:
        anchor = event.get("userId") or event["anonymousId"]
        one = facts[anchor]
        one["events"] += 1
        one["page_views"] += event["type"] == "page"
        if event["type"] == "track":
            one["orders"] += 1
            one["revenue"] += event["properties"].get("revenue", 7) * 1_000_000
    for row in found["lake"]:
        facts[row["customer_id"]]["sessions"] += row["session_id"] == row["event_id"]
    assert {name: +Counter(one) for name, one in found["facts"].items()} == {
        name: +one for name, one in facts.items()
    }


def test_visits_are_those_of_each_device(found: dict[str, Any]) -> None:
    """In the order in which events were worked on, each joins the visit it fell in."""
    visits: dict[str, list[list[Any]]] = defaultdict(list)
    for event in sorted(found["recent"], key=lambda e: e["position"]):
        if event["verdict"] != "ok":
            continue
        time = datetime.fromisoformat(event["time"])
        mine = visits[event["device"]]
        mine.sort(key=lambda visit: visit[1])
        order = [*mine[-1:], *mine[:-1]]
        visit = next((v for v in order if v[1] - GAP <= time <= v[2] + GAP), None)
        if visit is None:
            mine.append([event["event_id"], time, time])
            visit = mine[-1]
        visit[1], visit[2] = min(visit[1], time), max(visit[2], time)
        assert event["session_id"] == visit[0]


def test_recent_events_and_the_timeline_show_each_once(
    found: dict[str, Any], expected: dict[str, list[Event]]
) -> None:
    good = ids(expected["ok"] + expected["corrected"])
    shown = Counter(e["event_id"] for e in found["recent"] if e["verdict"] == "ok")
    assert shown == Counter(good)
    assert Counter(found["timeline"]) == Counter(good)


def test_who_signed_in_is_one_customer_with_the_device(
    found: dict[str, Any], expected: dict[str, list[Event]]
) -> None:
    owner = {
        event["anonymousId"]: event["userId"]
        for event in expected["ok"] + expected["corrected"]
        if event.get("userId")
    }
    for device, user in owner.items():
        assert found["customers_of"][f"anonymous_id:{device}"] == user
    assert len(owner) > 50


def test_customer_records_say_what_was_said_last(
    found: dict[str, Any], outcome: dict[str, Any]
) -> None:
    said = {e["userId"] for e in outcome["sent"] if e["type"] == "identify"}
    assert {row["record_id"] for row in found["customers"]} == said
