"""What every channel must do, whatever carries its messages."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st

from limner.act.channels import TABLE
from limner.act.content import one_line
from limner.act.ports import Channel
from limner.core.message import Held, Message, Outcome, Reason, Sent
from limner.core.settings import Settings

AT = datetime(2017, 12, 1, 15, 0, 7, tzinfo=UTC)
REFUSED = "nobody@shop.example"


@dataclass(frozen=True)
class FarSide:
    """Where a channel's messages arrive: one address there is refused for good."""

    settings: Settings
    refused: str
    arrived: Callable[[], list[EmailMessage]]
    is_exactly_once: bool


def _read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


@contextmanager
def outbox(home: Path) -> Iterator[FarSide]:
    def arrived() -> list[EmailMessage]:
        assert not list(home.glob("outbox/*/.*"))
        return [_read(file.read_bytes()) for file in sorted(home.glob("outbox/*/*.eml"))]

    # a file system takes any recipient; what it cannot take is one that is no address
    yield FarSide(Settings(home), "ann@two..dots", arrived, is_exactly_once=True)


@contextmanager
def smtp(home: Path) -> Iterator[FarSide]:
    received: list[bytes] = []

    class Handler:
        async def handle_RCPT(  # noqa: N802
            self, _s: SMTP, _session: Session, envelope: Envelope, address: str, _o: list[str]
        ) -> str:
            if address == REFUSED:
                return "550 5.1.1 no such mailbox"
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, _s: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
            assert isinstance(envelope.content, bytes)
            received.append(envelope.content)
            return "250 2.0.0 queued as 4711"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(Handler(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        settings = Settings(home, smtp_url=f"smtp://127.0.0.1:{port}")
        yield FarSide(settings, REFUSED, lambda: [_read(r) for r in received], False)
    finally:
        server.stop()


FAR_SIDES = {"outbox": outbox, "smtp": smtp}


@pytest.fixture(params=sorted(TABLE))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def far(name: str, tmp_path: Path) -> Iterator[FarSide]:
    with FAR_SIDES[name](tmp_path) as side:
        yield side


@pytest.fixture
def channel(name: str, far: FarSide) -> Iterator[Channel]:
    made = TABLE[name](far.settings)
    yield made
    made.close()


def message(number: int = 1, **more: str | None) -> Message:
    said: dict[str, str | None] = {
        "subject": "五元优惠券 & more",
        "text": "亲爱的 Ann，\n\n.a line that begins with a dot\n..two\nBye\n",
        "html": "<p>亲爱的 <b>Ann</b></p>\n",
        "to": "ann@shop.example",
    } | more
    return Message(f"{number:032x}", "winter-1", f"c{number}", "any", **said)  # type: ignore[arg-type]


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def send(channel: Channel, *messages: Message) -> list[Outcome]:
    outcomes = [channel.send(m, AT) for m in messages]
    channel.settle()
    return outcomes


def test_every_channel_has_a_far_side_here() -> None:
    assert set(FAR_SIDES) == set(TABLE)


def test_a_message_arrives_as_it_was_rendered(channel: Channel, far: FarSide) -> None:
    sent = message()
    [outcome] = send(channel, sent)
    assert isinstance(outcome, Sent)
    assert outcome.receipt
    [mail] = far.arrived()
    assert mail["Subject"] == sent.subject
    assert mail["To"] == sent.to
    assert mail["From"] == far.settings.mail_from
    assert mail["Date"].datetime == AT
    assert mail["Message-ID"] == f"<{sent.message_id}@limner.example>"
    assert sent.message_id in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe"].startswith("<mailto:")
    assert body(mail, "plain") == sent.text
    assert body(mail, "html") == sent.html


def test_many_go_over_one_channel(channel: Channel, far: FarSide) -> None:
    outcomes = send(channel, *(message(n) for n in range(1, 31)))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert len({mail["Message-ID"] for mail in far.arrived()}) == 30


def test_the_same_message_twice(channel: Channel, far: FarSide) -> None:
    first, second = send(channel, message(), message())
    assert isinstance(first, Sent)
    assert isinstance(second, Sent)
    if far.is_exactly_once:
        assert first == second
        assert len(far.arrived()) == 1
    assert len({mail["Message-ID"] for mail in far.arrived()}) == 1  # a mailbox can tell


def test_a_refusal_is_a_value_and_the_next_message_goes_on(channel: Channel, far: FarSide) -> None:
    held, sent = send(channel, message(1, to=far.refused), message(2))
    assert isinstance(held, Held)
    assert held.reason == Reason.REFUSED
    assert held.detail
    assert isinstance(sent, Sent)
    assert len(far.arrived()) == 1


def test_recall_never_says_that_a_message_left_which_did_not(
    channel: Channel, far: FarSide
) -> None:
    assert not isinstance(channel.recall(message()), Sent)
    send(channel, message())
    recalled = channel.recall(message())
    if far.is_exactly_once:
        assert isinstance(recalled, Sent)
    else:  # and what cannot be known is never taken for "it did not leave"
        assert isinstance(recalled, Held)
        assert recalled.reason == Reason.UNCONFIRMED


def test_it_says_what_people_consent_to(name: str) -> None:
    assert TABLE[name].medium in ("email", "sms")
    assert TABLE[name].address_column in ("email", "phone")


anything = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=300)


@given(subject=anything, text=anything)
def test_no_subject_makes_another_header(
    tmp_path_factory: pytest.TempPathFactory, subject: str, text: str
) -> None:
    home = tmp_path_factory.mktemp("home")
    with outbox(home) as far:
        shown = one_line(subject) or "-"
        plain = "".join(c for c in text if c.isprintable() or c == "\n")
        send(TABLE["outbox"](far.settings), message(subject=shown, text=plain, html=None))
        [mail] = far.arrived()
    assert mail["Subject"] == shown
    assert [key.lower() for key in mail] == [
        "from", "to", "subject", "date", "message-id", "list-unsubscribe", "auto-submitted",
        "x-limner-campaign", "content-type", "content-transfer-encoding", "mime-version",
    ]  # fmt: skip
