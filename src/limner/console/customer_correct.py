"""Setting or correcting a tag of one customer by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from limner.console.customer_known import Known
from limner.console.view import View
from limner.understand.tags.tag import Tag


def correction(view: View, known: Known, tag: Tag, again: Callable[[], Awaitable[None]]) -> None:
    """What was corrected, and the way to do it."""


def hand_set(view: View, known: Known, tag: Tag) -> None:
    """Who set a tag by hand, and when."""
