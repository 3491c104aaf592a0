"""`limner plan`: what is shown can be set again, and a wrong file changes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from limner.cli import plan as under_test
from limner.core.errors import Malformed


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(capsys: pytest.CaptureFixture[str], home: Path, *words: str, as_json: bool = True) -> Any:
    cli = typer.Typer()
    under_test.register(cli)
    capsys.readouterr()
    more = ["--json"] if as_json else []
    cli(["plan", *words, "--home", str(home), *more], standalone_mode=False)
    said = capsys.readouterr().out
    return json.loads(said) if as_json else said


def test_what_is_shown_can_be_set_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home.parent / "plan.yaml"
    file.write_text(
        "- event: 订单完成\n  on_breach: quarantine\n  schema: {required: [order_id]}\n"
    )
    (card,) = run(capsys, home, "set", str(file))
    assert (card["event"], card["source"], card["version"]) == ("订单完成", "*", 1)
    file.write_text(run(capsys, home, "show", "订单完成", as_json=False))
    (again,) = run(capsys, home, "set", str(file))
    assert again == card
    assert [one["event"] for one in run(capsys, home, "list")] == ["订单完成"]
    assert run(capsys, home, "remove", "订单完成") == {"removed": 1}
    assert run(capsys, home, "list") == []


def test_a_file_that_cannot_be_read_names_its_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home.parent / "plan.yaml"
    file.write_text("event: A\nschema: {required: [\n")
    with pytest.raises(Malformed, match=r"plan.yaml, line \d"):
        run(capsys, home, "set", str(file))
