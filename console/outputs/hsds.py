"""A venue as a location of Open Referral's Human Services Data Specification, with its schedules.

Source: HSDS 3, `location` and `schedule`. Its times carry their offset from UTC, and it knows no
exceptions. So what is open in the year ahead is said in stretches of weeks that are alike: one
ends before a special day, a change of the clocks or a new schedule, and another begins after.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from domain.estate import Venue
from domain.planning import ScheduleVersion
from domain.schedules import openings_of

AHEAD_DAYS = 366
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


class _Times(NamedTuple):
    opens_at: str
    closes_at: str


class _Stretch(NamedTuple):
    """Weeks in a row, by the Mondays in which they begin and end, and what is open then."""

    first: date
    last: date
    times: _Times


def location(
    venue: Venue, versions: Sequence[ScheduleVersion], at: datetime, url: str
) -> dict[str, Any]:
    """The location with all that is open from the day before `at` to a year after.

    Args:
        venue: whose hours.
        versions: all of the venue's.
        at: aware instant.
        url: where its page is; the ids follow from it.
    """
    own = uuid5(NAMESPACE_URL, url)
    body: dict[str, Any] = {"id": str(own), "location_type": "physical", "name": venue.name}
    if venue.name_zh:
        body["alternate_name"] = venue.name_zh
    if venue.latitude is not None and venue.longitude is not None:
        body |= {"latitude": venue.latitude, "longitude": venue.longitude}
    body["schedules"] = [
        {"id": str(uuid5(own, f"{row}")), "location_id": str(own)} | row
        for row in _rows(venue, versions, at)
    ]
    return body


def _rows(
    venue: Venue, versions: Sequence[ScheduleVersion], at: datetime
) -> Iterator[dict[str, str]]:
    yesterday = at.astimezone(venue.tz).date() - _DAY
    dates: dict[tuple[int, _Times], list[date]] = {}
    for start, end in _less_than_a_day(openings_of(venue, versions, yesterday, AHEAD_DAYS)):
        opens, closes = start.astimezone(venue.tz), end.astimezone(venue.tz)
        times = _Times(_time(opens), _time(closes))
        dates.setdefault((opens.weekday(), times), []).append(opens.date())
    together: dict[_Stretch, list[date]] = {}
    for (weekday, times), days in dates.items():
        monday = timedelta(days=weekday)
        for first, last in _runs(days):
            key = _Stretch(first - monday, last - monday, times)
            together.setdefault(key, []).extend([first, last])
    for (_, _, times), days in sorted(together.items()):
        yield {
            "valid_from": min(days).isoformat(),
            "valid_to": max(days).isoformat(),
            "freq": "WEEKLY",
            "byday": ",".join(_DAYS[n] for n in sorted({d.weekday() for d in days})),
            **times._asdict(),
        }


def _less_than_a_day(
    openings: Sequence[tuple[datetime, datetime]],
) -> Iterator[tuple[datetime, datetime]]:
    """What is open for longer, in pieces: a time of day cannot say more."""
    for start, end in openings:
        begins = start
        while begins < end:
            ends = min(end, begins + _DAY)
            yield begins, ends
            begins = ends


def _runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """First and last of each run of dates that lie a week apart."""
    first = last = days[0]
    for day in days[1:]:
        if day != last + _WEEK:
            yield first, last
            first = day
        last = day
    yield first, last


def _time(at: datetime) -> str:
    text = at.isoformat()
    return text[11:16] + text[19:]
