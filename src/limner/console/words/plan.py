"""Words of the tracking plan: which events are meant to come, and what they must look like."""

from limner.core.words import Words

ANSWER = Words(
    "{planned:event is|events are} planned; {unplanned:other was|others were} seen, and {breaches:event|events} broke the plan.",
    "方案中有 {planned} 种事件；另见到 {unplanned} 种方案外事件，{breaches} 条事件不符合方案。",
)
ANSWER_NONE = Words("Nothing is planned and nothing was seen yet.", "方案为空，也还没有收到事件。")
ANSWER_SEEN = Words(
    "{unplanned:kind of event was|kinds of events were} seen; none is planned yet.",
    "见到 {unplanned} 种事件，尚未制定方案。",
)
EVENT = Words("Event", "事件")
SOURCE = Words("Source", "来源")
EVERY_SOURCE = Words("All sources", "所有来源")
ON_BREACH = Words("On a breach", "不符合时")
MODES = {
    "allow": Words("Allow", "放行"),
    "warn": Words("Warn", "警告"),
    "quarantine": Words("Quarantine", "隔离"),
}
MODES_L = {
    "allow": Words("it is kept, and nothing is said", "保留，不提示"),
    "warn": Words("it is kept and marked", "保留并标记"),
    "quarantine": Words(
        "it waits until the event or the plan is mended", "暂存，待修正事件或方案后重放"
    ),
}
NOT_PLANNED = Words("not planned", "方案外")
SEEN = Words("Seen", "次数")
FIRST = Words("First seen", "首次出现")
LAST = Words("Last seen", "最近出现")
BREACHES_M = Words(
    "Breaches: events that wait in quarantine because of the plan, and those marked among the newest "
    "10,000 events.",
    "不符合：因方案而隔离的事件，加上最新 10,000 条事件中被标记的事件。",
)
SAVED_MODE = Words("Saved; it counts from the next event on", "已保存，从下一条事件起生效")
BREACHES = Words("Breaches", "不符合")
PLAN_IT = Words("Plan it", "纳入方案")
CHANGE = Words("Change", "修改")
REMOVE = Words("Remove", "移除")
TABLE = Words("Events planned and seen", "方案内与已出现的事件")
TABLE_L = Words(
    "Counts are of what the worker has taken in; open an event to write what its properties must be.",
    "次数为已处理的事件数；打开事件即可编写其属性要求。",
)
ADD = Words("Plan an event", "新增方案事件")
FILTER = Words("Find an event", "查找事件")
ALL_OF_THEM = Words("All", "全部")
ONLY_PLANNED = Words("Planned", "方案内")
ONLY_UNPLANNED = Words("Not planned", "方案外")
ONLY_BROKEN = Words("With breaches", "有不符合")
EMPTY = Words("No event is planned or was seen", "还没有方案事件或已出现的事件")
EMPTY_WHY = Words(
    "Connect a source first; then Limner can write the plan from what it sees.",
    "请先接入数据来源，Limner 可根据收到的事件生成方案。",
)
NO_MATCH = Words("No event fits", "没有符合的事件")
NO_MATCH_WHY = Words("Choose another filter.", "请换一个筛选条件。")

BACK = Words("Tracking plan", "埋点方案")
NEW = Words("Plan an event", "新增方案事件")
ANSWER_ONE = Words(
    "{event} is planned: a breach leads to “{mode}”.", "{event} 已纳入方案，不符合时：{mode}。"
)
ANSWER_UNPLANNED = Words("{event} is not planned yet.", "{event} 尚未纳入方案。")
EVENT_NAME = Words("Event or type", "事件名或类型")
EVENT_NAME_HINT = Words("Order Completed", "Order Completed")
DESCRIPTION = Words("What it means", "含义")
DESCRIPTION_HINT = Words("when it is sent, and by whom", "何时由谁发送")
SCHEMA = Words("JSON Schema of its properties", "属性的 JSON Schema")
SCHEMA_L = Words(
    "Which properties must be there, of which type and in which range. For identify and group it is "
    "the traits that are checked.",
    "规定必填属性、类型与取值范围；identify 和 group 检查的是 traits。",
)
INFER = Words("Write it from what was seen", "根据已收到的事件生成")
INFERRED = Words(
    "Written from {count:event|events}. Read it before you save.",
    "根据 {count} 条事件生成，请核对后保存。",
)
INFERRED_NONE = Words("No event of this name was seen yet.", "还没有收到该事件。")
SAVE = Words("Save", "保存")
SAVED = Words("Saved as version {version}", "已保存为第 {version} 版")
CANCEL = Words("Cancel", "取消")
NOT_JSON = Words("Line {line}: this is not JSON: {why}", "第 {line} 行不是有效的 JSON：{why}")
REMOVE_TITLE = Words("Remove {event} from the plan?", "从方案中移除 {event}？")
REMOVE_L = Words(
    "It then counts as not planned. What was kept or quarantined stays so.",
    "之后它将视为方案外事件；已保留或隔离的数据不变。",
)
VERSION = Words("Version {version}, {moment}, by {name}", "第 {version} 版，{moment}，{name}")
READ_ONLY = Words("Your role may read the plan, not change it.", "您的角色可以查看方案，不能修改。")
BROKEN_BY = Words("What is doubtful or wrong about it", "存疑或不符合的情况")
UNPLANNED = Words("Events that are not in the plan", "方案之外的事件")
UNPLANNED_L = Words(
    "What happens to an event of a source that the plan does not know.",
    "来源发来方案中没有的事件时如何处理。",
)
AFTER = Words(
    "The plan counts from the next event on. What waits in quarantine can be tried again.",
    "方案从下一条事件起生效；隔离区中的事件可以重放。",
)
TRY_QUARANTINE = Words("See what waits in quarantine", "查看隔离区")
