"""Which names are among very many: eight bytes for each, and never wrong about who is among them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import ibis
import numpy as np
from ibis.expr.types import StringColumn
from numpy.typing import NDArray

from limner.lake import Lake


@ibis.udf.scalar.builtin(name="md5_number_lower")
def _digest(text: str) -> int:  # type: ignore[empty-body]
    """The engine's own function."""


class Known:
    """The digests of the values of a column; one of 2^64 strangers is taken for known."""

    def __init__(self, lake: Lake | None = None, column: StringColumn | None = None) -> None:
        self._digests: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
        if lake is not None and column is not None:
            names = column.as_table().distinct().rename(name=column.get_name())
            named = names.filter(names.name.notnull())
            found = lake.fetch(named.select(digest=_digest(named.name).cast("uint64")))
            self._digests = np.sort(found["digest"].to_numpy())

    def __len__(self) -> int:
        return len(self._digests)

    def among(self, names: Sequence[str]) -> list[bool]:
        """Whether each of some names is one of them."""
        if not len(self._digests) or not names:
            return [False] * len(names)
        asked = np.array([_lower(name) for name in names], dtype=np.uint64)
        at = np.minimum(np.searchsorted(self._digests, asked), len(self._digests) - 1)
        found: list[bool] = (self._digests[at] == asked).tolist()
        return found


def _lower(text: str) -> int:
    """The lower half of the digest of a text, as the engine counts it."""
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[8:], "little")
