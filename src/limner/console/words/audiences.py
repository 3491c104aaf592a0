"""Words of the audiences."""

from limner.core.words import Words

ANSWER = Words(
    "{count:audience is|audiences are} frozen; the newest, {name}, has {size:customer|customers}.",
    "已冻结 {count} 个受众包；最新的“{name}”有 {size} 位客户。",
)
ANSWER_NONE = Words(
    "No audience is frozen yet; freeze a segment to send to it and to measure it.",
    "还没有受众包；把人群冻结下来，才能投放与衡量。",
)
LISTED = Words("Audiences", "受众包")
LISTED_L = Words(
    "Who was in a segment at a moment, kept as it was.", "某一时刻人群里有谁，原样保留。"
)
NONE = Words("No audience yet", "还没有受众包")
NONE_WHY = Words("Make one with the form on this page.", "用本页的表单新建一个。")
NAME = Words("Name", "名称")
SIZE = Words("Customers", "客户数")
PARTS = Words("Parts", "分组")
AS_OF = Words("As of", "截至")
MADE = Words("Made", "创建")
OF = Words("Made of", "来源")
NEW = Words("Freeze an audience", "新建受众包")
NEW_L = Words(
    "Who fits as of the chosen moment is kept; later changes of the segment do not change it.",
    "按所选时点把符合条件的客户固定下来，之后人群变化不影响它。",
)
WHOM = Words("Whom", "人群")
A_SEGMENT = Words("A segment", "选人群")
A_RULE = Words("A rule", "写规则")
SEGMENT = Words("Segment", "人群")
RULE = Words("Rule", "规则")
EXCLUDE = Words("Without these segments", "排除这些人群")
EXCLUDE_RULE = Words("And without whom this rule holds for", "再排除符合此规则的客户")
CONTROL = Words("Held back as control", "对照组比例")
CONTROL_HINT = Words(
    "0: nobody; the part is drawn by lot and never leaves for a platform",
    "0 表示不留；随机抽取，不会导出到广告平台",
)
SAMPLE = Words("At most so many customers", "最多多少位客户")
SAMPLE_HINT = Words("Empty: everybody; otherwise drawn by lot", "留空表示全部；否则随机抽取")
SEED = Words("Seed", "随机种子")
SEED_HINT = Words("The same seed draws the same lots", "种子相同，抽取结果相同")
WOULD_BE = Words(
    "{size:customer|customers} as of {day}: {matched:fits|fit}, {excluded:is|are} excluded{parts}.",
    "截至 {day} 共 {size} 位客户：{matched} 位符合，排除 {excluded} 位{parts}。",
)
WOULD_PARTS = Words("; {parts}", "；{parts}")
PART = Words("{name} {count}", "{name} {count}")
FREEZE = Words("Freeze", "冻结")
PART_NAMES = {
    "all": Words("everybody", "全部"),
    "treated": Words("treated", "投放组"),
    "control": Words("control", "对照组"),
}
OVERLAP = Words("How groups overlap", "人群重叠")
OVERLAP_L = Words(
    "Choose 2 to 6 segments or audiences. Each column is who is in just these groups and no other.",
    "选择 2 至 6 个人群或受众包。每一列是恰好属于这些人群的客户。",
)
OVERLAP_M = Words(
    "Customers counted once, by the exact combination of groups they are in (UpSet plot).",
    "每位客户只计一次，按其所属人群的确切组合统计（UpSet 图）。",
)
GROUPS = Words("Groups", "人群")
COMPARE = Words("Compare", "比较")
LARGEST_OVERLAP = Words(
    "{left} and {right} share {both:customer|customers}, {share} of those in either.",
    "“{left}”与“{right}”共有 {both} 位客户，占两者合计的 {share}。",
)
NO_OVERLAP = Words("No two of these share a customer.", "这些人群两两没有共同客户。")
PAIR = Words("Pair", "组合")
BOTH = Words("In both", "同时属于")
JACCARD = Words("Overlap (Jaccard)", "重叠度（Jaccard）")
JUST = Words("Just in", "恰好属于")
AND = Words(" and ", " 与 ")
OVERLAP_TOO_FEW = Words("Choose at least two groups.", "请至少选择两个人群。")

