"""What a channel is to the rest of the house."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Protocol

from limner.core.message import Message, Outcome
from limner.core.settings import Settings


class Channel(Protocol):
    """A way for messages to leave; made anew for each run of sending, and closed after it.

    `medium`: what people consent to (`email`, `sms`), whatever carries it.
    `address_column`: the column of the portrait that holds where to send.
    """

    medium: ClassVar[str]
    address_column: ClassVar[str]

    def __init__(self, settings: Settings) -> None: ...

    def send(self, message: Message, at: datetime) -> Outcome:
        """Let one message leave; `Held` when the other side will never take it.

        Raises: `Busy` only when it certainly did not leave and may be tried again; `Rejected`
        when the settings are wrong, so that no message can leave.
        """
        ...

    def recall(self, message: Message) -> Outcome | None:
        """What became of a message whose sender was killed half way; None: it did not leave.

        None only where sending the message again can never make it two: the sender that seems
        dead may be alive in another process.
        """
        ...

    def settle(self) -> None:
        """Make what was sent so far outlast a power cut; called before it is noted as sent."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
