"""Words of the tags: all of them, one, and a new one."""

from limner.core.words import Words

ANSWER = Words(
    "{tags} tags are in force; they know {coverage} of what they could of {customers} customers, and {alarms}.",
    "{tags} 个标签已生效，对 {customers} 位客户平均覆盖 {coverage}，{alarms}。",
)
NO_ALARM = Words("nothing about them has moved unexpectedly", "没有异常变化")
ALARMS = Words("{count} of them want to be looked at", "其中 {count} 个需要关注")
ANSWER_FORCE_M = Words(
    "Approved tags, computed for everybody with every build.",
    "已批准、每次构建都会为全部客户计算的标签。",
)
WITH_VALUES = Words("With values", "已有取值")
WITH_VALUES_M = Words(
    "Tags that at least one customer has a value of; the others wait for events, records or people.",
    "至少一位客户有取值的标签；其余在等待行为、资料或人工设置。",
)
COME_TRUE = Words("Favourites that come true", "兑现的偏好")
FAULT_SHORT = Words("not in force", "未生效")
INTERVAL = Words("95 % between", "95% 区间")
DEFINE = Words("Define a tag", "定义标签")
FIND = Words("Find by name, code or definition", "按名称、编码或定义查找")
CODE = Words("Code", "编码")
TAG = Words("Tag", "标签")
COVERAGE = Words("Coverage", "覆盖率")
COVERAGE_M = Words("The share of all customers who have a value.", "有值的客户占全部客户的比例。")
NATURE = Words("Kind", "类型")
TEMPO = Words("Changes", "更新频率")
STATE = Words("State", "状态")
FRESH = Words("Newest event", "最新数据")
FRESH_M = Words(
    "When the newest of the events that the tag reads happened.",
    "标签所读取的行为中最新一条的时间。",
)
NEVER = Words("no such event yet", "尚无此类行为")
BY_RECORD = Words("from records", "来自资料")
DRIFT = Words("Drift (PSI)", "分布变化（PSI）")
DRIFT_M = Words(
    "Population stability index against the build before: below 0.1 stable, above 0.2 moved.",
    "与上一次构建相比的群体稳定性指数（PSI）：低于 0.1 稳定，高于 0.2 表示分布已变化。",
)
MOVED = Words("moved", "已变化")
FIRST_BUILD = Words("first build", "首次构建")
OWNER = Words("Owner", "负责人")
ALL = Words("All", "全部")
IN_FORCE = Words("In force", "已生效")
OWN = Words("Your own", "自定义")
LOOK_AT = Words("To look at", "需要关注")
EMPTY_ONES = Words("Without values", "尚无取值")
NO_MATCH = Words("No tag is like that", "没有符合条件的标签")
NO_MATCH_WHY = Words("Choose All, or search for something else.", "请选择“全部”或换个搜索词。")
TO_LOOK_AT = Words("What wants to be looked at", "需要关注的变化")
TO_LOOK_AT_L = Words(
    "Tags whose values moved since the build before by more than luck explains.",
    "与上一次构建相比，变化超出偶然波动的标签。",
)
ALARM_KINDS = {
    "drift": Words("values moved", "取值变化"), "coverage": Words("coverage lost", "覆盖下降"),
}  # fmt: skip
WHY = Words("What moved", "变化内容")
SIZE = Words("Size", "幅度")
AGREES = Words("Do favourites come true?", "偏好是否兑现？")
AGREES_L = Words(
    "Favourites as they were {days} days ago, and how many of the customers who bought since bought their favourite.",
    "取 {days} 天前的偏好，看此后有购买的客户中有多少人确实购买了自己的偏好。",
)
AGREES_M = Words(
    "Chance: favourites dealt out anew among the same customers. Popular: the one value most "
    "customers bought before, for everybody. Last: the same by the customer’s last order alone.",
    "随机：将偏好在同一批客户中随机分配。热门：对所有人都用此前购买人数最多的值。最近：仅按客户最后一笔订单计算。",
)
AGREES_NONE = Words(
    "No build has compared favourites with later purchases yet; the next build will.",
    "尚未将偏好与其后的购买作比较，下次构建后可见。",
)
HIT = Words("Bought it", "兑现率")
CHANCE = Words("Chance", "随机")
POPULAR = Words("Popular", "热门")
LAST = Words("Last", "最近一次")
OVER = Words("More than popular", "高于热门")
VERDICT = Words("Says", "结论")
VERDICTS = {
    "better": Words("tells more than popularity", "优于热门基准"),
    "even": Words("no better than popularity", "与热门基准无差异"),
    "worse": Words("worse than popularity", "不如热门基准"),
    "unknown": Words("too few values or customers to tell", "取值或客户过少，无法判断"),
}
OF = Words("Customers", "客户数")
CORRECTED = Words("Tags that people correct", "被更正的标签")
CORRECTED_L = Words(
    "A tag that is corrected often is defined wrongly for somebody.",
    "经常被更正的标签，其定义可能有误。",
)
CORRECTIONS = Words("Corrections", "更正次数")
DISAGREED = Words("Other than computed", "与计算值不同")
LAST_ONE = Words("Last", "最近一次")
NEXT_QUALITY = Words("See the quality of what comes in", "查看数据质量")
NEXT_BUILD = Words("Build a segment with it", "用它构建人群")
NEXT_SEGMENT = Words("Find customers by their tags", "按标签筛选客户")
NEXT_GLOSSARY = Words("What the words mean", "查看术语表")
NO_VALUES = Words("No customer has a value yet", "还没有客户有取值")
NO_VALUES_EVENTS = Words(
    "It reads events that have not come yet: {events}.", "它读取的行为尚未出现：{events}。"
)
NO_VALUES_ELSE = Words(
    "It is set by hand, or comes from records that nobody sent yet.",
    "它由人工设置，或来自尚未导入的资料。",
)

