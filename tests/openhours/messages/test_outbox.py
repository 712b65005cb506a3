from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.clock import ManualClock
from domain.errors import BrokerUnavailable
from domain.hours import WeeklyHours
from domain.planning import Origin, Outgoing, ScheduleVersion
from openhours.messages.outbox import FIRST_WAIT_S, send_due
from store.ledger import SqlLedger

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


class Broker:
    """Stands in for a publisher: how a real one fails is tested beside it."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.away = False

    def publish(self, message: Outgoing) -> None:
        if self.away:
            raise BrokerUnavailable("gone")
        self.sent.append(message.key)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    version = ScheduleVersion(
        venue="hall",
        number=1,
        hours=WeeklyHours(),
        effective_from=date(2026, 11, 23),
        created_at=NOW,
        origin=Origin.ESTATE,
    )
    opened.add_schedule(version, [Outgoing(key=k, topic="t", payload=b"") for k in ("a", "b")])
    yield opened
    opened.close()


def test_each_message_goes_once_and_in_order(ledger: SqlLedger) -> None:
    broker, clock = Broker(), ManualClock(NOW)
    assert send_due(ledger, broker, clock) == 2
    assert send_due(ledger, broker, clock) == 0
    assert broker.sent == ["a", "b"]


def test_while_the_broker_is_away_messages_wait_and_keep_their_order(ledger: SqlLedger) -> None:
    broker, clock = Broker(), ManualClock(NOW)
    broker.away = True
    assert send_due(ledger, broker, clock) == 0
    broker.away = False
    clock.move_to(NOW + timedelta(seconds=FIRST_WAIT_S))
    send_due(ledger, broker, clock)
    assert broker.sent == ["a", "b"]
