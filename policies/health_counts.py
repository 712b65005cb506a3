"""What the counts of some days say of sensors: that they stand still, or cannot be."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from domain.readings import CountKind
from domain.sensor_bins import BIN_S, BIN_US
from policies.findings import Finding, State
from policies.grid import Floats
from policies.plausible import most_in
from policies.standstill import FEW_PEOPLE, ONCE_IN, QUIET_OPEN_S
from policies.watched import Space, Watched

RATIO_LIMIT = 1.25
"""People in for each one out, or the inverse, beyond which no missed people explain it."""
RATIO_CROSSINGS = 200
"""Crossings below which a ratio is not looked at."""
RATIO_ERRORS = 3.3
"""Standard errors from balance; beyond them lies one in a thousand."""
LEAST_PRESENT = -5
"""Sensors that subtract drift below nobody by a few, and by no more."""
CAPACITIES = 3
"""Times the capacity, above which people present are no crowd."""
RECENT_SLOTS = 192
"""Two days: what was wild before has passed."""

_WEEK = 7 * 96


def stuck(watched: Watched, last_present: Floats) -> dict[int, Finding]:
    """Sensors that report and do not move, by row.

    A door is stuck where nobody passed for more than `QUIET_OPEN_S` of open time and that is
    unlikely by its own counts at these hours of the week (Poisson, its mean itself uncertain by the
    weeks seen; Jeffreys' prior); or where nobody passed at all. What says people present is stuck
    where more than `FEW_PEOPLE` stand still for as long.

    Args:
        watched: the sensors.
        last_present: (sensors,) people present in the latest reading; NaN where it does not say.
    """
    kinds = [p.sensor.kind for p in watched.places]
    says_present = np.array([k is CountKind.PRESENT for k in kinds], dtype=np.bool_)[:, None]
    crossings = watched.crossings
    unknown = np.isnan(crossings)
    moves = unknown | (crossings > 0)
    differs = (watched.lowest != last_present[:, None]) | (watched.highest != last_present[:, None])
    stands = np.where(np.isnan(watched.lowest), watched.heard > 0, ~differs)
    run = _last_run(
        np.where(says_present, ~stands, moves),
        np.where(says_present, watched.heard > 0, ~unknown),
    )
    open_s = np.where(run, watched.open, 0).sum(axis=1) * BIN_S
    usual, chance = _usual(watched, crossings, run)
    never_moved = ~np.nan_to_num(crossings).any(axis=1) & (~unknown).any(axis=1)
    is_stuck = (open_s > QUIET_OPEN_S) & np.where(
        says_present[:, 0], last_present > FEW_PEOPLE, (chance < 1 / ONCE_IN) | never_moved
    )
    usual = np.where(says_present[:, 0], last_present, usual)
    return {
        int(row): Finding(
            State.STUCK,
            {
                "since_us": float((watched.first_slot + int(run[row].argmax())) * BIN_US),
                "open_hours": float(open_s[row]) / 3600,
                "usual": float(usual[row]),
            },
        )
        for row in np.flatnonzero(is_stuck)
    }


def _last_run(breaks: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The slots after the last break, up to the last that is known; (sensors, slots)."""
    slot = np.arange(breaks.shape[1])
    end = np.where(known, slot + 1, 0).max(axis=1, initial=0)[:, None]
    begin = np.where(breaks & (slot < end), slot + 1, 0).max(axis=1, initial=0)[:, None]
    return np.asarray((slot >= begin) & (slot < end))


def _usual(watched: Watched, crossings: Floats, run: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Crossings that are usual in the open time of each run, and the chance of none; (sensors,)."""
    sensors, slots = crossings.shape
    pad = ((0, 0), (0, -slots % _WEEK))
    weeks = np.pad(np.where(run, np.nan, crossings), pad, constant_values=np.nan)
    weeks = weeks.reshape(sensors, -1, _WEEK)
    seen = (~np.isnan(weeks)).sum(axis=1)
    mean = np.nansum(weeks, axis=1) / np.maximum(seen, 1)
    looked = np.pad(run & (watched.open > 0), pad).reshape(sensors, -1, _WEEK) & (seen > 0)[:, None]
    times = looked.sum(axis=1)
    usual = (times * mean).sum(axis=1)
    exposure = (times * seen).sum(axis=1) / np.maximum(times.sum(axis=1), 1)
    chance = (exposure / (exposure + 1)) ** (usual * exposure + 0.5)
    return usual, np.where(times.any(axis=1), chance, 1.0)


def implausible(watched: Watched) -> Iterator[tuple[int, Finding]]:
    """Sensors that said what cannot be in the last two days, by row."""
    recent = slice(-RECENT_SLOTS, None)
    capacity = np.array([p.capacity or np.inf for p in watched.places])
    most = most_in(np.full(len(capacity), float(BIN_S)))
    low = np.full(len(capacity), float(LEAST_PRESENT))
    for said, limit, is_below in (
        (watched.entered, most, False),
        (watched.left, most, False),
        (watched.highest, CAPACITIES * capacity, False),
        (watched.lowest, low, True),
    ):
        values = said[:, recent]
        wild = (values < limit[:, None]) if is_below else (values > limit[:, None])
        for row in np.flatnonzero(wild.any(axis=1)):
            value = np.nanmin(values[row]) if is_below else np.nanmax(values[row])
            facts = {
                "times": float(wild[row].sum()),
                "value": float(value),
                "limit": float(limit[row]),
            }
            yield int(row), Finding(State.IMPLAUSIBLE, facts)


def imbalance(space: Space) -> Finding | None:
    """Whether many more come into a room than go, or the other way round, by all of its doors.

    One door of several may well be for coming and another for going.
    """
    entered = float(space.entered[:, space.is_whole].sum())
    left = float(space.left[:, space.is_whole].sum())
    one_way_only = not space.entered.any() or not space.left.any()
    if one_way_only or entered + left < RATIO_CROSSINGS:
        return None
    tilt = abs(np.log((entered + 0.5) / (left + 0.5)))
    error = np.sqrt(1 / (entered + 0.5) + 1 / (left + 0.5))
    if tilt <= max(np.log(RATIO_LIMIT), RATIO_ERRORS * error):
        return None
    days = float(space.is_whole.sum())
    return Finding(State.IMBALANCED, {"days": days, "entered": entered, "left": left})
