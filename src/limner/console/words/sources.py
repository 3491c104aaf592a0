"""Words of the sources: where data comes from, and how it is doing."""

from limner.core.words import Words

BACK = Words("Sources", "数据来源")
ANSWER_NONE = Words(
    "No source yet: add one, and its write key lets a site, an app or a till send events.",
    "还没有数据来源：新建一个，网站、应用或收银系统就能用它的写入密钥发送事件。",
)
ANSWER_QUIET = Words(
    "Everything that arrived is in the portrait.", "已收到的事件都已进入客户画像。"
)
ANSWER_BEHIND = Words(
    "The worker is {count:event|events} behind; the oldest has waited {lag}.",
    "处理进程落后 {count} 条事件，最早的一条已等待 {lag}。",
)
ANSWER_STOPPED = Words(
    "The worker is not running; safe in the log and waiting for it: {count:event|events}.",
    "处理进程没有运行：{count} 条事件已安全写入日志，等待处理。",
)
ANSWER_HINDERED = Words(
    "Something keeps the worker from its work; safe in the log and waiting for it: {count:event|events}.",
    "处理进程受阻：{count} 条事件已安全写入日志，等待处理。",
)
ENDED = Words("The worker ended by a fault", "处理进程因故障停止")
FAULTS = {
    "disk-full": Words("The disk is full: free some space.", "磁盘已满，请清理空间。"),
    "store-busy": Words("Another process holds the store.", "业务库被其他进程占用。"),
    "store-unreadable": Words("The store cannot be used: put a backup in its place.", "业务库无法使用，请用备份替换。"),
    "live-busy": Words("Another process holds live.db.", "live.db 被其他进程占用。"),
    "live-unreadable": Words("live.db cannot be used.", "live.db 无法使用。"),
    "live-damaged": Words("live.db is damaged: put it and the event log back from one backup.", "live.db 已损坏，请用同一备份恢复它和事件日志。"),
    "log-behind-state": Words("The event log is older than live.db: put both back from one backup.", "事件日志比 live.db 旧，请用同一备份恢复两者。"),
    "settings-unusable": Words("Settings that cannot be read are left out.", "无法读取的设置已忽略。"),
    "worker-unforeseen": Words("Something nobody foresaw; please report it.", "出现意外错误，请报告此问题。"),
}  # fmt: skip
FAULT = Words(
    "The worker meets a fault, and tries again by itself", "处理进程遇到故障，正在自动重试"
)
STOPPED_L = Words(
    "Nothing is lost; events are taken up as soon as it runs. `limner serve` starts it; with --role "
    "collector or console it has to be started apart, with --role worker.",
    "数据不会丢失，处理进程一启动就会继续。`limner serve` 会自动启动它；若使用 --role collector "
    "或 console，需另以 --role worker 启动。",
)
PER_MINUTE = Words("Events, last minute", "近一分钟事件")
PER_MINUTE_M = Words(
    "Events that the worker has taken in within the last 60 seconds, repeats left out.",
    "近 60 秒内处理的事件数，不含重复。",
)
PER_DAY = Words("Events, last 24 hours", "近 24 小时事件")
PER_DAY_M = Words(
    "Events of the last 24 hours, repeats left out.", "近 24 小时的事件数，不含重复。"
)
LAG = Words("Lag", "延迟")
LAG_M = Words(
    "How long the oldest event that the worker has not taken yet has waited.",
    "处理进程尚未处理的最早事件已等待的时间。",
)
WAITING = Words("Waiting for the worker", "等待处理")
WAITING_M = Words(
    "Events that are in the log and not yet in the portrait.", "已写入日志、尚未进入画像的事件数。"
)
LAST = Words("Last event", "最近事件")
LAST_M = Words("When the newest event of this source arrived.", "该来源最新一条事件的到达时间。")
IN_LAKE = Words("Not yet in the lake", "尚未入湖")
IN_LAKE_M = Words(
    "Events in the portrait that are written to the lake with the next commit, a few seconds later.",
    "已进入画像、将随下次提交（数秒后）写入数据湖的事件数。",
)
CHART = Words("Events a minute, last hour", "近一小时每分钟事件数")
CHART_L = Words("Now {rate} events a second.", "当前每秒 {rate} 条事件。")
NAME = Words("Name", "名称")
NAME_HINT = Words("shop", "shop")
NAME_L = Words(
    "Stands on every event. Up to 80 characters, without * / ? #.",
    "会写在每条事件上。最多 80 个字符，不含 * / ? #。",
)
KIND = Words("Kind", "类型")
STATE = Words("State", "状态")
ON = Words("On", "启用")
OFF = Words("Off", "停用")
KINDS = {
    "http": Words("Site, app or till that sends (HTTP)", "网站、应用或收银系统（HTTP 上报）"),
    "directory": Words("A directory watched for new files", "监视目录中的新文件"),
    "sql": Words("A database that is asked (SQL)", "定时查询数据库（SQL）"),
    "rest": Words("A web service that is asked (REST)", "定时读取网络服务（REST）"),
}
SHORT_KINDS = {
    "http": Words("Tracking (HTTP)", "埋点上报（HTTP）"),
    "directory": Words("Directory", "目录"),
    "sql": Words("SQL query", "SQL 查询"),
    "rest": Words("REST service", "REST 服务"),
}
LIST = Words("Sources", "数据来源")
LIST_L = Words(
    "Every event carries the name of the source it came from.", "每条事件都带有其来源的名称。"
)
ADD = Words("Add a source", "新建数据来源")
ADD_L = Words(
    "A site or an app gets a write key. Whatever already sends to Segment or RudderStack needs only "
    "another host name.",
    "网站或应用会得到一个写入密钥。已接入 Segment 或 RudderStack 的系统只需更换主机名。",
)
ADD_DONE = Words("Add", "新建")
NEEDS = Words("Settings (JSON)", "设置（JSON）")
NEEDS_L = Words(
    "What a scheduled source needs: its address, mapping and interval, as the how-to page shows.",
    "定时来源所需的设置：地址、字段映射和间隔，写法见操作指南。",
)
NOT_JSON = Words("This is not a JSON object: {why}", "不是 JSON 对象：{why}")
ONLY_OWNERS = Words(
    "Owners add sources and see their write keys.", "只有所有者可以新建来源并查看写入密钥。"
)