# ---- one tag
BACK = Words("All tags", "全部标签")
ONE_ANSWER = Words(
    "{known} of {customers} customers ({coverage}) have a value; {typical}.",
    "{customers} 位客户中有 {known} 位（{coverage}）有取值，{typical}。",
)
ONE_NOT_FILLED = Words(
    "It is {state} and computed for nobody yet.", "当前为“{state}”，尚未为任何客户计算。"
)
ONE_NOBODY = Words(
    "Nobody of {customers} customers has a value yet.", "{customers} 位客户中尚无人有取值。"
)
TYPICAL_NUMBER = Words("the middle one is {value}", "中位值为 {value}")
TYPICAL_NAME = Words(
    "“{value}” is the most common, with {share}", "最常见的是“{value}”，占 {share}"
)
DEFINITION = Words("Definition", "定义")
DEFINITION_L = Words(
    "What it says, and the text from which it is computed.", "含义，以及据以计算的定义文本。"
)
READS_AS = Words("In words", "释义")
DISTRIBUTION = Words("How its values are spread", "取值分布")
DISTRIBUTION_L = Words(
    "Of the customers who have one, as of the last build.", "有值客户，按最近一次构建。"
)
CUT = Words(
    "The lowest and the highest one in a hundred are counted at the ends.",
    "最低与最高各 1% 计入两端。",
)
WEARS = Words("Who has which value", "取值与客户")
WEARS_L = Words("Open a value to see the customers.", "点开取值可查看客户。")
VALUE = Words("Value", "取值")
OTHERS = Words("others", "其他")
FROM_TO = Words("{low} to {high}", "{low} 至 {high}")
SHARE = Words("Share", "占比")
HISTORY = Words("Build by build", "历次构建")
HISTORY_L = Words(
    "Coverage, and how far the values moved from build to build.",
    "覆盖率以及历次构建之间的分布变化。",
)
HISTORY_ONE = Words(
    "One build has seen it so far ({day}); with the next one there is a course to show.",
    "目前只有一次构建（{day}）；再次构建后即可显示走势。",
)
MONTHS = Words("Through all history", "全部历史走势")
MONTHS_L = Words(
    "Everybody at the end of every month, by today’s definition.",
    "按当前定义，逐月月末计算全部客户。",
)
MONTHS_M = Words(
    "Worked out from what had happened by the end of each month. Customers: who had done anything by "
    "then. Coverage: the share of them with a value. A quarter of those with a value lie below “lower "
    "quarter”, a quarter above “upper quarter”.",
    "按每月月末之前发生的行为计算。客户数：截至当时有过任何行为的客户。覆盖率：其中有值客户的占比。"
    "有值客户中四分之一低于“下四分位”，四分之一高于“上四分位”。",
)
MONTHS_WORK = Words("Working out every month…", "正在逐月计算…")
MONTHS_NOTHING = Words("It has no past to be worked out", "无法回溯历史")
MONTHS_NONE = Words(
    "Records, scores and what people set are not known as they once were; what each build saw stands "
    "under “Build by build”.",
    "资料、模型评分和人工设置没有当时的记录；每次构建的结果见“历次构建”。",
)
MONTHS_BUILD = Words(
    "Run the first build; then every month since the first event can be seen.",
    "完成首次构建后，即可查看自首个行为以来的每个月。",
)
MONTHS_EMPTY = Words(
    "At no month’s end did anybody have one; the events that it reads have not come yet.",
    "任何月末都没有客户有取值；它读取的行为尚未出现。",
)
MONTHS_MOST = Words("The newest {count} months are shown.", "仅显示最近 {count} 个月。")
MONTHS_KNOWN = Words(
    "On {first} {was_known} customers had a value, on {last} {known}.",
    "{first} 有 {was_known} 位客户有取值，{last} 为 {known} 位。",
)
MONTHS_MIDDLE = Words(
    "The middle customer went from {was} on {first} to {now} on {last}; customers with a value from "
    "{was_known} to {known}.",
    "中位客户从 {first} 的 {was} 变为 {last} 的 {now}；有值客户从 {was_known} 位变为 {known} 位。",
)
MONTH_END = Words("Month’s end", "月末")
MONTH_CUSTOMERS = Words("Customers by then", "截至当时客户数")
MONTH_KNOWN = Words("With a value", "有值客户")
MEAN = Words("Mean", "平均值")
LOW = Words("Lower quarter", "下四分位")
MIDDLE = Words("Middle", "中位值")
HIGH = Words("Upper quarter", "上四分位")
COMMONEST = Words("Most common", "最常见取值")
LINEAGE = Words("Where it comes from, where it goes", "来源与去向")
IT_READS = Words("It reads", "读取")
READS_IT = Words("Read by", "被使用")
NO_VALUES_BUILD = Words(
    "The next build computes it, or fill it now once it is approved.",
    "下次构建时计算；批准后也可立即计算。",
)
LINEAGE_L = Words(
    "What it reads stands left, what reads it right.", "左侧为它读取的内容，右侧为使用它的内容。"
)
NODE_KINDS = {
    "event": Words("event", "行为"), "column": Words("column", "字段"), "trait": Words("record", "资料"),
    "model": Words("model", "模型"), "hand": Words("by hand", "人工"), "tag": Words("tag", "标签"),
    "segment": Words("segment", "人群"),
}  # fmt: skip
VERSIONS = Words("Versions", "版本")
VERSIONS_L = Words("A new one whenever the meaning changed.", "含义每次变化产生一个新版本。")
VERSION = Words("Version", "版本")
CHANGED = Words("When", "时间")
BY = Words("By", "操作人")
SHIPPED = Words("comes with Limner", "Limner 内置")
HANDS = Words("Set or corrected by people", "人工设置与更正")
HANDS_L = Words(
    "On a customer's page a tag can be set or corrected.", "可在客户页面设置或更正标签。"
)
CUSTOMER = Words("Customer", "客户")
WAS = Words("Computed", "计算值")
NOTE = Words("Note", "备注")
NO_HANDS = Words("Nobody has yet", "暂无")
COMES_TRUE = Words("Does it come true?", "是否兑现？")
COMES_TRUE_SAY = Words(
    "Of {customers} customers who bought within {days} days, {hit} ({low} to {high}) bought what the "
    "tag said before; by chance {chance}, the popular guess {popular}, the last value {last}. Verdict: {verdict}.",
    "{days} 天内有购买的 {customers} 位客户中，{hit}（{low} 至 {high}）购买了标签此前所说的内容；"
    "随机为 {chance}，热门为 {popular}，最近一次为 {last}。结论：{verdict}。",
)
BY_ITSELF = Words(
    "It moves by itself as time goes by, so that no alarm is raised.",
    "该标签会随时间自然变化，因此不作报警。",
)
APPROVE = Words("Approve", "批准")
SUBMIT = Words("Send for review", "提交审批")
RETIRE = Words("Retire", "下线")
RETIRE_TITLE = Words("Retire {name}?", "下线“{name}”？")
RETIRE_L = Words(
    "It is no longer computed with the next build. Its versions stay, and it can be approved again.",
    "下次构建起不再计算；历史版本保留，可重新批准。",
)
DROP = Words("Delete the draft", "删除草稿")
DROP_TITLE = Words("Delete {name}?", "删除“{name}”？")
DROP_L = Words("What people set of it goes too.", "人工设置的取值也会一并删除。")
CHANGE = Words("Change", "修改")
FILL = Words("Fill for everybody now", "立即为全部客户计算")
FILLING = Words("Computing for everybody…", "正在为全部客户计算…")
FILLED = Words("{known} customers have a value now.", "已有 {known} 位客户有取值。")
OTHER_APPROVES = Words("You wrote it, so somebody else approves it.", "由你编写，需由他人审批。")
DONE = Words("Done", "已完成")
COPY = Words("Copy the definition", "复制定义")
COPIED = Words("Copied", "已复制")
FAULT = Words("It is approved but not in force", "已批准但未生效")
DRAFTED = Words(
    "A change is being prepared; until it is approved, version {version} stays in force.",
    "修改尚未批准；在此之前版本 {version} 继续生效。",
)

