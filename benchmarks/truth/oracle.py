"""What can be known of each quarter-hour, from what reached the broker and from nothing else.

Written from what the kinds mean (docs/wire-format.md), beside `policies` and not from it. People
counted between two readings are known together; of a quarter-hour they are known exactly where
readings stand at both its edges.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.readings import CountKind

BIN_S = 900
LONGEST_INTERVALS = 2.5
"""Reporting intervals without a word that are still no gap."""
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Expected:
    """What may be said of one number; arrays (bins,)."""

    low: Floats
    high: Floats
    """Where both are equal the number is exact."""
    may_be_unknown: Flags
    """Where not, it can be known and should be."""
    must_be_unknown: Flags


@dataclass(frozen=True, slots=True)
class Stretches:
    """What is known of stretches of time, or lost with them; arrays (stretches,)."""

    begin_s: Floats
    """Seconds after the first bin's start."""
    end_s: Floats
    people: Floats


def expected(known: Stretches, lost: Stretches, bins: int) -> Expected:
    """What may be said of counts.

    Args:
        known: stretches of which the number of people is known; without length: an instant.
        lost: stretches of which it is not, with the number nobody knows.
        bins: how many.
    """
    inside, touching, share = _over_bins(known, bins)
    _, in_the_dark, dark = _over_bins(lost, bins)
    is_dark, is_whole = share < 1e-6, dark < 1e-6
    scale = np.where(is_dark, 1.0, np.maximum(share, 1e-6))
    is_exact = is_whole & (np.abs(inside - touching) < 1e-6)
    return Expected(
        low=np.where(is_dark, 0.0, inside),
        high=np.where(is_dark, 0.0, touching / np.where(is_whole, 1.0, scale)),
        may_be_unknown=~is_exact,
        must_be_unknown=is_dark & ~is_whole & (in_the_dark > 0),
    )


def of_totals(
    time_s: Floats, total: Floats, life: NDArray[np.int64], *, interval_s: float
) -> tuple[Stretches, Stretches]:
    """What is known, and lost, between readings that are right.

    Args:
        time_s: (readings,) their instants.
        total: (readings,) people since the first, whatever the counter showed.
        life: (readings,) counters of two lives share no count.
        interval_s: how often it reports.
    """
    stretches = Stretches(time_s[:-1], time_s[1:], np.diff(total))
    is_known = (np.diff(life) == 0) & (np.diff(time_s) <= LONGEST_INTERVALS * interval_s)
    return _where(stretches, is_known), _where(stretches, ~is_known)


def of_presence(time_s: Floats, value: Floats, is_right: Flags, bins: int) -> Expected:
    """What may be said of the mean number present, from one value a bin, at its start.

    Args:
        time_s: (readings,) instants at the bins' starts.
        value: (readings,) people then.
        is_right: (readings,) whether the value arrived.
        bins: how many.
    """
    at = np.round(time_s / BIN_S).astype(np.intp)
    here = (at >= 0) & (at < bins)
    right, true = np.zeros(bins, np.bool_), np.zeros(bins)
    right[at[here]], true[at[here]] = is_right[here], value[here]
    held = [np.roll(right, n) & (np.arange(bins) >= n) for n in (1, 2)]
    values = np.array([np.where(ok, np.roll(true, n), np.nan) for n, ok in enumerate(held, 1)])
    is_held = held[0] | held[1]
    values = np.where(is_held, values, 0.0)
    low, high = np.fmin(*values), np.fmax(*values)
    return Expected(
        low=np.where(right, true, low),
        high=np.where(right, true, high),
        may_be_unknown=~right,
        must_be_unknown=~right & ~is_held & (true > 0),
    )


def of_changes(
    time_s: Floats, people: Floats, arrived: Flags, end_s: float
) -> tuple[Stretches, Stretches]:
    """What is known, and lost: changes that arrived, the silences between them, and the gaps.

    A gap is in the sequence numbers: it begins and ends with a change that arrived.
    """
    came = np.flatnonzero(arrived)
    edges = np.concatenate([[0.0], time_s[came], [end_s]])
    missing = np.concatenate([[0.0], np.cumsum(np.where(arrived, 0.0, 1.0))])
    until = np.concatenate([[0], came, [len(time_s)]])
    lost = np.diff(missing[until])
    silences = Stretches(edges[:-1], edges[1:], lost)
    is_known = (lost == 0) & (edges[:-1] > 0)
    quiet = _where(silences, is_known)
    known = Stretches(
        np.concatenate([time_s[came], quiet.begin_s]),
        np.concatenate([time_s[came], quiet.end_s]),
        np.concatenate([people[came], quiet.people]),
    )
    return known, _where(silences, ~is_known)


def numbers_of(kind: CountKind) -> tuple[str, ...]:
    """What a kind says."""
    return ("present",) if kind is CountKind.PRESENT else ("entered", "left")


def _where(rows: Stretches, mask: Flags) -> Stretches:
    return Stretches(rows.begin_s[mask], rows.end_s[mask], rows.people[mask])


def _over_bins(rows: Stretches, bins: int) -> tuple[Floats, Floats, Floats]:
    """People of stretches within each bin, of those that touch it, and the share covered."""
    inside, touching, share = np.zeros((3, bins))
    for begin_s, end_s, people in zip(
        rows.begin_s.tolist(), rows.end_s.tolist(), rows.people.tolist(), strict=True
    ):
        last = int(np.ceil(end_s / BIN_S)) - 1
        first = last if end_s <= begin_s else int(begin_s // BIN_S)
        for each in range(max(first, 0), min(last, bins - 1) + 1):
            touching[each] += people
            inside[each] += people * (first == last)
            covered = min(end_s, (each + 1) * BIN_S) - max(begin_s, each * BIN_S)
            share[each] += max(covered, 0.0) / BIN_S
    return inside, touching, share
