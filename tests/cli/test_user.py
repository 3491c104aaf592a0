import json
import os
import subprocess
import sys
from pathlib import Path

from limner.govern import users
from limner.store import Store

LIMNER = Path(sys.executable).parent / "limner"


def run(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LIMNER, "user", *words, "--home", home], capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, env={**os.environ, **env},
    )  # fmt: skip


def test_a_user_is_added_listed_changed_and_removed(tmp_path: Path) -> None:
    made = run(tmp_path, "add", "安", "--role", "owner", "--language", "zh", "--json")
    password = json.loads(made.stdout)["password"]
    store = Store(f"sqlite:///{tmp_path / 'limner.db'}")
    (user,) = users.everyone(store)
    assert users._fits(user.password_hash, password)

    given = run(tmp_path, "add", "bob", "--role", "owner", LIMNER_PASSWORD="battery staple")
    assert "battery" not in given.stdout + given.stderr
    changed = run(tmp_path, "passwd", "安", LIMNER_PASSWORD="correct horse")
    assert changed.returncode == 0
    assert users._fits(users.everyone(store)[1].password_hash, "correct horse")

    listed = json.loads(run(tmp_path, "list", "--json").stdout)
    assert [(row["name"], row["role"]) for row in listed] == [("bob", "owner"), ("安", "owner")]
    assert not any("hash" in key or "password" in key for row in listed for key in row)

    assert run(tmp_path, "remove", "安").returncode == 0
    last = run(tmp_path, "remove", "bob")
    assert last.returncode == 2
    assert "last owner" in last.stderr
    assert len(last.stderr.strip().splitlines()) == 1
