"""Words of identity: which identifiers are of one person, who said so, and how it is taken back."""

from limner.core.words import Words

ANSWER = Words(
    "{count:pair waits|pairs wait} for somebody to say whether they are one person.",
    "有 {count} 对客户等待判定是否为同一人。",
)
ANSWER_NONE = Words(
    "Nothing waits for a decision. Merges in the log: {merges}.",
    "没有待判定的客户；日志中有 {merges} 次合并。",
)
TABS = {
    "review": Words("To decide", "待判定"),
    "log": Words("Merges and un-merges", "合并与拆分"),
    "blocks": Words("Block list", "屏蔽名单"),
    "trust": Words("Trust in sources", "来源可信度"),
}
# ---- the review queue
REVIEW_L = Words(
    "Is this one person? Press S for the same, D for different, U for unsure; what you decide can be "
    "taken back in the log.",
    "这是同一个人吗？按 S 表示相同，D 表示不同，U 表示不确定；合并后可在日志中撤销。",
)
SAME = Words("Same person", "同一人")
DIFFERENT = Words("Different people", "不同的人")
UNSURE = Words("Unsure", "不确定")
STATUSES = {
    "open": Words("Open", "待判定"),
    "same": Words("Same", "相同"),
    "different": Words("Different", "不同"),
    "unsure": Words("Unsure", "不确定"),
}
KEY_OF = {"same": "s", "different": "d", "unsure": "u"}
LOOK = Words("Look for likely pairs", "查找疑似同一人")
LOOK_L = Words(
    "Compares names, birth dates, addresses and phones of all customer records; the sure pairs are "
    "linked, the likely ones come here.",
    "比较全部客户记录的姓名、生日、地址和电话；确定的自动合并，疑似的进入待判定队列。",
)
SEARCHING = Words("Comparing customer records: {percent} %", "正在比较客户记录：{percent}%")
SEARCHED = Words(
    "{records:record|records} compared: {linked:pair|pairs} linked, {reviews} put here for a decision.",
    "已比较 {records} 条客户记录：自动合并 {linked} 对，{reviews} 对待判定。",
)
REVIEW_EMPTY = Words("Nothing to decide", "没有待判定的客户")
REVIEW_EMPTY_WHY = Words(
    "Merges that would pass a limit, and records that look alike, come here.",
    "超出合并上限的情况，以及看似相同的客户记录，会出现在这里。",
)
REVIEW_DONE_EMPTY = Words("Nothing was decided like that yet", "还没有这样的判定")
REVIEW_PLACE = Words("{place} of {count}", "第 {place} 对，共 {count} 对")
PROBABILITY = Words("{score} probability", "概率 {score}")
LEFT = Words("One", "甲")
RIGHT = Words("The other", "乙")
FIELD = Words("Field", "字段")
WEIGHT = Words("What each field says (match weights)", "各字段的匹配权重")
WEIGHT_M = Words(
    "How far a field speaks for one person (above zero) or for two (below). Each unit doubles the odds.",
    "该字段支持“同一人”（大于零）或“不同人”（小于零）的程度；每 1 个单位使几率翻倍。",
)
MATCH_FIELDS = {
    "given_name": Words("Given name", "名"),
    "surname": Words("Surname", "姓"),
    "full_name": Words("Name", "姓名"),
    "street": Words("Street", "街道"),
    "house_number": Words("House number", "门牌号"),
    "locality": Words("Town", "城镇"),
    "region": Words("Region", "地区"),
    "postcode": Words("Postcode", "邮编"),
    "address_codes": Words("Numbers in the address", "地址中的号码"),
}
MATCH_LEVELS = {
    "exact": Words("the same", "一致"),
    "crosswise": Words("names swapped", "姓名颠倒"),
    "sounds alike": Words("sounds alike", "读音相近"),
    "close": Words("close", "很接近"),
    "initial or part": Words("initial or part", "首字母或部分相同"),
    "alike": Words("alike", "相近"),
    "other": Words("different", "不同"),
    "missing": Words("missing", "缺失"),
    "day and month swapped": Words("day and month swapped", "日月颠倒"),
    "one digit": Words("one digit off", "差一位"),
    "two digits": Words("two digits off", "差两位"),
    "two parts of three": Words("two parts of three", "年月日中两项相同"),
    "same words": Words("the same words", "用词相同"),
    "nearly the same": Words("nearly the same", "几乎相同"),
    "something in common": Words("something in common", "部分相同"),
    "little in common": Words("little in common", "少量相同"),
}
AGREE = Words("the same", "一致")
DIFFER = Words("different", "不一致")
DECIDED = Words("{status}, decided by {name} at {moment}", "{status}，由 {name} 于 {moment} 判定")
NEXT_ONE = Words("Next", "下一对")
PREVIOUS_ONE = Words("Previous", "上一对")
HIDDEN = Words(
    "Values are hidden from your role, so it cannot decide.",
    "您的角色看不到具体取值，因此不能判定。",
)
# ---- the log
LOG_L = Words(
    "Every change of who is who; entries are only ever added. A merge can be taken back.",
    "身份的每次变化都记录在此，日志只增不改；合并可以撤销。",
)
LOG_EMPTY = Words("Nobody was merged yet", "还没有合并记录")
LOG_EMPTY_WHY = Words(
    "When a visitor signs in, or a card is used with a known number, it is written down here.",
    "访客登录、会员卡与已知号码关联等情况会记录在此。",
)
WHEN = Words("When", "时间")
WHAT = Words("What", "操作")
CUSTOMER = Words("Customer", "客户")
OTHER = Words("With", "对方")
WHY = Words("Why", "依据")
WHO = Words("By", "操作者")
ACTIONS = {
    "merged": Words("Merged", "合并"),
    "unmerged": Words("Un-merged", "拆分"),
    "renamed": Words("Renamed", "改名"),
    "refused": Words("Merge refused", "拒绝合并"),
    "blocked": Words("Blocked", "屏蔽"),
    "unblocked": Words("Unblocked", "取消屏蔽"),
    "kept_apart": Words("Kept apart", "判定为不同人"),
}
RULES = {
    "event": Words("seen on one event", "出现在同一事件中"),
    "record": Words("on one customer record", "出现在同一客户记录中"),
    "match": Words("records that look alike", "客户记录相似"),
    "hand": Words("decided by hand", "人工判定"),
}
SEARCH = Words("Customer or identifier", "客户或标识")
SEARCH_DO = Words("Find", "查找")
UNMERGE = Words("Un-merge", "拆分")
UNMERGE_TITLE = Words("Take this merge back?", "撤销这次合并？")
UNMERGE_L = Words(
    "Each side gets back the identifiers below, and with them its events, tags, consent and messages. "
    "They are kept apart until somebody merges them again.",
    "双方将取回下列标识，其事件、标签、同意状态与消息也随之归还；除非再次人工合并，两者不会自动合并。",
)
UNMERGE_SIDE = Words("{name} gets back", "{name} 取回")
UNMERGED = Words("Taken back: there are two customers again.", "已撤销：恢复为两位客户。")
MERGE = Words("Merge two customers", "合并两位客户")
MERGE_L = Words(
    "By any of their identifiers or their names. The merge is written into the log and can be taken back.",
    "填写任一标识或客户编号。合并会写入日志，并可撤销。",
)
MERGE_DO = Words("Merge", "合并")
MERGED = Words("Merged: both are now {name}.", "已合并：现为 {name}。")
# ---- the block list
BLOCKS_L = Words(
    "Identifiers that say nothing about who somebody is: a shared device, a card that staff use, "
    "a word that forms write. They never join two people. A value may end in *.",
    "不能说明身份的标识：共用设备、员工使用的会员卡、表单占位词。它们不会用来合并客户。取值可以 * 结尾。",
)
BLOCKS_EMPTY = Words("The block list is empty", "屏蔽名单为空")
BLOCKS_EMPTY_WHY = Words(
    "`null`, `unknown` and the like are never taken for anybody, without standing here.",
    "null、unknown 等占位值无需列出，系统本就不会将其视为身份。",
)
KIND = Words("Kind", "类型")
VALUE = Words("Value", "值")
REASON = Words("Reason", "原因")
REASON_HINT = Words("a card that staff use at the till", "收银台员工使用的会员卡")
SINCE = Words("Since", "时间")
BLOCK = Words("Block", "屏蔽")
UNBLOCK = Words("Unblock", "取消屏蔽")
UNBLOCK_TITLE = Words("Unblock {value}?", "取消屏蔽 {value}？")
UNBLOCK_L = Words(
    "From the next event on it may join people again.", "从下一条事件起，它又可以用于合并客户。"
)
EVERY_KIND = Words("any kind", "所有类型")
# ---- trust
TRUST_L = Words(
    "Where sources disagree on a trait, the more trusted one wins; then what the order says. The golden "
    "record follows with the next build, and shows for each value which source won.",
    "各来源对同一属性说法不一时，可信度高的来源优先，其次按先后规则。黄金记录在下次构建后更新，并注明每个值的来源。",
)
TRAIT = Words("Trait", "属性")
EVERY_TRAIT = Words("every other trait", "其他所有属性")
SOURCES = Words("Sources, most trusted first", "来源（可信度从高到低）")
SOURCES_HINT = Words("crm, shop", "crm, shop")
ORDER = Words("Then", "其次")
ORDERS = {
    "recent": Words("the newest value", "最新的值"),
    "complete": Words("the most complete value", "最完整的值"),
}
ORDER_CHOICES = {
    "recent": Words("the newest, then the most complete", "先最新，后最完整"),
    "complete": Words("the most complete, then the newest", "先最完整，后最新"),
}
TRUST_EMPTY = Words("No rule of your own yet", "还没有自定义规则")
TRUST_EMPTY_WHY = Words(
    "Without one, the newest value wins and, of equally new ones, the most complete.",
    "未设规则时，以最新的值为准；同样新时，以最完整的为准。",
)
SET_TRUST = Words("Set a rule", "设置规则")
CLEAR = Words("Take away", "移除")
CHANGE = Words("Change", "修改")
SAVED = Words("Saved", "已保存")
CANCEL = Words("Cancel", "取消")
READ_ONLY = Words("Your role may look, not decide.", "您的角色只能查看，不能判定。")
