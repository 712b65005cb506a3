"""Sentences on sensors: what is wrong with one, and what to do about it."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from console.sensors.report import FindingOut, WaitingOut
from console.sensors.rereading import Reading
from console.words.i18n import Language, mark
from domain.calendars import from_epoch_us
from domain.readings import CountKind
from policies.findings import State

STATES: Mapping[State, str] = {
    State.NEVER_HEARD: mark("Never heard"),
    State.SILENT: mark("Silent"),
    State.SWAPPED: mark("Wrong way round"),
    State.STUCK: mark("Stands still"),
    State.IMPLAUSIBLE: mark("Impossible numbers"),
    State.CLOCK_WRONG: mark("Clock wrong"),
    State.IMBALANCED: mark("Out of balance"),
    State.LATE: mark("Late"),
    State.LOW_BATTERY: mark("Battery low"),
    State.FINE: mark("Fine"),
}
SIGNS: Mapping[State, str] = {
    State.FINE: "good",
    State.LATE: "wait",
    State.LOW_BATTERY: "wait",
    State.IMBALANCED: "wait",
}
"""Style of a state's mark; the others are bad."""

SENTENCES: Mapping[State, str] = {
    State.NEVER_HEARD: mark(
        "Nothing has come from it yet. Check that it publishes, and that its name here is the one"
        " it publishes under."
    ),
    State.SILENT: mark(
        "No message since {since}. {hours} h of silence are too many: check power and network."
    ),
    State.SWAPPED: mark(
        "People seem to leave before they come: on {against} of {days} days the counts make sense"
        " only the other way round (chance {chance}). If so, set its sign in the estate to −1, or"
        " from −1 to 1."
    ),
    State.STUCK: mark(
        "It reports, but nothing has moved since {since}, in {open_hours} open hours; usual in"
        " them: {usual}. Check that nothing covers it."
    ),
    State.IMPLAUSIBLE: mark(
        "It said {value} where {limit} is the limit, in {times} quarter-hours of the last two days."
        " Check how it counts."
    ),
    State.CLOCK_WRONG: mark(
        "Its times are {minutes} minutes behind, so people are counted at wrong times. Set its"
        " clock or time zone."
    ),
    State.IMBALANCED: mark(
        "The doors of its room counted {entered} in and {left} out in {days} whole days. Look for"
        " a door without a counter, and at how this one is mounted."
    ),
    State.LATE: mark("No message since {since}; one is due every {interval}."),
    State.LOW_BATTERY: mark("It says that its battery is low. Change it soon."),
}
_CLOCK_MARKED = mark("It gives times that cannot be. Set its clock or time zone.")
DONE: Mapping[str, str] = {
    "registered": mark("The sensor has its room. It joins the list within a minute."),
    "turned": mark("The sensor is turned round; its counts are made anew."),
    "asked": mark("The messages are read again in a moment."),
    "counted": mark("The count is kept; thank you."),
}
KINDS: Mapping[CountKind, str] = {
    CountKind.TOTAL: mark("totals since its start"),
    CountKind.PERIOD: mark("counts of periods"),
    CountKind.CHANGE: mark("each change"),
    CountKind.PRESENT: mark("people present"),
    CountKind.STATUS: mark("signs of life"),
}


def state(lang: Language, value: State) -> str:
    """A state as a table entry."""
    return lang.text(STATES[value])


def sign(value: State) -> str:
    """The style of a state's mark."""
    return SIGNS.get(value, "bad")


def finding(lang: Language, value: FindingOut, zone: ZoneInfo) -> str:
    """The sentence of a finding; times are those of `zone`."""
    if value.state is State.CLOCK_WRONG and not value.facts["minutes"]:
        return lang.text(_CLOCK_MARKED)
    shown = {name: _fact(lang, name, fact) for name, fact in value.facts.items()}
    if "since_us" in value.facts:
        shown["since"] = lang.moment(from_epoch_us(int(value.facts["since_us"])), zone)
    if "interval_s" in value.facts:
        shown["interval"] = interval(lang, value.facts["interval_s"])
    return lang.text(SENTENCES[value.state], **shown)


def interval(lang: Language, seconds: float) -> str:
    """How often something comes."""
    if seconds < 120:
        return lang.text(mark("{n} seconds"), n=lang.number(seconds))
    return lang.text(mark("{n} minutes"), n=lang.number(seconds / 60, 1))


def kind(lang: Language, value: CountKind | None) -> str:
    """What a sensor's numbers mean."""
    return lang.text(KINDS[value or CountKind.STATUS])


def done(lang: Language, what: str) -> str:
    """What was just done; "" where nothing was."""
    return lang.text(DONE[what]) if what in DONE else ""


def reread(lang: Language, value: Reading, zone: ZoneInfo) -> str:
    """What came of reading messages again."""
    return lang.text(
        mark(
            "Read again at {when}: {mended} messages could be read, with {stored} new readings;"
            " {still} still cannot."
        ),
        when=lang.moment(value.at, zone),
        mended=lang.number(value.mended),
        stored=lang.number(value.stored),
        still=lang.number(value.still),
    )


def last_said(lang: Language, value: WaitingOut) -> str:
    """The numbers of its latest reading; "" where there are none."""
    numbers = (
        (mark("{n} in"), value.entered),
        (mark("{n} out"), value.left),
        (mark("{n} present"), value.present),
    )
    said = [lang.text(text, n=lang.number(n)) for text, n in numbers if n is not None]
    return lang.text(mark(", ")).join(said)


def heard(lang: Language, at: datetime | None, zone: ZoneInfo) -> str:
    """When a sensor spoke last."""
    return lang.text(mark("never")) if at is None else lang.moment(at, zone)


def _fact(lang: Language, name: str, value: float) -> str:
    if name == "chance":
        return lang.text(mark("1 in {n}"), n=lang.number(1 / max(value, 1e-12)))
    return lang.number(value, 1 if name in {"hours", "open_hours"} else 0)
