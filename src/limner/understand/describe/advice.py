"""What to say to a group of customers, and what not: rules from figures to sentences.

Each sentence stands for one tag on one side of the middle, and is used only where the group differs
from the others by more than chance and more than a little.
"""

from __future__ import annotations

from dataclasses import dataclass

from limner.core.words import Words


@dataclass(frozen=True, slots=True)
class Advice:
    """What fits customers above (`is_high`) or below the others in a tag, and what does not."""

    code: str
    is_high: bool
    say: Words
    avoid: Words


ADVICE: tuple[Advice, ...] = (
    Advice("discount_share", True,
           Words("Lead with the saving, in money and in per cent.", "先讲省了多少：金额与折扣都写明。"),
           Words("No full-price novelties without an offer.", "不要只推全价新品而没有优惠。")),
    Advice("discount_share", False,
           Words("Lead with quality and choice; they buy at full price.", "先讲品质与选择，他们愿意按原价购买。"),
           Words("No discount where none is needed: it only costs margin.", "无需打折时不要打折，只会损失毛利。")),
    Advice("coupon_share", True,
           Words("Put a coupon in, with its last day.", "附上优惠券并写明截止日。"),
           Words("No coupon that is tedious to redeem.", "不要设置难用的券。")),
    Advice("coupon_share", False,
           Words("Make the offer automatic, without a coupon to clip.", "优惠自动生效，不必领券。"),
           Words("No message whose only content is a coupon.", "不要只发一张券。")),
    Advice("private_label_share", True,
           Words("Show own-brand novelties first.", "优先展示自有品牌新品。"),
           Words("No messages about name brands alone.", "不要只谈大牌。")),
    Advice("private_label_share", False,
           Words("Name the brands they know.", "点明他们熟悉的品牌。"),
           Words("No own brand as a substitute in the headline.", "标题里不要用自有品牌替代大牌。")),
    Advice("orders_365d", True,
           Words("Thank them; they are regulars.", "先表示感谢，他们是常客。"),
           Words("No welcome as if they were new.", "不要像对新客那样欢迎。")),
    Advice("orders_365d", False,
           Words("Give one clear reason to come once more.", "给出一个明确的再来一次的理由。"),
           Words("No daily messages: they come rarely.", "不要天天发消息，他们来得少。")),
    Advice("recency_days", True,
           Words("Say that they were missed and what is new since.", "表达想念，并说明这段时间有何新变化。"),
           Words("No reference to a recent purchase.", "不要提“您最近购买的”。")),
    Advice("basket_mean", True,
           Words("Offer bundles and delivery of large baskets.", "推荐组合装与大单配送。"),
           Words("No thresholds far below their usual basket.", "满减门槛不要远低于其平常客单价。")),
    Advice("basket_mean", False,
           Words("Offer small packs and quick visits.", "推荐小包装与快捷购买。"),
           Words("No thresholds far above their usual basket.", "满减门槛不要远高于其平常客单价。")),
    Advice("departments_count", False,
           Words("Suggest one neighbouring department.", "推荐一个相邻品类。"),
           Words("No leaflet of the whole range.", "不要发送全品类宣传册。")),
    Advice("evening_share", True,
           Words("Send in the late afternoon, for the evening.", "在傍晚前发送，便于晚间购买。"),
           Words("No offers that end at noon.", "优惠不要在中午截止。")),
    Advice("weekend_share", True,
           Words("Send on Friday, for the weekend.", "周五发送，用于周末。"),
           Words("No offers that run from Monday to Thursday.", "不要安排仅限周一至周四的优惠。")),
    Advice("weekend_share", False,
           Words("Offers for the working week.", "安排工作日优惠。"),
           Words("No weekend-only offers.", "不要安排仅限周末的优惠。")),
    Advice("revenue_trend", False,
           Words("Ask what is missing; they have begun to buy less.", "询问是否有不满意之处，他们的消费在减少。"),
           Words("No upselling before the reason is known.", "原因未明前不要推高价商品。")),
    Advice("tenure_days", False,
           Words("Explain how things work here; they are new.", "介绍如何使用服务，他们是新客。"),
           Words("No jargon of the loyalty programme.", "不要使用会员体系的术语。")),
)  # fmt: skip
