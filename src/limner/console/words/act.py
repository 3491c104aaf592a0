"""Words of writing, planning and sending a campaign."""

from limner.core.words import Words

NEW = Words("New campaign", "新建活动")
EDIT = Words("Change the campaign", "修改活动")
ANSWER = Words(
    "Say whom, what and why; Limner says what it would cost, bring and prove.",
    "说明对象、内容与目的；Limner 会算出成本、收益，以及能证明什么。",
)
BACK = Words("Campaigns", "营销活动")
WHOM = Words("For whom", "面向谁")
NAME = Words("Name", "名称")
NAME_HINT = Words("Winter, for those who slip", "冬季挽回")
AUDIENCE = Words("Audience", "目标人群")
EVERYONE = Words("Everyone", "全部客户")
A_SEGMENT = Words("A segment", "选择人群")
A_RULE = Words("A rule", "自定义规则")
SEGMENT = Words("Segment", "人群")
RULE = Words("Rule", "规则")
SIZE = Words("{count} customers", "{count} 位客户")
WHAT = Words("The offer and its money", "优惠与收支")
OFFER = Words("Offer", "优惠内容")
OFFER_HINT = Words("5 off your next basket", "下单立减 5 元")
DISCOUNT = Words("Cost of one redemption", "每次兑换成本")
MARGIN = Words("Margin", "毛利率")
MARGIN_HINT = Words("what is left of a sale once the goods are paid", "销售额扣除进货成本后的比例")
COST = Words("Cost per contact", "单次触达成本")
BUDGET = Words("Budget", "预算")
BUDGET_HINT = Words("leave empty for no limit", "留空表示不限")
PROOF = Words("The control group", "对照组")
PROOF_L = Words(
    "Held back at random, so that the report can say what the campaign caused.",
    "随机留出、不触达，报告才能说明活动真正带来了什么。",
)
CONTROL = Words("Control share", "对照组比例")
WHY_NONE = Words("Why no control group", "为何不设对照组")
SEEN = Words(
    "An effect of {points} percentage points or more would be seen four times in five (redemption from "
    "{base} to {raised}), with {controls} held back.",
    "若效果达到 {points} 个百分点或以上（兑换率从 {base} 升到 {raised}），五次中有四次能看出来；留出 {controls} 位。",
)
UNSEEN = Words(
    "With {controls} held back, no effect would be seen reliably. Raise the share or the audience.",
    "仅留出 {controls} 位，任何效果都难以看出。请提高比例或扩大人群。",
)
WHEN = Words("How and when", "渠道与时间")
CHANNEL = Words("Channel", "渠道")
FROM = Words("From", "开始日期")
UNTIL = Words("Until", "结束日期")
TYPE = Words("Type", "活动类型")
TYPE_HINT = Words("forecasts come from earlier ones of it", "预测取自同类活动")
POLICY = Words("Who comes first", "优先级")
MESSAGE = Words("The message", "消息")
MESSAGE_L = Words(
    "Customers with a language of their own get theirs; everyone else the first that is filled in.",
    "有语言偏好的客户收到对应语言；其他人收到第一种已填写的语言。",
)
IN_LANGUAGE = {"en": Words("In English", "英文"), "zh": Words("In Chinese", "中文")}
SUBJECT = Words("Subject", "主题")
TEXT = Words("Text", "正文")
PUT_IN = Words("Put in", "插入")
MORE = Words("All variables", "全部变量")
PREVIEW = Words("As a customer will see it", "客户看到的样子")
PREVIEW_FIRST = Words("Write a subject and a text to see it.", "填写主题与正文后即可预览。")
NEXT_CUSTOMER = Words("Another customer", "换一位客户")
FOR_CUSTOMER = Words("Customer {id}, to {to}", "客户 {id}，发往 {to}")
NO_ADDRESS = Words("no address", "无地址")
FORESEEN = Words("What would happen", "预计结果")
FORESEEN_L = Words("Worked out as you write; nothing is sent.", "边写边算，不会发送任何消息。")
IN_AUDIENCE = Words("In the audience", "目标人群")
REFUSED = Words("May not be written to", "不可触达")
CONTACTS = Words("Would be contacted", "将触达")
CONTROLS = Words("Held back as control", "留作对照")
NOT_CHOSEN = Words("Left out: not worth it, or over budget", "不触达：不划算或超预算")
EXPECTED_COST = Words("Expected cost", "预期成本")
EXPECTED_PROFIT = Words("Expected profit", "预期利润")
EXPECTED_REDEEMED = Words("Expected redemptions", "预期兑换")
SOURCE = Words("Expectations come from {source}.", "预期依据：{source}。")
WORKING = Words("Working it out …", "计算中…")
STALE = Words(
    "The portraits are as of {day}. Build again for newer ones.",
    "画像截至 {day}。如需更新请重新构建。",
)
SAVE = Words("Save as a draft", "保存为草稿")
CANCEL = Words("Cancel", "取消")
REQUIRED = Words("This is needed.", "此项必填。")
TAKEN = Words(
    "There is a campaign of this name already. Choose another name.",
    "已有同名活动，请换一个名称。",
)
FIX = Words("Some fields need another look.", "有些内容需要修改。")
POLICIES = {
    "expected_profit": Words("Highest expected profit", "预期利润最高"),
    "most_likely": Words("Most likely to redeem", "最可能兑换"),
    "everyone": Words("Everyone, in random order", "所有人，随机顺序"),
}
# What is wrong with a field, in the reader's language; the error's own words stand below.
WRONG = {
    "name": Words("A name of 1 to 200 characters.", "名称需为 1 到 200 个字符。"),
    "offer": Words("Say what is offered.", "请说明优惠内容。"),
    "segment": Words("Choose one of the segments.", "请选择一个人群。"),
    "rule": Words("The rule cannot be used.", "规则无法使用。"),
    "discount": Words("An amount of 0 or more.", "金额需不小于 0。"),
    "cost_per_contact": Words("An amount of 0 or more.", "金额需不小于 0。"),
    "budget": Words("An amount of 0 or more, or empty.", "金额需不小于 0，或留空。"),
    "margin": Words("A percentage from 0 to 100.", "百分比需在 0 到 100 之间。"),
    "control_share": Words(
        "A percentage from 0 to 90; with 0, say why.",
        "百分比需在 0 到 90 之间；为 0 时请说明原因。",
    ),
    "starts_at": Words("A day.", "请填写日期。"),
    "ends_at": Words("A day, not before the first.", "请填写日期，且不早于开始日期。"),
    "type": Words("A type.", "请填写类型。"),
    "subject": Words("The subject cannot be used.", "主题无法使用。"),
    "text": Words("The text cannot be used.", "正文无法使用。"),
}
ERRORS = {
    "campaign-hindsight": Words(
        "The portraits know what happened after this campaign's moment. Build them as of an "
        "earlier day first.",
        "画像包含活动时间之后的信息。请先按更早的日期重新构建。",
    ),
    "campaign-nobody": Words("Nobody is in the audience. Widen it.", "目标人群为空，请放宽条件。"),
    "campaign-no-forecast": Words(
        "There is nothing to expect anything from. Choose everyone, in random order.",
        "没有可用的预测依据。请选择“所有人，随机顺序”。",
    ),
    "campaign-over": Words("The campaign's last day has passed.", "活动已过结束日期。"),
    "campaign-not-now": Words("The campaign does not run today.", "活动今天不在进行期内。"),
    "campaign-not-planned": Words("Plan the campaign first.", "请先计划活动。"),
    "campaign-planned": Words(
        "The campaign is being sent; its decisions stand.", "活动正在发送，决定不可更改。"
    ),
    "campaign-exists": Words("A campaign of this name was sent already.", "同名活动已经发送。"),
    "role-may-not": Words("Your role may not do this.", "您的角色不能执行此操作。"),
    "not-signed-in": Words("Your session has ended. Sign in again.", "登录已失效，请重新登录。"),
    "deed-broken": Words("Something went wrong on our side.", "服务端出了问题。"),
}
FAILED = Words("This could not be done", "未能完成")

