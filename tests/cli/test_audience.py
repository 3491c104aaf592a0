"""`limner segment|audience|list|customer|apply|export`: for scripts and for people, wrong input in one line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer

from limner.app import Limner
from limner.cli import apply, audience, customer, lists, live, segment
from limner.core.errors import Rejected

DEFINITIONS = "segments:\n- {code: good, name: Good, rule: orders_365d > 100}\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built shop of 200 customers."""
    home = tmp_path_factory.mktemp("cli") / "home"
    limner = Limner.open(home)
    rows = [{"customer_id": f"c{n}", "email": f"c{n}@shop.example", "orders_365d": n, "provenance": "{}"} for n in range(200)]  # fmt: skip
    limner.lake.replace("profiles", pa.Table.from_pylist(rows))
    known = [{"kind": "email", "value": row["email"], "customer_id": row["customer_id"]} for row in rows]  # fmt: skip
    limner.lake.replace("identities", pa.Table.from_pylist(known))
    built = {"report": "build", "as_of": date(2017, 12, 31), "body": "{}"}
    limner.lake.replace("reports", pa.Table.from_pylist([built]))
    limner.lake.close()
    limner.store.close()
    return home


class Said:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="module")
def cli() -> typer.Typer:
    made = typer.Typer()
    for module in (segment, audience, lists, customer, apply, live):
        module.register(made)
    return made


