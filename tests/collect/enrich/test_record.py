"""What an `identify` says of a person, as a customer record."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from limner.collect.enrich.record import read_record

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def read(**traits: Any) -> dict[str, Any]:
    return read_record("web", NOW, (("email", "a@shop.example"), ("anonymous_id", "d1")), traits)


@pytest.mark.parametrize(
    ("traits", "name"),
    [
        ({"name": " Ann Li "}, "Ann Li"),
        ({"firstName": "Ann", "lastName": "Li"}, "Ann Li"),
        ({"firstName": "伟", "lastName": "王"}, "王伟"),
        ({"first_name": "Zoë", "last_name": "Müller"}, "Zoë Müller"),
        ({"lastName": "Li"}, "Li"),
        ({"姓名": "王伟"}, "王伟"),
        ({"name": 7}, None),
    ],
)
def test_names(traits: dict[str, Any], name: str | None) -> None:
    assert read(**traits)["name"] == name


def test_a_day_of_birth_is_the_day_as_written() -> None:
    assert read(birthday="1990-05-06T00:00:00+08:00")["birth_date"] == date(1990, 5, 6)
    assert read(birthday="May 1990")["birth_date"] is None


def test_an_address_in_parts_or_as_a_text() -> None:
    parts = {"street": "南京路 1 号", "city": "上海", "country": "CN", "geo": {"x": 1}}
    said = read(address=parts)
    assert (said["city"], said["country"], said["address"]) == (
        "上海",
        "CN",
        "南京路 1 号, 上海, CN",
    )
    assert read(address="1 High St", city="York")["address"] == "1 High St"
    assert read(address=[1])["address"] is None


def test_the_key_is_the_surest_identifier_and_the_rest_is_kept() -> None:
    said = read(level="gold", score=10**25)
    assert (said["record_id"], said["email"], said["user_id"]) == ("a@shop.example", "a@shop.example", None)  # fmt: skip
    assert said["traits"] == '{"level":"gold","score":10000000000000000000000000}'
    assert said["updated_at"] == NOW and read()["traits"] is None
