"""A ledger of every earlier release comes up to date, and back, with what it holds."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from store.ledger.engine import connect, reading, writing
from store.ledger.migrations import migrate, revision_of, revisions, take_back

NUMBERS = revisions()[:-1]
"""Revisions that tables of other releases may be of, before this one's."""
TEXTS = ("plain", "“zitiert”, 引号", "")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Any) -> str:
    if request.param == "postgresql":
        made: str = request.getfixturevalue("postgres")()
        return made
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


def tables(connection: sa.Connection) -> list[sa.Table]:
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def fill(url: str) -> None:
    """Two rows in every table, made up from the types of its columns."""
    engine = connect(url)
    with writing(engine) as connection:
        aware = connection.dialect.name != "sqlite"
        for table in tables(connection):
            rows = [
                {
                    column.name: _cell(column, row, aware=aware)
                    for column in table.c
                    if column.server_default is None
                }
                for row in (1, 2)
            ]
            connection.execute(sa.insert(table), rows)
    engine.dispose()


def _cell(column: sa.Column[Any], row: int, *, aware: bool) -> Any:
    kinds: dict[type[sa.types.TypeEngine[Any]], Callable[[], Any]] = {
        sa.Boolean: lambda: row == 1,
        sa.DateTime: lambda: datetime(2026, 3, row, 4, 5, 6, tzinfo=UTC if aware else None),
        sa.Date: lambda: date(2026, 3, row),
        sa.Integer: lambda: row,
        sa.LargeBinary: lambda: bytes([0, 255, row]),
    }
    for kind, make in kinds.items():
        if isinstance(column.type, kind):
            return make()
    is_told_apart = column.primary_key or column.foreign_keys or column.name in {"venue", "run"}
    return f"{'x' if is_told_apart else TEXTS[row]}{row}"


Content = dict[str, tuple[list[str], list[Any]]]


def content(url: str) -> Content:
    """Columns and rows of every table."""
    engine = connect(url)
    with reading(engine) as connection:
        found = {
            table.name: (
                table.c.keys(),
                sorted(map(tuple, connection.execute(sa.select(table))), key=repr),
            )
            for table in tables(connection)
        }
    engine.dispose()
    return found


def as_known(whole: Content, known: Content) -> Content:
    """Of some content, the tables and columns that another has."""
    found: Content = {}
    for table, (names, _) in known.items():
        its_names, rows = whole[table]
        at = [its_names.index(name) for name in names]
        found[table] = names, sorted((tuple(row[n] for n in at) for row in rows), key=repr)
    return found


@pytest.mark.parametrize("released", NUMBERS)
def test_what_a_release_kept_is_all_there_after_the_upgrade_and_the_way_back(
    url: str, released: str
) -> None:
    migrate(url, released)
    fill(url)
    before = content(url)
    migrate(url)
    assert revision_of(url) == revisions()[-1]
    after = content(url)
    assert as_known(after, before) == before
    take_back(url, released)
    assert revision_of(url) == released
    assert content(url) == before


def test_a_full_ledger_goes_back_step_by_step_and_keeps_what_older_tables_hold(url: str) -> None:
    migrate(url)
    fill(url)
    whole = content(url)
    for revision in reversed(revisions()[:-1]):
        take_back(url, revision)
        found = content(url)
        assert found == as_known(whole, found)
    assert set(content(url)) >= {"estate_items", "schedules", "proposals", "audit"}


@pytest.fixture
def audited(url: str) -> Iterator[Callable[[str], None]]:
    """A ledger with two lines in its audit log, of which the older may go."""
    migrate(url)
    fill(url)
    engine = connect(url)

    def run(statement: str) -> None:
        with writing(engine) as connection:
            connection.execute(sa.text(statement))

    run("INSERT INTO state VALUES ('audit:kept-from', '2026-03-02 00:00:00.000000')")
    yield run
    engine.dispose()


@pytest.mark.parametrize(
    "edit",
    ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "DELETE FROM audit WHERE id=2"],
)
def test_the_database_refuses_to_edit_the_audit_log_or_delete_what_is_to_be_kept(
    audited: Callable[[str], None], url: str, edit: str
) -> None:
    with pytest.raises(ValueError, match="never edited"):
        audited(edit)
    assert len(content(url)["audit"][1]) == 2


def test_lines_older_than_what_has_been_declared_may_go(
    audited: Callable[[str], None], url: str
) -> None:
    audited("DELETE FROM audit WHERE id = 1")
    assert len(content(url)["audit"][1]) == 1
