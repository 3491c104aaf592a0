"""What is not computed from events: what records say, models expect and people set.

It comes without a kind of its own and becomes what the tag's kind says.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
from ibis.expr.types import Column, StringColumn, Table

from limner.core.errors import Rejected
from limner.understand.tags.source import Facts, json_at, rounded_down
from limner.understand.tags.tag import Kind
from limner.understand.tags.value import Score

_WHOLE = ("count", "hour", "weekday")
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def of_kind(written: StringColumn, kind: Kind) -> Column:
    """A text as what a tag's kind says; missing where it is none."""
    if kind == "text":
        return written
    if kind == "truth":
        return written.cases(("true", True), ("false", False), else_=ibis.null("boolean"))
    if kind == "day":
        fits = written.re_search(_DAY) & (written >= "0001")
        return fits.ifelse(written, ibis.null("string")).try_cast("date")
    number = written.re_search(_NUMBER).ifelse(written, ibis.null("string")).try_cast("float64")
    number = (number.abs() < float("inf")).ifelse(number, ibis.null("float64"))
    if kind in _WHOLE:
        return (
            (number == rounded_down(number)).ifelse(number, ibis.null("float64")).try_cast("int64")
        )
    return number


def as_written(json: Column) -> StringColumn:
    """A JSON value as text: a string without its quotes, a number or truth as it is written."""
    return ibis.coalesce(json.str, json.cast("string").nullif("null"))


def traits(asked: Mapping[str, tuple[str, Kind]], facts: Facts) -> Table:
    """Traits of every customer, by the names of `asked`: each a trait's name and a kind."""
    people = facts.customers
    return people.select(
        "customer_id",
        **{
            name: of_kind(as_written(json_at(people.traits, trait)), kind)
            for name, (trait, kind) in asked.items()
        },
    )


def scores(asked: Mapping[str, Score], facts: Facts) -> Table:
    """Scores by the names of `asked`: of one subject, or the mean of a model's subjects.

    Raises: `Rejected` when no scores are at hand.
    """
    if facts.scores is None:
        raise Rejected(
            "tag-scores", f"{', '.join(asked)} need the scores of the last build; run limner build"
        )
    rows = facts.scores
    made = {}
    for name, score in asked.items():
        here = rows.model == score.model
        if score.subject is not None:
            made[name] = rows.score.max(where=here & (rows.subject == score.subject))
        else:
            whole = rounded_down(rows.score * 1e6 + 0.5).try_cast("int64")
            total = whole.sum(where=here).cast("float64") / 1e6
            made[name] = total / whole.count(where=here).nullif(0)
    return rows.group_by("customer_id").aggregate(**made)


def set_to(name: str) -> str:
    """The column of what people set in place of a value that is computed."""
    return f"{name} set to"


def is_set(name: str) -> str:
    """The column of whether they did: what is set can be that there is no value."""
    return f"{name} is set"


def set_by_hand(by_hand: Mapping[str, Kind], corrected: Mapping[str, Kind], facts: Facts) -> Table:
    """What people set: `by_hand` under the tags' names, `corrected` as `set_to` and `is_set`."""
    rows = facts.by_hand
    if rows is None:
        people = facts.customers
        nobody = people.filter(ibis.literal(False)).select("customer_id")
        empty = {name: of_kind(ibis.null("string"), kind) for name, kind in by_hand.items()}
        return nobody.mutate(**empty)
    made = {}
    written = as_written(rows.value.cast("json"))
    for name, kind in by_hand.items():
        made[name] = of_kind(written, kind).max(where=rows.tag == name)
    for name, kind in corrected.items():
        made[set_to(name)] = of_kind(written, kind).max(where=rows.tag == name)
        made[is_set(name)] = rows.count(where=rows.tag == name) > 0
    return rows.group_by("customer_id").aggregate(**made)
