"""Runs migrations on the connection, and in the transaction, that `store.ledger.migrate` opened."""

from alembic import context

from store.ledger.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
