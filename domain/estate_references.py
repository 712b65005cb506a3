"""What must hold between the items of an estate: unique ids, references that lead somewhere.

These rules read the document as it was written, so that they speak of items that are not sound in
other ways too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.estate_faults import Fault, Locate, Path, did_you_mean

Document = Mapping[str, Sequence[Mapping[str, Any]]]
"""Kind → items, as written; whatever is not a mapping of fields has been left out as {}."""

_SINGULAR = {
    "areas": "area",
    "departments": "department",
    "venues": "venue",
    "rooms": "room",
    "sensors": "sensor",
    "link_groups": "link group",
    "school_terms": "school term",
}
_REFERENCES = (
    ("areas", "part_of", "areas"),
    ("venues", "area", "areas"),
    ("venues", "department", "departments"),
    ("rooms", "venue", "venues"),
    ("sensors", "room", "rooms"),
    ("sensors", "beyond", "rooms"),
    ("link_groups", "hub", "venues"),
)


def reference_faults(document: Document, locate: Locate) -> Iterator[Fault]:
    """Faults between items; `locate` tells a repeated id where its first coming is."""
    yield from _repeated_ids(document, locate)
    yield from _dangling(document)
    yield from _circles(document["areas"])
    yield from _doors(document["sensors"])
    yield from _groups(document["link_groups"])


def _id(value: Any) -> str:
    """An id as a reference would name it; "" where there is none to speak of."""
    return value.strip() if isinstance(value, str) else ""


def _satellites(group: Mapping[str, Any]) -> list[str]:
    """Venue ids of a group's satellites as written, "" where one is not to be made out."""
    walks = group.get("satellites")
    if not isinstance(walks, list | tuple):
        return []
    return [_id(walk.get("venue")) if isinstance(walk, Mapping) else "" for walk in walks]


def _repeated_ids(document: Document, locate: Locate) -> Iterator[Fault]:
    for kind, items in document.items():
        first: dict[str, Path] = {}
        for index, item in enumerate(items):
            name, path = _id(item.get("id")), (kind, index, "id")
            if name in first:
                what = f"the {_SINGULAR[kind]} “{name}” is there already"
                yield Fault(path, what, f"first at {locate(first[name])}")
            elif name:
                first[name] = path


def _dangling(document: Document) -> Iterator[Fault]:
    known = {k: {_id(i.get("id")) for i in items} - {""} for k, items in document.items()}
    for path, name, kind in _named(document):
        if name and name not in known[kind]:
            what = f"there is no {_SINGULAR[kind]} “{name}”"
            yield Fault(path, what, did_you_mean(name, known[kind]) or f"add it to {kind}")


def _named(document: Document) -> Iterator[tuple[Path, str, str]]:
    """Every reference: its path, the id it names, the kind of thing it names."""
    for kind, field, target in _REFERENCES:
        for index, item in enumerate(document[kind]):
            yield (kind, index, field), _id(item.get(field)), target
    for index, group in enumerate(document["link_groups"]):
        for nth, venue in enumerate(_satellites(group)):
            yield ("link_groups", index, "satellites", nth, "venue"), venue, "venues"


def _circles(areas: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    """One fault for each circle of areas that are part of one another."""
    around = {_id(a.get("id")): _id(a.get("part_of")) for a in areas}
    in_circle: set[str] = set()
    for index, area in enumerate(areas):
        start = _id(area.get("id"))
        chain = [start]
        while (following := around.get(chain[-1], "")) and following not in chain:
            chain.append(following)
        if following and following == start and start not in in_circle:
            in_circle.update(chain)
            circle = " in ".join(f"“{name}”" for name in (*chain, start))
            yield Fault(("areas", index, "part_of"), f"areas go round in a circle: {circle}")


def _doors(sensors: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for index, sensor in enumerate(sensors):
        room = _id(sensor.get("room"))
        if room and room == _id(sensor.get("beyond")):
            what = f"“{room}” is on both sides of the door"
            yield Fault(("sensors", index, "beyond"), what, "leave it out where it leads outside")


def _groups(groups: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for index, group in enumerate(groups):
        hub, seen = _id(group.get("hub")), set()
        for nth, venue in enumerate(_satellites(group)):
            path: Path = ("link_groups", index, "satellites", nth, "venue")
            if venue and venue == hub:
                yield Fault(path, f"the hub “{hub}” cannot be its own satellite")
            elif venue in seen:
                yield Fault(path, f"the satellite “{venue}” is there already")
            seen.add(venue)
