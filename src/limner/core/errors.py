"""Everything that can go wrong, drawn once.

    LimnerError
    ├── Rejected           the caller can fix it                     HTTP 4xx   exit 2
    │   ├── Malformed      a file, field or value of the wrong shape      400
    │   ├── Unknown        a name that does not exist here                404
    │   └── Forbidden      not signed in, or the role may not             403
    ├── Busy               try again later                                503   exit 75
    └── Broken             ours                                           500   exit 70

A message says what was seen, what was wanted and what to do.  A refusal to send is not an
error but a value (`limner.core.message.Held`).
"""

from __future__ import annotations


class LimnerError(Exception):
    """Something that stops the work, with a stable `code` that programs can rely on.

    `field`: the name of the field of a form or document that is wrong, where one is.  `place`: the
    characters of a text that are wrong, from the first up to, not including, the second.
    """

    status = 500
    exit_code = 70

    def __init__(
        self, code: str, message: str, field: str = "", place: tuple[int, int] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.place = place

    def as_json(self) -> dict[str, str]:
        """The one JSON shape of an error: `code` and `message`."""
        return {"code": self.code, "message": self.message}


class Rejected(LimnerError):
    """The caller asked for something that cannot be done, and can fix it."""

    status = 400
    exit_code = 2


class Malformed(Rejected):
    """A file, a field or a value is not of the shape that was wanted."""


class Unknown(Rejected):
    """A name that does not exist here."""

    status = 404


class Forbidden(Rejected):
    """Not signed in, or the role may not do this."""

    status = 403


class Busy(LimnerError):
    """Another process holds what is needed, or a server does not answer; try again later."""

    status = 503
    exit_code = 75


class Broken(LimnerError):
    """A fault of Limner's own, or of the machine under it."""
