"""What would be if: the question as people put it, and the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.hours import WeeklyHours
from policies.links.change import Outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What is supposed, in words: each as `NAME=VALUE` but the venues that are closed."""

    close: Sequence[str] = ()
    budget: Sequence[str] = ()
    hours: Sequence[str] = ()
    limit: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to open: the hours of each venue, and what they are expected to bring."""

    hours: Mapping[str, WeeklyHours]
    outlook: Outlook
    over_budget: bool = False
    """The limits leave no hours within the budget: these are as few as they allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is supposed, beside today's hours and the best ones."""

    today: Way
    supposed: Way
    """What is given holds; all else is planned again."""
    best: Way
    """The best hours by the expected demand, with nothing supposed."""
    doubtful: tuple[str, ...]
    """Venues whose data do not carry a decision; what is unknown counts as nobody."""


WhatIf = Callable[[Supposed], Answer]
"""Raises `InvalidInput` or `NotFound`."""
