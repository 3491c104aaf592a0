import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from limner.core.errors import Broken, Busy, Malformed
from limner.store import Store
from limner.store.models import AuditEntry, Consent, Suppression

NOW = datetime(2018, 1, 1, 5, tzinfo=UTC)


def test_a_session_commits_at_its_end(store: Store) -> None:
    with store.session() as session:
        session.add(Suppression(address="a@limner.example", reason="complaint", at=NOW))
    with store.reading() as session:
        assert session.get(Suppression, "a@limner.example").reason == "complaint"


def test_an_exception_undoes_the_whole_session(store: Store) -> None:
    with pytest.raises(KeyError), store.session() as session:
        session.add(Suppression(address="a@limner.example", reason="complaint", at=NOW))
        session.flush()
        raise KeyError
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Suppression)) == 0


def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    beijing = timezone(timedelta(hours=8))
    with store.session() as session:
        session.add(Suppression(address="a", reason="x", at=NOW.astimezone(beijing)))
    with store.reading() as session:
        at = session.get(Suppression, "a").at
    assert at == NOW
    assert at.utcoffset() == timedelta(0)


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="no time zone"), store.session() as session:
        session.add(Suppression(address="a", reason="x", at=datetime(2018, 1, 1)))  # noqa: DTZ001


def test_the_same_consent_cannot_be_there_twice(store: Store) -> None:
    def consent() -> Consent:
        return Consent(
            customer_id="1", purpose="marketing", channel="email", is_granted=True, at=NOW, proof=""
        )

    with store.session() as session:
        session.add(consent())
    with pytest.raises(IntegrityError), store.session() as session:
        session.add(consent())


def test_json_keeps_chinese_and_nesting(store: Store) -> None:
    detail = {"名称": "双十一", "n": [1, None, {"a": 1.5}]}
    with store.session() as session:
        session.add(AuditEntry(at=NOW, actor="a", action="b", subject="c", detail=detail))
    with store.reading() as session:
        assert session.scalar(select(AuditEntry)).detail == detail


def test_read_then_write_from_many_threads_loses_nothing(store: Store) -> None:
    with store.session() as session:
        session.add(Suppression(address="n", reason="0", at=NOW))

    def add_one() -> None:
        for _ in range(5):
            with store.session() as session:
                row = session.get(Suppression, "n", with_for_update=True)
                row.reason = str(int(row.reason) + 1)

    threads = [threading.Thread(target=add_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert session.get(Suppression, "n").reason == "30"


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.session() as writer:
        writer.add(Suppression(address="a", reason="x", at=NOW))
        writer.flush()
        with store.reading() as reader:
            assert reader.get(Suppression, "a") is None


def test_a_lock_held_too_long_is_busy(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 's.db'}")
    store.migrate()
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
        connection.rollback()
        other = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy) as caught, store.session() as session:
        session.execute(text("SELECT 1"))
    assert caught.value.code == "store-busy"
    other.close()


def test_no_server_is_busy_and_tells_no_password(tmp_path: Path) -> None:
    store = Store(f"postgresql://u:sesame@/x?host={tmp_path}")
    with pytest.raises(Busy) as caught:
        store.migrate()
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "nonsense", "oracle+x://a", "mysql://a/b"])
def test_a_url_that_cannot_be_is_named(url: str) -> None:
    with pytest.raises(Malformed) as caught:
        Store(url)
    assert caught.value.code == "store-url"


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Broken) as caught:
        Store(f"sqlite:///{tmp_path / 'file' / 's.db'}")
    assert caught.value.code == "store-directory"


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 's.db'}")
    store.migrate()
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")  # what SQLite calls a full disk
    with pytest.raises(Broken) as caught, store.session() as session:
        session.add_all(
            AuditEntry(
                at=NOW, actor="a", action="b" * 80, subject="c" * 300, detail={"x": "y" * 999}
            )
            for _ in range(200)
        )
    assert caught.value.code == "disk-full"
