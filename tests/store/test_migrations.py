import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from limner.core.errors import Broken
from limner.store import Store
from limner.store.migrations import DIRECTORY, HEAD
from limner.store.models import Record
from limner.store.store import move


def tables(store: Store) -> set[str]:
    return set(inspect(store.engine).get_table_names())


def test_the_steps_lead_to_the_models(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Record.metadata) == []


def test_one_head_and_it_is_the_known_one() -> None:
    config = Config()
    config.set_main_option("script_location", str(DIRECTORY))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_down_to_nothing_and_up_again(store: Store) -> None:
    wanted = {*Record.metadata.tables, "alembic_version"}
    assert tables(store) == wanted
    with store.engine.begin() as connection:
        move(connection, "base")
    assert tables(store) == {"alembic_version"}
    assert store.revision() is None
    store.migrate()
    assert tables(store) == wanted
    assert store.revision() == HEAD


def test_a_failing_step_leaves_nothing_behind(store_url: str, monkeypatch) -> None:
    store = Store(store_url)

    def half_a_step(connection, revision) -> None:
        connection.execute(text("CREATE TABLE half (a INTEGER)"))
        raise RuntimeError

    monkeypatch.setattr("limner.store.store.move", half_a_step)
    with pytest.raises(RuntimeError):
        store.migrate()
    assert tables(store) == set()


def test_a_store_of_a_newer_limner_is_refused(store: Store) -> None:
    with store.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Broken, match="upgrade Limner") as caught:
        store.migrate()
    assert caught.value.code == "store-newer"


def test_several_processes_may_migrate_at_once(store_url: str) -> None:
    code = f"from limner.store import Store; Store({store_url!r}).migrate()"
    several = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(3)
    ]
    assert [(p.communicate()[1], p.returncode) for p in several] == [(b"", 0)] * 3
    assert Store(store_url).revision() == HEAD


def test_a_store_at_head_is_opened_without_alembic(store: Store) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    code = (
        f"import sys; from limner.store import Store; Store({url!r}).migrate();"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
