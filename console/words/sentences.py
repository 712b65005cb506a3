"""Why a proposal says what it says, in sentences that a venue's manager accepts."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from console.words import words
from console.words.i18n import Language, mark
from domain.errors import Problem
from domain.hours import WEEKDAYS
from domain.planning import Effect, Fact, Proposal, Reason, Verdict
from policies.reasons import Code
from policies.trials.reasons import Code as TrialCode

_EXPECTED = mark(
    "Visits expected then: {visits_per_hour} an hour, {visits} a week;"
    " being open is worth it from {break_even} an hour."
)

CHANGES: Mapping[str, str] = {
    Code.OPENS_EARLIER: mark("{days}: opens at {to} instead of {from}."),
    Code.OPENS_LATER: mark("{days}: opens at {to} instead of {from}."),
    Code.CLOSES_EARLIER: mark("{days}: closes at {to} instead of {from}."),
    Code.CLOSES_LATER: mark("{days}: closes at {to} instead of {from}."),
    Code.ADDS_BLOCK: mark("{days}: also open from {from} to {to}."),
    Code.DROPS_BLOCK: mark("{days}: no longer open from {from} to {to}."),
    Code.ADDS_BREAK: mark("{days}: closed in between, from {from} to {to}."),
    Code.DROPS_BREAK: mark("{days}: stays open in between, from {from} to {to}."),
    Code.DAY_OPENS: mark("{days}: open from {from} to {to}, closed until now."),
    Code.DAY_CLOSES: mark("{days}: closed, open from {from} to {to} until now."),
}
"""What changes; `_EXPECTED` follows each."""

HEADLINES: Mapping[str, str] = {
    Code.OPENS_EARLIER: mark("opens {to}"),
    Code.OPENS_LATER: mark("opens {to}"),
    Code.CLOSES_EARLIER: mark("closes {to}"),
    Code.CLOSES_LATER: mark("closes {to}"),
    Code.ADDS_BLOCK: mark("also open {from}–{to}"),
    Code.DROPS_BLOCK: mark("no longer open {from}–{to}"),
    Code.ADDS_BREAK: mark("closed {from}–{to}"),
    Code.DROPS_BREAK: mark("stays open {from}–{to}"),
    Code.DAY_OPENS: mark("open {from}–{to}"),
    Code.DAY_CLOSES: mark("closed"),
}

STATEMENTS: Mapping[str, str] = {
    Code.WHO_WINS: mark(
        "Who wins: those who come at newly open times, about {visits} visits a week in {hours} h."
    ),
    Code.WHO_LOSES: mark(
        "Who loses: those who come at times that close, about {visits} visits a week in {hours} h."
    ),
    Code.STAFFED_HOURS: mark("Staffed hours go from {before} to {after} a week ({change})."),
    Code.LIMITED_BY: mark(
        "A limit costs visits: without “{limit}”, the best hours would be worth {gain} net visits a"
        " week more."
    ),
    Code.LEADS_TO_BLOCK: mark(
        "{days}: some of what opens does not pay by itself. It is the way to hours that do, for"
        " edges move step by step, and is closed again when these are reached."
    ),
    Code.MENDS_LIMIT: mark(
        "Today’s hours do not keep the limit “{limit}” ({days}); the proposed hours do, or come"
        " nearer to it."
    ),
    Code.STAYS_OUTSIDE_LIMIT: mark(
        "The limit “{limit}” is not kept ({days}), neither by today’s hours nor by the proposed"
        " ones."
    ),
    Code.BOOKINGS_HOLD: mark("Bookings keep {hours} h a week open that would else be closed."),
    Code.PLANNED_WITH: mark("Planned together with {venues}: they stand in for one another."),
    Code.DECIDED_WITH: mark(
        "The change belongs together with that of {venues}: all are approved or rejected at once."
    ),
    Code.STANDS_IN_FOR: mark(
        "Stands in for {venues} while closed: about {visits} visits a week of their people."
    ),
    Code.STOOD_IN_BY: mark(
        "While it is closed, about {visits} visits a week of its people go to {venues}."
    ),
    Code.COVERAGE_KEPT: mark(
        "Wherever its people find an open door within a walk today, they will still find one."
    ),
    Code.ORDINARY_WEEK_ONLY: mark(
        "This is about ordinary weeks. Public holidays and special days keep their own hours."
    ),
    Code.ALREADY_BEST: mark("Today’s hours are the best that could be found."),
    Code.KEPT_SMALL_GAIN: mark(
        "Better hours exist, worth {gain} net visits a week more. A change is worth its trouble"
        " from {needed} on."
    ),
    Code.NOT_ENOUGH_WEEKS: mark("Weeks of healthy counting so far: {weeks}. {needed} are needed."),
    Code.SENSOR_UNHEALTHY: mark(
        "The counters were silent for most of the open time: each quarter-hour was seen {seen}"
        " times on average, {needed} are needed. Please check the sensors."
    ),
    Code.DEMAND_UNKNOWN: mark(
        "Nothing is known of {hours} open hours a week, so nothing is changed on that ground."
    ),
    Code.LIMITS_CONFLICT: mark(
        "No hours can keep these limits together: {limits} ({days}). Please mend the estate."
    ),
    Code.HOURS_CROSS_DAYS: mark(
        "A block of hours runs past {day_starts}, where the venue’s business day begins. Please"
        " move the start of the day in the estate."
    ),
}
TRIALS: Mapping[str, str] = {
    TrialCode.TRIAL_STARTS: mark(
        "On trial, {days}: open from {from} to {to}, each of these days in one of every two weeks,"
        " drawn by lot. Expected: {net} net visits a week, four times in five between {low} and"
        " {high}. Being sure is worth {learns} net visits a week; it takes {hours} staffed hours a"
        " week at most. It was chosen with a probability of {propensity}."
    ),
    TrialCode.TRIAL_RUNS: mark(
        "On trial for {weeks} weeks, {days}: open from {from} to {to}. So far {pairs} pairs of days"
        " with and without it, {visits} more visits a day with it; from {break_even} on it is worth"
        " it. Evidence: {evidence}."
    ),
    TrialCode.TRIAL_KEPT: mark(
        "The trial was worth it, {days}: open from {from} to {to}. After {weeks} weeks and {pairs}"
        " pairs of days, {visits} more visits a day with it, {break_even} were needed; chance shows"
        " evidence like this ({evidence}) once in twenty at most."
    ),
    TrialCode.TRIAL_WITHDRAWN: mark(
        "The trial was not worth it, {days}: open from {from} to {to}. After {weeks} weeks and"
        " {pairs} pairs of days, {visits} more visits a day with it, {break_even} were needed"
        " (evidence: {evidence}). It ends after the notice period."
    ),
    TrialCode.TRIAL_UNDECIDED: mark(
        "The trial has proved nothing, {days}: open from {from} to {to}. After {weeks} weeks and"
        " {pairs} pairs of days, {visits} more visits a day with it, {break_even} were needed"
        " (evidence: {evidence}). Hours stay as they are."
    ),
    TrialCode.TRIAL_TOLD: mark(
        "The trial has told enough, {days}: open from {from} to {to}. After {weeks} weeks and"
        " {pairs} pairs of days, {visits} more visits a day with it, {break_even} were needed"
        " (evidence: {evidence}); more days would cost more than they tell. It ends after the"
        " notice period, and hours are planned by what was seen."
    ),
}
"""Of trials."""

_UNCHANGED_STAFFED_HOURS = mark("Staffed hours stay at {after} a week.")

LIMITS: Mapping[str, str] = {
    "core": mark("core hours"),
    "earliest": mark("earliest opening"),
    "latest": mark("latest closing"),
    "max_blocks": mark("blocks a day"),
    "min_block_minutes": mark("shortest block"),
    "max_block_minutes": mark("longest block"),
    "min_gap_minutes": mark("shortest break"),
    "staff_hours": mark("staffed hours a week"),
    "staff": mark("staff on duty"),
    "min_shift_minutes": mark("shortest shift"),
    "holidays": mark("what is done with public holidays"),
    "notice_days": mark("notice period"),
    "max_change_minutes": mark("largest change"),
    "break_even_visits": mark("visits that make an hour worth it"),
}


_HOURS = {"before", "after", "change", "hours"}
"""Facts that are hours: a half counts, however many there are."""

HEADLINE_PARTS = 2
"""Sets of days that a headline names."""


def _number(lang: Language, value: float) -> str:
    return lang.number(value, 1 if abs(value) < 10 else 0)


def _percent(lang: Language, value: float) -> str:
    return lang.percent(value)


def _fine_percent(lang: Language, value: float) -> str:
    return f"{lang.number(100 * value, 2)}%"


EVIDENCE: Mapping[str, tuple[str, Callable[[Language, float], str]]] = {
    "healthy_weeks": (mark("Weeks of healthy counting"), _number),
    "days_left_out": (mark("Days left out as unusual, such as holidays"), _number),
    "assumed_stay_minutes": (mark("Minutes that a visit is assumed to last"), _number),
    "seen_slots": (mark("Times each open quarter-hour was seen"), _number),
    "unknown_hours": (mark("Open hours a week of which nothing is known"), _number),
    "break_even": (mark("Visits an hour that make it worth being open"), _number),
    "visits_per_open_hour": (mark("Expected visits an open hour"), _number),
    "first_hour_visits": (mark("Expected visits in the first hour"), _number),
    "last_hour_visits": (mark("Expected visits in the last hour"), _number),
    "staff_budget_hours": (mark("Staffed hours a week, at most"), _number),
    "staff_budget_used": (mark("Of these, taken by the proposed hours"), _percent),
    "staff_hour_price": (mark("Net visits that one more staffed hour would bring"), _number),
    "net_gain": (mark("Net visits a week by which the best hours beat today’s"), _number),
    "group_staff_budget_hours": (mark("Staffed hours a week of linked venues, at most"), _number),
    "group_staff_budget_used": (mark("Of these, taken by all the proposed hours"), _percent),
    "group_net_gain": (
        mark("Net visits a week by which the group’s hours beat today’s"),
        _number,
    ),
    "certificate": (mark("Better hours could exist by at most"), _fine_percent),
}


def reason(lang: Language, value: Reason) -> str:
    """The sentence of a reason; a code without one shows itself, so that nothing is hidden."""
    shown = {name: _fact(lang, name, fact) for name, fact in value.facts.items()}
    if value.code in CHANGES:
        both = lang.text(CHANGES[value.code], **shown), lang.text(_EXPECTED, **shown)
        return _capital(lang.text(mark("{first} {then}"), first=both[0], then=both[1]))
    if value.code == Code.STAFFED_HOURS and shown["change"] == "±0":
        return lang.text(_UNCHANGED_STAFFED_HOURS, **shown)
    for said in (STATEMENTS, TRIALS):
        if value.code in said:
            return lang.text(said[value.code], **shown)
    return f"{value.code}: {', '.join(f'{k} {v}' for k, v in shown.items())}"


def headline(lang: Language, proposal: Proposal) -> str:
    """A proposal in half a line: its first changes, or that the hours stay."""
    if proposal.verdict is Verdict.KEEP:
        return lang.text(mark("The hours stay as they are"))
    if proposal.verdict is Verdict.NOT_ENOUGH_DATA:
        return lang.text(mark("Not enough data yet: the hours stay"))
    by_days: dict[str, list[str]] = {}
    for change in (r for r in proposal.reasons if r.code in HEADLINES):
        shown = {name: _fact(lang, name, fact) for name, fact in change.facts.items()}
        said = lang.text(HEADLINES[change.code], **shown)
        by_days.setdefault(str(change.facts["days"]), []).append(said)
    parts = [
        lang.text(
            mark("{days}: {changes}"),
            days=words.days(lang, days_of(days), short=True),
            changes=lang.text(mark(", ")).join(said),
        )
        for days, said in by_days.items()
    ]
    if not parts:
        return lang.text(mark("Other opening hours"))
    text = lang.text(mark("; ")).join(parts[:HEADLINE_PARTS])
    more = len(parts) - HEADLINE_PARTS
    return text if more <= 0 else lang.text(mark("{changes}, and {n} more"), changes=text, n=more)


def hours_problem(lang: Language, problem: Problem) -> str:
    """What is wrong with hours that somebody wrote: a limit that they break, or how they read."""
    if problem.what in LIMITS:
        where = words.days(lang, days_of(problem.where)) if problem.where else ""
        told = mark("{days}: these hours do not keep the limit “{limit}”.")
        return lang.text(
            told,
            days=where or lang.text(mark("the whole week")),
            limit=lang.text(LIMITS[problem.what]),
        )
    return str(problem)


def how_sure(lang: Language, effect: Effect) -> str:
    """The interval of the effect on visits, beside what there is today."""
    low, _, high = effect.visits
    return lang.text(
        mark("80% sure: between {low} and {high}, against {now} visits now ({share})"),
        low=lang.signed(low),
        high=lang.signed(high),
        now=lang.number(effect.visits_now),
        share=_relative(lang, effect),
    )


def evidence(lang: Language, given: Mapping[str, Fact]) -> Iterator[tuple[str, str]]:
    """What a proposal rests on, as pairs of a label and a number."""
    for name, fact in given.items():
        label, shape = EVIDENCE.get(name, (name, _number))
        yield lang.text(label), shape(lang, fact) if not isinstance(fact, str) else fact


def days_of(text: str) -> Sequence[int]:
    """Indices of the days in "mon, wed-fri"."""
    found: list[int] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        first, _, last = part.partition("-")
        found += range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
    return found


def _relative(lang: Language, effect: Effect) -> str:
    if effect.visits_now <= 0:
        return lang.text(mark("none until now"))
    return f"{lang.signed(100 * effect.visits.mean / effect.visits_now)}%"


def _fact(lang: Language, name: str, fact: Fact) -> str:
    """A fact as a sentence shows it."""
    if not isinstance(fact, str):
        if name in _HOURS:
            return lang.signed(fact, 1) if name == "change" else lang.number(fact, 1)
        return _number(lang, fact)
    if name == "days":
        return words.days(lang, days_of(fact)) if fact else lang.text(mark("the whole week"))
    if name in {"limit", "limits"}:
        names = [lang.text(LIMITS.get(n.strip(), n.strip())) for n in fact.split(",")]
        return lang.text(mark(", ")).join(names)
    return fact


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
