"""The outbox: complete files or none, also when the disk is full or two runs meet."""

import errno
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from limner.act.channels import outbox as under_test
from limner.act.channels.outbox import Outbox
from limner.core.errors import Broken, Busy, Malformed
from limner.core.message import Message, Sent
from limner.core.settings import Settings

AT = datetime(2017, 12, 1, 15, tzinfo=UTC)


def message(number: int = 1, campaign: str = "winter-1") -> Message:
    return Message(f"{number:032x}", campaign, "ann", "outbox", "ann@shop.example", "Hi", "Hello\n")


def files(home: Path) -> list[str]:
    return sorted(file.name for file in home.glob("outbox/*/*"))


def test_the_receipt_says_where_the_file_is(tmp_path: Path) -> None:
    outbox = Outbox(Settings(tmp_path))
    outcome = outbox.send(message(), AT)
    outbox.settle()
    assert isinstance(outcome, Sent)
    assert (tmp_path / outcome.receipt).read_bytes().startswith(b"From: shop@limner.example\r\n")


def test_nothing_is_in_its_place_before_it_is_on_the_disk(tmp_path: Path) -> None:
    outbox = Outbox(Settings(tmp_path))
    outbox.send(message(), AT)
    assert [name for name in files(tmp_path) if name.endswith(".eml")] == []
    outbox.settle()
    assert files(tmp_path) == [f"{1:032x}.eml"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(code, "no")

    outbox = Outbox(Settings(tmp_path))
    outbox.send(message(), AT)
    with monkeypatch.context() as patch:
        patch.setattr(under_test.os, "fsync", refuse)
        with pytest.raises(
            Broken, match="full" if code == errno.ENOSPC else "could not be written"
        ):
            outbox.settle()
    assert Outbox(Settings(tmp_path)).recall(message()) is None
    assert files(tmp_path) == []  # and what was half written is gone


def test_a_run_whose_file_was_taken_for_left_over_does_not_call_it_sent(tmp_path: Path) -> None:
    first, second = Outbox(Settings(tmp_path)), Outbox(Settings(tmp_path))
    first.send(message(), AT)
    assert second.recall(message()) is None
    with pytest.raises(Busy, match="another run"):
        first.settle()
    second.send(message(), AT)
    second.settle()
    assert files(tmp_path) == [f"{1:032x}.eml"]


def test_two_runs_at_once_make_each_file_once(tmp_path: Path) -> None:
    def run() -> None:
        outbox = Outbox(Settings(tmp_path))
        for number in range(100):
            outbox.send(message(number), AT)
        outbox.settle()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files(tmp_path) == sorted(f"{n:032x}.eml" for n in range(100))


@pytest.mark.parametrize("campaign", ["../etc", "a/b", "", ".hidden", "a\0b"])
def test_no_name_leads_out_of_the_outbox(tmp_path: Path, campaign: str) -> None:
    with pytest.raises(Malformed, match="cannot be the name"):
        Outbox(Settings(tmp_path)).send(message(campaign=campaign), AT)
    assert files(tmp_path) == []


def test_a_sender_that_is_no_address_is_the_owners_to_fix(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="shop@"):
        Outbox(Settings(tmp_path, mail_from="shop@"))
