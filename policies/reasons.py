"""Every reason code and piece of evidence a proposal may carry, with what its facts mean.

The console has a sentence for every code in every language; a code or fact that is not in these
tables cannot be made. Times are "HH:MM", days are "mon", "mon-fri" or "mon, wed-fri", limits are
fields of `domain.estate.Limits`.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.hours import WEEKDAYS
from domain.planning import Fact, Reason


class Code(StrEnum):
    """What a reason says."""

    OPENS_EARLIER = "opens_earlier"
    OPENS_LATER = "opens_later"
    CLOSES_EARLIER = "closes_earlier"
    CLOSES_LATER = "closes_later"
    ADDS_BLOCK = "adds_block"
    """Opens at a time of day that stands apart from today's hours."""
    DROPS_BLOCK = "drops_block"
    ADDS_BREAK = "adds_break"
    """Closes between two stretches that stay open."""
    DROPS_BREAK = "drops_break"
    DAY_OPENS = "day_opens"
    DAY_CLOSES = "day_closes"
    WHO_WINS = "who_wins"
    WHO_LOSES = "who_loses"
    STAFFED_HOURS = "staffed_hours"
    LIMITED_BY = "limited_by"
    """The limit costs visits: without it the best hours would be worth more."""
    LEADS_TO_BLOCK = "leads_to_block"
    """Some of what opens does not pay: it is the way to a block that does, and closes again."""
    MENDS_LIMIT = "mends_limit"
    """Today's hours do not keep the limit; the proposed ones do, or come nearer to it."""
    STAYS_OUTSIDE_LIMIT = "stays_outside_limit"
    """The proposed hours do not keep the limit, as today's do not."""
    BOOKINGS_HOLD = "bookings_hold"
    """Bookings keep the venue open where it would else be closed."""
    PLANNED_WITH = "planned_with"
    """Planned together with linked venues."""
    DECIDED_WITH = "decided_with"
    """Linked venues change by the same plan, all or none."""
    STANDS_IN_FOR = "stands_in_for"
    """While they are closed, it serves people of linked venues."""
    STOOD_IN_BY = "stood_in_by"
    """While it is closed, linked venues serve its people."""
    COVERAGE_KEPT = "coverage_kept"
    """Wherever someone within the walk is open today, someone stays open."""
    ORDINARY_WEEK_ONLY = "ordinary_week_only"
    """Public holidays and special days keep their own hours."""
    ALREADY_BEST = "already_best"
    """Today's hours are the best found."""
    KEPT_SMALL_GAIN = "kept_small_gain"
    """Better hours were found, but not by enough to trouble people with a change."""
    NOT_ENOUGH_WEEKS = "not_enough_weeks"
    SENSOR_UNHEALTHY = "sensor_unhealthy"
    """Counters were silent for most of the time in which the venue is open."""
    DEMAND_UNKNOWN = "demand_unknown"
    """Nothing is known of demand at times in which the venue is open."""
    LIMITS_CONFLICT = "limits_conflict"
    """No hours can keep these limits together."""
    HOURS_CROSS_DAYS = "hours_cross_days"
    """A block, of today's or of the core hours, runs from one business day into the next."""


_CHANGE: Mapping[str, str] = {
    "days": "days on which this changes",
    "from": "time, today: of the edge that moves, or the start of the stretch",
    "to": "time, proposed: of the edge that moves, or the end of the stretch",
    "visits_per_hour": "expected arrivals an hour in the stretch that opens or closes",
    "visits": "expected arrivals a week in it, over all the days",
    "break_even": "arrivals an hour that make it worth being open",
}

