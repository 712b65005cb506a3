"""Tables for a terminal, in either language."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from rich.markup import escape
from rich.table import Table

from console.linkage.questions import Way
from console.sensors.report import RejectionOut, SensorReport
from console.words import sensors as sensor_words
from console.words import sentences, what_if, words
from console.words.i18n import LANGUAGES, Language, mark
from console.words.messages import sent
from domain.errors import InvalidInput
from domain.estate import Estate
from domain.hours import DayHours
from domain.messages import Sending
from domain.planning import AuditLine, Effect, Proposal, Verdict
from domain.ports import RejectionGroup

_UTC = ZoneInfo("UTC")


def language(code: str) -> Language:
    """The language of a `--lang` flag. Raises `InvalidInput`."""
    if code not in LANGUAGES:
        raise InvalidInput(f"“{code}” is no language here", hint=f"use {' or '.join(LANGUAGES)}")
    return LANGUAGES[code]


PROPOSALS = (mark("Proposal"), mark("Verdict"), mark("What changes"), mark("Visits a week"))
REJECTIONS = (mark("Reason"), mark("Messages"), mark("Last"), mark("Sample"), mark("What to do"))
SENSORS = (
    mark("Sensor"),
    mark("Room"),
    mark("State"),
    mark("What it means"),
    mark("Last heard"),
)
WAITING = (mark("Sensor"), mark("It says"), mark("Last heard"), mark("Line for the estate"))
WAYS = ("", mark("Today"), mark("Supposed"), mark("The best by what is expected"))
SENDINGS = (mark("When"), mark("Who"), mark("Subject"), mark("By"), mark("State"))
AUDIT = (mark("When"), mark("Who"), mark("What"), mark("Of what"), mark("Detail"))


def sendings_table(sendings: Sequence[Sending], lang: Language) -> Table:
    """What became of messages to people, a row for each address."""
    table = Table(*map(lang.text, SENDINGS))
    for one in sendings:
        _, _, way = one.topic.split("/", 2)
        row = (lang.moment(one.at, _UTC), one.person, one.subject, way, sent(lang, one, _UTC))
        table.add_row(*map(escape, row))
    return table


def proposals_table(proposals: Sequence[Proposal], lang: Language) -> Table:
    """One row a proposal: its id, what it says, and what it is expected to bring."""
    table = Table(*map(lang.text, PROPOSALS), show_lines=True)
    table.columns[0].min_width = max((len(p.id) for p in proposals), default=0)
    for proposal in proposals:
        changes = proposal.verdict is Verdict.CHANGE
        table.add_row(
            proposal.id,
            f"{words.verdict(lang, proposal.verdict)}\n{words.status(lang, proposal.status)}",
            "\n".join(_changes(lang, proposal)),
            _effect(lang, proposal.effect) if changes else "",
        )
    return table


def explained(proposal: Proposal, estate: Estate, lang: Language) -> str:
    """A proposal in sentences: of which venue, hours now and proposed, every reason."""
    venue = estate.venue_by_id.get(proposal.venue)
    lines = [
        f"{venue.name_in(lang.tag) if venue else proposal.venue} · {proposal.id}",
        f"  {words.week_line(lang, proposal.current)}",
    ]
    if proposal.verdict is Verdict.CHANGE:
        lines.append(f"→ {words.week_line(lang, proposal.proposed)}")
    return "\n".join([*lines, *(f"- {sentences.reason(lang, r)}" for r in proposal.reasons)])


def rejections_table(groups: Sequence[RejectionGroup], lang: Language) -> Table:
    """Messages that could not be read, alike ones in one row, with a sample and a hint."""
    table = Table(*map(lang.text, REJECTIONS), show_lines=True)
    for group in groups:
        shown = RejectionOut.of(group)
        table.add_row(
            shown.reason,
            lang.number(shown.count),
            f"{shown.last:%Y-%m-%d %H:%M} UTC",
            escape(f"{shown.topic}\n{shown.sample}\n{shown.detail}"),
            escape(shown.hint),
        )
    return table


def sensors_table(report: SensorReport, estate: Estate, lang: Language) -> Table:
    """One row a registered sensor, worst first, with a sentence for each thing that is wrong."""
    table = Table(*map(lang.text, SENSORS), show_lines=True)
    for sensor in report.sensors:
        venue = estate.venue_by_id.get(sensor.venue)
        zone = venue.tz if venue else _UTC
        table.add_row(
            escape(sensor.sensor),
            escape(f"{sensor.room}\n{sensor.venue}"),
            sensor_words.state(lang, sensor.state),
            "\n".join(sensor_words.finding(lang, f, zone) for f in sensor.findings),
            sensor_words.heard(lang, sensor.last_heard, zone),
        )
    return table


def waiting_table(report: SensorReport, lang: Language) -> Table:
    """Sensors that wait for a room, each with what would register it."""
    title = lang.text(mark("Sensors that wait for a room"))
    table = Table(*map(lang.text, WAITING), title=title, show_lines=True)
    for sensor in report.waiting:
        said = f"{sensor_words.kind(lang, sensor.kind)}\n{sensor_words.last_said(lang, sensor)}"
        table.add_row(
            escape("\n".join(filter(None, (sensor.sensor, sensor.device)))),
            said.strip(),
            sensor_words.heard(lang, sensor.last_heard, _UTC),
            escape(sensor.register_line),
        )
    return table


def what_if_table(ways: Sequence[Way], names: Mapping[str, str], lang: Language) -> Table:
    """Today's hours, what is supposed and the best, side by side: hours, visits, staff, coverage.

    Args:
        ways: the three.
        names: of the venues.
        lang: the language.
    """
    table = Table(*map(lang.text, WAYS), show_lines=True)
    for venue, name in names.items():
        table.add_row(escape(name), *(words.week_line(lang, way.hours[venue]) for way in ways))
    for row in what_if.rows(lang, ways):
        table.add_row(*row)
    return table


def audit_table(lines: Sequence[AuditLine], lang: Language) -> Table:
    """Who did what to which thing, newest first."""
    table = Table(*map(lang.text, AUDIT))
    for line in lines:
        when = f"{line.at:%Y-%m-%d %H:%M} UTC"
        table.add_row(when, words.actor(lang, line.actor), line.action, line.subject, line.detail)
    return table


def _changes(lang: Language, proposal: Proposal) -> Iterator[str]:
    """The days whose hours change, as they would be; else in half a line why they do not."""
    if proposal.verdict is not Verdict.CHANGE:
        yield sentences.headline(lang, proposal)
        return
    pairs = zip(proposal.current.days, proposal.proposed.days, strict=True)
    changed = {day for day, (now, then) in enumerate(pairs) if now != then}
    by_hours = defaultdict[DayHours, list[int]](list)
    for day in sorted(changed):
        by_hours[proposal.proposed.days[day]].append(day)
    for blocks, days in by_hours.items():
        yield f"{words.days(lang, days, short=True)} {words.hours(lang, blocks)}"


def _effect(lang: Language, effect: Effect) -> str:
    low, mean, high = map(lang.signed, effect.visits)
    return f"{mean}\n({low} … {high})"
