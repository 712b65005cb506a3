"""How much of each room's capacity was used, week by week."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import HOLIDAY, day_types, local_slots
from domain.estate import Venue
from policies.grouping import alike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Dates = NDArray[np.datetime64]

HEALTHY_SHARE = 0.5
"""Part of a week's ordinary open time that must be known for the week to have a utilisation."""
WHOLE_WEEK_HOURS = 7 * 24 - 1
"""Hours of a whole week, less the one that a clock change takes."""
_MONDAY = np.datetime64("1970-01-05")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomWeeks:
    """What rooms did in some weeks, in their ordinary open time: no holidays, no special days.

    Arrays are (rooms, weeks); sums are over the healthy part of that time unless said otherwise.
    """

    rooms: tuple[str, ...]
    week: Dates
    """(weeks,) the Monday, in each room's own zone, on which it begins; consecutive, rising."""
    used: Floats
    """Person-hours."""
    offered: Floats
    """Capacity-hours; NaN where the capacity is unknown."""
    open_hours: Floats
    """Hours of ordinary open time, healthy or not."""
    healthy_hours: Floats
    """Of them, those in which occupancy is known."""
    entered: Floats
    """People who came in."""
    left: Floats
    open_days: Floats
    """Business days known for at least half of their open time."""
    empty_days: Floats
    """Of them, those on which nobody passed and nobody was there."""

    @property
    def utilisation(self) -> Floats:
        """Person-hours by capacity-hours; NaN in weeks of which too little is known."""
        known = (self.open_hours > 0) & (self.healthy_hours >= HEALTHY_SHARE * self.open_hours)
        known &= self.offered > 0
        return np.asarray(
            np.divide(self.used, self.offered, out=np.full(self.used.shape, np.nan), where=known)
        )

    @property
    def passed(self) -> Floats:
        """People who came or went; person-hours in rooms where nothing counts these."""
        both = self.entered + self.left
        return np.where(both.any(axis=1, keepdims=True), both, self.used)

    @classmethod
    def joined(cls, parts: Sequence["RoomWeeks"]) -> "RoomWeeks":
        """The rooms of all parts. Of weeks that a part lacks nothing is known."""
        week = np.unique(np.concatenate([p.week for p in parts]))
        if len(week):
            week = np.arange(week[0], week[-1] + np.timedelta64(7, "D"), np.timedelta64(7, "D"))
        rooms = tuple(room for p in parts for room in p.rooms)
        names = [f.name for f in fields(cls) if f.name not in {"rooms", "week"}]
        sums = {name: np.zeros((len(rooms), len(week))) for name in names}
        row = 0
        for part in parts:
            at = np.ix_(np.arange(row, row + len(part.rooms)), np.searchsorted(week, part.week))
            for name in names:
                sums[name][at] = getattr(part, name)
            row += len(part.rooms)
        return cls(rooms=rooms, week=week, **sums)


def weekly(bins: Bins, present: Floats, capacity: Floats, venues: Sequence[Venue]) -> RoomWeeks:
    """Sums of the whole weeks within some bins.

    A bin's person-hours are those of a straight line between the people present at its ends.

    Args:
        bins: of rooms, in order of time.
        present: (rooms, bins) people present at the end of each bin, NaN where unknown.
        capacity: (rooms,) people, NaN where unknown.
        venues: the venue of each room.
    """
    before = np.concatenate([present[:, :1], present[:, :-1]], axis=1)
    people = np.where(np.isnan(before), present, (before + present) / 2)
    known = np.where(np.isnan(people), 0, bins.healthy) * bins.open
    people, entered, left = (np.nan_to_num(x) for x in (people, bins.entered, bins.left))
    hours = bins.minutes / 60
    of_bins = {
        "used": people * known * hours,
        "open_hours": bins.open * hours,
        "healthy_hours": known * hours,
        "entered": entered * (known > 0),
        "left": left * (known > 0),
        "somebody": (people + entered + left) * (known > 0),
    }
    days, of_days = _by_day(bins, of_bins, venues)
    seen = (of_days["open_hours"] > 0) & (
        of_days["healthy_hours"] >= HEALTHY_SHARE * of_days["open_hours"]
    )
    of_days["open_days"] = seen.astype(np.float64)
    of_days["empty_days"] = (seen & (of_days.pop("somebody") == 0)).astype(np.float64)
    sums = {name: x.reshape(len(x), -1, 7).sum(axis=2) for name, x in of_days.items()}
    whole = sums.pop("whole_hours") >= WHOLE_WEEK_HOURS
    kept = whole.any(axis=0)
    sums = {name: np.where(whole, x, 0)[:, kept] for name, x in sums.items()}
    return RoomWeeks(
        rooms=bins.rooms,
        week=days[::7][kept],
        offered=sums["healthy_hours"] * capacity[:, None],
        **sums,
    )


def _by_day(
    bins: Bins, of_bins: dict[str, Floats], venues: Sequence[Venue]
) -> tuple[Dates, dict[str, Floats]]:
    """Sums over business days, none of days out of the ordinary; days of whole weeks.

    "whole_hours" is how much of each day lies within the bins, ordinary or not.
    """
    first = bins.start[0].astype("datetime64[D]") - np.timedelta64(1, "D")
    first -= (first - _MONDAY).astype(np.int64) % 7
    number = int((bins.start[-1].astype("datetime64[D]") - first).astype(np.int64)) // 7 * 7 + 14
    days = first + np.arange(number)
    sums = {name: np.zeros((len(venues), number)) for name in (*of_bins, "whole_hours")}
    for rows, venue in alike(
        venues, lambda v: (v.zone, v.day_starts, v.country, v.subdivision, v.special_days)
    ):
        of_bin = local_slots(bins.start, venue.tz, venue.day_starts).day
        at = np.flatnonzero(np.diff(of_bin, prepend=of_bin[0] - 1))
        column = (of_bin[at] - first).astype(np.int64)
        ordinary = _ordinary(of_bin[at], venue)
        for name, values in of_bins.items():
            sums[name][np.ix_(rows, column)] = np.add.reduceat(values[rows], at, axis=1) * ordinary
        length = np.diff(at, append=len(of_bin)) * bins.minutes / 60
        sums["whole_hours"][np.ix_(rows, column)] = length
    return days, sums


def _ordinary(days: Dates, venue: Venue) -> Mask:
    """Which dates are neither public holidays nor special days of the venue."""
    dates = days.astype("datetime64[D]").tolist()
    special = {s.day for s in venue.special_days}
    free = day_types(dates, venue.country, venue.subdivision) == HOLIDAY
    return np.asarray(~free & [d not in special for d in dates])
