"""The columns of a report's table: for people in words, for programs in numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import isnan

from console.reports.report import Report, Row
from console.words import reports as said
from console.words.i18n import Language, mark


class Unit(StrEnum):
    """How a column's numbers are written."""

    COUNT = "count"
    SHARE = "share"
    DECIMAL = "decimal"


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of each venue."""

    heading: str
    unit: Unit
    value: Callable[[Row], float]

    def text(self, lang: Language, row: Row) -> str:
        """As people read it; "–" where unknown."""
        value = self.value(row)
        if self.unit is Unit.SHARE:
            return said.share(lang, value)
        return said.number(lang, value, 1 if self.unit is Unit.DECIMAL else 0)

    def number(self, row: Row) -> float | None:
        """To four decimals, shares as such; None where unknown."""
        value = self.value(row)
        return None if isnan(value) else round(value, 4)


COLUMNS = (
    Column(mark("Visits"), Unit.COUNT, lambda row: row.line.visits),
    Column(mark("Staffed hours"), Unit.DECIMAL, lambda row: row.line.staffed_hours),
    Column(mark("Utilisation"), Unit.SHARE, lambda row: row.line.utilisation),
    Column(mark("Idle share"), Unit.SHARE, lambda row: row.line.idle_share),
    Column(mark("Idle hours a week"), Unit.DECIMAL, lambda row: row.line.idle_hours_a_week),
    Column(mark("Refused at the door"), Unit.COUNT, lambda row: row.line.refused),
    Column(mark("Within 15 minutes’ walk"), Unit.SHARE, lambda row: row.covered),
    Column(mark("Days to decide"), Unit.DECIMAL, lambda row: row.decision_days),
    Column(mark("Open time seen"), Unit.SHARE, lambda row: row.line.seen),
)


def headings(lang: Language) -> list[str]:
    """Above the figures."""
    return [lang.text(column.heading) for column in COLUMNS]


def named_rows(lang: Language, report: Report) -> list[tuple[str, str, Row]]:
    """Id, name and figures of each venue, and of all under an empty id."""
    rows = [(v.id, v.name_in(lang.code), row) for v, row in report.rows]
    return [*rows, ("", lang.text(mark("Total")), report.total)]
