"""Which keys were taken: exact, whatever lies in runs, in memory, or with another process."""

import os
import random
import sqlite3
from pathlib import Path

import pytest

from limner.collect.log.seen import TABLES, Seen


class Keys:
    """Keys as a log writes them, through one process's eyes."""

    def __init__(self, path: Path, run_keys: int) -> None:
        self.do = sqlite3.connect(path, isolation_level=None).execute
        for table in (*TABLES, "CREATE TABLE IF NOT EXISTS tail (last INTEGER NOT NULL)"):
            self.do(table)
        if self.do("SELECT count(*) FROM tail").fetchone() == (0,):
            self.do("INSERT INTO tail VALUES (0)")
        self.seen = Seen(run_keys)

    def take(self, keys: set[bytes], *, is_committed: bool = True) -> set[bytes]:
        """Those that are new; they are known from now on, if it is committed."""
        self.do("BEGIN IMMEDIATE")
        last = self.seen.catch_up(self.do) + 1
        new = keys - self.seen.known(self.do, keys)
        if new:
            self.seen.write(self.do, new, last)
            self.do("UPDATE tail SET last = ?", (last,))
        self.do("COMMIT" if is_committed else "ROLLBACK")
        if new and is_committed:
            self.seen.written(new, last)
        return new

    def seal(self, *, is_committed: bool = True) -> None:
        self.do("BEGIN IMMEDIATE")
        self.seen.catch_up(self.do)
        keys = self.seen.seal(self.do)
        self.do("COMMIT" if is_committed else "ROLLBACK")
        if is_committed:
            self.seen.sealed(keys)


def keys_of(chance: random.Random, count: int) -> set[bytes]:
    return {chance.randbytes(16) for _ in range(count)}


@pytest.mark.parametrize("run_keys", [1_000, 3_000])
def test_every_key_is_known_once_taken_and_no_other(tmp_path: Path, run_keys: int) -> None:
    chance = random.Random(7)
    one = Keys(tmp_path / "keys.db", run_keys)
    taken: set[bytes] = set()
    for _ in range(40):
        keys = keys_of(chance, 500)
        again = set(chance.sample(sorted(taken), min(len(taken), 100)))
        assert one.take(keys | again) == keys
        taken |= keys
        if one.seen.wants_seal:
            one.seal()
            assert not one.seen.wants_seal
    assert one.do("SELECT count(*) FROM runs").fetchone()[0] >= 5
    again = Keys(tmp_path / "keys.db", run_keys)  # as after a restart
    assert again.take(taken) == set()
    strangers = keys_of(chance, 5_000)
    assert again.take(strangers) == strangers


def test_two_processes_know_what_the_other_took_and_sealed(tmp_path: Path) -> None:
    chance = random.Random(8)
    left, right = Keys(tmp_path / "keys.db", 100), Keys(tmp_path / "keys.db", 100)
    taken: set[bytes] = set()
    for _ in range(60):
        here, there = chance.sample([left, right], 2)
        keys = keys_of(chance, 30)
        assert here.take(keys) == keys
        taken |= keys
        assert there.take(keys) == set()
        if here.seen.wants_seal:
            here.seal()
    assert left.take(taken) == right.take(taken) == set()


def test_what_was_not_committed_is_not_known(tmp_path: Path) -> None:
    chance = random.Random(9)
    one = Keys(tmp_path / "keys.db", 10)
    first, second = keys_of(chance, 20), keys_of(chance, 20)
    one.take(first)
    assert one.take(second, is_committed=False) == second
    one.seal(is_committed=False)
    assert one.take(first | second) == second
    one.seal()
    assert one.take(first | second) == set()


def test_keys_that_are_no_hashes_are_told_apart_too(tmp_path: Path) -> None:
    one = Keys(tmp_path / "keys.db", 2_000)
    numbers = {n.to_bytes(16, "big") for n in range(3_000)}
    one.take(numbers)
    one.seal()
    shifted = {n.to_bytes(16, "little") for n in range(3_000)}
    assert one.take(numbers | shifted) == shifted - numbers


def test_the_filter_spares_nearly_all_looks_into_the_file(tmp_path: Path) -> None:
    one = Keys(tmp_path / "keys.db", 2_048)
    for _ in range(8):
        one.take({os.urandom(16) for _ in range(2_048)})
        one.seal()
    looks = []
    one.seen._is_in_run = lambda do, run, key: bool(looks.append(key))  # type: ignore[method-assign]
    one.take({os.urandom(16) for _ in range(2_000)})
    assert len(looks) < 100  # of 2,000 keys in 8 runs; 9 are to be expected
