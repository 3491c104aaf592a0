"""Words of deeper division: RFM rules of one's own, groups by likeness, towards a target, membership."""

from limner.core.words import Words

TITLE = Words("Division", "深度细分")
WAYS = {
    "clusters": Words("By likeness", "相似聚类"),
    "rfm": Words("RFM rules", "RFM 规则"),
    "target": Words("Towards a target", "面向目标"),
    "membership": Words("Members", "会员分析"),
}
INSIDE = Words("Inside the segment", "在人群内细分")
EVERYONE = Words("All customers", "全部客户")
SHOW = Words("Show", "查看")
WORKING = Words("Dividing", "正在细分")
WORKING_L = Words("You may leave this page meanwhile.", "期间可以离开本页。")
GROUP = Words("Group", "分组")
CUSTOMERS = Words("Customers", "客户数")
SHARE = Words("Of customers", "客户占比")
REVENUE = Words("Revenue, 365 days", "近 365 天消费")
OF_REVENUE = Words("Of revenue", "消费占比")
RULE = Words("Rule", "规则")
SAVE = Words("Save as a segment", "保存为人群")
SAVE_L = Words(
    "The rule below is kept; who it holds for is found anew by each build.",
    "保存下方规则，每次构建时重新计算成员。",
)
NAME = Words("Name", "名称")
SAVED = Words("Saved", "已保存")

CLUSTERS_ANSWER = Words(
    "{k} groups, recommended by {votes} of {all} criteria; they come back {ari} alike when drawn again.",
    "分为 {k} 组，{all} 项标准中有 {votes} 项推荐；重复抽样的一致度为 {ari}。",
)
CLUSTERS_CHOSEN = Words(
    "{k} groups, as chosen; the criteria are for {recommended}. They come back {ari} alike when drawn again.",
    "按选择分为 {k} 组（标准推荐 {recommended} 组）；重复抽样的一致度为 {ari}。",
)
METHOD = Words("Method", "方法")
TAGS = Words("Tags", "标签")
TAGS_HINT = Words("Two or more, with numbers.", "两个以上的数值标签。")
ANY_TAGS = Words("None: any tag may be asked about.", "不选则可使用任意标签。")
K = Words("Groups", "组数")
AUTO = Words("As the criteria say", "由标准决定")
CRITERIA = Words("How many groups", "分几组")
CRITERIA_L = Words(
    "Each criterion is for one number, marked ✓; the majority is recommended, of equals the smaller.",
    "每项标准各推荐一个组数（✓）；采用多数，票数相同取较小者。",
)
CRITERIA_M = Words(
    "Silhouette, Calinski-Harabasz, gap and stability: more is better. Davies-Bouldin and BIC (mixtures "
    "only): less is better. Stability is the adjusted Rand index of bootstrap draws.",
    "轮廓系数、Calinski-Harabasz、Gap、稳定性越大越好；Davies-Bouldin 与 BIC（仅混合模型）越小越好。稳定性为自助抽样的调整兰德指数。",
)
NAMES = {
    "silhouette": Words("Silhouette", "轮廓系数"),
    "calinski_harabasz": Words("Calinski-Harabasz", "CH 指数"),
    "davies_bouldin": Words("Davies-Bouldin", "DB 指数"),
    "bic": Words("BIC", "BIC 准则"),
    "gap": Words("Gap", "Gap 统计量"),
    "stability": Words("Stability (ARI)", "稳定性（ARI）"),
}
SMALLEST = Words("Smallest group", "最小一组")
BACK = Words("Comes back", "复现率")
BACK_M = Words(
    "Mean Jaccard of the group with its likeness in bootstrap draws.",
    "该组与自助抽样中最相似组的平均 Jaccard。",
)
HOLDS = {
    "steady": Words("steady", "稳定"), "pattern": Words("a pattern", "有规律"),
    "loose": Words("loose: do not build on it", "松散，不宜依赖"),
}  # fmt: skip
FIDELITY = Words("Rule's fidelity", "规则保真度")
FIDELITY_L = Words(
    "{precision} right, finds {recall}; unseen {held}",
    "准确 {precision}，覆盖 {recall}；未见数据 {held}",
)
NO_RULE = Words("No small rule tells this group.", "没有简单规则能描述该组。")
PROFILE = Words("What the groups are like", "各组特征")
PROFILE_L = Words("Means; beside the name how far they come back.", "各组均值及其复现率。")
TELLING = Words("Also", "另有")

RFM_ANSWER = Words(
    "{name} are {share} of customers and bring {revenue} of sales, by these rules.",
    "按此规则，{name}占客户的 {share}，带来 {revenue} 的销售额。",
)
RFM_L = Words(
    "Score each of the three by bounds of your own or by equal parts; then name the mixtures. A customer "
    "is in the first group whose rule holds.",
    "三个维度各按自定义界限或等分打分，再为组合命名；客户归入第一个满足规则的组。",
)
VERSION = Words("Version {version}, saved by {by}", "第 {version} 版，由 {by} 保存")
USUAL = Words("The usual rules; nobody has changed them yet.", "默认规则，尚未修改。")
TRIED = Words("Tried, not saved yet.", "试算，尚未保存。")
DIMENSION = Words("Dimension", "维度")
TAG = Words("Tag", "标签")
BETTER = Words("Better is", "何者更优")
LESS, MORE = Words("less", "越小越好"), Words("more", "越大越好")
BOUNDS = Words("Bounds, or parts", "界限或等分")
BOUNDS_HINT = Words("7, 30, 90 — or 5 parts: /5", "如 7, 30, 90；或 5 等分：/5")
GROUPS = Words("Groups, in order", "分组（按顺序）")
NAME_EN, NAME_ZH = Words("Name (English)", "名称（英文）"), Words("Name (Chinese)", "名称（中文）")
WHERE = Words("When (recency, frequency, money)", "条件（recency、frequency、money）")
REST = Words("All others", "其余客户")
ADD = Words("Add a group", "添加分组")
REMOVE = Words("Remove", "移除")
TRY = Words("Try", "试算")
SAVE_RULES = Words("Save the rules", "保存规则")
SAVE_ALL = Words("Write all groups out as segments", "将全部分组保存为人群")
WITHOUT = Words(
    "{count} customers never ordered and have no scores.", "{count} 名客户从未购买，没有得分。"
)
RULES = Words("Rules", "规则设置")

