"""How much one customer may hold before a merge is asked about instead of made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from limner.core.words import Words
from limner.unify import normalise

RECORD = "record"  # the kind of a customer record's own key, `source:record_id`
# Every kind of identifier, the surest first.
KINDS = (*normalise.KINDS, RECORD)
RANK = {kind: rank for rank, kind in enumerate(KINDS)}

# The most identifiers of a kind that one customer may come to by merging; records are unlimited.
MOST = {"user_id": 5, "loyalty_card": 5, "email": 5, "phone": 5, "anonymous_id": 100}
# The most accounts in one source: two of them are two people until somebody says otherwise.
MOST_ACCOUNTS = 1
# The most people who may carry an e-mail, phone, card or device that still says who one is.
MOST_PEOPLE = 10
_SHAREABLE = frozenset(("loyalty_card", "email", "phone", "anonymous_id"))

# Why customers were not merged, beside `match`: how likely a model finds it.
REASONS = {
    "accounts": Words("two accounts of one source", "同一来源的两个账号"),
    "user_id": Words("more user ids than one customer has", "用户 ID 数量超过单个客户上限"),
    "loyalty_card": Words("more cards than one customer has", "会员卡数量超过单个客户上限"),
    "email": Words("more e-mail addresses than one customer has", "邮箱数量超过单个客户上限"),
    "phone": Words("more telephones than one customer has", "电话数量超过单个客户上限"),
    "anonymous_id": Words("more devices than one customer has", "设备数量超过单个客户上限"),
    "apart": Words("they were told apart before", "此前已判定为不同客户"),
    "match": Words("the records are alike", "记录相似"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one graph; a kind that is not in `most` has none."""

    most: Mapping[str, int] = field(default_factory=lambda: MOST)
    most_accounts: int = MOST_ACCOUNTS
    most_people: int = MOST_PEOPLE


NO_LIMITS = Limits({}, 10**9, 10**9)


def is_shareable(kind: str) -> bool:
    """Whether several people may carry an identifier of this kind: all but accounts and records."""
    return kind in _SHAREABLE
