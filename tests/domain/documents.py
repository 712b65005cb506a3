"""A small sound estate as a document, to be bent by each test."""

from typing import Any

Document = dict[str, list[dict[str, Any]]]


def sound() -> Document:
    """Two areas, a department, two venues with rooms and doors, one link group."""
    return {
        "areas": [
            {"id": "town", "name": "Town", "kind": "city"},
            {"id": "street", "name": "Street", "name_zh": "街道", "part_of": "town"},
        ],
        "departments": [{"id": "culture", "name": "Culture"}],
        "venues": [
            {
                "id": "library",
                "name": "Library",
                "name_zh": "图书馆",
                "type": "library",
                "area": "street",
                "department": "culture",
                "hours": {"mon-fri": "09:00-17:00"},
                "limits": {"earliest": "08:00", "latest": "20:00"},
            },
            {
                "id": "canteen",
                "name": "Canteen",
                "type": "canteen",
                "area": "street",
                "hours": {"mon-sun": "11:00-14:00, 17:00-20:00"},
            },
        ],
        "rooms": [
            {"id": "reading", "name": "Reading room", "venue": "library", "capacity": "40"},
            {"id": "lending", "name": "Lending desk", "venue": "library"},
            {"id": "dining", "name": "Dining hall", "venue": "canteen"},
        ],
        "sensors": [
            {"id": "front", "room": "lending"},
            {"id": "inner", "room": "reading", "beyond": "lending", "sign": "-1"},
        ],
        "link_groups": [
            {
                "id": "around",
                "hub": "library",
                "satellites": [{"venue": "canteen", "walk_minutes": "5"}],
            }
        ],
    }
