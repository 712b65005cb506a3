"""What the inbox shows of proposals that wait: enough to decide on most of them at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.bookings import Booking
from domain.calendars import hours_on, instant
from domain.errors import Conflict, NotFound
from domain.estate import Venue
from domain.hours import WeeklyHours
from domain.planning import Fact, Proposal, ScheduleVersion
from domain.schedules import approved
from policies.reasons import Code


@dataclass(frozen=True, slots=True)
class Card:
    """One proposal that waits."""

    proposal: Proposal
    venue: Venue
    holds_from: date | None
    """From when the hours would hold, approved now; None where they cannot be approved."""
    wins: Mapping[str, Fact]
    """Visits and hours a week of those who win; empty where nobody does."""
    loses: Mapping[str, Fact]
    stranded: Sequence[Booking]
    """Bookings that lie outside the proposed hours."""


def cards(
    proposals: Iterable[Proposal],
    venues: Mapping[str, Venue],
    versions: Mapping[str, Sequence[ScheduleVersion]],
    bookings: Sequence[Booking],
    now: datetime,
) -> list[Card]:
    """Cards of those proposals whose venue is still known, in the order given.

    Args:
        proposals: that wait.
        venues: by id.
        versions: of each venue's hours.
        bookings: that have not ended.
        now: the aware present instant.
    """
    found: list[Card] = []
    for proposal in proposals:
        if (venue := venues.get(proposal.venue)) is None:
            continue
        from_when = holds_from(proposal, venue, versions.get(venue.id, ()), now)
        facts = {r.code: r.facts for r in proposal.reasons}
        found.append(
            Card(
                proposal,
                venue,
                from_when,
                facts.get(Code.WHO_WINS, {}),
                facts.get(Code.WHO_LOSES, {}),
                stranded(venue, proposal.proposed, bookings, from_when or proposal.effective_from),
            )
        )
    return found


def holds_from(
    proposal: Proposal, venue: Venue | None, versions: Sequence[ScheduleVersion], now: datetime
) -> date | None:
    """From when the hours would hold, approved now; None where they cannot be approved."""
    if venue is None:
        return None
    try:
        return approved(proposal, venue, versions, now, "").effective_from
    except (Conflict, NotFound):
        return None


def stranded(
    venue: Venue, hours: WeeklyHours, bookings: Iterable[Booking], since: date
) -> list[Booking]:
    """Bookings of a venue that would, from `since` on, not lie within these hours as a whole."""
    return [
        b
        for b in bookings
        if b.venue == venue.id
        and b.start >= instant(since, venue.day_starts, venue.tz)
        and not _within(venue, hours, b)
    ]


def _within(venue: Venue, hours: WeeklyHours, booking: Booking) -> bool:
    """Whether the venue is open from a booking's start to its end."""
    day = booking.start.astimezone(venue.tz).date()
    return any(
        instant(d, block.start, venue.tz) <= booking.start
        and booking.end <= instant(d, block.end, venue.tz)
        for d in (day - timedelta(days=1), day)
        for block in hours_on(d, hours, venue.special_days)
    )
