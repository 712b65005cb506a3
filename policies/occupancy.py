"""How many people are in a room at the end of each bin, from counts that miss some of them.

Every business day begins and ends with an empty room. Counters miss people far more often than they
invent them, so of the two directions the one that counts less is scaled up to the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import local_slots
from domain.estate import Venue
from policies.grouping import alike
from policies.minorant import minorant_slopes

Floats = NDArray[np.float64]
Edges = NDArray[np.intp]
"""Bin edges, ascending, at which the room is known to be empty: edge i lies before bin i."""

_Day = tuple[slice, bool, bool]
"""Bins of a day, and whether the room is known to be empty at its start and at its end."""

RATIO_DAYS = 28
RATIO_PRIOR = 100.0
"""Crossings each way that speak for a ratio of 1 before the first day is counted."""
RATIO_LIMIT = 1.25
"""A ratio beyond this, or its inverse, is a broken counter and no matter of missed people."""
FULL_SHARE = 0.97
"""Part of the capacity from which on a room counts as full."""


def occupancy(bins: Bins, venues: Sequence[Venue]) -> Floats:
    """Best estimate of the people present at the end of each bin; (rooms, bins), NaN if unknown.

    What an occupancy sensor said, where there is one; else `night` for business days that have
    ended within the bins, and `live` for today. A door that says nothing while its room is closed
    is taken to be shut: its own bins stay unknown, but the day is no less known for it.

    Args:
        bins: of rooms, or of venues.
        venues: the venue of each row, for its zone and the start of its business day.
    """
    estimate = np.full_like(bins.entered, np.nan)
    unknown = np.isnan(bins.entered + bins.left)
    shut = unknown & (bins.open == 0) & (bins.open > 0).any(axis=1, keepdims=True)
    entered, left = np.where(shut, 0.0, bins.entered), np.where(shut, 0.0, bins.left)
    for rows, venue in alike(venues, lambda v: (v.zone, v.day_starts)):
        empty_at = _day_edges(bins, venue)
        known = ratio(entered[rows], left[rows], empty_at)
        finished = np.arange(entered.shape[1]) < empty_at.max(initial=0)
        estimate[rows] = np.where(
            finished,
            night(entered[rows], left[rows], empty_at, known),
            live(entered[rows], left[rows], empty_at, known),
        )
    estimate[unknown] = np.nan
    return np.where(np.isnan(bins.present), estimate, np.maximum(bins.present, 0))


def with_full(bins: Bins, present: Floats, capacity: Floats) -> Bins:
    """The bins with the share of time for which each room was full.

    Args:
        bins: of rooms, or of venues.
        present: (rooms, bins) people present at the end of each bin.
        capacity: (rooms,) NaN where unknown.
    """
    at_end = present >= FULL_SHARE * capacity[:, None]
    at_start = np.concatenate([at_end[:, :1], at_end[:, :-1]], axis=1)
    return replace(bins, full=(at_start.astype(np.float64) + at_end) / 2)


def ratio(entered: Floats, left: Floats, empty_at: Edges) -> Floats:
    """People counted in for each one counted out, as known before each day began.

    Taken over the last `RATIO_DAYS` whole days without a gap; shape (rooms, days), where days are
    what the edges cut the bins into, the incomplete first and last included.
    """
    days = list(_days(empty_at, entered.shape[1]))
    sums = np.array([(entered[:, day].sum(axis=1), left[:, day].sum(axis=1)) for day, _, _ in days])
    whole = np.array([first and last for _, first, last in days])[:, None]
    counts = whole & ~np.isnan(sums.sum(axis=1))
    known = np.empty((len(entered), len(days)))
    for room, counted in enumerate(counts.T):
        totals = np.zeros((counted.sum() + 1, 2))
        np.cumsum(sums[counted, :, room], axis=0, out=totals[1:])
        before = np.cumsum(counted) - counted
        recent = totals[before] - totals[np.maximum(before - RATIO_DAYS, 0)] + RATIO_PRIOR
        known[room] = recent[:, 0] / recent[:, 1]
    return np.clip(known, 1 / RATIO_LIMIT, RATIO_LIMIT)


def live(entered: Floats, left: Floats, empty_at: Edges, known: Floats) -> Floats:
    """Occupancy as it can be known at the time: balanced flow since the day began, never below 0.

    That is o ← max(0, o + in − out), written without a loop as S − min(0, running minimum of S).
    From a gap on it is unknown until the next day.

    Args:
        entered: (rooms, bins), NaN where unknown.
        left: (rooms, bins), likewise.
        empty_at: when the rooms are empty.
        known: (rooms, days) as of `ratio`.
    """
    present = np.full_like(entered, np.nan)
    for n, (day, starts_empty, _) in enumerate(_days(empty_at, entered.shape[1])):
        if starts_empty:
            into, out = _balanced(entered[:, day], left[:, day], known[:, n, None])
            total = np.cumsum(into - out, axis=1)
            present[:, day] = total - np.minimum(np.minimum.accumulate(total, axis=1), 0)
    return present


def night(entered: Floats, left: Floats, empty_at: Edges, known: Floats) -> Floats:
    """Occupancy with hindsight: never negative, and zero whenever the room is empty.

    Of all corrections of the flow that achieve this it is the smallest in the sum of squares over
    traffic: raw − greatest convex minorant of (V, raw), V the running sum of in + out. On a day
    with a gap, what comes before the gap is corrected from the day's start with its end left free,
    what comes after it from the day's end backwards; between two gaps it is unknown.

    Arguments as for `live`.
    """
    present = np.full_like(entered, np.nan)
    days = list(_days(empty_at, entered.shape[1]))
    hindsight = np.concatenate([known[:, 1:], known[:, -1:]], axis=1)
    by_bin = np.repeat(hindsight, [day.stop - day.start for day, _, _ in days], axis=1)
    into, out = _balanced(entered, left, by_bin)
    # Days alike are corrected in one pass: on most of them the clock does not change.
    for some, (day, starts, ends) in alike(days, lambda d: (d[0].stop - d[0].start, *d[1:])):
        length = day.stop - day.start
        bins = np.array([days[n][0].start for n in some])[:, None] + np.arange(length)
        told = _with_hindsight(
            into[:, bins].reshape(-1, length),
            out[:, bins].reshape(-1, length),
            starts_empty=starts,
            ends_empty=ends,
        )
        present[:, bins] = told.reshape(-1, *bins.shape)
    return present


def _with_hindsight(into: Floats, out: Floats, *, starts_empty: bool, ends_empty: bool) -> Floats:
    """`night` for days of one length, each of one room; (days, bins)."""
    gap = np.isnan(into + out)
    first = starts_empty & ~np.logical_or.accumulate(gap, axis=1)
    last = ends_empty & ~np.logical_or.accumulate(gap[:, ::-1], axis=1)[:, ::-1]
    has_gap = np.any(~(first & last), axis=1)
    before = _settled(np.where(first, into, 0), np.where(first, out, 0), end_is_free=has_gap)
    after = _settled_backwards(np.where(last, into, 0), np.where(last, out, 0))
    return np.where(first, before, np.where(last, after, np.nan))


def _settled(into: Floats, out: Floats, end_is_free: NDArray[np.bool_]) -> Floats:
    """Corrected occupancy at the end of each bin of a day that began empty.

    Args:
        into: (rooms, bins) without gaps.
        out: (rooms, bins), likewise.
        end_is_free: (rooms,) whether the day need not end empty; then the minorant may not rise.
    """
    start = np.zeros((len(into), 1))
    traffic = np.concatenate([start, np.cumsum(into + out, axis=1)], axis=1)
    raw = np.concatenate([start, np.cumsum(into - out, axis=1)], axis=1)
    slopes = minorant_slopes(traffic, raw)
    slopes = np.where(end_is_free[:, None], np.minimum(slopes, 0), slopes)
    correction = np.cumsum(slopes * np.diff(traffic, axis=1), axis=1)
    return np.maximum(raw[:, 1:] - correction, 0)  # beyond rounding, it is never negative


def _settled_backwards(into: Floats, out: Floats) -> Floats:
    """The same of a day that ended empty, its beginning left free: run backwards, out is in."""
    free = np.ones(len(into), dtype=np.bool_)
    at_start = _settled(out[:, ::-1], into[:, ::-1], free)[:, ::-1]
    return np.concatenate([at_start[:, 1:], np.zeros((len(into), 1))], axis=1)


def _balanced(entered: Floats, left: Floats, known: Floats) -> tuple[Floats, Floats]:
    """Both directions as the better counting one would have counted them."""
    return entered * np.maximum(1, 1 / known), left * np.maximum(1, known)


def _days(empty_at: Edges, bins: int) -> Iterator[_Day]:
    """Runs of bins between empty instants; whether each begins, and ends, with one."""
    edges = np.unique(np.concatenate([[0], empty_at, [bins]]))
    known = np.isin(edges, empty_at)
    for i in range(len(edges) - 1):
        yield slice(int(edges[i]), int(edges[i + 1])), bool(known[i]), bool(known[i + 1])


def _day_edges(bins: Bins, venue: Venue) -> Edges:
    """Bin edges at which a business day of the venue begins, the very last edge included."""
    if not len(bins.start):
        return np.zeros(0, dtype=np.intp)
    step = np.timedelta64(bins.minutes, "m")
    slots = local_slots(np.append(bins.start, bins.start[-1] + step), venue.tz, venue.day_starts)
    begins = np.append(slots.slot[0] == 0, np.diff(slots.day) > np.timedelta64(0, "D"))
    return np.flatnonzero(begins)
