"""`limner consent` and `limner suppress`: any identifier will do, all or nothing, and audited."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from limner.app import Limner
from limner.app.identity import Book, Sighting
from limner.cli import consent as under_test
from limner.core.errors import Malformed
from limner.govern import audit


@pytest.fixture
def home(tmp_path: Path) -> Path:
    seen = (("user_id", "V1"), ("email", "ann@shop.example"))
    at = datetime(2024, 1, 1, tzinfo=UTC)
    Book(Limner.open(tmp_path / "home")).observe([Sighting(seen, "web", at)])
    return tmp_path / "home"


def run(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> object:
    cli = typer.Typer()
    under_test.register(cli)
    capsys.readouterr()
    cli([*words, "--home", str(home), "--json"], standalone_mode=False)
    return json.loads(capsys.readouterr().out)


def test_a_customer_may_be_named_by_any_identifier(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, home, "consent", "grant", " ANN@Shop.example", "--proof", "form 7")
    run(capsys, home, "consent", "withdraw", "ann@shop.example", "--proof", "call")
    said = run(capsys, home, "consent", "show", "ann@shop.example")
    assert [(each["customer_id"], each["is_granted"]) for each in said] == [("ann@shop.example", False), ("ann@shop.example", True)]  # type: ignore[attr-defined]  # fmt: skip
    assert run(capsys, home, "consent", "show", "V1") == said  # whatever V1 said under any name
    assert [e.action for e in audit.entries(Limner.open(home).store)] == ["consents.noted"] * 2


def test_a_file_is_noted_once_and_whole(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home.parent / "c.csv"
    file.write_text("customer,granted,at\nann@shop.example,yes,2024-03-01\nX9,是,2024-03-01\n")
    first = run(capsys, home, "consent", "import", str(file))
    assert first == {"read": 2, "noted": 2, "known": 0, "unknown": 1}
    again = run(capsys, home, "consent", "import", str(file))
    assert again == {"read": 2, "noted": 0, "known": 2, "unknown": 1}
    file.write_text("customer,granted,at\nX8,yes,2024-03-01\nX9,perhaps,2024-03-01\n")
    with pytest.raises(Malformed, match="line 3: granted is 'perhaps'; write yes or no"):
        run(capsys, home, "consent", "import", str(file))
    assert run(capsys, home, "consent", "show", "X8") == []


def test_the_suppression_list(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add = ("suppress", "add", "Bob@shop.example", "--reason", "complaint")
    assert [run(capsys, home, *add), run(capsys, home, *add)] == [{"added": 1}, {"added": 0}]
    (row,) = run(capsys, home, "suppress", "list")  # type: ignore[misc]
    assert (row["address"], row["reason"]) == ("bob@shop.example", "complaint")
    assert run(capsys, home, "suppress", "remove", "bob@shop.example") == {"removed": 1}
    assert run(capsys, home, "suppress", "list") == []
    assert audit.entries(Limner.open(home).store)[0].action == "address.unsuppressed"
