"""Notices and preferences for the tests of this folder."""

from datetime import UTC, datetime, timedelta

from domain.messages import Delivery, Kind, Notice, Preferences

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"


def at(minutes: float) -> datetime:
    """Minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def notice(
    key: str, kind: Kind = Kind.PROPOSAL, when: datetime = NOON, ends: str = "", venue: str = "hall"
) -> Notice:
    return Notice(key=key, kind=kind, at=when, ends=ends, venue=venue)


def wants(
    quiet: tuple[int, int] = (21 * 60, 7 * 60),
    delivery: Delivery = Delivery.DIGEST,
    digest_at: int = 8 * 60,
    zone: str = SHANGHAI,
) -> Preferences:
    return Preferences(
        person="ann",
        zone=zone,
        quiet_from=quiet[0],
        quiet_to=quiet[1],
        delivery=delivery,
        digest_at=digest_at,
    )
