"""The best estimate for bins of rooms over weeks, today included."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.estate import Venue
from domain.hand_counts import HandChecks
from policies.grouping import alike
from policies.occupancy.band import Occupancy
from policies.occupancy.by_hand import at_doors, heads_inside
from policies.occupancy.days import Day, Edges, alike_days, days_between, empty_edges, usual_length
from policies.occupancy.estimates import live, night
from policies.occupancy.fusion import fused, ghosts
from policies.occupancy.habits import Habits
from policies.occupancy.learning import learn
from policies.occupancy.nights import Nights
from policies.occupancy.rates import LEARNT_DAYS, ByHand

Floats = NDArray[np.float64]

NIGHTS_ALIKE = 14
"""Days that are looked at together with hindsight: what habit they have is learnt from them."""
_NO_HAND = HandChecks()


def occupancy(
    bins: Bins,
    venues: Sequence[Venue],
    *,
    capacity: Floats | None = None,
    hand: HandChecks = _NO_HAND,
    known: Nights | None = None,
) -> Occupancy:
    """Best estimate of the people present at the end of each bin; (rooms, bins), NaN if unknown.

    By counts: `night` for business days that have ended within the bins, and `live` for today; by
    occupancy sensors; or by both, weighed by how far they disagree. Ghosts are taken out. A door
    that says nothing while its room is closed is taken to be shut: its own bins stay unknown, but
    the day is no less known for it.

    Args:
        bins: of rooms, or of venues.
        venues: the venue of each row, for its zone and the start of its business day.
        capacity: (rooms,) people that each holds; NaN where nobody knows.
        hand: what was counted by hand, by the names of the bins' rooms.
        known: what earlier looks at these rooms left; what this one adds is written into it.
    """
    found = Occupancy.unknown(bins.entered.shape)
    most = np.full(len(venues), np.nan) if capacity is None else capacity
    counts = Counts.of(bins, most, hand)
    for rows, venue in alike(venues, lambda v: (v.zone, v.day_starts)):
        edges = empty_edges(bins, venue)
        found.put(np.s_[rows], from_counts(counts.take(rows), edges, known))
    return _as_seen(bins, found)


def where_shut(bins: Bins) -> tuple[Floats, Floats]:
    """Counts in and out, nobody where a door says nothing while its room is closed."""
    unknown = np.isnan(bins.entered + bins.left)
    shut = unknown & (bins.open == 0) & (bins.open > 0).any(axis=1, keepdims=True)
    return np.where(shut, 0, bins.entered), np.where(shut, 0, bins.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is known of rooms beside their hours; arrays (rooms, bins) but where said."""

    entered: Floats
    left: Floats
    said: Floats
    """People present as occupancy sensors say."""
    heads: Floats
    """People present as counted by hand."""
    capacity: Floats
    """(rooms,) NaN where unknown."""
    by_hand: ByHand
    """Of these rooms' doors."""

    @classmethod
    def of(cls, bins: Bins, capacity: Floats, hand: HandChecks) -> Self:
        """From bins and counts by hand."""
        entered, left = where_shut(bins)
        now = bins.start[-1] if len(bins.start) else np.datetime64(0, "s")
        return cls(
            entered=entered,
            left=left,
            said=bins.present,
            heads=heads_inside(hand, bins.rooms, bins.start, bins.minutes),
            capacity=capacity,
            by_hand=at_doors(hand, bins.rooms, now),
        )

    @classmethod
    def of_doors(cls, entered: Floats, left: Floats) -> Self:
        """Of rooms of which nothing is known but the counts at their doors."""
        nothing = np.full(entered.shape, np.nan)
        return cls(
            entered=entered,
            left=left,
            said=nothing,
            heads=nothing,
            capacity=nothing[:, 0],
            by_hand=ByHand.none(len(entered)),
        )

    def take(self, rows: Sequence[int]) -> Self:
        """Those of some of the rooms."""
        return type(self)(
            entered=self.entered[rows],
            left=self.left[rows],
            said=self.said[rows],
            heads=self.heads[rows],
            capacity=self.capacity[rows],
            by_hand=self.by_hand.take(rows),
        )

    def between(self, first: int, stop: int) -> Self:
        """Those of some of the bins."""
        by_bin = ("entered", "left", "said", "heads")
        return replace(self, **{name: getattr(self, name)[:, first:stop] for name in by_bin})

    @property
    def arrays(self) -> list[Floats]:
        """All that is known."""
        own = [self.entered, self.left, self.said, self.heads, self.capacity]
        return own + [getattr(self.by_hand, field.name) for field in fields(self.by_hand)]

    def habits(self, days: Sequence[Day]) -> Habits:
        """By those of the days that are whole and of usual length."""
        length = usual_length(days)
        some = [d for d in days if d.is_whole and d.stop - d.start == length]
        at = np.array([d.start for d in some], dtype=np.intp)[:, None] + np.arange(length)
        return learn(self.entered[:, at], self.left[:, at], self.by_hand, self.said[:, at])


