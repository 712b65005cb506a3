"""Habits, learnt from days that have ended."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from policies.occupancy.cohorts import follow
from policies.occupancy.fusion import disagreement
from policies.occupancy.habits import AGES, NO_HABIT, Habits, aged, everyone, share_leaving
from policies.occupancy.rates import ByHand, caught
from policies.occupancy.settled import correction

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

HALF_LIFE_DAYS = 10.0
"""After as many days a day speaks half as loud, so that a change shows within two weeks."""
LEAST_DAYS = 7
"""Whole days without which there is no habit."""
ROUNDS = 8
"""Of sharpening the law of stays. More would follow the chance of few data."""
LEAST_DEPARTURES = 20.0
"""Departures that speak for the ordinary urgency of a quarter-hour before the first is counted."""
LEAST_OF_AGE = 5.0
"""Departures that speak for the rate so far of each age in each round."""
URGENCY_LIMITS = (1 / 30, 30.0)
DOUBTS = (1.0, 4.0, 16.0)
"""Tried in this order; who fails them all has no habit."""
TOLERATED = 1.0
"""Squared distance to what hindsight says, over that expected, at which habit still holds.

Expected is the sum of both variances; both go by the same counts, so that it is less by rights.
"""
LATELY_DAYS = 4
TOLERATED_LATELY = 1.3
"""The same of the last few days alone, so that habit is given up soon after stays have changed.