TARGET = Words("Target", "目标")
TARGET_ANSWER = Words(
    "{name}: the best of {leaves} segments has {mean} per customer ({interval}), everybody {base}.",
    "{name}：{leaves} 个细分中最好的一个人均 {mean}（{interval}），全体 {base}。",
)
DEPTH = Words("Questions", "层数")
LEAVES = Words("The segments, on later days", "各细分在后续时段的表现")
LEAVES_L = Words(
    "The tree was grown on what was known by {first} and came by {second}; every figure here is of what "
    "was known by {second} and came by {third}.",
    "决策树由 {first} 已知、至 {second} 发生的数据生成；此处数字均为 {second} 已知、至 {third} 发生的结果。",
)
MEAN = Words("Per customer", "人均")
CHANCE = Words("Share", "比例")
INTERVAL = Words("95% interval", "95% 区间")
GROWN = Words("When grown", "生成时")
OF_TOTAL = Words("Of the total", "占总量")
PROOF = {
    "better": Words("The tree foresees more than RFM groups: {tree} ({interval}) of the differences explained, RFM {beside}.",
                    "决策树优于 RFM 分组：解释了 {tree}（{interval}）的差异，RFM 为 {beside}。"),
    "alike": Words("The tree foresees no more than RFM groups: {tree} ({interval}) of the differences explained, RFM {beside}.",
                   "决策树并不优于 RFM 分组：解释了 {tree}（{interval}）的差异，RFM 为 {beside}。"),
    "worse": Words("Use RFM groups: the tree explains {tree} ({interval}) of the differences, RFM {beside}.",
                   "请使用 RFM 分组：决策树解释 {tree}（{interval}）的差异，RFM 为 {beside}。"),
}  # fmt: skip
TREE = Words("The tree", "决策树")
TREE_L = Words("With the figures of the days it was grown on.", "图中数字为生成时段的数据。")

MEMBERS_ANSWER = Words(
    "Members ({name} is known) are {share} of customers and bring {sales} of sales, in {orders} of orders.",
    "会员（{name}已知）占客户的 {share}，贡献销售额的 {sales}、订单的 {orders}。",
)
LEVELS_ANSWER = Words(
    "By {name}, “{level}” spends most: {share} of customers bring {sales} of sales.",
    "按{name}划分，“{level}”人均消费最高：占客户的 {share}，贡献销售额的 {sales}。",
)
LEVEL = Words("Who is a member: {name} is known", "会员口径：{name}已知")
LEVEL_BY = Words("Level by", "等级依据")
LEVELS = Words("Level by level", "各等级")
LEVELS_L = Words(
    "The index is the share of sales divided by the share of customers, times 100.",
    "指数为销售额占比除以客户占比再乘以 100。",
)
NO_MEMBER = Words("Not a member", "非会员")
CARD = Words("Member", "会员")
INDEX = Words("Index", "指数")
ORDERS = Words("Orders each", "人均订单")
BASKET = Words("Basket", "客单价")
WORTH = Words("Revenue each", "人均消费")
OF_SALES = Words("Of sales", "销售额占比")
OF_ORDERS = Words("Of orders", "订单占比")
MONTHS = Words("Month by month", "逐月变化")
PENETRATION = Words("Members' share of orders", "会员订单占比")
MEMBER_SALES = Words("Members' share of sales", "会员销售额占比")
MEMBER_BASKET = Words("Basket of members", "会员客单价")
OTHERS = Words("others {value}", "非会员 {value}")
MEMBERS = Words("Members", "会员数")
MEANINGS = {
    "members": Words("Customers for whom the level is known.", "等级已知的客户数。"),
    "sales": Words("Of the revenue of the last 365 days.", "占近 365 天消费额的比例。"),
    "orders": Words(
        "Penetration: of the orders of the last 365 days.", "渗透率：占近 365 天订单的比例。"
    ),
    "basket": Words("Revenue divided by orders.", "消费额除以订单数。"),
}
NO_LEVELS = Words("No tag tells who is a member", "没有可识别会员的标签")
NO_LEVELS_WHY = Words(
    "Import a column with a membership level or a loyalty card, or define a tag that tells it.",
    "请导入会员等级或会员卡号列，或定义一个可识别会员的标签。",
)
NEXT_SEGMENTS = Words("See the segments", "查看人群")
NEXT_MOVEMENT = Words("See who moves between groups", "查看人群流动")
DEEPER = Words(
    "Divide a saved segment further: choose it above under “inside”.",
    "可在上方选择已保存的人群继续细分。",
)
