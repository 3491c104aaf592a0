"""What the roles are called on the screen."""

from limner.core.words import Language, Words

ROLE_NAMES = {
    "owner": Words("Owner", "所有者"),
    "marketer": Words("Marketer", "营销人员"),
    "analyst": Words("Analyst", "分析师"),
    "viewer": Words("Viewer", "只读"),
}


def role_name(role: str, language: Language) -> str:
    """A role's name; a role from a plug-in is called by its code."""
    return ROLE_NAMES[role].in_(language) if role in ROLE_NAMES else role
