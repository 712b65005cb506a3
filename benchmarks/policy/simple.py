"""Rules that people write: hours as they are, and thresholds of occupancy."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.policy.contenders import Choose, Chosen, Hours
from domain.bins import Bins
from domain.calendars import SLOTS_A_DAY, local_slots
from domain.estate import Venue
from domain.hours import Block, WeeklyHours
from policies.hours.kept import broken_limits
from simulator.loop import ClosedLoop

Floats = NDArray[np.float64]

WEEKS = 4
"""So many last weeks are looked at, and so often."""
STEP = 30
"""Minutes by which an edge moves."""
SLOTS = STEP // 15
QUIET, BUSY = 0.15, 0.4
"""Shares of its busiest hour below which an edge's last half hour closes, and above which it grows.
"""


def fixed(_: ClosedLoop) -> Choose:
    """Hours stay as they are."""
    return lambda _loop, _bins: Chosen({})


def threshold(*, grows: bool) -> Callable[[ClosedLoop], Choose]:
    """Every four weeks an edge closes by half an hour where few are present, or grows."""

    def begin(_: ClosedLoop) -> Choose:
        return lambda loop, bins: Chosen(_proposed(loop, bins, grows=grows))

    return begin


def _proposed(loop: ClosedLoop, bins: Bins | None, *, grows: bool) -> Hours:
    played = 0 if bins is None else len(bins.start) // (7 * SLOTS_A_DAY)
    if bins is None or played % WEEKS or any(loop.coming.values()):
        return {}
    found = {}
    for venue in loop.estate.venues:
        rows = [bins.rooms.index(r.id) for r in loop.estate.rooms_by_venue[venue.id]]
        present = _mean_present(bins, rows, venue)
        now = loop.hours[venue.id]
        hours = WeeklyHours(
            tuple(
                tuple(_moved(b, present[day], venue.day_starts, grows=grows) for b in blocks)
                for day, blocks in enumerate(now.days)
            )
        )
        if hours != now and not broken_limits(venue, hours) - broken_limits(venue, now):
            found[venue.id] = hours
    return found


def _mean_present(bins: Bins, rows: list[int], venue: Venue) -> Floats:
    """Mean people present by weekday and slot over the last weeks, by counts reset each night."""
    recent = slice(-WEEKS * 7 * SLOTS_A_DAY, None)
    slots = local_slots(bins.start[recent], venue.tz, venue.day_starts)
    flow = np.nansum(bins.entered[rows] - bins.left[rows], axis=0)[recent]
    weekday = (slots.day.astype(np.int64) + 3) % 7
    inside = np.zeros(len(flow))
    for day in np.unique(slots.day):
        of_day = slots.day == day
        inside[of_day] = np.maximum(np.cumsum(flow[of_day]), 0)
    mean = np.zeros((7, SLOTS_A_DAY))
    np.add.at(mean, (weekday, slots.slot), inside / WEEKS)
    return mean


def _moved(block: Block, present: Floats, day_starts: int, *, grows: bool) -> Block:
    begin, end = (block.start - day_starts) // 15, (block.end - day_starts) // 15
    busiest = present.max(initial=1e-9)
    first, last = present[begin : begin + SLOTS].mean(), present[end - SLOTS : end].mean()
    start, close = block
    if first < QUIET * busiest:
        start += STEP
    elif grows and first > BUSY * busiest:
        start -= STEP
    if last < QUIET * busiest:
        close -= STEP
    elif grows and last > BUSY * busiest:
        close += STEP
    return Block(start, close) if start < close else block
