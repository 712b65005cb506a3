"""What came of the roll-out that was drawn last, from stored bins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from math import nan
from threading import Lock

import numpy as np

from console.trials.outcome import Outcome
from domain.calendars import epoch_us
from domain.clock import Clock
from domain.errors import InvalidInput, NotFound
from domain.estate import Estate
from domain.hand_checks import hand_checks
from domain.planning import ScheduleVersion
from domain.ports import Ledger, TimeSeriesStore
from domain.rollouts import DrawnRollout
from domain.schedules import openings_of
from domain.sensor_bins import BIN_US
from openhours.measuring.rollouts import members
from openhours.planning.history import week_start
from openhours.planning.trials import without_trial_days
from policies.flows import venue_bins
from policies.occupancy import occupancy, with_full
from policies.uplift.breaches import breaches
from policies.uplift.claim import claimed
from policies.uplift.days import day_totals
from policies.uplift.figures import Measure, figures
from policies.uplift.panel import DayTotals
from policies.uplift.rollout import Rollout

DAY = timedelta(days=1)
WEEKS_BEFORE = 26
"""Weeks before the first wave that are looked at; more would be another season."""


class UpliftDesk:
    """`outcome` for the pages: worked out once a day, and anew where another order was drawn."""

    def __init__(self, ledger: Ledger, timeseries: TimeSeriesStore, clock: Clock) -> None:
        self._ledger, self._timeseries, self._clock = ledger, timeseries, clock
        self._lock = Lock()
        self._known: tuple[tuple[date, int], Outcome] | None = None

    def __call__(self) -> Outcome:
        """Raises what `outcome` raises."""
        now = self._clock.now()
        key = now.date(), len(self._ledger.rollouts())
        with self._lock:
            if self._known is None or self._known[0] != key:
                self._known = key, outcome(self._ledger, self._timeseries, now)
            return self._known[1]


def outcome(ledger: Ledger, timeseries: TimeSeriesStore, now: datetime) -> Outcome:
    """What the roll-out drawn last did, by the weeks that have ended at the aware instant `now`.

    Raises:
        NotFound: none was drawn, or its groups have left the estate.
        InvalidInput: no week of it has ended.
    """
    if not (every := ledger.rollouts()):
        raise NotFound("no roll-out was drawn", hint="draw one: openhours rollout draw --help")
    drawn, estate, schedules = every[-1], ledger.estate(), ledger.schedules()
    group_of = _watched(estate, drawn)
    venues = [estate.venue(v) for v in group_of]
    end = min(drawn.waves[-1], min((week_start(v, now) for v in venues), default=date.min))
    if end <= drawn.waves[0]:
        raise InvalidInput(
            f"no week of the roll-out has ended: the first begins on {drawn.waves[0]}",
            hint="come back a week after that, or rather after some",
        )
    start = drawn.waves[0] - timedelta(weeks=WEEKS_BEFORE)
    measured = measured_days(ledger, timeseries, group_of, (start, end), now)
    changes = {v.id: _changes(schedules.get(v.id, ()), drawn, end) for v in venues}
    rollout = Rollout(
        groups=drawn.groups,
        blocks=drawn.blocks,
        waves=drawn.waves,
        wave=drawn.wave,
        seed=drawn.seed,
    )
    claim = claimed(
        measured[Measure.VISITS],
        rollout,
        np.random.default_rng(drawn.seed),
        changed=np.array([bool(changes[v.id]) for v in venues]),
    )
    wave_of = dict(zip(drawn.groups, (drawn.waves[w] for w in drawn.wave), strict=True))
    return Outcome(
        rollout=drawn,
        claim=claim,
        figures=figures(measured, rollout, _subjects(estate, group_of)) if claim.effect else (),
        too_early={
            venue: days[0]
            for venue, days in changes.items()
            if days and days[0] < wave_of[group_of[venue]]
        },
    )


def _watched(estate: Estate, drawn: DrawnRollout) -> dict[str, str]:
    """Venues of the roll-out that have rooms, with the group of each. Raises `NotFound`."""
    known = members(estate)
    if gone := [g for g in drawn.groups if g not in known]:
        raise NotFound(
            f"groups of the roll-out have left the estate: {', '.join(gone)}",
            hint="put them back as they were drawn",
        )
    return {v: g for g in drawn.groups for v in known[g] if estate.rooms_by_venue[v]}


def _changes(versions: Sequence[ScheduleVersion], drawn: DrawnRollout, end: date) -> list[date]:
    """When hours changed from the first weeks that are looked at on."""
    first = drawn.waves[0] - timedelta(weeks=WEEKS_BEFORE)
    return sorted(v.effective_from for v in versions if first <= v.effective_from < end)


def measured_days(
    ledger: Ledger,
    timeseries: TimeSeriesStore,
    group_of: Mapping[str, str],
    span: tuple[date, date],
    now: datetime,
) -> Mapping[Measure, DayTotals]:
    """Day totals of the venues over a span of business days, all of which have ended."""
    estate, schedules, (first, end) = ledger.estate(), ledger.schedules(), span
    venues = [estate.venue(v) for v in group_of]
    rooms = [estate.rooms_by_venue[v] for v in group_of]
    from_ = datetime.combine(first - DAY, time(), UTC)
    until = min(datetime.combine(end + DAY, time(), UTC), now)
    number = (end - first).days + 3
    opened = {v.id: openings_of(v, schedules.get(v.id, ()), first - DAY, number) for v in venues}
    slots = epoch_us(from_) // BIN_US, epoch_us(until) // BIN_US
    sensors = {s.id for room in chain(*rooms) for s in estate.sensors_by_room[room.id]}
    said = timeseries.bins(sensors, *slots)
    bins = venue_bins(said, [*chain(*rooms)], estate.sensors, from_, until, opened)
    capacity = np.array([sum(r.capacity or nan for r in its) for its in rooms])
    space_of = {room.id: room.venue for its in rooms for room in its}
    hand = hand_checks(ledger, timeseries, estate, now).in_spaces(space_of)
    present = occupancy(bins, venues, capacity=capacity, hand=hand).present
    plain = [without_trial_days(estate).venue(v) for v in group_of]
    totals = day_totals(
        with_full(bins, present, capacity), plain, [*group_of.values()], present, capacity, span
    )
    visits = totals[Measure.VISITS]
    days = visits.day.tolist()
    broken = [
        breaches(v, schedules.get(v.id, ()), days, types)
        for v, types in zip(plain, visits.day_type, strict=True)
    ]
    return {**totals, Measure.BREACHES: replace(visits, total=np.stack(broken))}


def _subjects(estate: Estate, group_of: Mapping[str, str]) -> dict[str, list[str]]:
    """Venues by venue, group, and area around them; a subject is named as "area old-town"."""
    found: dict[str, list[str]] = {f"venue {v}": [v] for v in group_of}
    around = {a.id: a.part_of for a in estate.areas}
    for venue, group in group_of.items():
        found.setdefault(f"group {group}", []).append(venue)
    for venue in group_of:
        for area in _areas(estate.venue(venue).area, around):
            found.setdefault(f"area {area}", []).append(venue)
    return found


def _areas(area: str | None, around: Mapping[str, str | None]) -> Iterator[str]:
    while area is not None:
        yield area
        area = around[area]
