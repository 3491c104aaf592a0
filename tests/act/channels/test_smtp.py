"""SMTP against real servers of the test's own: good, refusing, busy, dying, locked, encrypted."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from limner.act.channels import smtp as under_test
from limner.act.channels.smtp import Smtp
from limner.core.errors import Busy, Malformed, Rejected
from limner.core.message import Held, Message, Reason, Sent
from limner.core.settings import Settings

AT = datetime(2017, 12, 1, 15, tzinfo=UTC)
SECRET = "p@ss/word-4711"  # and so percent-encoded in the URL
IN_URL = "p%40ss%2Fword-4711"


class Mailbox:
    """Takes what comes, unless told otherwise for one command or the other."""

    def __init__(self, sender: str = "", recipient: str = "", data: str = "") -> None:
        self.answers = {"sender": sender, "recipient": recipient, "data": data}
        self.received: list[bytes] = []
        self.connections = 0

    async def handle_EHLO(  # noqa: N802
        self, _s: SMTP, session: Session, _e: Envelope, host: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = host
        return answers

    async def handle_MAIL(  # noqa: N802
        self, _s: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.answers["sender"]:
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _s: SMTP, _session: Session, envelope: Envelope, address: str, _o: list[str]
    ) -> str:
        if answer := self.answers["recipient"]:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _s: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if answer := self.answers["data"]:
            return answer
        assert isinstance(envelope.content, bytes)
        self.received.append(envelope.content)
        return "250 2.0.0 queued as 4711"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(mailbox: Mailbox, **options: object) -> Iterator[int]:
    port = free_port()
    server = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    server.start()
    try:
        yield port
    finally:
        server.stop()


@contextmanager
def channel(port: int, url: str = "smtp://127.0.0.1:{port}") -> Iterator[Smtp]:
    made = Smtp(Settings(Path(), smtp_url=url.format(port=port)))
    try:
        yield made
    finally:
        made.close()


def message(to: str = "ann@shop.example") -> Message:
    return Message("0" * 32, "w-1", "ann", "smtp", to, "Hi", "Hello\n")


def test_one_connection_carries_many() -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port, channel(port) as smtp:
        outcomes = [smtp.send(message(), AT) for _ in range(5)]
    assert outcomes == [Sent("250 2.0.0 queued as 4711")] * 5
    assert len(mailbox.received) == 5
    assert mailbox.connections == 1


@pytest.mark.parametrize("at", ["recipient", "data"])
def test_a_server_that_says_550(at: str) -> None:
    mailbox = Mailbox(**{at: "550 5.1.1 no such mailbox"})
    with serving(mailbox) as port, channel(port) as smtp:
        assert smtp.send(message(), AT) == Held(Reason.REFUSED, "550 5.1.1 no such mailbox")
        mailbox.answers[at] = ""
        assert isinstance(smtp.send(message(), AT), Sent)  # the connection is as good as before
    assert mailbox.connections == 1


@pytest.mark.parametrize("at", ["sender", "recipient", "data"])
@pytest.mark.parametrize("code", ["451", "421"])
def test_a_server_that_asks_to_try_later(at: str, code: str) -> None:
    mailbox = Mailbox(**{at: f"{code} 4.7.1 greylisted"})
    with serving(mailbox) as port, channel(port) as smtp:
        with pytest.raises(Busy, match="greylisted"):
            smtp.send(message(), AT)
        mailbox.answers[at] = ""
        assert isinstance(smtp.send(message(), AT), Sent)
    assert len(mailbox.received) == 1


def test_a_refused_sender_is_the_owners_to_fix() -> None:
    with serving(Mailbox(sender="550 5.7.1 not yours")) as port, channel(port) as smtp, (
        pytest.raises(Rejected, match=r"shop@limner.example.*not yours.*mail_from")
    ):  # fmt: skip
        smtp.send(message(), AT)


def test_nobody_answers() -> None:
    with channel(free_port()) as smtp, pytest.raises(Busy, match="does not answer"):
        smtp.send(message(), AT)


@contextmanager
def scripted(*answers: bytes | None) -> Iterator[int]:
    """A server that says these lines, one for each thing it is told; None hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"220 hello\r\n")
            for answer in answers:
                if not connection.recv(65536) or answer is None:
                    return
                connection.sendall(answer)
            connection.recv(65536)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(5)


EHLO, OK, GO = b"250 test\r\n", b"250 OK\r\n", b"354 go on\r\n"


