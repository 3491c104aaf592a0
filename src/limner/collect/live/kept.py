"""State by key that is mostly in memory: read from live.db when missed, written with each chunk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")
_ASKED = 500  # keys in one query


class Kept(Generic[T]):
    """The values of a table of live.db (`visits` or `facts`), the most recently used in memory.

    Values are immutable structs, written as MessagePack without the names of their fields: they are
    half of what the worker writes.  A new field therefore goes last and has a default.  What is put
    stays in memory until `written` or `forget`.  `codec`: how values are written and read where
    they are no such structs; `signature`: rows that carry another one are as good as not there.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        table: str,
        kind: type[T],
        most: int = 20_000,
        codec: tuple[Callable[[T], bytes], Callable[[bytes], T]] | None = None,
        signature: str | None = None,
    ) -> None:
        self._connection = connection
        self._table = table
        self._most = most
        self._encode: Callable[[T], bytes] = msgspec.msgpack.Encoder().encode
        self._decode: Callable[[bytes], T] = msgspec.msgpack.Decoder(kind).decode
        if codec is not None:
            self._encode, self._decode = codec
        self._also = "" if signature is None else " AND signature = ?"
        self._signed = () if signature is None else (signature,)
        self._values: dict[str, T | None] = {}
        self._changed: dict[str, T | None] = {}

    def load(self, keys: Iterable[str]) -> None:
        """Bring what is known of some keys into memory, in few queries."""
        wanted = []
        values = self._values
        for key in keys:
            if key in values:
                values[key] = values.pop(key)  # the newest use goes last
            else:
                wanted.append(key)
        for start in range(0, len(wanted), _ASKED):
            asked = wanted[start : start + _ASKED]
            values.update(dict.fromkeys(asked))
            marks = ",".join("?" * len(asked))
            query = f"SELECT key, body FROM {self._table} WHERE key IN ({marks}){self._also}"
            for key, body in self._connection.execute(query, (*asked, *self._signed)):
                values[key] = self._decode(body)

    def get(self, key: str) -> T | None:
        """The value of a key that was loaded; None when it has none."""
        return self._values[key]

    def put(self, key: str, value: T) -> None:
        """Change the value of a key."""
        self._values[key] = self._changed[key] = value

    def drop(self, key: str) -> None:
        """Know nothing of a key: it is read again when it is asked for."""
        self._values.pop(key, None)
        self._changed.pop(key, None)

    def remove(self, key: str) -> None:
        """Have no value for a key any more."""
        self._values[key] = self._changed[key] = None

    def changes(self) -> list[tuple[str, bytes]]:
        """What was put and is not written yet."""
        encode = self._encode
        return [(key, encode(value)) for key, value in self.changed() if value is not None]

    def changed(self) -> Iterator[tuple[str, T | None]]:
        """The values that were put and are not written yet; None for a key that has none now."""
        yield from self._changed.items()

    def written(self) -> None:
        """The changes are in live.db; the longest unused values leave the memory."""
        self._changed.clear()
        if (excess := len(self._values) - self._most) > 0:
            for key in list(islice(self._values, excess)):
                del self._values[key]

    def forget(self) -> None:
        """The changes did not reach live.db: what is there counts."""
        self._changed.clear()
        self._values.clear()
