"""What can be imported: each kind of file, its fields, and the names people give them.

`known_as` holds the spellings, in English and Chinese, by which a column is recognised; they are
compared without case, spaces and punctuation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from limner.core.errors import Unknown
from limner.core.words import Words

Type = Literal["text", "number", "time", "date", "bool", "email"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a row can say; `lowest` and `highest` bound a number, both included."""

    name: str
    type: Type
    words: Words
    known_as: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Fields that a row takes from another lake table where it has none of its own."""

    table: str
    on: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: where its rows go, what they must say and what follows from it.

    `required`: every row must have these.  `any_of`: of each group at least one must be mapped.
    `derived`: lake columns computed from the fields, as DuckDB expressions over them.
    """

    name: str
    table: str
    words: Words
    fields: tuple[Field, ...]
    required: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()
    derived: Mapping[str, str] = field(default_factory=dict)
    borrowed: Borrowed | None = None

    def field(self, name: str) -> Field:
        """The field of a name.

        Raises: `Unknown` with the fields there are.
        """
        for each in self.fields:
            if each.name == name:
                return each
        raise Unknown(
            "field-unknown",
            f"{self.name} has no field {name!r}; it has {', '.join(f.name for f in self.fields)}",
        )


def _text(name: str, en: str, zh: str, *known_as: str) -> Field:
    return Field(name, "text", Words(en, zh), (name, en, zh, *known_as))


def _number(
    name: str,
    en: str,
    zh: str,
    *known_as: str,
    lowest: float | None = None,
    highest: float | None = None,
) -> Field:
    return Field(name, "number", Words(en, zh), (name, en, zh, *known_as), lowest, highest)


def _time(name: str, en: str, zh: str, *known_as: str) -> Field:
    return Field(name, "time", Words(en, zh), (name, en, zh, *known_as))


def _date(name: str, en: str, zh: str, *known_as: str) -> Field:
    return Field(name, "date", Words(en, zh), (name, en, zh, *known_as))


def _bool(name: str, en: str, zh: str, *known_as: str) -> Field:
    return Field(name, "bool", Words(en, zh), (name, en, zh, *known_as))


_ORDER_ID = _text(
    "order_id", "order number", "订单号", "order", "order no", "basket id", "basket", "receipt",
    "order number", "order name", "increment id", "receipt no", "receipt id", "invoice", "invoice no", "transaction id", "bill no", "订单编号",
    "订单id", "单号", "小票号", "流水号", "交易号", "销售单号", "发票号",
)  # fmt: skip
_USER_ID = _text(
    "user_id", "customer number", "会员号", "customer", "customer id", "customer no", "cust id",
    "client id", "member id", "member no", "member", "household id", "household", "buyer id",
    "userid", "shopper id", "account id", "会员编号", "会员id", "客户编号", "客户号", "客户id", "用户id",
    "用户编号", "顾客编号", "会员", "客户", "买家id",
)  # fmt: skip
_CARD = _text(
    "loyalty_card", "loyalty card", "会员卡号", "card no", "card number", "loyalty id",
    "loyalty number", "membership card", "卡号", "vip卡号", "积分卡号",
)  # fmt: skip
_EMAIL = Field(
    "email", "email", Words("e-mail", "邮箱"),
    ("email", "e-mail", "mail", "email address", "customer email", "邮箱", "电子邮箱", "邮件", "电子邮件"),
)  # fmt: skip
_PHONE = _text(
    "phone", "phone", "手机号", "mobile", "mobile phone", "telephone", "phone number", "tel", "cell",
    "手机", "手机号码", "电话", "联系电话", "电话号码", "联系方式",
)  # fmt: skip
_ANONYMOUS = _text(
    "anonymous_id", "anonymous id", "匿名标识", "device id", "cookie", "cookie id", "visitor id",
    "设备号", "设备id", "匿名id", "openid",
)  # fmt: skip
_WHO = (_USER_ID, _CARD, _EMAIL, _PHONE, _ANONYMOUS)
WHO = tuple(each.name for each in _WHO)

