"""A worker that keeps memberships alive, killed dozens of times: every change is told, each once."""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.simple_judge import DAYS

pytestmark = [pytest.mark.faults, pytest.mark.slow]

ROUNDS = int(os.environ.get("LIMNER_TEST_STREAM_ROUNDS", "40"))
Told = tuple[str, str, str, int]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("memberships") / "home"
    program = Path(__file__).with_name("membership_rounds.py")
    command = [sys.executable, str(program), str(home), str(ROUNDS), "11"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3_000:]
    assert "unforeseen" not in done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def who_of(outcome: dict[str, Any], event: dict[str, Any]) -> str:
    """The customer that somebody turned out to be."""
    user = event.get("userId")
    return user or outcome["found"]["who"].get(event["anonymousId"], event["anonymousId"])


def orders(outcome: dict[str, Any]) -> dict[str, list[date]]:
    found: dict[str, list[date]] = defaultdict(list)
    for event in outcome["sent"]:
        if event["type"] == "track":
            day = datetime.fromisoformat(event["timestamp"]).date()
            found[who_of(outcome, event)].append(day)
    return found


def holding(days: list[date], today: date) -> set[str]:
    """The segments somebody is in who ordered on some days."""
    past = [day for day in days if day <= today]
    if not past:
        return set()
    is_fresh = any(day > today - timedelta(days=DAYS) for day in past)
    many = {"regulars"} if len(past) >= 3 else set()
    return {"buyers", "fresh" if is_fresh else "asleep"} | many


def course(days: list[date], last: date) -> Counter[tuple[str, str, date]]:
    """What is told of somebody, day by day: first what the turn of the day does, then the orders."""
    told: Counter[tuple[str, str, date]] = Counter()
    was: set[str] = set()
    today = min(days)
    while today <= last:
        before = [day for day in days if day < today]
        for now in (holding(before, today), holding(days, today)):
            told.update(("Segment Exited", code, today) for code in was - now)
            told.update(("Segment Entered", code, today) for code in now - was)
            was = now
        today += timedelta(days=1)
    return told


def test_it_was_killed_that_often(outcome: dict[str, Any]) -> None:
    assert outcome["ends"]["killed"] > ROUNDS / 2
    assert outcome["ends"]["at a point"] > ROUNDS / 6


def test_every_change_is_in_the_lake_once_and_none_waits(outcome: dict[str, Any]) -> None:
    found = outcome["found"]
    assert found["waiting"] == 0
    assert set(Counter(event_id for event_id, *_ in found["told"]).values()) == {1}
    assert found["others"] == len(outcome["sent"])


def test_what_was_told_of_each_customer_is_what_happened(outcome: dict[str, Any]) -> None:
    """Of customers with one identifier: for others it depends on when they came to be one."""
    last = datetime.fromisoformat(outcome["last"]).date()
    told: dict[str, Counter[tuple[str, str, date]]] = defaultdict(Counter)
    for _, customer, event, code, time in outcome["found"]["told"]:
        at = datetime.fromtimestamp(time / 1e6).astimezone().date()
        told[customer][event, code, at] += 1
    alone = {who: days for who, days in orders(outcome).items() if who.startswith("u")}
    assert len(alone) > 8
    for who, days in alone.items():
        assert told[who] == course(days, last), who
    changes = [event for of in told.values() for event, _, _ in of.elements()]
    assert changes.count("Segment Exited") > 10


def test_members_are_those_of_whom_the_rules_hold(outcome: dict[str, Any]) -> None:
    last = datetime.fromisoformat(outcome["last"]).date()
    expected = {
        (who, code) for who, days in orders(outcome).items() for code in holding(days, last)
    }
    assert {tuple(pair) for pair in outcome["found"]["members"]} == expected


def test_who_was_merged_is_in_no_segment_under_the_other_name(outcome: dict[str, Any]) -> None:
    """And was told to have entered what the joined customer is in, under one name or the other."""
    joined = {d: name for d, name in outcome["found"]["who"].items() if name != d}
    assert joined
    names = {customer for customer, _ in outcome["found"]["members"]}
    assert not names & joined.keys()
    entered = {(who, code) for _, who, event, code, _ in outcome["found"]["told"] if event == "Segment Entered"}  # fmt: skip
    for device, name in joined.items():
        for customer, code in outcome["found"]["members"]:
            if customer == name:
                assert (name, code) in entered or (device, code) in entered
