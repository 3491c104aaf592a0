"""What a tag can measure: one entry per measure, with what no rows give.

What a measure means, to the last digit, whoever reads it (`rows` are those of the source within the
span for which `where` is true, not unknown; a column's missing values are left out):

* *Nothing*: count, sum and distinct of no rows are 0 (a customer without orders ordered 0 times);
  everything else of nothing is missing: there is no average, favourite or last day to speak of.
* *Amounts*, whatever is added up or weighs (`of` of sum, mean, ratio and trend; every `by`), are whole
  millionths, `floor(x * 1e6 + 0.5)`, so that they add up the same in any order.  What does not fit
  64 bits, and what is no number, is a missing amount.  sum is `total / 1e6`; mean is
  `(total / 1e6) / known`; share by a column, ratio and trend are computed from two such sums, trend
  as `(now - before) / (|now| + |before|)`; a division by 0 is missing.  ratio adds `of` and `by` of
  all rows alike, and is missing when no row has an `of`; a share's part of no rows is 0.
* *Order* is by (time, event_id), of lines within an event by their place in it.  first, last and nth
  are of the values that are not missing; the 1st of nth is first.  Days and clocks are the business's.
* *Equals*: of top and list the value that sorts first (text by code point, false before true).
  Without `by` every row weighs 1; with it a value none of whose rows has a weight is left out.
* *list*: texts joined by ", ", the most frequent first, at most n (10); numbers as short as they can be
  told apart (10.0, 0.25; whole-number columns 10), days as 2017-12-31, truth as true and false.
* *distinct* of lines' columns works at the grain of lines; count counts lines.
* *time_since_*: days from the day of the last (first) row to the as-of day.  *gap_*: with n gaps
  between the different days that have rows, total their sum and squares the sum of their squares,
  gap_mean is `m = total / n`; gap_cv is `sqrt(max(0, (squares - total * m) / (n - 1))) / m`.
* *Properties* (`properties.x`: one key): number in sum, mean, min, max, ratio, trend and every `by`,
  text elsewhere, and what the value beside it is in a rule; `is null` holds where it is neither text
  nor number nor truth; beside a day it is missing.
* *Lines* of any source are the products of its events; product columns come from the catalogue, and
  where that says nothing category and brand from the line itself.  list_price is revenue + discount,
  a missing discount counting 0.  A refund's revenue counts against: `-|revenue|`, whatever its sign.
* *Sequences* and *distances*: see `understand.tags.value`.  Kilometres are, in doubles and in this
  order, `a = sin(dlat / 2)**2 + cos(lat1) * cos(lat2) * sin(dlon / 2)**2` of radians (`x * pi / 180`,
  1 the customer, d = 2 less 1), `floor(2 * 6371.0088 * asin(sqrt(min(1, a))) * 1000 + 0.5) / 1000`.
* *Untyped values* (traits, by hand) become what the tag's kind says: text as it is (a JSON number or
  truth as written); a number, also written as text, as JSON writes numbers, for whole kinds (count,
  hour, weekday) only when it is whole; truth from true and false; day from 2017-12-31; else missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import ibis
from ibis.expr.types import BooleanValue, Column, Scalar, Table, Value

from limner.core.rule import Rule
from limner.core.words import Words
from limner.understand.tags.folds import Fold, Folds
from limner.understand.tags.reading import Slice

Needs = Literal["of", "by", "part", "n", "span"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a fold is asked: the tag's fields, its rows, those of the window before, the day it is."""

    of: str | None
    by: str | None
    n: int
    counted: Rule | None  # the rule of a share's part
    rows: Folds
    part: Slice
    before: Slice
    as_of: Value


