"""What became of venues, groups and areas: before, after, and what would have been without.

Single venues' figures carry all their own chance; only the claim for all of them has an interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from policies.uplift.imputation import expected
from policies.uplift.inference import is_treated
from policies.uplift.panel import DayTotals, weekly
from policies.uplift.rollout import Rollout

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


class Measure(StrEnum):
    """What a day's total may be of; utilisation is person-hours over capacity-hours."""

    VISITS = "visits"
    PERSON_HOURS = "person_hours"
    CAPACITY_HOURS = "capacity_hours"
    """Places times open hours."""
    STAFFED_HOURS = "staffed_hours"
    IDLE_HOURS = "idle_hours"
    """Open hours in which nobody was there."""
    REFUSED = "refused"
    """People refused at the door because it was full; mostly unknown."""
    BREACHES = "breaches"
    """Guarantees broken: core hours, notice, budget."""
    UTILISATION = "utilisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measure of one venue, group or area, a week; utilisation as a share."""

    subject: str
    measure: Measure
    venues: int
    """Venues of which it can be told; those of the last wave have nobody to be compared with."""
    before: float
    """In the weeks before the first wave."""
    after: float
    """Since each venue's group started, while others were still to come."""
    without: float
    """In these same weeks, had nothing changed."""

    @property
    def share(self) -> float:
        """Share by which it changed against what would have been; NaN where that is nothing."""
        return self.after / self.without - 1 if self.without > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class _Weekly:
    """A week of each venue; (venues,) NaN where unknown."""

    before: Floats
    after: Floats
    without: Floats

    @property
    def known(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.before + self.after + self.without)


def figures(
    measured: Mapping[Measure, DayTotals],
    rollout: Rollout,
    subjects: Mapping[str, Sequence[str]],
) -> tuple[Figure, ...]:
    """Before, after, and without, of every subject and measure.

    A subject's figure is the sum over those of its venues of which all three can be told.

    Args:
        measured: day totals of each measure, of the same venues and days.
        rollout: as it was carried out.
        subjects: venues of each venue, group or area.
    """
    weeks = {measure: _weeks(totals, rollout) for measure, totals in measured.items()}
    found = []
    for subject, members in subjects.items():
        for measure, totals in measured.items():
            row = np.isin(totals.venues, members) & weeks[measure].known
            found.append(_summed(subject, measure, weeks[measure], row))
        if Measure.PERSON_HOURS in weeks and Measure.CAPACITY_HOURS in weeks:
            row = np.isin(measured[Measure.PERSON_HOURS].venues, members)
            row &= weeks[Measure.PERSON_HOURS].known & weeks[Measure.CAPACITY_HOURS].known
            found.append(
                _over(
                    _summed(subject, Measure.UTILISATION, weeks[Measure.PERSON_HOURS], row),
                    _summed(subject, Measure.UTILISATION, weeks[Measure.CAPACITY_HOURS], row),
                )
            )
    return tuple(found)


def _weeks(totals: DayTotals, rollout: Rollout) -> _Weekly:
    cells = weekly(totals, rollout)
    starts = dict(zip(rollout.groups, rollout.weeks.tolist(), strict=True))
    treated = is_treated(cells.week, np.array([[starts[g] for g in totals.group]]))
    without = expected(cells.total, cells.usual, ~treated)[0]
    nothing = (cells.days > 0) & (cells.usual == 0)
    without[nothing] = 0.0
    told = treated[0] & ~np.isnan(without) & (cells.days > 0)
    before = np.broadcast_to(cells.week < 0, told.shape)
    days_after = cells.days.sum(axis=1, where=told)
    return _Weekly(
        before=_a_week(cells.total.sum(axis=1, where=before), cells.days.sum(axis=1, where=before)),
        after=_a_week(cells.total.sum(axis=1, where=told), days_after),
        without=_a_week(without.sum(axis=1, where=told), days_after),
    )


def _a_week(total: Floats, days: Ints) -> Floats:
    out = np.full(total.shape, np.nan)
    return np.asarray(np.divide(7 * total, days, out=out, where=days > 0))


def _summed(subject: str, measure: Measure, weeks: _Weekly, row: NDArray[np.bool_]) -> Figure:
    sums = [
        float(values[row].sum()) if row.any() else float("nan")
        for values in (weeks.before, weeks.after, weeks.without)
    ]
    return Figure(
        subject=subject,
        measure=measure,
        venues=int(row.sum()),
        before=sums[0],
        after=sums[1],
        without=sums[2],
    )


def _over(part: Figure, whole: Figure) -> Figure:
    """A ratio of sums."""

    def ratio(above: float, below: float) -> float:
        return above / below if below > 0 else float("nan")

    return Figure(
        subject=part.subject,
        measure=part.measure,
        venues=part.venues,
        before=ratio(part.before, whole.before),
        after=ratio(part.after, whole.after),
        without=ratio(part.without, whole.without),
    )
