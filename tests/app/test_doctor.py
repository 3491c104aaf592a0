import doctest
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from limner.app import Limner, doctor
from limner.app.doctor import examine

LIMNER = Path(sys.executable).parent / "limner"


def states(home: Path) -> dict[str, str]:
    return {finding.name: finding.state for finding in examine(home)}


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(doctor).failed == 0


def test_looking_changes_nothing(tmp_path: Path) -> None:
    assert states(tmp_path / "none")["home"] == "warn"
    assert not (tmp_path / "none").exists()
    (tmp_path / "home").mkdir()
    examine(tmp_path / "home")
    assert list((tmp_path / "home").iterdir()) == []


def test_a_home_in_use_is_well(limner: Limner, monkeypatch) -> None:
    monkeypatch.setenv("LIMNER_TIMEZONE", "Asia/Shanghai")
    limner.lake.append("events", pa.table({"event_id": ["1"], "date": pa.array([0], pa.date32())}))
    found = states(limner.settings.home)
    assert {state for name, state in found.items() if name != "disk"} == {"ok"}


@pytest.mark.parametrize(
    ("variable", "value", "part"),
    [
        ("LIMNER_TIMEZONE", "Mars/Olympus", "time zone"),
        ("LIMNER_CURRENCY", "dollars", "currency"),
        ("LIMNER_STORE_URL", "postgresql://u:sesame@127.0.0.1:1/x", "store"),
        ("LIMNER_SMTP_URL", "smtp://u:sesame@127.0.0.1:1", "mail"),
        ("LIMNER_SMTP_URL", "mailhost", "mail"),
    ],
)
def test_what_is_wrong_is_said_and_no_secret(limner, monkeypatch, variable, value, part) -> None:
    monkeypatch.setenv(variable, value)
    found = examine(limner.settings.home)
    assert next(finding.name for finding in found if finding.state == "wrong") == part
    assert "sesame" not in str(found)


def test_a_broken_table_is_found(limner: Limner) -> None:
    limner.lake.append("stores", pa.table({"store_id": ["1"]}))
    for file in (limner.settings.home / "lake" / "stores").glob("*.parquet"):
        file.unlink()
    assert states(limner.settings.home)["lake"] == "wrong"


def test_settings_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "limner.toml").write_text("timezone = ")
    assert states(tmp_path)["settings"] == "wrong"


def test_the_command_fails_when_something_is_wrong(tmp_path: Path) -> None:
    def run(**env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LIMNER, "doctor", "--home", tmp_path, "--json"], capture_output=True, text=True,
            check=False, env={**os.environ, **env},
        )  # fmt: skip

    well, wrong = run(), run(LIMNER_CURRENCY="dollars")
    assert (well.returncode, json.loads(well.stdout)["is_well"]) == (0, True)
    assert (wrong.returncode, json.loads(wrong.stdout)["is_well"]) == (1, False)
