"""Words of the customers' list and of one customer's page."""

from limner.core.words import Words

ANSWER = Words(
    "{count:customer, who|customers, who} brought {revenue} in the last 365 days.",
    "共 {count} 位客户，近 365 天消费 {revenue}。",
)
ANSWER_FILTERED = Words(
    "{count:customer matches|customers match}; they brought {revenue} in the last 365 days.",
    "符合条件的客户有 {count} 位，近 365 天消费 {revenue}。",
)
ANSWER_NONE = Words("No customer matches.", "没有符合条件的客户。")
ANSWER_COUNT = Words("{count:customer matches|customers match}.", "符合条件的客户有 {count} 位。")
SEARCH = Words("Search", "搜索")
SEARCH_HINT = Words("Id, name, e-mail or phone", "编号、姓名、邮箱或电话")
SEARCH_HINT_MASKED = Words("Customer id", "客户编号")
RULE = Words("Rule", "规则")
APPLY = Words("Apply", "筛选")
CLEAR = Words("Clear all", "清除条件")
IN_SEGMENT = Words("In segment: {name}", "所属人群：{name}")
RULE_WRONG = Words("This rule cannot be used.", "这条规则无法使用。")
RULE_HELP = Words("How to write a rule", "规则怎么写")
RULE_HELP_BODY = Words(
    "Compare a column with a value and join with and, or, not. Texts stand in single quotes. "
    "Also: in ('a', 'b'), between 1 and 5, like 'a%', is null.",
    "用“列 比较 值”书写，并用 and、or、not 连接。文字用单引号。也可用：in ('a', 'b')、"
    "between 1 and 5、like 'a%'、is null。",
)
COLUMNS = Words("The columns you can use", "可用的列")
CHIPS = (
    (
        Words("Slipping, over 500", "滑落期且消费超 500"),
        "lifecycle_stage = 'slipping' and revenue_365d > 500",
    ),
    (Words("Champions", "冠军客户"), "rfm_group = 'champions'"),
    (Words("New", "新客期"), "lifecycle_stage = 'new'"),
    (Words("Lives on discounts", "偏好折扣"), "discount_share > 0.25"),
    (Words("Uses coupons", "用过优惠券"), "coupons_redeemed_365d > 0"),
    (Words("Prefers own brand", "偏好自有品牌"), "private_label_share > 0.4"),
    (Words("Evening shoppers", "晚间购物"), "evening_share > 0.6"),
)
MEANINGS = {
    "lifecycle_stage": Words(
        "How the days since the last order compare with the customer's own rhythm of buying.",
        "以该客户自己的购买节奏衡量距上次购买的天数，判断所处阶段。",
    ),
    "rfm_group": Words(
        "A group by how lately, how often and for how much the customer bought.",
        "按最近购买、购买频次与金额划分的分组。",
    ),
    "cluster": Words(
        "Customers who buy alike, found by the build; their names come from what sets them apart.",
        "构建时按购物方式自动聚出的相似客户，名称取自其最突出的特征。",
    ),
}
MASKED = Words(
    "Names and addresses are hidden from your role; you cannot search or filter by them.",
    "您的角色看不到姓名和联系方式，也不能按它们搜索或筛选。",
)
NEXT_SEGMENT = Words("See all segments", "查看所有人群")
NEXT_CAMPAIGN = Words("See the campaigns that were sent", "查看已发出的活动")
NEXT_NEW = Words("Write a campaign for these customers", "为这些客户新建活动")
NO_MATCH = Words("Nobody fits these conditions", "没有客户符合这些条件")
NO_MATCH_WHY = Words("Loosen the rule or clear the search.", "请放宽规则或清除搜索。")

