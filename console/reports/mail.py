"""A report as a message: its figures in words, and where the whole of it is."""

from console.messages.compose import Item, Section, rendered
from console.messages.envelope import Composed
from console.reports.columns import COLUMNS
from console.reports.report import Report
from console.words import reports as said
from console.words.i18n import Language, mark

FIGURE = mark("{name}: {value}")


def report_message(lang: Language, report: Report, url: str) -> Composed:
    """What is sent to those who asked for it.

    Args:
        lang: of the reader.
        report: on a period that is over.
        url: where the console is, without a stroke at the end.
    """
    title, page = said.title(lang, report), f"{url}/reports/{report.area.id}/{report.period.name}"
    figures = [
        lang.text(FIGURE, name=lang.text(column.heading), value=column.text(lang, report.total))
        for column in COLUMNS
    ]
    whole = Section(title, (Item(lang.text(mark("; ")).join(figures), page),))
    changes = tuple(Item(sentence, page) for sentence in said.changes(lang, report))
    sections = [whole, Section(lang.text(mark("What new hours did")), changes)]
    subject = lang.text(mark("Report: {title}"), title=title)
    lead = said.headline(lang, report)
    return rendered(lang, subject, lead, tuple(s for s in sections if s.items), url)