@dataclass(frozen=True, slots=True)
class Tally:
    """How much each value of a column weighs for a customer: one row per customer and value.

    `weight` is there where `is_held`: where the customer has such rows at all.
    """

    value: Column
    weight: Column
    is_held: BooleanValue
    n: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A way to turn a customer's rows into one value.

    `words` is the sentence that explains it, with places for {of}, {by}, {n}, {part}, {rows}, {row}, {window}.
    `words_by` is the sentence when the tag gives `by`.  `empty` is the value for a customer without rows.  `needs` are the fields a tag must give, `may` those it can give.
    `n` is what a tag has that gives none.

    One of three makes the value: `fold` from all rows of a customer; `tally` from the weights of a
    column's values; `gap`, a column of `gap_statistics`, from the days that have rows.
    """

    name: str
    words: Words
    sources: frozenset[str]
    needs: tuple[Needs, ...] = ()
    empty: int | None = None
    fold: Callable[[Asked], Fold] | None = None
    tally: Callable[[Tally], Scalar] | None = None
    gap: str | None = None
    words_by: Words | None = None
    may: tuple[Needs, ...] = ()
    n: int | None = None

    @property
    def takes(self) -> frozenset[str]:
        """The fields it may be given."""
        return frozenset((*self.needs, *self.may))


def _sum(asked: Asked) -> Fold:
    total = asked.rows.total(asked.part, _of(asked))
    return lambda folded: total(folded).fill_null(0.0)


def _mean(asked: Asked) -> Fold:
    total = asked.rows.total(asked.part, _of(asked))
    known = asked.rows.known(asked.part, _of(asked))
    return lambda folded: total(folded) / known(folded).nullif(0)


def _share(asked: Asked) -> Fold:
    some = asked.part.narrowed(asked.counted)
    if asked.by is None:
        part, whole = asked.rows.count(some), asked.rows.count(asked.part)
    else:
        part, whole = (asked.rows.total(s, asked.by) for s in (some, asked.part))
    return lambda folded: part(folded).fill_null(0) / whole(folded).nullif(0)


def _ratio(asked: Asked) -> Fold:
    assert asked.by is not None  # noqa: S101  the catalogue has checked it
    above = asked.rows.total(asked.part, _of(asked))
    below = asked.rows.total(asked.part, asked.by)
    return lambda folded: above(folded) / below(folded).nullif(0)


def _trend(asked: Asked) -> Fold:
    now = asked.rows.total(asked.part, _of(asked))
    then = asked.rows.total(asked.before, _of(asked))

    def trend(folded: Table) -> Column:
        a, b = now(folded).fill_null(0.0), then(folded).fill_null(0.0)
        return (a - b) / (a.abs() + b.abs()).nullif(0)

    return trend


def _since(edge: Literal["lowest", "highest"]) -> Callable[[Asked], Fold]:
    def since(asked: Asked) -> Fold:
        day = getattr(asked.rows, edge)(asked.part, "day")
        return lambda folded: asked.as_of.delta(day(folded), unit="day")

    return since


def _heaviest(tally: Tally) -> Scalar:
    return tally.value.first(where=tally.is_held, order_by=[tally.weight.desc(), tally.value])


def _listed(tally: Tally) -> Scalar:
    order = [tally.weight.desc(), tally.value]
    value = tally.value
    if value.type().is_floating():
        value = value + 0.0  # of the two zeros, which are one value, the one without a sign
    values = value.cast("string").collect(where=tally.is_held, order_by=order)
    return values[: tally.n].join(", ")


def _of(asked: Asked) -> str:
    assert asked.of is not None  # noqa: S101  the catalogue has checked it
    return asked.of


_ROWS = frozenset(
    {"orders", "sales", "redemptions", "events", "pages", "lines", "viewed", "carted"}
)

_ALL = (
    Measure(
        "count", Words("Number of {rows} {window}.", "{window}{rows}的数量。"), _ROWS,
        empty=0, fold=lambda asked: asked.rows.count(asked.part),
    ),
    Measure(
        "sum", Words("Sum of {of} of {rows} {window}.", "{window}{rows}的{of}合计。"), _ROWS,
        needs=("of",), empty=0, fold=_sum,
    ),
    Measure(
        "mean", Words("Average {of} of {rows} {window}.", "{window}{rows}的平均{of}。"), _ROWS,
        needs=("of",), fold=_mean,
    ),
    Measure(
        "min", Words("Lowest {of} of {rows} {window}.", "{window}{rows}的最小{of}。"), _ROWS,
        needs=("of",), fold=lambda asked: asked.rows.lowest(asked.part, _of(asked)),
    ),
    Measure(
        "max", Words("Highest {of} of {rows} {window}.", "{window}{rows}的最大{of}。"), _ROWS,
        needs=("of",), fold=lambda asked: asked.rows.highest(asked.part, _of(asked)),
    ),
    Measure(
        "first", Words("The {of} of the first {row} {window}.", "{window}首次{row}的{of}。"),
        _ROWS, needs=("of",), fold=lambda asked: asked.rows.earliest(asked.part, _of(asked)),
    ),
    Measure(
        "last", Words("The {of} of the last {row} {window}.", "{window}末次{row}的{of}。"),
        _ROWS, needs=("of",), fold=lambda asked: asked.rows.latest(asked.part, _of(asked)),
    ),
    Measure(
        "nth", Words(
            "Number {n} in time of the values of {of} of {rows} {window}; missing when there are fewer.",
            "{window}{rows}中按时间先后第{n}个{of}；不足{n}个时为空。",
        ),
        _ROWS, needs=("of", "n"), fold=lambda asked: asked.rows.nth(asked.part, _of(asked), asked.n),
    ),
    Measure(
        "distinct", Words(
            "Number of different values of {of} in {rows} {window}.", "{window}{rows}中不同{of}的个数。"
        ),
        _ROWS, needs=("of",), empty=0,
        tally=lambda tally: tally.value.count(where=tally.is_held),
    ),
    Measure(
        "top", Words(
            "The {of} of the most {rows} {window}; of equals the one that sorts first.",
            "{window}{rows}最多的{of}；并列时取排序在前者。",
        ),
        _ROWS, needs=("of",), may=("by",), tally=_heaviest,
        words_by=Words(
            "The {of} with the most {by} in {rows} {window}; of equals the one that sorts first.",
            "{window}{rows}中{by}最多的{of}；并列时取排序在前者。",
        ),
    ),
    Measure(
        "list", Words(
            "The different values of {of} in {rows} {window}, the most frequent first, at most {n}.",
            "{window}{rows}中出现过的{of}，按次数从多到少，最多{n}个。",
        ),
        _ROWS, needs=("of",), may=("n",), tally=_listed, n=10,
    ),
    Measure(
        "share", Words(
            "Share of {rows} {window} for which {part}.", "{window}{rows}中，{part}的占比。"
        ),
        _ROWS, needs=("part",), may=("by",), fold=_share,
        words_by=Words(
            "Share of {by} of {rows} {window} for which {part}.",
            "{window}{rows}中，{part}的部分占{by}的比例。",
        ),
    ),
    Measure(
        "ratio", Words(
            "Sum of {of} divided by sum of {by}, of {rows} {window}.",
            "{window}{rows}的{of}合计除以{by}合计。",
        ),
        _ROWS, needs=("of", "by"), fold=_ratio,
    ),
    Measure(
        "trend", Words(
            "How {of} of {rows} {window} compares with the same time before: (now - before) / "
            "(now + before), from -1 (all before) to 1 (all now).",
            "{window}{rows}的{of}与此前同样长的时间相比：（近期 - 前期）÷（近期 + 前期），从 -1（全在前期）到 1（全在近期）。",
        ),
        _ROWS, needs=("of", "span"), fold=_trend,
    ),
    Measure(
        "time_since_last", Words(
            "Whole days from the day of the last {row} {window} to the as-of day.",
            "从{window}末次{row}当日到统计日的天数。",
        ),
        _ROWS, fold=_since("highest"),
    ),
    Measure(
        "time_since_first", Words(
            "Whole days from the day of the first {row} {window} to the as-of day.",
            "从{window}首次{row}当日到统计日的天数。",
        ),
        _ROWS, fold=_since("lowest"),
    ),
    Measure(
        "gap_mean", Words(
            "Average number of days between one day with {rows} and the next, {window}; needs two such days.",
            "{window}有{rows}的相邻两日之间的平均间隔天数；至少需要两日。",
        ),
        _ROWS, gap="gap_mean",
    ),
    Measure(
        "gap_cv", Words(
            "Standard deviation of the days between one day with {rows} and the next divided by their "
            "average, {window} (0 = like clockwork); needs three such days.",
            "{window}有{rows}的相邻两日间隔天数的标准差除以平均值（0 为完全规律）；至少需要三日。",
        ),
        _ROWS, gap="gap_cv",
    ),
)  # fmt: skip

TABLE: dict[str, Measure] = {measure.name: measure for measure in _ALL}


def gap_statistics(days: Table) -> Table:
    """Mean and coefficient of variation of the gaps between a customer's days.

    `days` has distinct (customer_id, day).  Sums of whole days are exact, so that the result is
    the same digits in whatever order the engine adds; the deviation is the sample's (n - 1).
    """
    order = ibis.window(group_by="customer_id", order_by="day")
    gaps = days.mutate(gap=days.day.delta(days.day.lag().over(order), unit="day"))
    sums = gaps.group_by("customer_id").aggregate(
        n=gaps.gap.count(), total=gaps.gap.sum(), squares=(gaps.gap * gaps.gap).sum()
    )
    mean = sums.total / sums.n.nullif(0)
    spread = (sums.squares - sums.total * mean) / (sums.n - 1).nullif(0)
    return sums.select(
        "customer_id",
        gap_mean=mean,
        gap_cv=(spread < 0).ifelse(0.0, spread).sqrt() / mean,
    )
