"""The shelf of channels: one file, one class, one line each.  Only `act.send` may look here."""

from __future__ import annotations

from types import MappingProxyType

from limner.act.channels.outbox import Outbox
from limner.act.channels.smtp import Smtp
from limner.act.ports import Channel

TABLE: MappingProxyType[str, type[Channel]] = MappingProxyType(
    {
        "outbox": Outbox,
        "smtp": Smtp,
    }
)
