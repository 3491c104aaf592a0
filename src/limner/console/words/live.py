"""Words of the live view: events as they arrive."""

from limner.core.words import Words
from limner.understand.segments.value_names import DEVICES as DEVICES
from limner.understand.segments.value_names import TRAFFICS as TRAFFICS

ANSWER = Words(
    "{count:event|events} came in the last minute, and none waits for the worker.",
    "近一分钟收到 {count} 条事件，没有等待处理的。",
)
ANSWER_BEHIND = Words(
    "{count:event|events} came in the last minute; {waiting:more waits|more wait} for the worker.",
    "近一分钟处理了 {count} 条事件，另有 {waiting} 条等待处理。",
)
ANSWER_STILL = Words("No event came in the last minute.", "近一分钟没有新事件。")
ANSWER_NONE = Words("No event has arrived yet.", "还没有收到事件。")
ANSWER_STOPPED = Words(
    "The worker is not running: what arrives is safe in the log and appears here later.",
    "处理进程没有运行：到达的事件已安全写入日志，稍后会显示在这里。",
)
TABLE = Words("Arriving events", "到达的事件")
TABLE_L = Words("The newest {count}, newest first.", "最新 {count} 条，最新在前。")
EARLIER = Words(
    "Only the newest events stand here; older ones are in the customers' timelines.",
    "这里只显示最新事件，更早的请在客户时间线中查看。",
)
PAUSE = Words("Pause", "暂停")
GO_ON = Words("Go on", "继续")
PAUSED = Words("Paused: nothing new is shown until you go on.", "已暂停，点击“继续”后显示新事件。")
SOURCE = Words("Source", "来源")
EVENT = Words("Event", "事件")
VERDICT = Words("Verdict", "判定")
SEARCH = Words("Search", "搜索")
SEARCH_HINT = Words("identifier or any text", "标识或任意文本")
SEARCH_HINT_MASKED = Words("name of the event", "事件名称")
EVERY_SOURCE = Words("All sources", "所有来源")
EVERY_EVENT = Words("All events", "所有事件")
ALL_OF_THEM = Words("All", "全部")
APPLY = Words("Filter", "筛选")
CLEAR = Words("Clear all", "清除条件")
VERDICTS = {
    "ok": Words("fine", "正常"),
    "warned": Words("doubtful", "存疑"),
    "quarantined": Words("quarantined", "已隔离"),
    "bot": Words("robot", "爬虫"),
    "internal": Words("internal", "内部流量"),
}
VERDICTS_M = Words(
    "What the worker found. Robots and internal events are kept and do not count in the figures; "
    "quarantined ones wait to be mended.",
    "处理结果。爬虫与内部流量会保留但不计入指标；被隔离的事件等待修正。",
)
WHEN = Words("Arrived", "到达时间")
WHAT = Words("What happened", "内容")
WHO = Words("Who", "标识")
OPEN = Words("Details", "详情")
NO_MATCH = Words("No arriving event fits these filters", "没有符合筛选条件的事件")
NO_MATCH_WHY = Words(
    "Clear a filter, or wait: new events appear by themselves.",
    "请清除部分条件，或稍等：新事件会自动出现。",
)
EMPTY = Words("Send a first event", "发送第一条事件")
EMPTY_NO_SOURCE = Words(
    "An event needs a source and its write key. Add a source first.",
    "发送事件需要来源及其写入密钥。请先新建数据来源。",
)
EMPTY_L = Words(
    "Run this line; the event stands here within a second.",
    "运行下面这行命令，一秒内即可看到事件。",
)
EMPTY_KEY = Words(
    "Put the write key of a source in place of WRITE_KEY; an owner can look it up.",
    "请将 WRITE_KEY 换成来源的写入密钥，可向所有者获取。",
)
ADD_SOURCE = Words("Add a source", "新建数据来源")
SEE_SOURCES = Words("See the sources", "查看数据来源")
OTHERS = Words("Other sources", "其他来源")

DETAILS = Words("An event", "事件详情")
GONE = Words(
    "This event is no longer among the newest. It stands on its customer's timeline.",
    "该事件已不在最新列表中，请在客户时间线中查看。",
)
TIME = Words("Happened", "发生时间")
RECEIVED = Words("Arrived", "到达时间")
CUSTOMER = Words("Customer", "客户")
SEE_CUSTOMER = Words("See the customer", "查看客户")
PAGE = Words("Page", "页面")
DEVICE = Words("Device", "设备")
CHANNEL = Words("Channel", "渠道")
TRAFFIC = Words("Came by", "流量渠道")
SESSION = Words("Session", "会话")
ORDER = Words("Order", "订单")
REVENUE = Words("Revenue", "金额")
CAMPAIGN = Words("Campaign", "活动")
MESSAGE = Words("Event id", "事件编号")
BREACHES = Words("What is wrong with it", "存在的问题")
AS_RECEIVED = Words("As it was received", "收到的原文")
MASKED = Words(
    "Values that may be personal are hidden from your role.", "可能涉及个人信息的值对您的角色隐藏。"
)
AS_READ = Words("As Limner reads it", "解析结果")
CLOSE = Words("Close", "关闭")
