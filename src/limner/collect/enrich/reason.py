"""Why an event cannot be taken, by code, in words that say nothing of its values.

The codes of the door (`collect.tracking`), of the enrichment and of the tracking plan.
"""

from __future__ import annotations

from limner.core.words import Words

REASONS: dict[str, Words] = {
    # the door
    "event-type-missing": Words("the event says no type", "缺少 type（事件类型）"),
    "event-type-unknown": Words("the event's type is none there is", "type（事件类型）无法识别"),
    "event-too-large": Words("the event is too large", "事件过大，超过允许的字节数"),
    "event-too-deep": Words("the event is nested too deeply", "事件嵌套层数过多"),
    "event-name-missing": Words("a track call names no event", "track 调用缺少事件名称"),
    "event-id-malformed": Words("an identifier is no text", "标识不是文本"),
    "event-nobody": Words("the event says of nobody whose it is", "缺少 userId 和 anonymousId，请至少提供一个"),
    "event-not-object": Words("the event is no JSON object", "事件不是 JSON 对象"),
    "event-not-json": Words("the event is not JSON", "事件不是有效的 JSON"),
    "event-value-malformed": Words("a value in the event cannot be read", "事件中有无法读取的值"),
    "message-id-too-long": Words("the messageId is too long", "messageId 过长"),
    "alias-incomplete": Words("an alias call lacks userId or previousId", "alias 调用缺少 userId 或 previousId"),
    "batch-too-long": Words("the batch had too many events", "一次发送的事件过多，请重新发送超出的部分"),
    # the enrichment
    "batch-unreadable": Words("the events of the batch cannot be told apart", "该批事件无法逐条拆分，请改正后重放"),
    "customer-missing": Words("the event names nobody", "事件未标识任何人，请提供 userId 或 anonymousId"),
    "event-malformed": Words("the event is no JSON object", "事件不是 JSON 对象"),
    "event-missing": Words("a track call names no event", "track 调用缺少事件名称"),
    "event-unreadable": Words("the event cannot be read", "事件无法读取，请改正后重放，或报告此问题"),
    "object-malformed": Words("a field is no JSON object", "该字段不是 JSON 对象"),
    "time-absurd": Words("the event's time is absurdly early", "事件时间过早，不合情理"),
    "time-unreadable": Words("the event's time is no time", "事件时间无法识别，格式如 2026-03-01T10:00:00Z"),
    "type-unknown": Words("the event's type is none there is", "type（事件类型）无法识别"),
    # the tracking plan, and what nobody foresaw
    "plan-breach": Words("the event is not as planned", "与埋点方案不符"),
    "event-unplanned": Words("the tracking plan has no such event", "埋点方案中没有该事件"),
    "event-unforeseen": Words("the event could not be worked on", "该事件处理时出现意外错误，请报告此问题"),
}  # fmt: skip
