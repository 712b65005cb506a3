"""A type of venue: who would come to an ordinary one, its rooms, and what binds its hours."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from domain.estate import Hours, Limits
from domain.estate_text import read_kind
from domain.readings import CountKind
from simulator.profile import Factor, Profile, Truth


class RoomKind(Truth):
    """A room that every venue of a type has."""

    name: str
    """What it is called."""
    name_zh: str = ""
    """The same in Chinese."""
    share: Factor = 1.0
    """Its pull on the venue's people, relative to the other rooms'."""
    capacity: int | None = Field(None, gt=0)
    """People it holds in a venue of level 1; null: not known, and never full."""
    sensors: tuple[Annotated[CountKind, BeforeValidator(read_kind)], ...] = (CountKind.TOTAL,)
    """Kinds of its sensors; one that is not `present` is a door of its own."""


class Kind(Truth):
    """A type of venue."""

    name: str
    """What its venues are called, with a number after it."""
    name_zh: str = ""
    """The same in Chinese."""
    department: str = "culture"
    """Who answers for them."""
    profile: Profile
    """Who would come to an ordinary one; fields as in a scenario."""
    rooms: tuple[RoomKind, ...] = Field(min_length=1)
    """What each of them has."""
    limits: Limits = Limits()
    """What a plan may never break; fields as in the estate."""
    trials: Literal["refused", "allowed"] = "allowed"
    """Whether hours beside today's may be tried in its venues."""
    hours: Hours
    """Hours that one would put on the door without looking at anything."""
    roomy: float = Field(1.0, gt=0)
    """Multiplies the capacity of all rooms."""
