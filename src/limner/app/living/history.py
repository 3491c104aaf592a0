"""What identifiers did before they were kept alive: from the lake, and from what is not in it yet.

The lake's snapshot says which position of the log it holds, so that nothing is missed between it
and live.db, and nothing is read from both.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from limner.app.living.judge import Row
from limner.app.living.known import Known
from limner.collect.live.recent import anchors_after, rows_after
from limner.collect.live.settle import APP
from limner.lake import Lake
from limner.unify.attribute import kind_of

_EVENTS = "events"


class History:
    """The events of identifiers by `kind:value`; which have any is known at no cost.

    `connection`: of live.db; one that reads a single state of it must have begun before.
    """

    def __init__(self, lake: Lake, connection: sqlite3.Connection) -> None:
        self._lake = lake
        self._connection = connection
        self._known = Known()
        self._also: set[str] = set()
        # After a loss of power the lake may hold events that live.db has yet to work on.
        self.ahead_until = max(0, lake.committed(_EVENTS, APP))

    def look(self) -> None:
        """Find out anew who has a history: everyone in the lake, and who is not in it yet.

        Who comes later has a state as soon as there is an event, or comes by an import, after which
        this is to be asked again.
        """
        version, position = snapshot(self._lake)
        self._also = set(anchors_after(self._connection, position))
        self._known = Known()
        if version is not None:
            self._known = Known(self._lake, self._lake.table(_EVENTS, version).customer_id)

    def of(self, anchors: Iterable[str]) -> list[str]:
        """Those of some identifiers that may have a history."""
        asked = list(anchors)
        if not asked or (not len(self._known) and not self._also):
            return []
        is_known = self._known.among([anchor.partition(":")[2] for anchor in asked])
        return [a for a, known in zip(asked, is_known, strict=True) if known or a in self._also]

    def rows(self, anchors: Collection[str], columns: Sequence[str]) -> dict[str, list[Row]]:
        """All events of some identifiers that were worked on, by identifier, in no order.

        `columns`: of the lake's events; `source` and what names the customer come besides.
        """
        found: dict[str, list[Row]] = defaultdict(list)
        if not anchors:
            return found
        version, position = snapshot(self._lake)
        if version is not None:
            events = self._lake.table(_EVENTS, version)
            values = sorted({anchor.partition(":")[2] for anchor in anchors})
            wanted = dict.fromkeys(("event_id", "time", "source", *columns))
            # A constant list is faster than a join up to many thousands, and prunes files.
            mine = events.filter(events.customer_id.isin(values))
            mine = mine.select(*wanted, anchor=kind_of(mine) + ":" + mine.customer_id)
            wished = set(anchors)
            for row in self._lake.fetch(mine).to_pylist():
                anchor = row.pop("anchor")
                if anchor in wished:
                    found[anchor].append(row)
        for anchor, row in rows_after(self._connection, list(anchors), position):
            found[anchor].append(row)
        return found


def snapshot(lake: Lake) -> tuple[int | None, int]:
    """A version of the lake's events, and the position of the log that it holds."""
    while True:
        version = lake.version(_EVENTS)
        position = max(0, lake.committed(_EVENTS, APP))
        if lake.version(_EVENTS) == version:
            return version, position


def nothing_live() -> sqlite3.Connection:
    """A live.db of nothing, before there ever was a worker."""
    empty = sqlite3.connect(":memory:")
    empty.execute("CREATE TABLE recent (anchor, row, position, verdict)")
    return empty
