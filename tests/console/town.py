"""A small town with five weeks of counts, some proposals and a clock, in real stores."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import FastAPI

from console.access.entrance import Entrance
from console.web.app import create_app
from console.web.services import Services, ServiceStatus, Source
from domain.clock import ManualClock
from domain.decisions import approve
from domain.estate import Estate, Venue
from domain.estate_rules import check
from domain.hours import WeeklyHours
from domain.people import Role
from domain.planning import Effect, Fact, Interval, Proposal, Reason, Status, Verdict
from domain.readings import CountKind, CountReading
from domain.schedules import entered
from openhours.receiving.binning import Binning
from policies.reasons import Code, reason
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.console import people
from tests.console.services import services_over

NOW = datetime(2026, 11, 25, 6, 40, tzinfo=UTC)
"""Wednesday, 14:40 in Shanghai."""
STEP = timedelta(minutes=5)
DAYS = 36
LEDGER = "ledger.sqlite"

HOURS = {
    "library": {"mon-fri": "09:00-18:00", "sat-sun": "10:00-16:00"},
    "sports": {"mon-sun": "08:00-22:00"},
    "canteen": {"mon-fri": "10:30-14:00, 16:30-19:30"},
    "night": {"fri-sat": "18:00-02:00", "mon-thu": "18:00-23:30"},
    "service": {"mon-fri": "09:00-12:00, 13:30-17:30"},
    "rooms": {"mon-sun": "13:00-21:00"},
}
DOCUMENT: dict[str, list[dict[str, Any]]] = {
    "areas": [{"id": "yong-an", "name": "Yong’an Road", "name_zh": "永安路", "kind": "street"}],
    "departments": [],
    "link_groups": [],
    "venues": [
        {
            "id": place,
            "name": name,
            "name_zh": name_zh,
            "type": kind,
            "area": "yong-an",
            "hours": HOURS[place],
            "special_days": special,
            "country": "CN",
        }
        for place, name, name_zh, kind, special in (
            (
                "library",
                "Yong’an Library",
                "永安图书馆",
                "library",
                [
                    {"day": "2026-12-24", "hours": "10:00-14:00", "name": "Stocktaking"},
                    {"day": "2027-01-01", "hours": "closed", "name": "元旦"},
                ],
            ),
            ("sports", "Riverside Sports Hall", "滨江体育馆", "sports_hall", []),
            ("canteen", "Neighbourhood Canteen", "邻里食堂", "canteen", []),
            ("night", "Night Reading Room", "夜读书房", "library", []),
            ("service", "Service Centre", "便民服务中心", "service_centre", []),
            ("rooms", "Activity Rooms", "社区活动室", "activity_room", []),
        )
    ],
    "rooms": [
        {"id": "reading", "venue": "library", "name": "Reading room", "name_zh": "阅览室",
         "capacity": 60},
        {"id": "children", "venue": "library", "name": "Children’s room", "name_zh": "少儿室",
         "capacity": 12},
        {"id": "courts", "venue": "sports", "name": "Courts", "name_zh": "球场", "capacity": 50},
        {"id": "dining", "venue": "canteen", "name": "Dining hall", "name_zh": "餐厅",
         "capacity": 90},
        {"id": "lamp", "venue": "night", "name": "Lamp room", "name_zh": "灯下", "capacity": 25},
        {"id": "counter", "venue": "service", "name": "Counter hall", "name_zh": "办事大厅",
         "capacity": 40},
        {"id": "piano", "venue": "rooms", "name": "Piano room", "name_zh": "琴房"},
        {"id": "dance", "venue": "rooms", "name": "Dance room", "name_zh": "舞蹈室",
         "capacity": 30},
    ],
    "sensors": [
        {"id": "s-reading", "room": "reading", "kind": "total", "interval_s": 300},
        {"id": "s-children", "room": "children", "beyond": "reading", "kind": "total",
         "interval_s": 300},
        {"id": "s-courts", "room": "courts", "kind": "period", "interval_s": 300},
        {"id": "s-dining", "room": "dining", "kind": "present", "interval_s": 300},
        {"id": "s-lamp", "room": "lamp", "kind": "total", "interval_s": 300},
        {"id": "s-counter", "room": "counter", "kind": "total", "interval_s": 300},
        {"id": "s-dance", "room": "dance", "kind": "total", "interval_s": 300},
    ],
}  # fmt: skip
CROWD = {"reading": 38.0, "children": 10.0, "courts": 30.0, "dining": 70.0, "lamp": 18.0,
         "counter": 22.0}  # fmt: skip
SILENT_SINCE = {"s-counter": datetime(2026, 11, 25, 2, 15, tzinfo=UTC)}
"""10:15 of the last day; the dance room's sensor never spoke."""