def from_counts(counts: Counts, empty_at: Edges, known: Nights | None = None) -> Occupancy:
    """`night` for the days that have ended, `live` for the last, if it has not.

    Args:
        counts: of rooms.
        empty_at: when the rooms are empty.
        known: as of `occupancy`.
    """
    found = Occupancy.unknown(counts.entered.shape)
    days = days_between(empty_at, counts.entered.shape[1])
    ended = [day for day in days if day.ends_empty]
    for first in range(0, len(ended), NIGHTS_ALIKE):
        past, block = ended[: first + NIGHTS_ALIKE], ended[first : first + NIGHTS_ALIKE]
        told = _nights(counts, past[-NIGHTS_ALIKE:], block, known or Nights())
        found.put(np.s_[:, block[0].start : block[-1].stop], told)
    if days and days[-1].starts_empty and not days[-1].ends_empty:
        habits, now = counts.habits(ended[-LEARNT_DAYS:]), days[-1].bins
        entered, left, heads = counts.entered[:, now], counts.left[:, now], counts.heads[:, now]
        told = live(entered, left, habits, heads=heads)
        found.put(np.s_[:, now], fused(told, counts.said[:, now], habits.said_variance))
    return found


def habits_before(bins: Bins, hand: HandChecks = _NO_HAND) -> Habits:
    """Habits of rooms by bins of whole days, as many to a day as fit into 24 hours."""
    a_day = 1440 // bins.minutes
    counts = Counts.of(bins, np.full(len(bins.rooms), np.nan), hand)
    entered, left, said = (
        a.reshape(len(a), -1, a_day) for a in (counts.entered, counts.left, counts.said)
    )
    return learn(entered, left, counts.by_hand, said)


def today(bins: Bins, habits: Habits, hand: HandChecks = _NO_HAND) -> Occupancy:
    """`live` for bins of one day that began in empty rooms, as `occupancy` has it.

    Args:
        bins: of rooms, from the day's beginning on.
        habits: of the same rooms.
        hand: what was counted by hand in them.
    """
    heads = heads_inside(hand, bins.rooms, bins.start, bins.minutes)
    told = live(*where_shut(bins), habits, heads=heads)
    return _as_seen(bins, fused(told, bins.present, habits.said_variance))


def _nights(counts: Counts, past: Sequence[Day], block: Sequence[Day], known: Nights) -> Occupancy:
    """`night` for days that follow each other, by the habits of the past that ends with them."""
    first = past[0].start
    some = counts.between(first, block[-1].stop)
    past, block = ([d.earlier(first) for d in days] for days in (past, block))

    def told() -> Occupancy:
        found, habits = Occupancy.unknown(some.entered.shape), some.habits(past)
        for rows, day in alike_days(block):
            _write(found, some, habits, [block[n] for n in rows], day)
        return found.of(lambda a: a[:, block[0].start :])

    days = np.array([astuple(d) for d in (*past, *block)])
    return known.once([days, *some.arrays], told)


def _write(
    found: Occupancy, counts: Counts, habits: Habits, days: Sequence[Day], like: Day
) -> None:
    """Write the nights of days of one length into what is found."""
    rooms, length = len(counts.entered), like.stop - like.start
    at = np.array([d.start for d in days])[:, None] + np.arange(length)
    room = np.repeat(np.arange(rooms), len(days))
    of_room = habits.take(room)
    told = night(
        counts.entered[:, at].reshape(-1, length),
        counts.left[:, at].reshape(-1, length),
        of_room,
        starts_empty=like.starts_empty,
        ends_empty=like.ends_empty,
        capacity=counts.capacity[room],
        heads=counts.heads[:, at].reshape(-1, length),
    )
    said = counts.said[:, at].reshape(-1, length)
    found.put(np.s_[:, at], fused(told, said, of_room.said_variance))


def _as_seen(bins: Bins, told: Occupancy) -> Occupancy:
    """Without ghosts, and unknown where neither doors nor an occupancy sensor say anything."""
    unknown = np.isnan(bins.entered + bins.left) & np.isnan(bins.present)
    nobody = ghosts(bins)
    return told.of(lambda a: np.where(unknown, np.nan, np.where(nobody, 0 * a, a)))
