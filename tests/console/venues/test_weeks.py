"""The year of a venue as JSON: right by hand, unknown where unknown."""

from datetime import date, timedelta

import numpy as np
import pytest
from starlette.testclient import TestClient

from console.venues.history import Past
from console.venues.weeks import WEEKS, WeeksOut, weeks_out
from domain.estate import Venue
from tests.console.town import NOW, Town

VENUE = Venue.model_validate(
    {"id": "v", "name": "V", "type": "library", "area": "a", "zone": "UTC", "hours": {}}
)
WEDNESDAY = date(2026, 11, 25)


def hour(day: int, after_midnight: int) -> int:
    return 24 * day + after_midnight - 4


def test_each_hour_is_the_mean_of_its_known_quarters() -> None:
    days = tuple(WEDNESDAY - timedelta(days=n) for n in range(14, -1, -1))
    present = np.full((15, 96), np.nan)
    monday = days.index(date(2026, 11, 16))
    present[monday, 4 * 6 : 4 * 7] = [4, 6, np.nan, 8]  # 10:00 to 11:00
    present[monday + 7, 4 * 6 : 4 * 7] = 10
    out = weeks_out(Past(venue=VENUE, days=days, present=present, now_slot=0))
    assert len(out.weeks) == len(out.cells) == WEEKS
    assert out.weeks[:2] == [date(2026, 11, 23), date(2026, 11, 16)]
    assert out.cells[0][hour(0, 10)] == 10
    assert out.cells[1][hour(0, 10)] == 6
    assert out.mean[hour(0, 10)] == 8
    assert [v for week in out.cells for v in week if v is not None] == [10, 6]


def test_the_page_fetches_a_year_that_agrees_with_the_usual_week(
    reader: TestClient, standing: Town
) -> None:
    answer = reader.get("/venues/sports/weeks")
    out = WeeksOut.model_validate_json(answer.content)
    assert out.weeks[0] == date(2026, 11, 23)
    known = [n for n, week in enumerate(out.cells) if any(v is not None for v in week)]
    assert known == list(range(6)), "36 days of counts touch six weeks"
    at_noon = [v for v in (week[hour(1, 12)] for week in out.cells) if v is not None]
    assert out.mean[hour(1, 12)] == pytest.approx(np.mean(at_noon), abs=0.1)
    now = NOW.astimezone(standing.ledger.estate().venue("sports").tz)
    assert out.cells[0][hour(2, now.hour + 2)] is None, "what is to come is unknown"
    assert len(answer.content) < 60_000


def test_a_venue_that_is_not_there_has_no_weeks(reader: TestClient) -> None:
    assert reader.get("/venues/gone/weeks").status_code == 404
