"""Which sensors are played, what goes wrong with each, and what is true of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import cycle, islice

import numpy as np

from domain.calendars import instant
from domain.estate import Estate
from domain.hours import parse_day
from domain.readings import CountKind
from simulator.faults.plan import FaultPlan, Stretch
from simulator.faults.posted import Posted, posted
from simulator.faults.rates import Clock, FaultRates, drawn
from simulator.messages import Reports, joined
from simulator.scenario import Scenario
from simulator.streams import Streams
from simulator.wires import WIRES, Wire
from simulator.world import World

FIRST_DAY = date(2026, 10, 5)
INTERVAL_S = 900
ROOMS_A_VENUE = 20
VISITS = 60
"""People a room and day."""
HOURS = parse_day("09:00-20:00")
TOTAL, PERIOD, CHANGE, PRESENT = list(CountKind)[:4]

_NETWORK: Mapping[str, float] = {"duplicates": 0.1, "late": 0.1}
FAULTS: Mapping[str, FaultRates] = {
    "nothing": FaultRates(),
    "network": FaultRates(**_NETWORK),
    "rollover": FaultRates(**_NETWORK, rollovers=(2**16, 2**20, 10**6)),
    "reboot": FaultRates(**_NETWORK, reboots_a_week=3),
    "reboot-said": FaultRates(**_NETWORK, reboots_a_week=3, says_boot=True),
    "outage-kept": FaultRates(**_NETWORK, outages_a_week=3),
    "outage-lost": FaultRates(**_NETWORK, outages_a_week=3, outages_kept=0),
    "lost": FaultRates(**_NETWORK, lost=0.03),
    "glitch": FaultRates(**_NETWORK, glitches_a_week=4),
    "stuck": FaultRates(**_NETWORK, stuck_a_week=1),
    "dead": FaultRates(**_NETWORK, dies=1),
    **{f"clock-{c}": FaultRates(clocks_a_week={c: 3}) for c in Clock},
}
"""By name. Where a clock is wrong the instant of receipt must do: those messages come straight."""
PUT_TO_ALL = (
    "native",
    "chirpstack-v4/vs133",
    "ttn-v3/imbuildings-people-counter/totals/object",
    "xovis",
    "senml",
)
"""Ways of writing that meet every fault; all others meet one."""
_TRIFLE_OF = {True: "network", False: "nothing"}
"""That one, by whether messages have a time: what has none and is late cannot be put in place."""
_OWN_MEANING = ("senml", f"clock-{Clock.UNSET_1970}")
"""RFC 8428 takes small times for distances from now."""
_OF_TOTALS = frozenset({"rollover", "reboot", "reboot-said", "glitch"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One sensor."""

    room: str
    wire: Wire
    device: str
    fault: str
    plan: FaultPlan
    perfect: Reports
    """What it would say were nothing wrong, in its whole life."""
    posted: Posted

    @property
    def kind(self) -> CountKind:
        return self.perfect.kind

    @property
    def interval_s(self) -> int:
        return INTERVAL_S // self.wire.readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """All sensors, and the days that they are played."""

    estate: Estate
    cases: tuple[Case, ...]
    start: datetime
    end: datetime
    openings: Mapping[str, list[tuple[datetime, datetime]]]
    """By room."""


def combinations() -> Iterator[tuple[Wire, CountKind, str]]:
    """Every fault with some ways of writing, and every kind, that can have it; some with all."""
    for fault in FAULTS:
        for wire in WIRES:
            for kind in wire.kinds:
                clock = not fault.startswith("clock") or wire.has_clock
                clock &= (wire.codec, fault) != _OWN_MEANING
                total = fault not in _OF_TOTALS or kind is TOTAL
                stuck = fault != "stuck" or kind in (TOTAL, PRESENT)
                said = fault != "reboot-said" or wire.says_boot
                asked = wire.name in PUT_TO_ALL or fault == _TRIFLE_OF[wire.is_timed]
                if clock and total and stuck and said and asked and _is_playable(wire, kind):
                    yield wire, kind, fault


