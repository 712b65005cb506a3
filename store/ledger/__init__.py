"""The ledger behind `domain.ports.Ledger`, in SQLite or PostgreSQL."""

from store.ledger.ledger import SqlLedger
from store.ledger.migrations import migrate

__all__ = ["SqlLedger", "migrate"]
