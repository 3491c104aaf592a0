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
STEPS = {
    "unify": Words("Who is who", "身份统一"),
    "models": Words("Models and their scores", "模型与评分"),
    "tags": Words("Tags", "标签"),
    "segments": Words("Segments", "人群"),
    "quality": Words("Data quality", "数据质量"),
    "overview": Words("Overview", "总览"),
    "campaigns": Words("Campaign reports", "活动报告"),
    "agreement": Words("Agreement of tags with later behaviour", "标签与后续行为的一致性"),
}
SECONDS = Words("Seconds", "耗时（秒）")
BUILD = Words("The last build, step by step", "最近一次构建的各步骤")
USERS = Words("Users", "用户")
USERS_L = Words(
    "Only owners see this list.",
    "仅所有者可见。",
)
ADD_USER = Words("Add someone", "新增用户")
ADD = Words("Add", "新增")
CHANGE = Words("Change", "修改")
SAVE = Words("Save", "保存")
CANCEL = Words("Cancel", "取消")
REMOVE = Words("Remove", "删除")
REMOVE_TITLE = Words("Remove {name}?", "删除 {name}？")
REMOVE_L = Words(
    "They can no longer sign in. What they did stays in the audit.",
    "该用户将无法再登录；其操作记录仍保留在审计日志中。",
)
NEW_PASSWORD = Words("New password", "新密码")
PASSWORD_OF = Words("The password of {name}", "{name} 的密码")
PASSWORD_ONCE = Words(
    "It is shown this once and kept nowhere. Hand it over safely.",
    "密码只显示这一次，不会保存。请安全地转交。",
)
WRITTEN_DOWN = Words("I have written it down", "我已记下")
ERRORS = {
    "owner-last": Words(
        "The last owner stays. Make somebody else an owner first.",
        "必须保留至少一位所有者。请先把其他人设为所有者。",
    ),
    "user-exists": Words("There is a user of this name already.", "已有同名用户。"),
    "user-name": Words("A name of 1 to 200 characters.", "用户名需为 1 到 200 个字符。"),
    "user-unknown": Words("There is no such user any more.", "该用户已不存在。"),
    "role-may-not": Words("Your role may not do this.", "您的角色不能执行此操作。"),
    "not-signed-in": Words("Your session has ended. Sign in again.", "登录已失效，请重新登录。"),
}
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
    "user.language_changed": Words("Language changed", "修改语言"),
    "quarantine.corrected": Words("Rows corrected", "更正隔离数据"),
    "quarantine.replayed": Words("Rows replayed", "重放隔离数据"),
    "quarantine.dropped": Words("Rows given up", "放弃隔离数据"),
    "user.removed": Words("User removed", "删除用户"),
    "customers.exported": Words("Customers exported", "导出客户"),
    "segment.applied": Words("Segment defined", "定义人群"),
    "segment.dropped": Words("Segment dropped", "删除人群"),
    "audience.created": Words("Audience frozen", "生成受众包"),
    "audience.exported": Words("Audience exported", "导出受众包"),
    "audience.dropped": Words("Audience let go", "删除受众包"),
    "list.uploaded": Words("List uploaded", "上传名单"),
    "list.dropped": Words("List let go", "删除名单"),
    "consents.noted": Words("Consents imported", "导入同意记录"),
    "addresses.suppressed": Words("Addresses put on the suppression list", "加入禁止联系名单"),
    "address.unsuppressed": Words("Address taken off the suppression list", "移出禁止联系名单"),
    "document.exported": Words("Analysis exported", "导出分析"),
    "identity.matched": Words("Search for duplicates run", "查找重复客户"),
    "table.exported": Words("Table exported", "导出表格"),
    "rfm.saved": Words("RFM rules changed", "修改 RFM 规则"),
    "tag.saved": Words("Tag kept", "保存标签"),
    "tag.applied": Words("Tag defined", "定义标签"),
    "tag.drafted": Words("Tag back to draft", "标签退回草稿"),
    "tag.submitted": Words("Tag sent for review", "标签提交审批"),
    "tag.approved": Words("Tag approved", "批准标签"),
    "tag.retired": Words("Tag retired", "下线标签"),
    "tag.dropped": Words("Tag let go", "删除标签"),
    "tag.filled": Words("Tag filled for everybody", "回溯计算标签"),
    "tag.set": Words("Tag set by hand", "手工设置标签"),
    "tag.corrected": Words("Tag corrected", "更正标签"),
    "tag.correction_dropped": Words("Correction taken back", "撤销标签更正"),
    "source.added": Words("Source added", "新建数据来源"),
    "source.changed": Words("Source changed", "修改数据来源"),
    "source.enabled": Words("Source turned on", "启用数据来源"),
    "source.disabled": Words("Source turned off", "停用数据来源"),
    "write_key.made": Words("Write key made", "生成写入密钥"),
    "write_key.revoked": Words("Write key revoked", "吊销写入密钥"),
    "plan.saved": Words("Tracking plan saved", "保存埋点方案"),
    "plan.removed": Words("Event taken out of the plan", "移出埋点方案"),
    "customers.merged": Words("Customers merged", "合并客户"),
    "customers.unmerged": Words("Merge taken back", "撤销合并"),
    "identifier.blocked": Words("Identifier blocked", "屏蔽标识"),
    "identifier.unblocked": Words("Identifier unblocked", "取消屏蔽标识"),
    "review.decided": Words("Pair decided", "判定是否同一人"),
    "trust.changed": Words("Trust in sources changed", "修改来源可信度"),
    "trust.cleared": Words("Trust rule taken away", "移除可信度规则"),
    "campaign.drafted": Words("Campaign drafted", "起草活动"),
    "campaign.planned": Words("Campaign planned", "计划活动"),
    "campaign.sending": Words("Sending begun", "开始发送"),
    "campaign.sent": Words("Campaign sent", "发送活动"),
}
