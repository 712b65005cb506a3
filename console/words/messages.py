"""Sentences of messages to people: subjects that say what to do, and a sentence for each notice."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from json import loads
from zoneinfo import ZoneInfo

from console.rooms.flags import FlagReason
from console.sensors.report import FindingOut
from console.words import rooms as room_words
from console.words import sensors as sensor_words
from console.words import sentences, uplift, words
from console.words.i18n import Language, mark
from domain.estate import Estate
from domain.hours import WeeklyHours
from domain.messages import Delivery, Kind, Notice, Sending
from domain.planning import Proposal, Reason
from policies.findings import State

SUBJECTS: Mapping[Kind, str] = {
    Kind.STORE: mark("act now, the store is away"),
    Kind.BROKER: mark("act now, the message broker is away"),
    Kind.OUTBOX: mark("act now, messages cannot be sent"),
    Kind.DISK: mark("act now, the disk is nearly full"),
    Kind.PROPOSAL: mark("proposals to decide on: {n}"),
    Kind.PROPOSAL_LATE: mark("proposals that wait too long: {n}"),
    Kind.PROPOSAL_VERY_LATE: mark("proposals that nobody decides on: {n}"),
    Kind.SENSOR: mark("sensors to check: {n}"),
    Kind.FULL: mark("full rooms to see to: {n}"),
    Kind.HOURS: mark("new hours to put up: {n}"),
    Kind.TRIAL: mark("trials to know of: {n}"),
    Kind.EFFECT: mark("what new hours did, to read"),
    Kind.ROOM: mark("under-used rooms to look at: {n}"),
}
OVER = mark("good to know, trouble is over: {n}")
SUBJECT_PARTS = 3
HEADINGS: Mapping[Kind, str] = {
    Kind.STORE: mark("Needs you now"),
    Kind.BROKER: mark("Needs you now"),
    Kind.OUTBOX: mark("Needs you now"),
    Kind.DISK: mark("Needs you now"),
    Kind.PROPOSAL: mark("Please decide"),
    Kind.PROPOSAL_LATE: mark("These proposals wait too long. Decide, or ask those who should."),
    Kind.PROPOSAL_VERY_LATE: mark(
        "Nobody decides on these proposals. See who answers for the venue, or decide."
    ),
    Kind.SENSOR: mark("Sensors to check"),
    Kind.FULL: mark("Full rooms"),
    Kind.HOURS: mark("New opening hours: please see to the signs"),
    Kind.TRIAL: mark("Trials"),
    Kind.EFFECT: mark("What the new hours did"),
    Kind.ROOM: mark("Under-used rooms"),
}
DELIVERIES: Mapping[Delivery, str] = {
    Delivery.DIGEST: mark("once a day, all in one"),
    Delivery.AT_ONCE: mark("at once"),
    Delivery.OFF: mark("not at all, and nothing else does"),
}
_TROUBLE: Mapping[Kind, tuple[str, str]] = {
    Kind.STORE: (
        mark(
            "The store of readings takes nothing. Counts are kept on disk meanwhile, then at the"
            " broker. See whether the database runs and has space."
        ),
        mark("The store of readings works again."),
    ),
    Kind.BROKER: (
        mark(
            "The message broker cannot be reached: no counts come in, and doors and signs hear of"
            " no new hours. See whether it runs, and the network to it."
        ),
        mark("The message broker is back."),
    ),
    Kind.OUTBOX: (
        mark(
            "Messages that could not be sent for long: {n}. `openhours messages list` and the log"
            " say why."
        ),
        mark("The messages that were held up have gone."),
    ),
    Kind.DISK: (
        mark(
            "{free} GB are left on the disk where counts are kept. When it is full, nothing more"
            " is stored. Make space, or keep readings for fewer days."
        ),
        mark("There is space on the disk again."),
    ),
}
_SENSOR = mark("{venue}, sensor {sensor}: {sentence}")
_SENSOR_OVER = mark("That is over.")
_FULL = mark("{room}: full at {time}, with {people} people and {capacity} places.")
_FULL_OVER = mark("{room}: there are places again.")
_AT_VENUE = mark("{venue}: {sentence}")
_WAITS = mark("{venue}: {headline}. It has waited for {days} days.")
_HOURS = mark("{venue}, from {day}: {week}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What sentences are made from, beside the notices."""

    estate: Estate
    proposals: Mapping[str, Proposal]
    """Those that are open, by id."""
    zone: ZoneInfo
    """Of the reader."""


def subject(lang: Language, notices: Sequence[Notice]) -> str:
    """What to do, the most urgent first."""
    begun = Counter(n.kind for n in notices if not n.ends)
    parts = [lang.text(SUBJECTS[kind], n=lang.number(begun[kind])) for kind in Kind if begun[kind]]
    if over := sum(bool(n.ends) for n in notices):
        parts.append(lang.text(OVER, n=lang.number(over)))
    more = len(parts) - SUBJECT_PARTS
    text = lang.text(mark("; ")).join(parts[:SUBJECT_PARTS])
    if more > 0:
        text = lang.text(mark("{changes}, and {n} more"), changes=text, n=more)
    return text[:1].upper() + text[1:]


