import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.tables import table
from limner.govern import masking
from limner.govern.masking import PERSONAL, mask

visible = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(masking).failed == 0


@pytest.mark.parametrize("kind", sorted(PERSONAL - {"traits", "birth_date"}))
@given(value=visible)
def test_a_masked_value_never_holds_the_original(kind: str, value: str) -> None:
    assert value not in mask(kind, value)


@given(visible, visible, visible)
def test_a_masked_address_holds_neither_its_name_nor_its_domain(local, domain, ending) -> None:
    masked = mask("email", f"{local}@{domain}.{ending}")
    assert len(local) == 1 or not masked.startswith(local)
    assert masked == f"{local[0]}***@***.{ending}"


@given(st.from_regex(r"\+[0-9]{9,14}", fullmatch=True))
def test_a_masked_number_cannot_be_dialled(number: str) -> None:
    masked = mask("phone", number)
    assert sum(character.isdigit() for character in masked) <= 4


@given(st.dates())
def test_a_masked_birthday_tells_the_decade_only(day: date) -> None:
    assert mask("birth_date", day) == str(day)[:3] + "*"


@pytest.mark.parametrize(
    ("full", "shown"),
    [
        ("王小明", "王*"),
        ("司马光", "司马*"),
        ("李", "***"),
        ("欧阳", "***"),
        ("", "***"),
        ("张 三", "*** ***"),
    ],
)
def test_chinese_names(full: str, shown: str) -> None:
    assert mask("name", full) == shown


def test_nothing_stays_nothing_and_ids_stay() -> None:
    assert mask("email", None) is None
    assert mask("customer_id", "u1") == "u1"
    assert mask("record", "crm:1") == "crm:1"
    assert mask("revenue_365d", 5.0) == 5.0


def test_an_id_that_is_an_address_is_hidden() -> None:
    assert mask("customer_id", "ann@example.com") == "a***@***.com"
    assert mask("record", "crm:ann@example.com") == "a***@***.com"


def test_every_personal_column_of_the_portrait_is_hidden() -> None:
    row = {"name": "Ann", "email": "a@b.cn", "city": "Berlin", "traits": {"income": "75K"}}
    assert {name: mask(name, value) for name, value in row.items()} == {
        "name": "A***", "email": "a***@***.cn", "city": "Berlin", "traits": {"income": "***"},
    }  # fmt: skip
    assert set(table("profiles").schema.names) >= PERSONAL
