"""What the coming days are expected to be like, kept with each planning run and read by pages."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOTS_A_DAY, hours_on, slot_mask, week_mask
from domain.errors import NotFound
from domain.estate import Estate, Venue
from domain.hours import WeeklyHours
from domain.ports import Ledger
from domain.schedules import in_force
from openhours.planning.history import week_start
from policies.demand import DemandEstimate
from policies.demand.ahead import DayAhead, Outlook, room_share, stay_of
from policies.demand.forecast import forecast
from policies.demand.nowcast import SLOTS_AN_HOUR, present
from policies.demand.observed import OTHER_STAY_MINUTES, STAY_MINUTES
from policies.unmet.candidates import Idle

Floats = NDArray[np.float64]

KEY = "forecast:"
"""Where the ledger keeps what is believed of a venue."""
DAYS = 21
"""Days that are kept: two weeks are known ahead until the next week is planned."""
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Reads what the latest planning run believed of the days to come."""

    ledger: Ledger

    def of(self, venue_id: str, day: date) -> DayAhead | None:
        """People expected inside a venue and its rooms, by quarter-hour of a business day.

        None where nothing is known: before the first plan, of days too far ahead or behind it, or
        of a venue without demand. Raises `NotFound` for a venue that is not there.
        """
        estate = self.ledger.estate()
        venue = estate.venue(venue_id)
        text = self.ledger.state(KEY + venue_id)
        if not text:
            return None
        said = json.loads(text)
        first = date.fromisoformat(said["first"])
        row = (day - first).days
        if not 0 <= row < DAYS:
            return None
        days = [first + timedelta(days=n) for n in range(DAYS)]
        opened = self._open(venue, days)
        outlook = Outlook(
            rate=np.array(said["rate"]),
            doubt=np.array(said["doubt"]),
            dispersion=said["dispersion"],
            stay_minutes=said["stay_minutes"],
        )
        rooms = estate.rooms_by_venue[venue_id]
        holds = [room.capacity for room in rooms]
        weekdays = [d.weekday() for d in days]
        shares = {room: np.array(share)[weekdays] for room, share in said["rooms"].items()}
        return DayAhead(
            day=day,
            made_at=datetime.fromisoformat(said["at"]),
            is_open=opened[row],
            whole=outlook.inside(
                opened, row, np.ones(opened.shape), sum(c or 0 for c in holds) if all(holds) else 0
            ),
            rooms={
                room.id: outlook.inside(
                    opened, row, np.repeat(shares[room.id], SLOTS_AN_HOUR, axis=1), room.capacity
                )
                for room in rooms
                if room.id in shares
            },
        )

    def _open(self, venue: Venue, days: list[date]) -> NDArray[np.bool_]:
        """(days, 96) whether the venue is open, by the hours in force then."""
        versions = self.ledger.schedules(venue.id)[venue.id]
        found = np.zeros((len(days), SLOTS_A_DAY), dtype=np.bool_)
        for row, day in enumerate(days):
            try:
                hours = in_force(versions, day).hours
            except NotFound:
                continue
            found[row] = slot_mask(hours_on(day, hours, venue.special_days), venue.day_starts)
        return found


def keep_forecasts(
    ledger: Ledger,
    estate: Estate,
    demand: DemandEstimate,
    hours: Mapping[str, WeeklyHours],
    idle: Idle,
    now: datetime,
) -> None:
    """Keep what is believed of the coming days of all venues of an estimate.

    Args:
        ledger: where.
        estate: the venues.
        demand: theirs.
        hours: in force, by venue.
        idle: how full rooms usually are.
        now: the moment of the run.
    """
    usual = {room.id: idle.present[n] for n, room in enumerate(idle.rooms)}
    for row, venue_id in enumerate(demand.profile.venues):
        venue = estate.venue(venue_id)
        first = week_start(venue, now)
        seen = forecast(demand, [venue], first, DAYS)
        rooms = {r.id: usual[r.id] for r in estate.rooms_by_venue[venue_id]}
        is_open = week_mask(hours[venue_id], venue.day_starts)
        rate = demand.profile.rate[row, :7]
        stay = _stay(venue, demand.stay_minutes[row], rooms, rate, is_open)
        inside = present(np.nan_to_num(rate), is_open & np.isfinite(rate), stay)
        shares = {name: room_share(its, inside) for name, its in rooms.items()}
        said = {
            "at": now.isoformat(),
            "first": first.isoformat(),
            "rate": seen.expected[0].round(_DIGITS).tolist(),
            "doubt": seen.doubt[0].round(_DIGITS).tolist(),
            "dispersion": float(demand.dispersion[row]),
            "stay_minutes": stay,
            "rooms": {
                name: share.round(_DIGITS).tolist()
                for name, share in shares.items()
                if np.isfinite(share).all()
            },
        }
        ledger.set_state(KEY + venue_id, json.dumps(said))


def _stay(
    venue: Venue,
    assumed: float,
    rooms: Mapping[str, Floats],
    rate: Floats,
    is_open: NDArray[np.bool_],
) -> float:
    """How long people stay: as was assumed, else as counts say, else as is usual of the type."""
    if math.isfinite(assumed):
        return float(assumed)
    seen = [its for its in rooms.values() if np.isfinite(its).any()]
    counted = stay_of(np.sum(seen, axis=0), rate, is_open) if seen else 0.0
    return counted if counted > 0 else STAY_MINUTES.get(venue.type, OTHER_STAY_MINUTES)