def heading(lang: Language, kind: Kind) -> str:
    """Above the notices of a kind."""
    return lang.text(HEADINGS[kind])


def sentence(lang: Language, notice: Notice, known: Known) -> str:
    """What one notice says."""
    return _SAYS.get(notice.kind, _trouble)(lang, notice, known)


def delivery(lang: Language, value: Delivery) -> str:
    """When somebody wants what can wait."""
    return lang.text(DELIVERIES[value])


def sent(lang: Language, sending: Sending, zone: ZoneInfo) -> str:
    """What became of a message by one channel."""
    if sending.sent_at:
        return lang.text(mark("sent {when}"), when=lang.moment(sending.sent_at, zone))
    if sending.given_up_at:
        return lang.text(mark("given up: {error}"), error=sending.error)
    if sending.attempts:
        n = lang.number(sending.attempts)
        return lang.text(mark("tried {n} times: {error}"), n=n, error=sending.error)
    return lang.text(mark("waits"))


def _proposal(lang: Language, notice: Notice, known: Known) -> str:
    proposal = known.proposals[notice.subject]
    shown = {
        "venue": _venue(lang, notice, known),
        "headline": sentences.headline(lang, proposal),
    }
    if notice.kind is Kind.PROPOSAL:
        return lang.text(_AT_VENUE, venue=shown["venue"], sentence=shown["headline"])
    return lang.text(_WAITS, **shown, days=lang.number(float(notice.facts["days"])))


def _sensor(lang: Language, notice: Notice, known: Known) -> str:
    if notice.ends:
        state = sensor_words.state(lang, State(str(notice.facts["state"])))
        said = lang.text(mark("{first} {then}"), first=f"{state}.", then=lang.text(_SENSOR_OVER))
    else:
        facts = {k: float(v) for k, v in notice.facts.items() if k != "state"}
        finding = FindingOut(state=State(str(notice.facts["state"])), facts=facts)
        said = sensor_words.finding(lang, finding, known.zone)
    return lang.text(
        _SENSOR, venue=_venue(lang, notice, known), sensor=notice.subject, sentence=said
    )


def _full(lang: Language, notice: Notice, known: Known) -> str:
    room = room_words.room_names(lang, known.estate).get(notice.subject, notice.subject)
    if notice.ends:
        return lang.text(_FULL_OVER, room=room)
    return lang.text(
        _FULL,
        room=room,
        time=lang.moment(notice.at, known.zone),
        people=lang.number(float(notice.facts["people"])),
        capacity=lang.number(float(notice.facts["capacity"])),
    )


def _hours(lang: Language, notice: Notice, known: Known) -> str:
    return lang.text(
        _HOURS,
        venue=_venue(lang, notice, known),
        day=lang.day(date.fromisoformat(str(notice.facts["from"]))),
        week=words.week_line(lang, WeeklyHours.parse(loads(str(notice.facts["hours"])))),
    )


def _room(lang: Language, notice: Notice, known: Known) -> str:
    names = room_words.room_names(lang, known.estate)
    said = _reason(notice)
    sentence = room_words.reason(lang, FlagReason(code=said.code, facts=said.facts), names)
    room = names.get(notice.subject, notice.subject)
    return lang.text(_AT_VENUE, venue=room, sentence=sentence)


def _trial(lang: Language, notice: Notice, known: Known) -> str:
    said = sentences.reason(lang, _reason(notice))
    return lang.text(_AT_VENUE, venue=_venue(lang, notice, known), sentence=said)


def _effect(lang: Language, notice: Notice, _: Known) -> str:
    return uplift.sentence(lang, _reason(notice))


def _trouble(lang: Language, notice: Notice, _: Known) -> str:
    begins, over = _TROUBLE[notice.kind]
    if notice.ends:
        return lang.text(over)
    return lang.text(begins, **{k: lang.number(float(v), 1) for k, v in notice.facts.items()})


def _venue(lang: Language, notice: Notice, known: Known) -> str:
    venue = known.estate.venue_by_id.get(notice.venue)
    return venue.name_in(lang.code) if venue else notice.venue


def _reason(notice: Notice) -> Reason:
    facts = {k: v for k, v in notice.facts.items() if k != "code"}
    return Reason(str(notice.facts["code"]), facts)


_SAYS: Mapping[Kind, Callable[[Language, Notice, Known], str]] = {
    Kind.PROPOSAL: _proposal,
    Kind.PROPOSAL_LATE: _proposal,
    Kind.PROPOSAL_VERY_LATE: _proposal,
    Kind.SENSOR: _sensor,
    Kind.FULL: _full,
    Kind.HOURS: _hours,
    Kind.TRIAL: _trial,
    Kind.EFFECT: _effect,
    Kind.ROOM: _room,
}
"""The others are trouble of the service."""
