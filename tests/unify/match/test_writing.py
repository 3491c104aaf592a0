import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.unify.match import writing


@given(st.text(max_size=40))
def test_writing_alike_twice_changes_nothing(text: str) -> None:
    for normal in (writing.plain, writing.name, writing.address, writing.firm, writing.sound):
        once = normal(text)
        assert normal(once) == once or normal in (writing.address, writing.firm)
        assert once == normal(f"  {text.upper().lower()}  ") or not text.isascii()


@pytest.mark.parametrize(
    ("written", "given_name", "surname"),
    [
        ("Ming Li", "ming", "li"),
        ("LI, Ming", "ming", "li"),
        ("Dr. Jürgen von der Heide", "jurgen", "von der heide"),
        ("欧阳明华", "明华", "欧阳"),
        ("王芳女士", "芳", "王"),
        ("Prince", "", "prince"),
    ],
)
def test_a_full_name_is_split(written: str, given_name: str, surname: str) -> None:
    assert writing.split_name(written) == (given_name, surname)


@pytest.mark.parametrize(
    ("written", "order", "wanted"),
    [
        ("1988-04-03", "dm", "19880403"),
        ("03/04/1988", "dm", "19880403"),
        ("04/03/1988", "md", "19880403"),
        ("3. April 1988", "dm", "19880403"),
        ("1988年4月3日", "dm", "19880403"),
        ("19880403", "dm", "19880403"),
        ("3 avr. 1988", "dm", "19880403"),
        ("1988-04-03 00:00:00", "dm", "19880403"),
        ("31/31/1988", "dm", None),
        ("hello", "dm", None),
    ],
)
def test_a_date_is_read_as_it_was_meant(written: str, order: str, wanted: str | None) -> None:
    assert writing.as_date(written, order) == wanted


def test_a_column_shows_whether_days_or_months_come_first() -> None:
    assert writing.date_reader(["03/04/1988", "12/25/1990"]) == ("md", 1.0)
    assert writing.date_reader(["03/04/1988", "25/12/1990"]) == ("dm", 1.0)


def test_telephones_are_alike_with_and_without_country_and_trunk() -> None:
    told = ["+49 171 1234567", "0171/1234567", "0049 (171) 123 45 67"]
    assert len({writing.digits(text) for text in told}) == 1
    assert writing.digits("000000000") == ""


def test_chinese_addresses_of_two_ways_of_writing_are_alike() -> None:
    long, short = "北京市朝阳区建国路88号3栋1203室", "北京朝阳建国路88-3-1203"
    assert writing.numbers(long) == writing.numbers(short)
    assert writing.address(long).replace(" ", "")[:6] == writing.address(short).replace(" ", "")[:6]


def test_every_character_is_one_byte_for_the_engine() -> None:
    assert len(writing.narrow("张伟 é").encode()) == len("张伟 é")


def test_a_model_number_is_no_month() -> None:
    assert writing.parts_of_date("Marshall led monitor SM8773 white") is None