BACK = Words("Customers", "客户")
HOUSEHOLD = Words("Customer {id}", "客户 {id}")
PORTRAIT = Words("{stage}; {group} in RFM; {cluster}.", "{stage}；RFM 分组为“{group}”；{cluster}。")
UNKNOWN = Words(
    "No portrait has this id, and no event or record names such a customer.",
    "没有这个编号的画像，也没有事件或记录提到这位客户。",
)
ANSWER_ONE = Words(
    "Spent {revenue} in {orders:order|orders} in the year to {day}; last bought {last}.",
    "截至{day}的一年内下了 {orders} 单，消费 {revenue}；上次购买：{last}。",
)
LAST_THAT_DAY = Words("that same day", "当天")
LAST_DAYS = Words("{days:day|days} before", "此前 {days} 天")
KEY_REVENUE = Words("Revenue, 365 days", "近 365 天消费")
KEY_REVENUE_M = Words(
    "What this customer spent in the last 365 days, after discounts.", "该客户近 365 天的实付金额。"
)
KEY_ORDERS = Words("Orders, 365 days", "近 365 天订单")
KEY_ORDERS_M = Words("Completed orders in the last 365 days.", "近 365 天完成的订单数。")
KEY_BASKET = Words("Average basket", "客单价")
KEY_BASKET_M = Words("Mean revenue of one order.", "每单平均实付金额。")
KEY_RECENCY = Words("Days since last order", "距上次购买天数")
KEY_RECENCY_M = Words(
    "Whole days from the last order to the day of the build. Whether that is long is judged by "
    "the customer's own rhythm.",
    "从上次下单到构建日的天数。是否算久，以该客户自己的购买节奏判断。",
)
KEY_GAP = Words("Days between orders", "平均购买间隔")
KEY_GAP_M = Words("Mean number of days between one order and the next.", "两次订单之间的平均天数。")
RFM = Words("RFM", "RFM")
RFM_M = Words(
    "Recency, frequency and money, each from 1 (worst fifth) to 5 (best fifth).",
    "最近购买、频次、金额三项得分，1 为最低五分之一，5 为最高五分之一。",
)
MONTHS = Words("Sales by month", "每月消费")
TAGS = Words("Tags", "标签")
TAGS_L = Words("Open a tag to read the rule behind it.", "点开标签可查看其规则。")
OTHER = Words("Other", "其他")
PREDICTIONS = Words("What the models expect", "模型预测")
PREDICTION = Words(
    "{score} probability ({baseline} for the average customer).",
    "概率 {score}（平均客户为 {baseline}）。",
)
PREDICTION_PLAIN = Words("{score} probability.", "概率 {score}。")
REASONS = Words(
    "Each bar is how far a fact about this customer moves the prediction up (+, blue) or down (−, orange), "
    "in log-odds: +0.7 doubles the odds, −0.7 halves them.",
    "每条表示该客户的一项事实把预测推高（+，蓝）或拉低（−，橙）多少，单位为对数几率：+0.7 使几率翻倍，−0.7 使其减半。",
)
NO_PREDICTION = Words("No prediction yet", "暂无预测")
NO_PREDICTION_WHY = Words(
    "The last build scored no model for this customer.", "最近一次构建没有为该客户打分。"
)
EFFECT = Words("Effect (log-odds)", "影响（对数几率）")
TIMELINE = Words("Timeline", "时间线")
TIMELINE_LIVE = Words(
    "Visits, purchases, till receipts and messages in one list; new ones appear by themselves.",
    "访问、购买、门店小票与消息汇于一处；新事件会自动出现。",
)
NO_EVENTS = Words("Nothing of this kind yet", "还没有此类事件")
NO_EVENTS_WHY = Words("Choose another kind, or wait.", "请换一类，或稍候。")
NOW = Words("Now", "此刻")
NOW_L = Words(
    "By the events that came live, whatever the last build says.",
    "仅依据实时事件，与上次构建无关。",
)
NOW_SEGMENTS = Words("In these segments as of today, {day}", "截至今日（{day}）所属人群")
NOW_ASKING = Words("Asking which segments fit now …", "正在判断此刻所属人群……")
NOW_NO_SEGMENTS = Words("In no segment as of today.", "截至今日不在任何人群中。")
NOW_EVENTS = Words("Live events", "实时事件")
NOW_EVENTS_M = Words(
    "Events that came through the tracking API, from all of this customer's devices.",
    "经埋点接口收到的事件，含该客户的全部设备。",
)
NOW_SESSIONS = Words("Visits", "访问次数")
NOW_SESSIONS_M = Words(
    "A visit ends when nothing came for 30 minutes.", "30 分钟没有事件即视为访问结束。"
)
NOW_ORDERS = Words("Live orders", "实时订单")
NOW_ORDERS_M = Words("Orders completed among the live events.", "实时事件中完成的订单数。")
NOW_REVENUE = Words("Live revenue", "实时消费")
NOW_REVENUE_M = Words(
    "What those orders came to, in each currency.", "上述订单的金额，按币种分别列出。"
)
NOW_REFUNDED = Words("refunded: {amount}", "已退款：{amount}")
NOW_FIRST = Words("First touch", "首次触点")
NOW_FIRST_M = Words("What brought this customer the first time.", "该客户首次到访的来源。")
NOW_LAST = Words("Last touch", "末次触点")
NOW_LAST_M = Words(
    "What brought this customer last, other than coming directly.", "最近一次非直接访问的来源。"
)
FIRST_SEEN = Words("First seen", "首次出现")
MERGES = Words("How this customer became one", "身份合并记录")
MERGES_L = Words(
    "Each merge can be taken back; then each side gets its identifiers and events again.",
    "每次合并都可以撤销，撤销后双方各自取回标识与事件。",
)
NO_PORTRAIT = Words("No portrait yet", "尚无画像")
NO_PORTRAIT_WHY = Words(
    "Tags, segments and what was done stand here as of this second; predictions follow with the next build.",
    "标签、人群与行为均为此刻的最新情况；预测将在下次构建后出现。",
)
LIVE_SENTENCE = Words(
    "Recognised by {identifiers:identifier|identifiers}; not in a portrait yet.",
    "已知 {identifiers} 个身份标识；尚无画像。",
)
LIVE_FOUND = Words("Known live, not in a portrait yet", "实时客户（尚无画像）")
LIVE_FOUND_L = Words(
    "These customers came after the last build; their pages show everything they did.",
    "这些客户在上次构建之后出现；点开即可查看其全部行为。",
)
ANSWER_LIVE = Words(
    "{count:customer matches|customers match}, seen only after the last build.",
    "上次构建之后出现的客户中，有 {count} 位符合。",
)
LIVE_ONLY = Words(
    "No portrait has been built yet; these customers were seen live.",
    "尚未构建画像；以下是实时出现的客户。",
)
PURCHASES = Words("Purchases", "购买记录")
PURCHASES_L = Words(
    "The newest {count:order|orders}; open one for its lines.",
    "最近 {count} 笔订单；点开查看明细。",
)
LINES = Words("Lines: {count}", "{count} 项商品")
PRODUCT = Words("Product", "商品")
QUANTITY = Words("Quantity", "数量")
DISCOUNT = Words("Discount", "优惠")
PAID = Words("Paid", "实付")
IDENTIFIERS = Words("Identifiers", "身份标识")
IDENTIFIERS_L = Words(
    "Everything by which this customer is recognised, and where it came from.",
    "用于识别该客户的全部标识及其来源。",
)
KIND = Words("Kind", "类型")
VALUE = Words("Value", "值")
SOURCE = Words("Source", "来源")
BECAUSE = Words("Rule", "规则")
TRAITS = Words("What is known", "基本信息")
TRAITS_L = Words(
    "The golden record; each value says which source and rule it came from.",
    "黄金记录；每项注明来源与取值规则。",
)
FROM = Words("from {source}: {rule}", "来自 {source}：{rule}")
MESSAGES = Words("Messages", "消息")
NO_MESSAGES = Words("No message was sent to this customer yet", "还没有给该客户发过消息")
NO_MESSAGES_WHY = Words(
    "Messages of Limner's own campaigns appear here.", "由 Limner 发出的活动消息会显示在这里。"
)
SENT = Words("Sent", "已发送")
HELD = Words("Held back", "未发送")
CAMPAIGN = Words("Campaign", "活动")
WHEN = Words("When", "时间")
CHANNEL = Words("Channel", "渠道")
STATUS = Words("Status", "状态")
REASON = Words("Reason", "原因")
SUBJECT = Words("Subject", "主题")
SEGMENTS = Words("In these segments", "所属人群")
SAVE = Words("Make a segment of it", "用此规则构建人群")
RULE_ERRORS = {
    "rule-column": Words("There is no such column:", "没有这样的列："),
    "rule-malformed": Words("The text is not a rule:", "规则写法有误："),
    "rule-empty": Words("The rule is empty:", "规则为空："),
    "rule-type": Words("The value does not fit the column:", "取值与列的类型不符："),
    "sort-unknown": Words("The list cannot be sorted like that:", "无法这样排序："),
}
