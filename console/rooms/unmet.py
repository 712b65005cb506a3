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
    model_config = ConfigDict(frozen=True, from_attributes=True, use_attribute_docstrings=True)


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


class TwinsOut(_Out):
    """Two rooms of one type within a walk whose people would fit into one of them."""

    kept: str
    spared: str
    walk_minutes: float
    fullest: float
    """People in both together over the room of the one that is kept, at the fullest time of a
    busy week."""
    hours: float
    """Open hours a week of the one that is spared."""


class UnmetReport(_Out):
    """All of it, by the latest plan."""

    at: datetime | None = None
    """None: nothing was planned yet."""
    unmet: tuple[UnmetOut, ...] = ()
    """Most people first."""
    layer: Mapping[str, Any] = {"type": "FeatureCollection", "features": []}
    """GeoJSON: people a week by venue and cause."""
    twins: tuple[TwinsOut, ...] = ()
    """Duplicate facilities, the emptiest first."""


def unmet_report(ledger: Ledger) -> UnmetReport:
    """The latest report; an empty one before the first plan."""
    text = ledger.state(STATE)
    return UnmetReport.model_validate_json(text) if text else UnmetReport()
