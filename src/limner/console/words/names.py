"""What the codes of the data are called on the screen."""

from limner.core.words import Words
from limner.understand.segments.value_names import CHANNELS as CHANNELS

DAYS = Words("{count:day|days}", "{count} 天")
COLUMNS = {
    "customer_id": Words("Customer", "客户编号"),
    "name": Words("Name", "姓名"),
    "email": Words("E-mail", "电子邮箱"),
    "phone": Words("Phone", "电话"),
    "loyalty_card": Words("Loyalty card", "会员卡"),
    "gender": Words("Gender", "性别"),
    "birth_date": Words("Date of birth", "出生日期"),
    "country": Words("Country", "国家"),
    "city": Words("City", "城市"),
    "address": Words("Address", "地址"),
    "lifecycle_stage": Words("Lifecycle stage", "生命周期阶段"),
    "rfm_group": Words("RFM group", "RFM 分组"),
    "rfm_recency": Words("Recency score", "R 得分"),
    "rfm_frequency": Words("Frequency score", "F 得分"),
    "rfm_money": Words("Money score", "M 得分"),
    "cluster": Words("Kind of shopper", "购物类型"),
    "user_id": Words("User id", "用户编号"),
    "record": Words("Source record", "来源记录"),
    "anonymous_id": Words("Device id", "匿名设备编号"),
}
MODELS = {"coupon_redemption": Words("Will redeem a coupon", "会兑换优惠券")}
REASONS = {
    "no-consent": Words("No consent", "未获同意"),
    "suppressed": Words("On the suppression list", "在禁止联系名单中"),
    "no-address": Words("No address", "没有联系地址"),
    "frequency-cap": Words("Frequency cap reached", "达到频次上限"),
    "quiet-hours": Words("Quiet hours", "免打扰时段"),
    "refused-by-channel": Words("Refused by the channel", "被渠道拒收"),
}
TRAITS = {
    "age": Words("Age", "年龄"),
    "income": Words("Income", "收入"),
    "home_ownership": Words("Home", "住房"),
    "marital_status": Words("Marital status", "婚姻状况"),
    "household_size": Words("Household size", "家庭人数"),
    "household_comp": Words("Household", "家庭构成"),
    "kids_count": Words("Children", "孩子数"),
    "language": Words("Language", "语言"),
}
IDENTITY_RULES = {
    "own": Words("their own identifier", "客户自己的标识"),
    "record": Words("on a customer record", "来自客户记录"),
    "event": Words("seen on an event", "来自行为事件"),
}
