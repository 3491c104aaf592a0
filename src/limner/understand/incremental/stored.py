"""States joined, and states as bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from limner.core.errors import Broken
from limner.understand.incremental.keeping import Keeping
from limner.understand.incremental.state import State

_encode = msgspec.msgpack.Encoder().encode
_BIG = 1  # numbers that 64 bits do not hold are written in decimal
_decode = msgspec.msgpack.Decoder(ext_hook=lambda code, data: int(bytes(data))).decode


class Stored:
    """What of a state is kept, for the cells of some definitions."""

    def __init__(self, keeping: Keeping, signature: str) -> None:
        self._keeping = keeping
        self._signature = signature
        self._rebuilt = [t for t in keeping.daily if t.cell.kept in ("first", "last", "chain")]

    def join(self, joined: State, states: Iterable[State]) -> State:
        """A state of nobody, with all events of some states, which stay as they are."""
        zeros = self._keeping.no_sums()
        views, days = joined.views, joined.days
        for state in states:
            for target in self._keeping.ever:
                account, place = target.account, target.place
                assert place is not None  # noqa: S101  it is one of those kept for ever
                total = account.sum_of(state.views[place])
                if total != account.zero:
                    views[place] = account.add(views[place], total)
            for day, sums in state.days.items():
                known = days.setdefault(day, list(zeros))
                for target, more in zip(self._keeping.daily, sums, strict=True):
                    if more != target.account.zero:
                        number, account = target.number, target.account
                        assert number is not None  # noqa: S101  it is one of those kept by the day
                        own = account.sum_of(account.add(account.new(), more))
                        known[number] = account.gather(known[number], own)
            joined.ahead += state.ahead
            joined.horizon = max(joined.horizon, state.horizon)
        joined.order = sorted(days)
        return joined

    def encode(self, state: State) -> bytes:
        """The state as bytes; `decode` of a reader of the same signature reads them back."""
        ever = [
            target.account.sum_of(state.views[target.place])  # type: ignore[index]
            for target in self._keeping.ever
        ]
        kept = (self._signature, ever, state.days, state.ahead, state.horizon)
        try:
            return _encode(kept)
        except OverflowError:
            return _encode(_written(kept))

    def decode(self, state: State, body: bytes) -> State:
        """A state of nobody, with what some bytes say.

        Raises: `Broken` for a state that a reader of other definitions has kept.
        """
        signature, ever, days, ahead, horizon = _decode(body)
        if signature != self._signature:
            raise Broken(
                "state-signature", "this state was kept for other definitions; fold the events anew"
            )
        for target, total in zip(self._keeping.ever, ever, strict=True):
            if total is not None:
                place, account = target.place, target.account
                assert place is not None  # noqa: S101  it is one of those kept for ever
                state.views[place] = account.add(account.new(), account.restored(total))
        for sums in days.values():
            for target in self._rebuilt:
                number = target.number
                if sums[number] is not None:
                    sums[number] = target.account.restored(sums[number])
        state.days, state.order, state.horizon = days, sorted(days), horizon
        state.ahead = [(day, row) for day, row in ahead]
        return state


def _written(kept: Any) -> Any:
    """The same, the numbers in it that 64 bits do not hold in decimal."""
    if isinstance(kept, dict):
        return {key: _written(value) for key, value in kept.items()}
    if isinstance(kept, list | tuple):
        return [_written(value) for value in kept]
    if isinstance(kept, int) and not -(2**63) <= kept < 2**63:
        return msgspec.msgpack.Ext(_BIG, str(kept).encode())
    return kept
