"""The roles and what each may do: one literal table, asked everywhere."""

from __future__ import annotations

from types import MappingProxyType

from limner.core.errors import Forbidden, Unknown
from limner.core.words import Words

PERMISSIONS = MappingProxyType(
    {
        "reports.read": Words("see reports and portraits", "查看报表与画像"),
        "personal.read": Words(
            "see names, e-mail, phone and address", "查看姓名、邮箱、电话与地址"
        ),
        "customers.export": Words("export customers to a file", "导出客户"),
        "sql.read": Words("read the lake's tables with SQL", "用 SQL 查询数据湖"),
        "segments.edit": Words("make and change segments", "创建与修改人群"),
        "tags.edit": Words("define tags and approve them", "定义与审批标签"),
        "tags.correct": Words("set or correct a customer's tag", "手工设置或更正客户标签"),
        "campaigns.edit": Words("draft and plan campaigns", "起草与计划营销活动"),
        "campaigns.send": Words("send campaigns", "发送营销活动"),
        "quarantine.edit": Words("correct and replay quarantined rows", "修正并重放隔离数据"),
        "sources.manage": Words(
            "add sources, make and revoke their keys", "管理数据来源与写入密钥"
        ),
        "plan.edit": Words("change the tracking plan", "修改埋点方案"),
        "identity.edit": Words("decide who is who", "判定客户身份、合并与拆分"),
        "users.manage": Words("add, change and remove users", "管理用户"),
    }
)

_SEES = frozenset({"reports.read"})
# An analyst has no SQL: it would read the very columns that are masked elsewhere.
_ANALYSES = _SEES | {"segments.edit", "tags.edit", "quarantine.edit", "plan.edit"}
# Sources stay with owners: a key lets in events, and a scheduled source reads where it is told to.
_MARKETS = _SEES | {
    "personal.read", "customers.export", "segments.edit", "tags.edit",
    "tags.correct", "campaigns.edit", "campaigns.send",
    "quarantine.edit", "plan.edit", "identity.edit",
}  # fmt: skip

ROLES = MappingProxyType(
    {
        "owner": frozenset(PERMISSIONS),
        "marketer": _MARKETS,
        "analyst": _ANALYSES,
        "viewer": _SEES,
    }
)


def may(role: str, permission: str) -> bool:
    """Whether a role has a permission; a role that does not exist has none.

    Raises: `Unknown` for a permission that does not exist, since that is a slip in the code.
    """
    if permission not in PERMISSIONS:
        raise Unknown(
            "permission-unknown", f"there is no permission {permission!r}; see {list(PERMISSIONS)}"
        )
    return permission in ROLES.get(role, frozenset())


def demand(role: str, permission: str) -> None:
    """Refuse what a role may not do.

    Raises: `Forbidden` saying which permission is wanted and who has it.
    """
    if may(role, permission):
        return
    able = ", ".join(name for name, has in ROLES.items() if permission in has)
    raise Forbidden(
        "role-may-not", f"role {role!r} may not {PERMISSIONS[permission].en}; {able} may"
    )


def check_role(role: str) -> str:
    """The role, if there is one of that name.

    Raises: `Unknown` with the names there are.
    """
    if role not in ROLES:
        raise Unknown("role-unknown", f"there is no role {role!r}; there are {', '.join(ROLES)}")
    return role
