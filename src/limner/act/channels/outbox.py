"""The outbox: every message is a file that any mail program opens.

A file is complete or not there: `send` writes it aside, `settle` brings it to the disk and renames
it.  Its name is the message's id, so a message that is sent again is the same one file: exactly
once.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import ClassVar

from limner.act.channels.mail import address_of, mail_of
from limner.core.errors import Broken, Busy, Malformed
from limner.core.message import Held, Message, Outcome, Reason, Sent
from limner.core.settings import Settings

WRITERS = 16
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Outbox:
    """Files at HOME/outbox/<campaign>/<message id>.eml."""

    medium: ClassVar[str] = "email"
    address_column: ClassVar[str] = "email"

    def __init__(self, settings: Settings) -> None:
        self._directory = settings.home / "outbox"
        self._sender = settings.mail_from
        address_of(self._sender)  # a bad sender is the owner's to fix, not each recipient's
        self._aside: list[tuple[Path, Path]] = []

    def send(self, message: Message, at: datetime) -> Outcome:
        """Write the file aside, unless it is there; `settle` puts it into its place.

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
            file.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(
                dir=file.parent, prefix=f".{message.message_id}.", suffix=".part", delete=False
            ) as part:
                part.write(mail)
        self._aside.append((Path(part.name), file))
        return self._receipt(file)

    def recall(self, message: Message) -> Outcome | None:
        """The file is there, or the message never left; what was half written goes."""
        file = self._file(message)
        for part in file.parent.glob(f".{message.message_id}.*.part"):
            part.unlink(missing_ok=True)
        return self._receipt(file) if file.exists() else None

    def settle(self) -> None:
        """Bring the files to the disk and into their places, names and all.

        Many at once, because a disk makes several wait for one turn of its journal.
        Raises: `Broken` when the disk is full or refuses; then some are in place and some not.
        """
        aside, self._aside = self._aside, []
        if not aside:
            return
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(_put_in_place, aside))
        for directory in {file.parent for _, file in aside}:
            _bring_to_disk(directory)

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


def _put_in_place(aside: tuple[Path, Path]) -> None:
    part, file = aside
    try:
        with _disk(file):
            _bring_to_disk(part)
            part.replace(file)
    except FileNotFoundError:
        # `recall` of another run took it for left over, and sends the same message itself.
        if not file.exists():
            raise Busy(
                "outbox-shared",
                f"another run is sending {file.parent.name}; wait for it, then run again",
            ) from None


def _bring_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _disk(file: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Broken(
                "disk-full", f"the disk is full while writing {file}; free some space and run again"
            ) from error
        raise Broken("outbox-write", f"{file} could not be written: {error.strerror}") from error
