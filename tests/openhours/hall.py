"""A hall that is open from 8 to 20, as documents of an estate."""

from typing import Any

from domain.estate import Estate
from domain.estate_rules import check

COURT = {"id": "court", "venue": "hall", "name": "Court"}
DOOR = {"id": "door", "room": "court", "kind": "period"}


def hall_estate(*rooms: dict[str, Any], doors: int = 1, **more: Any) -> Estate:
    """The hall alone; `more` are fields of the venue. Its rooms are the court where none are given.

    Args:
        rooms: other rooms.
        doors: of the court, one at most.
        more: as in an estate's file.
    """
    venue = {
        "id": "hall",
        "name": "Hall",
        "type": "sports_hall",
        "area": "street",
        "zone": "UTC",
        "hours": {"mon-sun": "08:00-20:00"},
    }
    return check(
        {
            "areas": [{"id": "street", "name": "Street"}],
            "venues": [venue | more],
            "rooms": list(rooms or (COURT,)),
            "sensors": [DOOR] * doors,
        }
    )
