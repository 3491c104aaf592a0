"""What identifiers and customers are called on the screen, hidden where the role may not see them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from limner.app.opaque import opaque_name
from limner.console.names import column_name
from limner.console.view import View
from limner.console.words import identity as words
from limner.govern.masking import mask


def kind_name(view: View, kind: str) -> str:
    """The name of a kind of identifier; `*` is any kind."""
    return view.say(words.EVERY_KIND) if kind == "*" else column_name(view, kind)


def shown_value(view: View, kind: str, value: Any) -> str:
    """An identifier's value or a field of a record, as far as the role may see it."""
    if value in (None, ""):
        return "–"
    told = value if view.may("personal.read") else mask(kind, value)
    return str(told)


def customer_name(view: View, customer_id: str) -> str:
    """A customer's id, opaque where it is an address or a number and the role may not see those."""
    return customer_id if view.may("personal.read") else opaque_name(view.limner, customer_id)


def customer_href(view: View, customer_id: str) -> str:
    """The page of a customer."""
    return view.href("/customers/" + quote(customer_name(view, customer_id), safe=""))
