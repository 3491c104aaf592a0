"""The API's routes over a small lake: what they do, whom they let, and how they describe themselves."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from limner.api import build_api
from limner.app import Limner
from limner.govern import audit, users

NOW = datetime.now(UTC)
PASSWORD = "correct horse"
OWNER, VIEWER, ANALYST = ("ann", PASSWORD), ("vic", PASSWORD), ("ada", PASSWORD)


def filled(limner: Limner) -> TestClient:
    for name, role in (("ann", "owner"), ("vic", "viewer"), ("ada", "analyst")):
        users.create(limner.store, name, PASSWORD, role, NOW)
    rows = [
        {"customer_id": f"c{n}" if n else "a@shop.example", "email": f"c{n}@shop.example",
         "revenue_365d": float(n), "orders_365d": n, "city": "Leiden" if n % 2 else "Delft",
         "provenance": "{}"}
        for n in range(200)
    ]  # fmt: skip
    limner.lake.replace("profiles", pa.Table.from_pylist(rows))
    built = {"report": "overview", "as_of": NOW.date(), "body": "{}"}
    limner.lake.replace("reports", pa.Table.from_pylist([built]))
    return TestClient(build_api(limner), raise_server_exceptions=False)


@pytest.fixture
def client(limner: Limner) -> TestClient:
    """For tests that write: a shop of their own."""
    return filled(limner)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """For tests that only read, or are refused."""
    return filled(Limner.open(tmp_path_factory.mktemp("api") / "home"))


def ask(client: TestClient, method: str, path: str, who: Any = OWNER, **more: Any) -> Any:
    return client.request(method, path, auth=who, **more)


def test_segments_are_counted_listed_and_dropped(client: TestClient) -> None:
    found = ask(client, "GET", "/api/segments/count?expression=revenue_365d >= 150").json()
    assert (found["customers"], found["everyone"]) == (50, 200)
    made = ask(client, "POST", "/api/segments", json={"name": "Best", "rule": "revenue_365d>=150"})
    assert (made.status_code, made.json()) == (201, {"code": "best"})
    assert ask(client, "GET", "/api/segments/count?expression=best").json()["customers"] == 50
    one = next(r for r in ask(client, "GET", "/api/segments").json() if r["segment"] == "best")
    assert (one["rule"], one["customers"], one["is_own"]) == ("revenue_365d >= 150", 50, True)
    lives = "/api/segments/count?expression=city = 'Leiden' and revenue_365d >= 150"
    now = ask(client, "GET", f"{lives}&as_of=now").json()
    assert (now["customers"], now["everyone"]) == (0, 200), "nobody bought anything, by the events"
    at_build = ask(client, "GET", lives).json()
    assert (at_build["customers"], at_build["as_of"]) == (25, now["as_of"])
    assert ask(client, "GET", f"{lives}&as_of=soon").status_code == 400
    page = ask(client, "GET", "/api/segments/members?expression=best&size=20&page=3").json()
    assert (page["total"], page["pages"], len(page["customers"])) == (50, 3, 10)
    assert ask(client, "DELETE", "/api/segments/best").status_code == 204
    assert ask(client, "GET", "/api/segments/count?expression=best").status_code == 404


def test_audiences_are_made_shown_compared_exported_and_dropped(
    client: TestClient, limner: Limner
) -> None:
    wanted = {"name": "Big", "rule": "revenue_365d >= 20", "exclusions": ["city = 'Delft'"],
              "split": {"treated": 0.5, "control": 0.5}}  # fmt: skip
    seen = ask(client, "POST", "/api/audiences/preview", json=wanted).json()
    assert (seen["matched"], seen["excluded"], seen["size"]) == (180, 90, 90)
    now = {**wanted, "rule": "city = 'Leiden'", "as_of": "now"}
    assert ask(client, "POST", "/api/audiences/preview", json=now).json()["size"] == 100
    card = ask(client, "POST", "/api/audiences", json=wanted).json()
    assert card["parts"] == seen["parts"]
    assert ask(client, "GET", "/api/audiences/big").json() == card
    assert [one["audience"] for one in ask(client, "GET", "/api/audiences").json()] == ["big"]
    both = ask(client, "GET", "/api/audiences/overlap?group=big&group=revenue_365d >= 100").json()
    assert both["pairs"][0]["both"] == 50
    small = ask(client, "GET", "/api/audiences/big/export?format=csv")
    assert (small.status_code, small.json()["code"]) == (400, "audience-too-small")
    wide = {"name": "All", "rule": "revenue_365d >= 0"}
    ask(client, "POST", "/api/audiences", json=wide)
    file = ask(client, "GET", "/api/audiences/all/export?format=csv")
    assert file.headers["x-limner-people"] == "200"
    assert len(file.text.splitlines()) == 201
    assert audit.entries(limner.store, action="audience.exported")[0].actor == "ann"
    assert ask(client, "DELETE", "/api/audiences/big").status_code == 204
    assert ask(client, "GET", "/api/audiences/big").status_code == 404


def test_lists_are_uploaded_and_dropped(client: TestClient) -> None:
    file = {"file": ("vips.csv", b"email\nnobody@shop.example\nnull\n", "text/csv")}
    done = ask(client, "POST", "/api/lists", files=file, data={"name": "VIPs"})
    assert done.status_code == 201
    assert (done.json()["rows"], done.json()["void"]) == (1, 1)
    assert [one["list"] for one in ask(client, "GET", "/api/lists").json()] == ["vips"]
    assert ask(client, "DELETE", "/api/lists/vips").status_code == 204


SEGMENTS = {"segments": [{"code": "good", "name": "Good", "rule": "revenue_365d > 100"}]}
YAML = "segments:\n- code: good\n  name: Good\n  rule: revenue_365d > 100\n"


def test_definitions_are_applied_dry_and_real_and_exported(client: TestClient) -> None:
    dry = ask(client, "POST", "/api/apply?dry_run=true", json=SEGMENTS).json()
    assert [(c["code"], c["deed"]) for c in dry["changes"]] == [("good", "added")]
    assert dry["applied"] is False
    assert ask(client, "POST", "/api/apply", json=SEGMENTS).json()["applied"] is True
    again = ask(client, "POST", "/api/apply", content=YAML, headers={"content-type": "text/yaml"})
    assert again.json() == {"changes": [], "applied": False}
    document = ask(client, "GET", "/api/export").json()
    assert ask(client, "POST", "/api/apply?prune=true", json=document).json()["changes"] == []
    assert "rule: revenue_365d > 100" in ask(client, "GET", "/api/export?format=yaml").text
    wrong = ask(client, "POST", "/api/apply", content=YAML.replace("revenue", "revenu"),
                headers={"content-type": "application/yaml"})  # fmt: skip
    assert wrong.status_code == 404
    assert wrong.json()["message"].startswith("the body, line 4: segment 'good', field rule")


def test_tags_are_told_kept_and_moved(client: TestClient) -> None:
    tags = {tag["code"]: tag for tag in ask(client, "GET", "/api/tags").json()}
    assert tags["orders_365d"]["says"]["zh"]
    entry = {"code": "spent", "name": {"en": "Spent", "zh": "消费"}, "kind": "money",
             "description": {"en": "What was spent.", "zh": "消费金额。"}, "category": "consumption",
             "unit": "currency", "value": "revenue_365d + 1", "state": "draft"}  # fmt: skip
    assert ask(client, "POST", "/api/tags", json=entry).json()["state"] == "draft"
    moved = ask(client, "POST", "/api/tags/spent/state", json={"state": "review"}).json()
    assert (moved["state"], moved["value"]) == ("review", "revenue_365d + 1")
    assert ask(client, "GET", "/api/tags/spent").json()["versions"][0]["version"] == 1
    assert ask(client, "GET", "/api/tags/nope").status_code == 404


def test_a_tags_values_are_paged_and_masked(shared: TestClient) -> None:
    told = ask(shared, "GET", "/api/tags/orders_365d/values?size=3").json()
    assert (told["total"], told["known"], told["pages"]) == (200, 200, 67)
    assert told["values"][:2] == [{"customer_id": "a@shop.example", "value": 0},
                                  {"customer_id": "c1", "value": 1}]  # fmt: skip
    hidden = ask(shared, "GET", "/api/tags/orders_365d/values?size=3", VIEWER).json()
    assert hidden["values"][0]["customer_id"].startswith("~")


def test_one_customer_is_masked_by_role(shared: TestClient) -> None:
    seen = ask(shared, "GET", "/api/customers/c7").json()
    assert seen["profile"]["email"] == "c7@shop.example"
    hidden = ask(shared, "GET", "/api/customers/c7", VIEWER).json()
    assert hidden["profile"]["email"] == "c***@***.example"
    assert "c7@shop.example" not in str(hidden)
    assert ask(shared, "GET", "/api/customers/nobody").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/segments", {"name": "x", "rule": "revenue_365d > 1"}),
        ("DELETE", "/api/segments/x", None),
        ("POST", "/api/audiences", {"name": "x", "rule": "revenue_365d > 1"}),
        ("DELETE", "/api/audiences/x", None),
        ("GET", "/api/audiences/x/export", None),
        ("GET", "/api/segments/export?expression=revenue_365d > 1", None),
        ("POST", "/api/apply", SEGMENTS),
        ("POST", "/api/tags", {"code": "x"}),
        ("POST", "/api/tags/x/state", {"state": "approved"}),
        ("DELETE", "/api/lists/x", None),
    ],
)
def test_a_viewer_changes_and_takes_nothing(
    shared: TestClient, method: str, path: str, body: object
) -> None:
    answer = ask(shared, method, path, VIEWER, json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "role-may-not")


@pytest.mark.parametrize(
    "rule", ["email = 'c7@shop.example'", "traits.income = 'x'", "segment('x') or PHONE is null"]
)
def test_what_is_hidden_cannot_be_asked_by(shared: TestClient, rule: str) -> None:
    asked = {"expression": rule}
    for path in ("count", "members", "describe"):
        answer = ask(shared, "GET", f"/api/segments/{path}", ANALYST, params=asked)
        assert (answer.status_code, answer.json()["code"]) == (403, "rule-personal")
    body = {"name": "x", "rule": "revenue_365d > 1", "exclusions": [rule]}
    for path in ("/api/audiences", "/api/audiences/preview"):
        assert ask(shared, "POST", path, ANALYST, json=body).json()["code"] == "rule-personal"
    applied = {"segments": [{"code": "x", "name": "x", "rule": rule}]}
    assert ask(shared, "POST", "/api/apply", ANALYST, json=applied).json()["code"] == "rule-personal"  # fmt: skip
    plain = {"expression": "city = 'email traits.income'"}  # a value is no word of the rule
    assert ask(shared, "GET", "/api/segments/count", ANALYST, params=plain).status_code == 200


def test_ids_that_are_addresses_are_masked(shared: TestClient) -> None:
    asked = {"expression": "revenue_365d = 0"}
    hidden = ask(shared, "GET", "/api/segments/members", VIEWER, params=asked).json()["customers"]
    assert len(hidden) == 1 and hidden[0].startswith("~")
    assert ask(shared, "GET", "/api/segments/members", params=asked).json()["customers"] == ["a@shop.example"]  # fmt: skip


def test_a_request_from_another_site_changes_nothing(client: TestClient) -> None:
    far = {"origin": "https://evil.example"}
    answer = ask(client, "POST", "/api/apply", json=SEGMENTS, headers=far)
    assert (answer.status_code, answer.json()["code"]) == (403, "origin-foreign")
    near = {"origin": "http://testserver"}
    assert ask(client, "POST", "/api/apply", json=SEGMENTS, headers=near).status_code == 200


def test_every_route_is_described_for_programs_and_people(shared: TestClient) -> None:
    assert shared.get("/api/openapi.json").status_code == 401
    assert shared.get("/api/docs").status_code == 401
    document = ask(shared, "GET", "/api/openapi.json", VIEWER).json()
    told = set(document["paths"])
    assert {"/api/tags", "/api/tags/{code}", "/api/segments/count", "/api/segments/members",
            "/api/segments/describe", "/api/audiences/{code}/export", "/api/audiences/overlap",
            "/api/customers/{customer_id}", "/api/lists", "/api/apply", "/api/export"} <= told  # fmt: skip
    for path, methods in document["paths"].items():
        for route in methods.values():
            assert route["summary"] and "422" not in route["responses"], path
            assert route["responses"]["404"]["content"]["application/json"]["schema"]["$ref"]
    page = ask(shared, "GET", "/api/docs", VIEWER)
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert not re.search(r"(?:src|href)=['\"]?(?:https?:)?//", page.text)
    for path in told:
        assert path in page.text


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/segments/count?expression=orders_365d > 1&as_of=9999-12-31", "date-malformed"),
        ("/api/segments/describe?expression=rfm:loyal&as_of=0001-01-01", "date-malformed"),
        ("/api/tags/orders_365d/values?as_of=yesterday", "date-malformed"),
        ("/api/segments/members?expression=orders_365d > 1&page=9223372036854775807", "page-malformed"),
        ("/api/customers?page=0", "page-malformed"),
        ("/api/customers?segment=nope", "segment-unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_name(shared: TestClient, path: str, code: str) -> None:
    answer = ask(shared, "GET", path)
    assert answer.status_code in (400, 404) and answer.json()["code"] == code


def test_pages_end(shared: TestClient) -> None:
    last, beyond = (ask(shared, "GET", f"/api/customers?page={n}").json() for n in (2, 3))
    assert (last["page"], last["pages"], len(last["rows"])) == (2, 2, 100)
    assert (beyond["page"], beyond["rows"]) == (3, [])


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/api/apply?dry_run=1", b"[" * 100_000),
        ("/api/apply?dry_run=1", b'{"segments": [{"code": "x", "name": "\\ud800", "rule": "orders_365d > 1"}]}'),
        ("/api/segments", b'{"name": "\\ud800", "rule": "orders_365d > 1"}'),
    ],
)  # fmt: skip
def test_a_body_that_no_text_is_made_of_is_refused(shared: TestClient, path: str, content: bytes) -> None:  # fmt: skip
    answer = ask(
        shared, "POST", path, content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400 and set(answer.json()) == {"code", "message"}


@pytest.mark.parametrize("name", ["..", "a" * 300 + ".csv", "C:\\lists\\会员.csv", "a/../b.csv"])
def test_a_list_may_have_any_file_name(client: TestClient, name: str) -> None:
    content = b"email\na@shop.example\n"
    done = ask(client, "POST", "/api/lists", files={"file": (name, content)}, data={"name": "Any"})
    assert (done.status_code, done.json()["rows"]) == (201, 1)
    empty = ask(client, "POST", "/api/lists", files={"file": (name, b"")}, data={"name": "Any"})
    assert empty.status_code == 400 and "tmp" not in empty.json()["message"]
