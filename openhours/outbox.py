"""From the ledger's outbox to the broker, at least once."""

from datetime import timedelta

import structlog

from domain.clock import Clock
from domain.errors import BrokerUnavailable
from domain.ports import Ledger, Publisher

log = structlog.get_logger(__name__)

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 600.0


def send_due(ledger: Ledger, publisher: Publisher, clock: Clock) -> int:
    """Send what is due, in order; return how many went. A failure is tried again, ever later.

    Stops at the first failure, so that two messages for one topic never change places.
    """
    sent = []
    for row in ledger.queued(clock.now()):
        try:
            publisher.publish(row.message)
        except BrokerUnavailable as error:
            wait_s = min(FIRST_WAIT_S * 2**row.attempts, LONGEST_WAIT_S)
            ledger.postpone(row.id, clock.now() + timedelta(seconds=wait_s), str(error))
            log.warning("outbox waits", topic=row.message.topic, wait_s=wait_s, error=str(error))
            break
        sent.append(row.id)
    if sent:
        ledger.sent(sent, clock.now())
    return len(sent)
