"""Words of the overview and of "who brings the money"."""

from limner.core.words import Words

ANSWER = Words(
    "{customers} customers brought {sales} in {orders} orders; {share} of them brought 80% of it.",
    "{customers} 位客户下了 {orders} 单，带来 {sales}；其中 {share} 的客户贡献了 80% 的销售额。",
)
ANSWER_SLIPPED = Words(
    " {slipped} slipped this month; they were worth {worth} this past year.",
    "本月有 {slipped} 位滑落，他们过去一年价值 {worth}。",
)
ANSWER_PLAIN = Words(
    "{customers:customer|customers} brought {sales} in {orders:order|orders}.",
    "{customers} 位客户下了 {orders} 单，带来 {sales}。",
)
CUSTOMERS = Words("Customers", "客户数")
CUSTOMERS_M = Words(
    "People or households with at least one event up to the day of the build, after records of "
    "the same person were joined.",
    "截至构建日至少有一次行为的客户（个人或家庭），同一人的记录已合并。",
)
ACTIVE = Words("Active, 90 days", "90 天活跃")
ACTIVE_M = Words(
    "Customers with at least one order in the last 90 days.",
    "最近 90 天内至少下过一单的客户。",
)
SALES = Words("Sales", "销售额")
SALES_M = Words(
    "What all completed orders brought, after every discount.",
    "全部已完成订单的实收金额（扣除所有优惠）。",
)
ORDERS = Words("Orders", "订单数")
ORDERS_M = Words("Completed orders; a till receipt is one order.", "已完成的订单；一张小票算一单。")
BASKET = Words("Average basket", "客单价")
BASKET_M = Words("Sales divided by orders.", "销售额除以订单数。")
REPEAT = Words("Repeat rate", "复购率")
REPEAT_M = Words(
    "The share of customers with two orders or more; the interval is 95% (Wilson).",
    "下过两单及以上的客户占比；区间为 95%（Wilson 法）。",
)
OF_ALL = Words("{share} of all", "占全部 {share}")
PER_CUSTOMER = Words("{count} each", "人均 {count}")
INTERVAL = Words("95%: {interval}", "95% 区间：{interval}")

MONTHS = Words("Month by month", "月度趋势")
MONTHS_L = Words(
    "Sales and the number of different customers who bought.",
    "每月销售额与购买客户数。",
)
MONEY = Words("Who brings the money", "谁带来收入")
MONEY_L = Words(
    "The best tenth of customers brings {top10} of sales, the best fifth {top20}.",
    "最好的 10% 客户带来 {top10} 的销售额，最好的 20% 带来 {top20}。",
)
MONEY_M = Words(
    "Customers are lined up by what they spent, best first. The further the curve bends away "
    "from the dashed line, the fewer customers the shop lives on (Lorenz curve, Gini coefficient).",
    "把客户按消费额从高到低排列。曲线离虚线越远，说明生意越依赖少数客户（洛伦兹曲线、基尼系数）。",
)
SHARE_OF_CUSTOMERS = Words("Share of customers, best first", "客户占比（从高到低）")
SHARE_OF_SALES = Words("Share of sales", "销售额占比")
EVEN = Words("If all spent the same", "若人人消费相同")
EIGHTY_MARK = Words("{share} bring 80%", "{share} 的客户带来 80%")
RFM = Words("The RFM map", "RFM 分布图")
RFM_L = Words(
    "Customers by how lately and how often they buy; 5 is the best fifth.",
    "按最近购买与购买频次划分的客户数；5 为最好的五分之一。",
)
RFM_M = Words(
    "RFM scores recency, frequency and money from 1 to 5, each fifth of the customers one score.",
    "RFM 把最近一次购买（R）、购买频次（F）、消费金额（M）各分为 1–5 分，每分约占五分之一客户。",
)
RECENCY_AXIS = Words("Recency score", "最近购买得分 R")
FREQUENCY_AXIS = Words("Frequency score", "购买频次得分 F")
WEEK = Words("When people buy", "什么时候买")
WEEK_L = Words(
    "Orders by weekday and hour, in the shop's own time.",
    "按星期和小时统计的订单数（店铺当地时间）。",
)
DEPARTMENTS = Words("What they buy", "买了什么")
DEPARTMENTS_L = Words("Sales by department.", "各部门销售额。")
DEPARTMENT = Words("Department", "部门")
MONTH = Words("Month", "月份")
NEW_CUSTOMERS = Words("First-time customers", "首次购买客户")
TABLE = Words("The months in figures", "月度数据")
NEXT_SLIPPED = Words(
    "See the {count:customer|customers} who slipped this month", "查看本月滑落的 {count} 位客户"
)
NEXT_VALUE = Words("See who brings the money", "查看谁带来收入")
NEXT_REPORTS = Words("See what the campaigns brought", "查看各活动的效果")
GINI = Words("Gini coefficient", "基尼系数")
GINI_M = Words(
    "0 when every customer spends the same, 1 when one customer spends everything.",
    "0 表示人人消费相同，1 表示全部消费来自一位客户。",
)
TOP_10 = Words("Best 10% bring", "前 10% 带来")
TOP_10_M = Words(
    "The share of sales of the tenth of customers who spent most.",
    "消费最高的 10% 客户的销售额占比。",
)
TOP_20 = Words("Best 20% bring", "前 20% 带来")
TOP_20_M = Words(
    "The share of sales of the fifth of customers who spent most.",
    "消费最高的 20% 客户的销售额占比。",
)
EIGHTY = Words("Bring 80%", "贡献 80% 的客户")
EIGHTY_M = Words(
    "The smallest share of customers who together bring 80% of sales.",
    "合计贡献 80% 销售额的最小客户占比。",
)
VALUE_ANSWER = Words(
    "{share} of customers bring 80% of sales; the best tenth alone brings {top10}.",
    "{share} 的客户贡献了 80% 的销售额；最好的 10% 就占 {top10}。",
)
GROUPS = Words("RFM groups", "RFM 分组")
GROUPS_L = Words(
    "Each customer is in exactly one group. A share of sales above the share of customers means "
    "that the group spends more than its size.",
    "每位客户只属于一个分组。销售额占比高于客户占比，说明该组消费高于其规模。",
)
GROUP = Words("Group", "分组")
REVENUE = Words("Revenue, 365 days", "近 365 天消费")
SHARE_CUSTOMERS = Words("Of customers", "客户占比")
SHARE_REVENUE = Words("Of sales", "销售额占比")
RECENCY_DAYS = Words("Days since last order", "距上次购买天数")
ORDERS_EACH = Words("Orders each", "人均订单")