@pytest.mark.parametrize("said", [(), (EHLO,), (EHLO, OK), (EHLO, OK, OK)])
def test_a_server_that_dies_before_the_message_is_handed_over(said: tuple[bytes, ...]) -> None:
    with scripted(*said, None) as port, channel(port) as smtp, pytest.raises(Busy):
        smtp.send(message(), AT)


def test_a_server_that_dies_after_it_leaves_the_message_unconfirmed() -> None:
    with scripted(EHLO, OK, OK, GO, None) as port, channel(port) as smtp:
        outcome = smtp.send(message(), AT)
    assert isinstance(outcome, Held)
    assert outcome.reason == Reason.UNCONFIRMED


def test_a_server_that_falls_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "TIMEOUT_SECONDS", 0.3)
    with scripted(EHLO, OK, OK, GO) as port, channel(port) as smtp:
        outcome = smtp.send(message(), AT)
    assert isinstance(outcome, Held)
    assert outcome.reason == Reason.UNCONFIRMED


def locked(answer: str = "") -> Callable[..., AuthResult]:
    def authenticate(
        _server: SMTP, _session: Session, _e: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        is_right = getattr(data, "password", b"").decode() == SECRET
        return AuthResult(success=is_right, handled=False, message=answer or None)

    return authenticate


def test_the_login_of_the_url() -> None:
    mailbox = Mailbox()
    with serving(
        mailbox, authenticator=locked(), auth_required=True, auth_require_tls=False
    ) as port:
        with channel(port, f"smtp://ann:{IN_URL}@127.0.0.1:{{port}}") as smtp:
            assert isinstance(smtp.send(message(), AT), Sent)
        with channel(port, f"smtp://ann:{IN_URL}x@127.0.0.1:{{port}}") as smtp:
            with pytest.raises(Rejected, match=r"login of user 'ann'") as caught:
                smtp.send(message(), AT)
            assert caught.value.__cause__ is None
    assert len(mailbox.received) == 1


@pytest.mark.parametrize(
    "url",
    ["", "http://a:{s}@host", "smtp://a:{s}@host:port", "smtp://a:{s}@:25", "smtp://u:{s}@[::1"],
)
def test_a_url_that_is_none_is_refused_without_showing_the_password(url: str) -> None:
    settings = Settings(Path(), smtp_url=url.format(s=SECRET))
    with pytest.raises(Malformed, match="smtp://user:password@host") as caught:
        Smtp(settings)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert "4711" not in repr(settings)


def test_no_password_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "_is_this_machine", lambda host: False)
    with serving(
        Mailbox(), authenticator=locked(), auth_required=True, auth_require_tls=False
    ) as port, channel(port, f"smtp://ann:{IN_URL}@127.0.0.1:{{port}}") as smtp, pytest.raises(
        Rejected, match="no encryption"
    ) as caught:  # fmt: skip
        smtp.send(message(), AT)
    assert SECRET not in str(caught.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    directory = tmp_path_factory.mktemp("tls")
    key, cert = directory / "key.pem", directory / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", key, "-out", cert],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip(f"openssl cannot make a certificate: {made.stderr.decode()[-200:]}")
    return key, cert


def test_it_turns_to_tls_when_that_is_offered(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, cert = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    mailbox = Mailbox()
    # a server that takes neither mail nor a login before STARTTLS
    with serving(
        mailbox, tls_context=context, require_starttls=True, authenticator=locked(),
        auth_required=True,
    ) as port:  # fmt: skip
        url = f"smtp://ann:{IN_URL}@127.0.0.1:{{port}}"
        with channel(port, url) as smtp, pytest.raises(Rejected, match="encryption") as caught:
            smtp.send(message(), AT)
        assert caught.value.code == "smtp-tls"
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        with channel(port, url) as smtp:
            assert isinstance(smtp.send(message(), AT), Sent)
    assert len(mailbox.received) == 1


def test_addresses_beyond_ascii() -> None:
    mailbox = Mailbox()
    with serving(mailbox, enable_SMTPUTF8=True) as port, channel(port) as smtp:
        assert isinstance(smtp.send(message("用户@商店.example"), AT), Sent)
        assert isinstance(smtp.send(message("ann@商店.example"), AT), Sent)
    assert b"xn--" in mailbox.received[1]
    with serving(Mailbox(), enable_SMTPUTF8=False) as port, channel(port) as smtp:
        held = smtp.send(message("用户@shop.example"), AT)
        assert isinstance(held, Held)
        assert held.reason == Reason.REFUSED
        assert isinstance(smtp.send(message("ann@商店.example"), AT), Sent)
