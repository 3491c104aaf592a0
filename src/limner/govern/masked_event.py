"""An event as it was received, for eyes that may not see personal data.

What a field holds cannot be known from outside: a shop may write an address into any property.  So
everything is hidden but the fields that the specification keeps for things rather than people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from limner.govern.masking import mask

# Fields of the Segment specification that tell of the event, the goods and the device.
_OPEN = frozenset(
    [
        "type",
        "event",
        "messageId",
        "timestamp",
        "originalTimestamp",
        "sentAt",
        "receivedAt",
        "channel",
        "version",
        "product_id",
        "sku",
        "category",
        "brand",
        "variant",
        "price",
        "quantity",
        "coupon",
        "position",
        "currency",
        "revenue",
        "total",
        "subtotal",
        "shipping",
        "tax",
        "discount",
        "order_id",
        "checkout_id",
        "cart_id",
        "affiliation",
        "list_id",
        "products",
        "step",
        "payment_method",
        "shipping_method",
        "promotion_id",
        "creative",
        "context",
        "library",
        "locale",
        "timezone",
        "os",
        "device",
        "screen",
        "app",
        "campaign",
        "width",
        "height",
        "density",
        "model",
        "manufacturer",
        "source",
        "medium",
        "term",
        "content",
        "build",
        "namespace",
        "integrations",
        "properties",
        "traits",
    ]
)
# A name is of a thing inside these, and of a person elsewhere.
_NAMED_THINGS = frozenset({"library", "os", "app", "products", "campaign"})
_HIDDEN = "•••"


def mask_event(value: Any, key: str = "", within: str = "") -> Any:
    """The same event with every value hidden that may be personal; its shape and keys stay.

    >>> mask_event({"type": "track", "properties": {"sku": "A1", "note": "ring Ann"}})
    {'type': 'track', 'properties': {'sku': 'A1', 'note': '•••'}}
    >>> mask_event({"userId": "ann@example.com", "context": {"library": {"name": "analytics.js"}}})
    {'userId': '•••', 'context': {'library': {'name': 'analytics.js'}}}
    """
    if isinstance(value, Mapping):
        return {_key(str(name)): mask_event(part, str(name), key) for name, part in value.items()}
    if isinstance(value, list):
        return [mask_event(part, key, within) for part in value]
    if value is None or isinstance(value, bool):
        return value
    is_open = key in _OPEN or (key == "name" and within in _NAMED_THINGS)
    if not is_open:
        return _HIDDEN
    return mask("", value) if isinstance(value, str) else value


def _key(name: str) -> str:
    """A key, hidden where somebody made one of an address."""
    return str(mask("", name))
