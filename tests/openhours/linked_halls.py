"""Two linked halls with their readings, and stores that hold them."""

from datetime import UTC, datetime, timedelta

from domain.estate import Estate
from domain.estate_rules import check
from domain.readings import CountKind, CountReading

MONDAY = datetime(2026, 9, 7, 4, tzinfo=UTC)
WEEKS = 6
NOW = MONDAY + timedelta(weeks=WEEKS, hours=1)
VENUES = ("hub", "side")


def linked_estate(*approvals: str) -> Estate:
    """Two halls five minutes from each other, both open from 8 to 20."""
    return check(
        {
            "areas": [{"id": "street", "name": "Street"}],
            "venues": [
                {
                    "id": name,
                    "name": name.title(),
                    "type": "sports_hall",
                    "area": "street",
                    "zone": "UTC",
                    "hours": {"mon-sun": "08:00-20:00"},
                    "limits": {"break_even_visits": "4", "notice_days": notice, "max_blocks": "1"},
                    "approval": approval,
                }
                for name, notice, approval in zip(VENUES, ("7", "21"), approvals, strict=True)
            ],
            "rooms": [{"id": f"{v}-court", "venue": v, "name": "Court"} for v in VENUES],
            "sensors": [
                {"id": f"{v}-door", "room": f"{v}-court", "kind": "period"} for v in VENUES
            ],
            "link_groups": [
                {"id": "g", "hub": "hub", "satellites": [{"venue": "side", "walk_minutes": 5}]}
            ],
        }
    )


BUSY = {"hub": range(8, 16), "side": range(12, 20)}
"""Hours in which five people come in a quarter of an hour; in others, one in two hours."""


def linked_readings() -> list[CountReading]:
    found = []
    for n in range(WEEKS * 7 * 96):
        start = MONDAY + timedelta(minutes=15 * n)
        end_us = int((start + timedelta(minutes=15)).timestamp()) * 10**6
        few = int(8 <= start.hour < 20 and start.minute == 0 and start.hour % 2 == 0)
        for venue, busy in BUSY.items():
            visits = 5 if start.hour in busy else few
            found.append(
                CountReading(
                    f"{venue}-door", CountKind.PERIOD, end_us, visits, visits, None, period_s=900
                )
            )
    return found
