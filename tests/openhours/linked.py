"""A hall and the venues that stand in for it, with sensors that say how many people are there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from console.live.making import BoardMaker
from domain.clock import ManualClock
from domain.errors import BrokerUnavailable
from domain.estate import Estate
from domain.estate_rules import check
from domain.planning import Outgoing
from domain.ports import Ledger, TimeSeriesStore
from domain.readings import CountKind, CountReading
from openhours.entering.estates import import_estate
from openhours.rooms.overflow_run import OverflowRun
from policies.overflow.standing import KEY, Standing

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""A Tuesday."""
DAY_BEGAN = NOON.replace(hour=4)
CAPACITY = {"hall": 20, "library": 50, "studio": 30}
WALKS = [{"venue": "library", "walk_minutes": 3.5}, {"venue": "studio", "walk_minutes": 9}]
GROUPS: tuple[Mapping[str, Any], ...] = ({"id": "group", "hub": "hall", "satellites": WALKS},)


def linked_estate(
    *,
    capacity: Mapping[str, int | None] = CAPACITY,
    groups: tuple[Mapping[str, Any], ...] = GROUPS,
    kinds: Mapping[str, CountKind] | None = None,
) -> Estate:
    """Three venues of one room and one sensor each, which have the venue's name."""
    kinds = kinds or {}
    return check(
        {
            "areas": [{"id": "street", "name": "Street"}],
            "venues": [
                {
                    "id": venue,
                    "name": venue.title(),
                    "name_zh": name_zh,
                    "type": "library",
                    "area": "street",
                    "zone": "UTC",
                    "hours": {"mon-sun": "08:00-20:00"},
                }
                for venue, name_zh in (("hall", "大厅"), ("library", "图书馆"), ("studio", "画室"))
            ],
            "rooms": [
                {"id": venue, "venue": venue, "name": venue.title(), "capacity": capacity[venue]}
                for venue in CAPACITY
            ],
            "sensors": [
                {
                    "id": venue,
                    "room": venue,
                    "kind": kinds.get(venue, CountKind.PRESENT),
                    "interval_s": 300,
                }
                for venue in CAPACITY
            ],
            "link_groups": list(groups),
        }
    )


class Doors:
    """A publisher that keeps what it is given, unless its broker is away.

    It may be that only the broker's answer is lost: then the message has arrived all the same.
    """

    def __init__(self) -> None:
        self.said: list[Outgoing] = []
        self.away = self.answer_is_lost = False

    def publish(self, message: Outgoing) -> None:
        if self.away:
            raise BrokerUnavailable("away")
        self.said.append(message)
        if self.answer_is_lost:
            raise BrokerUnavailable("no answer")


@dataclass
class Street:
    """The venues, the clock, and the doors."""

    ledger: Ledger
    timeseries: TimeSeriesStore
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    doors: Doors = field(default_factory=Doors)

    def enter(self, estate: Estate) -> None:
        import_estate(self.ledger, estate, actor="test", clock=ManualClock(DAY_BEGAN))

    def say(self, **present: int) -> None:
        """How many people every sensor sees now."""
        self.timeseries.add(people(self.clock.now(), present))

    def look(self, after: timedelta = timedelta(minutes=1)) -> Standing:
        """Move the clock and look, as a service does that has just been started."""
        self.clock.move_to(self.clock.now() + after)
        board = BoardMaker(self.ledger, self.timeseries)
        run = OverflowRun(self.ledger, self.timeseries, self.doors, board)
        run.look_due(self.clock.now())
        return self.standing

    @property
    def standing(self) -> Standing:
        return Standing.from_text(self.ledger.state(KEY))


def people(at: datetime, present: Mapping[str, int]) -> list[CountReading]:
    """A day on which everything has stayed as it is."""
    steps = (at - DAY_BEGAN) // timedelta(minutes=5)
    return [
        CountReading(sensor, CountKind.PRESENT, _us(at - n * timedelta(minutes=5)), present=number)
        for sensor, number in present.items()
        for n in range(steps if at == NOON else 1)
    ]


def _us(at: datetime) -> int:
    return round(at.timestamp() * 1e6)
