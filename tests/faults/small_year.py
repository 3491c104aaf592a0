"""A program for the tests of faults: `limner` on a small year, forked, and killed where it is told.

    python small_year.py YEAR

It loads what Limner needs once.  Each line on its stdin, `{"argv": [...], "kill": null}`, is run in
a process of its own and answered by a line with its exit code and what it said.  `kill` is
`["step", NAME, SECONDS]` (so long after a step began) or `["write", N]` (before the Nth time that
something is written, counted over lake, store and outbox); `["interrupt", NAME, SECONDS]` sends SIGINT instead.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import lightgbm  # noqa: F401  (loaded once, not in each run)
import sklearn.cluster
import sklearn.linear_model  # noqa: F401

from limner.act import send
from limner.act.channels import outbox
from limner.app import build, demo
from limner.cli import main
from limner.core.progress import Progress
from limner.lake import lake
from limner.store import Store

YEAR = Path(sys.argv[1])
WHOLE = demo.demo_imports
send.BATCH = 7  # several batches for the kill to fall between
writes = 0
kill_before_write = 0


def arm(kill: list[Any] | None) -> None:
    """Make this process die where it is told."""
    global kill_before_write
    if kill is None:
        return
    if kill[0] == "write":
        kill_before_write = kill[1]
        return
    how, wanted, seconds = kill
    number = signal.SIGKILL if how == "step" else signal.SIGINT

    def watching(inner: Progress) -> Progress:
        is_armed = False

        def progress(step: str, fraction: float) -> None:
            nonlocal is_armed
            if step == wanted and not is_armed:
                is_armed = True
                timer = threading.Timer(seconds, os.kill, (os.getpid(), number))
                timer.daemon = True
                timer.start()
            inner(step, fraction)

        return progress

    for module in (demo, build):
        name = "run" if module is demo else "build"
        original = getattr(module, name)

        def wrapped(*given: Any, original: Any = original) -> Any:
            *first, last = given
            return original(*first, watching(last)) if callable(last) else original(*given)

        setattr(module, name, wrapped)


def count_writes(owner: Any, name: str) -> None:
    """Count the calls of a function that writes, and die before the one that is named."""
    original = getattr(owner, name)

    def counted(*given: Any, **named: Any) -> Any:
        global writes
        writes += 1
        if writes == kill_before_write:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*given, **named)

    setattr(owner, name, counted)


def run(argv: list[str], kill: list[Any] | None) -> None:
    """What a forked process does."""
    demo.demo_imports = lambda: tuple((n, YEAR / f.name, m) for n, f, m in WHOLE())
    count_writes(lake, "write_deltalake")
    count_writes(lake.Lake, "upsert")
    count_writes(Store, "session")
    count_writes(outbox, "_put_in_place")
    arm(kill)
    sys.argv = ["limner", *argv]
    try:
        main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


for line in sys.stdin:
    order = json.loads(line)
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            code = 70
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            try:
                run(order["argv"], order["kill"])
            except SystemExit as ended:
                code = int(ended.code or 0)
            except BaseException:
                import traceback

                traceback.print_exc()
                sys.stderr.flush()
            os._exit(code)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        answer = {
            "code": os.waitstatus_to_exitcode(status),
            "out": out.read(),
            "err": err.read(),
        }
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
