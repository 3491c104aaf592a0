"""Words of the model's card, the campaigns and their reports."""

from limner.core.words import Words

BEFORE = Words("Before", "之前")
AFTER = Words("After", "之后")
OBSERVED = Words("Observed, with 95% interval", "实际（含 95% 区间）")
PERFECT = Words("If predictions were exact", "若预测完全准确")
PREDICTED = Words("Predicted probability", "预测概率")
OF_CUSTOMERS = Words("Share of customers", "客户占比")
OF_REVENUE = Words("Share of revenue", "消费占比")

# ---- the model
MODEL_ANSWER = Words(
    "The model says who will redeem a coupon, and puts the redeemer first in {auc} of pairs.",
    "模型预测谁会兑换优惠券：在 {auc} 的配对中把兑换者排在前面。",
)
MODEL_SKIPPED = Words("No model could be learned from this data yet.", "现有数据还不足以训练模型。")
AUC = Words("AUC", "AUC")
AUC_M = Words(
    "Take one who redeemed and one who did not: how often the model gives the first the higher "
    "probability. 50% is guessing. Measured on later campaigns than it learned from.",
    "随机取一位兑换者和一位未兑换者，模型给前者更高概率的比例；50% 相当于瞎猜。用训练之后的活动检验。",
)
BRIER = Words("Brier score", "Brier 分数")
BRIER_M = Words(
    "Mean squared error of the probabilities; lower is better.", "概率的均方误差，越低越好。"
)
ECE = Words("Calibration error", "校准误差")
ECE_M = Words(
    "How far predicted and observed shares are apart on average (ECE); lower is better.",
    "预测与实际比例的平均差距（ECE），越低越好。",
)
LOSS = Words("Log loss", "对数损失")
PRECISION = Words("Average precision", "平均精确率")
TESTED = Words("Tested on", "检验样本")
TESTED_M = Words(
    "Contacts of campaigns later than those the model learned from; nothing of them was seen.",
    "训练之后的活动触达，模型训练时从未见过。",
)
POSITIVES = Words("{count} redeemed", "其中 {count} 兑换")
RELIABILITY = Words("Do the probabilities hold?", "概率准不准？")
RELIABILITY_L = Words(
    "Each point is a tenth of the tested contacts. On the dashed line, what was predicted came true.",
    "每个点代表一组检验样本；落在虚线上说明预测与实际一致。",
)
BESIDE = Words("Beside simpler ways", "与更简单的做法相比")
BESIDE_L = Words(
    "A model must beat what a shop could say without one. Same contacts, same measures.",
    "模型必须胜过不用模型也能得出的判断。样本和指标完全相同。",
)
WAY = Words("Way", "做法")
THE_MODEL = Words("The model", "本模型")
SAME_FOR_ALL = Words("The same for all", "一视同仁")
RATE_BY_TYPE = Words("The rate of the campaign type", "按活动类型的平均率")
REDEEMED_BEFORE = Words("Redeemed before", "以往是否兑换过")
FEATURES = Words("What it looks at", "模型看什么")
FEATURES_L = Words(
    "How far each figure moves a prediction, on average.",
    "每项指标平均对预测产生的影响。",
)
SLICES = Words("Learned from, tested on", "训练与检验")
TRAINED_ON = Words("Trained on", "训练")
CALIBRATED_ON = Words("Calibrated on", "校准")
TESTED_ON = Words("Tested on", "检验")
SLICE = Words(
    "{mailings} campaigns, {contacts} contacts, {positives} redeemed, {start} to {end}",
    "{mailings} 次活动，触达 {contacts} 人次，兑换 {positives} 人次，{start} 至 {end}",
)
NEXT_SCORED = Words("See customers who used coupons before", "查看用过优惠券的客户")
NEXT_REPORTS = Words("See what the campaigns brought", "查看各活动的效果")

