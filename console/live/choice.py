"""Which venues a live page shows, and in what order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from console.live.board import Board, VenueNow
from domain.estate import Area

A_PAGE = 60
"""Venues on a page of the list."""


class Order(StrEnum):
    """What comes first."""

    NAME = "name"
    SHARE = "share"
    """The fullest."""
    TROUBLE = "unknown"
    """Those with most rooms of which nothing is known."""


class View(StrEnum):
    """How a live page shows its venues."""

    LIST = "list"
    MAP = "map"
    WALL = "wall"


class AreaNow(NamedTuple):
    """How the venues of an area are, those of the areas within it left out."""

    area: Area
    venues: int
    open_venues: int
    inside: float
    unknown_rooms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody asked to see; empty fields ask for everything."""

    text: str = ""
    """Part of the name of a venue, of one of its rooms, or of its id."""
    area: str = ""
    """This area and those within it."""
    department: str = ""
    trouble: bool = False
    """Only venues with a room of which nothing is known."""
    only: frozenset[str] | None = None
    """Ids of the venues that somebody answers for; None: all."""
    order: Order = Order.NAME

    @property
    def is_all(self) -> bool:
        """Whether it leaves no venue out."""
        return (
            not (self.text.strip() or self.area or self.department or self.trouble)
            and self.only is None
        )

    def venues(self, board: Board) -> list[VenueNow]:
        """The venues asked for, in the order asked for."""
        areas = within(board, self.area) if self.area else None
        wanted = self.text.strip().casefold()
        found = [
            v
            for v in board.venues
            if (areas is None or v.venue.area in areas)
            and (not self.department or v.venue.department == self.department)
            and (not self.trouble or _unknown(v))
            and (self.only is None or v.venue.id in self.only)
            and (not wanted or wanted in _names(v))
        ]
        if self.order is Order.SHARE:
            return fullest_first(found)
        if self.order is Order.TROUBLE:
            return sorted(found, key=lambda v: -_unknown(v))
        names = _area_names(board)
        return sorted(found, key=lambda v: names.get(v.venue.area, ""))


def fullest_first(venues: Sequence[VenueNow]) -> list[VenueNow]:
    """By their fullest rooms; those of which nobody can tell come last."""
    return sorted(venues, key=_emptiness)


def by_area(
    board: Board, venues: Sequence[VenueNow]
) -> Iterator[tuple[Area | None, Sequence[VenueNow]]]:
    """Venues that come in order of their areas, by area; all as one where they have but one."""
    areas = {a.id: a for a in board.estate.areas}
    if len({v.venue.area for v in venues}) < 2:
        yield None, venues
        return
    for area, some in groupby(venues, key=lambda v: v.venue.area):
        yield areas.get(area), list(some)


def areas_now(board: Board) -> list[AreaNow]:
    """The areas that have venues, by name."""
    of: dict[str, list[VenueNow]] = {}
    for venue in board.venues:
        of.setdefault(venue.venue.area, []).append(venue)
    return [
        AreaNow(
            area,
            len(of[area.id]),
            sum(v.is_open for v in of[area.id]),
            sum(v.inside or 0 for v in of[area.id]),
            sum(map(_unknown, of[area.id])),
        )
        for area in sorted(board.estate.areas, key=lambda a: a.name)
        if area.id in of
    ]


def within(board: Board, area: str) -> set[str]:
    """The ids of an area and of all that are part of it."""
    found, more = {area}, {area}
    while more:
        more = {a.id for a in board.estate.areas if a.part_of in more} - found
        found |= more
    return found


def _area_names(board: Board) -> Mapping[str, str]:
    return {a.id: a.name for a in board.estate.areas}


def _unknown(venue: VenueNow) -> int:
    return sum(room.unknown is not None for room in venue.rooms)


def _emptiness(venue: VenueNow) -> float:
    return -max((room.share for room in venue.rooms if room.share is not None), default=-1.0)


def _names(venue: VenueNow) -> str:
    named = [venue.venue, *(room.room for room in venue.rooms)]
    words = (venue.venue.id, *(n.name for n in named), *(n.name_zh for n in named))
    return "\n".join(words).casefold()
