"""Bringing a file in: into the lake, and whom its customer records name into the identity graph."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from limner.app import identity
from limner.app.limner import Limner
from limner.collect.importer import import_file
from limner.collect.mapping import Mapping
from limner.collect.run import Counts
from limner.core.progress import Progress, silent


def import_records(
    limner: Limner, location: str | Path, mapping: Mapping, now: datetime,
    progress: Progress = silent, table: str | None = None,
) -> Counts:  # fmt: skip
    """Bring a file, or a table of a database, into the lake, and its people into the graph.

    So a till card of an imported customer finds that customer at once; portraits wait for a build,
    which also does what a kill in between leaves undone.
    Raises: as `import_file`.
    """
    counts = import_file(limner.lake, limner.store, location, mapping, now, progress, table)
    if mapping.kind == "customers" and counts.kept:
        identity.feed_records(limner, mapping.source, now)
    return counts
