"""A room as a device of Home Assistant, by its MQTT discovery.

Source: Home Assistant's documentation of MQTT discovery (device form), MQTT sensor and MQTT binary
sensor. An empty retained message on the same topic removes the device.
"""

import re
from typing import Any

from domain.estate import Room, Venue

ORIGIN = "openhours"
"""By this name the configs that are our own are told from those of people counters."""
_KNOWN = "{{ 'online' if value_json.occupancy is not none else 'offline' }}"
_PEOPLE = "{{ value_json.occupancy }}"
_SOMEBODY = "{{ 'ON' if value_json.occupancy > 0 else 'OFF' }}"


def config_topic(prefix: str, room: str) -> str:
    """Where the config of a room is kept; its object id has letters, digits, "_" and "-" only."""
    plain = re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):x}_", room)
    return f"{prefix}/device/openhours_{plain}/config"


def room_config(venue: Venue, room: Room, topic: str, expire_after_s: int) -> dict[str, Any]:
    """The device: how many people there are, and whether there is anybody.

    Unavailable where the number is unknown, and where nothing was heard for a while.

    Args:
        venue: the room's.
        room: the room.
        topic: where its occupancy is told.
        expire_after_s: seconds after which that holds no more.
    """
    own = f"openhours-{room.id}"
    shared = {
        "state_topic": topic,
        "availability": [{"topic": topic, "value_template": _KNOWN}],
        "expire_after": expire_after_s,
    }
    return {
        "device": {
            "identifiers": [own],
            "name": f"{venue.name}: {room.name}",
            "model": "room",
            "suggested_area": venue.name,
        },
        "origin": {"name": ORIGIN},
        "components": {
            "people": {
                "platform": "sensor",
                "unique_id": f"{own}-people",
                "name": "People",
                "icon": "mdi:account-group",
                "state_class": "measurement",
                "unit_of_measurement": "people",
                "value_template": _PEOPLE,
                "json_attributes_topic": topic,
                **shared,
            },
            "occupied": {
                "platform": "binary_sensor",
                "unique_id": f"{own}-occupied",
                "name": "Occupied",
                "device_class": "occupancy",
                "value_template": _SOMEBODY,
                **shared,
            },
        },
    }
