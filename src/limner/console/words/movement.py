"""Words of movement between groups."""

from limner.core.words import Words

TITLE = Words("Movement", "人群流动")
ANSWER = Words(
    "{moved} of {customers} customers ({share}) are in another group than on {day}.",
    "与 {day} 相比，{customers} 名客户中有 {moved} 名（{share}）换了分组。",
)
ANSWER_MOST = Words(
    "{moved} of {customers} customers ({share}) changed groups; the largest move, of {most}, is from {was} to {now}.",
    "{customers} 名客户中有 {moved} 名（{share}）换了分组；最大的流动是从“{was}”到“{now}”，共 {most} 名。",
)
BY = Words("Groups", "分组方式")
SEGMENTS = Words("Segments", "人群")
SEGMENTS_HINT = Words(
    "A customer in several counts in the first of them.", "同属多个人群的客户计入其中的第一个。"
)
START = Words("From the end of", "起始日（日终）")
END = Words("To the end of", "截止日（日终）")
SHOW = Words("Show", "查看")
WORKING = Words("Working out who was where", "正在计算各日的分组")
WORKING_L = Words(
    "Both days are worked out from what had happened by then. You may leave this page meanwhile.",
    "按当日及以前发生的数据重新计算，期间可以离开本页。",
)
FLOWS = Words("Who went where", "流向")
FLOWS_L = Words(
    "On the left the group on {start}, on the right on {end}; the width is the number of customers.",
    "左侧为 {start} 的分组，右侧为 {end} 的分组，宽度为客户数。",
)
FLOWS_M = Words(
    "Both days by the same definitions, each from what had happened by its end.",
    "两天采用相同定义，各自仅使用当日日终以前的数据。",
)
MOVED = Words("Changed groups", "换组客户")
MOVED_M = Words(
    "Customers whose group on the last day is not that of the first.",
    "末日分组与首日不同的客户数。",
)
CUSTOMERS = Words("Customers", "客户数")
CUSTOMERS_M = Words("Customers who are in a group on either day.", "任一日属于某个分组的客户数。")
OVER_TIME = Words("Members over time", "各组人数变化")
IN_OUT = Words("Came and went: {name}", "进出：{name}")
IN_OUT_L = Words("Since the day before it on the axis.", "相对于横轴上前一个日期。")
ENTERED = Words("Came", "进入")
LEFT = Words("Went", "离开")
STAYED = Words("Stayed", "留存")
GROUP = Words("Group", "分组")
BEFORE = Words("Before", "期初")
AFTER = Words("After", "期末")
STAY_RATE = Words("Stayed, share", "留存率")
VALUE_BEFORE = Words("Revenue, 365 days, before", "期初近 365 天消费")
VALUE_AFTER = Words("Revenue, 365 days, after", "期末近 365 天消费")
STATES = Words("Group by group", "逐组明细")
FLOW_TABLE = Words("Every flow", "全部流向")
FROM = Words("From", "来自")
TO = Words("To", "去往")
NEXT_SEGMENTS = Words("See the segments", "查看人群")
NEXT_DIVISION = Words("Divide the customers", "细分客户")