# ---- one campaign
STATE_ANSWERS = {
    "draft": Words(
        "{name} is a draft. Plan it to see whom it would reach.",
        "“{name}”是草稿。计划后可看到会触达谁。",
    ),
    "planned": Words(
        "{name} is ready: {contact} would be contacted, {control} are held back.",
        "“{name}”已就绪：将触达 {contact} 位，留作对照 {control} 位。",
    ),
    "sending": Words(
        "{name} is on its way: {sent} sent, {waiting} wait.",
        "“{name}”发送中：已发 {sent} 条，{waiting} 条等待。",
    ),
    "sent": Words(
        "{name} was sent to {sent} customers; {control} were held back to compare with.",
        "“{name}”已发给 {sent} 位客户；{control} 位留作对照。",
    ),
}
STEPS = Words("Steps of the campaign", "活动进度")
PLAN = Words("Plan", "计划")
PLAN_AGAIN = Words("Plan again", "重新计划")
PLAN_L = Words(
    "Planning decides for every customer and draws the control group; nothing is sent.",
    "计划会为每位客户做出决定并抽取对照组；不会发送消息。",
)
SEND = Words("Send", "发送")
SEND_L = Words(
    "Everyone is asked about again as the message leaves. Sending can be broken off and taken up "
    "again; nobody gets it twice.",
    "发送时会再次检查每位客户的许可。发送可中断并继续，不会重复发送。",
)
GO_ON = Words("Go on sending", "继续发送")
WAITING_L = Words(
    "{count} messages wait. Sending again takes up only these.",
    "有 {count} 条消息等待，继续发送只处理这些。",
)
QUIET = Words(
    "It is quiet hours now: messages wait until {when}, then press Go on sending.",
    "现在是免打扰时段：消息会等到 {when}，届时请点“继续发送”。",
)
CONFIRM = Words("Send {count} messages by {channel}?", "通过{channel}发送 {count} 条消息？")
CONFIRM_L = Words(
    "{control} customers of the control group get nothing. What has been sent cannot be called back.",
    "对照组的 {control} 位客户不会收到消息。已发送的消息无法撤回。",
)
CONFIRM_BUTTON = Words("Send {count} messages", "发送 {count} 条消息")
NOT_YET = Words("It can be sent from {day} on.", "{day} 起可以发送。")
OVER = Words(
    "It ended on {day}. Change its days to plan it again.",
    "已于 {day} 结束。如需重新计划，请修改日期。",
)
DONE = Words("Everything that could be sent was sent.", "能发送的都已发送。")
REPORT_NEXT = Words(
    "The report compares treated and control; it is drawn up by the next build.",
    "报告会比较实验组与对照组，由下次构建生成。",
)
SEE_REPORT = Words("See its report", "查看报告")
PLANNING = Words("Planning …", "计划中…")
SENDING = Words("Sending …", "发送中…")
LEAVE = Words("You may leave this page; it goes on.", "可以离开此页，任务会继续。")
SKIPPED = Words("Who is left out, and why", "未触达的客户及原因")
HELD = Words("Messages not sent, and why", "被拦截的消息及原因")
REASON = Words("Reason", "原因")
CUSTOMERS = Words("Customers", "客户数")
CHOSEN = Words("To be contacted", "计划触达")
CHOSEN_M = Words("Customers chosen by the plan, within the budget.", "计划在预算内选中的客户数。")
CONTROL_M = Words(
    "Customers drawn at random who get nothing, to compare with.",
    "随机留出、不触达的客户数，用于对比。",
)
SKIPPED_M = Words(
    "Customers of the audience who are neither contacted nor in the control group.",
    "目标人群中既不触达也不作对照的客户数。",
)
SKIPPED_NAME = Words("Left out", "未选中")
COST_M = Words("Contacts and the coupons expected to be used.", "触达成本加上预计兑换的优惠成本。")
PROFIT_M = Words(
    "Margin of the sales expected from redeemers less discounts and contacts. It assumes that none "
    "of those sales would be made without the campaign; the control group will tell.",
    "预计兑换者带来的毛利减去优惠与触达成本。这里假设没有活动就没有这些销售；对照组会给出答案。",
)
EFFECT = Words("Smallest effect seen", "可识别的最小效果")
EFFECT_M = Words(
    "The smallest rise of the redemption rate, in points, that comparing the two groups would show "
    "four times in five.",
    "比较两组时，五次中有四次能看出的最小兑换率提升（百分点）。",
)
POINTS = Words("{points} points", "{points} 个百分点")
SENT_F = Words("Messages sent", "已发消息")
SENT_M = Words("Messages that the channel took.", "渠道已接收的消息数。")
HELD_F = Words("Not sent", "未发送")
HELD_M = Words(
    "Messages that did not leave, for one of the reasons below.", "因下列原因未发出的消息数。"
)
WAIT_F = Words("Waiting", "等待中")
WAIT_M = Words("Chosen customers whose message may still leave.", "仍可能发出消息的已选客户数。")
THE_PLAN = Words("What was decided", "活动内容")
DAYS = Words("Days", "日期")
LEFT_AUDIENCE = Words("No longer in the audience", "已不在目标人群中")
UNCONFIRMED = Words("May have arrived; the server did not say", "可能已送达，服务器未确认")
FORBIDDEN = Words(
    "Your role may look at campaigns, not change or send them.",
    "您的角色可以查看活动，但不能修改或发送。",
)
