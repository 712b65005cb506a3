"""From bins to what each venue saw of its demand, slot by slot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import SLOT_MINUTES
from domain.estate import Venue
from policies.demand.business_days import BusinessDays
from policies.occupancy.rates import LEARNT_DAYS, RATIO_LIMIT, ByHand, caught, ratio

Floats = NDArray[np.float64]
Bins8 = NDArray[np.int8]

CLOSING_SLOTS, OPENING_SLOTS = 8, 2
"""Slots to closing, and since opening, that are told apart from those farther inside."""
GOING_SHARE = 0.5
"""Part of the mean stay before closing in which people go because of the hour."""
WHOLE = 1 - 1e-9
WHOLE_DAY = 0.95
"""Part of a day's open time that the counters must have worked for its balance to tell."""
LEAST_ROOM = 0.5
"""Full time is taken off the exposure down to here: the estimate of it is a generous one."""
STAY_MINUTES = {
    "activity_room": 90,
    "calligraphy_studio": 90,
    "canteen": 35,
    "day_care": 120,
    "library": 60,
    "service_centre": 30,
    "sports_hall": 75,
    "swimming_pool": 75,
}
"""Assumed mean stay by venue type."""
OTHER_STAY_MINUTES = 75
STAY_VISITS = 100.0
"""Visits that speak for the assumed stay before the first is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Arrivals and the exposure they were seen under; arrays (venues, days, 96)."""

    arrivals: Floats
    """People who came, as far as `exposure` covers the slot; may be negative where inferred."""
    exposure: Floats
    """Slots: healthy × open × not full."""
    healthy_open: Floats
    """(venues, days) slots open and healthy."""
    open: Floats
    """Slots open."""
    to_closing: Bins8
    """Open slots left, this one included; 0 where there are more than `CLOSING_SLOTS`."""
    since_opening: Bins8
    """Open slots so far, this one included; 0 where there are more than `OPENING_SLOTS`."""
    day: NDArray[np.datetime64]
    """(days,) business days, datetime64[D]."""
    day_type: NDArray[np.int8]
    """(venues, days)"""
    stay_minutes: Floats
    """(venues,) mean stay, as the doors tell it; else that assumed of the venue's type."""
    inferred: NDArray[np.bool_]
    """(venues,) whether arrivals are inferred from people present."""


def observe(bins: Bins, venues: Sequence[Venue]) -> Observed:
    """Fold the bins of venues, 15 minutes each, into business days.

    Arrivals are counted at the doors. Of a venue whose doors never say, but of which the people
    present are known, they are inferred; then all of the last stay before closing, and the first
    slot, are left out: people leave because of the hour and not because they are done. So are slots
    that are open in part.

    Args:
        bins: of venues, `full` estimated.
        venues: the venue of each row.
    """
    stay = usual_stay_minutes(venues)
    counted, present = (~np.isnan(x).all(axis=1) for x in (bins.entered, bins.present))
    inferred = np.asarray(present & ~counted)
    days = BusinessDays(bins.start, venues)
    doors = _Doors.of(bins, days)
    arrivals = bins.entered / doors.counted()[:, None]
    arrivals[inferred] = _inferred_arrivals(bins, stay)[inferred]

    healthy_open = np.where(np.isnan(arrivals), 0, bins.healthy * bins.open)
    so_far, left = runs(bins.open)
    silent = inferred[:, None] & (
        (left <= np.ceil(GOING_SHARE * stay / SLOT_MINUTES)[:, None]) | (so_far <= 1)
    )
    seen = np.where(silent | (bins.open < WHOLE), 0, healthy_open)
    room = np.maximum(1 - bins.full, LEAST_ROOM)
    return Observed(
        arrivals=days.sums(np.where(seen > 0, arrivals, 0) * seen),
        exposure=days.sums(seen * room),
        healthy_open=days.sums(healthy_open).sum(axis=2),
        open=days.sums(bins.open),
        to_closing=days.latest(np.where(left > CLOSING_SLOTS, 0, left).astype(np.int8)),
        since_opening=days.latest(np.where(so_far > OPENING_SLOTS, 0, so_far).astype(np.int8)),
        day=days.day,
        day_type=days.day_type,
        stay_minutes=doors.stay_minutes(stay),
        inferred=inferred,
    )