# ---- campaigns
CAMPAIGNS_ANSWER = Words(
    "{count} campaigns are on record; {own} were sent by Limner.",
    "共有 {count} 个活动记录，其中 {own} 个由 Limner 发出。",
)
OWN = Words("Limner's own", "由 Limner 发出")
OWN_L = Words(
    "Campaigns that were planned here, and what became of their messages.",
    "在此策划的活动及其消息发送结果。",
)
NO_OWN = Words("No campaign of your own yet", "还没有自己的活动")
NO_OWN_WHY = Words(
    "Say whom, what and why; Limner works out what it would cost, bring and prove.",
    "说明对象、内容与目的，Limner 会算出成本、收益与能证明什么。",
)
ALL = Words("The same for all", "一视同仁")
RATE_BY_TYPE = Words("The rate of the campaign type", "按活动类型的平均率")
REDEEMED_BEFORE = Words("Redeemed before", "以往是否兑换过")
FEATURES = Words("What it looks at", "模型看什么")
FEATURES_L = Words(
    "How far each figure moves a prediction, on average.",
    "每项指标平均对预测产生的影响。",
)
SLICES = Words("Learned from, tested on", "训练与检验")
TRAINED_ON = Words("Trained on", "训练")
CALIBRATED_ON = Words("Calibrated on", "校准")
TESTED_ON = Words("Tested on", "检验")
SLICE = Words(
    "{mailings} campaigns, {contacts} contacts, {positives} redeemed, {start} to {end}",
    "{mailings} 次活动，触达 {contacts} 人次，兑换 {positives} 人次，{start} 至 {end}",
)
NEXT_SCORED = Words("See customers who used coupons before", "查看用过优惠券的客户")
NEXT_REPORTS = Words("See what the campaigns brought", "查看各活动的效果")

# ---- campaigns
CAMPAIGNS_ANSWER = Words(
    "{count} campaigns are on record; {own} were sent by Limner.",
    "共有 {count} 个活动记录，其中 {own} 个由 Limner 发出。",
)
OWN = Words("Limner's own", "由 Limner 发出")
OWN_L = Words(
    "Campaigns that were planned here, and what became of their messages.",
    "在此策划的活动及其消息发送结果。",
)
NO_OWN = Words("No campaign of your own yet", "还没有自己的活动")
NO_OWN_WHY = Words(
    "Write a campaign file, then: limner campaign draft FILE, plan NAME, send NAME.",
    "先写一个活动文件，再依次运行：limner campaign draft FILE、plan NAME、send NAME。",
)
ALL = Words("All campaigns", "全部活动")
CAMPAIGN = Words("Campaign", "活动")
TYPE = Words("Type", "类型")
CHANNEL = Words("Channel", "渠道")
DAYS = Words("Days", "日期")
STATUS = Words("Status", "状态")
STATUSES = {
    "draft": Words("Draft", "草稿"),
    "planned": Words("Planned", "已计划"),
    "sending": Words("Sending", "发送中"),
    "sent": Words("Sent", "已发送"),
    "held": Words("Held back", "未发送"),
    "claimed": Words("On its way", "处理中"),
}
MESSAGES = Words("Messages sent", "已发消息")
HELD = Words("Held back", "未发送")
CREATED = Words("Created", "创建时间")
BY = Words("By", "创建人")
CONTACTED = Words("Contacted", "触达")
CONTACTED_M = Words("Customers whom the campaign reached.", "活动触达的客户数。")
REDEEMED = Words("Redeemed", "兑换人数")
RATE = Words("Redemption rate", "兑换率")
RATE_M = Words(
    "Contacted customers who redeemed at least one coupon; the interval is 95% (Wilson).",
    "被触达客户中至少兑换一张券的比例；区间为 95%（Wilson 法）。",
)
COUPON_SALES = Words("Sales with a coupon", "用券销售额")
SALES = Words("Sales", "销售额")
SALES_M = Words(
    "What contacted customers bought while the campaign ran, with coupon or without. It is not "
    "what the campaign caused.",
    "活动期间被触达客户的全部购买，无论是否用券。这不是活动带来的增量。",
)
DISCOUNT = Words("Discount cost", "优惠成本")
CONTACT_COST = Words("Contact cost", "触达成本")
ROI = Words("ROI", "ROI")
ROI_M = Words(
    "Profit of the sales made with a coupon divided by discounts and contact costs, as if none of "
    "those sales would have been made without. It says what happened, not what was caused.",
    "用券销售的利润除以优惠与触达成本，假设没有活动就没有这些销售。它说明发生了什么，不代表因果。",
)
ASSUMED = Words(
    "Margin and contact cost are assumed: {margin} and {cost}.",
    "毛利率与触达成本为假设值：{margin} 与 {cost}。",
)
REPORTS_ANSWER = Words(
    "{campaigns} campaigns reached customers {contacted} times; {rate} redeemed.",
    "{campaigns} 个活动共触达 {contacted} 人次，兑换率 {rate}。",
)
BEST = Words(" {name} did best, with {rate}.", "表现最好的是 {name}，达 {rate}。")
RATES = Words("Redemption rate, campaign by campaign", "各活动兑换率")
RATES_L = Words(
    "The bar is the 95% interval: where bars overlap, the difference may be chance.",
    "横条为 95% 区间：区间重叠时，差别可能只是偶然。",
)
BY_TYPE = Words("By type", "按类型")
COUNT = Words("Campaigns", "活动数")
TABLE = Words("Campaigns in figures", "活动数据")
NOT_RANDOMISED = Words("Not randomised", "未随机分组")
NEXT_MODEL = Words("See who will redeem next time", "查看谁下次会兑换")
NEXT_CUSTOMERS = Words("Choose customers for the next campaign", "为下次活动挑选客户")

