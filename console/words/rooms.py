"""Sentences on under-used rooms: how much they are used, why so little, what might be done."""

from collections.abc import Mapping, Sequence

from console.rooms.flags import Flag, FlagReason
from console.words import sensors as sensor_words
from console.words import words
from console.words.i18n import Language, mark
from console.words.sentences import days_of
from domain.estate import Estate
from domain.planning import Fact
from policies.findings import State
from policies.underuse.flags import Feedback, Phase
from policies.underuse.reasons import Code

PHASES: Mapping[Phase, str] = {
    Phase.UNDERUSED: mark("Under-used"),
    Phase.CHECK: mark("Check the sensor"),
    Phase.QUIET: mark("Nothing to say"),
}
ANSWERS: Mapping[Feedback, str] = {
    Feedback.FINE: mark("This is fine"),
    Feedback.SEASONAL: mark("Seasonal"),
    Feedback.FIXED: mark("Fixed"),
    Feedback.WRONG: mark("This is wrong"),
}
SENTENCES: Mapping[str, str] = {
    Code.UNDERUSED: mark(
        "{utilisation} of its capacity is used (80% sure: {low} to {high}); it should be"
        " {threshold}. Seen for {weeks} weeks."
    ),
    Code.CAUSE_CLOSED: mark(
        "The door may be shut: on {empty_days} of its last {open_days} open days nobody came; on"
        " the others it is used enough."
    ),
    Code.CAUSE_BOOKED: mark("It is booked but not used: {booked} of its open time is booked."),
    Code.CAUSE_TWIN: mark(
        "There are two of a kind: {room}, {walk_minutes} minutes away, has places for all; at the"
        " fullest time both together hold {together} people, and it alone has {capacity} places."
    ),
    Code.CAUSE_UNKNOWN: mark(
        "People may not know of it: nearby, {rooms} rooms of its kind are used well ({nearby})."
    ),
    Code.CAUSE_EMPTY: mark(
        "Few people come: {people} on average while it is open, in a room for {capacity}."
    ),
    Code.SENSOR_FAULT: mark("One of its sensors does not count as it should: {state}."),
    Code.SENSOR_SILENT: mark(
        "Nobody was counted for {weeks} weeks, where {usual} crossings a week were usual. That is"
        " more likely the sensor than an empty room."
    ),
    Code.SENSOR_TILTED: mark(
        "In {weeks} weeks {entered} people were counted in and {left} out. People are missed in"
        " one direction."
    ),
    Code.SHORTEN_HOURS: mark(
        "Shorter hours: {days} from {from} to {to} hardly anybody is there ({hours} h a week)."
    ),
    Code.SHARE: mark(
        "Share with {room}, {walk_minutes} minutes away: it is full {days} from {from} to {to},"
        " and there are places here."
    ),
    Code.MERGE: mark("Merge it with {room}."),
    Code.RELEASE_BOOKINGS: mark("Release bookings that nobody turns up for."),
    Code.TELL_RESIDENTS: mark("Tell residents of it."),
    Code.CHECK_DOOR: mark("See whether the door is open at the hours on its sign."),
    Code.CHECK_SENSOR: mark("Check the sensor. Until then nothing is concluded from its counts."),
}
_SHARES = {"utilisation", "low", "high", "threshold", "booked", "nearby"}
_FINE = {"people", "hours"}
"""Facts of which a tenth counts."""


def phase(lang: Language, value: Phase) -> str:
    """Where a room stands, as a table entry."""
    return lang.text(PHASES[value])


def answer(lang: Language, value: Feedback) -> str:
    """What a manager may make of it."""
    return lang.text(ANSWERS[value])


def unused(lang: Language, flag: Flag) -> str:
    """How much of the room lay idle."""
    return lang.text(
        mark("{hours} place-hours a week unused"), hours=lang.number(flag.unused_hours)
    )


def title(lang: Language, month: str, flags: Sequence[Flag]) -> str:
    """Above the list: of how many rooms there is news in the latest month."""
    if not month:
        return lang.text(
            mark(
                "Rooms have not been looked at yet. Eight weeks of counts are needed before"
                " anything is said."
            )
        )
    news = sum(flag.month == month for flag in flags)
    return lang.text(
        mark("Rooms in {month}: {number} with news"), month=month, number=lang.number(news)
    )


def room_names(lang: Language, estate: Estate) -> Mapping[str, str]:
    """Names of rooms by id, each with its venue's."""
    return {
        room.id: f"{room.name_in(lang.code)} ({venue.name_in(lang.code)})"
        for venue in estate.venues
        for room in estate.rooms_by_venue[venue.id]
    }


def reason(lang: Language, value: FlagReason, names: Mapping[str, str]) -> str:
    """The sentence of a reason, given the names of rooms."""
    shown = {name: _fact(lang, name, fact, names) for name, fact in value.facts.items()}
    return lang.text(SENTENCES[value.code], **shown)


def _fact(lang: Language, name: str, fact: Fact, names: Mapping[str, str]) -> str:
    if isinstance(fact, str):
        if name == "days":
            return words.days(lang, days_of(fact))
        if name == "state":
            return sensor_words.state(lang, State(fact))
        return names.get(fact, fact) if name == "room" else fact
    if name in _SHARES:
        return lang.percent(fact)
    return lang.number(fact, 1 if name in _FINE else 0)
