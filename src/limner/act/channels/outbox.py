"""The outbox: every message is a file that any mail program opens.

A file is complete or not there: it is written aside, brought to the disk, then renamed.  Its name
is the message's id, so a message that is sent again is the same one file: exactly once.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import ClassVar

from limner.act.channels.mail import address_of, mail_of
from limner.core.errors import Broken, Malformed
from limner.core.message import Held, Message, Outcome, Reason, Sent
from limner.core.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Outbox:
    """Files at HOME/outbox/<campaign>/<message id>.eml."""

    medium: ClassVar[str] = "email"
    address_column: ClassVar[str] = "email"

    def __init__(self, settings: Settings) -> None:
        self._directory = settings.home / "outbox"
        self._sender = settings.mail_from
        address_of(self._sender)  # a bad sender is the owner's to fix, not each recipient's
        self._touched: set[Path] = set()

    def send(self, message: Message, at: datetime) -> Outcome:
        """Write the file, unless it is there.

        Raises: `Broken` when the disk is full or refuses.
        """
        file = self._file(message)
        if file.exists():
            return self._receipt(file)
        try:
            mail = mail_of(message, self._sender, at).as_bytes()
        except Malformed as error:
            return Held(Reason.REFUSED, error.message)
        with _disk(file):
            if file.parent not in self._touched:
                file.parent.mkdir(parents=True, exist_ok=True)
                self._touched.add(file.parent)
            with NamedTemporaryFile(
                dir=file.parent, prefix=f".{message.message_id}.", suffix=".part", delete=False
            ) as part:
                part.write(mail)
                part.flush()
                os.fsync(part.fileno())
            Path(part.name).replace(file)
        return self._receipt(file)

    def recall(self, message: Message) -> Outcome | None:
        """The file is there, or the message never left; what was half written goes."""
        file = self._file(message)
        for part in file.parent.glob(f".{message.message_id}.*.part"):
            part.unlink(missing_ok=True)
        return self._receipt(file) if file.exists() else None

    def settle(self) -> None:
        """Bring the names of the files to the disk, as `send` did with their contents."""
        for directory in self._touched:
            descriptor = os.open(directory, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def close(self) -> None:
        """Nothing to let go of."""

    def _file(self, message: Message) -> Path:
        for name in (message.campaign_id, message.message_id):
            if not _NAME.fullmatch(name):
                raise Malformed(
                    "outbox-name", f"{name!r} cannot be the name of a file in the outbox"
                )
        return self._directory / message.campaign_id / f"{message.message_id}.eml"

    def _receipt(self, file: Path) -> Sent:
        return Sent(file.relative_to(self._directory.parent).as_posix())


@contextmanager
def _disk(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Broken(
                "disk-full", f"the disk is full while writing {file}; free some space and run again"
            ) from error
        raise Broken("outbox-write", f"{file} could not be written: {error.strerror}") from error