@dataclass(frozen=True)
class Town:
    """The running parts of the town."""

    ledger: SqlLedger
    timeseries: DuckDBStore
    clock: ManualClock
    services: Services

    def say(self, sensor: str, at: datetime, *, entered: int, left: int) -> None:
        """One more total of a sensor."""
        self.timeseries.add([CountReading(sensor, CountKind.TOTAL, us(at), entered, left)])

    def last_total(self, sensor: str) -> tuple[int, int]:
        """What the sensor's total says now."""
        table = self.timeseries.read([sensor], 0, us(NOW) + 1)
        return int(table.entered[-1]), int(table.left[-1])

    @cached_property
    def app(self) -> FastAPI:
        return create_app(self.services)

    def close(self) -> None:
        self.timeseries.close()
        self.ledger.close()


def empty_town(folder: Path) -> Town:
    """Stores with nothing in them."""
    return open_town(SqlLedger.open(f"sqlite:///{folder / LEDGER}"))


def open_town(ledger: SqlLedger) -> Town:
    """A town with this ledger, in which nothing has been counted."""
    timeseries, clock = DuckDBStore(None), ManualClock(NOW)
    services = services_over(
        ledger,
        timeseries,
        clock,
        status=lambda: ServiceStatus(
            broker_connected=True, messages=48_211, rejected=3, source=Source.DEMO, clock_speed=60
        ),
    )
    return Town(ledger, timeseries, clock, services)


def with_closed_doors(open_one: Town) -> Town:
    """The same town, where reading needs an account."""
    services = replace(open_one.services, entrance=Entrance())
    return replace(open_one, services=services)


def town(folder: Path, days: int = DAYS) -> Town:
    """The town as it stands at `NOW`, with counts of so many days."""
    made = empty_town(folder)
    estate = check(DOCUMENT)
    began = NOW - timedelta(days=DAYS)
    versions = [entered(v, (), began, "import") for v in estate.venues]
    made.ledger.put_estate(estate, versions, [], actor="import", at=began)
    made.timeseries.add(list(readings(estate, days)))
    Binning(made.ledger, made.timeseries).update(NOW)
    made.ledger.add_proposals(list(proposals(estate)))
    people.add(made.ledger.accounts, "root", Role.ADMINISTRATOR)
    people.add(made.ledger.accounts, people.MANAGER, Role.MANAGER)
    approve(made.ledger, "canteen:2026-W46", actor="manager", at=NOW - timedelta(days=6))
    return made


def readings(estate: Estate, days: int) -> Iterator[CountReading]:
    """Counts of every sensor, from a smooth day that follows the hours, with some noise."""
    rng = np.random.default_rng(7)
    for sensor in estate.sensors:
        if sensor.room not in CROWD:
            continue
        venue = estate.venue_by_id[estate.room_by_id[sensor.room].venue]
        end = SILENT_SINCE.get(sensor.id, NOW)
        into = out = before = 0
        mood = 0.0
        at = NOW - timedelta(days=days)
        while at <= end:
            mood = 0.97 * mood + 0.04 * float(rng.standard_normal())
            inside = round(expected(venue, at) * CROWD[sensor.room] * (1 + mood))
            passing = int(rng.poisson(0.05 * inside))
            came, went = max(inside - before, 0) + passing, max(before - inside, 0) + passing
            into, out, before = into + came, out + went, inside
            yield said(sensor.id, sensor.kind, us(at), (came, went, into, out, inside))
            at += STEP


def said(sensor: str, kind: CountKind, at_us: int, n: tuple[int, ...]) -> CountReading:
    came, went, into, out, inside = n
    match kind:
        case CountKind.TOTAL:
            return CountReading(sensor, kind, at_us, into, out)
        case CountKind.PERIOD:
            return CountReading(sensor, kind, at_us, came, went, period_s=300)
        case _:
            return CountReading(sensor, kind, at_us, present=inside)


