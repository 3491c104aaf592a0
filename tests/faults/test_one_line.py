"""Whatever is wrong with what a command is given: one line that says it, and an exit code not 0."""

import os
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import pytest

from limner.app import mappings
from limner.cli import main

pytestmark = pytest.mark.faults

Spoil = Callable[[Path], None]

ORDERS = """order,customer,time,product,qty,amount
1,a,2024-01-02 10:00:00,p1,1,3.5
2,b,2024-01-03 10:00:00,p2,2,7
3,c,2024-01-04 10:00:00,p2,2,7
"""
MAPPING = """kind: order_lines
source: till
columns: {order_id: order, user_id: customer, time: time, product_id: product, quantity: qty,
          revenue: amount}
"""


def main_says(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command run in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["limner", *argv])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
    said = capsys.readouterr()
    code = ended.value.code
    return code if isinstance(code, int) else 0, said.out, said.err


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a home of three orders and the files that made it."""
    place = tmp_path_factory.mktemp("shop")
    (place / "orders.csv").write_text(ORDERS)
    (place / "good.yaml").write_text(MAPPING)
    command = ["import", "orders.csv", "--mapping", "good.yaml", "--home", "home", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "limner", *command], cwd=place, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture
def here(shop: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the shop, and the working directory."""
    place = tmp_path / "here"
    shutil.copytree(shop, place)
    with chdir(place):
        yield place


def file(name: str, content: str | bytes) -> Spoil:
    def write(here: Path) -> None:
        path = here / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return write


def mapped(old: str, new: str) -> Spoil:
    assert old in MAPPING
    return file("bad.yaml", MAPPING.replace(old, new))


def nothing(here: Path) -> None:
    pass


def zipped(here: Path) -> None:
    with zipfile.ZipFile(here / "bad.xlsx", "w") as archive:
        archive.writestr("a.txt", "no workbook")


