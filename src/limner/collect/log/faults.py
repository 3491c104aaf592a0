"""What can go wrong with a log's file, in Limner's own words."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limner.core.errors import Broken, Busy

CLOSED = "the event log is closed; start limner serve again"
_SCARCE_BYTES = 4 * 2**20  # with less left, an input/output error is a full disk


@contextmanager
def log_faults(path: Path) -> Iterator[None]:
    """Faults of SQLite and of the file system under it as `Busy` or `Broken`."""
    try:
        yield
    except sqlite3.ProgrammingError as error:
        raise Busy("log-closed", CLOSED) from error
    except sqlite3.Error as error:
        told = " ".join(str(error).split())
        if "full" in told or ("disk I/O" in told and _is_full(path)):
            message = f"the disk is full at {path}; free some space and run again"
            raise Broken("disk-full", message) from error
        if "locked" in told or "busy" in told:
            raise Busy("log-busy", f"another process holds {path}: {told}; try again") from error
        raise Broken(
            "log-unreadable",
            f"the event log {path} cannot be used: {told}; see who may write there",
        ) from error
    except OSError as error:
        raise Broken(
            "log-directory", f"the event log {path} cannot be made: {error.strerror}"
        ) from error


def _is_full(path: Path) -> bool:
    """SQLite calls some full disks input/output errors: there the directory is asked."""
    try:
        return shutil.disk_usage(path.parent).free < _SCARCE_BYTES
    except OSError:
        return False
