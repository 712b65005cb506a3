"""Quiet hours, across midnight and the changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.messages import Preferences

DAY = timedelta(days=1)


def quiet_until(preferences: Preferences, now: datetime) -> datetime | None:
    """When the quiet hours end that hold at the aware instant `now`; None: none do.

    Where the clock is set back inside them or at their edge, they last until the later of the two
    instants that it shows for their end, from the earlier of those for their beginning.

    Args:
        preferences: with a zone.
        now: any aware instant.
    """
    if preferences.quiet_from == preferences.quiet_to:
        return None
    zone = ZoneInfo(preferences.zone)
    today = now.astimezone(zone).date()
    over_midnight = preferences.quiet_to < preferences.quiet_from
    for day in (today - DAY, today):
        start = min(_instants(day, preferences.quiet_from, zone))
        end = max(_instants(day + over_midnight * DAY, preferences.quiet_to, zone))
        if start <= now < end:
            return end
    return None


def _instants(day: date, minute: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both readings of a time of the clock; they differ where it is shown twice, or never."""
    shown = datetime.combine(day, time(*divmod(minute, 60)), zone)
    return shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)
