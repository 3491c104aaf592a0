"""Words of the frame around every page, and of the states a page can be in."""

from limner.core.words import Words

BRAND = Words("Limner", "Limner")
SKIP = Words("Skip to the page", "跳到正文")
MENU = Words("Menu", "菜单")
LANGUAGE = Words("Language", "语言")
AS_OF = Words("As of {day}", "数据截至 {day}")
NO_BUILD = Words("No build yet", "尚未构建")
SIGN_OUT = Words("Sign out", "退出登录")
ACCOUNT = Words("Account: {name}", "账户：{name}")
EXPLAIN = Words("What is this figure? {label}", "这个数字是什么？{label}")
TODAY = Words("As of {day}.", "数据截至 {day}。")

OVERVIEW = Words("Overview", "总览")
COLLECT = Words("Collect", "采集")
SOURCES = Words("Sources", "数据来源")
LIVE = Words("Live events", "实时事件")
PLAN = Words("Tracking plan", "埋点方案")
QUALITY = Words("Data quality", "数据质量")
QUARANTINE = Words("Quarantine", "隔离区")
UNIFY = Words("Unify", "统一")
IDENTITY = Words("Identity", "身份")
UNDERSTAND = Words("Understand", "洞察")
CUSTOMERS = Words("Customers", "客户")
TAGS = Words("Tags", "标签")
SEGMENTS = Words("Segments", "人群")
AUDIENCES = Words("Audiences", "受众包")
MOVEMENT = Words("Movement", "人群流动")
DIVISION = Words("Division", "深度细分")
VALUE = Words("Who brings the money", "谁带来收入")
MODEL = Words("Model", "模型")
ACT = Words("Act", "触达")
CAMPAIGNS = Words("Campaigns", "营销活动")
LEARN = Words("Learn", "复盘")
REPORTS = Words("Campaign reports", "活动报告")
SETTINGS = Words("Settings", "设置")
GLOSSARY = Words("Glossary", "术语表")

NEXT = Words("What you can do", "接下来可以做什么")
EMPTY_TITLE = Words("Nothing to show yet", "这里还没有内容")
EMPTY_BUILD = Words(
    "This page is drawn from the last build, and there is none yet. Build the portraits, then "
    "open the page again.",
    "本页取自最近一次构建的结果，而现在还没有构建。请先构建客户画像，再打开本页。",
)
EMPTY_IMPORT = Words(
    "No data has been imported yet. Bring in a file of orders or customers first.",
    "还没有导入任何数据。请先导入一份订单或客户文件。",
)
EMPTY_CONNECT = Words(
    "Or connect a site, an app or a till: what it sends shows at once, without a build.",
    "也可以接入网站、应用或收银系统：发来的事件即到即见，无需构建。",
)
TO_SOURCES = Words("Go to the sources", "前往数据来源")
TO_CAMPAIGNS = Words("See the campaigns", "查看营销活动")
TO_SEGMENTS = Words("See the segments", "查看人群")
TO_LIVE = Words("See the live events", "查看实时事件")
LOADING = Words("Loading", "加载中")
FAILED_TITLE = Words("This could not be shown", "无法显示此页")
FAILED = Words(
    "Something went wrong on our side. It was written to the log under {code}. Try again; if it "
    "stays, give that code to whoever runs Limner.",
    "服务端出了问题，已记入日志，编号 {code}。请重试；若仍不行，请把编号交给维护 Limner 的人。",
)
TRY_AGAIN = Words("Try again", "重试")
FORBIDDEN_TITLE = Words("Your role may not see this page", "您的角色无权查看此页")
FORBIDDEN = Words(
    "You are signed in as {role}. Ask an owner to change your role if you need this page.",
    "您当前的角色是“{role}”。如需查看，请联系所有者调整您的角色。",
)
GONE_TITLE = Words("This is not here", "找不到该内容")
MISSING_TITLE = Words("There is no such page", "没有这个页面")
MISSING = Words(
    "The address may be mistyped, or what it pointed to is gone.",
    "地址可能有误，或它所指的内容已不存在。",
)
TO_OVERVIEW = Words("Go to the overview", "回到总览")
EXPORT = Words("Export", "导出")
EXPORT_CSV = Words("CSV", "CSV")
EXPORT_EXCEL = Words("Excel", "Excel")
EXPORT_PARQUET = Words("Parquet", "Parquet")
PREVIOUS = Words("Previous", "上一页")
FOLLOWING = Words("Next", "下一页")
PAGE_OF = Words("{first}–{last} of {total}", "第 {first}–{last} 条，共 {total} 条")
NO_ROWS = Words("No rows", "没有数据")
YES = Words("Yes", "是")
NO = Words("No", "否")
STOPPED = Words("This part of the page is no longer brought up to date.", "这部分内容已停止更新。")
COPY = Words("Copy", "复制")
COPIED = Words("Copied", "已复制")
