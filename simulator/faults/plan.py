"""All that goes wrong with one sensor, said beforehand. Instants are seconds since 1970 UTC."""

from dataclasses import dataclass, replace
from typing import NamedTuple


class Stretch(NamedTuple):
    """Instants begin ≤ t < end."""

    begin_s: int
    end_s: int


class Outage(NamedTuple):
    """A stretch in which nothing goes out."""

    begin_s: int
    end_s: int
    is_kept: bool
    """What would have gone out goes at the end, in its order; else it is lost."""


class Glitch(NamedTuple):
    """A counter's next reading is wildly off, and the one after it right again."""

    from_s: int
    total: int
    """What it says in place of the total."""


class WrongClock(NamedTuple):
    """A stretch in which a device writes other times than the true ones."""

    begin_s: int
    end_s: int
    shows_s: int
    """What the clock shows when the stretch begins."""
    runs: bool = True
    """Else it stands still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """What goes wrong with one sensor; by default nothing does."""

    duplicates: float = 0.0
    """Share of messages that are sent twice or more."""
    late: float = 0.0
    """Share of messages that are held up on the way, and so overtaken."""
    late_at_most_s: int = 7_200
    lost: float = 0.0
    """Share of messages that vanish singly."""
    outages: tuple[Outage, ...] = ()
    starts_at: int = 0
    """What its totals say before the first person."""
    rollover: int | None = None
    """Totals count modulo this."""
    reboots_s: tuple[int, ...] = ()
    """Totals and sequence numbers begin at zero; who has passed since the last reading is lost."""
    says_boot: bool = False
    """The first reading after a reboot says so, where the format can; and each its uptime."""
    glitches: tuple[Glitch, ...] = ()
    stuck: tuple[Stretch, ...] = ()
    """Numbers stand still; a total later goes on from there, and those who passed are lost."""
    dead_from_s: int | None = None
    swapped_from_s: int | None = None
    """Who passes after the last reading up to then is counted in the other direction."""
    clocks: tuple[WrongClock, ...] = ()
    """Not overlapping."""

    def of_width(self, width: int | None) -> "FaultPlan":
        """The plan of a counter that rolls over at a width; None: in practice it never does.

        It starts as far below its own width as it would below the one that was planned.
        """
        if width is None:
            return self
        starts_at = self.starts_at + (width - self.rollover if self.rollover else 0)
        glitches = tuple(g._replace(total=g.total % width) for g in self.glitches)
        return replace(self, rollover=width, starts_at=starts_at % width, glitches=glitches)