# ---- a new tag
NEW_ANSWER = Words(
    "Say what to compute; the text is checked while you write, and shown on your data before anything is kept.",
    "写下要计算的内容；书写时即时检查，保存前可先在数据上预览。",
)
EDIT_ANSWER = Words(
    "Changing what it means makes a new version; what is in force stays until the change is approved.",
    "修改含义会产生新版本；在批准之前，现有版本继续生效。",
)
WHAT = Words("What it computes", "计算内容")
TEXT = Words("Definition", "定义")
TEXT_HINT = Words("count(orders in last 60 days)", "count(orders in last 60 days)")
EXAMPLES = Words("Begin from an example", "从示例开始")
GOOD = Words("Understood: {sentence}", "已理解：{sentence}")
AT_WORD = Words("At “{word}”:", "在“{word}”处：")
CALLED = Words("What it is called", "名称与归类")
NAME_EN = Words("Name in English", "英文名称")
NAME_ZH = Words("Name in Chinese", "中文名称")
TELLS_EN = Words("Description in English", "英文说明")
TELLS_ZH = Words("Description in Chinese", "中文说明")
CODE_HINT = Words(
    "left empty: made from the name; small letters, digits and _",
    "可不填，由名称生成；小写字母、数字和下划线",
)
CATEGORY = Words("Category", "分类")
SHOWN_AS = Words("Shown as", "显示为")
UNIT = Words("Unit", "单位")
KINDS = {
    "count": Words("count", "次数"), "money": Words("amount of money", "金额"),
    "number": Words("number", "数值"), "share": Words("share, 0 to 1", "比例（0 至 1）"),
    "days": Words("days", "天数"), "text": Words("text", "文本"), "day": Words("day", "日期"),
    "hour": Words("hour of day", "小时"), "weekday": Words("weekday", "星期"),
    "truth": Words("yes or no", "是或否"),
}  # fmt: skip
WITH_UNIT = ("count", "money", "number")  # kinds of which the unit says more
UNITS = {
    "orders": Words("orders", "单"), "units": Words("units", "件"), "times": Words("times", "次"),
    "pages": Words("pages", "页"), "lines": Words("lines", "行"), "e-mails": Words("e-mails", "封"),
    "coupons": Words("coupons", "张券"), "checkouts": Words("checkouts", "次结算"),
    "years": Words("years", "年"), "words": Words("words", "词"), "visits": Words("visits", "次访问"),
    "stores": Words("stores", "家门店"), "stars": Words("stars", "星"),
    "shares": Words("shares", "次分享"), "reviews": Words("reviews", "条评价"),
    "refunds": Words("refunds", "次退款"), "products": Words("products", "种商品"),
    "points": Words("points", "分"), "people": Words("people", "人"),
    "departments": Words("departments", "个部门"), "complaints": Words("complaints", "次投诉"),
    "clicks": Words("clicks", "次点击"), "children": Words("children", "个孩子"),
    "categories": Words("categories", "个品类"), "campaigns": Words("campaigns", "个活动"),
    "ratio": Words("ratio", "倍"),
}  # fmt: skip
PREVIEW = Words("Show it on the data", "在数据上预览")
PREVIEW_L = Words(
    "Computed for all customers as of {day} in {seconds} s; nothing is kept.",
    "按 {day} 为全部客户计算，用时 {seconds} 秒；尚未保存。",
)
SAVE_DRAFT = Words("Save as a draft", "保存为草稿")
SAVE_REVIEW = Words("Send for review", "提交审批")
SAVE_APPROVE = Words("Approve and fill", "批准并计算")
LANGUAGE = Words("How definitions are written", "定义写法")
LANGUAGE_L = Words(
    "A measure of rows, with a rule and a span; or an expression over other tags.",
    "对某类行为的度量，可带条件与时间范围；或由其他标签组成的表达式。",
)
NOT_ALLOWED = Words(
    "Your role may look at tags, but not define them.", "你的角色可以查看标签，但不能定义。"
)
ERRORS = {
    "tag-malformed": Words(
        "Something in the definition is missing or wrong.", "定义有缺失或错误。"
    ),
    "tag-shipped": Words("That code belongs to the catalogue.", "该编码属于内置目录。"),
    "tag-code-taken": Words("That code is taken.", "该编码已被占用。"),
    "tag-own-approval": Words("Somebody else has to approve it.", "需由他人批准。"),
    "tag-read": Words("Something still reads it.", "仍有内容在使用它。"),
    "tag-needed": Words("The portrait is made of it.", "画像依赖该标签。"),
    "tag-circle": Words("It would read itself in a circle.", "会形成循环引用。"),
    "tag-reads-draft": Words("It reads a tag that is not approved.", "它引用了未批准的标签。"),
    "rule-malformed": Words("The definition cannot be read there.", "该处无法识别。"),
    "rule-column": Words("There is no such column.", "没有该字段。"),
    "rule-rows": Words("There are no such rows.", "没有该类数据。"),
}
EXAMPLE_TEXTS: tuple[tuple[Words, str, str], ...] = (
    (Words("How often, lately", "近期次数"), "count(orders in last 60 days)", "count"),
    (Words("Spent on one kind of thing", "某类商品消费额"),
     "sum(revenue of lines where category = 'COFFEE' in last 365 days)", "money"),
    (Words("What is bought most", "购买最多的品类"), "top(category by revenue of lines in last 180 days)", "text"),
    (Words("Share on weekends", "周末占比"), "share(orders part weekday >= 5 in last 90 days)", "share"),
    (Words("Looked at one kind of thing", "浏览某类商品次数"),
     "count(viewed where category = 'COFFEE' in last 7 days)", "count"),
    (Words("Days since looking at something", "距上次浏览天数"), "time_since_last('Product Viewed')", "days"),
    (Words("Did A, then B", "先 A 后 B"),
     "sequence('Product Viewed' then 'Order Completed' within 3 days in last 30 days)", "count"),
    (Words("From other tags", "由其他标签计算"),
     "case when recency_days > 90 then 'asleep' else 'awake' end", "text"),
    (Words("Set by hand", "人工设置"), "by hand", "text"),
)  # fmt: skip
