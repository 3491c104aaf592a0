"""What each measure keeps, and how its value is read: one entry per measure of the tag language.

An entry asks for the views it needs and answers with a function of the views and of the as-of day.
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

Views = list[Any]
Read = Callable[[Views, int], Any]  # the value, from the views and the as-of day (an ordinal)
Place = tuple[float, float]  # latitude and longitude, in degrees
MILLION = 1e6
RADIUS_KM = 6371.0088
_WHOLE = frozenset({"hour", "weekday"})


class Keeper(Protocol):
    """Where the views are kept."""

    def view(self, cell: Cell, window: Window | None, n: int) -> int:
        """The place of the view of a cell; `window` of one that is kept by the day."""
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
             n: int | None = None) -> int:  # fmt: skip
        """The place of a view of the measure's rows; `narrowed`: of those of its part.

        `n`: how many values from the edge, or of the heaviest, are asked for.
        """
        value = self.value
        rules = (value.where, value.part if narrowed else None)
        pick = Pick(value.rows, tuple(rule for rule in rules if rule is not None))
        cell = Cell(pick, kept, False, column, kind, by)
        return windowed(cell, value, self._keeper, before, self.n if n is None else n)


def windowed(
    cell: Cell, value: Measured | Sequence, keeper: Keeper, before: bool = False, n: int = 1
) -> int:
    """The place of the view of a cell in a definition's span."""
    span = value.span
    if span.moves:
        return keeper.view(replace(cell, is_daily=True), Window(span, before), n)
    first, last = (None if day is None else day.toordinal() for day in (span.since, span.until))
    fixed = replace(cell.pick, first=first, last=last)
    return keeper.view(replace(cell, pick=fixed), None, n)


def _count(asked: Asked) -> Read:
    count = asked.view("count")
    return lambda views, day: views[count]


def _sum(asked: Asked) -> Read:
    total = asked.view("total", asked.value.of)
    return lambda views, day: views[total] / MILLION


def _mean(asked: Asked) -> Read:
    total, known = asked.view("total", asked.value.of), asked.view("known", asked.value.of)
    return lambda views, day: views[total] / MILLION / views[known] if views[known] else None


def _extreme(asked: Asked) -> Read:
    kept: Kept = "highest" if asked.value.measure == "max" else "lowest"
    place = asked.view(kept, asked.value.of, kind=asked.kind)
    shown = _shown(asked.value.of)
    return lambda views, day: None if views[place] is None else shown(views[place])


def _edge(asked: Asked) -> Read:
    kept: Kept = "last" if asked.value.measure == "last" else "first"
    place, at = asked.view(kept, asked.value.of, kind=asked.kind), asked.n - 1
    shown = _shown(asked.value.of)

    def edge(views: Views, day: int) -> Any:
        edges = views[place]
        return None if edges is None or len(edges) <= at else shown(edges[at][3])

    return edge


def _distinct(asked: Asked) -> Read:
    if asked.value.of == "day":
        days = asked.view("days")
        return lambda views, day: len(views[days].days)
    place = asked.view("weights", asked.value.of, kind=asked.kind, n=0)
    return lambda views, day: len(views[place].weights)


def _top(asked: Asked) -> Read:
    value = asked.value
    place, shown = asked.view("weights", value.of, by=value.by, kind=asked.kind), _shown(value.of)

    def top(views: Views, day: int) -> Any:
        best = views[place].heaviest(1)
        return shown(best[0]) if best else None

    return top


def _list(asked: Asked) -> Read:
    place, n = asked.view("weights", asked.value.of, kind=asked.kind), asked.n
    shown = _shown(asked.value.of)

    def listed(views: Views, day: int) -> str | None:
        heaviest = views[place].heaviest(n)
        return ", ".join(_written(shown(each)) for each in heaviest) if heaviest else None

    return listed


def _share(asked: Asked) -> Read:
    by = asked.value.by
    kept: Kept = "total" if by else "count"
    part, whole = asked.view(kept, by, narrowed=True), asked.view(kept, by)
    if by is None:
        return lambda views, day: views[part] / views[whole] if views[whole] else None
    return lambda views, day: (
        (views[part] / MILLION) / (views[whole] / MILLION) if views[whole] else None
    )


def _ratio(asked: Asked) -> Read:
    of, by = asked.value.of, asked.value.by
    above, known, below = asked.view("total", of), asked.view("known", of), asked.view("total", by)
    return lambda views, day: (
        (views[above] / MILLION) / (views[below] / MILLION)
        if views[known] and views[below] else None
    )  # fmt: skip


def _trend(asked: Asked) -> Read:
    of = asked.value.of
    now, then = asked.view("total", of), asked.view("total", of, before=True)

    def trend(views: Views, day: int) -> float | None:
        a, b = views[now] / MILLION, views[then] / MILLION
        return (a - b) / (abs(a) + abs(b)) if a or b else None

    return trend


def _since(asked: Asked) -> Read:
    kept: Kept = "highest" if asked.value.measure == "time_since_last" else "lowest"
    place = asked.view(kept, "day", kind="day")
    return lambda views, day: None if views[place] is None else day - views[place]


def _gap_mean(asked: Asked) -> Read:
    place = asked.view("days")

    def gap_mean(views: Views, day: int) -> float | None:
        days = views[place].days
        return (days[-1] - days[0]) / (len(days) - 1) if len(days) > 1 else None

    return gap_mean


def _gap_cv(asked: Asked) -> Read:
    place = asked.view("days")

    def gap_cv(views: Views, day: int) -> float | None:
        days = views[place].days
        n = len(days) - 1
        if n < 2:
            return None
        total = days[-1] - days[0]
        mean = total / n
        spread: float = (views[place].squares - total * mean) / (n - 1)
        return sqrt(max(0.0, spread)) / mean

    return gap_cv


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
    place = windowed(cell, value, keeper)
    return lambda views, day: views[place].count


def read_distance(place: Place | None, keeper: Keeper) -> Read:
    """How far a place is from where the customer was last seen, in km; `place` may be unknown."""
    seen = keeper.view(Cell(Pick(Rows("events")), "seen", False), None, 1)

    def distance(views: Views, day: int) -> float | None:
        if views[seen] is None or place is None:
            return None
        return kilometres(views[seen][0][3], place)

    return distance


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


def _shown(column: str | None) -> Callable[[Any], Any]:
    """What makes a kept value of a column what it is outside."""
    if column == "day":
        return date.fromordinal
    if column in _WHOLE:
        return int
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _written(value: Any) -> str:
    """A value in a list."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value + 0.0)  # of the two zeros, which are one value, the one without a sign
    return str(value)
