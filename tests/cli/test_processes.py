"""A child process is kept alive, and ends with whoever keeps it."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from limner.cli import processes
from limner.cli.processes import KeptAlive


def lines(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


def wait_for(file: Path, count: int) -> list[str]:
    until = time.monotonic() + 30
    while len(lines(file)) < count:
        assert time.monotonic() < until, f"{file} has {lines(file)}"
        time.sleep(0.01)
    return lines(file)


def test_a_child_that_is_killed_is_started_again_until_it_is_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_SHORTEST_WAIT_SECONDS", 0.01)
    born = tmp_path / "born"
    program = (
        "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'a')); time.sleep(60)"
    )
    kept = KeptAlive([sys.executable, "-c", program, str(born)])
    kept.start()
    first = int(wait_for(born, 1)[0])
    os.kill(first, signal.SIGKILL)
    second = int(wait_for(born, 2)[1])
    assert second != first
    kept.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
    assert len(lines(born)) == 2


def test_a_child_that_will_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_PATIENCE_SECONDS", 0.2)
    born = tmp_path / "born"
    program = (
        "import os, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(os.getpid(), file=open(sys.argv[1], 'a')); time.sleep(60)"
    )
    kept = KeptAlive([sys.executable, "-c", program, str(born)])
    kept.start()
    (child,) = map(int, wait_for(born, 1))
    kept.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
