"""The items of an estate that a word finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from domain.estate import Area, Department, Estate, LinkGroup, Room, Sensor, Venue

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Items that match, in the estate's order."""

    venues: tuple[Venue, ...]
    rooms: tuple[Room, ...]
    sensors: tuple[Sensor, ...]
    link_groups: tuple[LinkGroup, ...]
    areas: tuple[Area, ...]
    departments: tuple[Department, ...]


def found_in(estate: Estate, asked: str) -> Found:
    """What has `asked` in its id or name; a venue's rooms and sensors come with it.

    All of the estate where nothing is asked. A link group comes with any of its venues, a venue
    with its area or department.
    """
    word = asked.strip().casefold()

    def said(*texts: str) -> bool:
        return any(word in text.casefold() for text in texts)

    areas = _those(estate.areas, lambda a: said(a.id, a.name, a.name_zh))
    departments = _those(estate.departments, lambda d: said(d.id, d.name, d.name_zh))
    around = {a.id for a in areas} | {d.id for d in departments}
    venues = _those(
        estate.venues,
        lambda v: said(v.id, v.name, v.name_zh, v.type) or bool(around & {v.area, v.department}),
    )
    places = {v.id for v in venues}
    rooms = _those(estate.rooms, lambda r: said(r.id, r.name, r.name_zh) or r.venue in places)
    doors = {r.id for r in rooms}
    return Found(
        venues=venues,
        rooms=rooms,
        sensors=_those(estate.sensors, lambda s: said(s.id) or bool(doors & {s.room, s.beyond})),
        link_groups=_those(
            estate.link_groups,
            lambda g: said(g.id) or bool(places & {g.hub, *(w.venue for w in g.satellites)}),
        ),
        areas=areas,
        departments=departments,
    )


def _those(items: Iterable[Item], fits: Callable[[Item], bool]) -> tuple[Item, ...]:
    return tuple(item for item in items if fits(item))
