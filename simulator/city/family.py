"""A family of cities, as a small file says it: the same file and seed make the same city."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator

from simulator.faults.rates import FaultRates
from simulator.managers import Habits
from simulator.profile import Factor, Peak, Share, Truth


def _ascending(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        raise ValueError(f"{span[0]:g} is more than {span[1]:g}: write the lesser first")
    return span


Range = Annotated[tuple[float, float], AfterValidator(_ascending)]
"""Least and most; what lies between is equally likely."""
Shares = Annotated[tuple[Share, Share], AfterValidator(_ascending)]
Span = Annotated[tuple[int, int], AfterValidator(_ascending)]
"""First and last."""


class Differences(Truth):
    """How venues of one type differ."""

    level_spread: Factor = 0.3
    """Standard deviation of the logarithm of how many come to each."""
    later_minutes: Factor = 20.0
    """Standard deviation of how much later, or earlier, all peaks of each are."""
    growth_spread: Factor = 0.0
    """Standard deviation of each venue's yearly growth beyond its type's."""


class Today(Truth):
    """How today's hours were set."""

    way: Literal["sign", "demand", "best"] = "sign"
    """`sign`: the type's `hours`. `demand`: from the first to the last quarter-hour in which enough
    people would come. `best`: of greatest net value. These two keep to the staffed hours."""
    enough: Factor = 1.0
    """For `demand`: arrivals that are enough, as a multiple of those that break even."""
    error_minutes: Factor = 0.0
    """Standard deviation of how far each edge is off, once for working and once for free days."""
    opens_late_minutes: float = 0.0
    """The first opening of each day is so much later; negative: earlier."""
    closes_early_minutes: float = 0.0
    """The last closing of each day is so much earlier; negative: later."""
    grid_minutes: Literal[15, 30, 60] = 30
    """Hours are on this grid."""
    staff_share: float | None = Field(None, gt=0)
    """Staffed hours a week, at most, as a share of what the best hours without any such limit take,
    though never fewer than today's hours take; null: just as many as these."""


class Groups(Truth):
    """Link groups of venues of one type in one street."""

    size: Span = (3, 5)
    """Venues of a group, at least and at most; fewer where a street has no more."""
    share: Share = 1.0
    """Share of venues that belong to one, where enough are near."""


class Happening(Truth):
    """A change point that befalls some venues, each in its own week and strength."""

    share: Share = 1.0
    """Share of venues."""
    weeks: Span = (20, 40)
    """First and last week, from 0, in which it may begin, on any day."""
    level: Range = (1.0, 1.0)
    """What demand is multiplied by."""
    later_minutes: Range = (0.0, 0.0)
    """How much later all peaks are."""
    more: tuple[Peak, ...] = ()
    """Peaks that are there besides, times the venue's level."""


class Feasts(Truth):
    """Single days at single venues on which more or fewer come."""

    a_year: Factor = 0.0
    """Mean number a venue (Poisson)."""
    factor: Range = (1.3, 2.0)
    """What the day is multiplied by."""
    more: tuple[Peak, ...] = ()
    """Peaks that are there besides, times the venue's level."""


class Watching(Truth):
    """How well sensors count, and how often they fail; each has its own."""

    in_rate: Shares = (0.95, 0.99)
    """Share of crossings inwards that are seen."""
    out_rate: Shares = (0.93, 0.99)
    """Share of crossings outwards that are seen."""
    crowding: Share = 0.0
    """Share of either that is lost when the room is full."""
    drift: Factor = 0.0
    """Standard deviation of the share by which either wanders over months."""
    ghosts: Factor = 0.0
    """Mean of the people that a presence sensor goes on seeing after closing."""
    gaps_a_year: Factor = 0.0
    """Mean number of silences a sensor (Poisson)."""
    gap_days: float = Field(3.0, ge=1)
    """Mean length of a silence (geometric)."""
    die: Share = 0.0
    """Share of sensors that are dead before the second year is over, on any day."""
    come_late: Share = 0.0
    """Share of sensors that are installed within the first half year, on any day."""


class Family(Truth):
    """A family of cities."""

    about: str = Field(min_length=10)
    """What it is for, in a sentence."""
    first_day: date = date(2026, 3, 2)
    """A Monday: first day that is played."""
    venues: int = Field(40, gt=0, le=10_000)
    """How many."""
    streets: int = Field(4, gt=0)
    """Among how many streets they are dealt out; a district has six."""
    country: str = "CN"
    """ISO 3166 code whose public holidays hold."""
    zone: str = "Asia/Shanghai"
    """IANA zone of all clocks."""
    mix: Mapping[str, Factor] = {}
    """How many venues of each type, in proportion; none given: all types alike."""
    kinds: Mapping[str, Mapping[str, Any]] = {}
    """By type: fields of a kind that differ from `kinds.yaml`, or all of them for a new type."""
    every: Mapping[str, Any] = {}
    """Fields that differ so in every kind."""
    city: Mapping[str, Any] = {}
    """Fields of the scenario: weather, noise, school terms."""
    differences: Differences = Differences()
    """How venues of one type differ."""
    today: Today = Today()
    """How today's hours were set."""
    closed_on_holidays: bool = False
    """Whether public holidays of the first three years are special days, closed."""
    groups: Groups | None = None
    """Link groups; null: none."""
    happenings: tuple[Happening, ...] = ()
    """Change points."""
    feasts: Feasts = Feasts()
    """Events."""
    watching: Watching = Watching()
    """How well sensors count, and how long they live."""
    faults: FaultRates = FaultRates()
    """What else goes wrong with them."""
    managers: Habits = Habits()
    """What managers make of proposals."""

    @field_validator("first_day")
    @classmethod
    def _is_monday(cls, day: date) -> date:
        if day.weekday():
            raise ValueError(f"{day} is not a Monday")
        return day
