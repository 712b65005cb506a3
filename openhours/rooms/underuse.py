"""Under-used rooms: what the policies need of an estate, and the look itself, without any store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import instant
from domain.estate import Estate, Venue
from openhours.planning.history import capacity_of
from policies.findings import ORDER, State
from policies.links.walks import walks_between
from policies.occupancy import occupancy
from policies.underuse.digest import Digest, monthly
from policies.underuse.flags import Standings
from policies.underuse.known import MISCOUNTS, Rooms
from policies.underuse.pattern import UsualWeek, usual_week
from policies.underuse.weeks import RoomWeeks, weekly

Floats = NDArray[np.float64]

THRESHOLD = 0.15
"""Utilisation that a room should have where nobody says otherwise: of twenty places three are taken
on average while it is open."""
USUAL_WEEKS = 8
"""What a room's week is like is told by so many."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The utilisation that rooms should have."""

    others: float = THRESHOLD
    by_type: Mapping[str, float] = field(default_factory=dict)
    """Of venues of these types."""

    def of(self, venues: Sequence[Venue]) -> Floats:
        """For each room, given its venue."""
        return np.array([self.by_type.get(v.type, self.others) for v in venues], dtype=np.float64)


def flags(
    bins: Bins,
    estate: Estate,
    standings_json: Mapping[str, Any] | None,
    on: date,
    thresholds: Thresholds | None = None,
) -> tuple[tuple[Digest, ...], dict[str, Any]]:
    """A month's digests from bins alone, and the standings to keep for the next month.

    Args:
        bins: of rooms of the estate, two years at most, and when they were open; nothing from the
            morning of `on` on is looked at.
        estate: the rooms and their venues.
        standings_json: what the call for the month before returned; None before the first.
        on: the day of the look. A month is looked at once: of one that was, there is no digest.
        thresholds: `THRESHOLD` for all where not given.

    Raises:
        InvalidInput: the standings are none.
        NotFound: a room of the bins is not in the estate.
    """
    standings = Standings.from_json(standings_json) if standings_json else Standings()
    rooms = [estate.room(room) for room in bins.rooms]
    venues = [estate.venue(r.venue) for r in rooms]
    at = max(instant(on, v.day_starts, v.tz) for v in venues)
    known = _until(bins, np.datetime64(at.replace(tzinfo=None), "s"))
    present = occupancy(known, venues, capacity=capacity_of(rooms)).present
    weeks = weekly(known, present, capacity_of(rooms), venues)
    usual = usual_of(known, present, venues)
    after, digests = monthly(standings, weeks, rooms_of(estate, weeks, usual, thresholds), on)
    return digests, after.as_json()


def usual_of(bins: Bins, present: Floats, venues: Sequence[Venue]) -> UsualWeek:
    """The usual week by the last `USUAL_WEEKS` of the bins."""
    last = last_weeks(bins, USUAL_WEEKS)
    return usual_week(last, present[:, -len(last.start) :], venues)


def last_weeks(bins: Bins, weeks: int) -> Bins:
    """The bins of the last weeks, all where there are fewer."""
    return _some(bins, np.s_[-weeks * 7 * 1440 // bins.minutes :])


def rooms_of(
    estate: Estate,
    weeks: RoomWeeks,
    usual: UsualWeek,
    thresholds: Thresholds | None = None,
    states: Mapping[str, State] | None = None,
) -> Rooms:
    """What is known of rooms beside their weeks.

    Args:
        estate: the rooms, their venues and the walks between these.
        weeks: whose rooms, in whose order.
        usual: of the same rooms.
        thresholds: `THRESHOLD` for all where not given.
        states: how sensors are, by sensor.
    """
    rooms = [estate.room(room) for room in weeks.rooms]
    venues = [estate.venue(r.venue) for r in rooms]
    return Rooms(
        rooms=rooms,
        venues=venues,
        threshold=(thresholds or Thresholds()).of(venues),
        usual=usual,
        walk_minutes=walks_of(estate, venues),
        booked=np.full(len(rooms), np.nan),
        sensors=_worst(estate, states or {}),
    )


def walks_of(estate: Estate, venues: Sequence[Venue]) -> Floats:
    """Minutes on foot between some of the estate's venues, each as often as it is given."""
    row = {v.id: n for n, v in enumerate(estate.venues)}
    at = [row[v.id] for v in venues]
    return walks_between(estate.venues, estate.link_groups)[np.ix_(at, at)]


def _worst(estate: Estate, states: Mapping[str, State]) -> Mapping[str, State]:
    """The worst state of each room's sensors, those first that make it count wrongly."""
    found: dict[str, State] = {}
    for room, sensors in estate.sensors_by_room.items():
        its = [states[s.id] for s in sensors if s.id in states]
        if its:
            found[room] = min(its, key=lambda s: (s not in MISCOUNTS, ORDER[s]))
    return found


def _until(bins: Bins, end: np.datetime64) -> Bins:
    return _some(bins, np.s_[: int(np.searchsorted(bins.start, end))])


def _some(bins: Bins, which: slice) -> Bins:
    """Some consecutive bins."""
    arrays = ("entered", "left", "present", "healthy", "open", "full")
    return replace(
        bins, start=bins.start[which], **{name: getattr(bins, name)[:, which] for name in arrays}
    )
