"""A directory, here or by SFTP, watched for new and changed files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from limner.collect.pull.place import Local, Place, Seen
from limner.collect.pull.puller import Asked, Portion, Puller, State, count, wrong
from limner.collect.pull.puller import text as said
from limner.collect.pull.secret import check_url
from limner.core.errors import Malformed
from limner.core.words import Words

SETTLED_SECONDS = 10.0
DONE = "done"
# What programs call a file that they are still writing.
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp", "~")


def _check(settings: Mapping[str, Any]) -> None:
    path = said(settings, "path", "write a directory, or sftp://user@host/path")
    if "://" in path:
        check_url(path, "path", ("sftp",))
        from limner.collect.pull.sftp import check_sftp

        check_sftp(settings)
    elif not Path(path).is_absolute():
        raise wrong("path", path, "write the whole path, from /")
    glob = settings.get("glob", "*")
    if (
        not isinstance(glob, str)
        or not glob
        or glob.startswith("/")
        or ".." in PurePosixPath(glob).parts
        or "**" in glob
    ):
        raise wrong(
            "glob", glob, "write a pattern such as *.csv or */orders-*.csv, without .. and **"
        )
    count(settings, "settled", SETTLED_SECONDS)


@contextmanager
def _opened(settings: Mapping[str, Any]) -> Iterator[Place]:
    path = str(settings["path"])
    if urlsplit(path).scheme == "sftp":
        from limner.collect.pull.sftp import opened

        with opened(settings) as place:
            yield place
        return
    if not Path(path).is_dir():
        raise Malformed("pull-directory", f"there is no directory {path}")
    yield Local(Path(path))


def _pull(asked: Asked) -> Iterator[Portion]:
    with _opened(asked.settings) as place:
        files: dict[str, list[Any]] = dict(asked.state.get("files", {}))
        names = sorted(_found(place, str(asked.settings.get("glob", "*"))))
        for name in names:
            yield from _file(asked, place, name, files)
        if gone := set(files) - set(names):
            yield Portion(None, {"files": {n: said for n, said in files.items() if n not in gone}})


def _found(place: Place, glob: str) -> Iterator[str]:
    """The names of files that fit a pattern, each of its parts a level of directories."""
    parts, below = glob.split("/"), [""]
    for depth, part in enumerate(parts):
        is_last, deeper = depth == len(parts) - 1, []
        for directory in below:
            try:
                listed = list(place.names(directory))
            except OSError as error:
                where = directory or "the directory"
                raise Malformed(
                    "pull-directory", f"{where} cannot be listed: {error.strerror or error}"
                ) from error
            for name, is_directory in listed:
                whole = f"{directory}/{name}" if directory else name
                if not fnmatchcase(name, part) or is_directory == is_last:
                    continue
                if is_last and (name.startswith(".") or name.lower().endswith(_UNFINISHED)):
                    continue
                if is_last:
                    yield whole
                else:
                    deeper.append(whole)
        below = deeper


def _file(asked: Asked, place: Place, name: str, files: dict[str, list[Any]]) -> Iterator[Portion]:
    """A file that is new or has changed, once nobody writes to it any more.

    `files` holds of each: size, time of change, how it went, and under which mapping.
    """
    try:
        seen = place.look(name)
        known = files.get(name)
        is_known = known is not None and known[:2] == [seen.size, seen.changed_at]
        # A file that could not be taken may fit a corrected mapping.
        if is_known and known is not None and (known[2] == DONE or known[3] == asked.recipe):
            return
        settled = count(asked.settings, "settled", SETTLED_SECONDS)
        if asked.now.timestamp() - seen.changed_at < settled:
            return
        path = _copied(asked, place, name, seen)
    except OSError as error:  # gone, or not to be read: the others go on
        reason = f"{name} cannot be read: {error.strerror or error}"
        yield Portion(None, {"files": dict(files)}, warning=reason)
        return
    if path is None:
        return

    refused: list[str] = []

    def after(reason: str) -> State:
        refused.append(reason)
        files[name] = [seen.size, seen.changed_at, reason, asked.recipe]
        return {"files": dict(files)}

    done = [seen.size, seen.changed_at, DONE, asked.recipe]
    yield Portion(path, {"files": {**files, name: done}}, after)
    if not refused:
        files[name] = done


def _copied(asked: Asked, place: Place, name: str, seen: Seen) -> Path | None:
    """The file as it was when it was looked at, under its own name; None when it changed meanwhile."""
    target = asked.directory / PurePosixPath(name).name
    part = target.with_name(f"{target.name}.part")
    with part.open("wb") as stream:
        place.fetch(name, stream)
        stream.flush()
        os.fsync(stream.fileno())
    if place.look(name) != seen or part.stat().st_size != seen.size:
        part.unlink()
        return None
    part.rename(target)
    return target


PULLER = Puller(
    "directory", Words("directory of files", "文件目录"),
    ("path", "glob", "settled", "password", "private_key", "host_key"), _check, _pull, is_uniform=False,
)  # fmt: skip
