"""What a policy is to the arena."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.bins import Bins
from domain.hours import WeeklyHours
from simulator.loop import ClosedLoop

Proposed = Mapping[str, WeeklyHours]
Choose = Callable[[ClosedLoop, Bins | None], Proposed]
"""Hours that are proposed on the eve of `loop.monday`, by venue id, from the bins of rooms of all
weeks played; None before the first."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A policy by name."""

    name: str
    begin: Callable[[ClosedLoop], Choose]
    """Called once, before the first week; what it returns may remember."""
    needs_notice: bool = True
    """Whether its hours take effect after the notice period; else at once, and past the managers:
    only one who knows the truth is so lucky."""
