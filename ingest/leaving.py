"""Ends a session that nobody will use again, once what the broker holds in it is stored."""

from collections.abc import Callable, Sequence
from contextlib import closing

from ingest.broker import BrokerSettings, wires_to
from ingest.message import Messages, Receipts
from ingest.mqtt import packets
from ingest.mqtt.stream import Stream, connack, meaning
from ingest.mqtt.wire import Wire
from ingest.session import ANSWERS_WITHIN_S, SUBSCRIPTION, Refused, greeting, shared

QUIET_S = 10.0
"""A broker that has sent nothing for so long, while nothing is unacknowledged, holds no more."""
LOOKS = 20
"""So often in that time we look whether to stop."""


def leave(
    broker: BrokerSettings,
    filters: Sequence[str],
    write: Callable[[Messages], object],
    receipts: Receipts,
    is_stopping: Callable[[], bool],
) -> int | None:
    """Take what the broker holds for a session, then end it.

    It is unsubscribed first, so that nothing comes to what it holds. Each message is acknowledged
    after `write`: whatever is raised, the rest is still there and can be taken again.

    Args:
        broker: where it is, and whose session.
        filters: what it is subscribed to, without the group.
        write: makes messages safe.
        receipts: gives the instants of receipt.
        is_stopping: whether to leave off, looked at as messages come.

    Returns how many messages it held; None when it was left off.

    Raises `OSError` or `ProtocolError` when the broker does not answer, and what `write` raises.
    """
    v5 = broker.protocol == "5"
    unsubscribe = packets.unsubscribe(SUBSCRIPTION, shared(filters, broker.shared_group), v5=v5)
    stream, taken = Stream(v5=v5), 0
    with closing(wires_to(broker)()) as wire:
        came: Messages | None = _welcomed(wire, greeting(broker), stream)
        wire.send(unsubscribe)
        while came is not None:
            if len(came):
                write(receipts.stamp(came))
                wire.send(packets.pubacks([n for n in came.packet_ids if n]))
                taken += len(came)
            came = _next(wire, stream, is_stopping)
        wire.send(packets.disconnect(v5=v5))
        if is_stopping():
            return None
    with closing(wires_to(broker)()) as wire:
        _welcomed(wire, greeting(broker, clean=True), Stream(v5=v5))
        wire.send(packets.disconnect(v5=v5))
    return taken


def _welcomed(wire: Wire, hello: bytes, stream: Stream) -> Messages:
    """What comes right behind the answer to a greeting. Raises `OSError`."""
    wire.send(hello)
    while data := wire.receive(ANSWERS_WITHIN_S):
        messages, controls = stream.feed(data)
        if controls:
            _, code = connack(controls[0].body)
            if code:
                raise Refused(meaning(code))
            return messages
    raise TimeoutError(f"no word for {ANSWERS_WITHIN_S:g} s")


def _next(wire: Wire, stream: Stream, is_stopping: Callable[[], bool]) -> Messages | None:
    """What comes next; None when the broker has no more, or when we are stopping."""
    for _ in range(LOOKS):
        if is_stopping():
            return None
        if data := wire.receive(QUIET_S / LOOKS):
            return stream.feed(data)[0]
    return None
