"""The time a tag looks at: rolling days, calendar periods, fixed days, or all of it.

A span is of whole business days: it is what it is at the end of a business day, `as_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from limner.core.clock import end_of
from limner.core.rule_words import Cursor
from limner.core.words import Words
from limner.understand.tags.source import Window

Unit = Literal["day", "week", "month", "quarter", "year"]
_UNITS: dict[str, Words] = {
    "week": Words("week", "周"), "month": Words("month", "月"),
    "quarter": Words("quarter", "季度"), "year": Words("year", "年"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A span of business days; `Span()` is all time up to as-of.

    `days`: the last so many days, the as-of day included.  `unit` with `back`: the calendar period
    so many before the one that as-of lies in (0 is the running one, up to as-of); weeks begin on
    Monday.  `since`, `until`: fixed days, both included.
    """

    days: int | None = None
    unit: Unit | None = None
    back: int = 0
    since: date | None = None
    until: date | None = None

    def bounds(self, as_of: date) -> tuple[date | None, date]:
        """The first day (None: since ever) and the last; the last may come before the first."""
        if self.days is not None:
            return as_of - timedelta(days=self.days - 1), as_of
        if self.unit is not None:
            first = _begin(as_of, self.unit, self.back)
            if self.back == 0:
                return first, as_of
            return first, _begin(as_of, self.unit, self.back - 1) - timedelta(days=1)
        return self.since, min(as_of, self.until) if self.until is not None else as_of

    def before(self, as_of: date) -> tuple[date, date]:
        """The days of the same length that came before: what a trend compares with.

        Only of rolling days and calendar periods; of a running period all of the one before.
        """
        if self.days is not None:
            last = as_of - timedelta(days=self.days)
            return last - timedelta(days=self.days - 1), last
        assert self.unit is not None  # noqa: S101  the reader of definitions has refused the rest
        first = _begin(as_of, self.unit, self.back + 1)
        return first, _begin(as_of, self.unit, self.back) - timedelta(days=1)

    def window(self, as_of: date, timezone: str) -> Window:
        """The moments of the span."""
        return moments(self.bounds(as_of), timezone)

    @property
    def moves(self) -> bool:
        """Whether it becomes another span as days pass: then a value can change with no event."""
        return self.days is not None or self.unit is not None

    @property
    def text(self) -> str:
        """The span as definitions write it; nothing for all time."""
        if self.days is not None:
            return f"in last {self.days} days"
        if self.unit == "day":
            return "in yesterday" if self.back else "in today"
        if self.unit is not None:
            return f"in {'last' if self.back else 'this'} {self.unit}"
        if self.since is None:
            return ""
        if self.until is None:
            return f"since date '{self.since}'"
        return f"between date '{self.since}' and date '{self.until}'"

    @property
    def words(self) -> Words:
        """The span as people say it."""
        if self.days is not None:
            days = f"{self.days} days" if self.days > 1 else "day"
            return Words(f"in the last {days}", f"近{self.days}天")
        if self.unit == "day":
            return Words("yesterday", "昨日") if self.back else Words("today", "今日")
        if self.unit is not None:
            name = _UNITS[self.unit]
            if self.back:
                return Words(f"last {name.en}", f"上{name.zh}" if name.zh != "年" else "去年")
            return Words(f"this {name.en}", f"本{name.zh}" if name.zh != "年" else "今年")
        if self.since is None:
            return Words("of all time", "历史")
        if self.until is None:
            return Words(f"since {self.since}", f"{self.since} 以来")
        return Words(f"from {self.since} to {self.until}", f"{self.since} 至 {self.until}")


EVER = Span()


def moments(bounds: tuple[date | None, date], timezone: str) -> Window:
    """The moments of some business days, from the first (None: since ever) to the last."""
    first, last = bounds
    start = None if first is None else end_of(first - timedelta(days=1), timezone)
    return Window(start, end_of(last, timezone))


def _begin(as_of: date, unit: Unit, back: int) -> date:
    """The first day of the period so many before that of a day."""
    if unit == "day":
        return as_of - timedelta(days=back)
    if unit == "week":
        return as_of - timedelta(days=as_of.weekday() + 7 * back)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    index = as_of.year * 12 + as_of.month - 1
    index -= index % months + back * months
    return date(index // 12, index % 12 + 1, 1)


def read_span(cursor: Cursor) -> Span:
    """The span that begins at a cursor, or all time where none does.

    Raises: `Malformed` at the word that does not belong.
    """
    if cursor.took("since"):
        return Span(since=cursor.day())
    if cursor.took("between"):
        start = cursor.word
        since = cursor.day()
        cursor.want("and", "the first day")
        until = cursor.day()
        if until < since:
            cursor.fail(f"{until} comes before {since}; put the earlier day first", start)
        return Span(since=since, until=until)
    if not cursor.took("in"):
        return EVER
    if cursor.took("today"):
        return Span(unit="day")
    if cursor.took("yesterday"):
        return Span(unit="day", back=1)
    cursor.took("the")
    for word, back in (("this", 0), ("last", 1)):
        if cursor.word.says(word):
            for unit in _UNITS:
                if cursor.took(word, unit):
                    return Span(unit=unit, back=back)  # type: ignore[arg-type]
    if not cursor.took("last"):
        cursor.fail("write in last 90 days, in this month, in last week, in today ...")
    days = cursor.whole("the number of days")
    if not cursor.took("days") and not cursor.took("day"):
        cursor.fail("'days' should stand here")
    return Span(days=days)
