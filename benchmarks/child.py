"""Runs a piece of work in a process of its own, so that its time and peak memory are its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
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
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = subprocess.Popen([sys.executable, "-m", *command], stdout=out, stderr=err)
        peak = 0
        while child.poll() is None:
            peak = max(peak, high_water_bytes(child.pid))
            time.sleep(0.05)
        seconds = time.perf_counter() - start
        out.seek(0)
        err.seek(0)
        text, problems = out.read(), err.read()
    if child.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed: {problems[-2000:]}")
    return Measured(seconds, peak, json.loads(text) if text.strip() else None)


def high_water_bytes(process: int) -> int:
    """The most memory a process held so far (VmHWM).

    Not getrusage: its maximum begins with what the parent held when it forked.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:  # it just ended
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


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
