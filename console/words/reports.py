"""Reports in words: periods, headings, and the sentences above and below the table."""

from math import isnan

from babel.dates import format_date

from console.reports.report import Report
from console.words import effects, uplift
from console.words.i18n import Language, mark
from domain.periods import Period, Span

HEADLINE = mark(
    "{visits} visits in {staffed} staffed hours. Of the places {utilisation} were used; for {idle}"
    " of the open time nobody was there, {hours} hours a week."
)
NOTHING_COUNTED = mark("Nothing was counted in this period: {staffed} hours were staffed.")
SO_FAR = mark("The period is not over: days until {day} are in it.")
SEEN = mark("Visits are known for {share} of the open time; nothing is added for the rest.")
ALL_SEEN = mark("Visits are known for all of the open time.")
REFUSED_OF = mark(
    "Who met a full door is known for {share} of the open time: it takes the capacity of rooms."
)
COVERED = mark(
    "Within a walk: share of its linked venues’ open time in which a venue, or another within 15"
    " minutes’ walk, is open. Venues that are linked with none have no such figure."
)
DECIDED = mark(
    "Days to decide: the median from a proposal to what people made of it in the period."
    " Decisions: {n}."
)
WITHOUT_ROOMS = mark("Nothing can be counted, for they have no room: {venues}.")
OF_EFFECT = mark("{venue}: {sentence}")
UNKNOWN = mark("– is unknown, which is not zero.")
AT = mark("Made on {when}.")
_SPANS = {
    Span.WEEK: mark("each week"),
    Span.MONTH: mark("each month"),
    Span.QUARTER: mark("each quarter"),
}
_KINDS = {"street": mark("Streets"), "district": mark("Districts"), "city": mark("Cities")}


def period(lang: Language, value: Period) -> str:
    """A period's name, as people say it."""
    first, last = value.first, value.end.fromordinal(value.end.toordinal() - 1)
    match value.span:
        case Span.WEEK:
            year, week, _ = first.isocalendar()
            days = {"first": lang.day(first, year=False), "last": lang.day(last)}
            return lang.text(
                mark("week {week} of {year}, {first} to {last}"), **days, year=year, week=week
            )
        case Span.MONTH:
            return format_date(first, "y年M月" if lang.code == "zh" else "LLLL y", lang.locale)
        case _:
            quarter = (first.month + 2) // 3
            return lang.text(mark("quarter {quarter} of {year}"), quarter=quarter, year=first.year)


def title(lang: Language, report: Report) -> str:
    """Which area, and when."""
    area = report.area.name_in(lang.code)
    return lang.text(mark("{area}, {period}"), area=area, period=period(lang, report.period))


def each(lang: Language, span: Span) -> str:
    """How often a report on such periods comes."""
    return lang.text(_SPANS[span])


def areas(lang: Language, kind: str) -> str:
    """What areas of a kind are called."""
    return lang.text(_KINDS[kind])


def share(lang: Language, value: float) -> str:
    """A share; "–" where unknown."""
    return "–" if isnan(value) else lang.percent(value)


def number(lang: Language, value: float, digits: int = 0) -> str:
    """A number; "–" where unknown."""
    return "–" if isnan(value) else lang.number(value, digits)


def headline(lang: Language, report: Report) -> str:
    """The report in a sentence."""
    line = report.total.line
    staffed = number(lang, line.staffed_hours, 1)
    if isnan(line.visits):
        return lang.text(NOTHING_COUNTED, staffed=staffed)
    return lang.text(
        HEADLINE,
        visits=number(lang, line.visits),
        staffed=staffed,
        utilisation=share(lang, line.utilisation),
        idle=share(lang, line.idle_share),
        hours=number(lang, line.idle_hours_a_week, 1),
    )


def notes(lang: Language, report: Report) -> list[str]:
    """What is to be known when reading the table."""
    line, last = report.total.line, report.until.fromordinal(report.until.toordinal() - 1)
    said = [] if report.is_whole else [lang.text(SO_FAR, day=lang.day(last))]
    if line.seen_hours > 0:
        known = lang.text(SEEN, share=share(lang, line.seen))
        said.append(lang.text(ALL_SEEN) if line.seen_hours == line.open_hours else known)
        refused = line.refused_of_hours / line.open_hours
        said.append(lang.text(REFUSED_OF, share=share(lang, refused)))
    said += [lang.text(COVERED), lang.text(DECIDED, n=lang.number(report.total.decisions))]
    if report.without_rooms:
        names = lang.text(mark(", ")).join(v.name_in(lang.code) for v in report.without_rooms)
        said.append(lang.text(WITHOUT_ROOMS, venues=names))
    return [*said, lang.text(UNKNOWN)]


def changes(lang: Language, report: Report) -> list[str]:
    """What new hours did, each with its interval, or why that cannot be said."""
    names = {v.id: v.name_in(lang.code) for v, _ in report.rows}
    return [
        *(uplift.sentence(lang, reason) for reason in report.claim),
        *(
            lang.text(OF_EFFECT, venue=names.get(e.venue, e.venue), sentence=effects.told(lang, e))
            for e in report.effects
        ),
    ]
