"""The verdict on a venue's case, with its reasons: to change, to keep, or not enough data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from domain.calendars import SLOT_MINUTES
from domain.errors import InvalidInput
from domain.hours import WeeklyHours, clock_text
from domain.planning import Fact, Reason, Verdict
from policies.cases import Case, known
from policies.changes import change_reasons, find_changes
from policies.hours.conflicts import conflicts
from policies.hours.days import Mask
from policies.hours.kept import Broken, broken_limits
from policies.hours.limits import staff_budget_hours
from policies.hours.slots import check_days
from policies.hours.venue import VenuePlan, lifted_gains, plan_venue
from policies.reasons import Code, days_text, reason

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict, the hours it is for, and why."""

    verdict: Verdict
    hours: WeeklyHours
    reasons: tuple[Reason, ...]
    evidence: dict[str, Fact] = field(default_factory=dict)


def decide(case: Case) -> Outcome:
    """The verdict: keep what cannot be planned or decided, else the best hours if they gain."""
    if why := unplannable(case):
        return Outcome(Verdict.KEEP, case.current, why)
    if why := case.demand.shortfalls(case.open_now, case.caution):
        return Outcome(Verdict.NOT_ENOUGH_DATA, case.current, why)
    return _planned(case)


def unplannable(case: Case) -> tuple[Reason, ...]:
    """Why there can be no plan: hours across business days, or limits in conflict."""
    starts = case.venue.day_starts
    try:
        check_days(case.current, starts)
        check_days(case.venue.limits.core, starts)
    except InvalidInput:
        return (reason(Code.HOURS_CROSS_DAYS, {"day_starts": clock_text(starts)}),)
    return tuple(
        reason(Code.LIMITS_CONFLICT, {"limits": ", ".join(c.limits), "days": days_text(c.days)})
        for c in conflicts(case.venue)
    )


def _planned(case: Case) -> Outcome:
    caution = case.caution
    plan = _best(case, case.booked)
    if case.proved and _staffed_beyond(case, plan.hours):
        case = replace(case, tried=replace(case.tried, proved=()))
        plan = _best(case, case.booked)
    gain, mended = case.net_gain(plan.hours), mended_limits(case, plan.hours)
    proved = [t.reasons[-1] for t in case.adopted(plan.hours)]
    leads = _leads(case, plan.hours)
    evidence = _plan_evidence(plan, gain)
    is_worth_it = gain >= caution.min_gain_visits or mended or proved or leads
    if plan.hours != case.current and is_worth_it:
        why = [*_changes(case, plan.hours), *proved, *leads, *mended, *_outside(case, plan.hours)]
        why += [*_held(case, plan), *_limiting(case), *special_days(case)]
        return Outcome(Verdict.CHANGE, plan.hours, tuple(why), evidence)
    if plan.hours == case.current:
        kept = reason(Code.ALREADY_BEST)
    else:
        kept = reason(Code.KEPT_SMALL_GAIN, {"gain": gain, "needed": caution.min_gain_visits})
    why = [kept, *_outside(case, case.current), *_held(case, plan), *_limiting(case)]
    return Outcome(Verdict.KEEP, case.current, tuple(why), evidence)


def why_changed(case: Case, hours: WeeklyHours) -> list[Reason]:
    """What `hours` change, for whom, and which limits they mend or leave broken."""
    return [*_changes(case, hours), *mended_limits(case, hours), *_outside(case, hours)]


def _best(case: Case, booked: Mask | None) -> VenuePlan:
    stays = case.course.stays
    return plan_venue(
        case.to_plan,
        case.course.value(case.value),
        case.current,
        booked=stays if booked is None else stays | booked,
        hysteresis=case.caution.hysteresis_visits,
        edge=case.caution.edge_visits,
    )


