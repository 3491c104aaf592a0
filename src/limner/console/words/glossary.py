"""The glossary: the words of the field that the console uses, in both languages."""

from limner.core.words import Words

ANSWER = Words("The words of the field, as this console uses them.", "本系统所用的行业术语。")
TERM = Words("Term", "术语")
MEANING = Words("Meaning", "含义")
FILTER = Words("Find a term", "查找术语")
TERMS: tuple[tuple[Words, Words], ...] = (
    (Words("As of", "数据截至"), Words(
        "The last day a figure knows of. Nothing after it was used, so figures can be reproduced.",
        "数字所依据的最后一天，之后的数据一概不用，因此结果可以复现。")),
    (Words("As of now", "截至此刻"), Words(
        "With every event that has arrived, without waiting for a build; scores and groups are those of the last one.",
        "计入已到达的全部事件，无需等待构建；模型分与分组仍取自上次构建。")),
    (Words("Source", "数据来源"), Words(
        "What sends events or is asked for data: a site, an app, a till, a directory, a database.",
        "发送事件或被读取数据的一方：网站、应用、收银系统、目录或数据库。")),
    (Words("Write key", "写入密钥"), Words(
        "What a client names its source with. It may write events and do nothing else.",
        "客户端用来表明来源的密钥，只能写入事件。")),
    (Words("Tracking plan", "埋点方案"), Words(
        "Which events are meant to come and what they must look like, agreed beforehand.",
        "事先约定的事件清单及其格式要求。")),
    (Words("Lag", "延迟"), Words(
        "How long the oldest event that nobody has worked on yet has waited.",
        "尚未处理的最早事件已等待的时间。")),
    (Words("Visit", "访问"), Words(
        "Events of one device with no more than 30 minutes between them.",
        "同一设备上间隔不超过 30 分钟的一组事件。")),
    (Words("Identity graph", "身份图谱"), Words(
        "Which identifiers were seen together and so belong to one person; each merge can be taken back.",
        "同时出现、因而属于同一人的标识；每次合并都可撤销。")),
    (Words("Match weight", "匹配权重"), Words(
        "How far a field speaks for one person or for two; each unit doubles the odds.",
        "某字段支持“同一人”或“不同人”的程度；每 1 个单位使几率翻倍。")),
    (Words("Segment", "人群"), Words(
        "Customers who fit a rule, such as those who are slipping. Found anew by each build.",
        "符合某条规则的客户，例如处于滑落期的客户；每次构建重新计算。")),
    (Words("Tag", "标签"), Words(
        "One figure or fact about a customer, defined once, such as orders_90d.",
        "关于客户的一项数字或事实，只定义一次，例如 orders_90d。")),
    (Words("Coverage", "覆盖率"), Words(
        "The share of customers who have a value of a tag.", "某标签有取值的客户占全部客户的比例。")),
    (Words("Drift (PSI)", "分布漂移（PSI）"), Words(
        "How far a tag's values moved since the build before: below 0.1 stable, above 0.2 moved.",
        "标签取值与上一次构建相比的变化程度：低于 0.1 稳定，高于 0.2 表示已变化。")),
    (Words("Lineage", "血缘"), Words(
        "What a tag is made of, and what is made of it.", "标签由什么计算而来、又被什么使用。")),
    (Words("Portrait", "画像"), Words(
        "Everything known of one customer: identity, tags, segments and predictions.",
        "对一位客户的全部了解：身份、标签、人群与预测。")),
    (Words("Golden record", "黄金记录"), Words(
        "The one value kept where sources disagree, with the rule that picked it.",
        "各来源不一致时保留的唯一取值，并注明取值规则。")),
    (Words("RFM", "RFM"), Words(
        "Recency, frequency and money: how lately, how often and for how much someone buys, each "
        "scored 1 to 5.",
        "最近一次购买、购买频次、消费金额，各打 1–5 分。")),
    (Words("Lifecycle stage", "生命周期阶段"), Words(
        "New, growing, loyal, slipping, sleeping or lost, judged by the customer's own rhythm.",
        "新客期、成长期、忠诚期、滑落期、沉睡期或流失期，按客户自己的购物节奏判断。")),
    (Words("Repeat rate", "复购率"), Words(
        "The share of customers who bought at least twice.", "至少购买两次的客户占比。")),
    (Words("Average basket", "客单价"), Words("Sales divided by orders.", "销售额除以订单数。")),
    (Words("Gini coefficient", "基尼系数"), Words(
        "How unevenly sales are spread over customers: 0 even, 1 all from one.",
        "销售额在客户间分布的不均程度：0 为完全平均，1 为全部来自一人。")),
    (Words("Cluster", "聚类"), Words(
        "A group found by the data rather than by a rule (K-means).",
        "由数据而非规则得出的分组（K-means）。")),
    (Words("Silhouette", "轮廓系数"), Words(
        "How much closer customers are to their own group than to the next, -1 to 1.",
        "客户与本组的接近程度相对于其他组的差别，取值 -1 到 1。")),
    (Words("ARI", "ARI"), Words(
        "Adjusted Rand index: how alike two groupings are; 1 the same, 0 chance.",
        "调整兰德指数：两次分组的一致程度，1 为相同，0 为随机。")),
    (Words("TGI", "TGI"), Words(
        "Target group index: the share in a segment divided by the share in all, times 100; 100 is average.",
        "目标群体指数：人群中的占比除以全体中的占比再乘以 100；100 为平均。")),
    (Words("Lift", "提升度"), Words(
        "The mean of a segment divided by that of everybody.", "人群均值除以全体均值。")),
    (Words("q value", "q 值"), Words(
        "The false discovery rate at which a difference would still count, after all tags were corrected "
        "together (Benjamini-Hochberg).",
        "对全部标签一并校正（Benjamini-Hochberg）后，该差异仍成立的错误发现率。")),
    (Words("Persona card", "画像卡"), Words(
        "One page about a segment, made by rules from its figures; each line carries its figure.",
        "由数字按规则生成的一页人群描述，每一行都附有依据。")),
    (Words("Movement", "人群流动"), Words(
        "Who went from which group to which between two days, both worked out anew.",
        "两天之间谁从哪一组到了哪一组，两天均重新计算。")),
    (Words("Rule's fidelity", "规则保真度"), Words(
        "How much of a rule is right about a group that was found, and how much of the group it finds.",
        "规则对所发现分组的准确率与覆盖率。")),
    (Words("Confidence interval", "置信区间"), Words(
        "The range that would hold the true figure in 95 of 100 such studies. Where two overlap, "
        "the difference may be chance.",
        "在 100 次同样的研究中约有 95 次包含真实值的范围；两个区间重叠时，差别可能只是偶然。")),
    (Words("Redemption rate", "兑换率"), Words(
        "The share of contacted customers who used at least one coupon.",
        "被触达客户中至少使用一张优惠券的比例。")),
    (Words("ROI", "投资回报率"), Words(
        "Profit divided by what was spent to get it.", "利润除以投入成本。")),
    (Words("Control group", "对照组"), Words(
        "Customers left out at random, so that one sees what would have happened anyway.",
        "随机留出、不触达的客户，用来看没有活动时会怎样。")),
    (Words("Uplift", "增益"), Words(
        "What a campaign changed: treated less control.", "活动带来的改变：实验组减对照组。")),
    (Words("Propensity", "倾向得分"), Words(
        "The probability with which someone was given what they got.",
        "某人被分到其所得处理的概率。")),
    (Words("Overlap weighting", "重叠加权"), Words(
        "Weights that make two groups alike in what was measured, so that they can be compared. "
        "What was not measured can still differ.",
        "通过加权使两组在已测特征上相似，从而可比；未测到的差别仍可能存在。")),
    (Words("Placebo check", "安慰剂检验"), Words(
        "The same comparison where there can be no effect; if it finds one, distrust it.",
        "在不可能有效果的时段做同样的对比；若测出效果，就不可信。")),
    (Words("AUC", "AUC"), Words(
        "How often a model puts one who did above one who did not; 50% is guessing.",
        "模型把“做了”的人排在“没做”的人前面的比例；50% 相当于瞎猜。")),
    (Words("Calibration", "校准"), Words(
        "Whether of those given 10%, ten in a hundred do it. Measured by ECE.",
        "被预测为 10% 的人里，是否真有一成会做；用 ECE 衡量。")),
    (Words("Brier score", "Brier 分数"), Words(
        "Mean squared error of probabilities; lower is better.", "概率的均方误差，越低越好。")),
    (Words("Log-odds", "对数几率"), Words(
        "The scale on which reasons of a prediction add up; above 0 makes it likelier.",
        "预测原因可以相加的尺度；大于 0 表示更可能。")),
    (Words("Quarantine", "隔离区"), Words(
        "Where rows wait that could not be taken, with the reason; nothing is lost.",
        "无法接收的行在此等待并注明原因，不会丢失。")),
    (Words("Suppression list", "禁止联系名单"), Words(
        "Addresses that must never be written to again.", "不得再联系的地址。")),
    (Words("Frequency cap", "频次上限"), Words(
        "The most messages someone gets in a stretch of days.", "一段时间内每人最多收到的消息数。")),
)  # fmt: skip
