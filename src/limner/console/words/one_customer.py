"""Words of the sides of one customer's page."""

from limner.core.words import Words

SIDES = Words("Sides of this customer", "客户的各个方面")
OVERVIEW = Words("At a glance", "概览")
TAGS = Words("Tags", "标签")
TIMELINE = Words("Timeline", "时间线")
ORDERS = Words("Orders", "订单")
CONTACT = Words("Messages and consent", "消息与同意")
EXPECTED = Words("Predictions", "预测")
ALIKE = Words("Look-alikes", "相似客户")
SEGMENTS = Words("Segments", "人群")
IDENTITY = Words("Identity", "身份")

# ---- what next
NEXT = Words("What next", "下一步")
NEXT_L = Words(
    "Said by the figures; each line leads to what it rests on.", "由数据得出；点击可查看依据。"
)
RHYTHM_DUE = Words(
    "Buys every {gap:day|days} on average; at that rhythm the next order is due about {day}.",
    "平均每 {gap} 天购买一次；按此节奏，下次下单约在 {day}。",
)
RHYTHM_LATE = Words(
    "Buys every {gap:day|days} on average; at that rhythm an order was due on {day}, {days:day|days} before "
    "the last build.",
    "平均每 {gap} 天购买一次；按此节奏应在 {day} 下单，到最近一次构建已晚 {days} 天。",
)
LIKELY = Words(
    "{what}: {score} likely, {times} times the average customer.",
    "{what}：概率 {score}，是平均客户的 {times} 倍。",
)
UNLIKELY = Words(
    "{what}: {score} likely, the average customer {baseline}.",
    "{what}：概率 {score}，平均客户为 {baseline}。",
)
MAY_WRITE = Words(
    "May be written to for {purpose} by {media}.", "可通过{media}就“{purpose}”与其联系。"
)
MAY_NOT_WRITE = Words(
    "Has agreed to nothing: no campaign will write to this customer.",
    "未给予任何同意：任何活动都不会向该客户发送消息。",
)
IS_SUPPRESSED = Words(
    "An address is on the suppression list ({reason}): it is never written to.",
    "有地址在禁止联系名单中（{reason}）：不会向其发送任何消息。",
)
GROUP_SAYS = Words("{group}: {meaning}", "{group}：{meaning}")
SEE_ALL = Words("See all", "查看全部")
LATEST = Words("Latest", "最近动态")
KNOWN_OF = Words("Who this is", "客户是谁")
TOLD_LIVE = Words("told live by {source}, {at}", "由 {source} 实时告知，{at}")
KNOWN_NOTHING = Words(
    "No source told a name, a place or a trait", "没有来源提供姓名、地点或其他特征"
)
KNOWN_NOTHING_WHY = Words(
    "Import customer records, or send identify calls.", "请导入客户资料，或发送 identify 事件。"
)

