"""All sensors at one moment: what is stored, the estate and the policies joined."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from threading import Lock

import numpy as np

from console.sensors.report import FindingOut, SensorOut, SensorReport
from domain.calendars import SLOTS_A_DAY, epoch_us, from_epoch_us, instant
from domain.clock import Clock
from domain.estate import Estate, Sensor, Venue
from domain.planning import ScheduleVersion
from domain.ports import Ledger, TimeSeriesStore
from domain.readings import CountKind, ReadingTable
from domain.schedules import openings_of
from domain.sensor_bins import BIN_S, BIN_US
from openhours.receiving.sensors_waiting import sensors_waiting
from policies.findings import ORDER, SensorHealth
from policies.flows import open_share_of
from policies.grid import Floats, Grid
from policies.health import health
from policies.watched import Place, Watched

DAYS = 14
"""Each hour of the week twice."""
SENSORS_AT_ONCE = 500
"""Bounds the memory: 500 sensors take some 100 MB."""
LAST_READINGS = 20
"""As many as are read of each sensor, by its interval; enough to tell a lag."""
MADE_ANEW_EVERY = timedelta(minutes=1)
HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000


@dataclass(slots=True)
class SensorReporter:
    """Makes the report from what is stored, at most once a minute."""

    ledger: Ledger
    timeseries: TimeSeriesStore
    clock: Clock
    _made: SensorReport | None = None
    _one_at_a_time: Lock = field(default_factory=Lock)

    def report(self) -> SensorReport:
        """All sensors as they are now. Raises `StoreUnavailable`."""
        with self._one_at_a_time:
            now = self.clock.now()
            if self._made is None or not timedelta() <= now - self._made.at < MADE_ANEW_EVERY:
                self._made = sensors_report(self.ledger, self.timeseries, now)
            return self._made


def sensors_report(ledger: Ledger, timeseries: TimeSeriesStore, now: datetime) -> SensorReport:
    """All sensors that are registered, were ever heard, or are described by Home Assistant.

    Raises `StoreUnavailable`.
    """
    estate, versions, seen = ledger.estate(), ledger.schedules(), timeseries.last_seen()
    found = [
        h
        for some in _portions(estate)
        for h in _health(timeseries, estate, some, versions, seen, now)
    ]
    found.sort(key=lambda h: (ORDER[h.state], h.sensor))
    return SensorReport(
        at=now,
        sensors=tuple(_shown(h, estate) for h in found),
        waiting=tuple(sensors_waiting(ledger, timeseries, estate, seen, now)),
    )


def _portions(estate: Estate) -> Iterator[list[Venue]]:
    """The venues, some at a time: a room's doors are judged together."""
    portion: list[Venue] = []
    size = 0
    for venue in estate.venues:
        portion.append(venue)
        size += sum(len(estate.sensors_by_room[r.id]) for r in estate.rooms_by_venue[venue.id])
        if size >= SENSORS_AT_ONCE:
            yield portion
            portion, size = [], 0
    yield portion


def _health(
    timeseries: TimeSeriesStore,
    estate: Estate,
    venues: Sequence[Venue],
    versions: Mapping[str, Sequence[ScheduleVersion]],
    seen: Mapping[str, int],
    now: datetime,
) -> list[SensorHealth]:
    """The health of all sensors of some venues."""
    now_us = epoch_us(now)
    end_slot = now_us // BIN_US
    grid = Grid((end_slot - DAYS * SLOTS_A_DAY) * BIN_S, DAYS * SLOTS_A_DAY)
    places, hours = list[Place](), list[Floats]()
    for venue in venues:
        open_share = _open_share(venue, versions.get(venue.id, ()), grid, now)
        day_starts = epoch_us(instant(now.date(), venue.day_starts, venue.tz)) // BIN_US
        rooms = {r.id: r for r in estate.rooms_by_venue[venue.id]}
        for sensor in dict.fromkeys(chain(*(estate.sensors_by_room[r] for r in rooms))):
            if sensor.room in rooms:
                capacity, start = rooms[sensor.room].capacity, day_starts % SLOTS_A_DAY
                places.append(Place(sensor=sensor, capacity=capacity, day_starts_slot=start))
                hours.append(open_share)
    if not places:
        return []
    first_slot = end_slot - grid.bins
    bins = timeseries.bins([p.sensor.id for p in places], first_slot, end_slot)
    watched = Watched.of(bins, places, first_slot, np.stack(hours))
    last = _last_readings(timeseries, [p.sensor for p in places], seen, now_us)
    return health(watched, last, now_us)


def _open_share(
    venue: Venue, versions: Sequence[ScheduleVersion], grid: Grid, now: datetime
) -> Floats:
    """Share of each quarter-hour for which a venue was open."""
    first = (now - timedelta(days=DAYS + 2)).date()
    openings = openings_of(venue, versions, first, DAYS + 4)
    return np.asarray(open_share_of([openings], grid)[0])


def _last_readings(
    timeseries: TimeSeriesStore, sensors: Sequence[Sensor], seen: Mapping[str, int], now_us: int
) -> ReadingTable:
    """Some readings up to the last of each sensor; of one silent for a day, the last alone.

    The end of a sensor's span is its own last word, to the hour, so that one whose clock is behind
    is read too, and sensors are still read many at a time.
    """
    spans = defaultdict[tuple[int, int], list[str]](list)
    for sensor in sensors:
        if sensor.id not in seen:
            continue
        length_us = LAST_READINGS * sensor.interval_s * 1_000_000
        length_us = min(max(length_us, HOUR_US), DAY_US)
        if sensor.kind is CountKind.CHANGE:
            length_us = DAY_US
        end_us = (seen[sensor.id] // HOUR_US + 1) * HOUR_US
        if end_us < now_us - DAY_US:
            length_us, end_us = 0, now_us
        spans[length_us, end_us].append(sensor.id)
    tables = [
        timeseries.read(names, end_us - length_us, end_us, previous=True)
        for (length_us, end_us), names in spans.items()
    ]
    return ReadingTable.joined(tables)


def _shown(found: SensorHealth, estate: Estate) -> SensorOut:
    sensor = estate.sensor_by_id[found.sensor]
    return SensorOut(
        sensor=sensor.id,
        room=sensor.room,
        venue=estate.room_by_id[sensor.room].venue,
        sign=sensor.sign,
        state=found.state,
        findings=tuple(FindingOut(state=f.state, facts=f.facts) for f in found.findings),
        last_heard=None if found.last_heard_us is None else from_epoch_us(found.last_heard_us),
    )
