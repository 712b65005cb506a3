"""Where each full venue sends people now, so that nobody walks to a door that is full or closing.

A venue leads people elsewhere from `ON_SHARE` of its capacity until it is down to `OFF_SHARE`. It
points to one receiver at each look, in turn, as often as is its share of the spare places: those
below `OFF_SHARE` of its capacity, by the upper end of its occupancy's band, less the people on
their way. A receiver is thus never filled so far that it would send people on itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policies.overflow.state import Leading, OverflowState, Walking

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

ON_SHARE, OFF_SHARE = 0.9, 0.8
"""Part of the capacity from which on people are led elsewhere, and down to which."""
LEAST_ON_S = 600.0
"""For so long at least: a sign that comes and goes is not believed."""
WALK_MINUTES = 15.0
"""How far people are sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """How venues are at one instant; arrays are (venues,) unless said otherwise, NaN is unknown."""

    venues: tuple[str, ...]
    at_s: float
    """The instant, seconds since 1970 UTC."""
    capacity: Floats
    present: Floats
    """People present, best estimate."""
    high: Floats
    """Upper end of its band."""
    known_s: Floats
    """Instant that the estimate is of: who arrives later is not in it."""
    open_minutes: Floats
    """Until it closes; 0 where it is closed."""
    stay_minutes: Floats
    """How long people usually stay."""
    turning: Floats
    """People expected to follow a sign at its door until the next look."""
    walk_minutes: Floats
    """(venues, venues) from each to each that can stand in for it; NaN where that is none."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A venue with places."""

    venue: str
    walk_minutes: float
    places: float
    """Spare ones, people on their way taken off."""
    open_minutes: float
    """Until it closes."""
    share: float
    """Of those turning away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What a full venue tells people at its door."""

    venue: str
    since_s: float
    receivers: tuple[Receiver, ...]
    """All that have places, the nearest first; none: there is nowhere to go."""
    pointed: str | None
    """The one whose turn it is."""


def look(state: OverflowState, now: Now) -> tuple[OverflowState, tuple[Advice, ...]]:
    """Advice for every venue that is full now, and the state to give to the next look.

    Nobody is led to a venue whose occupancy or capacity is unknown, or that closes before people
    have walked there and stayed as long as is usual. Where it is not known how many are turning
    away, all places of the receiver are taken to be given to them.

    Args:
        state: as the look before left it.
        now: all venues; others than before do no harm.
    """
    leading = {one.venue: one for one in state.leading}
    since_s = _since(now, leading)
    is_leading = ~np.isnan(since_s)
    walking = _still_walking(state.walking, now)
    spare = _spare(now, walking)
    spare[is_leading] = 0
    reaches = _reaches(now)
    advice, after = [], []
    full = np.flatnonzero(is_leading)
    # One after the other, the fullest first: the next must know of the places given by then.
    for row in full[np.argsort(-(now.present / now.capacity)[full], kind="stable")].tolist():
        venue = now.venues[row]
        told = _receivers(row, now, np.where(reaches[row], spare, 0))
        pointed, owed = _whose_turn(told, leading[venue].owed if venue in leading else {})
        if pointed:
            to = now.venues.index(pointed.venue)
            people = pointed.places if np.isnan(now.turning[row]) else float(now.turning[row])
            spare[to] -= people
            arrive_s = now.at_s + 60 * pointed.walk_minutes
            walking.append(Walking(to=pointed.venue, arrive_s=arrive_s, people=people))
        since = float(since_s[row])
        name = pointed.venue if pointed else None
        advice.append(Advice(venue=venue, since_s=since, receivers=told, pointed=name))
        after.append(Leading(venue=venue, since_s=since, owed=owed))
    return OverflowState(leading=tuple(after), walking=tuple(walking)), tuple(advice)


def _since(now: Now, leading: Mapping[str, Leading]) -> Floats:
    """Since when each venue leads people elsewhere, seconds; NaN where it does not."""
    before = np.array([leading[v].since_s if v in leading else np.nan for v in now.venues])
    full = now.present >= ON_SHARE * now.capacity
    # An occupancy that becomes unknown is no reason to go on.
    holds = (now.at_s - before < LEAST_ON_S) | (now.present > OFF_SHARE * now.capacity)
    since = np.where(np.isnan(before), np.where(full, now.at_s, np.nan), before)
    return np.where((full | holds) & (now.open_minutes > 0), since, np.nan)


def _still_walking(walking: tuple[Walking, ...], now: Now) -> list[Walking]:
    """Those whose arrival is not yet in the occupancy of where they go."""
    known_s = dict(zip(now.venues, now.known_s.tolist(), strict=True))
    return [w for w in walking if w.to in known_s and not w.arrive_s <= known_s[w.to]]


def _spare(now: Now, walking: list[Walking]) -> Floats:
    """Places of each venue that may be given away; 0 where unknown."""
    row_of = {venue: row for row, venue in enumerate(now.venues)}
    coming = np.zeros(len(now.venues))
    for one in walking:
        coming[row_of[one.to]] += one.people
    places = OFF_SHARE * now.capacity - np.maximum(now.high, now.present) - coming
    return np.where(np.isnan(places), 0, np.maximum(places, 0))


def _reaches(now: Now) -> Mask:
    """Whether who walks from each venue to each other can stay there as long as is usual."""
    walk = now.walk_minutes
    stays = now.open_minutes[None] - walk >= now.stay_minutes[None]
    return np.asarray((walk <= WALK_MINUTES) & stays & ~np.eye(len(walk), dtype=np.bool_))


def _receivers(row: int, now: Now, spare: Floats) -> tuple[Receiver, ...]:
    """Venues with places for all who turn away until the next look, the nearest first."""
    has_places = spare >= max(1.0, float(np.nan_to_num(now.turning[row])))
    total = float(spare[has_places].sum())
    nearest = sorted(np.flatnonzero(has_places).tolist(), key=lambda n: now.walk_minutes[row, n])
    return tuple(
        Receiver(
            venue=now.venues[n],
            walk_minutes=float(now.walk_minutes[row, n]),
            places=float(spare[n]),
            open_minutes=float(now.open_minutes[n]),
            share=float(spare[n]) / total,
        )
        for n in nearest
    )


def _whose_turn(
    receivers: tuple[Receiver, ...], owed: Mapping[str, float]
) -> tuple[Receiver | None, dict[str, float]]:
    """The receiver to point to now, and what all are owed after that, in looks.

    Smooth weighted round robin: each is owed its share of every look, the one that is owed most is
    pointed to and is owed one less. So over many looks each is pointed to as often as its share.
    """
    due = {r.venue: owed.get(r.venue, 0.0) + r.share for r in receivers}
    if not receivers:
        return None, due
    pointed = max(receivers, key=lambda r: due[r.venue])
    return pointed, due | {pointed.venue: due[pointed.venue] - 1}
