"""What of a portrait can be compared: which columns, as numbers or as values, under which names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from limner.core.words import Words
from limner.understand.columns import Floats, numbers
from limner.understand.segments.value_names import value_name

VALUES_SHOWN = 20  # values of a column that are told apart; rarer ones count as one
_DAYS = (
    Words("Monday", "周一"), Words("Tuesday", "周二"), Words("Wednesday", "周三"),
    Words("Thursday", "周四"), Words("Friday", "周五"), Words("Saturday", "周六"),
    Words("Sunday", "周日"),
)  # fmt: skip
# Columns of the portrait that are no tags, and what is told of them.
OURS: dict[str, tuple[Words, str]] = {
    "gender": (Words("Gender", "性别"), "text"),
    "country": (Words("Country", "国家"), "text"),
    "city": (Words("City", "城市"), "text"),
    "rfm_recency": (Words("Recency score", "R 得分"), "number"),
    "rfm_frequency": (Words("Frequency score", "F 得分"), "number"),
    "rfm_money": (Words("Money score", "M 得分"), "number"),
    "rfm_group": (Words("RFM group", "RFM 分组"), "text"),
    "lifecycle_stage": (Words("Lifecycle stage", "生命周期阶段"), "text"),
    "cluster": (Words("Kind of shopper", "购物类型"), "text"),
}
# What a column is made from: a rule over one side must not be explained by the other.
MADE_FROM: dict[str, frozenset[str]] = {
    "rfm_recency": frozenset({"recency_days"}),
    "rfm_frequency": frozenset({"orders_365d"}),
    "rfm_money": frozenset({"revenue_365d"}),
    "rfm_group": frozenset(
        {"rfm_recency", "rfm_frequency", "rfm_money", "recency_days", "orders_365d", "revenue_365d"}
    ),
    "lifecycle_stage": frozenset(
        {"shopping_days", "recency_days", "gap_days_mean", "gap_days_cv", "revenue_trend"}
    ),
    "cluster": frozenset({"orders_365d", "basket_mean", "discount_share"}),
    "last_order_on": frozenset({"recency_days"}),
    "first_order_on": frozenset({"tenure_days"}),
}


MadeFrom = Mapping[str, Collection[str]]


class TagLike(Protocol):
    """What is read of a tag here."""

    @property
    def code(self) -> str:
        """Its column."""

    @property
    def name(self) -> Words:
        """What it is called."""

    @property
    def category(self) -> str:
        """The part of the catalogue it stands in."""

    @property
    def kind(self) -> str:
        """How it is shown."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A column that customers are compared by.

    `kind` is a tag's kind; `is_number`: compared by size, else value by value.
    """

    code: str
    name: Words
    category: str
    kind: str
    is_number: bool


def features_of(
    everyone: pa.Table, tags: Sequence[TagLike], without: Collection[str] = ()
) -> list[Feature]:
    """The columns of a portrait that say something of customers: tags, scores and groups.

    `without` (personal columns, say) and columns that have one value, a list, or nearly as many
    values as customers are left out.
    """
    known = {tag.code: (tag.name, tag.category, str(tag.kind)) for tag in tags}
    known |= {code: (name, "", kind) for code, (name, kind) in OURS.items() if code not in known}
    found = []
    for code in everyone.column_names:
        if code not in known or code in without:
            continue
        name, category, kind = known[code]
        column = everyone[code]
        is_number = _is_number(column.type, kind)
        if is_number is None or not _says_something(column, is_number):
            continue
        found.append(Feature(code, name, category, kind, is_number))
    return found


def figures_of(table: pa.Table, feature: Feature) -> Floats:
    """A feature's numbers, NaN where unknown; a day counts as days since 1970."""
    column = table[feature.code]
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        column = pc.cast(pc.cast(column, pa.date32()), pa.int32())
    return numbers(pa.table({"it": column}), "it")


def values_of(table: pa.Table, feature: Feature) -> np.ndarray:
    """A feature's values as an array of objects, None where unknown."""
    return np.array(table[feature.code].to_pylist(), dtype=object)


def value_words(
    feature: Feature, value: object, names: Mapping[str, Mapping[object, Words]] | None = None
) -> Words:
    """What a value of a feature is called; `names` gives those of codes found in the data."""
    if value is None:
        return Words("unknown", "未知")
    if feature.kind == "weekday" and isinstance(value, int | float):
        return _DAYS[int(value) % 7]
    if isinstance(value, bool):
        return Words("yes", "是") if value else Words("no", "否")
    found = (names or {}).get(feature.code, {}).get(value) or value_name(feature.code, value)
    return found or Words(str(value), str(value))


def parts_of(codes: Collection[str], more: MadeFrom | None = None) -> frozenset[str]:
    """Some columns and all that these are made from; `more` tells of tags worked out from others."""
    made_from = {**MADE_FROM, **(more or {})}
    found: set[str] = set()
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting.extend(made_from.get(code, ()))
    return frozenset(found)


def relatives(codes: Collection[str], more: MadeFrom | None = None) -> frozenset[str]:
    """Columns that some columns are made from, and all that are made from any of these."""
    parts = parts_of(codes, more)
    every = {**MADE_FROM, **(more or {})}
    return parts | {whole for whole in every if parts_of([whole], more) & parts}


def _is_number(kind: pa.DataType, shown: str) -> bool | None:
    if pa.types.is_boolean(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return False
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return True
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return shown != "weekday"
    return None


def _says_something(column: pa.ChunkedArray, is_number: bool) -> bool:
    known = len(column) - column.null_count
    different = pc.count_distinct(column, mode="all").as_py()
    if different < 2:
        return False
    return is_number or different <= max(VALUES_SHOWN, known / 2)
