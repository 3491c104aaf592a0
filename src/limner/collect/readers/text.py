"""Text files of any encoding, as numbered lines in DuckDB."""

from __future__ import annotations

import codecs
import gzip
import re
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from limner.collect.readers.source import digest_of, existing, linked, looks_like, not_a
from limner.collect.values import quoted
from limner.core.errors import Malformed

_CHUNK = 1 << 22
_SAMPLE = 1 << 18
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# A Western letter read as half a Chinese character stands alone inside a word: M黮ler.
_WESTERN = re.compile(r"[A-Za-z][^\x00-\x7f](?=[a-z])")


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file made readable: valid UTF-8 at `path`, its first lines, and what it was."""

    path: Path
    encoding: str
    digest: str
    sample: str

    @property
    def lines(self) -> str:
        """SQL of the physical lines: `n` counts from 1, `raw` is NULL for an empty line."""
        # A delimiter that text cannot hold and no quote character make each line one value; the
        # numbering streams, so neither speed nor memory is lost to it.
        return (
            f"SELECT row_number() OVER () AS n, raw FROM read_csv({quoted(str(self.path))},"
            " columns={'raw': 'VARCHAR'}, delim='\x01', quote='', escape='', header=false,"
            " auto_detect=false, strict_mode=false, max_line_size=33554432, compression='none')"
        )


def open_text(location: str, wanted: str, scratch: Path) -> TextFile:
    """A text file as UTF-8, changed into it in `scratch` when it is of another encoding.

    `wanted` names the format in errors.
    Raises: `Malformed` when the file is missing, empty or not text.
    """
    original = existing(location)
    digest = digest_of(original)
    path = original
    if _head(path).startswith(b"\x1f\x8b"):
        path = _unpacked(original, wanted, scratch)
    head = _head(path)
    encoding = next((name for bom, name in _BOMS.items() if head.startswith(bom)), None)
    if encoding is None and (looks_like(head) or b"\x00" in head):
        raise not_a(original, wanted, head)
    encoding = encoding or _encoding(path)
    if encoding not in ("utf-8", "utf-8-sig"):
        path = _converted(path, encoding, scratch)
    elif path == original:
        path = linked(original, scratch)
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    text = sample.decode("utf-8-sig", errors="ignore")
    if len(sample) == _SAMPLE:  # the last line is cut short
        text = text[: text.rfind("\n") + 1] or text
    if not text.strip():
        raise Malformed("file-empty", f"{location} holds only blanks; nothing was imported")
    return TextFile(path, encoding, digest, text)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4096)


def _encoding(path: Path) -> str:
    """UTF-8 if the whole file is, else GB18030 if it is and reads as Chinese, else the likeliest."""
    if _decodes(path, "utf-8"):
        return "utf-8"
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    if _decodes(path, "gb18030"):
        read = sample.decode("gb18030", errors="ignore")
        foreign = sum(not character.isascii() for character in read)
        if len(_WESTERN.findall(read)) * 2 < foreign:
            return "gb18030"
        return "cp1252"
    likeliest = from_bytes(sample).best()
    return likeliest.encoding if likeliest else "utf-8"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _converted(path: Path, encoding: str, scratch: Path) -> Path:
    """The file in UTF-8; bytes that mean nothing become U+FFFD."""
    target = scratch / "utf8.txt"
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with path.open("rb") as source, target.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            sink.write(decoder.decode(chunk).encode("utf-8", errors="replace"))
        sink.write(decoder.decode(b"", final=True).encode("utf-8", errors="replace"))
    return target


def _unpacked(path: Path, wanted: str, scratch: Path) -> Path:
    target = scratch / "unpacked.txt"
    try:
        with gzip.open(path) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink, _CHUNK)
    except (OSError, EOFError, zlib.error) as error:
        raise Malformed(
            "file-shape", f"{path} is not {wanted}: its gzip is broken ({error})"
        ) from error
    return target
