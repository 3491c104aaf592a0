"""A directory of a real SFTP server, on this machine."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paramiko
import pytest

from limner.collect.pull import check_settings
from limner.collect.pull.directory import PULLER
from limner.collect.pull.puller import Asked
from limner.core.errors import Busy, Malformed

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)


class Door(paramiko.ServerInterface):
    """Lets ann in with her password."""

    def check_auth_password(self, username: str, password: str) -> int:
        is_ann = (username, password) == ("ann", "sesame")
        return paramiko.AUTH_SUCCESSFUL if is_ann else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class Files(paramiko.SFTPServerInterface):
    """Reads what is below one directory."""

    root = Path()

    def _at(self, path: str) -> Path:
        return self.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            found = []
            for one in self._at(path).iterdir():
                attributes = paramiko.SFTPAttributes.from_stat(one.stat())
                attributes.filename = one.name
                found.append(attributes)
            return found
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 2)

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._at(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 2)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = self._at(path).open("rb")
        return handle


@pytest.fixture
def server(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The settings of a directory of a server."""
    Files.root = tmp_path / "served"
    (Files.root / "in" / "shop1").mkdir(parents=True)
    key = paramiko.ECDSAKey.generate()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
            transport.start_server(server=Door())

    threading.Thread(target=serve, daemon=True).start()
    port = listening.getsockname()[1]
    yield {
        "path": f"sftp://ann@127.0.0.1:{port}/in", "glob": "*/*.csv", "password": {"env": "SFTP_PASSWORD"},
        "host_key": f"{key.get_name()} {key.get_base64()}",
    }  # fmt: skip
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


def pull(
    settings: dict[str, Any], state: dict[str, Any], into: Path
) -> tuple[dict[str, str], dict[str, Any]]:
    into.mkdir(exist_ok=True)
    found = {}
    for portion in PULLER.pull(Asked(settings, state, NOW, into, lambda seconds: None)):
        assert not portion.warning
        if portion.path is not None:
            found[portion.path.name] = portion.path.read_text()
        state = dict(portion.state)
    return found, state


def test_files_of_a_server(
    server: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SFTP_PASSWORD", "sesame")
    check_settings("directory", {**server, "guess": True})
    file = Files.root / "in" / "shop1" / "订单.csv"
    file.write_text("id,paid\n1,5\n")
    os.utime(file, (NOW.timestamp() - 60,) * 2)
    found, state = pull(server, {}, tmp_path / "spool")
    assert found == {"订单.csv": "id,paid\n1,5\n"}
    assert pull(server, state, tmp_path / "spool") == ({}, state)
    file.write_text("id,paid\n1,5\n2,6\n")
    os.utime(file, (NOW.timestamp() - 50,) * 2)
    assert list(pull(server, state, tmp_path / "spool")[0]) == ["订单.csv"]


def test_who_is_not_who_is_expected(
    server: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SFTP_PASSWORD", "wrong")
    with pytest.raises(Malformed, match="does not let ann in"):
        pull(server, {}, tmp_path / "spool")
    monkeypatch.setenv("SFTP_PASSWORD", "sesame")
    other = paramiko.ECDSAKey.generate()
    with pytest.raises(Malformed, match="another host key"):
        pull(
            {**server, "host_key": f"{other.get_name()} {other.get_base64()}"},
            {},
            tmp_path / "spool",
        )
    unknown = {k: v for k, v in server.items() if k != "host_key"}
    with pytest.raises(Malformed, match="is not known"):
        pull(unknown, {}, tmp_path / "spool")
    with pytest.raises(Busy, match="cannot be read"):
        pull({**server, "path": "sftp://ann@127.0.0.1:1/in"}, {}, tmp_path / "spool")