_STORE = _text(
    "store_id", "store number", "门店编号", "store", "store id", "shop id", "shop", "branch", "outlet",
    "门店", "门店号", "门店id", "店铺", "店铺编号", "店号", "门店编码",
)  # fmt: skip
_PRODUCT = _text(
    "product_id", "product number", "商品编码", "product", "product id", "sku", "sku id", "item id",
    "item no", "item code", "stock code", "stockcode", "lineitem sku", "upc", "ean", "barcode", "article", "asin",
    "商品编号", "商品id", "商品代码", "货号", "产品编号", "条码", "商品条码", "sku编码",
)  # fmt: skip
_CAMPAIGN = _text(
    "campaign_id", "campaign", "营销活动", "campaign number", "campaign no", "活动编号", "活动id", "活动",
)  # fmt: skip
_CHANNEL = _text("channel", "channel", "渠道", "sales channel", "来源渠道", "销售渠道", "订单渠道")
_CURRENCY = _text("currency", "currency", "币种", "currency code", "货币")
_CITY = _text("city", "city", "城市", "town", "市", "所在城市")
_COUNTRY = _text("country", "country", "国家", "country code", "国家地区", "国别")
_LATITUDE = _number("latitude", "latitude", "纬度", "lat", lowest=-90, highest=90)
_LONGITUDE = _number(
    "longitude", "longitude", "经度", "lon", "lng", "long", lowest=-180, highest=180
)
_REVENUE = _number(
    "revenue", "revenue", "实付金额", "实收金额", "支付金额", "成交金额", "实付", "金额", "amount", "sales", "sales value", "total", "total amount",
    "line total", "net amount", "paid", "payment", "value", "order amount", "order total", "grand total",
    "销售额", "销售金额", "消费金额", "总金额", "合计", "订单金额",
)  # fmt: skip
_PLACES = (
    _STORE, _CHANNEL, _CURRENCY, _CAMPAIGN, _CITY, _LATITUDE, _LONGITUDE,
    _text("utm_source", "utm source", "utm来源"), _text("utm_medium", "utm medium", "utm媒介"),
    _text("utm_campaign", "utm campaign", "utm活动"), _text("utm_term", "utm term", "utm关键词"),
    _text("utm_content", "utm content", "utm内容"),
)  # fmt: skip
_TIME_NAMES = (
    "datetime", "timestamp", "order time", "order date", "order datetime", "purchase date",
    "purchase time", "transaction timestamp", "transaction date", "transaction time",
    "invoice date", "invoicedate", "sale date", "date", "created at", "paid at", "event time",
    "下单时间", "订单时间", "购买时间", "交易时间", "支付时间", "付款时间", "成交时间", "消费时间", "日期",
    "订单日期", "下单日期", "交易日期", "销售日期", "购买日期", "创建时间",
)  # fmt: skip

# The canonical customer of a row: the first identifier it has, in its plainest form.
CUSTOMER_ID = (
    "coalesce(user_id, loyalty_card, lower(email),"
    " nullif(regexp_replace(phone, '[^0-9]', '', 'g'), ''), anonymous_id)"
)

