"""What the SQL ledger does beyond its port: guards, bounds, and faults of the world."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidSettings, StoreUnavailable
from store.ledger import SqlLedger
from tests.contract.samples import NOON, estate, rejection, venue, version


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def opened(
    path: Path, rejections_kept: int = 100, rejection_bytes_kept: int = 1_000_000
) -> closing[SqlLedger]:
    return closing(
        SqlLedger.open(
            f"sqlite:///{path}",
            rejections_kept=rejections_kept,
            rejection_bytes_kept=rejection_bytes_kept,
        )
    )


@pytest.fixture
def ledger(path: Path) -> Iterator[SqlLedger]:
    with opened(path) as ledger:
        yield ledger


@pytest.fixture
def database(ledger: SqlLedger, path: Path) -> Iterator[sqlite3.Connection]:
    """A second look at the ledger's file."""
    ledger.state("open")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize("edit", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_audit_log_cannot_be_edited(
    ledger: SqlLedger, database: sqlite3.Connection, edit: str
) -> None:
    ledger.add_schedule(version("annex", 1), [])
    with pytest.raises(sqlite3.IntegrityError, match="never edited"):
        database.execute(edit)
    assert [line.actor for line in ledger.audit()] == ["ana"]


def test_a_commit_is_forced_to_the_disk(ledger: SqlLedger, database: sqlite3.Connection) -> None:
    assert ledger.audit() == []
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with ledger._engine.connect() as connection:  # noqa: SLF001 - the setting is the connection's own
        full = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        assert full == 2, "SQLite's word for FULL"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_putting_an_estate_writes_the_rows_that_changed_and_no_others(
    ledger: SqlLedger, database: sqlite3.Connection
) -> None:
    ledger.put_estate(estate(), [], [], actor="ana", at=NOON)
    database.executescript(
        """
        CREATE TABLE written (id TEXT);
        CREATE TRIGGER a AFTER INSERT ON estate_items
            BEGIN INSERT INTO written VALUES (new.id); END;
        CREATE TRIGGER b AFTER UPDATE ON estate_items
            BEGIN INSERT INTO written VALUES (new.id); END;
        CREATE TRIGGER c AFTER DELETE ON estate_items
            BEGIN INSERT INTO written VALUES (old.id); END;
        """
    )
    first, second = estate().venues
    changed = estate().model_copy(
        update={
            "venues": (first, second.model_copy(update={"name": "Annexe"}), venue("pool")),
            "sensors": (),
        }
    )
    ledger.put_estate(changed, [], [], actor="ana", at=NOON)
    written = {item for (item,) in database.execute("SELECT id FROM written")}
    assert written == {"annex", "pool", "door-1"}
    assert ledger.estate() == changed


def test_a_flood_of_rejections_is_counted_in_full_and_kept_in_part(
    path: Path,
) -> None:
    with opened(path, rejections_kept=20) as ledger:
        ledger.keep_rejections([rejection("no time", n) for n in range(3)])
        for n in range(0, 100, 5):
            ledger.keep_rejections([rejection("not JSON", n + m) for m in range(5)])
        counts = {group.reason: group.count for group in ledger.rejections()}
    assert counts == {"not JSON": 100, "no time": 3}
    with closing(sqlite3.connect(path)) as database:
        kept = database.execute("SELECT reason, received_us FROM rejections ORDER BY id").fetchall()
    assert len(kept) <= 20
    assert Counter(reason for reason, _ in kept)["no time"] == 3, "what is rare is not washed away"
    flood = [received_us for reason, received_us in kept if reason == "not JSON"]
    assert flood == list(range(100 - len(flood), 100)), "the newest are kept"
    assert len(flood) >= 15


def test_a_flood_of_large_rejections_is_kept_within_the_bytes_given(path: Path) -> None:
    with opened(path, rejection_bytes_kept=100_000) as ledger:
        ledger.keep_rejections([rejection("no time", n) for n in range(3)])
        for n in range(50):
            ledger.keep_rejections([rejection("not JSON", n, b"{" * 9_000)])
        ledger.keep_rejections([rejection("list too long", 50, b"[" * 5_000)])
    with closing(sqlite3.connect(path)) as database:
        kept = database.execute(
            "SELECT reason, received_us, length(payload) FROM rejections ORDER BY id"
        ).fetchall()
    assert 80_000 < sum(size for _, _, size in kept) <= 100_000
    assert Counter(reason for reason, _, _ in kept)["no time"] == 3, "what is rare is kept"
    flood = [received_us for reason, received_us, _ in kept if reason == "not JSON"]
    assert flood == list(range(50 - len(flood), 50)), "the newest are kept"


def test_what_its_columns_cannot_hold_is_said_to_be_a_fault_of_the_data(ledger: SqlLedger) -> None:
    no_hint: Any = None
    with pytest.raises(ValueError, match="cannot hold"):
        ledger.keep_rejections([replace(rejection("not JSON", 1), hint=no_hint)])


def test_a_file_that_is_no_database_is_refused_with_a_hint(path: Path) -> None:
    path.write_text("venue,hours\n" * 1_000)
    with pytest.raises(StoreUnavailable, match="move the file away"):
        SqlLedger.open(f"sqlite:///{path}")


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="create the folder"):
        SqlLedger.open(f"sqlite:///{tmp_path}/missing/ledger.sqlite")


def test_a_ledger_without_tables_says_how_to_make_them(path: Path) -> None:
    with closing(SqlLedger(f"sqlite:///{path}")) as ledger, pytest.raises(StoreUnavailable) as said:
        ledger.estate()
    assert "SqlLedger.open" in said.value.problem.hint


@pytest.mark.parametrize("url", ["ledger.sqlite", "nosuch://ledger", "sqlite+nosuch:///ledger"])
def test_an_address_of_no_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidSettings, match="sqlite:///"):
        SqlLedger.open(url)
