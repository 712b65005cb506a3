"""Messages on their way: held up, sent again, kept for a better moment, lost."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from simulator.faults.plan import FaultPlan
from simulator.streams import Purpose, Streams
from simulator.visits import Seconds

REPEATED_WITHIN_S = 600
"""A repetition follows within this time."""
THRICE = 0.3
"""Chance that what was repeated is repeated again."""


class Sending(NamedTuple):
    """One publication of one message."""

    at_s: float
    """Seconds since 1970 UTC."""
    message: int
    """Which message it is."""


def sent(ready_s: Seconds, plan: FaultPlan, sensor: str, streams: Streams) -> list[Sending]:
    """When messages reach the broker, in order; those that are lost never do.

    Args:
        ready_s: (messages,) when each was ready to go, ascending.
        plan: what goes wrong.
        sensor: whose messages they are.
        streams: where chance comes from.
    """
    draws: Callable[[Purpose], np.random.Generator] = lambda p: streams.of_sensor(p, sensor)  # noqa: E731
    count = len(ready_s)
    at_s = ready_s.astype(np.float64)
    arrives = draws(Purpose.LOSSES).random(count) >= plan.lost
    for outage in sorted(plan.outages):
        held = np.flatnonzero((at_s >= outage.begin_s) & (at_s < outage.end_s))
        if outage.is_kept:
            at_s[held] = outage.end_s + np.arange(len(held))
        else:
            arrives[held] = False
    delays = draws(Purpose.DELAYS)
    is_late = delays.random(count) < plan.late
    at_s += is_late * delays.uniform(1, plan.late_at_most_s, count)
    return sorted(_repeated(at_s, np.flatnonzero(arrives).tolist(), plan, draws))


def _repeated(
    at_s: np.ndarray[tuple[int], np.dtype[np.float64]],
    messages: Sequence[int],
    plan: FaultPlan,
    draws: Callable[[Purpose], np.random.Generator],
) -> list[Sending]:
    rng = draws(Purpose.REPETITIONS)
    sendings = []
    for message in messages:
        when_s = float(at_s[message])
        sendings.append(Sending(when_s, message))
        chance = plan.duplicates
        while rng.random() < chance:
            sendings.append(Sending(when_s + rng.uniform(0, REPEATED_WITHIN_S), message))
            chance = THRICE
    return sendings
