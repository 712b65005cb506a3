"""What a policy is to the arena."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.bins import Bins
from domain.hours import DayHours, WeeklyHours
from policies.trials.trial import Trial
from simulator.loop import ClosedLoop

Hours = Mapping[str, WeeklyHours]
"""By venue id; venues left out keep theirs."""


class Chosen(NamedTuple):
    """What is proposed on the eve of `loop.monday`."""

    hours: Hours
    on_dates: Mapping[str, Mapping[date, DayHours]] = {}
    """Hours of single dates, by venue id, that are announced."""
    trials: tuple[Trial, ...] = ()
    """So far."""


Choose = Callable[[ClosedLoop, Bins | None], Chosen]
"""What is proposed from the bins of rooms of all weeks played; None before the first."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A policy by name."""

    name: str
    begin: Callable[[ClosedLoop], Choose]
    """Called once, before the first week; what it returns may remember."""
    needs_notice: bool = True
    """Whether its hours take effect after the notice period; else at once, and past the managers:
    only one who knows the truth is so lucky."""
