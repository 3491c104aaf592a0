"""What codes are called: tags, RFM groups, lifecycle stages, clusters, segments, events."""

from __future__ import annotations

from datetime import date
from typing import Any

from limner.app import reading
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import names as words
from limner.core.errors import Unknown
from limner.core.words import Words
from limner.understand.portrait_quality.statistics import day_of
from limner.understand.segments import lifecycle, rfm
from limner.understand.segments.value_names import value_name as named_value
from limner.understand.tags.tag import Tag, tag

Document = dict[str, Any]
GROUPS = {
    **{("rfm", group.code): group for group in rfm.GROUPS},
    **{("stage", group.code): group for group in lifecycle.STAGES},
}


def tag_of(code: str) -> Tag | None:
    """The tag of a column of the portrait, when it is one."""
    try:
        return tag(code)
    except Unknown:
        return None


def column_name(view: View, code: str) -> str:
    """The name of a column of the portrait."""
    known = tag_of(code)
    if known is not None:
        return known.name.in_(view.language)
    return view.say(words.COLUMNS[code]) if code in words.COLUMNS else code


def code_name(view: View, kind: str, code: str | None) -> str:
    """The name of a code of a kind: `rfm`, `stage` or `cluster`."""
    if not code:
        return "–"
    if kind == "cluster":
        return _cluster(view, code)
    group = GROUPS.get((kind, code))
    return view.say(group.name) if group else code.replace("_", " ")


def group_meaning(view: View, segment: str) -> str:
    """What a built-in segment such as `rfm:champions` is and what it is for."""
    kind, _, code = segment.partition(":")
    group = GROUPS.get((kind, code))
    return view.say(group.description) if group else ""


def segment_name(view: View, segment: Document) -> str:
    """The name of a segment: its own, or the one of the group it is built from."""
    own = segment.get(f"name_{view.language}")
    if own:
        return str(own)
    kind, _, code = segment["segment"].partition(":")
    return code_name(view, kind, code) if code else kind


def _cluster(view: View, code: str) -> str:
    document = reading.report(view.limner, "clusters") or {}
    for group in document.get("groups", []):
        if group["code"] == code:
            return str(group.get(f"name_{view.language}") or code)
    return code.replace("_", " ")


def shown(view: View, kind: str, value: Any) -> str:
    """A value of the portrait in the reader's way of writing; `kind` is a tag's kind."""
    write = view.numbers
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return view.say(frame_words.YES if value else frame_words.NO)
    if kind == "weekday":
        return write.weekdays("wide")[int(value)]
    if kind == "hour":
        return f"{int(value):02d}:00"
    if kind == "text":
        return str(value)
    if kind == "day":
        return write.day(value)
    if kind == "days":
        return view.say(words.DAYS, count=write.decimal(value))
    writers = {"count": write.count, "money": write.money, "share": write.share}
    writer = writers.get(kind)
    return writer(value) if writer else write.decimal(value, 2)


def value_name(view: View, tag: Tag, value: Any) -> str:
    """A value of a tag as people read it, also one that was kept as text or as a number."""
    if value is None or value == "":
        return "–"
    if (known := named_value(tag.code, value)) is not None:
        return view.say(known)
    if tag.kind == "truth":
        return shown(view, tag.kind, value is True or str(value).lower() == "true")
    if tag.kind == "day" and isinstance(value, int | float):
        return view.numbers.day(day_of(value))
    if tag.kind == "day" and isinstance(value, str):
        return view.numbers.day(date.fromisoformat(value))
    if tag.kind in ("weekday", "hour") and isinstance(value, str):
        return shown(view, tag.kind, int(value)) if value.isdecimal() else value
    return shown(view, tag.kind, value)


def column_value(view: View, code: str, value: Any, kind: str = "text") -> str:
    """A value of a column of the portrait; `kind` of one that is no tag of the catalogue."""
    known = tag_of(code)
    if known is not None:
        return value_name(view, known, value)
    named = named_value(code, value)
    return view.say(named) if named is not None else shown(view, kind, value)


def pick(view: View, document: Document, field: str) -> str:
    """A field that a document has in both languages, as `field_en` and `field_zh`."""
    return str(document.get(f"{field}_{view.language}") or "")


def named(en: str, zh: str) -> Words:
    """Words made from a document."""
    return Words(en, zh)


def channel_name(view: View, channel: str | None) -> str:
    """The name of a channel."""
    return view.say(words.CHANNELS[channel]) if channel in words.CHANNELS else channel or "–"
