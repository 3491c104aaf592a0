"""What a page is: where it lives, who may see it, what it reads and how that is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from limner.console.view import View
from limner.core.words import Words


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the console.

    `section` is the entry of the navigation that is lit; `permission` is one of `govern.roles`.
    `read` runs off the event loop and returns what is to be drawn, or None when there is nothing
    yet; `draw` puts it on the screen and never reads.
    """

    path: str
    section: str
    title: Words
    permission: str
    read: Callable[[View], Any]
    draw: Callable[[View, Any], None]
