"""Words of who they are: a segment described, its persona card, two segments compared."""

from limner.core.words import Words

TITLE = Words("Who are they", "人群画像")
CARD = Words("Persona card", "画像卡")
COMPARE = Words("Two segments compared", "人群对比")
BACK = Words("Segments", "人群")
ANSWER = Words(
    "{name}: {customers} customers ({share} of all) who bring {revenue} of the year's sales.",
    "{name}：{customers} 名客户（占全部 {share}），贡献全年销售额的 {revenue}。",
)
ANSWER_PLAIN = Words(
    "{name}: {customers:customer|customers}, {share} of all.",
    "{name}：{customers} 名客户，占全部 {share}。",
)
CUSTOMERS = Words("Customers", "客户数")
CUSTOMERS_M = Words("Customers for whom the rule of the segment holds.", "符合该人群规则的客户数。")
OF_ALL = Words("{share} of all", "占全部 {share}")
AVERAGE = Words("everybody {value}", "全体 {value}")
OTHER_SIDE = Words("{name} {value}", "{name} {value}")
FIGURES = {
    ("revenue_365d", "sum"): Words("Revenue, 365 days", "近 365 天消费"),
    ("revenue_365d", "mean"): Words("Revenue per customer", "人均消费"),
    ("orders_365d", "mean"): Words("Orders per customer", "人均订单数"),
    ("basket_mean", "mean"): Words("Average basket", "客单价"),
    ("recency_days", "median"): Words("Days since last order", "距上次购买天数"),
}
FIGURES_M = {
    "sum": Words(
        "The sum over the segment, beside the sum over everybody.", "该人群合计，旁为全体合计。"
    ),
    "mean": Words(
        "The mean over the segment, beside the mean over everybody.", "该人群均值，旁为全体均值。"
    ),
    "median": Words(
        "Half of the segment have less, half more.", "该人群的中位数：一半更少，一半更多。"
    ),
}
APART = Words("What sets them apart", "与众不同之处")
APART_L = Words(
    "The tags with the largest sure differences, as an index: 100 is the average of everybody.",
    "差异最大且可靠的标签，以指数表示：100 为全体平均。",
)
APART_COMPARED = Words(
    "The tags with the largest sure differences: 100 is the average of {name}.",
    "差异最大且可靠的标签：100 为“{name}”的平均。",
)
APART_M = Words(
    "The mean of the segment divided by the mean of the base, times 100. Only tags that differ by "
    "more than chance (Benjamini-Hochberg over all tags, 5%) are shown.",
    "人群均值除以基准均值再乘以 100。仅显示差异超出偶然的标签（对全部标签做 Benjamini-Hochberg 校正，5%）。",
)
TGI = Words("TGI", "TGI")
TGI_L = Words(
    "Value by value: how often it is seen among them, 100 being the average. Grey bars may be chance.",
    "逐个取值比较其在该人群中的占比，100 为平均。灰色条可能只是偶然。",
)
TGI_M = Words(
    "Target group index: the share in the segment divided by the share in the base, times 100. "
    "Numbers are cut into fifths of the base.",
    "目标群体指数：人群中的占比除以基准中的占比再乘以 100；数值按基准的五等分分段。",
)
TGI_OF = Words("TGI by {name}", "目标群体指数（TGI）：{name}")
CHOOSE_TAG = Words("Tag", "标签")
MODEL = Words("The few that tell", "区分该人群的少数标签")
MODEL_L = Words(
    "A small tree tells them from the others with an AUC of {auc} ({interval}) on customers it had "
    "not seen; 50% is guessing.",
    "一棵小决策树在未见过的客户上区分该人群的 AUC 为 {auc}（{interval}），50% 相当于瞎猜。",
)
MODEL_M = Words(
    "Cross-validated in five folds. Tags of the segment's own rule, and what is made from them or "
    "says the same, are left out: else the model only repeats the rule.",
    "五折交叉验证。人群规则所用的标签及其派生、近似标签均已排除，否则模型只是复述规则。",
)
LINE = Words(
    "A logistic model of all the tags that are left reaches {auc} ({interval}).",
    "使用其余全部标签的逻辑回归可达 {auc}（{interval}）。",
)
LEFT_OUT = Words("Left out", "已排除")
REASONS = {
    "rule": Words("in the rule", "规则所用"),
    "related": Words("made from it", "派生"),
    "alike": Words("says the same", "含义相近"),
    "restates": Words("repeats the rule", "等同规则"),
}
LEFT_ONE = Words("{name} ({reason})", "{name}（{reason}）")
EVERYONE = Words("Everybody", "全体")
BRANCH = Words(
    "{share} are of the segment, of {customers} customers",
    "{customers} 名客户中 {share} 属于该人群",
)
WHERE = Words("Where", "在哪里")
PLACES = {
    "region": Words("Where: by region", "地区分布"),
    "city": Words("Where: by city", "城市分布"),
    "store": Words("Where: by store", "门店分布"),
}
CHANNELS = Words("By channel", "渠道分布")
CATEGORIES = Words("By category", "品类分布")
ORDERS_L = Words("Share of orders, 365 days; beside it the base.", "近 365 天订单占比，旁为基准。")
SALES_L = Words("Share of sales, 365 days; beside it the base.", "近 365 天消费占比，旁为基准。")
ONE_VALUE = Words("All of it is {value}.", "全部为 {value}。")
WEEK = Words("When: by weekday and hour", "时间分布：星期与小时")
WEEK_L = Words(
    "Index of orders: blue is more than the base, orange less.",
    "订单指数：蓝色高于基准，橙色低于基准。",
)
OF_THEM = Words("Of them", "该人群")
OF_BASE = Words("Of the base", "基准")
ALL_TAGS = Words("All tags", "全部标签")
ALL_TAGS_L = Words(
    "Every tag, its mean or commonest value among them and in the base, and whether that can be chance.",
    "全部标签：其均值或最常见取值、基准值，以及差异是否可能只是偶然。",
)
TAG = Words("Tag", "标签")
VALUE = Words("Among them", "该人群")
BASE = Words("In the base", "基准")
DIFFERENCE = Words("Difference (95%)", "差异（95% 区间）")
DIFFERENCE_M = Words(
    "The mean of the segment less the mean of those who are not in it (of the other segment, when two "
    "are compared), as the range in which it lies with 95% confidence.",
    "该人群均值减去其余客户（两人群对比时为另一人群）均值，以 95% 置信区间表示。",
)
LIFT_M = Words(
    "The mean of the segment divided by the mean of the base: ×2 is twice as much.",
    "人群均值除以基准均值：×2 即两倍。",
)
EFFECT_M = Words(
    "How far the two lie apart, whatever the unit: how often a member is above one of the others "
    "(Cliff's delta for numbers).",
    "与单位无关的差距大小：成员高于其他客户的可能性（数值采用 Cliff's delta）。",
)
Q_M = Words(
    "The chance of so large a difference among so many tags if there were none "
    "(Benjamini-Hochberg); below 0.05 it is called sure.",
    "若本无差异，在这么多标签中仍出现如此差异的可能性（Benjamini-Hochberg 校正）；低于 0.05 视为可靠。",
)
LIFT = Words("Lift", "提升度")
EFFECT = Words("Effect", "效应")
SIZES = {
    "negligible": Words("negligible", "可忽略"), "small": Words("small", "小"),
    "medium": Words("medium", "中"), "large": Words("large", "大"),
}  # fmt: skip
Q = Words("q", "q 值")
SURE = Words("Sure", "可靠")
BELOW = Words("< 0.001", "< 0.001")
COMMONEST = Words("{value} {share}", "{value} {share}")
WITH = Words("Compare with", "与之对比")
FIRST = Words("First segment", "人群一")
SECOND = Words("Second segment", "人群二")
CHOOSE = Words("Choose two segments to compare.", "请选择两个人群进行对比。")
CHOOSE_WHY = Words("Each is described against the other, tag by tag.", "逐个标签将两者相互比较。")
COMPARED = Words(
    "{a} ({first}) against {b} ({second}): {sure} of {all} tags differ by more than chance.",
    "{a}（{first}）对比 {b}（{second}）：{all} 个标签中有 {sure} 个差异超出偶然。",
)
BOTH = Words(
    "{both:customer is|customers are} in both and set aside, so that nobody stands on both sides.",
    "有 {both} 名客户同属两者，已从两侧剔除。",
)
SIDES = Words("Customers of either", "两侧客户数")
SEE_CUSTOMERS = Words("See these customers", "查看这些客户")
SEE_CARD = Words("Make a persona card of them", "生成画像卡")
SEE_COMPARE = Words("Compare them with another segment", "与其他人群对比")
SEE_DIVIDE = Words("Divide them further", "进一步细分")
SEE_MOVEMENT = Words("See who came and went", "查看进出流动")
PRINT = Words("Print", "打印")
DOWNLOAD = Words("Download as one file", "下载为单个文件")
PORTRAIT = Words(
    "How often a member is above one of the others, by tag; the dashed ring is half and half.",
    "成员在各标签上高于其他客户的可能性；虚线环表示各半。",
)
LIKES = Words("Likes", "偏好")
LIKE = Words("{value}: {share} of {of}, index {tgi}", "{value}：占{of} {share}，指数 {tgi}")
LIKE_MOST = Words(
    "{value}: {of} of {share} of them, index {tgi}", "{value}：{share} 的成员以此为{of}，指数 {tgi}"
)
WHEN = Words("When and where", "何时何地")
WHEN_DAY = Words(
    "Most on {day}: {share} of orders (base {base})", "{day}最多：占订单 {share}（基准 {base}）"
)
WHEN_HOUR = Words(
    "Most around {hour}: {share} of orders (base {base})",
    "{hour} 前后最多：占订单 {share}（基准 {base}）",
)
WHEN_EVENING = Words(
    "From six in the evening: {share} of orders (base {base})",
    "18 点以后：占订单 {share}（基准 {base}）",
)
WHERE_TOP = Words(
    "{value}: {share} of orders (base {base})", "{value}：占订单 {share}（基准 {base}）"
)
SAY = Words("What to say", "宜说")
AVOID = Words("What not to say", "忌说")
BECAUSE = Words("{name} {mean}, everybody {base}", "{name} {mean}，全体 {base}")
NOTHING_SURE = Words("Nothing that is sure.", "没有可靠的结论。")
FOOT = Words(
    "Made by rules from the figures as of {day}; nothing in it is invented. Rule: {rule}",
    "按规则由截至 {day} 的数据生成，没有任何虚构内容。规则：{rule}",
)
NO_SUCH = Words("There is no segment of that name.", "没有该人群。")