def _is_playable(wire: Wire, kind: CountKind) -> bool:
    """Whether all is known of a quarter-hour, and the topic subscribed to from the start."""
    at_edges = kind is not PRESENT or wire.readings == 1
    return wire.tells_all(kind) and at_edges and wire.codec != "home-assistant"


def town(sensors: int, days: int, seed: int) -> Town:
    """So many sensors, one a room, with every combination in turn."""
    chosen = list(islice(cycle(combinations()), sensors))
    estate = _estate(chosen)
    hours = dict.fromkeys((v.id for v in estate.venues), HOURS)
    world, dates = World(estate, _SCENARIO, seed), [FIRST_DAY + timedelta(n) for n in range(days)]
    played = [world.play_day(day, hours).reports for day in dates]
    streams, zone = Streams(seed), estate.venues[0].tz
    start, end = (instant(d, 240, zone) for d in (dates[0], dates[-1] + timedelta(1)))
    span = Stretch(int(start.timestamp()), int(end.timestamp()))
    cases = []
    for number, (wire, _, fault) in enumerate(chosen):
        perfect = joined([reports[number] for reports in played])
        plan = _fitting(drawn(FAULTS[fault], perfect.sensor, span, streams))
        device = wire.device(number)
        cases.append(
            Case(
                room=estate.rooms[number].id,
                wire=wire,
                device=device,
                fault=fault,
                plan=plan,
                perfect=perfect,
                posted=posted(perfect, plan, wire, device, streams),
            )
        )
    opens = [tuple(instant(day, minute, zone) for minute in (540, 1200)) for day in dates]
    openings = [(a, b) for a, b in opens]
    return Town(
        estate=estate,
        cases=tuple(cases),
        start=start,
        end=end,
        openings={room.id: openings for room in estate.rooms},
    )


def _fitting(plan: FaultPlan) -> FaultPlan:
    """The plan with clocks that go wrong between two readings."""
    rounded = [
        (c.begin_s - c.begin_s % INTERVAL_S, c.end_s - c.end_s % INTERVAL_S) for c in plan.clocks
    ]
    clocks = [
        c._replace(begin_s=begin, end_s=end, shows_s=c.shows_s - c.begin_s % INTERVAL_S)
        for c, (begin, end) in zip(plan.clocks, rounded, strict=True)
        if begin < end
    ]
    return replace(plan, clocks=tuple(clocks))


def _estate(chosen: list[tuple[Wire, CountKind, str]]) -> Estate:
    venues = range(-(-len(chosen) // ROOMS_A_VENUE))
    return Estate.model_validate(
        {
            "areas": [{"id": "a", "name": "A"}],
            "venues": [
                {"id": f"v{n}", "name": f"V{n}", "type": "hall", "area": "a", "hours": {}}
                for n in venues
            ],
            "rooms": [
                {"id": f"r{n}", "name": f"R{n}", "venue": f"v{n // ROOMS_A_VENUE}"}
                for n in range(len(chosen))
            ],
            "sensors": [
                {
                    "id": f"s{n}",
                    "room": f"r{n}",
                    "kind": kind,
                    "interval_s": INTERVAL_S // wire.readings,
                }
                for n, (wire, kind, _) in enumerate(chosen)
            ],
        }
    )


_BELLS = [
    {"at": "11:00", "spread_minutes": 90, "visits": VISITS * ROOMS_A_VENUE / 2},
    {"at": "17:00", "spread_minutes": 120, "visits": VISITS * ROOMS_A_VENUE / 2},
]
_SCENARIO = Scenario.model_validate(
    {
        "types": {"hall": {"workday": _BELLS, "free_day": _BELLS, "stay_minutes": 40}},
        "counter": {"in_rate": 1, "out_rate": 1},
    }
)


def rows_in_place(case: Case) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(readings,) whether the reading is right, arrives, and can be put where it belongs.

    Of a clock that is some hours behind nobody can tell that it is not a late message.
    """
    spoken = case.posted.spoken
    behind = (spoken.written_s < spoken.true.time_s) & case.fault.endswith(Clock.BEHIND)
    return np.asarray(case.posted.arrived & spoken.sound & ~behind, np.bool_)
