"""A decision made again: from what was kept of it, and from what the stores say today."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import numpy as np

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY
from domain.estate import Venue
from domain.planning import Proposal, Reason, ScheduleVersion, Verdict
from domain.ports import Ledger
from openhours.planning.inputs import DecisionInputs, unpacked
from openhours.planning.run import PlanningRun
from policies.cases import Case
from policies.proposals import POLICY
from store.ledger.bodies import proposal_body


class Found(StrEnum):
    """What retracing found; the sentences are in `console.words.retraced`."""

    NOT_KEPT = "not_kept"
    SAME = "same"
    """Every byte of the proposal but what became of it."""
    OTHER_POLICY = "other_policy"
    DIFFERS = "differs"
    SAME_TODAY = "same_today"
    ESTATE_CHANGED = "estate_changed"
    HOURS_CHANGED = "hours_changed"
    """The hours that the proposal set out from."""
    BOOKINGS_CHANGED = "bookings_changed"
    TRIALS_CHANGED = "trials_changed"
    LINKED_CHANGED = "linked_changed"
    """Something of the venues that it was planned together with."""
    DEMAND_CHANGED = "demand_changed"
    """Readings came later, or were read otherwise, here or at venues that it learns from."""
    DECIDES_ALIKE = "decides_alike"
    DECIDES_OTHERWISE = "decides_otherwise"
    VENUE_GONE = "venue_gone"


def retraced(ledger: Ledger, proposal: Proposal) -> list[Reason]:
    """What comes of deciding again from what was kept."""
    if (kept := inputs_of(ledger, proposal)) is None:
        return [Reason(Found.NOT_KEPT)]
    differing = _differing(proposal, kept.decided(proposal.venue))
    if not differing:
        return [Reason(Found.SAME, {"fingerprint": proposal.inputs})]
    found = [Reason(Found.DIFFERS, {"parts": ", ".join(differing)})]
    if proposal.policy != POLICY:
        found.insert(0, Reason(Found.OTHER_POLICY, {"then": proposal.policy, "now": POLICY}))
    return found


def inputs_of(ledger: Ledger, proposal: Proposal) -> DecisionInputs | None:
    """What the proposal was made from; None where it is not kept."""
    body = ledger.inputs(proposal.inputs)
    return None if body is None else unpacked(body)


def retraced_today(run: PlanningRun, proposal: Proposal) -> list[Reason]:
    """What comes of planning the same week again from the stores as they are today.

    Nothing is written. Readings up to the end of that week count, late ones included, and schedule
    versions that were there then. Venues that were planned together are again.
    """
    estate = run.ledger.estate()
    if proposal.venue not in estate.venue_by_id:
        return [Reason(Found.VENUE_GONE)]
    kept = inputs_of(run.ledger, proposal)
    together = [c.venue.id for c in kept.job.cases] if kept else [proposal.venue]
    onlooker = _Onlooker(run.ledger, proposal.created_at)
    decided = replace(
        run, ledger=cast("Ledger", onlooker), jointly=run.jointly or len(together) > 1
    ).decide(estate, [v for v in estate.venues if v.id in together], proposal.created_at)
    again = next(p for p in decided.proposals if p.venue == proposal.venue)
    if again.inputs == proposal.inputs:
        return [Reason(Found.SAME_TODAY)]
    causes = _all_causes(kept, unpacked(onlooker.kept[again.inputs]), again.venue) if kept else []
    return [*causes, _outcome(proposal, again)]


@dataclass(slots=True)
class _Onlooker:
    """The ledger as a run at an instant found it; what the run keeps is only looked at."""

    ledger: Ledger
    at: datetime
    kept: dict[str, bytes] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ledger, name)

    def schedules(self) -> Mapping[str, Sequence[ScheduleVersion]]:
        every = self.ledger.schedules()
        then = {venue: [v for v in of if v.created_at <= self.at] for venue, of in every.items()}
        return {venue: versions or every[venue][:1] for venue, versions in then.items()}

    def keep_inputs(self, inputs: Mapping[str, tuple[str, bytes]], _: datetime) -> None:
        self.kept |= {fingerprint: body for fingerprint, (_, body) in inputs.items()}

    def set_state(self, *_: str) -> None:
        """What is kept beside proposals stays that of the latest run."""


def _differing(stored: Proposal, again: Proposal) -> list[str]:
    """The parts of two proposals that are not the same to the byte."""
    one, other = (json.loads(proposal_body(p)) for p in (stored, again))
    named = {"verdict": (stored.verdict, again.verdict)}
    named |= {part: (one[part], other[part]) for part in one}
    return [part for part, pair in named.items() if len(set(map(json.dumps, pair))) > 1]


def _all_causes(then: DecisionInputs, now: DecisionInputs, venue: str) -> list[Reason]:
    """What is not as it was, of the venue or else of those that it was planned together with."""
    if own := list(_causes(then.case(venue), now.case(venue))):
        return own
    here = {case.venue.id: case for case in now.job.cases}
    changed = [
        case.venue.name
        for case in then.job.cases
        if case.venue.id not in here or [*_causes(case, here[case.venue.id])]
    ]
    return [Reason(Found.LINKED_CHANGED, {"venues": ", ".join(changed)})] if changed else []


def _causes(then: Case, now: Case) -> Iterator[Reason]:
    if fields := _fields_changed(then.venue, now.venue):
        yield Reason(Found.ESTATE_CHANGED, {"fields": ", ".join(fields)})
    if then.current != now.current:
        facts = {"then": str(then.current), "now": str(now.current)}
        yield Reason(Found.HOURS_CHANGED, facts)
    booked = [np.zeros((7, SLOTS_A_DAY)) if c.booked is None else c.booked for c in (then, now)]
    if not np.array_equal(booked[0], booked[1]):
        hours = [float(b.sum()) * SLOT_MINUTES / 60 for b in booked]
        yield Reason(Found.BOOKINGS_CHANGED, {"hours_then": hours[0], "hours_now": hours[1]})
    if then.tried != now.tried:
        yield Reason(Found.TRIALS_CHANGED)
    was, is_now = then.demand, now.demand
    pairs = [(getattr(was, n), getattr(is_now, n)) for n in ("rate", "low", "high", "seen")]
    if was.weeks != is_now.weeks or any(not np.array_equal(*p, equal_nan=True) for p in pairs):
        yield Reason(
            Found.DEMAND_CHANGED,
            {
                "visits_then": float(np.nansum(was.rate)),
                "visits_now": float(np.nansum(is_now.rate)),
                "weeks_then": was.weeks,
                "weeks_now": is_now.weeks,
            },
        )


def _fields_changed(then: Venue, now: Venue) -> list[str]:
    """Fields of the venue that differ, those of its limits as "limits.core"."""
    one, other = then.model_dump(mode="json"), now.model_dump(mode="json")
    changed = [f for f in one if f != "limits" and one[f] != other[f]]
    limits = one["limits"]
    return changed + [f"limits.{f}" for f in limits if limits[f] != other["limits"][f]]


def _outcome(stored: Proposal, again: Proposal) -> Reason:
    if (stored.verdict, stored.proposed) == (again.verdict, again.proposed):
        return Reason(Found.DECIDES_ALIKE)
    hours = str(again.proposed) if again.verdict is Verdict.CHANGE else ""
    return Reason(Found.DECIDES_OTHERWISE, {"verdict": again.verdict.value, "hours": hours})
