"""Words of the segments."""

from limner.core.words import Words

ANSWER = Words(
    "{name} are {share} of customers and bring {revenue} of sales.",
    "{name}占客户的 {share}，带来 {revenue} 的销售额。",
)
SAVED = Words("Your segments", "自建人群")
SAVED_L = Words(
    "Saved rules, counted over the portraits of the last build.",
    "已保存的规则，按最近一次构建的画像统计。",
)
NO_SAVED = Words("No segment of your own yet", "还没有自建人群")
NO_SAVED_WHY = Words(
    "Build one from conditions; its size is counted while you work.",
    "用条件构建一个人群，构建时即时统计人数。",
)
STAGES = Words("Lifecycle stages", "生命周期阶段")
STAGES_L = Words(
    "Judged by each customer's own rhythm, not by a fixed number of days.",
    "按每位客户自己的购买节奏判断，而非固定天数。",
)
CLUSTERS = Words("Kinds of shoppers", "购物类型")
CLUSTERS_L = Words(
    "Found by the data (K-means); {k} groups, which come out {ari} alike when drawn again (ARI).",
    "由数据聚类得出（K-means）：{k} 类，重复抽样的一致度为 {ari}（ARI）。",
)
CLUSTERS_M = Words(
    "The number of groups is the one with the best silhouette among those that are stable and "
    "not too small.",
    "在稳定且规模不过小的方案中，取轮廓系数最高的类数。",
)
TELLS_APART = Words("What tells them apart", "与众不同之处")
LIFT = Words("{name} ×{lift}", "{name} ×{lift}")
DEVIATION = Words("{name} {lift}", "{name} {lift}")
RFM = Words("RFM groups", "RFM 分组")
SEGMENT = Words("Segment", "人群")
CUSTOMERS = Words("Customers", "客户数")
OF_CUSTOMERS = Words("Of customers", "客户占比")
REVENUE = Words("Revenue, 365 days", "近 365 天消费")
OF_REVENUE = Words("Of revenue", "消费占比")
RULE = Words("Rule", "规则")
EXPORT_NOTE = Words("Open a segment to see who they are.", "点开人群可查看他们是谁。")
NEXT_RULE = Words("Find customers by a rule of your own", "用自定义规则查找客户")
NEXT_CAMPAIGN = Words("See the campaigns", "查看营销活动")
CHOSEN = Words("Why {k} groups", "为什么是 {k} 类")
CHOSEN_L = Words("Each number of groups that was tried.", "尝试过的各种类数。")
K = Words("Groups", "类数")
SILHOUETTE = Words("Silhouette", "轮廓系数")
STABILITY = Words("Stability (ARI)", "稳定性（ARI）")
SMALLEST = Words("Smallest group", "最小一类")
ELIGIBLE = Words("Considered", "是否入选")
KIND = Words("Of", "类别")
MEANING = Words("What it means", "含义")
KINDS = {
    "rfm": Words("RFM", "RFM"),
    "stage": Words("Lifecycle", "生命周期"),
    "cluster": Words("Shopper", "购物类型"),
}
BUILD = Words("Build a segment", "构建人群")
EDIT = Words("Change", "修改")
DROP = Words("Delete", "删除")
DROP_TITLE = Words("Delete the segment {name}?", "删除人群“{name}”？")
DROP_L = Words(
    "Its customers stay; campaigns that were planned for it keep their decisions.",
    "客户不受影响；已为它计划的活动保留其决定。",
)
IDLE = {
    "draft": Words("{name} (draft)", "{name}（草稿）"),
    "retired": Words("{name} (retired)", "{name}（已停用）"),
}
IDLE_ANSWER = {
    "draft": Words(
        "{name} is a draft: nobody is counted in it until it is in force.",
        "“{name}”还是草稿，启用后才会统计客户。",
    ),
    "retired": Words(
        "{name} is retired: nobody is counted in it any more.", "“{name}”已停用，不再统计客户。"
    ),
}
IDLE_SIZE = Words(
    "Its rule holds for {count} customers as of {day}.",
    "截至 {day}，符合该规则的客户有 {count} 位。",
)
PUT_IN_FORCE = Words("Put it in force", "启用")
