"""Words of data quality and the quarantine."""

from limner.core.words import Words

ANSWER = Words(
    "Nothing was lost: of {read} rows read, {kept} were kept, {duplicate} were repeats and "
    "{waiting:waits|wait} in quarantine.",
    "没有丢失数据：读入 {read} 行，保留 {kept} 行，重复 {duplicate} 行，{waiting} 行在隔离区。",
)
READ = Words("Read", "读入")
READ_M = Words(
    "Rows of all imports; a file read for two purposes counts twice.",
    "所有导入读取的行数；同一文件用于两种用途则计两次。",
)
KEPT = Words("Kept", "保留")
KEPT_M = Words(
    "Rows that became events, customers, products, stores or costs.",
    "成为行为、客户、商品、门店或成本的行数。",
)
QUARANTINED = Words("Quarantined", "隔离")
QUARANTINED_M = Words(
    "Rows that could not be taken, each with its reason; they can be replayed.",
    "无法接收的行，均注明原因，可更正后重放。",
)
DUPLICATE = Words("Duplicates", "重复")
DUPLICATE_M = Words(
    "Rows that said the same thing again; taken once.", "内容重复的行，只保留一次。"
)
ADDS_UP = Words("read = kept + quarantined + duplicates", "读入 = 保留 + 隔离 + 重复")
COLUMNS = Words("Valid values, column by column", "各列有效率")
COLUMNS_L = Words(
    "{source}, {kind}: the share of values that are of the right shape, before and after cleaning.",
    "{source}，{kind}：清洗前后取值合规的比例。",
)
TABLE = Words("Columns in figures", "各列数据")
COLUMN = Words("Column", "列")
STAGE = Words("Stage", "阶段")
COMPLETE = Words("Complete", "完整率")
VALID = Words("Valid", "有效率")
UNIQUE = Words("Unique", "唯一率")
OUTLIERS = Words("Outliers", "异常值")
LOWEST = Words("Lowest", "最小值")
HIGHEST = Words("Highest", "最大值")
NEWEST = Words("Newest", "最新")
RUNS = Words("Imports", "导入记录")
SOURCE = Words("Source", "来源")
FILE = Words("File", "文件")
KIND = Words("What it holds", "内容")
SECONDS = Words("Seconds", "耗时（秒）")
AT = Words("When", "时间")
WAITING = Words("What waits in quarantine, and why", "隔离区待处理及原因")
REASON = Words("Reason", "原因")
ROWS = Words("Rows", "行数")
LINE = Words("Line", "行号")
VALUE = Words("Value", "值")
NEXT_QUARANTINE = Words("See what waits in quarantine: {count:row|rows}", "查看隔离区的 {count} 行")
NEXT_OVERVIEW = Words("Go to the overview", "回到总览")
KINDS = {
    "events": Words("events", "行为"),
    "order_lines": Words("order lines", "订单明细"),
    "customers": Words("customers", "客户"),
    "products": Words("products", "商品"),
    "stores": Words("stores", "门店"),
    "costs": Words("costs", "成本"),
    "campaigns": Words("campaigns", "营销活动"),
    "coupons": Words("coupons", "优惠券"),
    "exposures": Words("contacts", "触达"),
}
BEFORE = Words("before", "清洗前")
AFTER = Words("after", "清洗后")
RULES = Words("What each cleaning rule changed", "各清洗规则的效果")
RULES_L = Words(
    "Rules stand in a source's mapping; each value that a rule changed, filled or set aside is counted.",
    "规则写在来源的字段映射中；每个被修改、补全或隔离的值都有计数。",
)
RULE = Words("Rule", "规则")
CHANGED = Words("Changed", "修改")
FLAGGED = Words("Flagged", "标记")
LEARNED = Words("What it found", "发现")
Q_ANSWER = Words("{count:row waits|rows wait} to be corrected.", "有 {count} 行等待更正。")
Q_ANSWER_BOTH = Words(
    "{events:live event|live events} and {rows:row|rows} of files wait to be corrected.",
    "有 {events} 条实时事件和 {rows} 行文件数据等待更正。",
)
Q_ANSWER_LIVE = Words(
    "{count:live event waits|live events wait} to be corrected.", "有 {count} 条实时事件等待更正。"
)
Q_NEWEST_EVENTS = Words("The newest of them", "最新的事件")
Q_LIVE = Words("Live events", "实时事件")
Q_LIVE_L = Words(
    "Mend the event or the tracking plan, then try again: the event goes through everything once more, "
    "at its own time.",
    "修正事件或埋点方案后重放：事件将按其原本时间重新经过全部处理。",
)
Q_FILES = Words("Rows of files", "文件数据行")
Q_REASONS = Words("Reasons", "原因")
Q_EVENTS = Words("Events", "事件数")
Q_EVENT = Words("Event", "事件")
Q_NEWEST = Words("Newest", "最新时间")
Q_FIELD = Words("Field", "字段")
Q_SEE = Words("See them", "查看")
Q_OPEN = Words("As received", "原文")
Q_REPLAYING = Words(
    "{count:event goes|events go} through again now. What fails again comes back here.",
    "{count} 条事件正在重放，仍未通过的会回到这里。",
)
Q_DROPPED = Words("{count:event was|events were} given up.", "已放弃 {count} 条事件。")
Q_CORRECTED = Words(
    "{count:event|events} corrected; going through again now.", "已更正 {count} 条事件，正在重放。"
)
Q_DROP_TITLE = Words("Give up {count:event|events} for good?", "永久放弃 {count} 条事件？")
Q_DROP_L = Words(
    "They never reach the portrait. What they said stays in the log for a while.",
    "这些事件将不会进入画像；原文在日志中保留一段时间。",
)
Q_MEND = Words("Correct the event", "更正事件")
Q_PATH = Words("Field, by the steps to it", "字段路径")
Q_PATH_HINT = Words("properties.revenue", "properties.revenue")
Q_VALUE_L = Words(
    "Read as JSON where it is JSON, such as 12.5 or null, else as text.",
    "若为 JSON（如 12.5 或 null）则按 JSON 读取，否则作为文本。",
)
Q_ALL_SAME = Words("All {count} events for this reason", "此原因的全部 {count} 条事件")
SAME_VALUE_EVENTS = Words("All events with this value", "该取值的全部事件")
Q_SCOPE = Words("Which", "范围")
Q_ONLY_THIS = Words("Only this event", "仅此事件")
Q_IN_PLAN = Words("See the plan of this event", "查看该事件的方案")
Q_EMPTY = Words("Nothing waits in quarantine.", "隔离区没有待处理的数据。")
Q_EMPTY_WHY = Words("Every row that was imported found its place.", "导入的每一行都已归位。")
Q_L = Words(
    "Correct a value here and the row is tried again at once; or choose a reason above to replay "
    "or give up all its rows.",
    "在此更正取值后，该行会立即重放；也可在上方选择一种原因，统一重放或放弃。",
)
MEND = Words("Correct", "更正")
MEND_LINE = Words("Correct line {line}", "更正第 {line} 行")
MEND_SAVE = Words("Correct and try again", "更正并重放")
NEW_VALUE = Words("New value", "新的值")
THIS_ROW = Words("Only this row", "仅此行")
SAME_VALUE = Words("All {count} rows with this value", "该取值的全部 {count} 行")
REPLAY = Words("Try again", "重放")
GIVE_UP = Words("Give up", "放弃")
GIVE_UP_TITLE = Words("Give up {count:row|rows} for good?", "永久放弃 {count} 行？")
GIVE_UP_L = Words(
    "They stay counted as quarantined, but wait no longer.", "这些行仍计入隔离数，但不再等待处理。"
)
GIVEN_UP = Words("{count:row was|rows were} given up.", "已放弃 {count} 行。")
THESE = Words("All {count} rows for this reason", "此原因的全部 {count} 行")
REPLAYED = Words(
    "Of {read:row|rows} tried, {kept:was|were} kept, {quarantined} failed again, {duplicates} were repeats.",
    "重放 {read} 行：保留 {kept} 行，{quarantined} 行仍未通过，{duplicates} 行重复。",
)
REPLAYED_L = Words(
    "The import's counts are brought up to date. Figures follow with the next build.",
    "导入计数已更新；各项指标将在下次构建后更新。",
)
Q_WORKING = Words("Trying the rows …", "处理中…")
CLOSE = Words("Close", "关闭")
EVERY = Words("All", "全部")
Q_HIDDEN = Words("Values are hidden from your role.", "您的角色看不到具体取值。")
