import doctest

import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.unify import normalise


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(normalise).failed == 0


@pytest.mark.parametrize(
    "void",
    [None, "", "  ", "null", "NULL", "N/A", "unknown", "未知", "无", "-", "－－", "...", "匿名"],
)
@pytest.mark.parametrize("kind", normalise.KINDS)
def test_what_says_nothing_identifies_nobody(kind: str, void: str | None) -> None:
    assert normalise.KINDS[kind](void) is None


@pytest.mark.parametrize("zeros", ["0", "0000", "00000000", "０００"])
def test_a_row_of_zeros_is_no_id(zeros: str) -> None:
    assert normalise.user_id(zeros) is None
    assert normalise.loyalty_card(zeros) is None
    assert normalise.phone(zeros, "CN") is None


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("ANN@Example.com", "ann@example.com"),
        ("<ann@example.com>;", "ann@example.com"),
        ("ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ann@example.com"),
        ("a.b+c@example.co.uk", "a.b+c@example.co.uk"),
        ("ann@example", None),
        ("ann example.com", None),
        ("@example.com", None),
        ("ann@@example.com", None),
        ("unknown@example.com", None),
        ("x" * 65 + "@example.com", None),
        ("ann@-bad-.com", None),
    ],
)
def test_emails(written: str, wanted: str | None) -> None:
    assert normalise.email(written) == wanted


@pytest.mark.parametrize(
    ("written", "country", "wanted"),
    [
        ("138-0013-8000", None, "+8613800138000"),
        ("86 138 0013 8000", "CN", "+8613800138000"),
        ("0086 138 0013 8000", None, "+8613800138000"),
        ("(010) 6552-9988", "CN", "+861065529988"),
        ("+1 (212) 555-0123", None, "+12125550123"),
        ("2125550123", None, None),
        ("2125550123", "US", "+12125550123"),
        ("020 7946 0018", "gb", "+442079460018"),
        ("12345", "CN", None),
        ("13800", "CN", None),
        ("call me", "US", None),
    ],
)
def test_phones(written: str, country: str | None, wanted: str | None) -> None:
    assert normalise.phone(written, country) == wanted


@given(st.from_regex(r"\+?[0-9]{6,13}", fullmatch=True), st.sampled_from(["CN", "US", "GB", "DE", "JP", "IT", "BR", "AR", "MX"]))  # fmt: skip
def test_the_quick_way_says_what_the_library_says(digits: str, region: str) -> None:
    if digits.startswith("00") or len(set(digits.lstrip("+"))) == 1:
        return
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        wanted = None
    else:
        is_valid = phonenumbers.is_valid_number(number)
        e164 = phonenumbers.PhoneNumberFormat.E164
        wanted = phonenumbers.format_number(number, e164) if is_valid else None
    assert normalise.phone(digits, region) == wanted


@given(st.sampled_from(list(normalise.KINDS)), st.text(max_size=30))
def test_a_normal_form_is_its_own(kind: str, written: str) -> None:
    normal = normalise.KINDS[kind](written)
    if normal is not None:
        assert normalise.KINDS[kind](normal) == normal


@given(st.lists(st.one_of(st.none(), st.sampled_from(["A", " a", "null", "B"]))))
def test_a_column_is_each_of_its_values(values: list[str | None]) -> None:
    column = pa.chunked_array([values], pa.string())
    wanted = [normalise.user_id(value) for value in values]
    assert normalise.each(normalise.user_id, column).to_pylist() == wanted


def test_a_phone_is_read_in_its_rows_country() -> None:
    written = pa.chunked_array([["2125550123", "212555012", "13800138000", None]])
    countries = pa.chunked_array([["美国", None, "nowhere", "US"]])
    assert normalise.phones(written, countries, "CN").to_pylist() == [
        "+12125550123", None, "+8613800138000", None,
    ]  # fmt: skip
