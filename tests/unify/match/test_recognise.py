import pyarrow as pa
import pytest

from limner.unify.match.recognise import recognise
from limner.unify.match.vocabulary import role_of_header


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("cust_nm", "full_name"), ("CustFirstName", "given_name"), ("Nachname", "surname"),
        ("Geb.-Datum", "birth_date"), ("手机号", "phone"), ("收货地址", "street"), ("zip5", "postcode"),
        ("Prénom", "given_name"), ("fecha_nacimiento", "birth_date"), ("E-Mail", "email"),
        ("身份证号", "identifier"), ("rec_id", "row_id"), ("cluster_id", "truth"), ("created_at", "clerical"),
        ("customerId", "row_id"), ("公司名称", "company"), ("xyz", None),
    ],
)  # fmt: skip
def test_headers_of_five_languages_are_understood(header: str, role: str | None) -> None:
    assert role_of_header(header) == role


def _roles(**columns: list[str | None]) -> dict[str, str]:
    table = pa.table({k: pa.array(v, pa.string()) for k, v in columns.items()})
    return {column.name: column.role for column in recognise(table)}


def test_values_speak_where_headers_do_not() -> None:
    found = _roles(
        a=[f"user{i}@shop.example" for i in range(60)],
        b=[f"19{50 + i % 45}-0{1 + i % 9}-1{i % 9}" for i in range(60)],
        c=[f"138{i:08d}" for i in range(60)],
        d=["M", "F"] * 30,
        e=["王芳", "李伟", "张敏", "刘洋"] * 15,
        f=[f"{i} Oak Street" for i in range(60)],
        g=[str(i) for i in range(60)],
        h=["same"] * 60,
        i=[None] * 60,
    )
    assert found == {
        "a": "email", "b": "birth_date", "c": "phone", "d": "gender", "e": "full_name",
        "f": "street", "g": "ignored", "h": "ignored", "i": "ignored",
    }  # fmt: skip


def test_a_header_is_not_believed_against_its_values() -> None:
    assert _roles(dob=["red", "green", "blue"] * 30)["dob"] != "birth_date"
    assert _roles(title=[f"Canon EOS {i} Digital Camera" for i in range(90)])["title"] == "text"
    assert _roles(name=[f"Müller {i % 40} Handels GmbH" for i in range(90)])["name"] == "company"


@pytest.mark.parametrize(
    "header", ["rec_id", "cluster", "label", "entity_id", "is_duplicate", "真实id"]
)
def test_a_column_that_holds_the_answer_is_no_evidence(header: str) -> None:
    assert _roles(**{header: [f"x{i // 2}" for i in range(60)]})[header] == "ignored"
