"""Opening hours as CSV: one line for each stretch that a venue is open, with its instants."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from domain.estate import Venue
from domain.planning import ScheduleVersion
from domain.schedules import openings_of

HEADER = ("venue", "name", "opens", "closes")


def hours_csv(
    venues: Iterable[tuple[Venue, Sequence[ScheduleVersion]]], at: datetime, days: int
) -> str:
    """From the day before `at`, whose night may not be over, for so many days.

    Instants are local with their offset, as 2026-12-07T09:00+08:00. RFC 4180.
    """
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(HEADER)
    for venue, versions in venues:
        yesterday = at.astimezone(venue.tz).date() - timedelta(days=1)
        for opening in openings_of(venue, versions, yesterday, days + 1):
            edges = (e.astimezone(venue.tz).isoformat(timespec="minutes") for e in opening)
            lines.writerow((venue.id, venue.name, *edges))
    return out.getvalue()
