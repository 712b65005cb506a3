"""Weeks, months and quarters that reports are of, by their names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.errors import NotFound


class Span(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


SPAN_OF: Mapping[str, Span] = {
    "street": Span.WEEK,
    "district": Span.MONTH,
    "city": Span.QUARTER,
}
"""By the kind of an area: the larger it is, the more rarely its hours are looked at as a whole."""
_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3}


@dataclass(frozen=True, slots=True)
class Period:
    """Business days [first, end) that make a calendar's week, month or quarter."""

    span: Span
    first: date

    @property
    def end(self) -> date:
        """The day after its last."""
        if self.span is Span.WEEK:
            return self.first + timedelta(weeks=1)
        return _months_on(self.first, _MONTHS[self.span])

    @property
    def name(self) -> str:
        """2026-W47 (ISO 8601), 2026-11 or 2026-Q4."""
        match self.span:
            case Span.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"{year}-W{week:02}"
            case Span.MONTH:
                return f"{self.first:%Y-%m}"
            case _:
                return f"{self.first.year}-Q{(self.first.month + 2) // 3}"

    @property
    def before(self) -> "Period":
        """The one that ended when this began."""
        return period_of(self.span, self.first - timedelta(days=1))

    @classmethod
    def parse(cls, text: str) -> "Period":
        """From a `name`. Raises `NotFound` for what names none since 1970."""
        found = re.fullmatch(r"(19[7-9]\d|2\d{3})-(?:W(\d\d)|Q([1-4])|(\d\d))", text)
        try:
            if found and found[2]:
                return cls(Span.WEEK, date.fromisocalendar(int(found[1]), int(found[2]), 1))
            if found and found[3]:
                return cls(Span.QUARTER, date(int(found[1]), 3 * int(found[3]) - 2, 1))
            if found:
                return cls(Span.MONTH, date(int(found[1]), int(found[4]), 1))
        except ValueError:
            pass
        raise NotFound(f"“{text}” names no period", hint="write 2026-W47, 2026-11 or 2026-Q4")


def period_of(span: Span, day: date) -> Period:
    """The period that a day lies in."""
    match span:
        case Span.WEEK:
            return Period(span, day - timedelta(days=day.weekday()))
        case Span.MONTH:
            return Period(span, day.replace(day=1))
        case _:
            return Period(span, date(day.year, 3 * ((day.month + 2) // 3) - 2, 1))


def _months_on(first: date, months: int) -> date:
    number = 12 * first.year + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
