"""What has changed since its bins were put, where many workers write to one InfluxDB.

With its readings a worker writes a point of `touched`, which says whose quarter-hours they are of.
Whoever makes bins reads these points, those of all workers, and writes down an instant (a point of
`binned`) before which it has seen to them all. It takes that instant well before it looked: a
request may still have been on its way, and a worker does not repeat for a minute what it has said.
What a maker of bins has seen to after that instant it remembers; after a crash it is done again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from time import time_ns
from uuid import uuid4

import pyarrow as pa  # type: ignore[import-untyped] # has no stubs

from domain.sensor_bins import BIN_US, Stale
from store.timeseries.influx_points import series_of, text_of
from store.timeseries.influx_query import LATEST_NS, columns, during, select
from store.timeseries.influx_server import InfluxServer

Slots = Mapping[str, tuple[int, int]]
"""By sensor its first and last quarter-hour, both included."""

RELIED_ON_NS = 60 * 10**9
"""A worker relies so long on what it has said."""
OVERLAP_NS = 120 * 10**9
"""That, a request on its way, and 50 s by which the clocks of machines may differ."""

_SENSORS_A_POINT = 200
"""A text may have 64 KB."""
_ASKINGS = 16
_COLUMNS = {"time": pa.int64(), "writer": pa.string(), "spans": pa.string()}

Point = tuple[str, int]
"""Writer and time of a point of `touched`."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """What was told to somebody who asked."""

    at_ns: int
    told: Mapping[Point, Slots]


@dataclass(slots=True)
class Touched:
    """One process's view of what is stale. Not for several threads at once."""

    server: InfluxServer
    readings_policy: str
    bins_policy: str
    _writer: str = field(default_factory=lambda: uuid4().hex[:12])
    _said: dict[str, tuple[int, int]] = field(default_factory=dict)
    _said_since_ns: int = 0
    _last_point_ns: int = 0
    _asked: dict[int, _Asking] = field(default_factory=dict)
    _seen_to: set[Point] = field(default_factory=set)

    def lines(self, slots: Slots) -> list[str]:
        """Line protocol that says that these have changed; none where that has just been said."""
        now_ns = time_ns()
        if now_ns - self._said_since_ns > RELIED_ON_NS:
            self._said.clear()
            self._said_since_ns = now_ns
        return self._points({s: span for s, span in slots.items() if not self._covers(s, span)})

    def rely_on(self, slots: Slots) -> None:
        """Need not say these again for a while: they have been written."""
        self._said = joined([self._said, slots])

    def stale(self, raw_from_slot: int) -> Stale:
        """What is stale, of the quarter-hours whose readings are still there."""
        self._said.clear()
        at_ns = time_ns()
        told = self._read(self._binned_until_ns())
        slots = since(joined(told.values()), raw_from_slot)
        token = next(reversed(self._asked), 0) + 1
        self._asked[token] = _Asking(at_ns, told)
        self._asked = {t: self._asked[t] for t in [*self._asked][-_ASKINGS:]}
        return Stale(
            sensors=tuple(slots),
            first_us=[first * BIN_US for first, _ in slots.values()],
            last_us=[(last + 1) * BIN_US - 1 for _, last in slots.values()],
            token=token,
        )

    def put(self, token: int, until_slot: int) -> None:
        """Write down that what was told by `token` has its bins, before `until_slot`."""
        asking = self._asked.get(token)
        if asking is None:
            return
        settled_ns = asking.at_ns - OVERLAP_NS
        settled = {
            point: slots
            for point, slots in asking.told.items()
            if point[0] == self._writer or point[1] < settled_ns
        }
        left = since(joined(settled.values()), until_slot)
        self.server.write(self.readings_policy, self._points(left))
        until_ns = max(settled_ns, self._binned_until_ns())
        self.server.write(self.bins_policy, [f"binned until_ns={until_ns}i {self._point_ns()}"])
        self._seen_to = {p for p in {*self._seen_to, *settled} if p[1] >= until_ns}

    def _covers(self, sensor: str, span: tuple[int, int]) -> bool:
        said = self._said.get(sensor)
        return said is not None and said[0] <= span[0] and span[1] <= said[1]

    def _points(self, slots: Slots) -> list[str]:
        spans = [*slots.items()]
        series = series_of("touched", writer=self._writer)
        return [
            f"{series} spans={text_of(json.dumps(dict(spans[start : start + _SENSORS_A_POINT])))}"
            f" {self._point_ns()}"
            for start in range(0, len(spans), _SENSORS_A_POINT)
        ]

    def _point_ns(self) -> int:
        """Now, or just after the last point of ours."""
        self._last_point_ns = max(time_ns(), self._last_point_ns + 1)
        return self._last_point_ns

    def _binned_until_ns(self) -> int:
        found = self.server.series(select("last(until_ns)", self.bins_policy, "binned"))
        return next((int(values["last"]) for _, values in found), 0)

    def _read(self, from_ns: int) -> dict[Point, Slots]:
        rows = self.server.rows(
            select(
                columns(_COLUMNS),
                self.readings_policy,
                "touched",
                during(from_ns, LATEST_NS),
            ),
            _COLUMNS,
        ).to_pydict()
        points = zip(rows["writer"], rows["time"], strict=True)
        said = zip(points, rows["spans"], strict=True)
        return {
            point: {sensor: (first, last) for sensor, (first, last) in json.loads(spans).items()}
            for point, spans in said
            if point not in self._seen_to
        }


def joined(several: Iterable[Slots]) -> dict[str, tuple[int, int]]:
    """Reaching as far as all of them together, in order of sensors."""
    found: dict[str, tuple[int, int]] = {}
    for slots in several:
        for sensor, (first, last) in slots.items():
            there = found.get(sensor, (first, last))
            found[sensor] = min(first, there[0]), max(last, there[1])
    return dict(sorted(found.items()))


def since(slots: Slots, start_slot: int) -> dict[str, tuple[int, int]]:
    """What of them lies at or after `start_slot`."""
    return {
        sensor: (max(first, start_slot), last)
        for sensor, (first, last) in slots.items()
        if last >= start_slot
    }
