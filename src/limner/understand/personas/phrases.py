"""What customers far above, and far below, the middle of a tag are called, in a marketer's words."""

from __future__ import annotations

from limner.core.words import Words

# code -> (high, low)
PHRASES: dict[str, tuple[Words, Words]] = {
    "orders_365d": (Words("frequent", "高频"), Words("occasional", "低频")),
    "basket_mean": (Words("big-basket", "大单"), Words("small-basket", "小单")),
    "discount_share": (Words("deal-seeking", "爱折扣"), Words("full-price", "不挑折扣")),
    "revenue_365d": (Words("high-spending", "高消费"), Words("low-spending", "低消费")),
    "recency_days": (Words("long-absent", "久未到店"), Words("recently seen", "近期到店")),
    "tenure_days": (Words("long-standing", "老客"), Words("newly won", "新客")),
    "departments_count": (Words("one-stop", "一站购齐"), Words("single-department", "品类单一")),
    "private_label_share": (Words("own-brand", "偏爱自有品牌"), Words("name-brand", "偏爱大牌")),
    "coupon_share": (Words("coupon-using", "爱用券"), Words("coupon-free", "不用券")),
    "weekend_share": (Words("weekend", "周末型"), Words("weekday", "工作日型")),
    "evening_share": (Words("evening", "晚间型"), Words("daytime", "日间型")),
    "gap_days_cv": (Words("irregular", "不规律"), Words("regular", "规律")),
    "revenue_trend": (Words("growing", "消费上升"), Words("cooling", "消费下降")),
    "stores_count": (Words("store-hopping", "多店型"), Words("one-store", "单店型")),
}
