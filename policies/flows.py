"""From stored readings to quarter-hour bins of rooms, or of venues taken as one space."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np

from domain.bins import Bins
from domain.estate import Room, Sensor
from domain.readings import CountKind, ReadingTable
from domain.sensor_bins import SensorBins
from policies.binning import bin_readings
from policies.grid import Floats, Grid, Ints
from policies.sensor_bins import Numbers, numbers_of

Opening = tuple[datetime, datetime]


def room_bins(
    table: ReadingTable | SensorBins,
    rooms: Sequence[Room],
    sensors: Iterable[Sensor],
    start: datetime,
    end: datetime,
    openings: Mapping[str, Sequence[Opening]],
) -> Bins:
    """Bins of each room, from all sensors at its doors, the doors between rooms included.

    A sensor counts by readings of its own kind; others stand in where there are none. A room's
    number is the sum over its sensors and is unknown where one of them is; a sensor that never
    speaks of a direction (an entry-only gate) leaves it to the others. `full` is 0 everywhere: see
    `policies.occupancy.followed_full`.

    Args:
        table: what was said: readings from before `start` on, so that totals can be differenced
            across it; or stored quarter-hours, of which those before `start` tell who is alive.
        rooms: the rows of the result, in this order.
        sensors: at least those of the rooms; others are ignored.
        start: aware; rounded down to a quarter-hour.
        end: aware, after `start`; rounded up. No later than the present: silence may count as zero.
        openings: open intervals in UTC by room id; a room that is absent is closed.
    """
    return _bins(table, {r.id: r.id for r in rooms}, sensors, start, end, openings)


def venue_bins(
    table: ReadingTable | SensorBins,
    rooms: Sequence[Room],
    sensors: Iterable[Sensor],
    start: datetime,
    end: datetime,
    openings: Mapping[str, Sequence[Opening]],
) -> Bins:
    """Bins of each venue of `rooms` as one space: who passes a door between its rooms stays inside.

    `Bins.rooms` are the venues' ids, in order of first appearance. Arguments are as for
    `room_bins`, with openings by venue id.
    """
    return _bins(table, {r.id: r.venue for r in rooms}, sensors, start, end, openings)


def _bins(
    table: ReadingTable | SensorBins,
    space_of: Mapping[str, str],
    sensors: Iterable[Sensor],
    start: datetime,
    end: datetime,
    openings: Mapping[str, Sequence[Opening]],
) -> Bins:
    """Bins of spaces, given the space that each room is part of."""
    row_of = {space: row for row, space in enumerate(dict.fromkeys(space_of.values()))}
    row = {room: row_of[space] for room, space in space_of.items()}
    used = [s for s in sensors if s.room in row or s.beyond in row]
    inside = np.array([row.get(s.room, -1) for s in used], dtype=np.intp)
    outside = np.array([row.get(s.beyond or "", -1) for s in used], dtype=np.intp)
    is_flow = np.array([s.kind is not CountKind.PRESENT for s in used], dtype=np.bool_)
    is_door = is_flow & (inside != outside)
    into, out_of = np.where(is_door, inside, -1), np.where(is_door, outside, -1)
    watching = np.where(is_flow, -1, inside)

    grid, spaces = Grid.covering(start, end), len(row_of)
    open_share = open_share_of([openings.get(space, ()) for space in row_of], grid)
    open_s = open_share[np.where(inside >= 0, inside, outside)] * grid.bin_s
    if isinstance(table, ReadingTable):
        intervals = {s.id: s.interval_s for s in used}
        table = bin_readings(table, intervals, grid, end.timestamp() - grid.start_s)
    said = numbers_of(table, used, grid, open_s)
    return Bins(
        rooms=tuple(row_of),
        start=grid.starts,
        minutes=grid.bin_s // 60,
        entered=_sum([(into, said.entered), (out_of, said.left)], spaces),
        left=_sum([(into, said.left), (out_of, said.entered)], spaces),
        present=_whole(_sum([(watching, said.present)], spaces), row, used),
        healthy=_least([into, out_of, watching], said.healthy, spaces),
        open=open_share,
        full=np.zeros_like(open_share),
    )


def _sum(parts: Sequence[tuple[Ints, Numbers]], spaces: int) -> Floats:
    """Sum over the sensors of each space; NaN where one is unknown, or there is none.

    Args:
        parts: the space that each sensor adds to, −1 for none, and what it adds.
        spaces: how many there are.
    """
    total = np.zeros((spaces, parts[0][1].values.shape[1]))
    sensors = np.zeros(spaces)
    for space, numbers in parts:
        adds = (space >= 0) & numbers.is_expected
        np.add.at(total, space[adds], numbers.values[adds])
        np.add.at(sensors, space[adds], 1)
    total[sensors == 0] = np.nan
    return total


def _whole(present: Floats, row: Mapping[str, int], sensors: Sequence[Sensor]) -> Floats:
    """People present in spaces all of whose rooms are watched; else nobody knows the whole."""
    watched = {s.room for s in sensors if s.kind is CountKind.PRESENT}
    present[sorted({space for room, space in row.items() if room not in watched})] = np.nan
    return present


def _least(parts: Sequence[Ints], healthy: Floats, spaces: int) -> Floats:
    """Least healthy share over the sensors of each space; 0 where there is none.

    The share for which all work at once may be smaller; but gaps of several sensors nearly always
    have one cause and coincide.
    """
    least = np.full((spaces, healthy.shape[1]), np.inf)
    for space in parts:
        np.minimum.at(least, space[space >= 0], healthy[space >= 0])
    return np.where(np.isinf(least), 0.0, least)


def open_share_of(openings: Sequence[Sequence[Opening]], grid: Grid) -> Floats:
    """Share of each bin that lies in opening intervals; (spaces, bins)."""
    row = np.repeat(np.arange(len(openings)), [len(o) for o in openings])
    instants = [[a.timestamp(), b.timestamp()] for intervals in openings for a, b in intervals]
    begin_s, end_s = np.array(instants, dtype=np.float64).reshape(-1, 2).T - grid.start_s
    amount = (end_s - begin_s) / grid.bin_s
    return np.minimum(grid.spread(begin_s, end_s).total(row, amount, len(openings)), 1.0)