# ---- tags
FIND_TAG = Words("Find a tag", "查找标签")
NO_SUCH_TAG = Words("No tag has this in its name", "没有名称包含此文字的标签")
TAGS_DAYS = Words(
    "Values of the last build, as of {built}. Where today, {today}, says otherwise after every event up "
    "to this second, that stands below as “now”.",
    "数值来自上次构建，截至 {built}。若今日（{today}）计入此刻为止的全部事件后有所不同，下方以“此刻”标出。",
)
TAGS_LIVE = Words(
    "No build knows this customer yet: these values are as of today, {today}, after every event up to "
    "this second.",
    "该客户尚未进入任何构建：以下数值截至今日（{today}），计入此刻为止的全部事件。",
)
TAG_NOW = Words("now {value}", "此刻 {value}")
BUILT_DAY = Words("By the last build, as of {day}.", "依据上次构建，数据截至 {day}。")
TAGS_L = Words(
    "Choose a tag to see its rule, the events behind it and how it came to be.",
    "选择一个标签，查看其规则、背后的事件与变化过程。",
)
WHY = Words("Why this value", "为什么是这个值")
WHY_ROWS = Words(
    "Counted from {total:row|rows}; the newest {shown} are shown.",
    "由 {total} 行数据算得；以下为最新的 {shown} 行。",
)
WHY_ALL = Words("Counted from {total:row|rows}, all of them below.", "由以下 {total} 行数据算得。")
WHY_NONE = Words("No event counts for this tag", "没有可用于此标签的事件")
WHY_NONE_WHY = Words(
    "Nothing this customer did fits the rule in its span of days.",
    "该客户在此时间范围内没有符合规则的行为。",
)
WHY_TRAIT = Words("From the golden record: {origin}.", "来自黄金记录：{origin}。")
WHY_PARTS = Words("Worked out from these tags:", "由以下标签计算得出：")
WHY_HAND = Words("Set by hand by {by} on {day}.", "由 {by} 于 {day} 手工设置。")
WHY_HAND_NONE = Words(
    "Nobody has set this tag for the customer yet.", "还没有人为该客户设置此标签。"
)
WHY_SCORE = Words(
    "From a model's score; its reasons are under Predictions.", "来自模型评分；原因见“预测”。"
)
WHY_GROUP = Words(
    "Worked out over all customers together when the portraits were built.",
    "在构建画像时对全体客户一并计算得出。",
)
WHY_NAMED = Words("Value", "值")
COURSE = Words("How it came to be", "变化过程")
COURSE_L = Words(
    "The same rule asked at the end of each month, over the events as they are known today.",
    "用同一规则按每月月末重新计算，依据目前已知的事件。",
)
COURSE_TEXT = Words("The value at the end of each month", "每月月末的值")
MONTH = Words("Month", "月份")
SET_BY = Words("corrected by {by} on {day}; was {was}", "由 {by} 于 {day} 更正；原值 {was}")
CORRECT = Words("Correct this", "更正")
SET = Words("Set by hand", "手工设置")
CORRECT_L = Words(
    "What you set stands until it is taken back, also after the next build; what was worked out is kept beside it.",
    "您设置的值在撤销前一直有效，重新构建也不会改变；原先算出的值会一并保留。",
)
NEW_VALUE = Words("The right value", "正确的值")
NOTE = Words("How do you know?", "依据是什么？")
CORRECTED = Words("Corrected", "已更正")
TAKE_BACK = Words("Take the correction back", "撤销更正")
TAKEN_BACK = Words("Taken back", "已撤销")

# ---- timeline
EVENT = Words("Event", "事件")
EVERY_EVENT = Words("Every event", "全部事件")
CHANNEL = Words("Channel", "渠道")
EVERY_CHANNEL = Words("Every channel", "全部渠道")
SOURCE = Words("Source", "来源")
EVERY_SOURCE = Words("Every source", "全部来源")
SINCE = Words("From", "从")
UNTIL = Words("To", "到")
FIND = Words("Find", "查找")
FIND_HINT = Words("Product, order, store ...", "商品、订单、门店……")
MORE = Words("Show older ones", "显示更早的")
SHOWN = Words("{count:event|events}", "{count} 个事件")
SHOWN_MORE = Words("The newest {count:event|events}", "最新的 {count} 个事件")

# ---- orders
ORDERS_ANSWER = Words(
    "{orders:order|orders} came to {revenue}.", "共 {orders} 单，合计 {revenue}。"
)
NO_ORDERS = Words("No order yet", "还没有订单")
NO_ORDERS_WHY = Words(
    "Orders of the shop and the till appear here by themselves.",
    "商城与门店的订单会自动显示在这里。",
)

