"""Words of the settings."""

from limner.core.words import Words

ANSWER = Words("You are signed in as {name}, {role}.", "您以 {name} 的身份登录，角色为“{role}”。")
INSTALLATION = Words("This installation", "本系统")
INSTALLATION_L = Words(
    "Change these in limner.toml in the home directory, or by environment variables, then start again.",
    "在主目录的 limner.toml 或环境变量中修改，然后重新启动。",
)
HOME = Words("Home directory", "主目录")
TIMEZONE = Words("Time zone", "时区")
CURRENCY = Words("Currency", "货币")
MEMORY = Words("Memory limit", "内存上限")
MAIL_FROM = Words("Sender of e-mail", "发件人")
SMTP = Words("Mail server", "邮件服务器")
IS_SET = Words("set", "已设置")
IS_NOT_SET = Words("not set", "未设置")
BUILT = Words("Last build", "最近一次构建")
STEP = Words("Step", "步骤")
SECONDS = Words("Seconds", "耗时（秒）")
BUILD = Words("The last build, step by step", "最近一次构建的各步骤")
USERS = Words("Users", "用户")
USERS_L = Words(
    "Only owners see this list. Add or change users with: limner user add, limner user role.",
    "仅所有者可见。新增或修改用户：limner user add、limner user role。",
)
NAME = Words("User name", "用户名")
ROLE = Words("Role", "角色")
LANGUAGE = Words("Language", "语言")
CREATED = Words("Since", "创建时间")
LOCKED = Words("Locked until", "锁定至")
NOT_LOCKED = Words("–", "–")
LANGUAGES = {"en": Words("English", "英语"), "zh": Words("Chinese", "中文")}
RIGHTS = Words("What your role may do", "您的角色可以做什么")
AUDIT = Words("Audit", "审计日志")
AUDIT_L = Words(
    "Who did what, newest first; entries are only ever added.",
    "谁做了什么，最新在前；日志只增不改。",
)
WHEN = Words("When", "时间")
ACTION = Words("What", "操作")
SUBJECT = Words("To what", "对象")
ACTIONS = {
    "user.created": Words("User added", "新增用户"),
    "user.signed_in": Words("Signed in", "登录"),
    "user.signed_out": Words("Signed out", "退出登录"),
    "user.locked": Words("Account locked", "账户锁定"),
    "user.password_changed": Words("Password changed", "修改密码"),
    "user.role_changed": Words("Role changed", "变更角色"),
    "user.removed": Words("User removed", "删除用户"),
    "customers.exported": Words("Customers exported", "导出客户"),
    "segment.saved": Words("Segment saved", "保存人群"),
    "segment.dropped": Words("Segment dropped", "删除人群"),
    "campaign.drafted": Words("Campaign drafted", "起草活动"),
    "campaign.planned": Words("Campaign planned", "计划活动"),
    "campaign.sent": Words("Campaign sent", "发送活动"),
}
