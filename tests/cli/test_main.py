"""What the command line says when it cannot go on: one line, and an exit code that says whose it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from limner.cli import apply
from limner.cli.main import main
from limner.cli.output import writing_to
from limner.cli.serve import keep_values_from_the_log
from limner.core.errors import Malformed


def said(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:  # fmt: skip
    monkeypatch.setattr(sys, "argv", ["limner", *words])
    with pytest.raises(SystemExit) as caught:
        main()
    code = caught.value.code
    assert isinstance(code, int)
    return code, " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["segment", "count"], "Missing argument 'EXPRESSION'; see limner segment count --help"),
        (
            ["segmnt"],
            "No such command 'segmnt'. Did you mean 'segment', 'consent'?; see limner --help",
        ),
    ],
)
def test_wrong_words_name_the_command_that_explains_them(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(words, monkeypatch, capsys) == (2, f"error usage: {told}")


def test_a_place_that_cannot_be_written_to_is_the_callers_mistake(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(Malformed, match="name another place") as caught:
        apply.export(file / "definitions", home=tmp_path / "home")
    assert caught.value.exit_code == 2 and str(file) in caught.value.message
    with pytest.raises(OSError, match="full"), writing_to(file):
        raise OSError(28, "the disk is full")


def test_the_servers_log_shows_what_broke_but_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    def sign_in(password: str) -> None:
        raise ValueError("broke")

    before = structlog.get_config()
    try:
        keep_values_from_the_log()
        try:
            sign_in("".join(["battery", "-", "staple"]))
        except ValueError as error:
            structlog.get_logger().error("request-broken", exc_info=error)
    finally:
        structlog.configure(**before)
    logged = capsys.readouterr().out
    assert "in sign_in" in logged and "broke" in logged and "battery-staple" not in logged


def test_help_is_not_kept_waiting_for_engines() -> None:
    asked = (
        "import sys; sys.argv = ['limner', '--help']\n"
        "from limner.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'pyarrow', 'ibis', 'sqlalchemy', 'duckdb'} & sys.modules.keys()\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=False
    )
    assert "apply" in done.stdout and (done.returncode, done.stderr) == (0, "")