@pytest.fixture
def run(cli: typer.Typer, home: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def limner(*words: str) -> Said:
        told, code = "", 0
        try:
            cli([*words, "--home", str(home)], standalone_mode=False)
        except Rejected as error:
            told, code = error.message, error.exit_code
        said = capsys.readouterr()
        return Said(code, said.out, told + said.err)

    return limner


def test_segments_are_counted_listed_and_exported(run: Any, tmp_path: Path) -> None:
    counted = run("segment", "count", "orders_365d >= 150", "--json").json
    assert (counted["customers"], counted["everyone"]) == (50, 200)
    assert "50 of 200 customers (25.0%)" in run("segment", "count", "orders_365d >= 150").out
    assert isinstance(run("segment", "list", "--json").json, list)
    listed = run("segment", "list", "orders_365d >= 150", "--json").json
    assert listed["total"] == len(set(listed["customers"])) == 50 and "c199" in listed["customers"]
    assert len(run("segment", "list", "orders_365d >= 150", "--csv").out.splitlines()) == 51
    hidden = run("segment", "export", "orders_365d >= 198").out.splitlines()
    assert len(hidden) == 3 and "@" not in "".join(hidden)
    assert "@" in run("segment", "export", "orders_365d >= 198", "--personal").out
    file = tmp_path / "best.parquet"
    assert run("segment", "export", "orders_365d >= 198", "--out", str(file), "--json").json["rows"] == 2  # fmt: skip
    assert pq.read_table(file).num_rows == 2


def test_now_is_a_day_to_look_back_from_and_soon_is_none(run: Any) -> None:
    now = run("segment", "count", "email is not null", "--as-of", "now", "--json").json
    assert (now["customers"], now["everyone"]) == (200, 200)
    assert now["as_of"] > "2017-12-31"
    made = ("audience", "create", "Now", "email is not null", "--dry-run", "--json")
    assert run(*made, "--as-of", "now").json["size"] == 200
    assert run("segment", "export", "customer_id = 'c7'", "--as-of", "now", "--json").json
    assert run("segment", "list", "--as-of", "now", "--json").json
    for soon in ("soon", "today", "2017-13-01"):
        assert "or now" in run("segment", "count", "did(orders)", "--as-of", soon).err


def test_entering_is_counted_of_a_segment_there_is(run: Any) -> None:
    said = run("live", "segments", "--segment", "nope", "--days", "3")
    assert said.code == 2 and "no segment 'nope'" in said.err
    known = run("live", "segments", "--segment", "rfm:loyal", "--days", "3", "--json")
    assert [(one["entered"], one["left"]) for one in known.json] == [(0, 0)] * 3
    for days in ("0", "4000"):
        said = run("live", "segments", "--segment", "rfm:loyal", "--days", days)
        assert said.code == 2 and "count 1 to 3,660" in said.err


def test_an_audience_from_made_to_gone(run: Any, tmp_path: Path) -> None:
    made = ("audience", "create", "Spring", "orders_365d >= 20", "--split", "a=0.5,control=0.5")
    dry = run(*made, "--dry-run", "--json").json
    card = run(*made, "--json").json
    assert card["parts"] == dry["parts"] and card["size"] == 180
    assert run(*made, "--json").json == card, "again gives the audience there is"
    assert run("audience", "show", "Spring", "--json").json == card
    assert [one["audience"] for one in run("audience", "list", "--json").json] == ["spring"]
    both = run("audience", "overlap", "spring", "orders_365d >= 100", "--json").json
    assert both["pairs"][0]["both"] == 100
    file = tmp_path / "spring.csv"
    done = run("audience", "export", "spring", "--out", str(file), "--json").json
    assert done["people"] == 180 and len(file.read_text().splitlines()) == 181
    assert run("audience", "drop", "spring", "--json").json == {"dropped": "spring", "size": 180}


def test_a_list_is_uploaded_counted_and_dropped(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "vips.txt"
    file.write_text("c1@shop.example\nnobody@shop.example\n")
    assert run("list", "upload", str(file), "--json").json["rows"] == 2
    assert run("segment", "count", "list('vips')", "--json").json["customers"] == 1
    assert [one["list"] for one in run("list", "list", "--json").json] == ["vips"]
    assert run("list", "drop", "vips").code == 0


def test_one_customer_is_masked_unless_asked(run: Any) -> None:
    assert "c7@shop" not in run("customer", "show", "c7", "--json").out
    shown = run("customer", "show", "c7", "--personal", "--json").json
    assert shown["profile"]["email"] == "c7@shop.example"


def test_definitions_are_applied_once_and_exported(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "defs.yaml"
    file.write_text(DEFINITIONS)
    dry = run("apply", str(file), "--dry-run")
    assert "+ segment good" in dry.out and "1 added" in dry.out
    unsure = run("apply", str(file))
    assert unsure.code == 2 and "--yes" in unsure.err, "nobody at a terminal is nobody to ask"
    assert run("apply", str(file), "--yes", "--json").json["applied"] is True
    assert "Nothing to change" in run("apply", str(file), "--yes").out
    file.write_text(DEFINITIONS.replace("> 100", "> 120"))
    assert (
        "rule: orders_365d > 100 -> orders_365d > 120" in run("apply", str(file), "--dry-run").out
    )
    exported = run("export").out
    assert "rule: orders_365d > 100" in exported
    file.write_text(exported)
    assert run("apply", str(file), "--prune", "--yes", "--json").json["changes"] == []
    assert run("export", str(tmp_path / "out"), "--json").json["segments"][0]["code"] == "good"
    file.write_text("{segments: [], tags: []}")
    assert "- segment good" in run("apply", str(file), "--prune", "--yes").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("segment", "count", "nope > 1"), "there is no 'nope'"),
        (("segment", "count", "rfm:champion"), "did you mean rfm:champions"),
        (("segment", "export", "orders_365d > 1", "--out", "a.doc"), "not a kind of file"),
        (("audience", "create", "x", "orders_365d > 1", "--split", "a:1"), "treated=0.9"),
        (("audience", "create", "x", "orders_365d > 1", "--split", "a=0.5"), "add up to"),
        (("audience", "create", "x", "orders_365d > 1", "--split", "a=1,a=1"), "a second time"),
        (("audience", "show", "nope"), "there is no audience 'nope'"),
        (("audience", "overlap", "orders_365d > 1"), "2 to 6"),
        (("list", "upload", "gone.csv"), "there is no file"),
        (("list", "drop", "nope"), "there is no list"),
        (("customer", "show", "nobody"), "no customer is known"),
        (("live", "segments", "--customer", "nobody"), "nobody is known as 'nobody'"),
        (("live", "segments", "--lang", "fr"), "use en or zh"),
        (("apply", "gone.yaml"), "there is no file or directory"),
    ],
)
def test_wrong_input_is_one_clear_line(run: Any, words: tuple[str, ...], said: str) -> None:
    told = run(*words)
    assert (told.code, told.out) == (2, "")
    assert len(told.err.strip().splitlines()) == 1 and said in told.err


def test_an_empty_home_says_the_next_step(run: Any, cli: typer.Typer, tmp_path: Path) -> None:
    for words, said in (
        (("customer", "show", "1"), "limner import FILE"),
        (("segment", "list", "orders_90d > 1"), "limner build"),
        (("segment", "describe", "rfm:loyal"), "limner build"),
    ):
        with pytest.raises(Rejected, match=said):
            cli([*words, "--home", str(tmp_path / "home")], standalone_mode=False)
    assert "limner import" in run("live", "tail", "--no-follow").err
