"""Unmet demand as the planning run leaves it in the ledger, and as JSON shows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.ports import Ledger
from policies.unmet.losses import Cause

STATE = "unmet"
"""Where the ledger keeps the report."""


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class CandidateOut(_Out):
    """A room that could serve some of the people."""

    room: str
    venue: str
    walk_minutes: float
    places: float
    """Free throughout the time."""
    needed: float
    """Places that would do for all."""
    open_share: float
    """Of the time, for which its venue is open already."""
    people: float
    """A week, that it could serve."""


class UnmetOut(_Out):
    """People whom nobody serves: where, when, why, how many."""

    venue: str
    type: str
    day: str
    """Business day, mon to sun."""
    start: str
    """Wall clock, HH:MM; the small hours are those after the day."""
    end: str
    cause: Cause
    people: float
    """A week, with the 80 % interval."""
    low: float
    high: float
    candidates: tuple[CandidateOut, ...]
    """Best first."""


class UnmetReport(_Out):
    """All of it, by the latest plan."""

    at: datetime | None = None
    """None: nothing was planned yet."""
    unmet: tuple[UnmetOut, ...] = ()
    """Most people first."""
    layer: Mapping[str, Any] = {"type": "FeatureCollection", "features": []}
    """GeoJSON: people a week by venue and cause."""


def unmet_report(ledger: Ledger) -> UnmetReport:
    """The latest report; an empty one before the first plan."""
    text = ledger.state(STATE)
    return UnmetReport.model_validate_json(text) if text else UnmetReport()
