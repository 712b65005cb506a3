"""A small town whose truth is plain, to be bent by each test."""

from datetime import date
from typing import Any

from domain.estate import Estate
from domain.hours import DayHours, parse_day
from simulator.scenario import Scenario
from simulator.world import World

MONDAY = date(2026, 11, 9)
KINDS = ("total", "period", "change", "present")


def town_estate(**changes: Any) -> Estate:
    """One venue with a room for each kind of counter, and a second one with two doors."""
    venue = {"type": "hall", "area": "a", "hours": {"mon-sun": "09:00-20:00"}, **changes}
    return Estate.model_validate(
        {
            "areas": [{"id": "a", "name": "A"}],
            "venues": [
                {"id": "hall", "name": "Hall", **venue},
                {"id": "doors", "name": "Two doors", **venue},
            ],
            "rooms": [
                *({"id": f"room-{k}", "name": k, "venue": "hall", "capacity": 20} for k in KINDS),
                {"id": "room-doors", "name": "doors", "venue": "doors"},
            ],
            "sensors": [
                *(
                    {"id": kind, "room": f"room-{kind}", "kind": kind, "interval_s": 300}
                    for kind in KINDS
                ),
                {"id": "front", "room": "room-doors", "interval_s": 900, "sign": -1},
                {"id": "back", "room": "room-doors", "interval_s": 900, "kind": "period"},
            ],
        }
    )


def town_scenario(**changes: Any) -> Scenario:
    """Two peaks a day, counters that miss nothing unless told otherwise."""
    bells = [
        {"at": "11:00", "spread_minutes": 90, "visits": 500},
        {"at": "18:30", "spread_minutes": 120, "visits": 600},
    ]
    hall = {"workday": bells, "free_day": bells, "stay_minutes": 40}
    perfect = {"in_rate": 1, "out_rate": 1}
    return Scenario.model_validate({"types": {"hall": hall}, "counter": perfect, **changes})


def town(seed: int = 1, **changes: Any) -> World:
    """The town's world; keywords change its scenario."""
    return World(town_estate(), town_scenario(**changes), seed)


def hours(text: str) -> dict[str, DayHours]:
    """The same hours for every venue of the town."""
    return dict.fromkeys(("hall", "doors"), parse_day(text))
