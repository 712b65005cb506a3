"""People in a venue by business day and quarter-hour, all days that have ended at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY, instant, local_slots
from domain.estate import Venue
from domain.hand_counts import HandChecks, HeadCount
from policies.occupancy import LEARNT_DAYS, habits_before, occupancy, today

Floats = NDArray[np.float64]

FORTNIGHT = 14
"""Days that are estimated together, which is how many `occupancy` learns the habit of a day from.

Each fortnight is given to it as a room of its own: a year takes hardly longer than a month.
"""
_AXIS = Venue.model_validate(
    {"id": "axis", "name": "axis", "type": "axis", "area": "axis", "zone": "UTC", "hours": {}}
    | {"day_starts": "00:00"}
)
"""The place of local days put one after the other, where no clock ever changes."""


@dataclass(frozen=True, slots=True)
class ByDay:
    """People present at the end of each quarter-hour, NaN where unknown or to come."""

    present: Floats
    """(days, 96)"""
    low: Floats
    """(96,) lower end of today's 80 % band."""
    high: Floats

    @classmethod
    def unknown(cls, days: int) -> "ByDay":
        """Nothing is known of so many days."""
        return cls(*(np.full(shape, np.nan) for shape in ((days, 96), 96, 96)))


def by_day(bins: Bins, venue: Venue, days: Sequence[date], hand: HandChecks) -> ByDay:
    """People present in a venue on whole days and today.

    A quarter-hour that a clock change skips is unknown; of two in one, the later counts.

    Args:
        bins: of the venue as one space, from the first day's beginning to the present.
        venue: whose days they are.
        days: in order, whole fortnights and today.
        hand: what was counted by hand, in the venue's name.
    """
    slots = local_slots(bins.start, venue.tz, venue.day_starts)
    row = (slots.day - np.datetime64(days[0])).astype(np.intp)
    local = _Local.of(bins, row, slots.slot, len(days))
    ended = len(days) - 1
    found = ByDay.unknown(len(days))
    found.present[:ended] = _ended(local, venue, days, hand)
    now = row == ended
    if now.any():
        before = local.as_rooms(ended - LEARNT_DAYS, ended, LEARNT_DAYS, days, (venue.id,))
        of_today = _columns(bins, now)
        told = today(of_today, habits_before(before, hand), hand)
        found.present[ended, slots.slot[now]] = told.present[0]
        found.low[slots.slot[now]] = told.low[0]
        found.high[slots.slot[now]] = told.high[0]
    return found


@dataclass(frozen=True, slots=True)
class _Local:
    """What is known of each quarter-hour of local days; (days, 96)."""

    entered: Floats
    left: Floats
    present: Floats
    healthy: Floats
    open: Floats

    @classmethod
    def of(cls, bins: Bins, row: NDArray[np.intp], slot: NDArray[np.intp], days: int) -> "_Local":
        found = {}
        for f in fields(cls):
            unknown = 0.0 if f.name in {"healthy", "open"} else np.nan
            found[f.name] = np.full((days, SLOTS_A_DAY), unknown)
            found[f.name][row, slot] = getattr(bins, f.name)[0]
        return cls(**found)

    def as_rooms(
        self, first: int, end: int, length: int, days: Sequence[date], names: tuple[str, ...]
    ) -> Bins:
        """Days [first, end) as rooms, so many days in each, on the axis of the latest of them."""
        quarter = np.timedelta64(60 * SLOT_MINUTES, "s")
        axis = np.datetime64(days[end - length], "s") + quarter * np.arange(length * SLOTS_A_DAY)
        kept = {f.name: getattr(self, f.name)[first:end] for f in fields(self)}
        return Bins(
            rooms=names,
            start=axis,
            minutes=SLOT_MINUTES,
            full=np.zeros((len(names), len(axis))),
            **{name: values.reshape(len(names), -1) for name, values in kept.items()},
        )


def _ended(local: _Local, venue: Venue, days: Sequence[date], hand: HandChecks) -> Floats:
    ended = len(days) - 1
    names = tuple(f"{venue.id} {n}" for n in range(ended // FORTNIGHT))
    rooms = local.as_rooms(0, ended, FORTNIGHT, days, names)
    told = occupancy(rooms, [_AXIS] * len(names), hand=_of_fortnights(hand, venue, days, names))
    return told.present.reshape(ended, SLOTS_A_DAY)


def _of_fortnights(
    hand: HandChecks, venue: Venue, days: Sequence[date], names: Sequence[str]
) -> HandChecks:
    """Counts at doors speak for every fortnight, heads for that in which they were counted."""
    doors = (
        replace(
            d,
            room=name if d.room == venue.id else d.room,
            beyond=name if d.beyond == venue.id else d.beyond,
        )
        for d in hand.doors
        if venue.id in {d.room, d.beyond}
        for name in names
    )
    axis = datetime.combine(days[len(days) - 1 - FORTNIGHT], datetime.min.time(), UTC)

    def heads() -> Iterator[HeadCount]:
        for n, name in enumerate(names):
            began = instant(days[n * FORTNIGHT], venue.day_starts, venue.tz)
            for head in hand.heads:
                if head.room == venue.id and began < head.at <= began + timedelta(days=FORTNIGHT):
                    yield replace(head, room=name, at=axis + (head.at - began))

    return HandChecks(doors=tuple(doors), heads=tuple(heads()))


def _columns(bins: Bins, some: NDArray[np.bool_]) -> Bins:
    """Some of the bins, which lie together."""
    cut = {
        f.name: getattr(bins, f.name)[:, some]
        for f in fields(bins)
        if f.name not in {"rooms", "start", "minutes"}
    }
    return replace(bins, start=bins.start[some], **cut)
