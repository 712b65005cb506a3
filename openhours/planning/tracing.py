"""From a decision back to the quarter-hours and readings of its week, and the batches in the log.

A proposal names its inputs by fingerprint, and its week; the week has sensors, these have bins, and
bins have readings. A reading keeps the instant at which its message was received, which no two
messages of a worker share: the log, at level debug, names the first and last of every batch.
"""

from datetime import datetime, timedelta

from pydantic import BaseModel

from domain.calendars import epoch_us, from_epoch_us, instant
from domain.estate import Estate
from domain.planning import Proposal
from domain.ports import Ledger, TimeSeriesStore
from domain.sensor_bins import BIN_US
from openhours.planning.history import week_start

WEEK = timedelta(weeks=1)


class SensorTrace(BaseModel):
    """What of one sensor a week rests on."""

    sensor: str
    room: str
    bins: int
    """Quarter-hours in which anything of it is known."""
    readings: int
    """Still stored."""
    received_from: datetime | None
    """When the first of these came."""
    received_to: datetime | None


class Trace(BaseModel):
    """Where a proposal came from."""

    proposal: str
    made_at: datetime
    policy: str
    inputs: str
    """Fingerprint of what it was decided on."""
    inputs_are_kept: bool
    decided: str
    """Outcome, by whom and when; empty while it is open."""
    week_from: datetime
    week_to: datetime
    sensors: list[SensorTrace]


def trace(ledger: Ledger, series: TimeSeriesStore, proposal_id: str) -> Trace:
    """The trail of a proposal. Raises `NotFound` and `StoreUnavailable`."""
    proposal, estate = ledger.proposal(proposal_id), ledger.estate()
    start, end = _week_of(proposal, estate)
    decided = [
        f"{d.outcome} by {d.actor}, {d.at.isoformat()}"
        for d in ledger.decisions([proposal_id]).values()
    ]
    return Trace(
        proposal=proposal_id,
        made_at=proposal.created_at,
        policy=proposal.policy,
        inputs=proposal.inputs,
        inputs_are_kept=ledger.inputs(proposal.inputs) is not None,
        decided="".join(decided),
        week_from=start,
        week_to=end,
        sensors=[
            _of_sensor(series, sensor.id, room.id, start, end)
            for room in estate.rooms_by_venue[proposal.venue]
            for sensor in estate.sensors_by_room[room.id]
        ],
    )


def _week_of(proposal: Proposal, estate: Estate) -> tuple[datetime, datetime]:
    """The business week that the run is named after. Raises `NotFound` for a venue that is gone."""
    venue = estate.venue(proposal.venue)
    end = instant(week_start(venue, proposal.created_at), venue.day_starts, venue.tz)
    return end - WEEK, end


def _of_sensor(
    series: TimeSeriesStore, sensor: str, room: str, start: datetime, end: datetime
) -> SensorTrace:
    start_us, end_us = epoch_us(start), epoch_us(end)
    received = series.read([sensor], start_us, end_us).received_us
    return SensorTrace(
        sensor=sensor,
        room=room,
        bins=len(series.bins([sensor], start_us // BIN_US, end_us // BIN_US)),
        readings=len(received),
        received_from=from_epoch_us(int(received.min())) if len(received) else None,
        received_to=from_epoch_us(int(received.max())) if len(received) else None,
    )
