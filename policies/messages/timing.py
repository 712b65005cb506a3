"""What is due to one person now: what is urgent, and once a day the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.messages import URGENT, Delivery, Notice, Preferences
from policies.messages.quiet import quiet_until


@dataclass(frozen=True, slots=True)
class Due:
    """What one person is told now. `gone` came and went before it was told, and never is."""

    at_once: tuple[Notice, ...] = ()
    digest: tuple[Notice, ...] = ()
    gone: tuple[Notice, ...] = ()


def due(
    untold: Sequence[Notice], preferences: Preferences, digested: datetime | None, now: datetime
) -> Due:
    """Divide what somebody has not been told by when they are.

    Args:
        untold: notices for this person, oldest first.
        preferences: with a zone.
        digested: when their latest digest was made; None: never.
        now: the aware present instant.

    Returns:
        Urgent notices at once; the others in one digest a local day, or at once outside quiet
        hours, as they chose. Whoever keeps the default gets no more than one message a day unless
        something is urgent.
    """
    if preferences.delivery is Delivery.OFF:
        return Due()
    urgent = tuple(n for n in untold if n.kind in URGENT)
    ends = {n.ends for n in untold}
    begun = {n.key for n in untold}
    rest = [n for n in untold if n.kind not in URGENT]
    gone = tuple(n for n in rest if n.key in ends or n.ends in begun)
    rest = [n for n in rest if n not in gone]
    if not rest or quiet_until(preferences, now) is not None:
        return Due(at_once=urgent)
    if preferences.delivery is Delivery.AT_ONCE:
        return Due(at_once=(*urgent, *rest), gone=gone)
    if _is_digest_time(preferences, rest, digested, now):
        return Due(at_once=urgent, digest=tuple(rest), gone=gone)
    return Due(at_once=urgent)


def _is_digest_time(
    preferences: Preferences, rest: Sequence[Notice], digested: datetime | None, now: datetime
) -> bool:
    """Whether the hour has struck since the last digest, and today there was none."""
    zone = ZoneInfo(preferences.zone)
    today = now.astimezone(zone).date()
    if digested is not None and digested.astimezone(zone).date() >= today:
        return False
    hour = time(*divmod(preferences.digest_at, 60))
    strikes = (datetime.combine(day, hour, zone) for day in (today, today - timedelta(days=1)))
    struck = next(at for at in strikes if at.astimezone(UTC) <= now)
    return struck.astimezone(UTC) >= (digested or rest[0].at)
