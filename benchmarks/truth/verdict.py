"""Bins held against what could be known of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.truth.cases import INTERVAL_S, Case, Town, rows_in_place
from benchmarks.truth.oracle import (
    BIN_S,
    Expected,
    Floats,
    Stretches,
    expected,
    numbers_of,
    of_changes,
    of_presence,
    of_totals,
)
from domain.bins import Bins
from domain.readings import CountKind
from simulator.messages import Reports

TOLERANCE = 0.05
"""People. Where the instant of receipt stands for a reading's, it is a fifth of a second early."""
BINS_AN_EVENT = 4
"""Bins that a policy may leave unknown for caution around each thing that goes wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One sensor's bins, both directions together."""

    case: Case
    bins: int
    known: int
    wrong: int
    """Known, and not what was."""
    invented: int
    """Known, where nobody can know."""
    needless: int
    """Unknown, where it could be known."""
    allowed: int
    """As many of these are mere caution."""

    @property
    def is_clean(self) -> bool:
        return not (self.wrong or self.invented or self.needless > self.allowed)


def verdicts(town: Town, bins: Bins) -> Iterator[Verdict]:
    """Of each sensor."""
    for row, case in enumerate(town.cases):
        count = len(bins.start)
        known = wrong = invented = needless = 0
        for number in numbers_of(case.kind):
            said = getattr(bins, number)[row]
            can_be = expectation(case, number, town.start.timestamp(), count)
            is_known = ~np.isnan(said)
            off = (said < can_be.low - TOLERANCE) | (said > can_be.high + TOLERANCE)
            known += int(is_known.sum())
            wrong += int((is_known & ~can_be.must_be_unknown & off).sum())
            invented += int((is_known & can_be.must_be_unknown).sum())
            needless += int((~is_known & ~can_be.may_be_unknown).sum())
        numbers = len(numbers_of(case.kind))
        yield Verdict(
            case=case,
            bins=count * numbers,
            known=known,
            wrong=wrong,
            invented=invented,
            needless=needless,
            allowed=numbers * BINS_AN_EVENT * (1 + _events(case)),
        )


def expectation(case: Case, number: str, start_s: float, bins: int) -> Expected:
    """What can be known of one number of a sensor."""
    spoken = case.posted.spoken
    right = np.zeros(len(case.perfect.time_s), dtype=np.bool_)
    right[: len(spoken.sound)] = rows_in_place(case)  # what it says not, being dead, is not there
    time_s = np.asarray(case.perfect.time_s - start_s, np.float64)
    end_s = float(bins * BIN_S)
    people = _column(case.perfect, number)
    match case.kind:
        case CountKind.PRESENT:
            return of_presence(time_s, people, right, bins)
        case CountKind.CHANGE:
            return expected(*of_changes(time_s, people, right, end_s), bins)
        case CountKind.PERIOD:
            rows = Stretches(time_s - case.interval_s, time_s, people)
            parts = [
                Stretches(rows.begin_s[m], rows.end_s[m], rows.people[m]) for m in (right, ~right)
            ]
            return expected(parts[0], parts[1], bins)
    life = np.zeros(len(time_s), dtype=np.int64)
    life[: len(spoken.life)] = spoken.life
    known, lost = of_totals(time_s[right], people[right], life[right], interval_s=case.interval_s)
    ends = np.concatenate([time_s[right][-1:], [end_s]]) if right.any() else np.array([0.0, end_s])
    after = people[-1] - (people[right][-1] if right.any() else 0)
    first_s = float(time_s[right][0]) if right.any() else 0.0
    before = people[right][0] if right.any() else 0.0
    lost = Stretches(
        np.concatenate([[0.0], lost.begin_s, ends[:1]]),
        np.concatenate([[first_s], lost.end_s, [end_s]]),
        np.concatenate([[before], lost.people, [after]]),
    )
    return expected(known, lost, bins)


def _column(reports: Reports, number: str) -> Floats:
    column = getattr(reports, number)
    assert column is not None, number  # noqa: S101 - each kind says its numbers
    return np.asarray(column, np.float64)


def _events(case: Case) -> int:
    """How often something goes wrong that may make a careful reader doubt what is right."""
    plan, spoken = case.plan, case.posted.spoken
    rolls = 0
    if plan.rollover:
        rolls = sum(
            int((np.diff(c) < 0).sum()) for c in (spoken.entered, spoken.left) if c is not None
        )
    gaps = int((np.diff(case.posted.arrived.astype(np.int8)) < 0).sum())
    return (
        rolls
        + gaps
        + len(plan.outages)
        + len(plan.reboots_s)
        + len(plan.glitches)
        + 2 * len(plan.stuck)
        + 2 * len(plan.clocks)
        + (plan.dead_from_s is not None) * (8 * 3600 // INTERVAL_S)
    )
