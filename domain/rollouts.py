"""A staggered roll-out as it was drawn: which linked group gets its new hours when."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRollout:
    """Noted before anyone knows what it brings, so that what is claimed of it can be believed."""

    drawn_at: datetime
    actor: str
    seed: int
    """Of the lots."""
    groups: tuple[str, ...]
    """Linked groups; a venue without one is a group of its own, by the venue's id."""
    blocks: tuple[str, ...]
    """(groups,) what is alike by type and size."""
    waves: tuple[date, ...]
    """Mondays on which a wave starts, in order."""
    wave: tuple[int, ...]
    """(groups,) the wave of each."""
