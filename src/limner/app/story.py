"""What a build learned about the shop, in lines that a marketer understands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from limner.app.limner import Limner
from limner.app.reading import report
from limner.core.words import Words
from limner.understand.segments.lifecycle import STAGES
from limner.understand.segments.rfm import GROUPS

Document = dict[str, Any]


def story(limner: Limner) -> list[Words]:
    """About twenty lines, each made from the figures of the last build; none without a build."""
    lines: list[Words] = []
    for name, tell in _CHAPTERS.items():
        document = report(limner, name)
        if document:
            lines += tell(document)
    return lines


def _overview(document: Document) -> Iterator[Words]:
    currency, months = document["currency"], document["months"]
    yield Words(
        f"{document['customers']:,} customers bought {document['orders']:,} times for "
        f"{document['sales']:,.0f} {currency}, {document['basket_mean']:.2f} a basket.",
        f"{document['customers']:,} 位客户购买 {document['orders']:,} 次，共 {document['sales']:,.0f} "
        f"{currency}，每单 {document['basket_mean']:.2f}。",
    )
    if document["repeat_rate"] is not None:
        yield Words(
            f"{document['repeat_rate']:.1%} of them came back; {document['active_90d']:,} bought in "
            "the last 90 days.",
            f"其中 {document['repeat_rate']:.1%} 再次光顾；近 90 天有 {document['active_90d']:,} 人购买。",
        )
    if months:
        best = max(months, key=lambda month: month["sales"])
        yield Words(
            f"The best month was {best['month']} with {best['sales']:,.0f}; "
            f"{months[-1]['new_customers']:,} customers were new in {months[-1]['month']}.",
            f"最好的月份是 {best['month']}（{best['sales']:,.0f}）；{months[-1]['month']} 新增客户 "
            f"{months[-1]['new_customers']:,} 位。",
        )
    if document["departments"]:
        top = document["departments"][:3]
        en = ", ".join(f"{d['name'].lower()} {d['share']:.0%}" for d in top)
        zh = "、".join(f"{d['name']} {d['share']:.0%}" for d in top)
        yield Words(f"Most is spent on {en}.", f"消费最多的部门：{zh}。")
    if document["weekday_hour"]:
        busiest = max(document["weekday_hour"], key=lambda cell: cell["orders"])
        yield Words(
            f"The busiest hour of the week is {_DAYS[busiest['weekday']].en} at {busiest['hour']}:00.",
            f"一周最忙的时段是{_DAYS[busiest['weekday']].zh} {busiest['hour']} 点。",
        )
    slipped = document["slipped_this_month"]
    yield Words(
        f"{slipped['customers']:,} customers slipped this month; they brought "
        f"{slipped['revenue_365d']:,.0f} in a year.",
        f"本月有 {slipped['customers']:,} 位客户进入滑落期，他们一年贡献 {slipped['revenue_365d']:,.0f}。",
    )


def _concentration(document: Document) -> Iterator[Words]:
    yield Words(
        f"The best tenth of customers brings {document['top_10_share']:.0%} of sales, the best fifth "
        f"{document['top_20_share']:.0%}; {document['share_of_customers_for_80']:.0%} bring four fifths.",
        f"前 10% 的客户贡献 {document['top_10_share']:.0%} 的销售额，前 20% 贡献 "
        f"{document['top_20_share']:.0%}；八成销售额来自 {document['share_of_customers_for_80']:.0%} 的客户。",
    )


def _rfm(document: Document) -> Iterator[Words]:
    groups = {group["code"]: group for group in document["groups"]}
    if champions := groups.get("champions"):
        yield Words(
            f"{champions['customers']:,} champions are {champions['share_of_customers']:.0%} of customers "
            f"and {champions['share_of_revenue']:.0%} of revenue.",
            f"{champions['customers']:,} 位{_CHAMPIONS.zh}占客户数 {champions['share_of_customers']:.0%}，"
            f"占销售额 {champions['share_of_revenue']:.0%}。",
        )
    if (risk := groups.get("at_risk")) and risk["customers"]:
        yield Words(
            f"{risk['customers']:,} good customers are at risk: {risk['revenue']:,.0f} a year.",
            f"{risk['customers']:,} 位优质客户有流失风险：一年 {risk['revenue']:,.0f}。",
        )


def _lifecycle(document: Document) -> Iterator[Words]:
    stages = {stage["code"]: stage["customers"] for stage in document["stages"]}
    yield Words(
        "By each customer's own rhythm: "
        + ", ".join(f"{n:,} {code}" for code, n in stages.items())
        + ".",
        "按每位客户自己的节奏："
        + "，".join(f"{_STAGES[code].zh} {n:,}" for code, n in stages.items())
        + "。",
    )


def _clusters(document: Document) -> Iterator[Words]:
    groups = sorted(document["groups"], key=lambda group: -group["revenue"])[:3]
    yield Words(
        f"{document['k']} groups stand out (stability {document['stability_ari']:.2f}); the worthiest: "
        + "; ".join(f"{g['name_en']} ({g['customers']:,})" for g in groups) + ".",
        f"数据分出 {document['k']} 个群体（稳定度 {document['stability_ari']:.2f}）；价值最高的是："
        + "；".join(f"{g['name_zh']}（{g['customers']:,}）" for g in groups) + "。",
    )  # fmt: skip
    if verdict := document["beside"].get("verdict_en"):
        yield Words(verdict, document["beside"]["verdict_zh"])


def _model(document: Document) -> Iterator[Words]:
    yield Words(
        f"Who will redeem a coupon? {document['verdict_en']}",
        f"谁会兑换优惠券？{document['verdict_zh']}",
    )


def _campaigns(document: Document) -> Iterator[Words]:
    for kind in document["by_type"]:
        low, high = kind["redemption_rate_interval"] or (0.0, 0.0)
        if not kind["redemptions"]:
            continue
        yield Words(
            f"{kind['type']}: {kind['campaigns']} mailings to {kind['contacted']:,}; {kind['redemption_rate']:.1%} "
            f"redeemed ({low:.1%} to {high:.1%}), {kind['redemptions']:,} coupons.",
            f"{kind['type']}：{kind['campaigns']} 次活动，触达 {kind['contacted']:,} 人次；"
            f"{kind['redemption_rate']:.1%} 兑换（{low:.1%} 至 {high:.1%}），共 {kind['redemptions']:,} 张券。",
        )
    if document["warning_en"]:
        yield Words(document["warning_en"], document["warning_zh"])
    for entry in document["campaigns"]:
        if "experiment" in entry:
            verdict = entry["experiment"]
            yield Words(
                f"{entry['name']}: {verdict['verdict_en']}",
                f"{entry['name']}：{verdict['verdict_zh']}",
            )


_DAYS = (
    Words("Monday", "周一"), Words("Tuesday", "周二"), Words("Wednesday", "周三"),
    Words("Thursday", "周四"), Words("Friday", "周五"), Words("Saturday", "周六"),
    Words("Sunday", "周日"),
)  # fmt: skip
_STAGES = {stage.code: stage.name for stage in STAGES}
_CHAMPIONS = next(group.name for group in GROUPS if group.code == "champions")
_CHAPTERS: dict[str, Callable[[Document], Iterator[Words]]] = {
    "overview": _overview,
    "concentration": _concentration,
    "rfm": _rfm,
    "lifecycle": _lifecycle,
    "clusters": _clusters,
    "model.coupon_redemption": _model,
    "campaigns": _campaigns,
}
