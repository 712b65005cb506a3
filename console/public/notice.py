"""The sheet for the door: hours that change, in both languages, with a code that leads on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import segno

from domain.estate import Venue
from domain.hours import SpecialDay, WeeklyHours
from domain.planning import ScheduleVersion
from domain.schedules import in_force, timeline

AHEAD = timedelta(days=60)
"""Special days so soon are told at the door."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the sheet says."""

    venue: Venue
    hours: WeeklyHours
    since: date | None
    """From when they hold; None: they hold already."""
    special: tuple[SpecialDay, ...]
    code: str
    """A QR code of the address, as SVG."""
    address: str


def notice(venue: Venue, versions: Sequence[ScheduleVersion], today: date, address: str) -> Notice:
    """The sheet for the next change of hours, or for today's where none is coming.

    Args:
        venue: at whose door it hangs.
        versions: of its hours.
        today: the date there.
        address: of its public page.
    """
    held = timeline(versions, today)
    coming = [v for v in held if v.effective_from > today]
    hours = venue.hours
    if coming:
        hours = coming[0].hours
    elif held:
        hours = in_force(held, today).hours
    return Notice(
        venue=venue,
        hours=hours,
        since=coming[0].effective_from if coming else None,
        special=tuple(s for s in venue.special_days if today <= s.day <= today + AHEAD),
        code=segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=2),
        address=address,
    )
