"""Every advertising platform's file keeps what such a file promises, and the examples it publishes."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.act.ad_platforms import TABLE, Contact, platform_named
from limner.core.errors import Unknown

platforms = pytest.mark.parametrize("name", list(TABLE))
ANN = Contact(("ann.li@gmail.com", "ann+news@shop.example"), ("+8613800138000", "+16505551212"))
BOB = Contact((), ("+8613900139000",))
CAT = Contact(("cat@shop.example",), ())
NOBODY = Contact((), ("+442071838750",))
MOBILES = st.integers(0, 99).map(lambda n: f"+86138001380{n:02d}")
EMAILS = st.integers(0, 99).map(lambda n: f"person-{n}@shop.example")
PEOPLE = st.lists(
    st.builds(
        lambda emails, phones: Contact(tuple(emails), tuple(phones)),
        st.lists(EMAILS, max_size=4, unique=True),
        st.lists(MOBILES, max_size=4, unique=True),
    ),
    max_size=8,
)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def rows(name: str, *contacts: Contact) -> list[list[str]]:
    return list(csv.reader(io.StringIO(TABLE[name].write(contacts).content.decode())))


def text_of(name: str, content: bytes) -> str:
    """What a file says, out of its wrapping."""
    if TABLE[name].ending == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            lines = archive.read("audience.txt").decode().splitlines()
        return "\n".join(base64.b64decode(line).decode("latin-1") for line in lines)
    return content.decode()


@platforms
def test_it_is_named_in_both_languages_as_in_the_table(name: str) -> None:
    platform = platform_named(name)
    assert platform.name == name
    for words in (platform.words, platform.hint):
        assert words.en and re.search(r"[\u4e00-\u9fff]", words.zh)
    assert platform.takes and set(platform.takes) <= {"email", "phone"}


@platforms
@given(people=PEOPLE)
def test_nothing_readable_leaves_and_nobody_is_lost(name: str, people: list[Contact]) -> None:
    platform = TABLE[name]
    written = platform.write(people)
    text = text_of(name, written.content)
    for contact in people:
        for address in (*contact.emails, *contact.phones):
            assert address not in text and address.removeprefix("+86") not in text
    usable = [c for c in people if any(getattr(c, f"{kind}s") for kind in platform.takes)]
    assert written.people == len(usable)
    assert platform.write(list(reversed(people))).content == written.content, "order tells nothing"
    hashes = set(re.findall(r"\b[0-9a-f]{32}(?:[0-9a-f]{32})?\b", text))
    assert bool(hashes) == bool(usable)


@platforms
def test_an_empty_list_is_a_file(name: str) -> None:
    assert TABLE[name].write([]).people == 0


def test_meta_takes_digits_with_the_country_code() -> None:
    head, *people = rows("meta", ANN, BOB)
    assert head == ["email", "email", "phone", "phone"]
    ann = next(row for row in people if row[0])
    assert sha("ann.li@gmail.com") in ann and sha("8613800138000") in ann
    # The platform's own example: (650)555-1212 in the United States.
    assert "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176" in ann
    assert sha("john_smith@gmail.com") == "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"  # fmt: skip


def test_google_takes_a_plus_and_gmail_without_dots_and_alias() -> None:
    head, *people = rows("google", ANN, CAT)
    assert head == ["Email", "Email", "Phone", "Phone"]
    told = {cell for row in people for cell in row}
    assert {sha("annli@gmail.com"), sha("+16505551212"), sha("cat@shop.example")} <= told
    assert sha("ann+news@shop.example") in told
    # The platform's own example of an alias.
    _, row = rows("google", Contact(("cloudy.sanfrancisco+shopping@gmail.com",), ()))
    assert row == [sha("cloudysanfrancisco@gmail.com")]


def test_tiktok_takes_no_alias_of_an_address() -> None:
    head, *people = rows("tiktok", ANN, Contact(("_x@shop.example",), ()))
    assert head == ["Email_SHA256", "Email_SHA256", "Phone_SHA256", "Phone_SHA256"]
    assert len(people) == 1
    assert {sha("ann@shop.example"), sha("+8613800138000")} <= set(people[0])


@pytest.mark.parametrize("name", ["tencent", "baidu"])
def test_chinese_number_packages_are_md5_of_eleven_digits(name: str) -> None:
    written = TABLE[name].write([ANN, BOB, CAT, NOBODY, ANN])
    assert written.content.decode().splitlines() == sorted([md5("13800138000"), md5("13900139000")])
    assert written.people == 3


def test_ocean_engine_takes_base64_of_protocol_buffers() -> None:
    written = TABLE["oceanengine"].write([ANN, BOB, NOBODY])
    assert written.people == 2
    with zipfile.ZipFile(io.BytesIO(written.content)) as archive:
        (line,) = archive.read("audience.txt").decode().splitlines()
    raw, ids = base64.b64decode(line), []
    while raw:  # field 1, 68 bytes: field 2 is type 6, field 3 is 64 digits
        assert raw[:6] == b"\x0a\x44\x10\x06\x1a\x40"
        ids.append(raw[6:70].decode())
        raw = raw[70:]
    assert ids == sorted([sha("13800138000"), sha("13900139000")])


def test_ocean_engine_starts_a_line_at_ten_thousand() -> None:
    people = [Contact((), (f"+86138{n:08d}",)) for n in range(10_001)]
    with zipfile.ZipFile(io.BytesIO(TABLE["oceanengine"].write(people).content)) as archive:
        lines = archive.read("audience.txt").decode().splitlines()
    assert [len(base64.b64decode(line)) // 70 for line in lines] == [10_000, 1]


def test_a_platform_that_there_is_not_is_named() -> None:
    with pytest.raises(Unknown, match="meta"):
        platform_named("myspace")
