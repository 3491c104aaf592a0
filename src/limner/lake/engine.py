"""The DuckDB of this process: its memory, and where it spills what does not fit."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from limner.core.errors import Broken, Malformed
from limner.lake.faults import disk_full

_numbers = itertools.count()


def connect(directory: str, timezone: str, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that reads a lake's Parquet files and spills beside them.

    Days and hours are counted in `timezone`, on every cursor.
    Raises: `Malformed` for a memory limit that DuckDB cannot read, `Broken` when the disk refuses.
    """
    try:
        connection = duckdb.connect(config={"memory_limit": memory_limit})
    except duckdb.Error as error:
        raise Malformed(
            "memory-limit-malformed",
            f"LIMNER_MEMORY_LIMIT is {memory_limit!r}; write it as 4GB",
        ) from error
    # A Parquet file of a Delta table never changes and its name is never used again, so what
    # was read of it once need not be checked: this makes a table of 365 files three times faster.
    connection.execute("SET GLOBAL parquet_metadata_cache = true")
    connection.execute("SET validate_external_file_cache = 'NO_VALIDATION'")
    connection.execute(f"SET GLOBAL TimeZone = '{timezone}'")
    connection.execute("SET temp_directory = $directory", {"directory": _spill(Path(directory))})
    return connection


@contextmanager
def alone(directory: str, name: str) -> Iterator[None]:
    """Only one process at a time is in here for a table; a killed one is not waited for."""
    Path(directory).mkdir(parents=True, exist_ok=True)
    with (Path(directory) / f".{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _spill(lake: Path) -> str:
    """A directory of this engine's own: two engines that spill into one destroy each other's work.

    What a killed process left behind is removed.
    """
    for left in lake.glob(".spill/*-*"):
        owner = left.name.split("-")[0]
        if owner.isdigit() and int(owner) != os.getpid() and not _is_alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    own = lake / ".spill" / f"{os.getpid()}-{next(_numbers)}"
    try:
        own.parent.mkdir(parents=True, exist_ok=True)  # DuckDB makes the last directory only
    except OSError as error:
        raise disk_full("opening the lake", error) or Broken(
            "lake-unwritable", f"{lake} cannot be written to: {error.strerror}"
        ) from error
    return str(own)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
