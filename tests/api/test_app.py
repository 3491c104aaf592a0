"""The API: the console's users, one shape for everything that goes wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from limner.api import build_api
from limner.app import Limner, reading
from limner.govern import users

NOW = datetime.now(UTC)
PASSWORD = "correct horse"


@pytest.fixture
def client(limner: Limner) -> TestClient:
    users.create(limner.store, "ann", PASSWORD, "viewer", NOW)
    limner.lake.replace(
        "profiles",
        pa.Table.from_pylist(
            [{"customer_id": "c1", "email": "a@shop.example", "revenue_365d": 5.0}]
        ),
    )
    return TestClient(build_api(limner), raise_server_exceptions=False)


def test_nobody_reads_without_signing_in(client: TestClient) -> None:
    for auth in (None, ("ann", "wrong horse"), ("nobody", PASSWORD)):
        answer = client.get("/api/segments", auth=auth)
        assert answer.status_code == 401
        assert set(answer.json()) == {"code", "message"}
        assert answer.headers["www-authenticate"].startswith("Basic")


def test_customers_are_masked_by_role(client: TestClient) -> None:
    answer = client.get("/api/customers", auth=("ann", PASSWORD)).json()
    assert answer["total"] == 1
    assert answer["rows"] == [{"customer_id": "c1", "revenue_365d": 5.0}]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/reports/overview", 404, "report-unknown"),
        ("/api/customers?rule=nope%20%3E%201", 404, "rule-column"),
        ("/api/customers?size=0", 400, "size-malformed"),
        ("/api/customers?page=x", 400, "request-malformed"),
        ("/api/nothing", 404, "http-404"),
    ],
)
def test_every_refusal_has_one_shape(client: TestClient, path: str, status: int, code: str) -> None:
    answer = client.get(path, auth=("ann", PASSWORD))
    assert answer.json()["code"] == code
    assert set(answer.json()) == {"code", "message"}
    assert answer.status_code == status


def test_a_fault_of_ours_tells_nothing_of_its_inside(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(reading, "segments", fail)
    answer = client.get("/api/segments", auth=("ann", PASSWORD))
    assert answer.status_code == 500
    assert answer.json()["code"] == "broken"
    assert "secret" not in answer.text
