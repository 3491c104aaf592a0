"""What the values of the portrait's columns are called, where data has codes."""

from __future__ import annotations

from limner.core.words import Words
from limner.understand.segments.lifecycle import STAGES
from limner.understand.segments.rfm import GROUPS

CHANNELS: dict[str, Words] = {
    "pos": Words("Store till", "门店收银"),
    "mail": Words("Post", "邮寄"),
    "web": Words("Web", "网站"),
    "app": Words("App", "应用"),
    "mini_program": Words("Mini program", "小程序"),
    "server": Words("Server", "服务器"),
    "service": Words("Customer service", "客户服务"),
    "outbox": Words("Outbox (files)", "发件箱（文件）"),
    "smtp": Words("E-mail", "电子邮件"),
}
DEVICES = {
    "desktop": Words("Desktop", "电脑"),
    "mobile": Words("Mobile", "手机"),
    "tablet": Words("Tablet", "平板"),
    "tv": Words("Television", "电视"),
    "server": Words("Server", "服务器"),
}
TRAFFICS = {
    "direct": Words("direct", "直接访问"),
    "organic_search": Words("search", "自然搜索"),
    "paid_search": Words("paid search", "付费搜索"),
    "organic_social": Words("social", "社交媒体"),
    "social": Words("social", "社交媒体"),
    "paid_social": Words("paid social", "付费社交"),
    "email": Words("e-mail", "邮件"),
    "sms": Words("SMS", "短信"),
    "display": Words("display advertising", "展示广告"),
    "affiliate": Words("affiliate", "联盟推广"),
    "affiliates": Words("affiliate", "联盟推广"),
    "referral": Words("referral", "引荐网站"),
    "video": Words("video", "视频"),
    "internal": Words("own site", "站内"),
    "other": Words("other", "其他"),
}
VALUES: dict[str, dict[str, Words]] = {
    "rfm_group": {group.code: group.name for group in GROUPS},
    "lifecycle_stage": {stage.code: stage.name for stage in STAGES},
    "channel_first": CHANNELS, "channel_last": CHANNELS, "channel_top": CHANNELS,
    "device_top": DEVICES, "traffic_channel_top": TRAFFICS,
    "family_stage": {
        "with_children": Words("with children", "有子女"), "older": Words("older, no children", "年长无子女同住"),
        "no_children": Words("younger, no children", "年轻无子女"),
    },
    "price_attitude": {
        "bargain": Words("bargain hunter", "追求折扣"), "mixed": Words("mixed", "中间型"),
        "full_price": Words("full price", "原价购买"),
    },
    "shopping_time": {
        "weekend": Words("weekend", "周末型"), "evening": Words("evening", "晚间型"),
        "daytime": Words("daytime", "日间型"),
    },
    "activity_stage": {
        "active": Words("active", "活跃"), "cooling": Words("cooling", "降温"),
        "asleep": Words("asleep", "沉睡"), "lost": Words("lost", "流失"),
    },
    "value_tier": {
        "high": Words("high", "高价值"), "middle": Words("middle", "中价值"), "low": Words("low", "低价值"),
    },
    "dormancy": {
        "on_time": Words("on time", "正常"), "late": Words("late", "迟到"),
        "dormant": Words("dormant", "沉睡"),
    },
    "loyalty_grade": {
        "platinum": Words("platinum", "铂金"), "gold": Words("gold", "金"),
        "silver": Words("silver", "银"), "member": Words("member", "普通"),
    },
}  # fmt: skip


def value_name(code: str, value: object) -> Words | None:
    """What a value of a column is called; None where it is its own name.

    >>> value_name("activity_stage", "cooling").zh
    '降温'
    """
    return VALUES.get(code, {}).get(str(value))
