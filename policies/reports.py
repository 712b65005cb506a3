"""What venues did in a period, from their day totals, and sums of it over areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import isnan, nan

import numpy as np
from numpy.typing import NDArray

from policies.uplift.figures import Measure
from policies.uplift.panel import DayTotals

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Sums over the days of a period that are known, of a venue or of several; NaN where none is.

    Nothing is added for days that are unknown: `seen` says for how much of the open time visits
    are known. A share is a ratio of sums over the days on which both are known.
    """

    open_hours: float
    """Of all days, added up over venues."""
    seen_hours: float
    """Open hours of days whose visits are known."""
    visits: float
    staffed_hours: float
    person_hours: float
    """Of days whose capacity-hours are known, and those of the same days."""
    capacity_hours: float
    idle_hours: float
    """Open hours with nobody there, and all open hours of the same days."""
    idle_of_hours: float
    idle_hours_a_week: float
    """As if the unknown open hours were idle for as large a share."""
    refused: float
    refused_of_hours: float
    """Open hours of days of which it is known who was refused."""

    @property
    def seen(self) -> float:
        """Share of the open time for which visits are known."""
        return _share(self.seen_hours, self.open_hours)

    @property
    def utilisation(self) -> float:
        """Person-hours over capacity-hours."""
        return _share(self.person_hours, self.capacity_hours)

    @property
    def idle_share(self) -> float:
        """Share of the open hours with nobody there."""
        return _share(self.idle_hours, self.idle_of_hours)


def lines(measured: Mapping[Measure, DayTotals], staff: Sequence[float]) -> dict[str, Line]:
    """A line for each venue.

    Args:
        measured: day totals of each measure, of the same venues and days.
        staff: (venues,) people on duty while open, by which staffed hours are open hours.
    """
    total = {measure: of.total for measure, of in measured.items()}
    staffed = total[Measure.STAFFED_HOURS]
    opened = staffed / np.asarray(staff)[:, None]
    weeks = staffed.shape[1] / 7
    people, places = total[Measure.PERSON_HOURS], total[Measure.CAPACITY_HOURS]
    visits, idle, refused = (
        total[m] for m in (Measure.VISITS, Measure.IDLE_HOURS, Measure.REFUSED)
    )

    def known(values: Floats, *wanted: Floats) -> Floats:
        """(venues,) sums over the days on which all of `wanted` are known.

        A day that is closed is known and tells nothing of one that is open.
        """
        told = np.isfinite(values)
        for each in wanted:
            told &= np.isfinite(each)
        sums = np.sum(values, axis=1, where=told)
        nothing = (opened > 0).any(axis=1) & ~(told & (opened > 0)).any(axis=1)
        return np.where(nothing, nan, sums)

    idle_hours, idle_of_hours = known(idle), known(opened, idle)
    share = np.divide(
        idle_hours, idle_of_hours, out=np.full(len(opened), nan), where=idle_of_hours > 0
    )
    columns = {
        "open_hours": opened.sum(axis=1),
        "seen_hours": np.nan_to_num(known(opened, visits)),
        "visits": known(visits),
        "staffed_hours": staffed.sum(axis=1),
        "person_hours": known(people, places),
        "capacity_hours": known(places, people),
        "idle_hours": idle_hours,
        "idle_of_hours": idle_of_hours,
        "idle_hours_a_week": share * opened.sum(axis=1) / weeks,
        "refused": known(refused),
        "refused_of_hours": np.nan_to_num(known(opened, refused)),
    }
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    venues = measured[Measure.VISITS].venues
    return {
        venue: Line(**dict(zip(columns, row, strict=True)))
        for venue, row in zip(venues, rows, strict=True)
    }


def added(some: Sequence[Line]) -> Line:
    """The sum of lines; what is unknown of one is left out, and NaN where it is of all."""
    return Line(
        **{f.name: _known_sum([getattr(line, f.name) for line in some]) for f in fields(Line)}
    )


def _known_sum(values: Sequence[float]) -> float:
    known = [v for v in values if not isnan(v)]
    return sum(known) if known else nan


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else nan
