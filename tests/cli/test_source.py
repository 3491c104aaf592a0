"""`limner source`: what is printed is what works."""

import json
from pathlib import Path

import pytest
import typer

from limner.app import Limner
from limner.app.sources import source
from limner.cli import source as under_test
from limner.core.errors import Malformed


def run(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> str:
    cli = typer.Typer()
    under_test.register(cli)
    capsys.readouterr()
    cli(["source", *words, "--home", str(home)], standalone_mode=False)
    return capsys.readouterr().out


def test_a_source_from_first_to_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = json.loads(
        run(capsys, tmp_path, "add", "web", "--setting", "internal_ips=[10.0.0.0/8]", "--json")
    )
    assert (made["source"], made["kind"], len(made["write_key"])) == ("web", "http", 32)
    new = json.loads(run(capsys, tmp_path, "rotate", "web", "--json"))["write_key"]
    assert json.loads(run(capsys, tmp_path, "revoke", made["write_key"], "--json")) == {
        "revoked": 1
    }
    assert json.loads(run(capsys, tmp_path, "disable", "web", "--json"))["is_enabled"] is False
    (row,) = json.loads(run(capsys, tmp_path, "list", "--json"))
    assert (row["source"], row["is_enabled"], row["settings"]) == (
        "web",
        False,
        {"internal_ips": ["10.0.0.0/8"]},
    )
    assert [(k["write_key"], k["revoked_at"] is None) for k in row["keys"]] == [
        (new, True),
        (made["write_key"], False),
    ]
    run(capsys, tmp_path, "enable", "web")
    run(capsys, tmp_path, "set", "web", "requests_per_second=20", "internal_ips=")
    card = source(Limner.open(tmp_path), "web")
    assert (card.is_enabled, card.settings) == (True, {"requests_per_second": 20})


def test_people_are_told_what_to_paste(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "limner source add" in run(capsys, tmp_path, "list")
    said = run(capsys, tmp_path, "add", "web", "--url", "https://events.shop.example/")
    key = source(Limner.open(tmp_path), "web").keys[0].write_key
    assert (
        f'AnalyticsBrowser.load({{ writeKey: "{key}", cdnURL: "https://events.shop.example" }})'
        in said
    )
    assert f"curl https://events.shop.example/v1/track -u {key}:" in said
    assert "web" in run(capsys, tmp_path, "list")


def test_a_pattern_of_files_needs_no_quotes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("path=/srv/out", "glob=*.csv", "every=60", "guess=true")
    asked = [word for pair in words for word in ("--setting", pair)]
    run(capsys, tmp_path, "add", "till", "--kind", "directory", *asked)
    settings = source(Limner.open(tmp_path), "till").settings
    assert settings == {"path": "/srv/out", "glob": "*.csv", "every": 60, "guess": True}
    with pytest.raises(Malformed, match="is not YAML"):
        run(capsys, tmp_path, "set", "till", "glob=[*.csv")


def test_a_setting_is_a_pair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("channel", "=web", "channel=[", "requests_per_second=-1"):
        with pytest.raises(Malformed) as caught:
            run(capsys, tmp_path, "add", "web", "--setting", wrong)
        assert caught.value.code == "source-setting"
