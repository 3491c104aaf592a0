"""What was doubtful about an event that was taken all the same: every doubt with its words."""

from __future__ import annotations

from limner.core.words import Words

NOTES: dict[str, Words] = {
    "identifier-void": Words("names nobody", "不能标识任何人"),
    "sent-at-unreadable": Words("sentAt is no time; the event's own time stands", "sentAt 无法识别，按事件自带时间"),
    "number-unreadable": Words("is no number and was left out", "不是数字，已忽略"),
    "currency-unclear": Words("is no ISO 4217 code; the source's currency was taken", "不是 ISO 4217 货币代码，按来源的默认货币处理"),
    "refund-without-amount": Words("the refund says no amount", "退款未说明金额"),
    "location-unreadable": Words("is no place on earth and was left out", "不是有效的经纬度，已忽略"),
    "products-unreadable": Words("is no list of products and was left out", "不是商品列表，已忽略"),
    "browser-steered": Words("a program steers this browser; is it a trial of the shop's own?", "浏览器由程序控制，可能是自家的测试"),
    "plan": Words("is not as planned", "与埋点方案不符"),
}  # fmt: skip
_MOST = 80


def note(code: str, where: str, seen: object = None) -> str:
    """One doubt: its code, the field, and the value where that helps."""
    if seen is None:
        return f"{code}: {where}"
    text = str(seen)
    return f"{code}: {where}={text if len(text) <= _MOST else text[:_MOST] + '…'}"


def note_void(where: str, seen: object) -> str:
    """The doubt about an identifier that names nobody; a value that may still be somebody's
    number or address is not repeated.
    """
    text = str(seen)
    is_private = "@" in text or any(letter in "123456789" for letter in text) or len(text) > 20
    return note("identifier-void", where, None if is_private else text)


def say(written: str) -> Words:
    """A note in both languages.

    >>> say("currency-unclear: currency=RMB¥").en
    "currency=RMB¥: is no ISO 4217 code; the source's currency was taken"
    """
    code, _, about = written.partition(": ")
    words = NOTES.get(code)
    if words is None:
        return Words(written, written)
    return Words(f"{about}: {words.en}", f"{about}：{words.zh}")
