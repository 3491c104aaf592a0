"""What an advertising platform takes: whose addresses, in which spelling, hashed how, in what file."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from limner.core.words import Words

MOST_OF_A_KIND = 3  # addresses of one kind that a person's row has room for


@dataclass(frozen=True, slots=True)
class Contact:
    """One person's addresses in normal form: e-mails in lower case, phones in E.164 with `+`."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A file's content, and how many people it names at least once."""

    content: bytes
    people: int


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform's file for a list of customers.

    `ending`, `media`: of the file's name and type.  `takes`: the kinds of address it matches by,
    of email and phone.  `minimum`: the fewest people the platform itself takes; 0 where it says
    nothing.  `hint`: what to do with the file there.
    """

    name: str
    words: Words
    hint: Words
    ending: str
    media: str
    takes: tuple[str, ...]
    minimum: int
    write: Callable[[Sequence[Contact]], Written]


def sha256(text: str) -> str:
    """The SHA-256 of a text in UTF-8, as 64 hexadecimal digits in lower case (FIPS 180-4).

    >>> sha256("16505551212")
    'e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def md5(text: str) -> str:
    """The MD5 of a text in UTF-8, as 32 hexadecimal digits in lower case (RFC 1321).

    MD5 hides nothing from whoever tries all telephone numbers; it stands here because the platform
    takes no other.
    """
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def digits(phone: str) -> str:
    """A number in E.164 without its `+`.

    >>> digits("+16505551212")
    '16505551212'
    """
    return phone.removeprefix("+")


def chinese_mobile(phone: str) -> str | None:
    """The eleven digits of a mobile number of mainland China; None for any other number.

    Source: 电信网编号计划 (2017), mobile numbers are eleven digits that begin with 1.

    >>> chinese_mobile("+8613800138000"), chinese_mobile("+16505551212")
    ('13800138000', None)
    """
    rest = phone.removeprefix("+86")
    return rest if rest != phone and len(rest) == 11 and rest.startswith("1") else None


def table_of(
    contacts: Sequence[Contact],
    email_header: str,
    phone_header: str,
    email: Callable[[str], str | None],
    phone: Callable[[str], str | None],
) -> Written:
    """A CSV file in UTF-8 with one row a person: a column for each e-mail and phone of a person.

    A header stands as often as the person with the most addresses of its kind needs, up to three
    times.  A person with no usable address has no row.
    """
    rows = []
    for contact in contacts:
        emails = _distinct(contact.emails, email)
        phones = _distinct(contact.phones, phone)
        if emails or phones:
            rows.append((emails, phones))
    wide_emails = max((len(emails) for emails, _ in rows), default=0)
    wide_phones = max((len(phones) for _, phones in rows), default=0)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([email_header] * wide_emails + [phone_header] * wide_phones)
    for emails, phones in sorted(rows):
        writer.writerow(
            emails
            + [""] * (wide_emails - len(emails))
            + phones
            + [""] * (wide_phones - len(phones))
        )
    return Written(text.getvalue().encode(), len(rows))


def phones_of(
    contacts: Sequence[Contact], phone: Callable[[str], str | None]
) -> tuple[list[str], int]:
    """The distinct phones of all people as a platform spells them, sorted, and how many people."""
    people, found = 0, set[str]()
    for contact in contacts:
        mine = _distinct(contact.phones, phone)
        people += bool(mine)
        found.update(mine)
    return sorted(found), people


def lines_of(values: Sequence[str]) -> bytes:
    """A text file with one value a line and no header."""
    return "".join(f"{value}\n" for value in values).encode()


def _distinct(written: Sequence[str], spelled: Callable[[str], str | None]) -> list[str]:
    """What a platform takes of some addresses, each once; sorted, so that order tells nothing."""
    return sorted({one for each in written if (one := spelled(each)) is not None})[:MOST_OF_A_KIND]
