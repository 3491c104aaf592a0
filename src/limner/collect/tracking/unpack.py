"""Bodies as they arrive, unpacked with a cap on what they become."""

from __future__ import annotations

import zlib

from limner.core.errors import Malformed

_GZIP = 16 + zlib.MAX_WBITS
_KINDS = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": zlib.MAX_WBITS}


class Unpacker:
    """Takes a body in pieces, at most `most` bytes of it once unpacked.

    `encoding`: the Content-Encoding header: none, identity, gzip or deflate.
    Raises: `Malformed` for another encoding.
    """

    def __init__(self, encoding: str, most: int) -> None:
        name = encoding.strip().lower()
        if name not in ("", "identity", *_KINDS):
            raise Malformed("encoding-unknown", f"Content-Encoding {name!r} is not known; use gzip")
        self._bits = _KINDS.get(name)
        self._packed = zlib.decompressobj(self._bits) if self._bits else None
        self._most = most
        self._pieces: list[bytes] = []
        self._size = 0
        self.is_too_large = False

    def add(self, piece: bytes) -> None:
        """Take the next piece; past the cap nothing more is unpacked or kept.

        Raises: `Malformed` when it cannot be unpacked.
        """
        if self._packed is None or self._bits is None:
            self._keep(piece)
            return
        try:
            while piece and not self.is_too_large:
                if self._packed.eof:  # a further member of the same file
                    self._packed = zlib.decompressobj(self._bits)
                self._keep(self._packed.decompress(piece, self._most - self._size + 1))
                piece = self._packed.unconsumed_tail or self._packed.unused_data
        except zlib.error as error:
            raise Malformed("body-not-gzip", f"the body cannot be unpacked: {error}") from error

    def body(self) -> bytes:
        """The whole body.

        Raises: `Malformed` when the packed body broke off.
        """
        if self._packed is not None and self._size and not self._packed.eof:
            raise Malformed("body-not-gzip", "the packed body breaks off before its end")
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._most:
            self.is_too_large = True
            self._pieces.clear()
        elif piece:
            self._pieces.append(piece)
