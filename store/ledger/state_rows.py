"""Small values kept for a restart."""

from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from domain.errors import Conflict
from store.ledger.dialect import insert_into
from store.ledger.tables import state


def read(connection: Connection, key: str) -> str | None:
    """The value of `key`, None before the first put."""
    return connection.scalar(select(state.c.value).where(state.c.key == key))


def put(connection: Connection, key: str, value: str) -> None:
    """Keep `value` in place of the former one."""
    new = insert_into(connection, state).values(key=key, value=value)
    connection.execute(new.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def change(connection: Connection, key: str, before: str | None, value: str) -> None:
    """Keep `value` in place of `before`. Raises `Conflict` where another is kept by now."""
    if before is None:
        new = insert_into(connection, state).values(key=key, value=value)
        done = connection.execute(new.on_conflict_do_nothing().returning(state.c.key))
    else:
        kept = update(state).where(state.c.key == key, state.c.value == before)
        done = connection.execute(kept.values(value=value).returning(state.c.key))
    if done.first() is None:
        raise Conflict(f"“{key}” has changed meanwhile", hint="look again, then try again")


def beginning_with(connection: Connection, prefix: str) -> Mapping[str, str]:
    """The values that are not empty and whose keys begin so."""
    query = select(state).where(
        state.c.key.startswith(prefix, autoescape=True), state.c.value != ""
    )
    return {row.key: row.value for row in connection.execute(query.order_by(state.c.key))}
