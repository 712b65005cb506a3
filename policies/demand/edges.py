"""How opening and closing bend arrivals: few start a visit that they cannot finish.

Near closing λ g is seen, soon after opening λ h. Both are told by slots that a venue had open under
*different* hours: of a slot that was near closing on some days and far from it on others, the
visits divide as g × exposure. No choice of hours can feign that, where a comparison of a venue's
edges with its own middle, or with other venues, takes little demand for a strong edge. Where hours
never changed, the usual g of the stay stands, with its doubt: what was seen there counts the less.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from domain.calendars import SLOT_MINUTES
from policies.demand.observed import CLOSING_SLOTS, OPENING_SLOTS, Observed
from policies.demand.tally import by_day_type

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

WANTED_SHARE = 0.4
"""Part of the mean stay that a visit must last to be worth it, to half of the people."""
WANTED_SPREAD = 0.85
"""Standard deviation of its logarithm: people differ in it as they do in how long they stay."""
USUAL_RUSH = (1.25, 1.0)
"""The usual h of the first slots: those who waited for the door come at once."""
RUSH_DOUBT = (0.6, 0.2)
"""Standard deviation of its logarithm: doors differ."""
LEAST_DOUBT, DOUBT_SHARE = 0.05, 0.5
"""Standard deviation of the usual log g: at least, and as a part of the logarithm."""
TOGETHER = 0.8
"""Correlation of the doubts of one slot and the next."""
TURNS = 30


@dataclass(frozen=True, slots=True)
class Edge:
    """Factors by slots to an edge of opening; (slots + 1,), the first for all that lie farther."""

    factor: Floats
    variance: Floats
    """Of the factors' logarithms."""
    seen: Floats
    """Effective visits that tell of each by hours that changed; 0 where none did."""

    def bent(self, log: Floats, variance: Floats) -> "Edge":
        """With factors multiplied by the exponentials of `log`, (slots,), and their variance."""
        factor = self.factor * np.exp(np.concatenate([np.zeros(1), log]))
        return Edge(factor, np.concatenate([np.zeros(1), variance]), self.seen)


@dataclass(frozen=True, slots=True)
class Edges:
    """What closing and opening do to the venues of a type."""

    closing: Edge
    opening: Edge

    def doubt(self) -> Floats:
        """Covariance of the logarithms of all factors but the first of each; closing, then opening.

        Factors at near distances are wrong together.
        """
        deviations = [np.sqrt(edge.variance[1:]) for edge in (self.closing, self.opening)]
        number = [len(d) for d in deviations]
        apart = np.abs(np.subtract.outer(np.arange(sum(number)), np.arange(sum(number))))
        of = np.repeat([0, 1], number)
        alike = np.where(np.equal.outer(of, of), TOGETHER**apart, 0)
        return np.asarray(alike * np.multiply.outer(*[np.concatenate(deviations)] * 2))

    def bent(self, log: Floats, variance: Floats) -> "Edges":
        """With factors multiplied by the exponentials of `log`, as `doubt` orders them."""
        first = len(self.closing.factor) - 1
        return Edges(
            self.closing.bent(log[:first], variance[:first]),
            self.opening.bent(log[first:], variance[first:]),
        )


def edges_of(seen: Observed, rows: Rows, count: Floats, exposure: Floats) -> Edges:
    """The edges of the venues of one type.

    Args:
        seen: of all venues.
        rows: those of the type.
        count: (venues, days, 96) visits, 0 on days left out; variance is mean at a given rate.
        exposure: alike, at the level of the end.
    """
    closing, opening = usual_closing(float(np.mean(seen.stay_minutes[rows]))), usual_opening()
    moved = rows[_hours_changed(seen, rows)]
    to_closing, since_opening = seen.to_closing[moved], seen.since_opening[moved]
    of = seen.day_type[moved], count[moved]
    met = exposure[moved] * opening.factor[since_opening]
    closing = learnt(*_split(*of, met, to_closing, CLOSING_SLOTS), closing)
    met = exposure[moved] * closing.factor[to_closing]
    return Edges(closing, learnt(*_split(*of, met, since_opening, OPENING_SLOTS), opening))


def usual_closing(stay_minutes: float) -> Edge:
    """The usual g, by slots to closing: all come who want to stay for less than is left."""
    left = SLOT_MINUTES * (np.arange(1, CLOSING_SLOTS + 1) - 0.5)
    factor = ndtr(np.log(left / (WANTED_SHARE * stay_minutes)) / WANTED_SPREAD)
    return _usual(factor, LEAST_DOUBT + DOUBT_SHARE * np.abs(np.log(factor)))


def usual_opening() -> Edge:
    """The usual h, by slots since opening."""
    return _usual(np.array(USUAL_RUSH), np.array(RUSH_DOUBT))


def _usual(factor: Floats, doubt: Floats) -> Edge:
    first = np.zeros(1)
    return Edge(
        np.concatenate([first + 1, factor]),
        np.concatenate([first, doubt**2]),
        np.zeros(len(factor) + 1),
    )


def learnt(count: Floats, exposure: Floats, usual: Edge) -> Edge:
    """The factors of an edge from cells that were seen at several distances from it.

    The visits of a cell divide over the distances as factor × exposure, whatever its rate: a
    multinomial likelihood, maximised in turns, with the usual factors as a gamma prior.

    Args:
        count: (cells, slots + 1) visits of each cell at each distance.
        exposure: alike.
        usual: what to start from.
    """
    several = (exposure > 0).sum(axis=1) > 1
    count, exposure = count[several], exposure[several]
    total, weight = count.sum(axis=1), 1 / usual.variance[1:]
    factor = usual.factor.copy()
    for _ in range(TURNS):
        rate = total / np.maximum(exposure @ factor, 1e-12)
        expected = rate @ exposure[:, 1:]
        factor[1:] = (count[:, 1:].sum(axis=0) + weight) / (expected + weight / usual.factor[1:])
    share = exposure * factor / np.maximum(exposure @ factor, 1e-12)[:, None]
    told = (total[:, None] * share * (1 - share)).sum(axis=0)
    told[0] = 0
    variance = np.concatenate([np.zeros(1), 1 / (weight + told[1:])])
    return Edge(factor, variance, told)


def _hours_changed(seen: Observed, rows: Rows) -> NDArray[np.bool_]:
    """Which venues were open in some slot on some but not all of the days of a type."""
    is_open = np.asarray(seen.open[rows] > 0)
    slots = by_day_type(is_open, seen.day_type[rows])
    opens = np.asarray(is_open.any(axis=2, keepdims=True))
    days = by_day_type(opens, seen.day_type[rows])
    return np.asarray(((slots > 0) & (slots < days)).any(axis=(1, 2)))


def _split(
    day_type: NDArray[np.int8],
    count: Floats,
    exposure: Floats,
    distance: NDArray[np.int8],
    farthest: int,
) -> tuple[Floats, Floats]:
    """Visits and exposure of each cell of venue × day type × slot, by distance from the edge."""
    by_distance = [distance == k for k in range(farthest + 1)]
    counts, exposures = (
        np.stack([by_day_type(x * at, day_type).ravel() for at in by_distance], axis=1)
        for x in (count, exposure)
    )
    return np.maximum(counts, 0), exposures
