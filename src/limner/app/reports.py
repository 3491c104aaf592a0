"""The documents that the last build left, and the day it looked back from."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

from limner.app.limner import Limner

Document = dict[str, Any]


def report(limner: Limner, name: str) -> Document | None:
    """A document that the last build computed, such as `overview`; None when there is none."""
    version = limner.lake.version("reports")
    return None if version is None else _reports(limner, version).get(name)


def as_of(limner: Limner) -> date | None:
    """The day the last build looked back from."""
    version = limner.lake.version("reports")
    return None if version is None else _reports(limner, version).get("", {}).get("as_of")


@lru_cache(maxsize=4)
def _reports(limner: Limner, version: int) -> dict[str, Document]:
    rows = limner.lake.fetch(limner.lake.table("reports", version)).to_pylist()
    documents: dict[str, Document] = {row["report"]: json.loads(row["body"]) for row in rows}
    documents[""] = {"as_of": max((row["as_of"] for row in rows if row["as_of"]), default=None)}
    return documents