FACTS: Mapping[Code, Mapping[str, str]] = {
    Code.OPENS_EARLIER: _CHANGE,
    Code.OPENS_LATER: _CHANGE,
    Code.CLOSES_EARLIER: _CHANGE,
    Code.CLOSES_LATER: _CHANGE,
    Code.ADDS_BLOCK: _CHANGE,
    Code.DROPS_BLOCK: _CHANGE,
    Code.ADDS_BREAK: _CHANGE,
    Code.DROPS_BREAK: _CHANGE,
    Code.DAY_OPENS: _CHANGE,
    Code.DAY_CLOSES: _CHANGE,
    Code.WHO_WINS: {"visits": "visits a week gained at times that open", "hours": "those hours"},
    Code.WHO_LOSES: {"visits": "visits a week lost at times that close", "hours": "those hours"},
    Code.STAFFED_HOURS: {
        "before": "staffed hours a week, today",
        "after": "staffed hours a week, proposed",
        "change": "the difference",
    },
    Code.LIMITED_BY: {
        "limit": "the limit",
        "gain": "visits a week, net, that the best hours without it would be worth more",
    },
    Code.LEADS_TO_BLOCK: {"days": "days on which it is so"},
    Code.MENDS_LIMIT: {"limit": "the limit", "days": "days on which today's hours break it"},
    Code.STAYS_OUTSIDE_LIMIT: {"limit": "the limit", "days": "days on which it stays broken"},
    Code.BOOKINGS_HOLD: {"hours": "hours a week that stay open for bookings alone"},
    Code.PLANNED_WITH: {"venues": "names of the others"},
    Code.DECIDED_WITH: {"venues": "names of the others that change"},
    Code.STANDS_IN_FOR: {
        "venues": "names of those it stands in for",
        "visits": "visits a week of their people, by the proposed hours",
    },
    Code.STOOD_IN_BY: {
        "venues": "names of those that stand in",
        "visits": "visits a week of its people there, by the proposed hours",
    },
    Code.COVERAGE_KEPT: {},
    Code.ORDINARY_WEEK_ONLY: {},
    Code.ALREADY_BEST: {},
    Code.KEPT_SMALL_GAIN: {
        "gain": "visits a week, net, that the best hours found would be worth more",
        "needed": "what they would have to be worth more",
    },
    Code.NOT_ENOUGH_WEEKS: {"weeks": "healthy weeks observed", "needed": "weeks needed"},
    Code.SENSOR_UNHEALTHY: {
        "seen": "times a quarter-hour of today's hours was seen, on average",
        "needed": "times needed",
    },
    Code.DEMAND_UNKNOWN: {"hours": "open hours a week of which nothing is known"},
    Code.LIMITS_CONFLICT: {"limits": "the limits", "days": "where; empty: in the whole week"},
    Code.HOURS_CROSS_DAYS: {"day_starts": "time at which the venue's business day starts"},
}

EVIDENCE: Mapping[str, str] = {
    "healthy_weeks": "weeks of healthy observation",
    "seen_slots": "times a quarter-hour of today's hours was seen, on average",
    "days_left_out": "open days left out: they looked like holidays or a silent sensor",
    "assumed_stay_minutes": "mean stay assumed to infer arrivals from people present",
    "unknown_hours": "open hours a week of which nothing is known",
    "break_even": "arrivals an hour that make it worth being open",
    "visits_per_open_hour": "expected arrivals an hour at today's hours",
    "first_hour_visits": "the same in the first hour after opening",
    "last_hour_visits": "the same in the last hour before closing",
    "staff_budget_hours": "staffed hours a week, at most",
    "staff_budget_used": "share of them that the proposed hours take",
    "staff_hour_price": "net visits that one more staffed hour would bring; 0: budget not used up",
    "net_gain": "net visits a week by which the best hours found beat today's",
    "group_staff_budget_hours": "staffed hours a week of all linked venues, at most",
    "group_staff_budget_used": "share of them that the proposed hours take",
    "group_net_gain": "net visits a week by which the group's hours beat today's",
    "certificate": "share by which better hours could exist; 0: proved best",
}
"""Numbers that a proposal's `evidence` may hold; each where it is known."""


def reason(code: Code, facts: Mapping[str, Fact] | None = None) -> Reason:
    """A reason whose facts are those of its code, numbers rounded to two decimals.

    Raises `ValueError` for other facts: that is a fault of the program.
    """
    return with_facts(code, FACTS[code], facts or {})


def with_facts(
    code: str, expected: Mapping[str, str], facts: Mapping[str, Fact], decimals: int = 2
) -> Reason:
    """A reason with just the facts that are `expected` of its code, numbers rounded.

    Raises `ValueError` for other facts: that is a fault of the program.
    """
    if facts.keys() != expected.keys():
        raise ValueError(f"{code} has the facts {sorted(expected)}, not {sorted(facts)}")
    return Reason(str(code), {k: rounded(v, decimals) for k, v in facts.items()})


def rounded(fact: Fact, decimals: int = 2) -> Fact:
    """A number to some decimals; text as it is."""
    return round(float(fact), decimals) + 0.0 if isinstance(fact, float) else fact


def days_text(days: tuple[int, ...]) -> str:
    """Days of the week, runs of them joined: (0, 2, 3, 4) → "mon, wed-fri"."""
    parts: list[list[int]] = []
    for day in sorted(days):
        if parts and parts[-1][-1] == day - 1:
            parts[-1].append(day)
        else:
            parts.append([day])
    return ", ".join(
        WEEKDAYS[p[0]] if len(p) == 1 else f"{WEEKDAYS[p[0]]}-{WEEKDAYS[p[-1]]}" for p in parts
    )
