from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from limner.cli import collect, quarantine
from limner.cli.collect import bar
from limner.core.errors import LimnerError

_CSV = "订单号,会员号,下单时间,数量,金额\n1,M1,2024-03-01 10:00,1,5\n2,M2,2024-03-02,两,6\n3,M3,2024-03-03,1,7\n"
_APP = typer.Typer()
collect.register(_APP)
quarantine.register(_APP)


def _run(*words: str) -> str:
    result = CliRunner().invoke(_APP, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def orders(tmp_path: Path) -> str:
    (tmp_path / "orders.csv").write_text(_CSV, encoding="gb18030")
    return str(tmp_path / "orders.csv")


def test_guess_import_correct_replay(orders: str, tmp_path: Path) -> None:
    home = ("--home", str(tmp_path / "home"))
    document = json.loads(_run("import", orders, *home, "--yes", "--json"))
    counts = {
        key: document[key]
        for key in ("read", "kept", "quarantined", "duplicates", "kind", "source")
    }
    assert counts == {
        "read": 3, "kept": 2, "quarantined": 1, "duplicates": 0, "kind": "order_lines", "source": "orders",
    }  # fmt: skip
    assert document["mapping"] == f"{orders}.mapping.yaml"
    listed = json.loads(_run("quarantine", "list", *home, "--json"))
    assert (listed["waiting"], listed["rows"][0]["line"], listed["rows"][0]["value"]) == (
        1,
        3,
        "两",
    )
    fixed = _run(
        "quarantine", "correct", *home, "--column", "数量", "--was", "两", "--value", "2", "--json"
    )
    assert json.loads(fixed) == {"corrected": 1}
    replayed = json.loads(_run("quarantine", "replay", *home, "--json"))
    assert replayed == {"read": 1, "kept": 1, "quarantined": 0, "duplicates": 0}
    assert json.loads(_run("import", orders, *home, "--json"))["duplicates"] == 3
    assert "数量" in _run("quality", *home)
    assert "nothing waits" in _run("quarantine", "list", *home)


def test_without_yes_the_guess_is_written_and_nothing_imported(orders: str, tmp_path: Path) -> None:
    home = ("--home", str(tmp_path / "home"))
    with pytest.raises(LimnerError) as caught:
        _run("import", orders, *home)
    assert caught.value.code == "mapping-guessed"
    written = Path(f"{orders}.mapping.yaml")
    written.write_text(
        written.read_text(encoding="utf-8").replace("source: orders", "source: till"),
        encoding="utf-8",
    )
    assert json.loads(_run("import", orders, *home, "--json"))["source"] == "till"


def test_a_table_of_a_database(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute(
            "CREATE TABLE members (member_id INTEGER PRIMARY KEY, email TEXT, city TEXT)"
        )
        connection.execute(
            "INSERT INTO members VALUES (1, 'a@b.cn', 'Xi''an'), (2, 'nonsense', NULL)"
        )
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    home = tmp_path / "home"
    document = json.loads(
        _run("import", url, "--table", "members", "--kind", "customers", "--home", str(home), "--mapping",
             str(_mapping(tmp_path)), "--json")
    )  # fmt: skip
    assert (document["kept"], document["quarantined"]) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("gone.csv", None, "file-missing"),
        ("empty.csv", b"", "file-empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00", "file-shape"),
        ("other.csv", b"x,y\n1,2\n", "guess-impossible"),
    ],
)
def test_what_cannot_be_imported_leaves_nothing(
    tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    home = tmp_path / "home"
    with pytest.raises(LimnerError) as caught:
        _run("import", str(tmp_path / name), "--home", str(home), "--yes", "--json")
    assert (caught.value.code, caught.value.exit_code) == (code, 2)
    assert not list((home / "lake").glob("[a-z]*"))
    assert not list(tmp_path.glob("*.yaml"))


def test_nothing_is_dropped_by_default(tmp_path: Path) -> None:
    with pytest.raises(LimnerError, match="say which rows"):
        _run("quarantine", "drop", "--home", str(tmp_path))


def test_a_bar_is_full_only_when_all_is_there() -> None:
    assert bar(1.0, 4) == "████ 100.0%"
    assert bar(0.99999, 4).endswith(" 99.9%")
    assert bar(None) == "–"


def _mapping(directory: Path) -> Path:
    path = directory / "m.yaml"
    path.write_text(
        "kind: customers\nsource: crm\ncolumns: {user_id: member_id, email: email, city: city}\n"
    )
    return path