def cut_parquet(here: Path) -> None:
    whole = next((here / "home").rglob("*.parquet")).read_bytes()
    (here / "bad.parquet").write_bytes(whole[: len(whole) // 2])


def cut_lake_file(here: Path) -> None:
    part = next((here / "home/lake/events").rglob("*.parquet"))
    part.write_bytes(part.read_bytes()[:40])


def cut_log(here: Path) -> None:
    log = sorted((here / "home/lake/events/_delta_log").glob("*.json"))[-1]
    log.write_bytes(log.read_bytes()[:60])


def spoiled_store(here: Path) -> None:
    for left in (here / "home").glob("limner.db*"):
        left.unlink()
    (here / "home/limner.db").write_bytes(b"not a database " * 100)


def lake_is_file(here: Path) -> None:
    shutil.rmtree(here / "home/lake")
    (here / "home/lake").write_text("a file")


TAKE = ("--yes", "--home", "home", "--json")
BAD = ("import", "orders.csv", "--mapping", "bad.yaml", "--home", "home")
IN_HOME = ("--home", "home")

# name, what is spoiled, the command, the error's code, and words that the line must hold
CASES: list[tuple[str, Spoil, tuple[str, ...], str, tuple[str, ...]]] = [
    ("missing file", nothing, ("import", "no.csv", *TAKE), "file-missing", ("no.csv",)),
    ("empty file", file("e.csv", ""), ("import", "e.csv", *TAKE), "file-empty", ("e.csv",)),
    ("blank file", file("e.csv", "\n \n"), ("import", "e.csv", *TAKE), "file-empty", ("blanks",)),
    ("directory", nothing, ("import", "home", *TAKE), "file-directory", ("give one file",)),
    ("picture", file("p.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256))), ("import", "p.csv", *TAKE),
     "file-shape", ("p.csv", "a PNG picture")),
    ("zip as xlsx", zipped, ("import", "bad.xlsx", *TAKE), "file-shape", ("damaged",)),
    ("text as xlsx", file("t.xlsx", ORDERS), ("import", "t.xlsx", *TAKE), "file-shape", ("t.xlsx",)),
    ("cut parquet", cut_parquet, ("import", "bad.parquet", *TAKE), "file-shape", ("cut off",)),
    ("json array", file("a.jsonl", '[{"a": 1}]'), ("import", "a.jsonl", *TAKE), "file-shape",
     ("one object a line",)),
    ("no database", nothing, ("import", "sqlite:///no.db#t", *TAKE), "file-missing", ("no.db",)),
    ("dead database", nothing, ("import", "postgresql://u:hidden@127.0.0.1:1/x#t", *TAKE),
     "source-unreachable", ("***",)),
    ("unknown kind", nothing, ("import", "orders.csv", "--kind", "ordres", *TAKE), "kind-unknown",
     ("ordres", "order_lines")),
    ("column", mapped("amount", "amuont"), BAD, "mapping-no-column", ("amuont", "amount")),
    ("key", mapped("source:", "sorce:"), BAD, "mapping-key", ("sorce", "source")),
    ("field", mapped("revenue", "revenues"), BAD, "mapping-field", ("revenues",)),
    ("kind", mapped("order_lines", "orders"), BAD, "mapping-kind", ("orders", "order_lines")),
    ("broken yaml", mapped("{order_id", "[order_id"), BAD, "mapping-malformed", ("bad.yaml",)),
    ("list yaml", file("bad.yaml", "- a\n"), BAD, "mapping-malformed", ("kind:",)),
    ("binary yaml", file("bad.yaml", b"\xff\xfe\x00"), BAD, "mapping-unreadable", ("bad.yaml",)),
    ("no mapping file", nothing, BAD, "mapping-missing", ("bad.yaml",)),
    ("expression", mapped("revenue: amount", "revenue: {sql: amount + (}"), BAD,
     "expression-malformed", ("revenue",)),
    ("time", mapped("till\ncolumns: {order_id: order, user_id: customer, time: time",
                    "other\ncolumns: {order_id: order, user_id: customer, time: product"), BAD, "mapping-wrong", ("line 2", "p1")),
    ("home is a file", nothing, ("build", "--home", "orders.csv"), "home-not-directory", ("--home",)),
    ("home in a file", nothing, ("build", "--home", "orders.csv/x"), "home-not-directory",
     ("orders.csv",)),
    ("demo in a file", nothing, ("demo", "--once", "--json", "--home", "orders.csv"),
     "home-not-directory", ("orders.csv",)),
    ("no data", nothing, ("build", "--home", "new"), "events-missing", ("limner import",)),
    ("before all", nothing, ("build", *IN_HOME, "--as-of", "2020-01-01"), "events-after-as-of",
     ("2024-01-04",)),
    ("date", nothing, ("build", *IN_HOME, "--as-of", "2020-31-01"), "date-malformed",
     ("2020-31-01",)),
    ("campaign", nothing, ("campaign", "plan", "spring", *IN_HOME), "campaign-unknown", ("spring",)),
    ("command", nothing, ("biuld",), "usage", ("biuld", "limner --help")),
    ("option", nothing, ("build", "--hom", "x"), "usage", ("--hom",)),
    ("argument", nothing, ("import",), "usage", ("file",)),
    ("sql writes", nothing, ("sql", "delete from events", *IN_HOME), "sql-not-select", ("SELECT",)),
    ("sql copies", nothing, ("sql", "copy events to 'x'", *IN_HOME), "sql-not-select", ("SELECT",)),
    ("sql table", nothing, ("sql", "select * from evnts", *IN_HOME), "sql-refused",
     ("evnts", "events")),
    ("sql file", nothing, ("sql", "select * from read_csv('/etc/passwd')", *IN_HOME), "sql-refused",
     ("/etc/passwd",)),
    ("toml", file("home/limner.toml", "timezone = ["), ("build", *IN_HOME), "settings-malformed",
     ("limner.toml",)),
    ("binary toml", file("home/limner.toml", b"\xff\xfe\x00"), ("build", *IN_HOME),
     "settings-malformed", ("limner.toml", "UTF-8")),
    ("setting", file("home/limner.toml", "timezon = 'UTC'"), ("build", *IN_HOME),
     "setting-unknown", ("timezon", "timezone")),
    ("time zone", file("home/limner.toml", "timezone = 'Mars/Base'"), ("build", *IN_HOME),
     "timezone-unknown", ("Mars/Base", "Asia/Shanghai")),
    ("dead store", file("home/limner.toml", "store_url = 'postgresql://u:hidden@127.0.0.1:1/x'"),
     ("build", *IN_HOME), "store-busy", ("127.0.0.1",)),
    ("other store", file("home/limner.toml", "store_url = 'mysql://u:hidden@127.0.0.1/x'"),
     ("build", *IN_HOME), "store-url", ("sqlite or postgresql",)),
    ("spoiled store", spoiled_store, ("build", *IN_HOME), "store-unreadable", ("limner.db",)),
    ("cut log", cut_log, ("build", *IN_HOME), "lake-unreadable", ("table events", "backup")),
    ("cut log, sql", cut_log, ("sql", "select * from events", *IN_HOME), "lake-unreadable",
     ("table events",)),
    ("cut file of the lake", cut_lake_file, ("build", *IN_HOME), "lake-unreadable", ("backup",)),
    ("lake is a file", lake_is_file, ("build", *IN_HOME), "lake-unwritable", ("lake",)),
]  # fmt: skip


def assert_one_line(ended: tuple[int, str, str], code: str, words: tuple[str, ...]) -> None:
    exit_code, out, err = ended
    assert exit_code not in (0, 1), err  # 1 is a traceback's
    assert err.startswith(f"error {code}: "), err
    assert err.count("\n") == 1, err
    assert err.endswith("\n")
    assert len(err) < 700, err
    assert "hidden" not in err, "a password"
    assert out == ""
    for word in words:
        assert word in err, (word, err)


@pytest.mark.parametrize(
    ("spoil", "argv", "code", "words"),
    [pytest.param(*case[1:], id=case[0].replace(" ", "-")) for case in CASES],
)
def test_one_line_says_what_is_wrong(
    here: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Spoil,
    argv: tuple[str, ...],
    code: str,
    words: tuple[str, ...],
) -> None:
    spoil(here)
    assert_one_line(main_says(capsys, *argv), code, words)


def test_a_parquet_file_that_is_damaged_within(
    here: Path, small_year: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = bytearray((small_year / "transactions.parquet").read_bytes())
    whole[1000 : len(whole) // 2] = os.urandom(len(whole) // 2 - 1000)
    (here / "bad.parquet").write_bytes(whole)
    till = str(Path(mappings.__file__).parent / "transactions.yaml")
    ended = main_says(capsys, "import", "bad.parquet", "--mapping", till, *IN_HOME)
    assert_one_line(ended, "file-damaged", ("get it anew",))


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_taken(here: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = main_says(capsys, command, "--port", str(port), *IN_HOME)
    assert_one_line(ended, "port-taken", (str(port), "--port"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_home_that_may_not_be_written_to(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for above in (here, *here.parents):
        if above.stat().st_uid == 0 and len(above.parts) > 2:
            above.chmod(0o755)
    (here / "locked").mkdir(mode=0o555)
    os.seteuid(65534)
    try:
        ends = [main_says(capsys, "build", "--home", home) for home in ("locked", "locked/new")]
    finally:
        os.seteuid(0)
    for ended in ends:
        assert_one_line(ended, "home-not-writable", ("locked", "Permission denied", "--home"))


def test_a_fault_nobody_thought_of_is_one_line_too(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_home: Path) -> None:
        raise TypeError("two\nlines")

    monkeypatch.setattr("limner.app.Limner.open", broken)
    ended = main_says(capsys, "build", *IN_HOME)
    assert_one_line(ended, "unexpected", ("TypeError: two lines", "LIMNER_DEBUG=1"))
    monkeypatch.setenv("LIMNER_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["limner", "build"])
    with pytest.raises(TypeError):
        main()