_ORDER_LINES = Kind(
    "order_lines", "events", Words("order lines", "订单明细"),
    (
        _ORDER_ID, *_WHO, _time("time", "time", "时间", *_TIME_NAMES), _PRODUCT,
        _text("product_name", "product name", "商品名称", "item name", "lineitem name", "item", "title", "description",
              "品名", "商品", "产品名称", "商品名", "商品标题"),
        _text("category", "category", "品类", "product category", "类目", "分类", "商品类别", "商品分类"),
        _text("brand", "brand", "品牌", "product brand", "商品品牌"),
        _number("price", "unit price", "单价", "price", "unitprice", "item price", "purchase price per unit",
                "价格", "售价", "销售单价", "商品单价", lowest=0),
        _number("quantity", "quantity", "数量", "qty", "qty ordered", "lineitem quantity", "units", "count", "pieces", "件数", "销量",
                "购买数量", "商品数量", "销售数量"),
        _number("discount", "discount", "优惠金额", "discount amount", "retail disc", "折扣", "折扣金额",
                "优惠", "减免金额"),
        _number("coupon_discount", "coupon discount", "优惠券金额", "coupon disc", "coupon amount",
                "券优惠", "用券金额"),
        _REVENUE, _number("order_total", "total of the order", "整单金额"), *_PLACES,
    ),
    required=("time",),
    any_of=(("order_id", *WHO), ("revenue", "price", "order_total")),
)  # fmt: skip
_EVENTS = Kind(
    "events", "events", Words("events", "行为事件"),
    (
        _text("event", "event", "事件", "event name", "action", "behavior", "behaviour", "事件名称",
              "行为", "行为类型"),
        _time("time", "time", "时间", *_TIME_NAMES, "redemption date", "visited at", "sent at", "事件时间", "行为时间"),
        *_WHO, _text("event_id", "event id", "事件编号", "message id", "messageid", "事件id"),
        _text("type", "call type", "调用类型"), _ORDER_ID, _REVENUE, *_PLACES,
    ),
    required=("event", "time"),
    any_of=(WHO,),
)  # fmt: skip
_CUSTOMERS = Kind(
    "customers", "customers", Words("customers", "客户"),
    (
        _text("record_id", "record number", "记录编号", "record id"), *_WHO[:4],
        _text("name", "name", "姓名", "full name", "customer name", "会员姓名", "客户姓名", "名字", "客户名称"),
        _text("gender", "gender", "性别", "sex"),
        _date("birth_date", "birth date", "出生日期", "birthday", "date of birth", "dob", "生日"),
        _COUNTRY, _CITY, _text("address", "address", "地址", "street", "收货地址", "详细地址", "联系地址"),
        _time("created_at", "created at", "注册时间", "registered at", "signup date", "join date",
              "registration date", "入会时间", "注册日期", "入会日期", "开卡时间"),
        _time("updated_at", "updated at", "更新时间", "modified at", "last modified", "修改时间"),
    ),
    any_of=(("record_id", *WHO[:4]),),
    derived={
        "record_id": "coalesce(record_id, user_id, loyalty_card, lower(email), phone)",
    },
)  # fmt: skip
_PRODUCTS = Kind(
    "products", "products", Words("products", "商品"),
    (
        _PRODUCT,
        _text("name", "product name", "商品名称", "name", "title", "description", "品名", "产品名称", "商品名"),
        _text("brand", "brand", "品牌", "brand name"),
        _text("category", "category", "品类", "product category", "类目", "分类", "商品分类", "商品类别", "product type"),
        _text("department", "department", "部门", "大类", "一级类目"),
        _text("manufacturer", "manufacturer", "生产商", "manufacturer id", "supplier", "vendor", "厂家", "供应商"),
        _bool("is_private_label", "private label", "自有品牌", "own brand", "是否自有品牌"),
        _text("size", "size", "规格", "package size", "包装规格"),
        _number("price", "price", "价格", "list price", "unit price", "售价", "单价", "零售价", lowest=0),
    ),
    required=("product_id",),
)  # fmt: skip
_STORES = Kind(
    "stores", "stores", Words("stores", "门店"),
    (
        _STORE, _text("name", "store name", "门店名称", "name", "shop name", "店名", "店铺名称"), _COUNTRY,
        _text("region", "region", "大区", "province", "state", "省份", "省", "区域"), _CITY, _LATITUDE,
        _LONGITUDE, _date("opened_on", "opened on", "开业日期", "opening date", "opened", "开店日期", "开业时间"),
    ),
    required=("store_id",),
)  # fmt: skip
_COSTS = Kind(
    "costs", "costs", Words("costs", "成本"),
    (
        _text("cost_id", "cost number", "费用编号", "cost id"),
        _date("date", "date", "日期", "day", "cost date", "花费日期", "投放日期"),
        _text("kind", "cost kind", "费用类型", "cost type", "类型"), _CAMPAIGN, _CHANNEL,
        _number("amount", "cost", "费用", "spend", "amount", "花费", "成本", "消耗", "金额", "投放金额"), _CURRENCY,
    ),
    required=("date", "amount"),
    derived={
        "cost_id": "coalesce(cost_id, md5(to_json([date::VARCHAR, kind, campaign_id, channel]"
        ")::VARCHAR))",
    },
)  # fmt: skip
_CAMPAIGNS = Kind(
    "campaigns", "campaigns", Words("campaigns", "营销活动"),
    (
        _CAMPAIGN, _text("name", "campaign name", "活动名称", "name"),
        _text("type", "campaign type", "活动类型", "type"), _CHANNEL,
        _time("starts_at", "start date", "开始时间", "starts at", "start", "start time", "开始日期", "活动开始时间"),
        _time("ends_at", "end date", "结束时间", "ends at", "end", "end time", "结束日期", "活动结束时间"),
        _text("offer", "offer", "优惠内容"),
        _number("margin", "margin", "毛利率", lowest=0, highest=1),
        _number("cost_per_contact", "cost per contact", "单次触达成本", lowest=0),
        _number("control_share", "control share", "对照组比例", lowest=0, highest=1),
        _bool("is_randomised", "randomised", "是否随机", "randomized"),
    ),
    required=("campaign_id",),
    derived={"is_randomised": "coalesce(is_randomised, false)"},
)  # fmt: skip
_COUPONS = Kind(
    "coupons", "coupons", Words("coupons", "优惠券"),
    (_text("coupon_id", "coupon number", "券编号", "coupon", "coupon id", "coupon upc", "优惠券编号", "券号", "优惠券id"),
     _CAMPAIGN, _PRODUCT),
    required=("coupon_id", "campaign_id", "product_id"),
)  # fmt: skip
_EXPOSURES = Kind(
    "exposures", "exposures", Words("exposures", "触达名单"),
    (
        _CAMPAIGN, *_WHO, _time("time", "time", "触达时间", "sent at", "contact date", "date", "发送时间"), _CHANNEL,
        _text("arm", "arm", "组别", "group", "treatment", "分组"),
        _number("propensity", "propensity", "入组概率", lowest=0, highest=1),
    ),
    required=("campaign_id",),
    any_of=(WHO,),
    derived={"customer_id": CUSTOMER_ID, "arm": "coalesce(arm, 'treated')"},
    borrowed=Borrowed("campaigns", "campaign_id", {"time": "starts_at", "channel": "channel"}),
)  # fmt: skip

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _ORDER_LINES, _EVENTS, _CUSTOMERS, _PRODUCTS, _STORES, _COSTS, _CAMPAIGNS, _COUPONS, _EXPOSURES,
    )
}  # fmt: skip


def kind(name: str) -> Kind:
    """The kind of a name.

    Raises: `Unknown` with the kinds there are.
    """
    try:
        return KINDS[name]
    except KeyError:
        raise Unknown(
            "kind-unknown", f"there is no kind {name!r} of file; there are {', '.join(KINDS)}"
        ) from None
