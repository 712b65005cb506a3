"""What was said of under-used rooms and still stands, as the ledger keeps it; managers' answers."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.errors import Conflict
from domain.planning import AuditLine, Fact
from domain.ports import Ledger
from policies.underuse.digest import Digest, Item
from policies.underuse.flags import Feedback, Phase, Standings, answered

STATE = "rooms:underused"
"""Where the ledger keeps standings and flags: one value, so that they never part."""


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class FlagReason(_Out):
    """Facts as in `policies.underuse.reasons.FACTS`."""

    code: str
    facts: Mapping[str, Fact]


class Flag(_Out):
    """What was said of one room; it stands until it clears or is answered."""

    month: str
    """In which it was said, "2026-11"."""
    department: str
    """Who answers for the room; "" where nobody is named."""
    room: str
    venue: str
    phase: Phase
    low: float | None
    utilisation: float | None
    """With its 80 % interval; None where the counts cannot be trusted."""
    high: float | None
    unused_hours: float
    """Place-hours a week that nobody used."""
    reasons: tuple[FlagReason, ...]
    """How much, why, and what might be done."""

    @classmethod
    def of(cls, item: Item, digest: Digest) -> "Flag":
        """As a month's digest has it."""
        low, mean, high = (x if x == x else None for x in item.utilisation)  # noqa: PLR0124 - NaN
        return cls(
            month=digest.month,
            department=digest.department,
            room=item.room,
            venue=item.venue,
            phase=item.phase,
            low=low,
            utilisation=mean,
            high=high,
            unused_hours=item.unused_hours,
            reasons=tuple(FlagReason(code=r.code, facts=r.facts) for r in item.reasons),
        )


class Kept(_Out):
    """What the ledger keeps from month to month."""

    standings: Mapping[str, Any] = Standings().as_json()
    """As `Standings.as_json` has them."""
    flags: tuple[Flag, ...] = ()
    """Those that stand, most unused first."""

    @property
    def month(self) -> str:
        """The latest month looked at; "" before the first."""
        return self.known.month

    @property
    def known(self) -> Standings:
        return Standings.from_json(self.standings)

    def followed_by(self, standings: Standings, digests: Iterable[Digest] = ()) -> "Kept":
        """With new standings and what is new in a month; flags that stand no more are gone."""
        new = [Flag.of(item, digest) for digest in digests for item in digest.items]
        by_room = {flag.room: flag for flag in (*self.flags, *new)}
        stand = [f for f in by_room.values() if standings.of(f.room).phase is f.phase]
        return Kept(
            standings=standings.as_json(),
            flags=tuple(sorted(stand, key=lambda f: (-f.unused_hours, f.room))),
        )


def kept(ledger: Ledger) -> tuple[str | None, Kept]:
    """What is kept: as the ledger has it, and read."""
    text = ledger.state(STATE)
    return text, Kept.model_validate_json(text) if text else Kept()


def answer(
    ledger: Ledger, room: str, feedback: Feedback, *, actor: str, at: datetime, note: str = ""
) -> None:
    """Enter what a manager makes of what is said of a room.

    Raises `NotFound` for a room that is not in the estate, and `Conflict` where nothing is said of
    it, or no longer.
    """
    estate = ledger.estate()
    venue = estate.venue(estate.room(room).venue)
    before, now = kept(ledger)
    if room not in {flag.room for flag in now.flags}:
        raise Conflict(
            f"nothing is said of the room “{room}” at present", hint="open the list anew"
        )
    on = (at.astimezone(venue.tz) - timedelta(minutes=venue.day_starts)).date()
    after = now.followed_by(answered(now.known, room, feedback, on))
    line = AuditLine(at=at, actor=actor, action=f"room.{feedback}", subject=room, detail=note)
    ledger.change_state(STATE, before, after.model_dump_json(), line)
