"""Random rules of the whole language, each of which the reader takes."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from limner.core.rule import (
    And,
    Between,
    Compare,
    Contains,
    In,
    IsNull,
    Like,
    Not,
    Or,
    Rule,
)
from limner.understand.segments.term import Best, InList, InSegment, Lookalike, TagTerm, write_term
from limner.understand.tags.kind import call_kind, column_kind, counts_as
from limner.understand.tags.measure import TABLE
from limner.understand.tags.source import SOURCES
from limner.understand.tags.span import EVER, Span
from limner.understand.tags.value import Distance, Measured, Rows, Sequence, Step, Trait

COLUMNS = {"n": "number", "city": "text", "vip": "truth", "first on": "day", "order": "number",
           "城市": "text", "in": "number"}  # fmt: skip
SEGMENTS = ["best ones", "rfm:champions", "it's"]
LISTS = ["vips", "名单"]
NAMES = st.sampled_from(["a", "Order Completed", "it's", "-- no", "中文", "where", '"', "x(y)"])
PROPERTIES = st.sampled_from(
    ["colour", "a.b", "with space", "in", 'q"', "中文", "count(x)", "1st"]
).map(lambda name: f"properties.{name}")
TEXTS = st.text(alphabet="ab%_'\"é中-/*", max_size=4)
NUMBERS = st.integers(-9, 9) | st.floats(-1e9, 1e9) | st.sampled_from([1e-7, 1e22, 2**70])
DAYS = st.dates(date(2016, 1, 1), date(2018, 1, 1))
VALUES = {"number": NUMBERS, "text": TEXTS, "truth": st.booleans(), "day": DAYS}
SPANS = st.one_of(
    st.just(EVER),
    st.integers(1, 400).map(lambda days: Span(days=days)),
    st.builds(
        Span,
        unit=st.sampled_from(["day", "week", "month", "quarter", "year"]),
        back=st.integers(0, 1),
    ),
    DAYS.map(lambda since: Span(since=since)),
    st.tuples(DAYS, DAYS).map(lambda ends: Span(since=min(ends), until=max(ends))),
)
MOVING = SPANS.filter(lambda span: span.moves)


def leaves(column: str, kind: str) -> st.SearchStrategy[Rule]:
    """Conditions on a column of a kind."""
    value, name = VALUES[kind], st.just(column)
    signs = ["=", "<>"] if kind == "truth" else ["=", "<>", "<", "<=", ">", ">="]
    made: list[st.SearchStrategy[Rule]] = [
        st.builds(Compare, name, st.sampled_from(signs), value),
        st.builds(In, name, st.lists(value, min_size=1, max_size=3).map(tuple)),
        st.builds(IsNull, name),
    ]
    if kind != "truth":
        made.append(st.builds(Between, name, value, value))
    if kind == "text":
        made += [st.builds(Like, name, TEXTS), st.builds(Contains, name, TEXTS)]
    return st.one_of(made)


def grown(leaf: st.SearchStrategy[Rule], most: int) -> st.SearchStrategy[Rule]:
    """Rules joined of conditions."""
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=most,
    )


def row_rules(source: str) -> st.SearchStrategy[Rule]:
    """Rules on the rows of a source."""
    own = st.sampled_from(sorted(SOURCES[source].columns)).flatmap(
        lambda column: leaves(column, column_kind(column) or "text")
    )
    if SOURCES[source].grain != "event":
        return grown(own, 3)
    loose = st.tuples(PROPERTIES, st.sampled_from(["number", "text", "truth"])).flatmap(
        lambda both: leaves(*both)
    )
    return grown(own | loose, 3)


ROWS = st.one_of(
    st.sampled_from(sorted(SOURCES)).map(Rows),
    st.lists(NAMES, min_size=1, max_size=3, unique=True).map(
        lambda names: Rows("events", tuple(names))
    ),
)


@st.composite
def measured(draw: st.DrawFn, name: str | None = None) -> Measured:
    """A measure of rows with all it needs and some of what it may have."""
    measure = TABLE[name or draw(st.sampled_from(sorted(TABLE)))]
    rows = draw(ROWS.filter(lambda rows: rows.source in measure.sources))
    columns = st.sampled_from(sorted(SOURCES[rows.source].columns))
    if SOURCES[rows.source].grain == "event":
        columns |= PROPERTIES
    has = {
        n: n in measure.needs or (n in measure.takes and draw(st.booleans()))
        for n in ("of", "by", "n", "part")
    }
    rules = row_rules(rows.source)

    def column(place: str) -> str:
        return draw(columns.filter(lambda name: counts_as(measure.name, place, name)))

    return Measured(
        measure.name, rows,
        of=column("of") if has["of"] else None,
        n=draw(st.integers(1, 9)) if has["n"] else None,
        by=column("by") if has["by"] else None,
        where=draw(st.none() | rules),
        part=draw(rules) if has["part"] else None,
        span=draw(MOVING if "span" in measure.needs else SPANS),
    )  # fmt: skip


@st.composite
def sequences(draw: st.DrawFn) -> Sequence:
    """Steps one after the other."""
    rows = ROWS.filter(lambda rows: SOURCES[rows.source].grain == "event")

    def step() -> Step:
        found = draw(rows)
        return Step(found, draw(st.none() | row_rules(found.source)))

    steps = tuple(step() for _ in range(draw(st.integers(2, 3))))
    withins = tuple(
        timedelta(minutes=draw(st.sampled_from([1, 90, 60, 1440, 4320]))) for _ in steps[1:]
    )
    return Sequence(steps, withins, step() if draw(st.booleans()) else None, draw(SPANS))


DISTANCES = st.one_of(
    NAMES.map(Distance),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)).map(lambda at: Distance(None, *at)),
)
CALLS = measured() | sequences() | DISTANCES
COUNTS = st.one_of(
    st.tuples(st.integers(1, 10**6), st.none()), st.tuples(st.none(), st.floats(1e-6, 1))
)
NUMERIC = st.one_of(
    st.sampled_from([name for name, kind in COLUMNS.items() if kind == "number"]).map(TagTerm),
    measured("count"), sequences(), DISTANCES,
)  # fmt: skip
BESTS = st.builds(
    lambda amount, by, is_worst: Best(*amount, write_term(by), is_worst),
    COUNTS,
    NUMERIC,
    st.booleans(),
)
TRUTHS = st.one_of(
    st.sampled_from(SEGMENTS).map(InSegment),
    st.sampled_from(LISTS).map(InList),
    BESTS,
    st.builds(lambda seed, amount: Lookalike(seed, *amount), st.sampled_from(SEGMENTS), COUNTS),
)
TRAITS = PROPERTIES.map(lambda name: Trait(name.removeprefix("properties.")))
TERMS = st.one_of(st.sampled_from(sorted(COLUMNS)).map(TagTerm), CALLS, TRUTHS, TRAITS)
RULES = grown(
    st.one_of(
        st.sampled_from(sorted(COLUMNS.items())).flatmap(lambda both: leaves(*both)),
        CALLS.flatmap(lambda call: leaves(write_term(call), call_kind(call))),
        TRUTHS.flatmap(lambda term: leaves(write_term(term), "truth")),
        st.tuples(TRAITS, st.sampled_from(["number", "text", "truth"])).flatmap(
            lambda both: leaves(write_term(both[0]), both[1])
        ),
    ),
    4,
)
