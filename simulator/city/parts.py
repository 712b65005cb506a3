"""A city in parts that can be played apart, e.g. each in a process of its own.

Nobody walks from one street to another, so that streets depend on one another by the weather only.
"""

from dataclasses import replace

from domain.errors import InvalidInput
from simulator.city.making import City


def part_of(city: City, part: int, parts: int) -> City:
    """The streets whose turn it is when they are dealt out among `parts`, counted from 0.

    Raises `InvalidInput` when there is no venue in them.
    """
    streets = [a.id for a in city.estate.areas if a.kind == "street"]
    its = set(streets[part::parts])
    estate, scenario = city.estate, city.scenario
    venues = tuple(v for v in estate.venues if v.area in its)
    if not venues:
        raise InvalidInput(f"there is no venue in part {part} of {parts}", hint="make fewer parts")
    ids = {v.id for v in venues}
    rooms = tuple(r for r in estate.rooms if r.venue in ids)
    room_ids = {r.id for r in rooms}
    sensors = tuple(s for s in estate.sensors if s.room in room_ids)
    return replace(
        city,
        estate=estate.model_copy(
            update={
                "venues": venues,
                "rooms": rooms,
                "sensors": sensors,
                "link_groups": tuple(g for g in estate.link_groups if g.hub in ids),
            }
        ),
        scenario=scenario.model_copy(
            update={
                "venues": {k: v for k, v in scenario.venues.items() if k in ids},
                "sensors": {s.id: scenario.sensors[s.id] for s in sensors},
            }
        ),
    )
