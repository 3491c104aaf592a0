"""Every key that was ever taken, asked for each event and never forgotten.

A tree of random keys would rewrite a page for nearly each of them, and worse with every million.
So keys are only ever appended: new ones to `fresh`, which every process also holds in memory, and
when there are enough of them, sorted, to a run that is not touched again.  Which runs may hold a
key is told by a filter in memory: 16 bits a key, laid out so that one look answers for 64 runs.
What it names is looked up in the file, so the answer is exact.

Source: Bloom, "Space/time trade-offs in hash coding with allowable errors", CACM 13(7), 1970; the
layout by position instead of by run: Bradley et al., "Ultrafast search of all deposited bacterial
and viral genomic data", Nature Biotechnology 37, 2019, methods.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Collection

import numpy as np
from numpy.typing import NDArray

TABLES = (
    "CREATE TABLE IF NOT EXISTS fresh (last INTEGER PRIMARY KEY, keys BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS runs (run INTEGER PRIMARY KEY, parts INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS parts (part INTEGER PRIMARY KEY, keys BLOB NOT NULL)",
)
KEY_BYTES = 16
RUN_KEYS = 2**17
_PART_KEYS = 1_024
_PARTS = 2**20  # numbers set aside for the parts of one run
_PROBES = 8
_BITS_A_KEY = 16

Do = Callable[..., sqlite3.Cursor]
Words = NDArray[np.uint64]


class Seen:
    """The keys of one log, as this process knows them; `run_keys` of them make a run.

    Everything that takes a `do` is called within a transaction that holds the write lock; what was
    written becomes true here only when the caller says that it was committed.
    """

    def __init__(self, run_keys: int = RUN_KEYS) -> None:
        self._run_keys = run_keys
        self._seal_at = run_keys
        self._fresh: set[bytes] = set()
        self._last = 0
        self._firsts: list[list[bytes]] = []  # of each run, the first key of each part
        self._positions = 1 << (run_keys * _BITS_A_KEY - 1).bit_length()
        self._filter: Words = np.zeros((self._positions, 0), np.uint64)

    def catch_up(self, do: Do) -> int:
        """Learn what other processes wrote; the position of the newest event."""
        last, runs = do("SELECT last, (SELECT max(run) FROM runs) FROM tail").fetchone()
        if (runs or 0) != len(self._firsts):
            for run in range(len(self._firsts) + 1, runs + 1):
                self._add_run(_read_run(do, run))
            self._fresh.clear()
            self._last = 0
        if last != self._last:
            for (keys,) in do("SELECT keys FROM fresh WHERE last > ?", (self._last,)).fetchall():
                self._fresh.update(_split(keys))
            self._last = last
        return int(last)

    def known(self, do: Do, keys: set[bytes]) -> set[bytes]:
        """Those of some keys that were taken before."""
        found = keys & self._fresh
        if self._firsts:
            found |= self._known_in_runs(do, list(keys - found))
        return found

    def write(self, do: Do, keys: Collection[bytes], last: int) -> None:
        """Write the keys of a transaction whose newest event has the position `last`."""
        do("INSERT INTO fresh VALUES (?, ?)", (last, b"".join(keys)))

    def written(self, keys: Collection[bytes], last: int) -> None:
        """The transaction of `write` was committed."""
        self._fresh.update(keys)
        self._last = last

    @property
    def wants_seal(self) -> bool:
        """Whether there are enough fresh keys for a run."""
        return len(self._fresh) >= self._seal_at

    def seal(self, do: Do) -> bytes:
        """Write all fresh keys as a run; what to give to `sealed` once that is committed."""
        pairs = np.frombuffer(b"".join(self._fresh), ">u8").reshape(-1, 2)
        keys = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].tobytes()
        run, size = len(self._firsts) + 1, _PART_KEYS * KEY_BYTES
        starts = range(0, len(keys), size)
        for part, start in enumerate(starts):
            do("INSERT INTO parts VALUES (?, ?)", (run * _PARTS + part, keys[start : start + size]))
        do("INSERT INTO runs VALUES (?, ?)", (run, len(starts)))
        do("DELETE FROM fresh")
        self._seal_at += self._run_keys // 8  # not at once again should this not be committed
        return keys

    def sealed(self, keys: bytes) -> None:
        """The transaction of `seal` was committed."""
        self._add_run(keys)
        self._fresh.clear()
        self._seal_at = self._run_keys

    def _add_run(self, keys: bytes) -> None:
        run = len(self._firsts)
        word, bit = divmod(run, 64)
        if word == self._filter.shape[1]:
            self._filter = np.concatenate(
                [self._filter, np.zeros((self._positions, 1), np.uint64)], axis=1
            )
        step = _PART_KEYS * KEY_BYTES
        for start in range(0, len(keys), 64 * step):  # in pieces, for the memory's sake
            at = self._probes(keys[start : start + 64 * step]).ravel()
            self._filter[at, word] |= np.uint64(1 << bit)
        self._firsts.append([keys[at : at + KEY_BYTES] for at in range(0, len(keys), step)])

    def _known_in_runs(self, do: Do, keys: list[bytes]) -> set[bytes]:
        if not keys:
            return set()
        rows = self._filter[self._probes(b"".join(keys))]  # key, probe, word
        hits = np.bitwise_and.reduce(rows, axis=1)
        found = set()
        for at, word in np.argwhere(hits).tolist():
            bits, key = int(hits[at, word]), keys[at]
            while bits and key not in found:
                run = word * 64 + (bits & -bits).bit_length() - 1
                bits &= bits - 1
                if self._is_in_run(do, run, key):
                    found.add(key)
        return found

    def _is_in_run(self, do: Do, run: int, key: bytes) -> bool:
        part = bisect_right(self._firsts[run], key) - 1
        if part < 0:
            return False
        number = (run + 1) * _PARTS + part
        (keys,) = do("SELECT keys FROM parts WHERE part = ?", (number,)).fetchone()
        at = keys.find(key)
        while at % KEY_BYTES and at >= 0:
            at = keys.find(key, at + 1)
        return bool(at >= 0)

    def _probes(self, keys: bytes) -> NDArray[np.uint64]:
        """The filter's positions of some keys: the halves of a key are hashes already."""
        pairs = np.frombuffer(keys, ">u8").reshape(-1, 2).astype(np.uint64)
        steps = np.arange(_PROBES, dtype=np.uint64)
        spread = pairs[:, 1, None] + steps * pairs[:, 0, None]
        return np.asarray(spread & np.uint64(self._positions - 1), np.uint64)


def _read_run(do: Do, run: int) -> bytes:
    first = run * _PARTS
    rows = do(
        "SELECT keys FROM parts WHERE part >= ? AND part < ? ORDER BY part", (first, first + _PARTS)
    )
    return b"".join(keys for (keys,) in rows)


def _split(keys: bytes) -> list[bytes]:
    return [keys[at : at + KEY_BYTES] for at in range(0, len(keys), KEY_BYTES)]
