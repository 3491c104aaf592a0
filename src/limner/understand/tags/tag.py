"""A tag: one figure or fact about a customer, defined once, in words that can be read.

The catalogue is the directory `catalogue` beside this file, a YAML file for each category; the
sentence that explains a tag is made from its definition, so the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Several
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from limner.core.errors import Malformed, Rejected, Unknown
from limner.core.rule_kind import Kind as Compared
from limner.core.words import Language, Words
from limner.understand.tags.expression import expression_kind
from limner.understand.tags.expression_text import Tags
from limner.understand.tags.kind import COMPARED, call_kind
from limner.understand.tags.order import in_order
from limner.understand.tags.saying import say_value
from limner.understand.tags.text import read_value, write_value
from limner.understand.tags.value import (
    ByHand,
    Distance,
    Expression,
    Measured,
    Score,
    Sequence,
    Trait,
    Value,
)

Kind = Literal[
    "count", "money", "number", "share", "days", "text", "day", "hour", "weekday", "truth"
]
Nature = Literal["fact", "rule", "statistical", "model", "hand"]
Tempo = Literal["static", "slow", "live"]
State = Literal["draft", "review", "approved", "retired"]

CATEGORIES: dict[str, Words] = {
    "basic": Words("Basic attributes", "基本属性"),
    "consumption": Words("Consumption", "消费"),
    "taste": Words("Interest and taste", "兴趣偏好"),
    "price": Words("Price and promotion", "价格与促销敏感"),
    "channel": Words("Channel and device", "渠道与设备"),
    "place": Words("Time and place", "时间与地点"),
    "lifecycle": Words("Lifecycle and activity", "生命周期与活跃"),
    "value": Words("Value", "价值"),
    "risk": Words("Risk", "风险"),
    "service": Words("Social and service", "社交与服务互动"),
    "membership": Words("Membership", "会员"),
}
NATURES: dict[str, Words] = {
    "fact": Words("fact", "事实标签"), "rule": Words("rule", "规则标签"),
    "statistical": Words("statistical", "统计标签"), "model": Words("model", "模型标签"),
    "hand": Words("set by hand", "手工标签"),
}  # fmt: skip
TEMPOS: dict[str, Words] = {
    "static": Words("static", "静态"), "slow": Words("slow", "慢变"), "live": Words("live", "实时"),
}  # fmt: skip
STATES: dict[str, Words] = {
    "draft": Words("draft", "草稿"), "review": Words("in review", "审批中"),
    "approved": Words("approved", "已批准"), "retired": Words("retired", "已下线"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tag:
    """The definition of a tag.

    `unit`: what one of it is; `currency` stands for the currency of the events.
    `kind`: how it is shown and compared; shares lie in 0..1, weekdays in 0 (Monday)..6.
    `nature`: where it comes from; `tempo`: how soon it can change.
    `version` counts up when its meaning, `value`, changes.
    """

    code: str
    name: Words
    description: Words
    category: str
    unit: str
    kind: Kind
    value: Value
    nature: Nature
    tempo: Tempo
    owner: str = ""
    state: State = "approved"
    version: int = 1

    @property
    def text(self) -> str:
        """The definition in the tag language."""
        return write_value(self.value)

    def rule_text(self, language: Language) -> str:
        """The definition as a sentence for a marketer, made from the definition itself."""
        return say_value(self.value, language, _name)


def _name(code: str, language: Language) -> str:
    """The name of a tag of the catalogue; another keeps its code."""
    return next((known.name.in_(language) for known in catalogue() if known.code == code), code)


def read_catalogue(text: str, category: str | None = None) -> tuple[Tag, ...]:
    """The tags of a YAML catalogue, every one checked, each after those it reads.

    `category`: of the entries that name none.
    Raises: `Malformed` naming the tag, the field, what was seen and what can stand there.
    """
    return _checked([_in_category(entry, category) for entry in yaml.safe_load(text)])


@cache
def catalogue() -> tuple[Tag, ...]:
    """Limner's own tags by category, in the order in which people read them, but each after those it
    reads.
    """
    directory = Path(__file__).with_name("catalogue")
    return _checked(
        [
            _in_category(entry, category)
            for category in CATEGORIES
            for entry in yaml.safe_load((directory / f"{category}.yaml").read_text("utf-8"))
        ]
    )


def _in_category(entry: Mapping[str, Any], category: str | None) -> Mapping[str, Any]:
    return entry if category is None else {"category": category, **entry}


def _checked(entries: Several[Mapping[str, Any]]) -> tuple[Tag, ...]:
    kinds = {str(entry.get("code", "")): COMPARED.get(entry.get("kind", "")) for entry in entries}
    tags: dict[str, Tag] = {}
    for entry in entries:
        tag = read_tag(entry, kinds)
        if tag.code in tags:
            raise Malformed(
                "tag-malformed",
                f"tag {tag.code!r}, field code: two tags have this code; give one another",
                field="code",
            )
        tags[tag.code] = tag
    reads = {
        code: tag.value.reads if isinstance(tag.value, Expression) else ()
        for code, tag in tags.items()
    }
    return tuple(tags[code] for code in in_order(reads))


def tag(code: str) -> Tag:
    """The tag of a code.

    Raises: `Unknown` when the catalogue has no such tag.
    """
    for known in catalogue():
        if known.code == code:
            return known
    raise Unknown("tag-unknown", f"there is no tag {code!r}; see the catalogue of tags")


_FIELDS = (
    "code", "name", "description", "category", "unit", "kind", "value", "nature", "tempo", "owner",
    "state", "version",
)  # fmt: skip


def read_tag(entry: Mapping[str, Any], known: Tags = ()) -> Tag:
    """The tag of an entry as the catalogue writes it.

    `known`: the codes of tags that its expression may read (its own is none of them); where it gives
    their kinds, as `kinds_of` does, the expression is held to them.  `nature` and `tempo` follow from the value where the entry does not say.
    Raises: `Malformed` naming the tag, the field, what was seen and what can stand there.
    """
    code = str(entry.get("code", ""))

    def wrong(field: str, wanted: str) -> Malformed:
        return Malformed(
            "tag-malformed",
            f"tag {code!r}, field {field}: got {entry.get(field)!r}; wanted {wanted}",
            field=field,
        )

    is_name = code.isidentifier() and code.isascii() and code.islower() and len(code) <= 80
    if not is_name:
        raise wrong("code", "a name such as orders_90d: small letters, digits and _, at most 80")
    for field in entry:
        if field not in _FIELDS:
            raise wrong(field, f"one of the fields {', '.join(_FIELDS)}")
    for field, choices in (("category", tuple(CATEGORIES)), ("kind", get_args(Kind))):
        if entry.get(field) not in choices:
            raise wrong(field, f"one of {', '.join(choices)}")
    for field, choices in (
        ("nature", tuple(NATURES)), ("tempo", tuple(TEMPOS)), ("state", tuple(STATES)),
    ):  # fmt: skip
        if entry.get(field) is not None and entry[field] not in choices:
            raise wrong(field, f"one of {', '.join(choices)}")
    words = {}
    for field in ("name", "description"):
        both = entry.get(field)
        if not isinstance(both, Mapping) or not both.get("en") or not both.get("zh"):
            raise wrong(field, "the texts `en` and `zh`")
        words[field] = Words(str(both["en"]), str(both["zh"]))
    version = entry.get("version", 1)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise wrong("version", "a whole number, 1 or more")
    if not isinstance(entry.get("value"), str) or not entry["value"].strip():
        raise wrong("value", "a definition such as count(orders in last 90 days)")
    try:
        value = read_value(entry["value"], _others(known, code))
    except Rejected as error:
        raise type(error)(
            error.code, f"tag {code!r}, field value: {error.message}", "value", error.place
        ) from error
    fits = kinds_for(value, known)
    if entry["kind"] not in fits:
        raise wrong("kind", f"{', '.join(fits)}: what the value gives")
    return Tag(
        code=code,
        name=words["name"],
        description=words["description"],
        category=str(entry["category"]),
        unit=str(entry.get("unit", "")),
        kind=entry["kind"],
        value=value,
        nature=entry.get("nature") or _nature(value),
        tempo=entry.get("tempo") or _tempo(value),
        owner=str(entry.get("owner", "")),
        state=entry.get("state") or "approved",
        version=version,
    )


def kinds_of(tags: Iterable[Tag]) -> dict[str, Compared | None]:
    """What rules and expressions compare the values of tags as, by code."""
    return {tag.code: COMPARED[tag.kind] for tag in tags}


def kinds_for(value: Value, known: Tags = ()) -> tuple[str, ...]:
    """The kinds that a tag of a value can be of; `known` as in `read_tag`."""
    given = _given(value, known)
    return tuple(kind for kind, compared in COMPARED.items() if given in (None, compared))


def _others(known: Tags, code: str) -> Tags:
    if isinstance(known, Mapping):
        return {other: kind for other, kind in known.items() if other != code}
    return [other for other in known if other != code]


def _given(value: Value, known: Tags) -> Compared | None:
    """The kind of what a definition gives; None where it is what the tag says it is."""
    if isinstance(value, Measured | Sequence | Distance):
        return call_kind(value)
    if isinstance(value, Expression):
        return expression_kind(value, known if isinstance(known, Mapping) else None)
    return None


def write_tag(tag: Tag) -> dict[str, Any]:
    """The entry of a tag as the catalogue writes it, which `read_tag` reads back to the same."""
    entry: dict[str, Any] = {
        "code": tag.code,
        "name": {"en": tag.name.en, "zh": tag.name.zh},
        "description": {"en": tag.description.en, "zh": tag.description.zh},
        "category": tag.category,
        "unit": tag.unit,
        "kind": tag.kind,
        "value": tag.text,
    }
    if tag.nature != _nature(tag.value):
        entry["nature"] = tag.nature
    if tag.tempo != _tempo(tag.value):
        entry["tempo"] = tag.tempo
    if tag.owner:
        entry["owner"] = tag.owner
    if tag.state != "approved":
        entry["state"] = tag.state
    if tag.version != 1:
        entry["version"] = tag.version
    return entry


def _nature(value: Value) -> Nature:
    match value:
        case Trait():
            return "fact"
        case Score():
            return "model"
        case ByHand():
            return "hand"
        case Expression():
            return "rule"
        case Measured(measure=measure) if measure in ("first", "last", "nth", "list", "min", "max"):
            return "fact"
    return "statistical"


def _tempo(value: Value) -> Tempo:
    if isinstance(value, Trait | ByHand):
        return "static"
    return "slow" if isinstance(value, Score) else "live"
