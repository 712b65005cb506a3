"""What may be tried: stretches beside an opening or closing time, and what is known of each."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from domain.errors import InvalidInput
from domain.estate import Venue
from domain.hours import WeeklyHours
from policies.caution import VenueDemand
from policies.changes import open_shares
from policies.hours.kept import broken_limits
from policies.hours.slots import check_days
from policies.trials.trial import MOST_WEEKS, Edge, State, Trial, with_stretches
from policies.trials.worth import Belief, believed, seen_share

LENGTHS_MINUTES = (30, 45, 60)
_SETS_OF_DAYS = ((0, 1, 2, 3, 4), (5, 6))
"""Days that are tried together where they have the edge in common: people remember “until nine on
weekdays”, and five days a week prove in weeks what one proves in months."""
REST_WEEKS = 26
"""After a trial was withdrawn, its edge rests: were it tried again and again, one of twenty such
would be kept for luck."""

VENUE_REST_WEEKS = 8
"""After a trial has ended, and before another begins at its venue: the days of a trial keep their
hours, and meanwhile nothing else that was learnt can change them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stretch that could be tried."""

    venue: str
    days: tuple[int, ...]
    edge: Edge
    start: int
    """Minute after the business day's midnight."""
    end: int
    belief: Belief
    hours: float
    """Staffed hours a week, were it open on all its days."""
    cost: float
    """Visits that a day must bring to be worth it."""
    scale: float
    """Standard deviation of the difference between two like days, visits."""

    @property
    def worth(self) -> float:
        """Visits that a whole trial is expected to win."""
        return self.belief.worth(MOST_WEEKS)


def candidates(
    venue: Venue,
    demand: VenueDemand,
    today: WeeklyHours,
    scale: float,
    *,
    trials: Sequence[Trial] = (),
    first: date,
) -> tuple[Candidate, ...]:
    """The stretches of 30 to 60 minutes that the venue may try.

    None breaks a limit that today's hours keep, even in a week in which it is open on all its days;
    an explicit `staff_hours` holds with it. Where the venue has not consented, where demand is
    unknown or nothing is known of how its days vary, there is none.

    Args:
        venue: with its limits.
        demand: what is believed of it.
        today: hours in force, without those on trial.
        scale: as `pair_scale` has it.
        trials: so far, of this venue. Their hours are counted in; where one runs, or has been
            withdrawn in the `REST_WEEKS` before, its opening or closing time is left alone, and in
            the `VENUE_REST_WEEKS` before, the whole venue is.
        first: day on which a trial would begin.
    """
    rest = timedelta(weeks=VENUE_REST_WEEKS)
    if venue.trials != "allowed" or not scale > 0 or any(_rests(t, first, rest) for t in trials):
        return ()
    held = [t for t in trials if _holds(t, today, first)]
    most, broken = venue.limits.max_change_minutes, broken_limits(venue, today)
    found = []
    for days, edge, start, end in _stretches(today, most):
        if any(t.edge == edge and {*t.days} & {*days} and _meet(t, start, end) for t in held):
            continue
        try:
            before = _with_running(today, held)
            after = with_stretches(before, days, start, end)
            check_days(after, venue.day_starts)
        except InvalidInput:
            continue
        slots = open_shares(after, venue.day_starts) - open_shares(before, venue.day_starts)
        seen = seen_share(venue, edge, end - start)
        belief = believed(slots, demand, venue.limits.break_even_visits, seen)
        breaks = {b for b in broken_limits(venue, after) if b.day in days or b not in broken}
        if math.isnan(belief.net) or breaks:
            continue
        hours = (end - start) / 60
        found.append(
            Candidate(
                venue=venue.id,
                days=days,
                edge=edge,
                start=start,
                end=end,
                belief=belief,
                hours=len(days) * hours * venue.limits.staff,
                cost=venue.limits.break_even_visits * hours,
                scale=scale,
            )
        )
    return tuple(found)


def _rests(trial: Trial, first: date, rest: timedelta) -> bool:
    return trial.ended is not None and first < trial.ended + rest


def _holds(trial: Trial, today: WeeklyHours, first: date) -> bool:
    """Whether no other trial may begin at the same edge on `first`."""
    if trial.state is State.KEPT:
        try:
            return trial.kept_hours(today) != today
        except InvalidInput:
            return False
    return trial.ended is None or _rests(trial, first, timedelta(weeks=REST_WEEKS))


def _meet(trial: Trial, start: int, end: int) -> bool:
    """Whether a stretch lies where the trial's does, or next to it."""
    return start <= trial.end and trial.start <= end


def _with_running(today: WeeklyHours, trials: Sequence[Trial]) -> WeeklyHours:
    """The most that is open in a week: today's hours and all running trials."""
    for trial in trials:
        if trial.ended is None:
            today = trial.kept_hours(today)
    return today


def _stretches(
    today: WeeklyHours, most_minutes: int | None
) -> Iterator[tuple[tuple[int, ...], Edge, int, int]]:
    """Days, edge, start and end of every stretch beside today's blocks."""
    for among in _SETS_OF_DAYS:
        edges: dict[tuple[Edge, int], list[int]] = {}
        for day in among:
            for block in today.days[day]:
                edges.setdefault(("opens_earlier", block.start), []).append(day)
                edges.setdefault(("closes_later", block.end), []).append(day)
        for ((edge, at), days), length in product(edges.items(), LENGTHS_MINUTES):
            if most_minutes is None or length <= most_minutes:
                start, end = (at, at + length) if edge == "closes_later" else (at - length, at)
                yield tuple(days), edge, start, end
