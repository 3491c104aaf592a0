"""What each measure keeps, and how its value is read: one entry per measure of the tag language.

An entry asks for the views it needs and answers with the text of what reads them.
Integers become numbers only there, in the order in which an engine computes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from math import asin, cos, floor, pi, sin, sqrt
from typing import Any, Protocol

from limner.core.rule_kind import Kind
from limner.understand.incremental.cell import Cell, Kept, Pick, Window
from limner.understand.tags.kind import measured_kind
from limner.understand.tags.measure import TABLE as MEASURES
from limner.understand.tags.value import Distance, Measured, Rows, Sequence

Read = str  # the Python text of a value, from `views`, the as-of `day` (an ordinal), and `NAMES`
Place = tuple[float, float]  # latitude and longitude, in degrees
RADIUS_KM = 6371.0088
_WHOLE = frozenset({"hour", "weekday"})


class Keeper(Protocol):
    """Where the views are kept."""

    def view(self, cell: Cell, window: Window | None, n: int) -> int:
        """The place of the view of a cell; `window` of one that is kept by the day."""
        ...

    def bind(self, value: object) -> str:
        """A name for a value."""
        ...


class Asked:
    """A measure that asks for its views."""

    def __init__(self, value: Measured, keeper: Keeper) -> None:
        self.value = value
        self._keeper = keeper
        self.n = value.n or MEASURES[value.measure].n or 1

    @property
    def kind(self) -> Kind:
        """The kind of the column that is measured."""
        assert self.value.of is not None  # noqa: S101  the reader of definitions has checked it
        return measured_kind(self.value.of, self.value.measure)

    def view(self, kept: Kept, column: str | None = None, *, by: str | None = None,
             narrowed: bool = False, before: bool = False, kind: Kind | None = None,
             n: int | None = None) -> str:  # fmt: skip
        """The text of a view of the measure's rows; `narrowed`: of those of its part.

        `n`: how many values from the edge, or of the heaviest, are asked for.
        """
        value = self.value
        rules = (value.where, value.part if narrowed else None)
        pick = Pick(value.rows, tuple(rule for rule in rules if rule is not None))
        cell = Cell(pick, kept, False, column, kind, by)
        return windowed(cell, value, self._keeper, before, self.n if n is None else n)

    def shown(self, text: str) -> str:
        """What makes of a kept value of the measured column, of a text, what it is outside."""
        if self.value.of == "day":
            return f"from_day({text})"
        if self.value.of in _WHOLE:
            return f"int({text})"
        return text if self.kind in ("text", "truth") else f"as_it_is({text})"


def windowed(
    cell: Cell, value: Measured | Sequence, keeper: Keeper, before: bool = False, n: int = 1
) -> str:
    """The text of the view of a cell in a definition's span."""
    span = value.span
    if span.moves:
        return f"views[{keeper.view(replace(cell, is_daily=True), Window(span, before), n):d}]"
    first, last = (None if day is None else day.toordinal() for day in (span.since, span.until))
    fixed = replace(cell.pick, first=first, last=last)
    return f"views[{keeper.view(replace(cell, pick=fixed), None, n):d}]"


def _count(asked: Asked) -> Read:
    return asked.view("count")


def _sum(asked: Asked) -> Read:
    return f"{asked.view('total', asked.value.of)} / 1e6"


def _mean(asked: Asked) -> Read:
    total, known = asked.view("total", asked.value.of), asked.view("known", asked.value.of)
    return f"{total} / 1e6 / {known} if {known} else None"


def _extreme(asked: Asked) -> Read:
    kept: Kept = "highest" if asked.value.measure == "max" else "lowest"
    view = asked.view(kept, asked.value.of, kind=asked.kind)
    return f"None if {view} is None else {asked.shown(view)}"


def _edge(asked: Asked) -> Read:
    kept: Kept = "last" if asked.value.measure == "last" else "first"
    view, at = asked.view(kept, asked.value.of, kind=asked.kind), asked.n - 1
    is_there = f"{view} and len({view}) > {at:d}" if at else view
    return f"{asked.shown(f'{view}[{at:d}][3]')} if {is_there} else None"


def _distinct(asked: Asked) -> Read:
    if asked.value.of == "day":
        return f"len({asked.view('days')}.days)"
    return f"len({asked.view('weights', asked.value.of, kind=asked.kind, n=0)}.weights)"


def _top(asked: Asked) -> Read:
    view = asked.view("weights", asked.value.of, by=asked.value.by, kind=asked.kind)
    return f"{asked.shown('best[0]')} if (best := {view}.heaviest(1)) else None"


def _list(asked: Asked) -> Read:
    view = asked.view("weights", asked.value.of, kind=asked.kind)
    shown = f"', '.join([written({asked.shown('each')}) for each in best])"
    return f"{shown} if (best := {view}.heaviest({asked.n:d})) else None"


