"""How a tag of one customer came to be what it is, month by month."""

from __future__ import annotations

from nicegui import run, ui

from limner.app.why import Point, course
from limner.console import charts_customer as charts
from limner.console.charts import Look
from limner.console.customer_known import Known
from limner.console.names import value_name
from limner.console.parts import Column, box, chart, table, text
from limner.console.view import View
from limner.console.words import one_customer as one_words
from limner.understand.tags.tag import Tag

NUMBERS = {
    "count": "count",
    "money": "money",
    "share": "share",
    "number": "decimal",
    "days": "decimal",
}


def later_course(view: View, known: Known, tag: Tag, tags: tuple[Tag, ...]) -> None:
    """What the tag was, month by month: worked out once the page stands, off the event loop."""
    place, as_of = box(), view.as_of
    if as_of is None or known.portrait is None:
        return

    async def fill() -> None:
        points = await run.io_bound(course, view.limner, known.built_as, tag, tags, as_of)
        if points is None or place.is_deleted or len(points) < 2:
            return
        with place:
            text(view.say(one_words.COURSE), "lm-group-title", tag="h3")
            text(view.say(one_words.COURSE_L), "lm-quiet").style("font-size: 12.5px")
            _course(view, tag, points)

    with place:
        ui.timer(0.01, fill, once=True)


def _course(view: View, tag: Tag, points: list[Point]) -> None:
    """A small line of numbers; of anything else a table."""
    days = [view.numbers.month(point.day.strftime("%Y-%m"), is_short=True) for point in points]
    values = [point.value for point in points]
    if tag.kind in NUMBERS and all(v is None or isinstance(v, int | float) for v in values):
        look = Look(view.language, view.numbers.currency)
        options = charts.course(days, values, NUMBERS[tag.kind], look)
        chart(view, options, view.say(one_words.COURSE_TEXT), "lm-short")
        return
    table(view, [Column("day", view.say(one_words.MONTH)), Column("value", view.say(one_words.WHY_NAMED))], [
        {"day": day, "day__sort": point.day.isoformat(), "value": value_name(view, tag, point.value)}
        for place, (day, point) in reversed(list(enumerate(zip(days, points, strict=True))))
        if not place or point.value != values[place - 1]  # since when it was so
    ])  # fmt: skip
