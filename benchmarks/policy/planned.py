"""Policies that plan: by a naive profile, by ours, and by the truth."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.policy.contenders import Choose, Chosen
from domain.bins import Bins
from domain.calendars import SLOTS_A_DAY, local_slots
from domain.estate import Venue
from domain.hours import WeeklyHours
from domain.planning import Origin, ScheduleVersion, Verdict
from openhours.offline.memory import Memory
from openhours.offline.run import plan
from policies.hours.venue import plan_venue
from simulator.loop import ClosedLoop

Floats = NDArray[np.float64]

NAIVE_WEEKS = 8
HISTORY_WEEKS = 104


def ours(loop: ClosedLoop) -> Choose:
    """What openhours proposes on files, every week, trials included; all limits hold."""
    versions: dict[str, list[ScheduleVersion]] = {
        v.id: [_version(v.id, 1, v.hours, date(1970, 1, 5))] for v in loop.estate.venues
    }
    memory = Memory()

    def choose(loop: ClosedLoop, bins: Bins | None) -> Chosen:
        nonlocal memory
        for venue, known in versions.items():
            for since, hours in ((loop.monday, loop.hours[venue]), *loop.coming[venue]):
                if since > known[-1].effective_from and hours != known[-1].hours:
                    known.append(_version(venue, len(known) + 1, hours, since))
        if bins is None:
            return Chosen({})
        unsaid = replace(bins, full=np.full_like(bins.full, np.nan))
        found = plan(
            unsaid, loop.estate, versions, loop.monday, history_weeks=HISTORY_WEEKS, memory=memory
        )
        memory = found.memory
        changes = {p.venue: p.proposed for p in found.proposals if p.verdict is Verdict.CHANGE}
        return Chosen(changes, found.on_dates, memory.trials)

    return choose


def naive(_: ClosedLoop) -> Choose:
    """The same planner on the mean counts of the last weeks, what is closed being left alone."""

    def choose(loop: ClosedLoop, bins: Bins | None) -> Chosen:
        if bins is None or len(bins.start) < NAIVE_WEEKS * 7 * SLOTS_A_DAY:
            return Chosen({})
        if any(loop.coming.values()):
            return Chosen({})
        found = {}
        for venue in loop.estate.venues:
            rows = [bins.rooms.index(r.id) for r in loop.estate.rooms_by_venue[venue.id]]
            rate = _mean_entered(bins, rows, venue)
            value = rate - venue.limits.break_even_visits / 4
            hours = plan_venue(venue, value, loop.hours[venue.id]).hours
            if hours != loop.hours[venue.id]:
                found[venue.id] = hours
        return Chosen(found)

    return choose


def clairvoyant(loop: ClosedLoop) -> Choose:
    """The best hours by the true rates of each week to come, without largest change or notice.

    Limits of what hours may be (core, window, blocks, budget) hold.
    """
    venues = [_free(venue) for venue in loop.estate.venues]

    def choose(loop: ClosedLoop, _: Bins | None) -> Chosen:
        rates = loop.rates(loop.monday, 7)
        best = {
            venue.id: plan_venue(
                venue, rate - venue.limits.break_even_visits / 4, loop.hours[venue.id]
            ).hours
            for venue, rate in zip(venues, rates, strict=True)
        }
        return Chosen(best)

    return choose


def _free(venue: Venue) -> Venue:
    return venue.model_copy(
        update={"limits": venue.limits.model_copy(update={"max_change_minutes": None})}
    )


def _mean_entered(bins: Bins, rows: Sequence[int], venue: Venue) -> Floats:
    """(7, 96) mean entered by weekday and slot of the last weeks; NaN where it was never open."""
    recent = slice(-NAIVE_WEEKS * 7 * SLOTS_A_DAY, None)
    slots = local_slots(bins.start[recent], venue.tz, venue.day_starts)
    weekday = (slots.day.astype(np.int64) + 3) % 7
    entered = bins.entered[rows].sum(axis=0)[recent]
    seen = (bins.open[rows[0]][recent] > 0.99) & ~np.isnan(entered)
    total, times = np.zeros((7, SLOTS_A_DAY)), np.zeros((7, SLOTS_A_DAY))
    np.add.at(total, (weekday[seen], slots.slot[seen]), entered[seen])
    np.add.at(times, (weekday[seen], slots.slot[seen]), 1)
    return np.divide(total, times, out=np.full_like(total, np.nan), where=times > 0)


def _version(venue: str, number: int, hours: WeeklyHours, since: date) -> ScheduleVersion:
    return ScheduleVersion(
        venue=venue,
        number=number,
        hours=hours,
        effective_from=since,
        created_at=datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(days=1),
        origin=Origin.PROPOSAL,
    )
