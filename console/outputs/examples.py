"""Examples of answers, by path; the OpenAPI document carries them."""

from collections.abc import Mapping
from typing import Any

_AT = "2026-12-07T11:03:00Z"
_ROOM = {
    "room": "reading",
    "venue": "library",
    "name": "Reading room",
    "capacity": 60,
    "occupancy": 31.4,
    "low": 28.0,
    "high": 35.0,
    "unknown": None,
    "trend": "rising",
    "last_heard": "2026-12-07T11:00:00Z",
    "is_open": True,
}
_VENUE = {
    "venue": "library",
    "name": "Library",
    "name_zh": "图书馆",
    "type": "library",
    "area": "centre",
    "department": "culture",
    "zone": "Asia/Shanghai",
    "latitude": 31.23,
    "longitude": 121.47,
    "is_open": True,
    "changes_at": "2026-12-07T12:00:00Z",
    "occupancy": 31.4,
    "rooms": ["reading"],
}
_PROPOSAL = {
    "id": "library:2026-W49",
    "venue": "library",
    "run": "2026-W49",
    "created_at": "2026-12-06T20:00:00Z",
    "verdict": "change",
    "status": "open",
    "current": {"mon-fri": "09:00-18:00", "sat-sun": "10:00-16:00"},
    "proposed": {"mon-fri": "10:00-19:00", "sat-sun": "10:00-16:00"},
    "effective_from": "2026-12-21",
    "reasons": [{"code": "closes_later", "facts": {"days": "mon-fri", "visits": 47.0}}],
    "evidence": {"healthy_weeks": 5.0},
    "effect": {
        "visits": [18.3, 40.2, 61.9],
        "visits_now": 436.0,
        "staff_hours": 0.0,
        "staff_hours_now": 57.0,
    },
    "policy": "hours-dp/2",
    "inputs": "9f2c41d0",
}
_SCHEDULE = {
    "venue": "library",
    "name": "Library",
    "zone": "Asia/Shanghai",
    "schedules": [
        {
            "version": 1,
            "effective_from": "1970-01-05",
            "hours": {"mon-fri": "09:00-18:00", "sat-sun": "closed"},
            "origin": "estate",
        }
    ],
    "special_days": [{"day": "2027-01-01", "hours": "closed", "name": "New Year"}],
}

EXAMPLES: Mapping[str, Any] = {
    "/api/v1/venues": {"at": _AT, "venues": [_VENUE]},
    "/api/v1/venues/{venue_id}": _VENUE,
    "/api/v1/venues/{venue_id}/schedule": _SCHEDULE,
    "/api/v1/rooms": {"at": _AT, "rooms": [_ROOM]},
    "/api/v1/rooms/{room_id}": _ROOM,
    "/api/v1/proposals": [_PROPOSAL],
    "/api/v1/proposals/{proposal_id}": _PROPOSAL,
    "/api/v1/rejections": [
        {
            "reason": "not JSON",
            "count": 12,
            "first": "2026-12-01T08:00:00Z",
            "last": _AT,
            "topic": "openhours/v1/centre-door/counts",
            "sample": "entered=41",
            "detail": "the first byte is no JSON value",
            "hint": "see the wire format",
        }
    ],
    "/health": {
        "status": "ok",
        "broker_connected": True,
        "stores_answer": True,
        "storing": True,
        "messages": 48211,
        "waiting": 0,
        "rejected": 3,
        "damaged_spool_files": 0,
        "flooding": [],
        "last_message": _AT,
        "clock": _AT,
    },
}
