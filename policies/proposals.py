"""From a demand profile to a proposal: what to change, why, and what it is expected to bring.

Only the ordinary week is planned: public holidays and special days keep their own hours.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np

from domain.estate import Venue
from domain.hours import WeeklyHours
from domain.planning import Fact, Proposal, Status, Verdict, proposal_id
from domain.schedules import earliest_effect
from policies.cases import Case, Tried
from policies.caution import Caution, VenueDemand
from policies.profile import DemandProfile
from policies.verdicts import Outcome, decide

POLICY = "hours-dp/2"
"""Name and version of the policy; one that decides otherwise has another version."""


def propose(  # noqa: PLR0913 - all that a proposal is made from
    venue: Venue,
    profile: DemandProfile,
    current: WeeklyHours,
    *,
    run: str,
    at: datetime,
    caution: Caution | None = None,
    noted: Mapping[str, Fact] | None = None,
    tried: Tried | None = None,
) -> Proposal:
    """What the policy says of one venue; equal arguments give an equal proposal.

    Args:
        venue: with the limits that hours must keep.
        profile: demand of some venues; of one that is not among them there is not enough data.
        current: the hours that hold when the change would take effect.
        run: name of the planning run.
        at: the aware instant at which the run is made.
        caution: how sure to be; None: as `Caution` has it.
        noted: further evidence, as `DemandEstimate.noted` has it.
        tried: the venue's trials; None: there are none.
    """
    demand = VenueDemand.of(profile, venue.id)
    case = Case(venue, demand, current, caution or Caution(), tried or Tried())
    return proposal_of(case, decide(case), run=run, at=at, noted=noted)


def proposal_of(
    case: Case, outcome: Outcome, *, run: str, at: datetime, noted: Mapping[str, Fact] | None = None
) -> Proposal:
    """The proposal that an outcome of a case is; arguments as of `propose`."""
    venue, current = case.venue, case.current
    return Proposal(
        id=proposal_id(venue.id, run),
        venue=venue.id,
        run=run,
        created_at=at,
        verdict=outcome.verdict,
        current=current,
        proposed=outcome.hours,
        effective_from=earliest_effect(venue, at),
        reasons=outcome.reasons,
        evidence={**(noted or {}), **case.evidence(outcome.hours), **outcome.evidence},
        effect=case.effect(outcome.hours),
        policy=POLICY,
        inputs=_fingerprint(case, run, at),
        status=Status.OPEN if outcome.verdict is Verdict.CHANGE else Status.CLOSED,
    )


def _fingerprint(case: Case, run: str, at: datetime) -> str:
    """SHA-256, in hexadecimal, of all that a proposal is made from."""
    given = {
        "policy": POLICY,
        "run": run,
        "at": at.astimezone(UTC).isoformat(),
        "venue": case.venue.model_dump(mode="json"),
        "current": case.current.days,
        "caution": asdict(case.caution),
        "weeks": case.demand.weeks,
        "running": [t.as_json() for t in case.tried.running],
        "proved": [t.as_json() for t in case.tried.proved],
    }
    digest = hashlib.sha256(json.dumps(given, sort_keys=True, ensure_ascii=False).encode())
    for table in (case.demand.rate, case.demand.low, case.demand.high, case.demand.seen):
        one_nan = np.where(np.isnan(table), np.nan, table + 0.0)
        digest.update(one_nan.astype("<f8").tobytes())
    if case.booked is not None:
        digest.update(np.packbits(case.booked).tobytes())
    return digest.hexdigest()
