"""Migrations of the ledger's tables, each direction in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import text

from domain.errors import StoreUnavailable
from store.ledger.engine import connect, writing

_LOCK = 0x6F70656E
"""Key of PostgreSQL's advisory lock: one process migrates, the others wait."""


def migrate(url: str) -> None:
    """Bring the tables at `url` up to date, from nothing or from any earlier revision.

    Raises `StoreUnavailable`, also when a newer program made the tables.
    """
    with _alembic(url) as config:
        command.upgrade(config, "head")


def take_back(url: str, revision: str) -> None:
    """Take the tables at `url` back to an earlier `revision`; "base" drops them all."""
    with _alembic(url) as config:
        command.downgrade(config, revision)


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
