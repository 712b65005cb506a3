"""How sure the policy is before it changes hours: what is known of a venue, and how to lean."""

from dataclasses import dataclass

import numpy as np

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY
from domain.planning import Reason
from policies.profile import DemandProfile, Floats
from policies.reasons import Code, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """How sure of itself the policy is before it changes anything."""

    doubt: float = 0.25
    """How far to lean, where it is open, from the expected rate toward the 90 % quantile. What is
    closed is taken at its expected rate: if it was wrong to open it, that is soon seen, and if it
    was wrong to close, never."""
    hysteresis_visits: float = 0.05
    """Visits a week that a quarter-hour must earn in addition when it changes."""
    edge_visits: float = 0.3
    """Visits a week that an opening or closing time must earn in addition when it moves: people
    have to learn it, and the best time is told to half an hour at best. Worth is flat about the
    best time, so what is given up by staying near it is less than this."""
    min_gain_visits: float = 2.0
    """Net visits a week that make a change worth its trouble."""
    min_weeks: float = 3.0
    """Healthy weeks before anything is proposed."""
    min_seen: float = 1.0
    """Times that a quarter-hour of today's hours must have been seen, on average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueDemand:
    """What a profile says of one venue's ordinary week. Arrays are (7, 96), NaN where unknown."""

    rate: Floats
    """Expected arrivals in the slot."""
    low: Floats
    high: Floats
    seen: Floats
    weeks: float
    """Weeks of healthy observation."""

    @classmethod
    def of(cls, profile: DemandProfile, venue: str) -> "VenueDemand":
        """The venue's part of the profile; of one that is not in it, nothing is known."""
        if venue not in profile.venues:
            unknown = np.full((7, SLOTS_A_DAY), np.nan)
            nothing = np.zeros_like(unknown)
            return cls(rate=unknown, low=unknown, high=unknown, seen=nothing, weeks=0.0)
        row = profile.venues.index(venue)
        rate, low, high = (a[row, :7] for a in (profile.rate, profile.low, profile.high))
        known = np.isfinite(rate) & np.isfinite(low) & np.isfinite(high)
        return cls(
            rate=np.where(known, rate, np.nan),
            low=np.where(known, low, np.nan),
            high=np.where(known, high, np.nan),
            seen=np.nan_to_num(profile.seen[row, :7]),
            weeks=float(np.nan_to_num(profile.healthy_weeks[row])),
        )

    def value(self, open_now: Floats, break_even_visits: float, doubt: float) -> Floats:
        """Worth of an open slot less its cost, visits, leaning against closing; shape (7, 96).

        Args:
            open_now: (7, 96) share of each slot that is open today.
            break_even_visits: arrivals an hour.
            doubt: as `Caution` has it.
        """
        lean = np.where(open_now > 0.5, doubt * (self.high - self.rate), 0)
        return self.rate + lean - break_even_visits * SLOT_MINUTES / 60

    def seen_when_open(self, open_now: Floats) -> float:
        """Times that a slot of today's hours was seen, on average; NaN where none is open."""
        slots = open_now.sum()
        return float((self.seen * open_now).sum() / slots) if slots else float("nan")

    def unknown_hours(self, open_now: Floats) -> float:
        """Open hours a week of which nothing is known."""
        return float(open_now[np.isnan(self.rate)].sum()) * SLOT_MINUTES / 60

    def shortfalls(self, open_now: Floats, caution: Caution) -> tuple[Reason, ...]:
        """Why the data do not carry a decision; none when they do."""
        found = []
        if self.weeks < caution.min_weeks:
            facts = {"weeks": self.weeks, "needed": caution.min_weeks}
            found.append(reason(Code.NOT_ENOUGH_WEEKS, facts))
        elif (seen := self.seen_when_open(open_now)) < caution.min_seen:
            facts = {"seen": seen, "needed": caution.min_seen}
            found.append(reason(Code.SENSOR_UNHEALTHY, facts))
        if unknown := self.unknown_hours(open_now):
            found.append(reason(Code.DEMAND_UNKNOWN, {"hours": unknown}))
        return tuple(found)
