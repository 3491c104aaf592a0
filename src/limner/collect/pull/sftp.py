"""A directory on another machine, reached by SFTP; its key is known before anything is asked."""

from __future__ import annotations

import io
import stat
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import paramiko

from limner.collect.pull.place import Seen
from limner.collect.pull.puller import wrong
from limner.collect.pull.secret import check_secret, secret
from limner.core.errors import Busy, Malformed

_PATIENCE_SECONDS = 30.0


def check_sftp(settings: Mapping[str, Any]) -> None:
    """Check what an SFTP address needs: a user, a way to sign in, a host key.

    Raises: `Malformed` naming the setting.
    """
    if not urlsplit(settings["path"]).username:
        raise wrong("path", settings["path"], "write whom to sign in as: sftp://user@host/path")
    ways = [key for key in ("password", "private_key") if key in settings]
    if len(ways) != 1:
        raise wrong(
            "password",
            None,
            "say how to sign in: password or private_key, {env: NAME} or {file: PATH}",
        )
    check_secret(settings[ways[0]], ways[0])
    if "host_key" in settings:
        _host_key(settings["host_key"])


class Sftp:
    """Files below a path of an SFTP server."""

    def __init__(self, client: paramiko.SFTPClient, root: str) -> None:
        self._client, self._root = client, root.rstrip("/") or "/"

    def names(self, below: str) -> Iterator[tuple[str, bool]]:
        """The names in a directory, and whether each is a directory."""
        for one in self._client.listdir_iter(self._at(below)):
            yield one.filename, stat.S_ISDIR(one.st_mode or 0)

    def look(self, name: str) -> Seen:
        """Size and time of change of a file."""
        found = self._client.stat(self._at(name))
        return Seen(found.st_size or 0, float(found.st_mtime or 0))

    def fetch(self, name: str, into: BinaryIO) -> None:
        """Copy a file's bytes."""
        self._client.getfo(self._at(name), into)

    def _at(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}" if name else self._root


@contextmanager
def opened(settings: Mapping[str, Any]) -> Iterator[Sftp]:
    """An SFTP directory, signed in; closed afterwards.

    A server must show the `host_key` of the settings, or one that `known_hosts` has.
    Raises: `Malformed` when the server is another one or refuses us, `Busy` when it does not answer.
    """
    parts = urlsplit(settings["path"])
    host, port = parts.hostname or "", parts.port or 22
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    if "host_key" in settings:
        key = _host_key(settings["host_key"])
        client.get_host_keys().add(host if port == 22 else f"[{host}]:{port}", key.get_name(), key)
    else:
        client.load_system_host_keys()
    how: dict[str, Any] = {}
    if "password" in settings:
        how["password"] = secret(settings["password"], "password")
    else:
        how["pkey"] = _private_key(secret(settings["private_key"], "private_key"))
    try:
        client.connect(
            host, port, unquote(parts.username or ""), **how, timeout=_PATIENCE_SECONDS,
            auth_timeout=_PATIENCE_SECONDS, banner_timeout=_PATIENCE_SECONDS, allow_agent=False, look_for_keys=False,
        )  # fmt: skip
        channel = client.open_sftp()
        yield Sftp(channel, unquote(parts.path) or "/")
    except paramiko.AuthenticationException:
        raise Malformed(
            "pull-refused", f"{host} does not let {parts.username} in: is the secret still good?"
        ) from None
    except paramiko.BadHostKeyException as error:
        raise Malformed(
            "pull-host-key", f"{host} shows another host key than host_key says: {error}"
        ) from None
    except paramiko.SSHException as error:
        if "not found in known_hosts" in str(error):
            raise Malformed(
                "pull-host-key",
                f"the key of {host} is not known; write it as host_key (ssh-keyscan {host} shows it)",
            ) from None
        raise Busy("source-unreachable", f"{host} cannot be read: {error}") from error
    except (OSError, EOFError) as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise Busy("source-unreachable", f"{host} cannot be read: {error}") from error
    finally:
        client.close()


def _host_key(said: object) -> paramiko.PKey:
    try:
        kind, written = str(said).split()[:2]
        return paramiko.PKey.from_type_string(kind, b64decode(written))
    except Exception:  # the library has no one error for it
        raise wrong(
            "host_key", said, "write it as ssh-keyscan shows it: ssh-ed25519 AAAA..."
        ) from None


def _private_key(text: str) -> paramiko.PKey:
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text + "\n"))
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    raise Malformed(
        "source-secret", "private_key holds no private key that can be read", "private_key"
    )