There are some five independent errors a day: one room in ten exceeds it by chance, if any does.
"""


def learn(
    entered: Floats, left: Floats, by_hand: ByHand | None = None, said: Floats | None = None
) -> Habits:
    """Habits of rooms by days that have ended, the newest last.

    Args:
        entered: (rooms, days, bins); days with NaN say nothing.
        left: (rooms, days, bins), likewise.
        by_hand: what was counted by hand at the doors of these rooms.
        said: (rooms, days, bins) people present as occupancy sensors say; NaN elsewhere.
    """
    rooms, days, _ = entered.shape
    whole = np.asarray(~np.isnan(entered + left).any(axis=2))
    entered, left = (np.where(whole[:, :, None], counts, 0) for counts in (entered, left))
    weight = whole * 0.5 ** ((days - 1 - np.arange(days)) / HALF_LIFE_DAYS)
    known = by_hand or ByHand.none(rooms)
    into, out, error = caught(entered.sum(axis=2), left.sum(axis=2), weight, known)
    past = _Past.of(entered, left, into, out, weight)
    hazard, urgency = _leaving(past)
    enough = whole.sum(axis=1) >= LEAST_DAYS
    found = Habits(
        caught_in=into,
        caught_out=out,
        level=np.where(enough, 1, np.maximum(into, out)),
        level_error=error,
        said_variance=np.full(rooms, np.nan)
        if said is None
        else disagreement(said, past.present, past.variance, weight),
        hazard=hazard,
        urgency=urgency,
        doubt=np.full(rooms, NO_HABIT),
    )
    return replace(found, doubt=_doubt(past, found, enough))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """Days settled with hindsight alone; arrays (rooms, days, bins) but where said."""

    entered: Floats
    left: Floats
    came: Floats
    went: Floats
    present: Floats
    variance: Floats
    """Of `present`."""
    weight: Floats
    """(rooms, days)"""

    @classmethod
    def of(
        cls, entered: Floats, left: Floats, caught_in: Floats, caught_out: Floats, weight: Floats
    ) -> "_Past":
        came, went = entered / caught_in[:, None, None], left / caught_out[:, None, None]
        bins = came.shape[2]
        traffic = (came + went).reshape(-1, bins)
        inside = np.cumsum((came - went).reshape(-1, bins), axis=1)
        slope = correction(traffic, inside).reshape(came.shape)
        missed = [((1 - c) / c)[:, None, None] for c in (caught_in, caught_out)]
        drift = np.cumsum(came * missed[0] + went * missed[1], axis=2)
        done = np.divide(drift, drift[:, :, -1:], out=np.zeros_like(drift), where=drift > 0)
        came, went = came * (1 - slope), went * (1 + slope)
        return cls(
            entered=entered,
            left=left,
            came=came,
            went=went,
            present=np.cumsum(came - went, axis=2),
            variance=drift * (1 - done),
            weight=weight,
        )


def _leaving(past: _Past) -> tuple[Floats, Floats]:
    """Rate of leaving by age, (rooms, ages), and urgency by time of day, (rooms, bins).

    Departures are shared out among the cohorts as the rates so far expect; the rates then follow
    the shares, and so on: an expectation-maximisation that takes cohorts at their mean.
    """
    weight = past.weight[:, :, None]
    gone = (past.went * weight).sum(axis=1)
    exposed = ((past.present + past.went) * weight).sum(axis=(1, 2))
    mean = (gone.sum(axis=1) + 1) / (exposed + 4)  # by Little's law; an hour where nobody was
    hazard = np.repeat(-np.log1p(-np.minimum(mean, 0.9))[:, None], AGES, axis=1)
    urgency = np.ones_like(gone)
    for _ in range(ROUNDS):
        left, expected, by_time = _shared_out(past, hazard, urgency)
        hazard = hazard * (left + LEAST_OF_AGE) / (expected + LEAST_OF_AGE)
        beside = np.pad(hazard, ((0, 0), (1, 1)), mode="edge")
        hazard = (beside[:, :-2] + 2 * hazard + beside[:, 2:]) / 4
        urgency = urgency * (gone + LEAST_DEPARTURES) / (by_time + LEAST_DEPARTURES)
        urgency = np.clip(urgency, *URGENCY_LIMITS)
        size = (np.log(urgency) * gone).sum(axis=1) / np.maximum(gone.sum(axis=1), 1e-9)
        urgency, hazard = urgency / np.exp(size)[:, None], hazard * np.exp(size)[:, None]
    return hazard, urgency


def _shared_out(past: _Past, hazard: Floats, urgency: Floats) -> tuple[Floats, Floats, Floats]:
    """Departures by age, as shared out and as expected, (rooms, ages); expected by bin."""
    left, expected, by_time = np.zeros_like(hazard), np.zeros_like(hazard), np.zeros_like(urgency)
    inside = np.zeros((*past.weight.shape, AGES))
    for k in range(urgency.shape[1]):
        came, went = past.came[:, :, k], past.went[:, :, k]
        if not (came.any() or went.any() or inside.any()):
            continue
        inside = aged(inside, came)
        due = inside * share_leaving(hazard, urgency[:, k])[:, None]
        total = everyone(due)
        expected += np.einsum("rda,rd->ra", due, past.weight)
        by_time[:, k] = (total * past.weight).sum(axis=1)
        share = np.divide(went, total, out=np.zeros_like(total), where=total > 0)
        go = np.minimum(due * share[:, :, None], inside)
        rest = inside - go
        missing, others = went - everyone(go), everyone(rest)
        share = np.divide(missing, others, out=np.zeros_like(others), where=others > 1e-9)
        go += rest * np.clip(share, 0, 1)[:, :, None]
        left += np.einsum("rda,rd->ra", go, past.weight)
        inside -= go
    return left, expected, by_time


def _doubt(past: _Past, habits: Habits, enough: NDArray[np.bool_]) -> Floats:
    """The least doubt under which what was known at the time agrees with hindsight; (rooms,)."""
    days, bins = past.came.shape[1:]
    doubt, open_ = habits.doubt.copy(), np.flatnonzero(enough)
    for tried in DOUBTS:
        if not len(open_):
            break
        rows = (open_[:, None] * days + np.arange(days)).ravel()
        trial = replace(habits, doubt=np.full(len(doubt), tried)).take(rows // days)
        entered, left = (a.reshape(-1, bins)[rows] for a in (past.entered, past.left))
        seen = follow(entered, left, trial)
        distance = (seen.present - past.present.reshape(-1, bins)[rows]) ** 2
        expected = seen.variance + past.variance.reshape(-1, bins)[rows]
        distance, expected = (
            a.sum(axis=1).reshape(len(open_), days) * past.weight[open_]
            for a in (distance, expected)
        )
        holds = distance.sum(axis=1) <= TOLERATED * expected.sum(axis=1)
        distance, expected = (a[:, -LATELY_DAYS:].sum(axis=1) for a in (distance, expected))
        holds &= distance <= TOLERATED_LATELY * expected
        doubt[open_[holds]] = tried
        open_ = open_[~holds]
    return doubt
