"""A tag's value as a sentence for a marketer, in either language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from limner.core.words import Language, Words
from limner.understand.tags.measure import TABLE
from limner.understand.tags.source import SOURCES
from limner.understand.tags.value import (
    ByHand,
    Distance,
    Expression,
    Measured,
    Rows,
    Score,
    Sequence,
    Step,
    Trait,
    Value,
)
from limner.understand.wording import say

Name = Callable[[str, Language], str]


def say_value(value: Value, language: Language, name: Name) -> str:
    """The value in words; `name` gives the name of another tag by its code."""
    en = language == "en"
    match value:
        case Measured():
            return _upper(_measured(value, language))
        case Sequence():
            return _upper(_sequence(value, language))
        case Distance(store, latitude, longitude):
            place = (
                (f"store {store}" if en else f"门店 {store}")
                if store is not None
                else f"{latitude}, {longitude}"
            )
            return (
                f"Kilometres from where the customer was last seen to {place}."
                if en
                else f"客户最近出现的位置到{place}的公里数。"
            )
        case Trait(trait):
            return (
                f"“{trait}” as the customer record states it."
                if en
                else f"客户资料中填写的“{trait}”。"
            )
        case Score(model, subject):
            of = model if subject is None else f"{model} ({subject})"
            return f"What the model {of} expects." if en else f"模型 {of} 的预测。"
        case ByHand():
            return "Set by hand." if en else "由人工设置。"
        case Expression(text, reads):
            names = (
                "、".join(name(code, language) for code in reads)
                if not en
                else ", ".join(name(code, language) for code in reads)
            )
            return f"Computed from {names}: {text}." if en else f"由{names}计算：{text}。"


def rows_words(rows: Rows, language: Language) -> str:
    """The rows by name."""
    if not rows.events:
        return SOURCES[rows.source].words.in_(language)
    return (" or " if language == "en" else "或").join(f"“{event}”" for event in rows.events)


def _measured(value: Measured, language: Language) -> str:
    en = language == "en"
    source = SOURCES[value.rows.source]
    columns, measure = source.columns, TABLE[value.measure]

    def column(of: str | None) -> str:
        if of is None:
            return ""
        return columns[of].in_(language) if of in columns else f"“{of}”"

    rows = rows_words(value.rows, language)
    if value.where is not None:
        condition = say(value.where, columns, language)
        rows = f"{rows} where {condition}" if en else f"“{condition}”的{rows}"
    words = measure.words_by if value.by and measure.words_by else measure.words
    return words.in_(language).format(
        of=column(value.of),
        by=column(value.by),
        n=measure.n if value.n is None else value.n,
        part=say(value.part, columns, language) if value.part is not None else "",
        rows=rows,
        row=source.one.in_(language),
        window=value.span.words.in_(language),
    )


def _sequence(value: Sequence, language: Language) -> str:
    en = language == "en"
    said = _step(value.steps[0], language)
    for step, within in zip(value.steps[1:], value.withins, strict=True):
        then = _step(step, language)
        time = _time(within).in_(language)
        said += f", then {then} within {time}" if en else f"，{time}内再{then}"
    if value.without is not None:
        not_ = _step(value.without, language)
        said += f", without {not_} in between" if en else f"，其间没有{not_}"
    window = value.span.words.in_(language)
    return f"how often {said}, {window}." if en else f"{window}{said}的次数。"


def _step(step: Step, language: Language) -> str:
    rows = rows_words(step.rows, language)
    if step.where is None:
        return rows
    condition = say(step.where, SOURCES[step.rows.source].columns, language)
    return f"{rows} where {condition}" if language == "en" else f"“{condition}”的{rows}"


def _time(within: timedelta) -> Words:
    for unit, en, zh in (
        (timedelta(days=1), "days", "天"), (timedelta(hours=1), "hours", "小时"),
        (timedelta(minutes=1), "minutes", "分钟"),
    ):  # fmt: skip
        if within % unit == timedelta(0):
            return Words(f"{within // unit} {en}", f"{within // unit}{zh}")
    return Words(str(within), str(within))


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
