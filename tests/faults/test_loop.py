"""kill -9 and Ctrl-C anywhere in the loop: the same command again ends as if nothing had been."""

import json
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import select

from limner.app import Limner
from limner.core.tables import TABLES
from limner.lake import Lake
from limner.store.models import Campaign, Consent, Delivery

pytestmark = pytest.mark.faults

Run = Callable[..., Any]
DEMO = ("demo", "--once", "--json", "--home")
# What tells of the run and not of the shop.
PASSING = {"received_at", "at", "seconds"}


def canonical(value: object, home: Path) -> object:
    """A value without the run's own paths and seconds, and floats as far as a sum's order allows."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return {k: canonical(v, home) for k, v in value.items() if k not in PASSING}
    if isinstance(value, list):
        return [canonical(v, home) for v in value]
    if isinstance(value, str):
        if value[:1] in ("{", "["):
            return canonical(json.loads(value), home)
        return value.replace(str(home), "HOME")
    return value


def rows(table: pa.Table, home: Path) -> list[str]:
    return sorted(
        json.dumps(canonical(row, home), sort_keys=True, default=str) for row in table.to_pylist()
    )


def state(home: Path) -> dict[str, object]:
    """Everything that a run leaves, in an order that does not depend on how it came about."""
    lake = Lake(str(home / "lake"), "America/New_York")
    found: dict[str, object] = {n: rows(lake.fetch(lake.table(n)), home) for n in TABLES}
    found["revenue"] = round(lake.query("select sum(revenue) r from events").to_pylist()[0]["r"], 4)
    found["outbox"] = sorted(str(f.relative_to(home)) for f in (home / "outbox").rglob("*"))
    limner = Limner.open(home)
    with limner.store.reading() as session:
        for model, columns in (
            (Delivery, ("message_id", "customer_id", "status", "reason", "subject")),
            (Consent, ("customer_id", "channel", "purpose", "is_granted")),
            (Campaign, ("campaign_id", "status")),
        ):
            found[f"store {model.__tablename__}"] = sorted(
                tuple(getattr(row, column) for column in columns)
                for row in session.scalars(select(model))
            )
    limner.store.close()
    lake.close()
    return found


def assert_same(found: dict[str, object], wanted: dict[str, object]) -> None:
    for name, value in wanted.items():
        if isinstance(value, list):
            assert len(found[name]) == len(value), name  # type: ignore[arg-type]
            different = [
                pair for pair in zip(found[name], value, strict=True) if pair[0] != pair[1]
            ]  # type: ignore[call-overload]
            assert not different, (name, different[0])
        else:
            assert found[name] == value, name


@pytest.fixture(scope="module")
def unbroken(run: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A home that a run brought to its end undisturbed, and what the run printed."""
    home = tmp_path_factory.mktemp("unbroken") / "home"
    ended = run(*DEMO, home)
    assert ended.code == 0, ended.err
    return home, json.loads(ended.out)


def kill_points(seconds: dict[str, float], seed: int) -> list[list[object]]:
    """Where to kill, in the order of the loop: in imports, in each build, deciding and sending."""
    lots = random.Random(seed)
    imports = [f"import {name.partition('.')[2]}" for name in seconds if name.startswith("import.")]
    steps = [*sorted(lots.sample(range(len(imports)), 3))]
    chosen = [imports[at] for at in steps]
    for prefix, others in (("november.", ["plan", "send", "send"]), ("build.", [])):
        builds = [name for name in seconds if name.startswith(prefix)]
        chosen += [lots.choice(builds), *others]
    lasting = {"plan": "decide", "send": "act"}
    return [
        [
            "step",
            step,
            lots.random() * seconds[lasting.get(step, step.replace("import ", "import."))],
        ]
        for step in chosen
    ]


@pytest.mark.parametrize("seed", [1])
def test_killed_again_and_again_the_demo_ends_as_if_it_had_not_been(
    run: Run, unbroken: tuple[Path, dict[str, Any]], tmp_path: Path, seed: int
) -> None:
    home, summary = tmp_path / "home", unbroken[1]
    killed = 0
    for point in kill_points(summary["seconds"], seed):
        killed += run(*DEMO, home, kill=point).code == -signal.SIGKILL
    assert killed >= 5  # a step that went faster this time may have been missed
    ended = run(*DEMO, home)
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["counts"] == summary["counts"]
    assert_same(state(home), state(unbroken[0]))


def test_killed_before_each_write_in_turn_the_demo_ends_as_if_it_had_not_been(
    run: Run, unbroken: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    home, lots = tmp_path / "home", random.Random(2)
    ended = run(*DEMO, home, kill=["write", 3])
    for _ in range(6):
        ended = run(*DEMO, home, kill=["write", lots.randint(20, 80)])
        if ended.code == 0:
            break
        assert ended.code == -signal.SIGKILL, ended.err
    ended = run(*DEMO, home)
    assert ended.code == 0, ended.err
    assert_same(state(home), state(unbroken[0]))


def test_interrupted_the_demo_says_so_in_one_line_and_goes_on(
    run: Run, unbroken: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    for step, seconds in (
        ("import transactions", 0.05),
        ("november.unify", 0.05),
        ("send", 0.05),
    ):
        ended = run(*DEMO, home, kill=["interrupt", step, seconds])
        assert (ended.code, ended.err) == (
            130,
            "interrupted; run the same command again to go on\n",
        ), (step, ended)
    ended = run(*DEMO, home)
    assert ended.code == 0, ended.err
    assert_same(state(home), state(unbroken[0]))
