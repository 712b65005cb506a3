"""Weeks, months and quarters by name."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotFound
from domain.periods import Period, Span, period_of


@pytest.mark.parametrize(
    ("name", "first", "end"),
    [
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
        ("2025-W01", date(2024, 12, 30), date(2025, 1, 6)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_a_name_says_which_days(name: str, first: date, end: date) -> None:
    period = Period.parse(name)
    assert (period.first, period.end, period.name) == (first, end, name)


@pytest.mark.parametrize(
    "name", ["", "2026", "2026-13", "2025-W53", "2026-Q5", "0000-01", "1969-12", "W47"]
)
def test_what_names_no_period_is_not_found(name: str) -> None:
    with pytest.raises(NotFound, match="names no period"):
        Period.parse(name)


@given(st.sampled_from(Span), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_every_day_lies_in_one_period_which_follows_the_one_before(span: Span, day: date) -> None:
    period = period_of(span, day)
    assert period.first <= day < period.end
    assert Period.parse(period.name) == period
    assert period.before.end == period.first
    assert period_of(span, period.end - timedelta(days=1)) == period
