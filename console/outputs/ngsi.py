"""Venues and rooms as NGSI-LD entities, for context brokers such as FIWARE's.

Source: ETSI GS CIM 009 (entities, properties, relationships) and the Smart Data Models `Building`
and `CrowdFlowObserved`. What is unknown is left out: an NGSI-LD property has no null.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from console.live.board import RoomNow, VenueNow
from domain.estate import Area, Venue

CONTEXT = (
    "https://smartdatamodels.org/context.jsonld",
    "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld",
)
_PARTS = {"street": "streetAddress", "district": "district", "city": "addressLocality"}


def building(
    state: VenueNow, hours: Mapping[str, Any], areas: Mapping[str, Area], at: datetime
) -> dict[str, Any]:
    """A venue with its hours and how many people are in it.

    Args:
        state: the venue as it is known.
        hours: its hours in the words of schema.org; empty where it has none.
        areas: by id, for its address.
        at: aware instant of `state`.
    """
    venue = state.venue
    capacities = [room.room.capacity for room in state.rooms]
    all_known = all(room.occupancy is not None for room in state.rooms)
    properties: dict[str, Any] = {
        "name": venue.name,
        "category": ["civic"],
        "address": _address(venue, areas),
        "openingHoursSpecification": hours.get("openingHoursSpecification", []),
        "specialOpeningHoursSpecification": hours.get("specialOpeningHoursSpecification", []),
    }
    if capacities and all(capacities):
        properties["peopleCapacity"] = sum(c for c in capacities if c)
    entity = _entity("Building", venue.id, properties)
    if all_known and state.inside is not None:
        entity["peopleOccupancy"] = _property(round(state.inside), at)
    if venue.latitude is not None and venue.longitude is not None:
        point = {"type": "Point", "coordinates": [venue.longitude, venue.latitude]}
        entity["location"] = {"type": "GeoProperty", "value": point}
    return entity


def crowd(venue: VenueNow, room: RoomNow, at: datetime) -> dict[str, Any]:
    """How many people are in a room."""
    entity = _entity("CrowdFlowObserved", room.room.id, {"name": room.room.name})
    entity["dateObserved"] = {
        "type": "Property",
        "value": {"@type": "DateTime", "@value": _instant(at)},
    }
    entity["refBuilding"] = {"type": "Relationship", "object": _urn("Building", venue.venue.id)}
    if room.occupancy is not None:
        entity["peopleCount"] = _property(round(room.occupancy), at)
    return entity


def _entity(kind: str, name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@context": list(CONTEXT),
        "id": _urn(kind, name),
        "type": kind,
        **{key: _property(value) for key, value in properties.items() if value not in ([], {})},
    }


def _property(value: Any, observed_at: datetime | None = None) -> dict[str, Any]:
    at = {"observedAt": _instant(observed_at)} if observed_at else {}
    return {"type": "Property", "value": value, **at}


def _address(venue: Venue, areas: Mapping[str, Area]) -> dict[str, str]:
    """From the venue's area outwards."""
    address = {"addressCountry": venue.country} if venue.country else {}
    area = areas.get(venue.area)
    while area:
        address.setdefault(_PARTS[area.kind], area.name)
        area = areas.get(area.part_of or "")
    return address


def _urn(kind: str, name: str) -> str:
    return f"urn:ngsi-ld:{kind}:openhours:{name}"


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
