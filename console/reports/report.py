"""What a report holds, as the service makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from console.proposals.effects import MeasuredEffect
from domain.estate import Area, Venue
from domain.periods import Period
from domain.planning import Reason
from policies.reports import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A venue, or all of them; NaN where unknown."""

    line: Line
    covered: float
    """Share of its linked venues' open time in which it, or one within 15 minutes' walk, is open.
    """
    decision_days: float
    """Median from a proposal to what people decided on it in the period; of all, not of medians."""
    decisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an area's venues did in a period."""

    area: Area
    period: Period
    until: date
    """The day after the last that is in it: the period's end, once that has come."""
    rows: tuple[tuple[Venue, Row], ...]
    """Venues of which anything could be counted."""
    total: Row
    without_rooms: tuple[Venue, ...]
    """Venues with no room: nothing is counted there."""
    claim: tuple[Reason, ...]
    """What the roll-out drawn last did to visits by then, as of `policies.uplift.reasons`; empty
    where none of its venues lies here, or no week of it had ended."""
    effects: tuple[MeasuredEffect, ...]
    """Of decisions here, as measured in the period."""
    at: datetime
    """When it was made."""

    @property
    def is_whole(self) -> bool:
        """Whether the period is over."""
        return self.until == self.period.end


MakeReport = Callable[[str, Period], Report]
"""By an area's id; raises `NotFound` for none, and for periods of which no day has ended."""
