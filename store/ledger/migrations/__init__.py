"""Migrations of the ledger's tables, each direction in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, text

from domain.errors import StoreUnavailable
from store.ledger.engine import connect, reading, writing

_LOCK = 0x6F70656E
"""Key of PostgreSQL's advisory lock: one process migrates, the others wait."""


def migrate(url: str, revision: str = "head") -> None:
    """Bring the tables at `url` up to date, or up to `revision`, from nothing or any earlier one.

    Raises `StoreUnavailable`, also when a newer program made the tables.
    """
    with _alembic(url) as config:
        command.upgrade(config, revision)


def take_back(url: str, revision: str) -> None:
    """Take the tables at `url` back to an earlier `revision`; "base" drops them all."""
    with _alembic(url) as config:
        command.downgrade(config, revision)


def revision_of(url: str) -> str | None:
    """The revision of the tables at `url`; None where there are none. Raises `StoreUnavailable`."""
    engine = connect(url)
    try:
        with reading(engine) as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found
    finally:
        engine.dispose()


def revisions() -> list[str]:
    """All that this program knows, the oldest first."""
    config = Config()
    config.set_main_option("script_location", "store.ledger:migrations")
    known = ScriptDirectory.from_config(config).walk_revisions()
    return [script.revision for script in known][::-1]


@contextmanager
def _alembic(url: str) -> Iterator[Config]:
    """Alembic's configuration for work on one connection, in one transaction."""
    config = Config()
    config.set_main_option("script_location", "store.ledger:migrations")
    engine = connect(url)
    try:
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            config.attributes["connection"] = connection
            yield config
    except CommandError as error:
        raise StoreUnavailable(
            f"the ledger cannot be brought up to date: {error}",
            where=engine.url.render_as_string(),
            hint="a newer openhours made it: use that one, or restore an older copy",
        ) from error
    finally:
        engine.dispose()
