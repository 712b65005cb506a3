"""Where venues are: streets of a city, places in them, and which of them are linked."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from domain.estate import Venue
from simulator.city.family import Family, Groups
from simulator.walks import LONGEST_WALK_MINUTES, walk_minutes

_STREETS_A_DISTRICT = 6
_CENTRE = (30.27, 120.15)
"""Degrees north and east of the first street."""
_APART_DEGREES = 0.03
"""Between streets that are next to one another: some three kilometres."""
_SCATTER_DEGREES = 0.0025
"""Standard deviation of venues around the middle of their street: some 280 metres."""


def areas(family: Family) -> list[dict[str, Any]]:
    """The city, its districts and their streets."""
    districts = math.ceil(family.streets / _STREETS_A_DISTRICT)
    return [
        {"id": "city", "name": "City", "name_zh": "市", "kind": "city"},
        *(
            {
                "id": f"district-{n + 1}",
                "name": f"District {n + 1}",
                "name_zh": f"{n + 1}区",
                "kind": "district",
                "part_of": "city",
            }
            for n in range(districts)
        ),
        *(
            {
                "id": street(n),
                "name": f"Street {n + 1}",
                "name_zh": f"{n + 1}街道",
                "kind": "street",
                "part_of": f"district-{n // _STREETS_A_DISTRICT + 1}",
            }
            for n in range(family.streets)
        ),
    ]


def street(number: int) -> str:
    """Id of a street, counted from 0."""
    return f"street-{number + 1}"


def places(family: Family, rng: np.random.Generator) -> Iterator[Mapping[str, Any]]:
    """Area and coordinates of each venue, dealt out among the streets in turn."""
    scatter = _SCATTER_DEGREES * rng.standard_normal((family.venues, 2))
    across = math.ceil(math.sqrt(family.streets))
    for number, (north, east) in enumerate(scatter.tolist()):
        row, column = divmod(number % family.streets, across)
        yield {
            "area": street(number % family.streets),
            "latitude": round(_CENTRE[0] + _APART_DEGREES * row + north, 6),
            "longitude": round(_CENTRE[1] + _APART_DEGREES * column + east, 6),
        }


def link_groups(
    groups: Groups | None, venues: Sequence[Venue], rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Hubs with the venues of their type in their street that are nearest, within a walk."""
    if groups is None:
        return []
    free = [v for v in venues if rng.random() < groups.share]
    found = []
    while free:
        hub, *others = free
        size = int(rng.integers(groups.size[0], groups.size[1], endpoint=True))
        walks = sorted(
            (minutes, v.id)
            for v in others
            if (v.area, v.type) == (hub.area, hub.type)
            and (minutes := walk_minutes(hub, v)) is not None
            and minutes <= LONGEST_WALK_MINUTES
        )[: size - 1]
        linked = {hub.id, *(name for _, name in walks)}
        free = [v for v in free if v.id not in linked]
        if walks:
            satellites = [{"venue": name, "walk_minutes": round(m, 1)} for m, name in walks]
            found.append({"id": f"group-{hub.id}", "hub": hub.id, "satellites": satellites})
    return found
