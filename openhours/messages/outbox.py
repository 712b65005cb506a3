"""From the ledger's outbox to the broker and to people, at least once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from console.messages.channels import Channels
from console.messages.envelope import Envelope
from domain.clock import Clock
from domain.errors import BrokerUnavailable, ChannelUnavailable, Refused
from domain.planning import Lane
from domain.ports import Ledger, Publisher, Queued

log = structlog.get_logger(__name__)

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 600.0
LONGEST_WAIT_FOR_PEOPLE_S = 3_600.0
GIVE_UP_AFTER = 84
"""Attempts: with waits that double up to an hour these take three days. What a door should say
stays true and is never given up; what a person should do does not."""

QuietUntil = Callable[[str, datetime], datetime | None]
"""When the quiet hours end that a person has at an instant; None: they have none then."""


def send_due(ledger: Ledger, publisher: Publisher, clock: Clock) -> int:
    """Send what is due to the broker, in order; return how many went.

    A failure is tried again, ever later. Stops at the first one, so that two messages for one topic
    never change places.
    """
    sent = []
    for row in ledger.queued(clock.now()):
        try:
            publisher.publish(row.message)
        except BrokerUnavailable as error:
            _wait(ledger, row, clock.now(), str(error), LONGEST_WAIT_S)
            break
        sent.append(row.id)
    if sent:
        ledger.sent(sent, clock.now())
    return len(sent)


def send_to_people(
    ledger: Ledger, channels: Channels, quiet_until: QuietUntil, clock: Clock
) -> int:
    """Send what is due to people; return how many messages went.

    Each is marked as sent as soon as it is: a crash repeats one at most, with the same key. What is
    not urgent waits while its person has quiet hours. A channel that fails is left alone until the
    next call; its messages are tried again, ever later, for three days.
    """
    sent, failed = 0, set[str]()
    for row in ledger.queued(clock.now(), lane=Lane.PEOPLE):
        envelope = Envelope.parse(row.message)
        if envelope.channel in failed:
            continue
        quiet = None if envelope.is_urgent else quiet_until(envelope.person, clock.now())
        if quiet is not None:
            ledger.postpone(row.id, quiet, "")
            continue
        try:
            send_by(channels, envelope)
        except Refused as error:
            _give_up(ledger, row, clock.now(), str(error))
        except ChannelUnavailable as error:
            failed.add(envelope.channel)
            if row.attempts + 1 >= GIVE_UP_AFTER:
                _give_up(ledger, row, clock.now(), str(error))
            else:
                _wait(ledger, row, clock.now(), str(error), LONGEST_WAIT_FOR_PEOPLE_S)
        else:
            ledger.sent([row.id], clock.now())
            sent += 1
    return sent


def send_by(channels: Channels, envelope: Envelope) -> None:
    """Send by the channel it names. Raises `ChannelUnavailable` or `Refused`."""
    channel = channels.get(envelope.channel)
    if channel is None:
        raise ChannelUnavailable(
            f"there is no channel “{envelope.channel}”", hint="name it in messages.channels_file"
        )
    channel.send(envelope)


def _wait(ledger: Ledger, row: Queued, now: datetime, error: str, longest_s: float) -> None:
    wait_s = min(FIRST_WAIT_S * 2**row.attempts, longest_s)
    ledger.postpone(row.id, now + timedelta(seconds=wait_s), error)
    log.warning("outbox waits", topic=row.message.topic, wait_s=wait_s, error=error)


def _give_up(ledger: Ledger, row: Queued, now: datetime, error: str) -> None:
    ledger.give_up(row.id, now, error)
    log.error("a message is given up", topic=row.message.topic, error=error)