def _staffed_beyond(case: Case, hours: WeeklyHours) -> bool:
    """Whether hours grow beyond the budget: what a trial proved waits until others may close."""
    budget = staff_budget_hours(case.venue, case.current)
    grows = case.staffed(hours) > case.staffed(case.current)
    return grows and case.staffed(hours) > budget + _ROUNDING


def _held(case: Case, plan: VenuePlan) -> list[Reason]:
    """How long bookings keep the venue open that would be closed without them."""
    if case.booked is None or not case.booked.any():
        return []
    held = case.shares(plan.hours) - case.shares(_best(case, None).hours)
    return bookings_hold(float(np.maximum(held, 0.0)[case.booked].sum()) * SLOT_MINUTES / 60)


def bookings_hold(hours: float) -> list[Reason]:
    """That bookings keep a venue open so many hours a week, where they do."""
    return [reason(Code.BOOKINGS_HOLD, {"hours": hours})] if hours else []


def _plan_evidence(plan: VenuePlan, gain: float) -> dict[str, Fact]:
    return known(
        {
            "net_gain": gain,
            "staff_hour_price": plan.staff_hour_price,
            "certificate": plan.certificate,
        }
    )


def _changes(case: Case, hours: WeeklyHours) -> Iterator[Reason]:
    """What changes, who gains and loses by it, and what staff it takes."""
    break_even, starts = case.venue.limits.break_even_visits, case.venue.day_starts
    changes = find_changes(case.current, hours, starts)
    yield from change_reasons(changes, case.demand.rate, starts, break_even)
    change = case.shares(hours) - case.open_now
    for code, part in ((Code.WHO_WINS, change), (Code.WHO_LOSES, -change)):
        moved = part > 0
        if moved.any():
            visits = float(np.sum(part[moved] * case.demand.rate[moved]))
            yield reason(code, {"visits": visits, "hours": float(part[moved].sum()) / 4})
    before, after = case.staffed(case.current), case.staffed(hours)
    yield reason(Code.STAFFED_HOURS, {"before": before, "after": after, "change": after - before})


def _leads(case: Case, hours: WeeklyHours) -> list[Reason]:
    """That hours open which do not pay, on the way to others that do."""
    opened = (case.shares(hours) > case.open_now) & case.course.way
    days = tuple(np.flatnonzero(opened.any(axis=1)).tolist())
    return [reason(Code.LEADS_TO_BLOCK, {"days": days_text(days)})] if days else []


def mended_limits(case: Case, hours: WeeklyHours) -> list[Reason]:
    """Limits that today's hours break, and `hours` do not, or less."""
    before = broken_limits(case.venue, case.current)
    mended = set(before - broken_limits(case.venue, hours))
    if hours.minutes < case.current.minutes:
        mended |= {b for b in before if b.limit == "staff_hours"}
    return _by_limit(Code.MENDS_LIMIT, mended)


def _outside(case: Case, hours: WeeklyHours) -> list[Reason]:
    return _by_limit(Code.STAYS_OUTSIDE_LIMIT, broken_limits(case.venue, hours))


def _by_limit(code: Code, broken: Iterable[Broken]) -> list[Reason]:
    days: dict[str, list[int]] = {}
    for limit, day in sorted(broken, key=str):
        days.setdefault(limit, []).extend([] if day is None else [day])
    return [
        reason(code, {"limit": limit, "days": days_text(tuple(on))}) for limit, on in days.items()
    ]


def _limiting(case: Case) -> list[Reason]:
    """The limits that hold the hours back by enough to matter."""
    gains = lifted_gains(
        case.venue, case.value, case.current, hysteresis=case.caution.hysteresis_visits
    )
    return [
        reason(Code.LIMITED_BY, {"limit": limit, "gain": gain})
        for limit, gain in gains.items()
        if gain >= case.caution.min_gain_visits
    ]


def special_days(case: Case) -> list[Reason]:
    """That days with hours of their own were not planned, where there are such days."""
    some = bool(case.venue.country or case.venue.special_days)
    return [reason(Code.ORDINARY_WEEK_ONLY)] if some else []
