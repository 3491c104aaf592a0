"""E-mail by SMTP.

At most once: when the connection breaks after the whole message was handed over but before the
server answered, nobody can know whether it was delivered.  It is then held as `unconfirmed` and
not tried again, because a customer who gets an offer twice has been annoyed for nothing, while
one who perhaps missed it costs one contact and can be listed.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from ipaddress import ip_address
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from limner.act.channels.mail import address_of, mail_of, needs_utf8
from limner.core.errors import Busy, Malformed, Rejected
from limner.core.message import Held, Message, Outcome, Reason, Sent
from limner.core.settings import Settings

TIMEOUT_SECONDS = 30.0
_PORTS = {"smtp": 25, "smtps": 465}


class Smtp:
    """Messages handed to the mail server of `smtp_url`, over one connection for many.

    `smtp://` turns to TLS when the server offers STARTTLS; `smtps://` starts with it.  A password
    is never sent without TLS except to this machine itself, and is in no error and no log.
    Raises: `Malformed` when `smtp_url` or `mail_from` is missing or malformed.
    """

    medium: ClassVar[str] = "email"
    address_column: ClassVar[str] = "email"

    def __init__(self, settings: Settings) -> None:
        try:
            url = urlsplit(settings.smtp_url)
            self._host, port = url.hostname or "", url.port
        except ValueError:  # its text may hold the password, so it is not shown or chained
            raise _bad_url() from None
        # With a raw / ? or # in the password, a piece of it would be taken for the host.
        has_more = url.path not in ("", "/") or url.query or url.fragment
        if url.scheme not in _PORTS or not self._host or has_more:
            raise _bad_url()
        self._scheme = url.scheme
        self._port = port or _PORTS[url.scheme]
        self._user = unquote(url.username or "")
        self._password = unquote(url.password or "")
        self._sender = settings.mail_from
        self._domain = address_of(self._sender).domain
        self._client: smtplib.SMTP | None = None

    def send(self, message: Message, at: datetime) -> Outcome:
        """Hand one message to the server and wait for its word.

        5xx for the recipient or the message: `Held(refused-by-channel)`.  An answer that never
        came: `Held(unconfirmed)`.
        Raises: `Busy` for 4xx, no connection, or one that broke before the message was handed
        over; `Rejected` when the server refuses the login, the sender or the encryption.
        """
        try:
            mail = mail_of(message, self._sender, at)
            recipient = address_of(message.to).addr_spec
        except Malformed as error:
            return Held(Reason.REFUSED, error.message)
        client = self._connected()
        options = []
        if needs_utf8(message.to):
            if not client.has_extn("smtputf8"):
                return Held(Reason.REFUSED, "the server takes no address beyond ASCII")
            options = ["SMTPUTF8", "BODY=8BITMIME"]
            client.command_encoding = "utf-8"
        try:
            outcome = self._hand_over(client, mail, recipient, options)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Busy("smtp-gone", f"{self._where} broke off: {_plain(error)}") from error
        finally:
            client.command_encoding = "ascii"
        return outcome

    def recall(self, message: Message) -> Outcome | None:
        """Nobody can know, so it counts as unconfirmed."""
        return Held(Reason.UNCONFIRMED, "sending was interrupted; it may have arrived")

    def settle(self) -> None:
        """The server that said yes keeps the message (RFC 5321, section 4.2.5)."""

    def close(self) -> None:
        """Say goodbye to the server."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.quit()
            except (OSError, smtplib.SMTPException):
                client.close()

    @property
    def _where(self) -> str:
        return f"mail server {self._host}:{self._port}"

    def _hand_over(
        self, client: smtplib.SMTP, mail: EmailMessage, recipient: str, options: list[str]
    ) -> Outcome:
        """MAIL, RCPT, DATA one by one, so as to know what was said to what."""
        code, said = client.mail(address_of(self._sender).addr_spec, options)
        if code >= 500:
            self._drop()
            raise Rejected(
                "smtp-sender",
                f"{self._where} refuses the sender {self._sender}: {_answer(code, said)}; "
                "set mail_from to an address it accepts",
            )
        if code != 250:
            return self._refused(client, code, said)
        code, said = client.rcpt(recipient)
        if code not in (250, 251):
            return self._refused(client, code, said)
        code, said = client.docmd("DATA")
        if code != 354:
            return self._refused(client, code, said)
        raw = re.sub(rb"(?m)^\.", b"..", mail.as_bytes())  # RFC 5321, section 4.5.2
        try:
            client.send(raw + (b"" if raw.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, said = client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Held(Reason.UNCONFIRMED, f"{self._where} did not answer: {_plain(error)}")
        return Sent(_answer(code, said)) if code == 250 else self._refused(client, code, said)

    def _refused(self, client: smtplib.SMTP, code: int, said: bytes) -> Held:
        answer = _answer(code, said)
        if code == 421:  # it is closing the connection
            self._drop()
        else:
            client.rset()
        if code >= 500:
            return Held(Reason.REFUSED, answer)
        raise Busy("smtp-later", f"{self._where} asks to try later: {answer}")

    def _connected(self) -> smtplib.SMTP:
        if self._client is not None:
            return self._client
        context = ssl.create_default_context()
        client: smtplib.SMTP
        try:
            if self._scheme == "smtps":
                client = smtplib.SMTP_SSL(
                    self._host, self._port, local_hostname=self._domain, timeout=TIMEOUT_SECONDS,
                    context=context,
                )  # fmt: skip
            else:
                client = smtplib.SMTP(
                    self._host, self._port, local_hostname=self._domain, timeout=TIMEOUT_SECONDS
                )
                client.ehlo_or_helo_if_needed()
                if client.has_extn("starttls"):
                    client.starttls(context=context)
                    client.ehlo_or_helo_if_needed()
        except ssl.SSLError as error:
            raise Rejected(
                "smtp-tls",
                f"encryption with the {self._where} failed ({error.reason}); use the host name in "
                "its certificate, or point SSL_CERT_FILE to an authority of your own",
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Busy(
                "smtp-unreachable",
                f"{self._where} does not answer ({_plain(error)}); check smtp_url, or try later",
            ) from error
        self._log_in(client)
        self._client = client
        return client

    def _log_in(self, client: smtplib.SMTP) -> None:
        if not self._user:
            return
        if not isinstance(client.sock, ssl.SSLSocket) and not _is_this_machine(self._host):
            client.close()
            raise Rejected(
                "smtp-clear-password",
                f"{self._where} offers no encryption, so the password is not sent; use smtps:// "
                "or a server with STARTTLS",
            )
        # What smtplib raises may quote what was sent, so it is neither shown nor chained.
        refused: int | None = None
        try:
            client.login(self._user, self._password)
        except smtplib.SMTPAuthenticationError as error:
            refused = error.smtp_code
        except (OSError, smtplib.SMTPException):
            refused = 0
        if refused is None:
            return
        client.close()
        if 400 <= refused < 500:
            raise Busy("smtp-later", f"{self._where} cannot check the login now ({refused})")
        raise Rejected(
            "smtp-login",
            f"{self._where} refuses the login of user {self._user!r}; check smtp_url",
        )

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _bad_url() -> Malformed:
    return Malformed(
        "smtp-url",
        "smtp_url is not set or not of the form smtp://user:password@host:25; special characters "
        "of the password are written as %40 and the like",
    )


def _answer(code: int, said: bytes) -> str:
    return f"{code} {' '.join(said.decode('utf-8', 'replace').split())}"[:300]


def _plain(error: Exception) -> str:
    """An error in few words; those of smtplib and the system hold no secret before the login."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _answer(error.smtp_code, said if isinstance(said, bytes) else said.encode())
    return " ".join(str(error).split())[:200] or type(error).__name__


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
