"""A tag: one figure or fact about a customer, defined once, in words that can be read.

The catalogue is `catalogue.yaml` beside this file; the sentence that explains a tag is made from
its definition, so the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml

from limner.core.errors import Malformed, Unknown
from limner.core.rule import Rule, parse
from limner.core.words import Language, Words
from limner.understand.tags.measure import TABLE, Measure
from limner.understand.tags.source import SOURCES, Source
from limner.understand.wording import say

Kind = Literal["count", "money", "number", "share", "days", "text", "day", "hour", "weekday"]
_FIELDS = frozenset(
    [
        "code",
        "name",
        "description",
        "category",
        "unit",
        "kind",
        "reads",
        "measure",
        "of",
        "by",
        "where",
        "part",
        "days",
    ]
)

CATEGORIES: dict[str, Words] = {
    "recency": Words("Recency and tenure", "时间"),
    "frequency": Words("Frequency", "频次"),
    "money": Words("Money", "金额"),
    "rhythm": Words("Rhythm", "节奏"),
    "favourite": Words("Favourites", "偏好"),
    "price": Words("Price and coupons", "价格与优惠"),
    "breadth": Words("Breadth", "广度"),
    "household": Words("Household", "家庭"),
}


@dataclass(frozen=True, slots=True)
class Tag:
    """The definition of a tag.

    `unit`: what one of it is; `currency` stands for the currency of the events.
    `kind`: how it is shown and compared; shares lie in 0..1, weekdays in 0 (Monday)..6.
    `reads`, `measure`: names of `SOURCES` and of the measures' `TABLE`.
    `of`: the column that is measured; `by`: what weighs it or divides it.
    `where`: which rows count; `part`: which of those a share counts.
    `days`: the last so many business days up to and including as-of; None: since ever.
    """

    code: str
    name: Words
    description: Words
    category: str
    unit: str
    kind: Kind
    reads: str
    measure: str
    of: str | None = None
    by: str | None = None
    where: Rule | None = None
    part: Rule | None = None
    days: int | None = None

    @property
    def source(self) -> Source:
        """The rows the tag reads."""
        return SOURCES[self.reads]

    @property
    def how(self) -> Measure:
        """The measure the tag takes of them."""
        return TABLE[self.measure]

    def rule_text(self, language: Language) -> str:
        """The definition as a sentence for a marketer, made from the definition itself."""
        en = language == "en"
        columns = self.source.columns

        def column(name: str | None) -> str:
            if name is None:
                return self.source.words.in_(language)
            if self.reads == "tag":
                return tag(name).name.in_(language)
            return columns[name].in_(language) if name in columns else f"“{name}”"

        rows = self.source.words.in_(language)
        if self.where is not None:
            condition = say(self.where, columns, language)
            rows = f"{rows} where {condition}" if en else f"“{condition}”的{rows}"
        window = Words("of all time", "历史")
        if self.days is not None:
            window = Words(f"in the last {self.days} days", f"近{self.days}天")
        words = self.how.words_by if self.by and self.how.words_by else self.how.words
        sentence = words.in_(language).format(
            of=column(self.of),
            by=column(self.by),
            part=say(self.part, columns, language) if self.part is not None else "",
            rows=rows,
            row=self.source.one.in_(language),
            window=window.in_(language),
            days=self.days,
        )
        return sentence[0].upper() + sentence[1:]


def read_catalogue(text: str) -> tuple[Tag, ...]:
    """The tags of a YAML catalogue, every one checked.

    Raises: `Malformed` naming the tag, the field, what was seen and what can stand there.
    """
    tags: list[Tag] = []
    for entry in yaml.safe_load(text):
        tags.append(_read(entry, {known.code: known for known in tags}))
    return tuple(tags)


@cache
def catalogue() -> tuple[Tag, ...]:
    """Limner's own tags, in the order in which people read them."""
    return read_catalogue(Path(__file__).with_name("catalogue.yaml").read_text(encoding="utf-8"))


def tag(code: str) -> Tag:
    """The tag of a code.

    Raises: `Unknown` when the catalogue has no such tag.
    """
    for known in catalogue():
        if known.code == code:
            return known
    raise Unknown("tag-unknown", f"there is no tag {code!r}; see the catalogue of tags")


def _read(entry: Mapping[str, object], known: Mapping[str, Tag]) -> Tag:
    code = str(entry.get("code", ""))

    def wrong(field: str, wanted: str) -> Malformed:
        return Malformed(
            "tag-malformed",
            f"tag {code!r}, field {field}: got {entry.get(field)!r}; wanted {wanted}",
        )

    if not code.isidentifier() or not code.isascii() or not code.islower() or code in known:
        raise wrong("code", "a new name such as orders_90d")
    for field in entry:
        if field not in _FIELDS:
            raise wrong(field, f"one of the fields {', '.join(sorted(_FIELDS))}")
    for field, choices in (
        ("category", CATEGORIES), ("kind", get_args(Kind)), ("reads", SOURCES), ("measure", TABLE),
    ):  # fmt: skip
        if entry.get(field) not in choices:
            raise wrong(field, f"one of {', '.join(choices)}")
    words = {}
    for field in ("name", "description"):
        both = entry.get(field)
        if not isinstance(both, Mapping) or not both.get("en") or not both.get("zh"):
            raise wrong(field, "the texts `en` and `zh`")
        words[field] = Words(str(both["en"]), str(both["zh"]))
    measure, source = TABLE[str(entry["measure"])], SOURCES[str(entry["reads"])]
    if source.name not in measure.sources:
        raise wrong("reads", f"for {measure.name} one of {', '.join(sorted(measure.sources))}")
    for need in measure.needs:
        if entry.get(need) is None:
            raise wrong(need, f"a value, which {measure.name} needs")
    names = known if source.name == "tag" else source.columns
    for field in ("of", "by"):
        name = entry.get(field)
        if name is not None and source.name != "trait" and name not in names:
            raise wrong(field, f"one of {', '.join(names)}")
    days = entry.get("days")
    if days is not None and (not isinstance(days, int) or days < 1):
        raise wrong("days", "a whole number of days, 1 or more")
    rules = {
        field: parse(str(entry[field]), source.columns)
        for field in ("where", "part")
        if field in entry
    }
    return Tag(
        code=code,
        name=words["name"],
        description=words["description"],
        category=str(entry["category"]),
        unit=str(entry.get("unit", "")),
        kind=entry["kind"],  # type: ignore[arg-type]
        reads=source.name,
        measure=measure.name,
        of=_text(entry.get("of")),
        by=_text(entry.get("by")),
        where=rules.get("where"),
        part=rules.get("part"),
        days=days,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
