"""`limner identity`: every deed from the command line, as JSON and for people."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from limner.app import Limner
from limner.app.identity import Book, Sighting
from limner.cli import identity as under_test
from limner.core.errors import Malformed, Unknown
from limner.govern import audit

AT = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    device = ("anonymous_id", "d1")
    rows = [(device,), (("user_id", "ann"), device), (("user_id", "bob"), device)]
    Book(Limner.open(tmp_path / "home")).observe(
        [Sighting(keys, "web", AT + timedelta(minutes=n)) for n, keys in enumerate(rows)]
    )
    return tmp_path / "home"


def run(capsys: pytest.CaptureFixture[str], home: Path, *words: str, as_json: bool = True) -> Any:
    cli = typer.Typer()
    under_test.register(cli)
    capsys.readouterr()
    cli(["identity", *words, "--home", str(home), *["--json"] * as_json], standalone_mode=False)
    told = capsys.readouterr().out
    return json.loads(told) if as_json else told


def test_show_says_who_somebody_is_and_why(home: Path, capsys: Any) -> None:
    found = run(capsys, home, "show", "d1")
    assert found["customer_id"] == "ann"
    assert [card["value"] for card in found["identifiers"]] == ["ann", "d1"]
    assert {entry["action"] for entry in found["log"]} == {"renamed", "refused"}
    assert "d1 is ann" in run(capsys, home, "show", "d1", as_json=False)
    with pytest.raises(Unknown, match="'eve'"):
        run(capsys, home, "show", "eve")


def test_merging_and_un_merging(home: Path, capsys: Any) -> None:
    done = run(capsys, home, "merge", "ann", "bob")
    assert done["customer_id"] == "ann"
    (entry,) = run(capsys, home, "log", "--action", "merged")
    assert entry["entry_id"] == done["entry_id"]
    assert run(capsys, home, "unmerge", str(done["entry_id"]))["customers"] == ["ann", "bob"]
    assert "unmerged" in run(capsys, home, "log", as_json=False)
    assert [e["action"] for e in run(capsys, home, "log", "bob", "--action", "refused")] == [
        "refused"
    ]
    actions = [entry.action for entry in audit.entries(Limner.open(home).store)]
    assert actions == ["customers.unmerged", "customers.merged"]


def test_a_review_is_listed_and_decided(home: Path, capsys: Any) -> None:
    (card,) = run(capsys, home, "review")
    assert "accounts" in run(capsys, home, "review", as_json=False)
    with pytest.raises(Malformed, match="after the review's id"):
        run(capsys, home, "review", card["review_id"])
    assert run(capsys, home, "review", card["review_id"], "same")["customer_id"] == "ann"
    assert run(capsys, home, "review") == []
    assert len(run(capsys, home, "review", "--status", "all")) == 1


def test_blocks_are_set_listed_and_taken_away(home: Path, capsys: Any) -> None:
    done = run(capsys, home, "block", "anonymous_id", "d*", "--reason", "the tablet at the till")
    assert sorted(done["apart"]) == ["ann", "d1"]
    assert [card["value"] for card in run(capsys, home, "block")] == ["d*"]
    assert run(capsys, home, "unblock", "anonymous_id", "d*") == {"unblocked": True}
    assert "nothing is blocked" in run(capsys, home, "block", as_json=False)
    assert run(capsys, home, "show", "d1")["customer_id"] == "ann"


def test_trust_is_set_listed_and_cleared(home: Path, capsys: Any) -> None:
    (rule,) = run(capsys, home, "trust", "email", "crm", "web", "--order", "complete")
    assert (rule["sources"], rule["order"]) == (["crm", "web"], ["complete"])
    assert run(capsys, home, "trust", "email", "--clear") == []
    assert "no rules" in run(capsys, home, "trust", as_json=False)
