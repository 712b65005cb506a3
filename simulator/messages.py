"""What sensors say, as arrays and as messages at their times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.readings import CountKind, CountReading
from simulator.encoder import LONGEST_LIST, encode, topic
from simulator.visits import Counts, Seconds

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """What one sensor says in one day; arrays (readings,) in order of (time_s, seq).

    Counts are as mounted, and None where its kind does not say them.
    """

    sensor: str
    kind: CountKind
    time_s: Seconds
    """Seconds since 1970 UTC."""
    entered: Counts | None = None
    left: Counts | None = None
    present: Counts | None = None
    period_s: Counts | None = None
    seq: Counts | None = None

    def readings(self) -> list[CountReading]:
        """The rows."""
        counts = (self.entered, self.left, self.present)
        marks = (self.period_s, self.seq)
        rows = zip(
            (self.time_s * 1_000_000).tolist(),
            *(repeat(None) if c is None else c.tolist() for c in counts),
            *(repeat(0) if m is None else m.tolist() for m in marks),
            strict=False,  # what is absent repeats for ever
        )
        return [CountReading(self.sensor, self.kind, *row) for row in rows]

    def where(self, mask: NDArray[np.bool_]) -> "Reports":
        """The rows for which `mask` holds."""
        return joined([self], mask)


def joined(reports: Sequence[Reports], mask: NDArray[np.bool_] | slice = slice(None)) -> Reports:
    """What one sensor says on consecutive days as one; of that, the rows of `mask`."""

    def of(columns: Sequence[Counts | None]) -> Counts | None:
        said = [column for column in columns if column is not None]
        return np.concatenate(said)[mask] if said else None

    return Reports(
        sensor=reports[0].sensor,
        kind=reports[0].kind,
        time_s=np.concatenate([r.time_s for r in reports])[mask],
        entered=of([r.entered for r in reports]),
        left=of([r.left for r in reports]),
        present=of([r.present for r in reports]),
        period_s=of([r.period_s for r in reports]),
        seq=of([r.seq for r in reports]),
    )


class TimedMessage(NamedTuple):
    """A message, and the instant at which its device publishes it."""

    at: datetime
    """Aware, UTC."""
    topic: str
    payload: bytes


def messages(reports: Iterable[Reports], *, batched: bool) -> list[TimedMessage]:
    """All readings as messages in order of time.

    Args:
        reports: what the sensors say.
        batched: lists as long as the format allows, each at the time of its last reading; else one
            message a reading.
    """
    length = LONGEST_LIST if batched else 1
    made = []
    for said in reports:
        readings, its_topic = said.readings(), topic(said.sensor)
        for first in range(0, len(readings), length):
            part = readings[first : first + length]
            at = _EPOCH + timedelta(microseconds=part[-1].time_us)
            made.append(TimedMessage(at, its_topic, encode(part)))
    return sorted(made, key=lambda m: m.at)