ANSWER_ONE = Words(
    "{count:event|events} came in the last minute; the newest at {moment}.",
    "近一分钟收到 {count} 条事件，最新一条在 {moment}。",
)
ANSWER_STILL = Words(
    "Nothing came in the last minute; the newest event came at {moment}.",
    "近一分钟没有事件，最新一条在 {moment}。",
)
ANSWER_WAITS = Words("This source waits for its first event.", "该来源正在等待第一条事件。")
ANSWER_OFF = Words(
    "This source is off: whatever it sends is refused.", "该来源已停用：其发送的事件会被拒收。"
)
ANSWER_PULL_OFF = Words(
    "This source is off: it is not asked any more.", "该来源已停用：不再定时读取。"
)
SEE_LIVE = Words("Watch its events arrive", "查看实时事件")
SEE_QUARANTINE = Words("See what waits in quarantine", "查看隔离区")
SEE_PLAN = Words("See its tracking plan", "查看埋点方案")
UNKNOWN = Words("There is no source of this name.", "没有这个名称的数据来源。")

KEYS = Words("Write keys", "写入密钥")
KEYS_L = Words(
    "A write key lets a client write events and do nothing else. It stands in pages that everybody "
    "can read; if it is misused, make a new one, put it in place, then revoke the old one.",
    "写入密钥只能用来发送事件。它会出现在人人可见的网页里；如被滥用，请先生成新密钥并替换，再吊销旧密钥。",
)
KEY = Words("Write key", "写入密钥")
KEY_NEW = Words("The write key of {name}", "{name} 的写入密钥")
GO_ON = Words("Go on", "继续")
SINCE = Words("Since", "创建时间")
REVOKED = Words("revoked {moment}", "已于 {moment} 吊销")
GOOD = Words("good", "有效")
ROTATE = Words("New key", "生成新密钥")
ROTATE_TITLE = Words("Make a new write key?", "生成新的写入密钥？")
ROTATE_L = Words(
    "Both keys are good until you revoke the old one, so that nothing is lost while clients change.",
    "在吊销旧密钥之前两个密钥都有效，更换期间不会丢失数据。",
)
REVOKE = Words("Revoke", "吊销")
REVOKE_TITLE = Words("Revoke this key for good?", "永久吊销该密钥？")
REVOKE_L = Words(
    "Whatever still sends with {key} is refused from now on, and what it sends is lost.",
    "仍使用 {key} 的客户端将被拒绝，其发送的数据会丢失。",
)
NO_KEY = Words("No key is good: this source cannot send.", "没有有效密钥：该来源无法发送事件。")

