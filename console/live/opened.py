"""Open intervals of venues, worked out once for as long as their hours are the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.estate import Venue
from domain.planning import ScheduleVersion
from domain.schedules import openings_of

Opening = tuple[datetime, datetime]
Versions = Mapping[str, Sequence[ScheduleVersion]]


@dataclass(frozen=True, slots=True)
class _Kept:
    venue: Venue
    versions: Sequence[ScheduleVersion]
    first: date
    openings: list[Opening]


@dataclass(frozen=True, slots=True)
class OpenTimes:
    """`openings_of`, which remembers for each venue and number of days what it last said."""

    _kept: dict[tuple[str, int], _Kept] = field(default_factory=dict)

    def of(self, venue: Venue, versions: Versions, first: date, days: int) -> list[Opening]:
        """Open intervals of `days` business days from `first`, in UTC."""
        mine = versions.get(venue.id, ())
        kept = self._kept.get((venue.id, days))
        if (
            kept is None
            or kept.first != first
            or kept.venue is not venue
            or list(kept.versions) != list(mine)
        ):
            kept = _Kept(venue, mine, first, openings_of(venue, mine, first, days))
            self._kept[venue.id, days] = kept
        return kept.openings
