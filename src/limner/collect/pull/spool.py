"""Files of fetched rows, written whole before anything is imported from them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from limner.core.event import stable_id


def write_rows(
    directory: Path, name: str, rows: Iterable[Mapping[str, str | None]], now: datetime
) -> Path:
    """Rows as a file of JSON lines in a directory; it is there whole or not at all, also after a kill."""
    lines = [json.dumps(dict(row), ensure_ascii=False) for row in rows]
    body = ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")
    tag = stable_id(body.decode("utf-8", "replace"))[:8]
    target = directory / f"{name}-{now:%Y%m%dT%H%M%SZ}-{tag}.jsonl"
    part = target.with_suffix(".part")
    with part.open("wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    part.rename(target)
    return target


def flattened(record: Mapping[str, object], before: str = "") -> dict[str, str | None]:
    """A nested record as columns such as `customer.address.city`; lists stay JSON.

    >>> flattened({"id": 7, "customer": {"email": "a@b.example"}, "tags": ["x"]})
    {'id': '7', 'customer.email': 'a@b.example', 'tags': '["x"]'}
    """
    from limner.collect.readers.batches import as_text

    flat: dict[str, str | None] = {}
    for key, value in record.items():
        name = f"{before}{key}"
        if isinstance(value, Mapping):
            flat.update(flattened(value, f"{name}."))
        else:
            flat[name] = as_text(value)
    return flat
