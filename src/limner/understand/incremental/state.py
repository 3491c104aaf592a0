"""What is kept of the events of one identifier, or of all of a customer's together."""

from __future__ import annotations

from typing import Any, Final


class _Unread:
    def __repr__(self) -> str:
        return "UNREAD"


UNREAD: Final = _Unread()  # the value of a tag that has not been asked for


class State:
    """The cells of somebody's events; made, changed and read by a `Reader`.

    Kept: `views` of cells that are kept for ever, `days` (business day -> a sum of each cell that is
    kept by the day) and `ahead`, events of days that had not come when they arrived.  All else is made
    from these: the views of moving spans as they are at the end of `day`, and the `values` last read
    from views and `outside`, of which `changed` has the bits of cells that have changed since.
    """

    __slots__ = ("ahead", "bounds", "changed", "day", "days", "held", "horizon", "order", "outside", "values", "views")  # fmt: skip

    def __init__(
        self, views: list[Any], bounds: tuple[tuple[int, int], ...], values: dict[str, Any]
    ) -> None:
        self.views = views
        self.bounds = bounds
        self.days: dict[int, list[Any]] = {}
        self.order: list[int] = []  # the days there are, in order
        self.ahead: list[tuple[int, dict[str, Any]]] = []
        self.day: int | None = None
        self.horizon = 0  # days before this one are in no span any more
        self.changed = -1  # all of them
        self.values = values
        self.outside: Any = None
        self.held: dict[str, Any] = {}  # what somebody has set in place of tags' own values