# ---- messages, experiments, consent
EXPERIMENTS = Words("Experiments and campaigns", "实验与活动")
EXPERIMENTS_L = Words(
    "On which side of each comparison this customer was; who is in a control group is not written to.",
    "该客户在每次对照中所处的一侧；对照组不会收到消息。",
)
NO_EXPERIMENTS = Words("In no campaign yet", "尚未参与任何活动")
NO_EXPERIMENTS_WHY = Words(
    "The arm and the chance of it appear here when a campaign is sent.",
    "活动发出后，这里会显示所在组及其概率。",
)
ARM = Words("Side", "组别")
ARMS = {
    "treated": Words("Treated", "触达组"),
    "control": Words("Control", "对照组"),
}
CHANCE = Words("Chance of it", "入组概率")
NOT_DRAWN = Words("not drawn by lot", "非随机分组")
CONSENT = Words("Consent", "同意记录")
CONSENT_L = Words(
    "The newest word counts; what was ever said is kept with its proof.",
    "以最新的表态为准；历史表态连同凭证全部保留。",
)
NO_CONSENT = Words("This customer has agreed to nothing", "该客户未给予任何同意")
NO_CONSENT_WHY = Words(
    "Import consents with their proof; until then no campaign writes here.",
    "请导入带凭证的同意记录；在此之前任何活动都不会向其发送。",
)
PURPOSE = Words("Purpose", "用途")
PURPOSES = {
    "marketing": Words("marketing", "营销"),
    "service": Words("service", "服务"),
    "research": Words("research", "调研"),
}
MEDIUM = Words("Medium", "方式")
MEDIA = {
    "email": Words("e-mail", "电子邮件"),
    "sms": Words("text message", "短信"),
    "phone": Words("telephone", "电话"),
    "mail": Words("post", "邮寄"),
    "push": Words("push message", "推送"),
    "wechat": Words("WeChat", "微信"),
}
SAID = Words("Said", "表态")
GRANTED = Words("agreed", "同意")
WITHDRAWN = Words("withdrew", "撤回")
PROOF = Words("Proof", "凭证")
HIDDEN_PROOF = Words("hidden from your role", "您的角色不可见")
MEDIA_JOINT = Words(" and ", "和")

# ---- look-alikes
ALIKE_L = Words(
    "The customers nearest by {count} figures. Each difference is measured by how far the middle nine "
    "tenths of all customers lie apart (Gower's distance).",
    "按 {count} 项指标距离最近的客户。每项差异以全体客户中间九成的跨度衡量（Gower 距离）。",
)
COMPARE_BY = Words("Compare by", "对比指标")
IN_PART = Words("In the share", "计入占比")
COMPARE = Words("Compare", "对比")
LIKENESS = Words("Alike", "相似度")
ALIKE_IN = Words("Alike in", "相似之处")
UNLIKE_IN = Words("Most unlike in", "最大不同")
NO_ALIKE = Words("Nobody to compare with", "没有可比较的客户")
NO_ALIKE_WHY = Words("Choose figures that this customer has.", "请选择该客户已有数值的指标。")
THIS_ONE = Words("This customer", "该客户")
PLACE_LEAST = Words("Nobody has less", "无人低于此值")
PLACE_MOST = Words("Among the highest 1% of all customers", "位于全部客户的前 1%")
PLACE = Words("More than {share} of all customers", "高于 {share} 的客户")

# ---- segments
IN_TODAY = Words("In these segments now", "此刻所属人群")
IN_TODAY_L = Words(
    "As of today, {day}, after every event up to this second: {count}.",
    "截至今日（{day}）、此刻为止的全部事件：共 {count} 个人群。",
)
IN_BUILT = Words("In these segments by the last build", "上次构建时所属人群")
IN_BUILT_L = Words(
    "As of {day}, the last day that the build looked at: {count}.",
    "构建数据截至 {day}：共 {count} 个人群。",
)
IN_NONE_NOW = Words(
    "The moment an event makes this customer fit a segment, it stands here.",
    "一旦某个事件使该客户符合某个人群，会立即显示在这里。",
)
SINCE_LONG = Words("since before it was watched", "开始监测前已在其中")
IN_NONE = Words("In no segment", "不在任何人群中")
IN_NONE_WHY = Words(
    "The next build puts this customer where they belong.", "下次构建后将归入相应人群。"
)
SEGMENT = Words("Segment", "人群")
MEANING = Words("What it means", "含义")
SINCE_IN = Words("In it since", "进入时间")
MOVES = Words("Entered and left", "进入与离开")
MOVES_L = Words("Noted by the worker the moment it happened.", "由后台在发生的那一刻记录。")
ENTERED = Words("Entered {segment}", "进入“{segment}”")
LEFT = Words("Left {segment}", "离开“{segment}”")
NO_MOVES = Words("No move has been noted yet", "尚无进出记录")
NO_MOVES_WHY = Words(
    "When an event makes this customer enter or leave a segment, it stands here.",
    "当某个事件使该客户进入或离开人群时，会显示在这里。",
)
