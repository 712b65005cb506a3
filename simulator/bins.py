"""From counts of sensors to quarter-hours of rooms, or of venues taken as one space."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import SLOT_MINUTES
from domain.estate import Estate
from simulator.counts import SensorCounts
from simulator.instruments import Instruments
from simulator.rates import Floats
from simulator.visits import SLOT_S

Rows = NDArray[np.integer]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spaces:
    """Spaces whose sensors are summed."""

    names: tuple[str, ...]
    of_sensor: Rows
    """The space that each sensor belongs to."""
    unwatched: Rows
    """Spaces of which a room has no presence sensor: nobody knows how many are in the whole."""


class Summing:
    """Sums the sensors of an estate into its rooms and its venues."""

    def __init__(self, estate: Estate) -> None:
        instruments = Instruments.of(estate)
        index = {v.id: i for i, v in enumerate(estate.venues)}
        room, watches = instruments.room, instruments.watches
        venue_of_room = np.array([index[r.venue] for r in estate.rooms], dtype=np.intp)
        unwatched = np.setdiff1d(np.arange(len(estate.rooms)), room[watches])
        names = tuple(r.id for r in estate.rooms)
        self._rooms = _Spaces(names=names, of_sensor=room, unwatched=unwatched)
        self._venues = _Spaces(
            names=tuple(index),
            of_sensor=venue_of_room[room],
            unwatched=np.unique(venue_of_room[unwatched]),
        )
        self._first_room = np.unique(venue_of_room, return_index=True)
        self._turned = instruments.turned[:, None]
        self._doors, self._watching = np.flatnonzero(~watches), np.flatnonzero(watches)

    def rooms(self, counts: SensorCounts, start_s: int, opened: Floats) -> Bins:
        """Bins of each room.

        `full` is 0 everywhere: who plans has only what sensors say.

        Args:
            counts: of the estate's sensors, in consecutive quarter-hours.
            start_s: when the first of these begins, seconds since 1970 UTC.
            opened: (rooms, slots) share of each for which the room was open.
        """
        return self._bins(self._rooms, counts, start_s, opened)

    def venues(self, counts: SensorCounts, start_s: int, opened: Floats) -> Bins:
        """Bins of each venue, all of whose rooms have its hours; arguments as for `rooms`."""
        its = np.zeros((len(self._venues.names), opened.shape[1]))
        venues, first_room = self._first_room
        its[venues] = opened[first_room]
        return self._bins(self._venues, counts, start_s, its)

    def _bins(self, spaces: _Spaces, counts: SensorCounts, start_s: int, opened: Floats) -> Bins:
        known = np.where(counts.heard > 0, 0.0, np.nan)
        inwards = np.where(self._turned, counts.left, counts.entered) + known
        outwards = np.where(self._turned, counts.entered, counts.left) + known
        present = _reduced(np.add, spaces, self._watching, counts.present + known)
        present[spaces.unwatched] = np.nan
        healthy = _reduced(np.minimum, spaces, np.arange(len(known)), counts.heard)
        steps = SLOT_S * np.arange(opened.shape[1])
        return Bins(
            rooms=spaces.names,
            start=(start_s + steps).astype("datetime64[s]"),
            minutes=SLOT_MINUTES,
            entered=_reduced(np.add, spaces, self._doors, inwards),
            left=_reduced(np.add, spaces, self._doors, outwards),
            present=present,
            healthy=np.nan_to_num(healthy),
            open=opened,
            full=np.zeros_like(opened),
        )


def joined(parts: Sequence[Bins]) -> Bins:
    """Bins of the same spaces in consecutive stretches as one."""
    arrays = ("entered", "left", "present", "healthy", "open", "full")
    return Bins(
        rooms=parts[0].rooms,
        start=np.concatenate([p.start for p in parts]),
        minutes=parts[0].minutes,
        **{name: np.concatenate([getattr(p, name) for p in parts], axis=1) for name in arrays},
    )


def _reduced(how: np.ufunc, spaces: _Spaces, sensors: Rows, numbers: Floats) -> Floats:
    """Numbers of some sensors, put together by space; NaN where one is unknown or there is none."""
    found = np.full((len(spaces.names), numbers.shape[1]), np.nan)
    if len(sensors):
        order = sensors[np.argsort(spaces.of_sensor[sensors], kind="stable")]
        its, first, many = np.unique(spaces.of_sensor[order], return_index=True, return_counts=True)
        found[its] = numbers[order[first]]
        nth = np.arange(len(order)) - np.repeat(first, many)
        for layer in range(1, many.max()):  # no space has more than a few sensors
            which = order[nth == layer]
            space = spaces.of_sensor[which]
            found[space] = how(found[space], numbers[which])
    return found
