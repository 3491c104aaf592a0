"""A tag's value as a sentence for a marketer, in either language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from limner.core.rule import Rule, columns_of
from limner.core.words import Language, Words
from limner.understand.tags.measure import TABLE
from limner.understand.tags.source import SOURCES
from limner.understand.tags.span import EVER, Span
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
from limner.understand.wording import Named, say

Name = Callable[[str, Language], str]


def say_value(value: Value, language: Language, name: Name, is_brief: bool = False) -> str:
    """The value in words; `name` gives the name of another tag by its code.

    `is_brief`: without the remarks that follow a semicolon, to be a part of another sentence.
    """
    en = language == "en"
    match value:
        case Measured():
            return _measured(value, language, is_brief)
        case Sequence():
            return _sequence(value, language)
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


def _one_words(rows: Rows, language: Language) -> str:
    return rows_words(rows, language) if rows.events else SOURCES[rows.source].one.in_(language)


def _measured(value: Measured, language: Language, is_brief: bool) -> str:
    measure = TABLE[value.measure]
    names = column_names(value.rows.source)

    def column(of: str | None) -> str:
        if of is None:
            return ""
        return names[of].words.in_(language) if of in names else f"“{of.partition('.')[2]}”"

    words = measure.words_by if value.by and measure.words_by else measure.words
    sentence = words.in_(language)
    if is_brief:
        sentence = re.split("[;；]", sentence)[0]
    return _with_window(sentence, value.span).format(
        of=column(value.of),
        by=column(value.by),
        n=measure.n if value.n is None else value.n,
        part=say(value.part, _called(value.part, names), language) if value.part else "",
        rows=_where(rows_words(value.rows, language), value, language),
        row=_where(_one_words(value.rows, language), value, language),
        window=value.span.words.in_(language),
    )


def column_names(source: str) -> dict[str, Named]:
    """What the columns of a source's rows are called."""
    plain = {name: Named(words) for name, words in SOURCES[source].columns.items()}
    return {**plain, "weekday": Named(Words("weekday", "星期"), kind="weekday")}


def _called(rule: Rule, names: Mapping[str, Named]) -> Mapping[str, Words | Named]:
    """The names, also of the properties that a rule looks at."""
    loose = (column for column in columns_of(rule) if column not in names)
    return {**names, **{column: Words(*[f"“{column.partition('.')[2]}”"] * 2) for column in loose}}


def _with_window(sentence: str, span: Span) -> str:
    """A sentence without the place for a window, where all time is meant."""
    if span != EVER:
        return sentence
    return sentence.replace(", {window}", "").replace(" {window}", "").replace("{window}", "")


def _where(rows: str, value: Measured | Step, language: Language) -> str:
    if value.where is None:
        return rows
    names = column_names(value.rows.source)
    condition = say(value.where, _called(value.where, names), language)
    return f"{rows} where {condition}" if language == "en" else f"满足{condition}的{rows}"


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
    sentence = "How often {said}, {window}." if en else "{window}{said}的次数。"
    window = value.span.words.in_(language)
    return _with_window(sentence, value.span).format(said=said, window=window)


def _step(step: Step, language: Language) -> str:
    return _where(rows_words(step.rows, language), step, language)


def _time(within: timedelta) -> Words:
    for unit, en, zh in (
        (timedelta(days=1), "days", "天"), (timedelta(hours=1), "hours", "小时"),
        (timedelta(minutes=1), "minutes", "分钟"),
    ):  # fmt: skip
        if within % unit == timedelta(0):
            many = within // unit
            return Words(f"{many} {en if many > 1 else en.removesuffix('s')}", f"{many}{zh}")
    return Words(str(within), str(within))
