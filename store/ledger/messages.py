"""The ledger's messages to people: every method one transaction over the functions of its rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine

from domain.messages import Message, Notice, Preferences, Sending
from domain.planning import AuditLine, Outgoing
from store.ledger import audit_rows, message_rows, outbox_rows
from store.ledger.engine import reading, writing


class SqlMessages:
    """The `Messages` of a ledger, on its engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def preferences(self) -> Mapping[str, Preferences]:
        with reading(self._engine) as connection:
            return message_rows.all_preferences(connection)

    def put_preferences(self, preferences: Preferences, *, actor: str, at: datetime) -> None:
        with writing(self._engine) as connection:
            message_rows.put_preferences(connection, preferences)
            line = AuditLine(
                at=at, actor=actor, action="messages.preferences", subject=preferences.person
            )
            audit_rows.add(connection, [line])

    def note(self, notices: Sequence[Notice]) -> int:
        with writing(self._engine) as connection:
            return message_rows.note(connection, notices)

    def notices(self, since: datetime) -> Sequence[Notice]:
        with reading(self._engine) as connection:
            return message_rows.noted(connection, since)

    def told(self) -> Mapping[str, frozenset[str]]:
        with reading(self._engine) as connection:
            return message_rows.all_told(connection)

    def digested(self) -> Mapping[str, datetime]:
        with reading(self._engine) as connection:
            return message_rows.digested(connection)

    def tell(self, message: Message, outgoing: Sequence[Outgoing]) -> None:
        with writing(self._engine) as connection:
            message_rows.tell(connection, message)
            outbox_rows.add(connection, outgoing)

    def failing(self, attempts: int) -> int:
        with reading(self._engine) as connection:
            return outbox_rows.failing(connection, attempts)

    def sendings(self, limit: int = 50) -> Sequence[Sending]:
        with reading(self._engine) as connection:
            return message_rows.sendings(connection, limit)

    def forget(self, before: datetime) -> None:
        with writing(self._engine) as connection:
            message_rows.forget(connection, before)