def expected(venue: Venue, at: datetime) -> float:
    """Share of the usual crowd: rises after opening, ebbs before closing, quieter at weekends."""
    local = at.astimezone(venue.tz)
    minute = local.hour * 60 + local.minute
    for shift in (0, 1440):
        day = (local - timedelta(minutes=shift)).weekday()
        for block in venue.hours.days[day]:
            start, end = block.start - shift, block.end - shift
            if start <= minute < end:
                ramp = min((minute - start) / 90, (end - minute) / 60, 1)
                peak = 0.55 + 0.45 * np.sin(np.pi * (minute - start) / (end - start)) ** 2
                return float(ramp * peak * (0.7 if day >= 5 else 1))
    return 0.0


def proposals(estate: Estate) -> Iterator[Proposal]:
    """What planning runs said: one of each kind."""
    monday = datetime(2026, 11, 22, 20, tzinfo=UTC)
    library = WeeklyHours.parse({"mon-fri": "10:00-19:00", "sat-sun": "10:00-16:00"})
    change: dict[str, Fact] = {"days": "mon-fri", "break_even": 2.0}
    yield proposal(
        estate.venue("canteen"),
        "2026-W46",
        monday - timedelta(days=7),
        Verdict.CHANGE,
        WeeklyHours.parse({"mon-fri": "10:30-14:00, 17:00-19:30"}),
        reason(
            Code.OPENS_LATER,
            change | {"from": "16:30", "to": "17:00", "visits_per_hour": 0.8, "visits": 2.0},
        ),
    )
    yield proposal(
        estate.venue("library"),
        "2026-W47",
        monday,
        Verdict.CHANGE,
        library,
        reason(
            Code.OPENS_LATER,
            change | {"from": "09:00", "to": "10:00", "visits_per_hour": 1.35, "visits": 6.8},
        ),
        reason(
            Code.CLOSES_LATER,
            change | {"from": "18:00", "to": "19:00", "visits_per_hour": 9.4, "visits": 47.0},
        ),
        reason(Code.WHO_WINS, {"visits": 47.0, "hours": 5.0}),
        reason(Code.WHO_LOSES, {"visits": 6.8, "hours": 5.0}),
        reason(Code.STAFFED_HOURS, {"before": 57.0, "after": 57.0, "change": 0.0}),
        reason(Code.ORDINARY_WEEK_ONLY),
    )
    yield proposal(
        estate.venue("sports"), "2026-W47", monday, Verdict.KEEP, estate.venue("sports").hours,
        reason(Code.KEPT_SMALL_GAIN, {"gain": 3.1, "needed": 12.0}),
    )  # fmt: skip
    yield proposal(
        estate.venue("rooms"), "2026-W47", monday, Verdict.NOT_ENOUGH_DATA,
        estate.venue("rooms").hours, reason(Code.NOT_ENOUGH_WEEKS, {"weeks": 0.0, "needed": 4.0}),
    )  # fmt: skip


def proposal(
    venue: Venue,
    run: str,
    at: datetime,
    verdict: Verdict,
    proposed: WeeklyHours,
    *reasons: Reason,
) -> Proposal:
    is_change = verdict is Verdict.CHANGE
    return Proposal(
        id=f"{venue.id}:{run}",
        venue=venue.id,
        run=run,
        created_at=at,
        verdict=verdict,
        current=venue.hours,
        proposed=proposed,
        effective_from=(at + timedelta(days=15)).date(),
        reasons=reasons,
        evidence={
            "healthy_weeks": 5.0,
            "seen_slots": 22.4,
            "break_even": 2.0,
            "staff_budget_used": 0.98,
            "certificate": 0.0004,
        },
        effect=Effect(
            visits=Interval(18.3, 40.2, 61.9) if is_change else Interval(0, 0, 0),
            visits_now=436.0,
            staff_hours=(proposed.minutes - venue.hours.minutes) / 60,
            staff_hours_now=venue.hours.minutes / 60,
        ),
        policy="hours-dp/2",
        inputs="9f2c41d07be1a83355d0c1a4be09d6d0c8c1f2a7b1e4a90d3f5a6b7c8d9e0f11",
        status=Status.OPEN if is_change else Status.CLOSED,
    )


def us(at: datetime) -> int:
    return round(at.timestamp() * 1e6)
