"""Words around doing something: it was done, it failed, do you mean it."""

from limner.core.words import Words

CANCEL = Words("Cancel", "取消")
CLOSE = Words("Close", "关闭")
SAVED = Words("Saved", "已保存")
FAILED = Words("This could not be done:", "操作未能完成：")
ERRORS = {
    "role-may-not": Words("Your role may not do this.", "您的角色不能执行此操作。"),
    "not-signed-in": Words("Your session has ended. Sign in again.", "登录已失效，请重新登录。"),
    "source-exists": Words("There is a source of this name already.", "已有同名的数据来源。"),
    "source-name": Words("This name cannot be used.", "这个名称不可用。"),
    "source-unknown": Words("There is no such source any more.", "该数据来源已不存在。"),
    "source-setting": Words("A setting cannot be used.", "有一项设置不可用。"),
    "audience-too-small": Words("Too few people for a file.", "人数太少，不能导出。"),
    "audience-exists": Words("There is an audience of this name.", "已有同名的受众包。"),
    "audience-name": Words("This name cannot be used.", "这个名称不可用。"),
    "audience-empty": Words("Nobody would be in it.", "没有符合条件的客户。"),
    "list-column": Words("Which column holds the list?", "无法确定名单所在的列。"),
    "list-empty": Words("No row identifies anybody.", "没有一行能识别出客户。"),
    "rule-personal": Words("The rule asks by hidden data.", "规则涉及您无权查看的数据。"),
    "schema-malformed": Words("This is not a JSON Schema.", "这不是有效的 JSON Schema。"),
}
