"""What came of decisions: the measured effect beside each, as the ledger keeps it."""

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from domain.ports import Ledger

KEY = "effect:"
"""Before a proposal's id, where the ledger keeps its effect."""


class MeasuredEffect(BaseModel):
    """Visits since new hours were in force, against before and beside venues that did not change.

    No proof, for no lot chose the venue. It is measured after 4, 8 and 12 whole weeks.
    """

    model_config = ConfigDict(frozen=True)

    proposal: str
    venue: str
    version: int
    effective_from: date
    measured_at: datetime
    weeks_before: int
    weeks_after: int
    """Weeks since that could be told."""
    after_weeks: int
    """Whole weeks that had passed: 4, 8 or 12."""
    controls: int
    """Venues that it is compared with; 0: with its own past alone."""
    before: float
    """Visits a week."""
    after: float
    share: float
    """Change against what would be by the others, as a share, with its 95 % interval."""
    low: float
    high: float
    expected: float
    """Visits a week by which the proposal expected them to change."""

    @property
    def is_told(self) -> bool:
        """Whether the interval leaves no doubt of the direction."""
        return self.low > 0 or self.high < 0


def effects(ledger: Ledger, venue: str | None = None) -> Mapping[str, MeasuredEffect]:
    """The latest measured effect of each decision, by proposal; only of a venue where given.

    Decisions of which nothing could be told yet are absent.
    """
    prefix = KEY if venue is None else f"{KEY}{venue}:"
    found = ledger.states(prefix).values()
    return {e.proposal: e for e in map(MeasuredEffect.model_validate_json, found)}