INSTALL = Words("Connect it", "接入方式")
INSTALL_L = Words(
    "Pick what the client is written with; host and key are filled in.",
    "选择客户端所用的工具；主机名和密钥已填好。",
)
TOOLS = {
    "analytics.js": Words("analytics.js (web page)", "analytics.js（网页）"),
    "rudderstack": Words("RudderStack (web page)", "RudderStack（网页）"),
    "python": Words("Python", "Python"),
    "curl": Words("curl", "curl"),
}

SETTINGS = Words("How its events are treated", "事件处理方式")
INTERNAL = Words("Internal addresses", "内部 IP")
INTERNAL_HINT = Words("203.0.113.7, 10.0.0.0/8", "203.0.113.7, 10.0.0.0/8")
INTERNAL_L = Words(
    "Events from these addresses are marked as internal and kept out of the figures.",
    "来自这些地址的事件会标为内部流量，不计入指标。",
)
UNPLANNED = Words("Events that are not in the tracking plan", "埋点方案之外的事件")
CHANNEL = Words("Channel", "渠道")
CHANNEL_L = Words(
    "What stands on its events where they do not say themselves.", "事件本身未注明时使用的渠道。"
)
CHANNEL_BY_EVENT = Words("As the event says", "以事件为准")
SAVE = Words("Save", "保存")
SAVED = Words("Saved", "已保存")
TURN_OFF = Words("Turn off", "停用")
TURN_ON = Words("Turn on", "启用")
TURN_OFF_TITLE = Words("Turn {name} off?", "停用 {name}？")
TURN_OFF_L = Words(
    "Once off, its clients are refused, and what they send meanwhile is lost. It can be turned on again.",
    "停用后其客户端将被拒绝，期间发送的数据会丢失；之后可以重新启用。",
)
TURN_PULL_OFF_L = Words(
    "Once off, it is not asked any more. Turned on again, it goes on where it stopped.",
    "停用后不再定时读取；重新启用后从停下的地方继续。",
)

ANSWER_PULLED = Words(
    "Read last at {moment}, all went well; it is asked every {every}.",
    "上次读取于 {moment}，一切正常；每 {every} 读取一次。",
)
PULLS = Words("Scheduled reading", "定时读取")
PULL_DONE = Words("The last run went well", "上次运行成功")
PULL_FAILED = Words("The last run failed ({count} in a row)", "上次运行失败（连续 {count} 次）")
PULL_NEVER = Words("It has not run yet", "尚未运行")
PULL_SOON = Words(
    "The worker runs it within seconds, and then at its interval.",
    "处理进程会在数秒内运行，之后按间隔运行。",
)
LAST_RUN = Words("Last run", "上次运行")
NEXT_RUN = Words("Next run", "下次运行")
EVERY = Words("Interval", "间隔")
REFUSED = Words("Files that wait for a correction", "等待更正的文件")
FILE = Words("File", "文件")
WHY = Words("Why", "原因")
RUN_NOW = Words("Run now", "立即运行")
RUNNING = Words("Reading …", "读取中…")
RAN = Words(
    "It ran: {read} rows read, {kept} kept, {quarantined} quarantined.",
    "运行完成：读入 {read} 行，保留 {kept} 行，隔离 {quarantined} 行。",
)
RAN_FAILED = Words("It failed; the page says why.", "运行失败，原因见页面。")
ASKED = Words("How it is asked", "读取设置")
ASKED_L = Words(
    "Address, mapping, interval and cleaning rules as JSON. A secret is never written here: say where "
    'it is, such as {"env": "SHOP_TOKEN"}.',
    '以 JSON 填写地址、字段映射、间隔与清洗规则。请勿在此填写密码等机密，只写其位置，例如 {"env": "SHOP_TOKEN"}。',
)

SECONDS = Words("{count} s", "{count} 秒")
MINUTES = Words("{count} min", "{count} 分钟")
HOURS = Words("{count} h", "{count} 小时")
