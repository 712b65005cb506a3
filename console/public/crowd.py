"""How busy a place is, in words; small numbers are blurred, so that nobody is told apart."""

from dataclasses import dataclass
from enum import StrEnum

from console.public.settings import PublicSettings


class Crowd(StrEnum):
    """How busy a place is."""

    QUIET = "quiet"
    SOME = "some"
    BUSY = "busy"
    FULL = "full"


EDGES = ((0.9, Crowd.FULL), (0.6, Crowd.BUSY), (0.3, Crowd.SOME))
"""Least share of what the place holds for each word."""


@dataclass(frozen=True, slots=True)
class Busy:
    """How busy a place is, as far as it may be said."""

    crowd: Crowd
    people: int | None = None
    """People inside; None: not said."""
    is_few: bool = False
    """Fewer than are told apart."""


def busy(people: float | None, most: float | None, settings: PublicSettings) -> Busy | None:
    """How busy a place is; None where that is not known.

    Args:
        people: inside; None: unknown.
        most: people it holds, or that come at its busiest; None: unknown.
        settings: what may be said.
    """
    if people is None:
        return None
    if round(people) < settings.blur_below:
        return Busy(Crowd.QUIET, is_few=settings.numbers)
    if not most:
        return None
    share = people / most
    crowd = next((word for edge, word in EDGES if share >= edge), Crowd.QUIET)
    return Busy(crowd, round(people) if settings.numbers else None)
