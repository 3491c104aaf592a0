"""Runs a piece of work in a process of its own, so that its time and peak memory are its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """`seconds` of wall time and `peak_bytes` of resident memory of one child process."""

    seconds: float
    peak_bytes: int
    output: Any


def measure(*command: str) -> Measured:
    """Run `python -m ...` and read the JSON document that it prints.

    Raises: `RuntimeError` with the child's error output when it fails.
    """
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    stdout, stderr = child.stdout, child.stderr
    assert stdout is not None and stderr is not None
    text = stdout.read()
    problems = stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{' '.join(command)} failed: {problems[-2000:]}")
    return Measured(seconds, usage.ru_maxrss * 1024, json.loads(text) if text.strip() else None)


def machine() -> dict[str, Any]:
    """The machine that a figure was measured on."""
    described = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line for line in described if "model name" in line]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": names[0].split(":", 1)[1].strip() if names else "unknown",
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "python": sys.version.split()[0],
    }
