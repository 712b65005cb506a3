"""The wish that rejected messages be read again, and what came of the last one.

Whoever holds the stores fulfils it: `openhours.receiving.replaying`.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from domain.planning import AuditLine
from domain.ports import Ledger

WISH, ANSWER = "replay-rejected:wish", "replay-rejected:answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of the last wish."""

    at: datetime
    """When it was asked for."""
    mended: int
    """Messages that could be read."""
    stored: int
    """New readings in them."""
    still: int
    """Messages that still cannot be read."""


def ask(ledger: Ledger, reason: str | None, at: datetime, *, actor: str) -> str:
    """Leave the wish, of all messages or of one reason; return the name of its answer."""
    name = at.isoformat()
    line = AuditLine(
        at=at, actor=actor, action="rejections.read_again", subject=reason or "all messages"
    )
    wish = json.dumps({"name": name, "reason": reason})
    ledger.change_state(WISH, ledger.state(WISH), wish, line)
    return name


def waits(ledger: Ledger) -> bool:
    """Whether a wish has not been fulfilled yet."""
    return bool(ledger.state(WISH))


def last(ledger: Ledger) -> Reading | None:
    """What came of the last wish that was fulfilled."""
    answer = json.loads(ledger.state(ANSWER) or "{}")
    if not answer:
        return None
    mended, stored, still = answer["reread"]
    at = datetime.fromisoformat(answer["name"])
    return Reading(at=at, mended=mended, stored=stored, still=still)
