"""Random definitions of the whole tag language, as the texts that people write."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from limner.understand.tags.measure import TABLE
from limner.understand.tags.source import SOURCES

NUMBERS = ("revenue", "latitude", "hour", "weekday", "properties.n", "properties.x")
TEXTS = ("store_id", "channel", "city", "event", "type", "order_id", "device", "properties.x", "properties.s")  # fmt: skip
LINE_NUMBERS = (
    "quantity",
    "revenue",
    "discount",
    "coupon_discount",
    "list_price",
    "hour",
    "latitude",
)
LINE_TEXTS = ("product_id", "department", "category", "brand", "channel", "store_id", "event")
NAMES = ("Order Completed", "Product Viewed", "Product Added", "Email Opened", "Odd 'one'")
SPANS = (
    "", "", "", "in last 1 days", "in last 3 days", "in last 7 days", "in last 40 days", "in last 365 days",
    "in today", "in yesterday", "in this week", "in last week", "in this month", "in last month",
    "in this quarter", "in last quarter", "in this year", "in last year",
)  # fmt: skip
WORTHS = ("0", "1", "2.5", "-3", "10", "0.1")
WORDS = (
    "'a'",
    "'b'",
    "'web'",
    "'17'",
    "'page'",
    "''",
    "'Order Completed'",
    "'早'",
    "'true'",
    "'2'",
)


class Definitions:
    """Draws texts; `near`: a day that fixed spans lie about."""

    def __init__(self, random: Random, near: Callable[[int], str]) -> None:
        self._random, self._near = random, near

    def measured(self, measure: str | None = None) -> str:
        """A measure call."""
        choose, measure = self._random.choice, measure or self._random.choice(sorted(TABLE))
        how = TABLE[measure]
        rows = choose([*SOURCES, *SOURCES, "named", "named"])
        if rows != "named" and rows not in how.sources:
            rows = "orders"
        source = "events" if rows == "named" else rows
        is_line = SOURCES[source].grain == "line"
        numbers = LINE_NUMBERS if is_line else NUMBERS
        texts = (*(LINE_TEXTS if is_line else TEXTS), "day")
        if is_line:
            texts = (*texts, "is_private_label")
        head = []
        counts = measure in ("sum", "mean", "ratio", "trend")
        if "of" in how.needs:
            head.append(choose(numbers if counts else (*numbers, *texts)))
        if "n" in how.needs or ("n" in how.may and choose((True, False))):
            head[-1] += f", {choose((1, 2, 3, 12))}"
        if "by" in how.needs or ("by" in how.may and choose((True, False))):
            head.append(f"by {choose(numbers)}")
        said = [*head, *(["of"] if head else []), self.rows(rows)]
        if choose((True, False, False)):
            said.append(f"where {self.rule(source)}")
        if "part" in how.needs:
            said.append(f"part {self.rule(source)}")
        said.append(self.span(must_move="span" in how.needs))
        return f"{measure}({' '.join(word for word in said if word)})"

    def sequence(self) -> str:
        """A sequence of two or three steps."""
        choose = self._random.choice
        said = [self.step()]
        for _ in range(choose((1, 1, 2))):
            within = choose(("5 minutes", "2 hours", "1 days", "3 days"))
            said.append(f"then {self.step()} within {within}")
        if choose((True, False)):
            said.append(f"without {self.step()}")
        return f"sequence({' '.join(said)} {self.span()})"

    def distance(self) -> str:
        """A distance to a store, one of them unknown, or to a point."""
        return self._random.choice(
            ("distance(store '17')", "distance(store 'nowhere')", "distance(31.2, 121.5)", "distance(-33.9, -70.6)")
        )  # fmt: skip

    def step(self) -> str:
        """Rows of a sequence's step."""
        rows = self._random.choice(
            ("orders", "events", "pages", "named", "named", "named", "sales")
        )
        rule = f" where {self.rule('events')}" if self._random.random() < 0.4 else ""
        return self.rows(rows) + rule

    def rows(self, rows: str) -> str:
        """A source's name, or names of events."""
        if rows != "named":
            return rows
        names = self._random.sample(NAMES, self._random.choice((1, 1, 2)))
        return ", ".join("'" + name.replace("'", "''") + "'" for name in names)

    def span(self, must_move: bool = False) -> str:
        """Any span."""
        choose = self._random.choice
        if must_move:
            return choose([span for span in SPANS if span])
        if choose((True, False, False, False)):
            since = sorted(
                (self._near(-self._random.randrange(40)), self._near(-self._random.randrange(9)))
            )
            return choose(
                (f"since date '{since[1]}'", f"between date '{since[0]}' and date '{since[1]}'")
            )
        return choose(SPANS)

    def rule(self, source: str, depth: int = 2) -> str:
        """A rule on the rows of a source."""
        choose = self._random.choice
        if depth and choose((True, False)):
            word = choose((" and ", " or ", " and ", "not"))
            if word == "not":
                return f"not ({self.rule(source, depth - 1)})"
            return f"({self.rule(source, depth - 1)}{word}{self.rule(source, depth - 1)})"
        is_line = SOURCES[source].grain == "line"
        kind = choose(("number", "text", "number", "text", "day", "truth", "null"))
        numbers, texts = (LINE_NUMBERS, LINE_TEXTS) if is_line else (NUMBERS, TEXTS)
        compare = choose(("=", "<>", "<", "<=", ">", ">="))
        if kind == "number":
            column, low = choose(numbers), choose(WORTHS)
            return choose((
                f"{column} {compare} {low}", f"{column} between {low} and 12", f"{column} in ({low}, 8, 17)",
            ))  # fmt: skip
        if kind == "text":
            column, word = choose(texts), choose(WORDS)
            return choose((
                f"{column} {compare} {word}", f"{column} in ({word}, 'web', 'p2')",
                f"{column} like '%{choose('abe1早')}_'", f"contains({column}, '{choose('abpe1')}')",
            ))  # fmt: skip
        if kind == "day":
            return f"day {compare} date '{self._near(-self._random.randrange(6))}'"
        if kind == "truth":
            column = "is_private_label" if is_line else "properties.t"
            return f"{column} {choose(('=', '<>'))} {choose(('true', 'false'))}"
        return f"{choose((*numbers, *texts))} {choose(('is null', 'is not null'))}"

    def expression(self, numbers: list[str], texts: list[str]) -> str:
        """An expression over tags; with none of a kind, one without it."""
        a, b = self._random.choice(numbers), self._random.choice(numbers)
        found = [
            f"{a} / {b}", f"{a} + {b} * 2 - 0.1", f"coalesce({a}, {b}, 0)", f"nullif({a}, {b})",
            f"round({a} / 3, 1)", f"abs({a} - {b})", f"least({a}, {b})", f"greatest({a}, 1)",
            f"case when {a} > 2 then 'many' when {b} is null then 'none' else 'few' end",
            f"{a} >= {b}", f"case when {a} = 0 or {b} > 1 then {a} end",
        ]  # fmt: skip
        if texts:
            text = self._random.choice(texts)
            found += [f"case when {text} = 'web' then 1 else 0 end", f"coalesce({text}, 'none')"]
        return self._random.choice(found)

    def segment(self, numbers: list[str], texts: list[str], depth: int = 2) -> str:
        """A segment's rule over tags."""
        choose = self._random.choice
        if depth and choose((True, True, False)):
            one, other = (self.segment(numbers, texts, depth - 1) for _ in range(2))
            return choose((f"({one} and {other})", f"({one} or {other})", f"not ({one})"))
        if texts and choose((True, False)):
            text = choose(texts)
            return choose((f"{text} = 'web'", f"{text} in ('17', 'pos')", f"{text} like '%1%'",
                           f"contains({text}, 'o')", f"{text} is null", f"{text} >= '17'"))  # fmt: skip
        number, worth = choose(numbers), choose(WORTHS)
        compare = choose(("=", "<>", "<", "<=", ">", ">="))
        return choose((f"{number} {compare} {worth}", f"{number} between 0 and {worth}",
                       f"{number} in (0, {worth})", f"{number} is not null"))  # fmt: skip