def _share(asked: Asked) -> Read:
    by = asked.value.by
    kept: Kept = "total" if by else "count"
    part, whole = asked.view(kept, by, narrowed=True), asked.view(kept, by)
    if by is None:
        return f"{part} / {whole} if {whole} else None"
    return f"({part} / 1e6) / ({whole} / 1e6) if {whole} else None"


def _ratio(asked: Asked) -> Read:
    of, by = asked.value.of, asked.value.by
    above, known, below = asked.view("total", of), asked.view("known", of), asked.view("total", by)
    return f"({above} / 1e6) / ({below} / 1e6) if {known} and {below} else None"


def _trend(asked: Asked) -> Read:
    of = asked.value.of
    return f"trend({asked.view('total', of)} / 1e6, {asked.view('total', of, before=True)} / 1e6)"


def _since(asked: Asked) -> Read:
    kept: Kept = "highest" if asked.value.measure == "time_since_last" else "lowest"
    view = asked.view(kept, "day", kind="day")
    return f"None if {view} is None else day - {view}"


def _gap_mean(asked: Asked) -> Read:
    return f"gap_mean({asked.view('days')}.days)"


def _gap_cv(asked: Asked) -> Read:
    days = asked.view("days")
    return f"gap_cv({days}.days, {days}.squares)"


TABLE: dict[str, Callable[[Asked], Read]] = {
    "count": _count, "sum": _sum, "mean": _mean, "min": _extreme, "max": _extreme, "first": _edge,
    "last": _edge, "nth": _edge, "distinct": _distinct, "top": _top, "list": _list,
    "share": _share, "ratio": _ratio, "trend": _trend, "time_since_last": _since,
    "time_since_first": _since, "gap_mean": _gap_mean, "gap_cv": _gap_cv,
}  # fmt: skip


def read_sequence(value: Sequence, keeper: Keeper) -> Read:
    """How often a sequence was completed."""
    steps = [*value.steps, *((value.without,) if value.without else ())]
    picks = tuple(Pick(step.rows, (step.where,) if step.where else ()) for step in steps)
    withins = tuple(round(within.total_seconds() * 1e6) for within in value.withins)
    cell = Cell(Pick(Rows("events")), "chain", False, steps=picks, withins=withins)
    return f"{windowed(cell, value, keeper)}.count"


def read_distance(place: Place | None, keeper: Keeper) -> Read:
    """How far a place is from where the customer was last seen, in km; `place` may be unknown."""
    seen = keeper.view(Cell(Pick(Rows("events")), "seen", False), None, 1)
    if place is None:
        return "None"
    return f"kilometres(views[{seen:d}][0][3], {keeper.bind(place)}) if views[{seen:d}] else None"


def place_of(value: Distance, stores: Mapping[str, Place]) -> Place | None:
    """The place that a distance is measured to; None for a store whose place is not known."""
    if value.store is not None:
        return stores.get(value.store)
    assert value.latitude is not None and value.longitude is not None  # noqa: S101
    return value.latitude, value.longitude


def kilometres(one: Place, other: Place) -> float:
    """The great-circle distance of two places, rounded to metres (haversine).

    Source: Sinnott, "Virtues of the Haversine", Sky and Telescope 68(2), 1984.
    """
    lat1, lon1, lat2, lon2 = (degrees * pi / 180 for degrees in (*one, *other))
    up, along = sin((lat2 - lat1) / 2), sin((lon2 - lon1) / 2)
    a = up * up + cos(lat1) * cos(lat2) * (along * along)
    return floor(2 * RADIUS_KM * asin(sqrt(min(1.0, a))) * 1000 + 0.5) / 1000


def _trend_of(now: float, then: float) -> float | None:
    return (now - then) / (abs(now) + abs(then)) if now or then else None


def _gap_mean_of(days: list[int]) -> float | None:
    return (days[-1] - days[0]) / (len(days) - 1) if len(days) > 1 else None


def _gap_cv_of(days: list[int], squares: int) -> float | None:
    n = len(days) - 1
    if n < 2:
        return None
    total = days[-1] - days[0]
    mean = total / n
    spread: float = (squares - total * mean) / (n - 1)
    return sqrt(max(0.0, spread)) / mean


def _as_it_is(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _written(value: Any) -> str:
    """A value in a list."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value + 0.0)  # of the two zeros, which are one value, the one without a sign
    return str(value)


# What the texts name.
NAMES: Mapping[str, object] = {
    "from_day": date.fromordinal, "as_it_is": _as_it_is, "written": _written, "trend": _trend_of,
    "gap_mean": _gap_mean_of, "gap_cv": _gap_cv_of, "kilometres": kilometres,
}  # fmt: skip
