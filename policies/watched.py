"""What sensors counted in the quarter-hours of some days, beside when their places were open."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOTS_A_DAY
from domain.estate import Sensor
from domain.readings import CountKind
from domain.sensor_bins import SensorBins
from policies.grid import Floats
from policies.stretches import LEAST_KNOWN

_KINDS = list(CountKind)
_DOORS = (CountKind.TOTAL, CountKind.PERIOD, CountKind.CHANGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A registered sensor and what is known of where it hangs."""

    sensor: Sensor
    capacity: int | None = None
    """People that its room holds; None: not known."""
    day_starts_slot: int = 0
    """Quarter-hours after 00:00 UTC at which the business day begins there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The doors of one room on whole business days, seen from inside.

    A quarter-hour of which nothing is known while the room is closed counts as nobody: the door is
    taken to be shut, as `policies.occupancy` has it.
    """

    rows: tuple[int, ...]
    """(doors,) rows of `Watched`."""
    entered: Floats
    """(doors, days, quarter-hours) into the room."""
    left: Floats
    is_outer: NDArray[np.bool_]
    """(doors,) whether the door leads outside."""
    is_whole: NDArray[np.bool_]
    """(days,) whether all doors are known for all of the day's open time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Arrays (sensors, slots); NaN is unknown. Counts are into `Sensor.room`, the sign applied."""

    places: tuple[Place, ...]
    first_slot: int
    """Quarter-hours from 1970 UTC to the first slot."""
    open: Floats
    """Share of the slot for which the sensor's place was open."""
    entered: Floats
    left: Floats
    lowest: Floats
    """Least and most people present."""
    highest: Floats
    heard: Floats
    """Readings of the sensor's own kind."""

    @classmethod
    def of(
        cls, bins: SensorBins, places: Sequence[Place], first_slot: int, open_share: Floats
    ) -> Self:
        """Stored bins laid out by sensor and slot.

        Args:
            bins: of any sensors and slots; only a sensor's rows of its own kind count.
            places: the rows of the result.
            first_slot: quarter-hours from 1970 UTC to the first column.
            open_share: (sensors, slots).
        """
        row_of = {place.sensor.id: row for row, place in enumerate(places)}
        row = np.array([row_of.get(s, -1) for s in bins.sensors], dtype=np.intp)[bins.sensor]
        kind = np.array([_KINDS.index(p.sensor.kind) for p in places] + [-1], dtype=np.int8)
        slot = bins.slot - first_slot
        counts = (bins.kind == kind[row]) & (slot >= 0) & (slot < open_share.shape[1])
        row, slot = row[counts], slot[counts]

        def laid_out(
            values: NDArray[np.generic], known: NDArray[np.float32] | None = None
        ) -> Floats:
            found = np.full(open_share.shape, np.nan)
            said = values[counts].astype(np.float64)
            if known is not None:
                said[known[counts] < LEAST_KNOWN] = np.nan
            found[row, slot] = said
            return found

        entered = laid_out(bins.entered, bins.entered_known)
        left = laid_out(bins.left, bins.left_known)
        changes = np.array([p.sensor.kind is CountKind.CHANGE for p in places], dtype=np.bool_)
        heard = np.nan_to_num(laid_out(bins.heard))
        silent = changes[:, None] & (heard.cumsum(axis=1) > 0) & (heard == 0)
        entered[silent] = left[silent] = 0.0  # no change, nobody passed
        turned = np.array([p.sensor.sign < 0 for p in places], dtype=np.bool_)
        entered[turned], left[turned] = left[turned], entered[turned]
        return cls(
            places=tuple(places),
            first_slot=first_slot,
            open=open_share,
            entered=entered,
            left=left,
            lowest=laid_out(bins.lowest),
            highest=laid_out(bins.highest),
            heard=heard,
        )

    @property
    def crossings(self) -> Floats:
        """(sensors, slots) both ways together, as far as the sensor says either."""
        known = ~(np.isnan(self.entered) & np.isnan(self.left))
        return np.where(known, np.nan_to_num(self.entered) + np.nan_to_num(self.left), np.nan)

    def spaces(self) -> Iterator[Space]:
        """Every room with counted doors."""
        doors = defaultdict[str, list[tuple[int, bool]]](list)
        for row, place in enumerate(self.places):
            sensor = place.sensor
            if sensor.kind in _DOORS and sensor.room != sensor.beyond:
                doors[sensor.room].append((row, False))
                if sensor.beyond:
                    doors[sensor.beyond].append((row, True))
        for of_room in doors.values():
            yield self._space(of_room)

    def _space(self, doors: Sequence[tuple[int, bool]]) -> Space:
        rows = [row for row, _ in doors]
        turned = np.array([from_behind for _, from_behind in doors])[:, None]
        begin = (self.places[rows[0]].day_starts_slot - self.first_slot) % SLOTS_A_DAY
        days = (self.open.shape[1] - begin) // SLOTS_A_DAY
        span = slice(begin, begin + days * SLOTS_A_DAY)
        into, out, is_open = (a[rows, span] for a in (self.entered, self.left, self.open))
        into, out = np.where(turned, out, into), np.where(turned, into, out)
        lost = np.zeros(into.shape, dtype=np.bool_)
        for way in (into, out):
            says = ~np.isnan(way).all(axis=1, keepdims=True)  # an entry-only gate says one way
            lost |= np.isnan(way) & says & (is_open > 0)
        lost |= np.isnan(into) & np.isnan(out) & (is_open > 0)
        shape = (len(rows), days, SLOTS_A_DAY)
        return Space(
            rows=tuple(rows),
            entered=np.nan_to_num(into).reshape(shape),
            left=np.nan_to_num(out).reshape(shape),
            is_outer=np.array([self.places[row].sensor.beyond is None for row in rows]),
            is_whole=np.asarray(~lost.reshape(shape).any(axis=(0, 2))),
        )
