"""The ledger's tables come from migrations, and the migrations say what the program says."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from domain.errors import StoreUnavailable
from domain.messages import Message
from domain.planning import Lane
from store.ledger import SqlLedger, migrate
from store.ledger.engine import connect, reading
from store.ledger.migrations import take_back
from store.ledger.tables import metadata
from tests.contract.samples import NOON, estate, message, version


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


def differences(url: str) -> Sequence[Any]:
    """Between the tables at `url` and those of the program."""
    engine = connect(url)
    try:
        with reading(engine) as connection:
            options = {"compare_type": True, "compare_server_default": True}
            context = MigrationContext.configure(connection, opts=options)
            return list(compare_metadata(context, metadata))
    finally:
        engine.dispose()


def objects(path: Path) -> set[str]:
    """Names of the tables, indices and triggers in the file."""
    with closing(sqlite3.connect(path)) as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_schema")}


def test_migrations_make_the_tables_of_the_program(url: str) -> None:
    migrate(url)
    assert differences(url) == []


def test_the_comparison_sees_a_difference(url: str, path: Path) -> None:
    migrate(url)
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE proposals ADD COLUMN colour TEXT")
    assert len(differences(url)) == 1


def test_migrating_again_changes_nothing_and_keeps_what_is_there(url: str) -> None:
    with closing(SqlLedger.open(url)) as ledger:
        ledger.put_estate(estate(), [], [], actor="ana", at=NOON)
    migrate(url)
    with closing(SqlLedger.open(url)) as ledger:
        assert ledger.estate() == estate()


def test_the_tables_can_be_taken_back_and_made_again(url: str, path: Path) -> None:
    migrate(url)
    made = objects(path)
    take_back(url, "base")
    assert {n for n in objects(path) if not n.startswith(("sqlite_", "alembic_"))} == set()
    migrate(url)
    assert objects(path) == made


def test_tables_of_a_newer_program_are_left_alone(url: str, path: Path) -> None:
    migrate(url)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable, match="newer openhours"):
        SqlLedger.open(url)


def test_a_migration_that_fails_leaves_the_tables_as_they_were(url: str, path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE state (unlike TEXT)")
    before = objects(path)
    with pytest.raises(StoreUnavailable, match="already exists"):
        migrate(url)
    assert objects(path) == before


def test_messages_that_waited_before_there_were_lanes_wait_for_the_broker(url: str) -> None:
    with closing(SqlLedger.open(url)) as ledger:
        ledger.add_schedule(version("annex", 1), [message("hours")])
        told = Message(key="d1", person="ann", at=NOON, subject="", notices=("a",), is_digest=True)
        ledger.messages.tell(told, [replace(message("d1"), lane=Lane.PEOPLE)])
    take_back(url, "0007")
    with closing(SqlLedger.open(url)) as ledger:
        assert [row.message for row in ledger.queued(NOON)] == [message("hours")]
        assert ledger.queued(NOON, lane=Lane.PEOPLE) == []
