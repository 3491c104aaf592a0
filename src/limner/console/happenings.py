"""An event in words: an icon, a sentence, and which kind of doing it is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from limner.console.view import View
from limner.console.words import happenings as words
from limner.govern.masking import mask

Document = dict[str, Any]

# (the kind of doing, the events in it, their icon); what is in none is `other`.
_KINDS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("purchase", ("Order Completed",), "o_shopping_bag"),
    ("purchase", ("Order Refunded", "Order Cancelled", "Order Updated"), "o_undo"),
    ("purchase", ("Coupon Redeemed", "Coupon Applied", "Coupon Entered", "Coupon Denied",
                  "Coupon Removed"), "o_sell"),
    ("shopping", ("Product Added", "Product Removed", "Cart Viewed"), "o_shopping_cart"),
    ("shopping", ("Checkout Started", "Checkout Step Viewed", "Checkout Step Completed",
                  "Payment Info Entered"), "o_credit_card"),
    ("shopping", ("Product Viewed", "Product Clicked", "Product List Viewed", "Product Shared",
                  "Product Reviewed"), "o_visibility"),
    ("shopping", ("Product Added to Wishlist", "Product Removed from Wishlist"), "o_favorite_border"),
    ("shopping", ("Products Searched",), "o_search"),
    ("visit", ("page", "screen"), "o_web"),
    ("visit", ("Application Opened", "Application Installed", "Application Backgrounded",
               "Application Uninstalled"), "o_phone_iphone"),
    ("identity", ("identify", "alias", "group", "Signed In", "Signed Up", "Signed Out"), "o_badge"),
    ("segment", ("Segment Entered", "Segment Exited"), "o_donut_small"),
    ("message", ("Email Delivered", "Email Opened", "Email Link Clicked", "Email Bounced",
                 "Email Marked as Spam", "Unsubscribed", "Promotion Viewed", "Promotion Clicked",
                 "Feedback Received"), "o_mail"),
)  # fmt: skip
EVENTS = {
    kind: tuple(event for one, events, _ in _KINDS if one == kind for event in events)
    for kind in dict.fromkeys(kind for kind, _, _ in _KINDS)
}
_PLACES = {event: (kind, icon) for kind, events, icon in _KINDS for event in events}


def kind_of(row: Document) -> str:
    """The kind of doing that an event belongs to: a key of `words.KINDS`."""
    return _PLACES.get(_name(row), ("other", ""))[0]


def icon_of(row: Document) -> str:
    """The icon of an event."""
    return _PLACES.get(_name(row), ("", "o_bolt"))[1]


def _name(row: Document) -> str:
    return str(row.get("event") if row.get("type") == "track" else row.get("type") or "")


def sentence(view: View, row: Document) -> str:
    """What somebody did, in the reader's language; values that are personal only where they may be seen.

    An event that nobody foresaw is told by its own name.
    """
    name = _name(row)
    known = words.TYPES.get(name) or words.EVENTS.get(name)
    if row.get("revenue") is None:
        known = words.WITHOUT_AMOUNT.get(name, known)
    if known is None:
        told = row.get("event")
        return str(told) if told else view.say(words.UNREADABLE, type=row.get("type") or "–")
    said = _said(row)
    return view.say(
        known,
        product=_products(view, row, said),
        revenue=amount_of(view, row),
        page=page_of(view, row) or view.say(words.A_PAGE),
        who=_who(view, row),
        query=_personal(view, said.get("query")),
        coupon=_text(said.get("coupon") or said.get("coupon_id") or said.get("coupon_name")),
        list=_text(said.get("category") or said.get("list_id")),
        segment=_text(
            said.get("name_zh" if view.language == "zh" else "name") or said.get("segment")
        ),
    )


def amount_of(view: View, row: Document) -> str:
    """What an event says was paid or given back, in its own currency; a dash where it says nothing."""
    currency = row.get("currency") or view.numbers.currency
    return replace(view.numbers, currency=currency).money(row.get("revenue"))


def page_of(view: View, row: Document) -> str:
    """The page or screen of an event: its title, else its address without what follows the `?`."""
    said = _said(row)
    if view.may("personal.read") and row.get("type") in ("page", "screen"):
        named = said.get("title") or said.get("name")
        if named:
            return str(named)[:120]
    path = urlsplit(str(row.get("page_url") or said.get("path") or "")).path
    return "/".join(str(mask("path", part)) for part in path.split("/"))[:120]


def _said(row: Document) -> Document:
    """The event's own properties; what cannot be read says nothing."""
    try:
        found = json.loads(row.get("properties") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _products(view: View, row: Document, said: Document) -> str:
    lines = [line for line in row.get("products") or [] if isinstance(line, dict)] or [said]
    named = [
        str(
            line.get("name")
            or line.get("category")
            or line.get("product_id")
            or line.get("sku")
            or ""
        )
        for line in lines
    ]
    first = next((name for name in named if name), "") or view.say(words.SOMETHING)
    if len(lines) == 1:
        return first[:120]
    more = view.numbers.count(len(lines) - 1)
    return view.say(words.AND_MORE, product=first[:120], count=more)


def _who(view: View, row: Document) -> str:
    who = row.get("user_id") or ""
    if not who:
        return view.say(words.SOMEBODY)
    return str(who if view.may("personal.read") else mask("user_id", str(who)))


def _personal(view: View, value: object) -> str:
    return _text(value) if view.may("personal.read") else "•••"


def _text(value: object) -> str:
    return str(value)[:120] if value not in (None, "") else "–"