@dataclass(frozen=True, slots=True)
class _Doors:
    """What doors that are counted both ways say of whole days; arrays (venues, days)."""

    entered: Floats
    left: Floats
    weight: Floats
    """Of days on which the counters worked, by recency; 0 on others."""
    lasted: Floats
    """Slots between the mean times of coming and of going, whatever share of people is missed."""

    @classmethod
    def of(cls, bins: Bins, days: BusinessDays) -> "_Doors":
        both = ~np.isnan(bins.entered + bins.left)
        entered, left = (days.sums(np.where(both, x, 0)) for x in (bins.entered, bins.left))
        healthy, opened = (
            days.sums(x).sum(axis=2)
            for x in (np.where(both, bins.healthy * bins.open, 0), bins.open)
        )
        whole = (healthy >= WHOLE_DAY * opened) & (opened > 0)
        came, gone = entered.sum(axis=2), left.sum(axis=2)
        whole &= (came > 0) & (gone > 0)
        slots = np.arange(entered.shape[2], dtype=np.float64)
        lasted = left @ slots / np.maximum(gone, 1) - entered @ slots / np.maximum(came, 1)
        weight = whole * 0.5 ** (np.arange(len(days.day))[::-1] / LEARNT_DAYS)
        return cls(came, gone, weight, np.where(whole, lasted, 0))

    def counted(self) -> Floats:
        """(venues,) part of those who come that the doors count; 1 where they do not tell.

        The balance of whole days tells it, as `policies.occupancy.rates` has it. Doors whose two
        ways differ beyond what is missed people are broken, and taken at their word.
        """
        balance = ratio(self.entered * self.weight, self.left * self.weight)
        none = ByHand.none(len(self.weight))
        share, _, _ = caught(self.entered, self.left, self.weight, none)
        told = self.weight.any(axis=1) & (balance < RATIO_LIMIT) & (balance > 1 / RATIO_LIMIT)
        return np.where(told, share, 1)

    def stay_minutes(self, usual: Floats) -> Floats:
        """(venues,) mean stay: whoever comes goes, so it is what lies between the mean times."""
        visits = self.weight * self.entered
        minutes = (visits * self.lasted).sum(axis=1) * SLOT_MINUTES + STAY_VISITS * usual
        mean = minutes / (visits.sum(axis=1) + STAY_VISITS)
        return np.asarray(np.maximum(mean, SLOT_MINUTES))


def usual_stay_minutes(venues: Sequence[Venue]) -> Floats:
    """(venues,) mean stay assumed of each venue's type."""
    return np.array([STAY_MINUTES.get(v.type, OTHER_STAY_MINUTES) for v in venues], np.float64)


def runs(open_share: Floats) -> tuple[Floats, Floats]:
    """Open bins in a row up to each bin, and from each bin on, itself included; 0 where closed.

    What lies beyond the first and the last bin of all is taken to be open, without end.

    Args:
        open_share: (rows, bins); a bin counts as open where all of it is.
    """
    index = np.arange(open_share.shape[1], dtype=np.float64)
    shut = open_share < WHOLE
    latest = np.maximum.accumulate(np.where(shut, index, -np.inf), axis=1)
    coming = np.where(shut, index, np.inf)[:, ::-1]
    coming = np.minimum.accumulate(coming, axis=1)[:, ::-1]
    return index - latest, coming - index


def _inferred_arrivals(bins: Bins, stay_minutes: Floats) -> Floats:
    """Arrivals from people present: its rise, and those who left and were replaced meanwhile.

    With stays that end at a constant rate, arrivals = Δpresent + present × slot ÷ mean stay. Noise
    may make a slot's number negative; it is kept so that sums over weeks are unbiased.
    """
    closed = (bins.open == 0) & np.isnan(bins.present)
    present = np.pad(np.where(closed, 0, bins.present), ((0, 0), (1, 1)), mode="edge")
    rise = (present[:, 2:] - present[:, :-2]) / 2
    return np.asarray(rise + present[:, 1:-1] * (SLOT_MINUTES / stay_minutes)[:, None])