# ---- one report
REPORT_ANSWER = Words(
    "{name} reached {contacted} customers and {redeemed} redeemed: {rate}.",
    "{name} 触达 {contacted} 位客户，{redeemed} 位兑换，兑换率 {rate}。",
)
REPORT_ANSWER_OWN = Words(
    "{name} reached {contacted} customers; it changed sales by {effect} per customer ({interval}).",
    "{name} 触达 {contacted} 位客户；人均消费变化 {effect}（{interval}）。",
)
DISCOUNT_M = Words("What the redeemed coupons took off.", "已兑换优惠券减免的金额。")
CONTACT_COST_M = Words(
    "Customers contacted times the cost of one contact.", "触达人数乘以单次触达成本。"
)
OWN_REPORTS = Words("Measured against a control group", "有对照组的活动")
OWN_REPORTS_L = Words(
    "Limner drew lots before sending, so the difference is what the campaign caused.",
    "Limner 发送前随机留出对照组，因此差异就是活动带来的效果。",
)
VERDICT = Words("Verdict", "结论")
BACK = Words("Campaign reports", "活动报告")
UNKNOWN = Words(
    "There is no campaign with this id in the last build.", "最近一次构建中没有这个编号的活动。"
)
FACTS = Words("{type} · {channel} · {start} to {end}", "{type} · {channel} · {start} 至 {end}")
COMPARISON = Words("Receivers beside comparable customers", "收件人与可比客户对比")
COMPARISON_L = Words(
    "Difference in sales per customer while the campaign ran, after weighting customers who were "
    "not contacted until they look like those who were.",
    "活动期间人均消费的差异：先对未触达客户加权，使其与收件人相似，再比较。",
)
EXPERIMENT = Words("Treated against control", "实验组与对照组")
EXPERIMENT_L = Words(
    "Lots were drawn before sending, so the difference is what the campaign caused.",
    "发送前已随机分组，因此差异就是活动带来的效果。",
)
LIFT_L = Words(
    "The bars show the relative difference with its 95% interval.", "横条为相对差异及其 95% 区间。"
)
ARMS = Words("Treated and control", "实验组与对照组")
ARMS_M = Words(
    "Customers drawn for each group before sending; who was held back later still counts here.",
    "发送前随机分到两组的客户数；之后被拦截的仍计入原组。",
)
CAUSED_PROFIT = Words("Profit it caused", "带来的利润")
CAUSED_PROFIT_M = Words(
    "Margin of the extra sales less discounts and contact costs, with its 95% interval.",
    "增量销售的毛利减去优惠与触达成本，附 95% 区间。",
)
EFFECT = Words("Difference per customer", "人均差异")
EFFECT_M = Words(
    "Sales per receiver less sales per comparable customer; 95% interval.",
    "收件人人均消费减去可比客户人均消费；95% 区间。",
)
UNADJUSTED = Words("Before weighting", "加权前")
UNADJUSTED_M = Words(
    "The plain difference of means. Shops mail their best customers, so it flatters.",
    "未加权的均值差。商家通常寄给好客户，因此会高估。",
)
COMPARED = Words("Compared", "对比人数")
COMPARED_M = Words(
    "Receivers, and customers not contacted who are comparable to them.",
    "收件人数与可比的未触达客户数。",
)
PAIR = Words("{treated} and {compared}", "{treated} 与 {compared}")
PLACEBO = Words("Check on the weeks before", "活动前的检验")
PLACEBO_M = Words(
    "The same comparison on the four weeks before the start, where there can be no effect. If it "
    "finds one, the comparison cannot be trusted.",
    "用活动开始前四周做同样的对比，此时不可能有效果。若测出“效果”，说明该对比不可信。",
)
PLACEBO_WORDS = {
    "passed": Words("Passed", "通过"),
    "failed": Words("Failed", "未通过"),
    "unknown": Words("Not possible", "无法检验"),
}
STATUS_WORDS = {
    "refused": Words("No fair comparison is possible", "无法做公平对比"),
    "not-trusted": Words("Do not rely on this figure", "此数字不可信"),
    "cannot-say": Words("The data cannot say", "数据无法判断"),
    "suggests": Words("A hint, not a proof", "有迹象，但不是证明"),
    "running": Words("Still running", "进行中"),
    "caused": Words("Caused by the campaign", "由活动带来"),
}
BALANCE = Words("Were they alike?", "两组是否相似？")
BALANCE_L = Words(
    "Difference between the groups in standard deviations. Inside the dashed lines (0.1) they are alike.",
    "两组差异（以标准差计）。在虚线（0.1）以内视为相似。",
)
BY_SEGMENT = Words("By segment", "按人群")
BY_SEGMENT_L = Words(
    "What customers were on the eve of the campaign, never what they became.",
    "按活动开始前的人群划分，而非之后的变化。",
)
SEGMENT = Words("Segment", "人群")
INTERVAL = Words("95% interval", "95% 区间")
TREATED = Words("Treated", "实验组")
CONTROL = Words("Control", "对照组")
METRIC = Words("Metric", "指标")
DIFFERENCE = Words("Difference", "差异")
P_VALUE = Words("p (Holm)", "p 值（Holm）")
MONEY = Words("Money", "收支")
MARGIN = Words("Margin", "毛利")
PROFIT = Words("Profit", "利润")
PLAN = Words("The plan", "活动计划")
OUTCOMES = Words("What became of the messages", "消息结果")
COUNT_MESSAGES = Words("Messages", "消息数")
REASON = Words("Reason", "原因")
OFFER = Words("Offer", "优惠")
AUDIENCE = Words("Audience", "目标人群")
CONTROL_SHARE = Words("Control share", "对照组比例")
BUDGET = Words("Budget", "预算")
EVERYONE = Words("everyone", "全部客户")
NO_REPORT = Words("No report yet", "还没有报告")
NO_REPORT_WHY = Words(
    "The report is drawn up by the next build: limner build", "下次构建时生成报告：limner build"
)