LISTS = Words("Uploaded lists", "上传名单")
LISTS_L = Words(
    "Lists of e-mails, phones, cards or ids, matched against who is known; a rule says list('CODE').",
    "邮箱、手机、会员卡或 ID 名单，与已知客户匹配；规则里写 list('代码')。",
)
NO_LISTS = Words("No list yet", "还没有名单")
NO_LISTS_WHY = Words(
    "Upload a CSV, TXT or Excel file with one customer a row.",
    "上传 CSV、TXT 或 Excel 文件，每行一位客户。",
)
LIST_NAME = Words("What the list is called", "名单名称")
LIST_KIND = Words("What it holds", "内容")
KINDS = {
    "mixed": Words("any identifier", "任意标识"),
    "email": Words("e-mails", "邮箱"),
    "phone": Words("phones", "手机号"),
    "user_id": Words("ids", "客户 ID"),
    "loyalty_card": Words("cards", "会员卡号"),
}
UPLOAD = Words("Upload a list", "上传名单")
UPLOADED = Words(
    "{read} rows read: {known} are customers, {unknown} are not known yet, {double} stood there "
    "twice, {void} identify nobody.",
    "读取 {read} 行：{known} 行是已知客户，{unknown} 行暂未识别，{double} 行重复，{void} 行无效。",
)
ROWS = Words("Rows", "行数")
KNOWN = Words("Known", "已识别")
CODE = Words("Code", "代码")
DROP = Words("Delete", "删除")
DROP_LIST = Words("Delete the list {name}?", "删除名单“{name}”？")
DROP_LIST_L = Words("Segments that name it can no longer be read.", "引用它的人群将无法再计算。")

BACK = Words("All audiences", "全部受众包")
ONE_ANSWER = Words(
    "{name} holds {size:customer|customers}, as they were on {day}.",
    "“{name}”包含 {size} 位客户，截至 {day}。",
)
SIZE_M = Words(
    "Customers who were in it when it was frozen; it does not change.",
    "冻结时包含的客户数，之后不变。",
)
MADE_BY = Words("Made by", "创建人")
MADE_BY_M = Words("Who froze it, and when.", "由谁、何时冻结。")
SEED_M = Words(
    "Parts and samples are drawn from this seed and each customer's id alone.",
    "分组与抽样只取决于此种子与客户 ID。",
)
PARTS_L = Words("Drawn by lot; each customer is in just one.", "随机分配，每位客户只属于一组。")
HOW = Words("How it was made", "如何生成")
WITHOUT = Words("Without", "排除")
SAMPLED = Words("Sample", "抽样")
BESIDE = Words("Beside other groups", "与其他人群比较")
EXPORT = Words("Take it away", "导出")
EXPORT_L = Words(
    "Tables for people. For a platform addresses are hashed, and only of those who agreed to be "
    "written to; the control part and the suppression list are left out.",
    "表格供人查看；给平台的文件只含已同意触达者的加密地址，并剔除对照组与禁发名单。",
)
AS_TABLE = Words("As a table", "表格")
FOR_PLATFORM = Words("For a platform, hashed", "广告平台（加密）")
OF_PART = Words("Which part", "哪一组")
EVERY_PART = Words("All parts (for platforms: all but control)", "全部（广告平台除对照组外）")
EXPORTED = Words("{people:person is|people are} in {file}.", "{file} 含 {people} 人。")
LEFT_OUT = Words("Left out: {reasons}.", "未包含：{reasons}。")
REASONS = {
    "suppressed": Words("{count} on the suppression list", "{count} 人在禁发名单"),
    "no-consent": Words("{count} who did not agree", "{count} 人未同意"),
    "no-address": Words("{count} without a usable address", "{count} 人没有可用地址"),
    "control": Words("{count} of the control part", "{count} 人属于对照组"),
}
MAY_NOT_EXPORT = Words("Your role may not export customers.", "您的角色无权导出客户。")
DROP_TITLE = Words("Delete the audience {name}?", "删除受众包“{name}”？")
DROP_L = Words(
    "Its members are deleted here; what was exported of it stays with others.",
    "此处的成员会被删除；已导出的文件不受影响。",
)
NEXT_SEGMENTS = Words("See the segments", "查看人群")
NEXT_CAMPAIGN = Words("Plan a campaign", "计划营销活动")
CUSTOMERS_AXIS = Words("customers in just these groups", "恰好属于这些人群的客户")
