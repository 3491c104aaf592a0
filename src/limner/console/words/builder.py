"""Words of the page on which a segment is built."""

from limner.core.words import Words

TITLE = Words("Build a segment", "构建人群")
EDIT_TITLE = Words("Change a segment", "修改人群")
ANSWER = Words("{count} customers, {share} of all.", "{count} 位客户，占全体的 {share}。")
ANSWER_ALL = Words(
    "Everybody: {count} customers. Add a condition.", "全体 {count} 位客户。请添加条件。"
)
ANSWER_WRONG = Words("The rule cannot be read yet.", "规则暂时无法识别。")
WORKING = Words("Counting …", "正在统计……")
TOOK = Words(
    "As of {day}, the day of the last build; counted in {ms} ms.",
    "数据截至上次构建（{day}）；用时 {ms} 毫秒。",
)
SAYS = Words("In words", "用文字说")
BLOCKS = Words("Conditions", "条件")
BLOCKS_L = Words(
    "Blocks and text are the same rule: change either and the other follows.",
    "积木与文本是同一条规则：修改任意一边，另一边随之变化。",
)
TEXT = Words("As text", "文本")
TEXT_L = Words("Written like SQL; errors point at the word.", "写法类似 SQL；出错处会标出。")
EMPTY = Words("No condition yet: this is everybody", "还没有条件：即全体客户")
UNFINISHED = Words(
    "A condition that is not filled in does not count yet.", "未填完的条件暂不计入。"
)
ALL_OF = Words("all of these", "以下全部满足")
ONE_OF = Words("at least one of these", "以下满足其一")
NONE_OF = Words("but not", "排除")
JOINT = Words("How they belong together", "组合方式")
GROUP = Words("Group {place}", "条件组 {place}")
CONDITION = Words("Condition {place}", "条件 {place}")
AND = Words("and", "且")
OR = Words("or", "或")
ADD = Words("Add", "添加")
KINDS = {
    "attribute": Words("Tag or attribute", "标签或属性"),
    "behaviour": Words("What they did", "行为"),
    "path": Words("One thing after another", "行为序列"),
    "segment": Words("In a segment", "属于人群"),
    "list": Words("On a list", "在名单中"),
    "ranked": Words("The best or worst", "排名前后"),
    "alike": Words("Like a segment", "相似人群"),
    "near": Words("Near a place", "附近"),
    "group": Words("Group", "条件组"),
}
ICONS = {
    "attribute": "o_sell", "behaviour": "o_bolt", "path": "o_route", "segment": "o_donut_small",
    "list": "o_list_alt", "ranked": "o_leaderboard", "alike": "o_groups", "near": "o_place",
    "group": "o_account_tree",
}  # fmt: skip
UP = Words("Move up", "上移")
DOWN = Words("Move down", "下移")
REMOVE = Words("Remove", "移除")
COLUMN = Words("Tag or attribute", "标签或属性")
OPERATOR = Words("Comparison", "比较方式")
VALUE = Words("Value", "值")
UP_TO = Words("up to", "至")
OPERATORS = {
    "=": Words("is", "等于"),
    "<>": Words("is not", "不等于"),
    ">=": Words("at least", "至少"),
    ">": Words("more than", "大于"),
    "<=": Words("at most", "至多"),
    "<": Words("less than", "小于"),
    "between": Words("from … to", "介于"),
    "in": Words("is one of", "属于其中之一"),
    "not in": Words("is none of", "不属于任何一个"),
    "contains": Words("contains", "包含"),
    "lacks": Words("does not contain", "不包含"),
    "starts": Words("begins with", "开头是"),
    "like": Words("is like the pattern", "符合通配式"),
    "known": Words("is known", "已知"),
    "unknown": Words("is not known", "未知"),
}
DAY_OPERATORS = {
    "=": Words("on", "在"),
    "<>": Words("not on", "不在"),
    ">=": Words("from", "不早于"),
    ">": Words("after", "晚于"),
    "<=": Words("until", "不晚于"),
    "<": Words("before", "早于"),
}
MEASURE = Words("What is measured", "度量")
MEASURES = {
    "count": Words("How often", "次数"),
    "sum": Words("Total of", "合计"),
    "mean": Words("Average of", "平均"),
    "min": Words("Lowest", "最小"),
    "max": Words("Highest", "最大"),
    "first": Words("First", "首次的"),
    "last": Words("Last", "末次的"),
    "nth": Words("The n-th", "第 n 次的"),
    "distinct": Words("How many different", "不同取值数"),
    "top": Words("Favourite", "最常见的"),
    "list": Words("List of", "列表"),
    "share": Words("Share", "占比"),
    "ratio": Words("Ratio of", "比率"),
    "trend": Words("Trend of", "趋势"),
    "time_since_last": Words("Days since the last", "距末次天数"),
    "time_since_first": Words("Days since the first", "距首次天数"),
    "gap_mean": Words("Average days between", "平均间隔天数"),
    "gap_cv": Words("Irregularity of", "不规律程度"),
}
OF = Words("of", "的")
BY = Words("by", "按")
NTH = Words("which one", "第几个")
PART = Words("where the share is of", "占比的条件")
ROWS = Words("Of what", "对象")
EVENTS = Words("Events by name", "指定事件")
WHICH_EVENTS = Words("Which events", "哪些事件")
FILTER = Words("Condition on them", "附加条件")
FILTER_COLUMN = Words("Field", "字段")
WHEN = Words("When", "时间范围")
WHENS = {
    "ever": Words("ever", "历史以来"),
    "days": Words("in the last … days", "近……天"),
    "today": Words("today", "今日"),
    "yesterday": Words("yesterday", "昨日"),
    "this week": Words("this week", "本周"),
    "last week": Words("last week", "上周"),
    "this month": Words("this month", "本月"),
    "last month": Words("last month", "上月"),
    "this quarter": Words("this quarter", "本季度"),
    "last quarter": Words("last quarter", "上季度"),
    "this year": Words("this year", "今年"),
    "last year": Words("last year", "去年"),
    "since": Words("since a day", "某日以来"),
    "between": Words("between two days", "两日之间"),
}
DAYS = Words("Days", "天数")
FIRST_DAY = Words("First day", "首日")
LAST_DAY = Words("Last day", "末日")
FIRST = Words("First", "先")
THEN = Words("then", "然后")
WITHIN = Words("within", "在……之内")
UNITS = {
    "minutes": Words("minutes", "分钟"),
    "hours": Words("hours", "小时"),
    "days": Words("days", "天"),
}
ADD_STEP = Words("Another step", "再加一步")
WITHOUT = Words("without in between", "其间没有")
ADD_WITHOUT = Words("Something that must not come between", "其间不得发生")
HOW_OFTEN = Words("how often", "次数")
SEGMENT = Words("Segment", "人群")
LIST = Words("List", "名单")
IN = Words("in", "属于")
NOT_IN = Words("not in", "不属于")
BELONGS = Words("In or not", "是否属于")
BEST = Words("the best", "最高的")
WORST = Words("the worst", "最低的")
WHICH_END = Words("Which end", "哪一端")
MANY = Words("How many", "数量")
PER_CENT = Words("per cent of customers", "% 的客户")
CUSTOMERS = Words("customers", "位客户")
UNIT = Words("Unit", "单位")
BY_WHAT = Words("by", "按")
STORE = Words("Store", "门店")
POINT = Words("a point on the map", "地图上的一点")
PLACE = Words("Place", "地点")
LATITUDE = Words("Latitude", "纬度")
LONGITUDE = Words("Longitude", "经度")
KILOMETRES = Words("km", "公里")
NO_LISTS = Words("No list has been uploaded yet.", "还没有上传名单。")
SAVE = Words("Save", "保存")
SAVE_L = Words(
    "A changed rule becomes a new version; campaigns and audiences keep what they were made of.",
    "修改规则会产生新版本；已有活动与受众包不受影响。",
)
NAME_EN = Words("Name in English", "英文名称")
NAME_ZH = Words("Name in Chinese", "中文名称")
DESCRIPTION_EN = Words("What it is for, in English", "英文说明")
DESCRIPTION_ZH = Words("What it is for, in Chinese", "中文说明")
OWNER = Words("Owner", "负责人")
VERSION = Words(
    "Version {version}, changed by {by} on {day}.", "第 {version} 版，{by} 修改于 {day}。"
)
WHO = Words("Who are they?", "他们是谁？")
AUDIENCE = Words("Freeze an audience", "生成受众包")
CAMPAIGN = Words("Write a campaign for them", "为他们新建活动")
SEE_CUSTOMERS = Words("See these customers", "查看这些客户")
NO_PORTRAITS = Words("No portraits were built yet", "尚未构建画像")
ERRORS = {
    "rule-column": Words("There is no such word here:", "没有这个名称："),
    "rule-malformed": Words("The text is not a rule yet:", "规则写法有误："),
    "rule-type": Words("The value does not fit:", "取值类型不符："),
    "rule-value": Words("A value is wanted there:", "此处应为取值："),
    "rule-null": Words("Nothing equals null:", "不能与 null 比较："),
    "rule-refused": Words("A rule cannot say this:", "规则不支持这种写法："),
    "rule-date": Words("This is not a day:", "日期写法有误："),
    "segment-unknown": Words("There is no such segment:", "没有这个人群："),
    "list-unknown": Words("There is no such list:", "没有这个名单："),
    "store-unknown": Words("There is no such store:", "没有这个门店："),
    "segment-circle": Words("The segment would be defined by itself:", "人群定义出现循环："),
    "segment-name": Words("The segment needs a name:", "请填写人群名称："),
    "segment-name-taken": Words("This name is taken:", "名称已被使用："),
}
# Messages of errors are English: what a Chinese reader is told in their place, below the heading.
HINTS_ZH = {
    "rule-column": "“{word}”不是已知的标签、属性或字段。{close}",
    "rule-malformed": "问题在“{word}”处。条件写作 orders_90d >= 3，多个条件用 and、or、not 和括号组合。",
    "rule-ended": "规则还没有写完。",
    "rule-type": "请检查“{word}”：数字直接写，文本加单引号，日期写作 date '2017-12-31'，是非写作 true 或 false；"
    "大小与排名只适用于数字和日期。",
    "rule-value": "“{word}”应为加单引号的文本，如 'Berlin'。",
    "rule-null": "请写 is null（未知）或 is not null（已知）。",
    "rule-refused": "规则中不能使用“{word}”。",
    "rule-date": "日期写作 date '2017-12-31'。",
    "segment-unknown": "“{word}”所指的人群不存在，可能已改名或删除。",
    "list-unknown": "“{word}”所指的名单不存在，可能已改名或删除。",
    "store-unknown": "“{word}”所指的门店不存在。",
    "segment-circle": "“{word}”会绕回本人群自身，请去掉。",
}
CLOSE_ZH = "您要写的是不是{names}？"
