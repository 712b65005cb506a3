"""All messages of one faulty sensor, from what it says to when they reach the broker."""

from dataclasses import dataclass

import numpy as np

from simulator.faults.network import sent
from simulator.faults.plan import FaultPlan
from simulator.faults.spoken import Flags, Spoken
from simulator.messages import Reports, TimedMessage
from simulator.streams import Streams
from simulator.wires.wire import Letter, Wire, instant


@dataclass(frozen=True, slots=True)
class Posted:
    """What reaches the broker, and what it is about."""

    spoken: Spoken
    arrived: Flags
    """(readings,) whether a message with the reading reaches the broker."""
    messages: list[TimedMessage]
    """In order of time; repetitions are there as often as they are sent. A connection is made, and
    its end noticed, whatever else gets lost."""


def posted(reports: Reports, plan: FaultPlan, wire: Wire, device: str, streams: Streams) -> Posted:
    """Let a sensor say what it saw through all its faults.

    Args:
        reports: what a perfect counter would say, of any number of days.
        plan: what goes wrong.
        wire: how its device writes.
        device: what its device calls itself.
        streams: where chance comes from.
    """
    spoken = Spoken.of(reports, plan.of_width(wire.counts_to))
    statements = spoken.statements()
    firsts = range(0, len(statements), wire.readings)
    parts = [statements[first : first + wire.readings] for first in firsts]
    ready_s = np.array([part[-1].true_s for part in parts], dtype=np.int64)
    sendings = sent(ready_s, plan, reports.sensor, streams)
    letters = [wire.write(device, part, number) for number, part in enumerate(parts)]
    arrived = np.zeros(len(parts), dtype=np.bool_)
    arrived[[s.message for s in sendings]] = True
    first_s = int(ready_s[0]) if len(ready_s) else 0
    messages = [_timed(first_s, each) for each in wire.greeting(device, first_s) if parts]
    messages += [_timed(sending.at_s, letters[sending.message]) for sending in sendings]
    if plan.dead_from_s is not None:
        last_words = wire.farewell(device, plan.dead_from_s, len(parts))
        messages += [_timed(plan.dead_from_s, each) for each in last_words]
    return Posted(
        spoken=spoken,
        arrived=np.repeat(arrived, wire.readings)[: len(statements)],
        messages=sorted(messages, key=lambda message: message.at),
    )


def _timed(at_s: float, letter: Letter) -> TimedMessage:
    return TimedMessage(instant(at_s), letter.topic, letter.payload)
