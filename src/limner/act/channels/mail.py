"""A message as an e-mail."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from limner.act.content import unsubscribe_link
from limner.core.errors import Malformed
from limner.core.message import Message


def mail_of(message: Message, sender: str, at: datetime) -> EmailMessage:
    """A message in the form of RFC 5322: text, and html beside it when there is any.

    The Message-ID is made of `message_id`, so that a mailbox can tell a message that came twice.
    Raises: `Malformed` when the sender or the recipient is not an e-mail address.
    Source: RFC 5322; RFC 2369 section 3.2 (List-Unsubscribe); RFC 3834 section 5
    (Auto-Submitted), so that no absence notice answers.
    """
    mail = EmailMessage(policy=SMTPUTF8 if needs_utf8(message.to) else SMTP)
    mail["From"] = address_of(sender)
    mail["To"] = address_of(message.to)
    mail["Subject"] = message.subject
    mail["Date"] = at
    mail["Message-ID"] = f"<{message.message_id}@{address_of(sender).domain}>"
    mail["List-Unsubscribe"] = f"<{unsubscribe_link(sender, message.message_id)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Limner-Campaign"] = message.campaign_id
    mail.set_content(message.text, cte=_transfer(message.text))
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html", cte=_transfer(message.html))
    return mail


def needs_utf8(address: str) -> bool:
    """Whether an address can only be written with RFC 6531 (a local part beyond ASCII)."""
    return not address.rpartition("@")[0].isascii()


def address_of(address: str) -> Address:
    """An e-mail address, its domain as DNS knows it (`商店.example` is `xn--...`).

    Raises: `Malformed` when it is none.
    """
    local, _, domain = address.rpartition("@")
    try:
        found = Address(username=local, domain=domain.encode("idna").decode("ascii"))
    except (ValueError, IndexError) as error:
        raise _malformed(address) from error
    if not local or not domain:
        raise _malformed(address)
    return found


def _malformed(address: str) -> Malformed:
    return Malformed(
        "address-malformed", f"{address!r} is not an e-mail address such as ann@shop.example"
    )


def _transfer(text: str) -> str:
    """Base64, which every server passes on unchanged; plain when short ASCII lines allow it."""
    is_plain = text.isascii() and all(len(line) <= 76 for line in text.split("\n"))
    return "7bit" if is_plain else "base64"
