"""What a JSON Schema's keywords say when they do not hold, in words, without the value itself.

The value may be somebody's telephone number; whoever may see it finds it at the path.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from limner.core.words import Words

_TYPES = {
    "string": Words("text", "文本"),
    "number": Words("a number", "数字"),
    "integer": Words("a whole number", "整数"),
    "boolean": Words("true or false", "布尔值"),
    "object": Words("an object", "对象"),
    "array": Words("a list", "列表"),
    "null": Words("null", "空值"),
}
_SHOWN = 200


def _types(kind: Any) -> Words:
    wanted = [_TYPES[name] for name in kind.types]
    return Words(
        f"is not {' or '.join(each.en for each in wanted)}",
        f"不是{'或'.join(each.zh for each in wanted)}",
    )


def _required(kind: Any) -> Words:
    return Words(f"{kind.property} is missing", f"缺少 {kind.property}")


def _unexpected(kind: Any) -> Words:
    names = ", ".join(kind.unexpected)[:_SHOWN]
    return Words(f"{names} is not in the plan", f"方案中没有 {names}")


def _listed(kind: Any) -> Words:
    options = json.dumps(kind.options, ensure_ascii=False)[:_SHOWN]
    return Words(f"is none of {options}", f"不在允许的取值 {options} 之内")


def _limit(en: str, zh: str) -> Callable[[Any], Words]:
    return lambda kind: Words(en.format(kind.limit), zh.format(kind.limit))


_SAID: dict[str, Callable[[Any], Words]] = {
    "type": _types,
    "required": _required,
    "additionalProperties": _unexpected,
    "enum": _listed,
    "const": lambda kind: Words(
        f"is not {json.dumps(kind.expected_value, ensure_ascii=False)[:_SHOWN]}",
        f"不等于 {json.dumps(kind.expected_value, ensure_ascii=False)[:_SHOWN]}",
    ),
    "minimum": _limit("is less than {}", "小于 {}"),
    "maximum": _limit("is more than {}", "大于 {}"),
    "exclusiveMinimum": _limit("is not more than {}", "不大于 {}"),
    "exclusiveMaximum": _limit("is not less than {}", "不小于 {}"),
    "minLength": _limit("is shorter than {} characters", "少于 {} 个字符"),
    "maxLength": _limit("is longer than {} characters", "超过 {} 个字符"),
    "minItems": _limit("has fewer than {} entries", "少于 {} 项"),
    "maxItems": _limit("has more than {} entries", "多于 {} 项"),
    "minProperties": _limit("has fewer than {} fields", "少于 {} 个字段"),
    "maxProperties": _limit("has more than {} fields", "多于 {} 个字段"),
    "multipleOf": lambda kind: Words(
        f"is no multiple of {kind.multiple_of}", f"不是 {kind.multiple_of} 的倍数"
    ),
    "pattern": lambda kind: Words(
        f"does not match {kind.pattern[:_SHOWN]}", f"不符合格式 {kind.pattern[:_SHOWN]}"
    ),
    "format": lambda kind: Words(f"is no {kind.format}", f"不是有效的 {kind.format}"),
    "uniqueItems": lambda kind: Words("says something twice", "有重复项"),
    "falseSchema": lambda kind: Words("must not be there", "不应出现"),
}


def say(kind: Any) -> Words:
    """What does not hold, from a `jsonschema_rs.ValidationErrorKind`."""
    said = _SAID.get(kind.name)
    if said is not None:
        return said(kind)
    return Words(f"does not hold to the plan's {kind.name}", f"不满足方案的 {kind.name} 条件")
