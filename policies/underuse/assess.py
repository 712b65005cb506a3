"""What the weeks say of each room: how much it is used, and whether its counts can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from policies.underuse.flags import Standings
from policies.underuse.level import LOW_SHARE, Levels, levels
from policies.underuse.suspect import suspect_weeks
from policies.underuse.weeks import RoomWeeks

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

RECENT_WEEKS = 8
"""Weeks of which at least half must be known, or nothing is said: what was says little of now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What is known of rooms on one day; all (rooms,) unless said otherwise."""

    levels: Levels
    """Of the weeks that count."""
    not_low: Floats
    """Probability of enough use; NaN where too little is known of late."""
    suspect: Mask
    """Looks under-used, and it may well be the sensor."""
    doubted: Mask
    """(rooms, weeks) weeks that do not count, because the sensor is suspect in them."""


def assess(
    weeks: RoomWeeks,
    threshold: Floats,
    types: Sequence[str],
    faulty: Mask,
    standings: Standings,
) -> Assessment:
    """Judge rooms by their weeks.

    Args:
        weeks: up to now; a year or two are a good length.
        threshold: (rooms,) utilisation that each room should have.
        types: of each room.
        faulty: (rooms,) whether one of its sensors is known to count wrongly now.
        standings: whose `counts_from` says since when weeks count.
    """
    if not weeks.used.size:
        return _nothing(len(weeks.rooms))
    begins = np.array(
        [standings.of(room).counts_from or str(date.min) for room in weeks.rooms], "datetime64[D]"
    )
    counts = weeks.week >= begins[:, None]
    raw = np.where(counts, weeks.utilisation, np.nan)
    doubted = suspect_weeks(weeks, counts)
    trusted = np.where(doubted, np.nan, raw)
    known = levels(trusted, threshold, types)
    recent = np.isnan(trusted[:, -RECENT_WEEKS:])
    is_stale = recent.mean(axis=1) > 1 / 2
    looks_low = _mean(raw[:, -RECENT_WEEKS:]) < LOW_SHARE * threshold
    return Assessment(
        levels=known,
        not_low=np.where(is_stale, np.nan, known.not_low),
        suspect=looks_low & (_latest(doubted, ~np.isnan(raw)) | faulty),
        doubted=doubted,
    )


def _nothing(rooms: int) -> Assessment:
    """Before the first whole week."""
    unknown, no = np.full(rooms, np.nan), np.zeros(rooms, dtype=np.bool_)
    told = Levels(
        mean=unknown, low=unknown, high=unknown, not_low=unknown, healthy_weeks=np.zeros(rooms)
    )
    return Assessment(levels=told, not_low=unknown, suspect=no, doubted=np.zeros((rooms, 0), bool))


def _mean(values: Floats) -> Floats:
    """Mean of each row's numbers; NaN where there is none."""
    number = np.sum(~np.isnan(values), axis=1)
    unknown = np.full(len(values), np.nan)
    return np.asarray(np.divide(np.nansum(values, axis=1), number, out=unknown, where=number > 0))


def _latest(marked: Mask, known: Mask) -> Mask:
    """Whether the latest known week of each row is marked."""
    last = known.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    return np.asarray(known.any(axis=1) & np.take_along_axis(marked, last[:, None], 1)[:, 0])
