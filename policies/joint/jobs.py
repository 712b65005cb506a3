"""A run cut into jobs: each a venue, or a group, that is planned without knowing of the others."""

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from domain.estate import Estate, LinkGroup, Venue
from domain.hours import WeeklyHours
from domain.planning import Fact, Proposal
from policies.cases import Case, Tried
from policies.caution import Caution, VenueDemand
from policies.demand import DemandEstimate
from policies.hours.days import Mask
from policies.joint.members import propose_group
from policies.joint.week import Group
from policies.links.walks import walk_minutes, walking_shares
from policies.profile import Floats
from policies.proposals import proposal_of
from policies.verdicts import decide, unplannable


@dataclass(frozen=True)
class Job:
    """Cases to plan together: of one venue, or of linked ones."""

    cases: tuple[Case, ...]
    run: str
    noted: Mapping[str, Mapping[str, Fact]]
    """By venue, further evidence."""
    weight: Floats
    """(cases, cases) as `walking_shares` gives it."""
    people_an_hour: Floats
    """(cases,) that each can take in; inf where not known."""


def propose_all(
    jobs: Iterable[Job], at: datetime, executor: Executor | None = None
) -> list[Proposal]:
    """The proposals of all jobs, in their order; the same with any executor or none.

    Args:
        jobs: what to plan.
        at: the aware instant at which the run is made.
        executor: where jobs are worked on: a process pool, or any other.
    """
    work = functools.partial(propose_job, at=at)
    found = map(work, jobs) if executor is None else executor.map(work, jobs)
    return [proposal for proposals in found for proposal in proposals]


def propose_job(job: Job, at: datetime) -> list[Proposal]:
    """The proposals of one job; members that cannot be planned are left to themselves."""
    sound = [i for i, case in enumerate(job.cases) if len(job.cases) > 1 and not unplannable(case)]
    together: list[Proposal] = []
    if len(sound) > 1:
        group = Group(
            cases=tuple(job.cases[i] for i in sound),
            weight=job.weight[np.ix_(sound, sound)],
            people_an_hour=job.people_an_hour[sound],
        )
        if not all(group.fixed):
            together = propose_group(group, run=job.run, at=at, noted=job.noted)
    by_venue = {p.venue: p for p in together}
    return [
        by_venue.get(case.venue.id)
        or proposal_of(case, decide(case), run=job.run, at=at, noted=job.noted.get(case.venue.id))
        for case in job.cases
    ]


def parties(
    estate: Estate, due: Sequence[Venue], run_of: Callable[[Venue], str]
) -> Iterator[tuple[Venue, ...]]:
    """The venues that are due, those of a group together where all are due in one run.

    Of a venue in several groups the first counts.
    """
    by_id = {v.id: v for v in due}
    taken: set[str] = set()
    for group in estate.link_groups:
        ids = members(group)
        if by_id.keys() >= set(ids) and not taken & set(ids):
            venues = tuple(by_id[i] for i in ids)
            if len({run_of(v) for v in venues}) == 1:
                taken |= set(ids)
                yield venues
    yield from ((v,) for v in due if v.id not in taken)


def members(group: LinkGroup | None) -> tuple[str, ...]:
    """Ids of the members, the hub first; none without a group."""
    return () if group is None else (group.hub, *(walk.venue for walk in group.satellites))


def shares_of(estate: Estate, venues: Sequence[Venue]) -> Floats:
    """(venues, venues) who walks to whom: of a group's members, or of one venue alone."""
    ids = tuple(v.id for v in venues)
    group = next((g for g in estate.link_groups if members(g) == ids), None)
    return np.eye(len(ids)) if group is None else walking_shares(walk_minutes(group, venues))


def jobs_of(
    estate: Estate,
    due: Sequence[Venue],
    demand: DemandEstimate,
    current: Mapping[str, WeeklyHours],
    run_of: Callable[[Venue], str],
    booked: Mapping[str, Mask] | None = None,
    tried: Mapping[str, Tried] | None = None,
) -> Iterator[Job]:
    """What is to be planned of the venues that are due.

    Args:
        estate: with rooms, which say how many people a venue holds, and groups.
        due: venues to plan.
        demand: of these, as far as anything is known.
        current: by venue, the hours that hold when a change would take effect.
        run_of: the name of a venue's run.
        booked: by venue, (7, 96) slots that must not be closed; none where it is not there.
        tried: by venue, its trials; none where it is not there.
    """
    booked, tried = booked or {}, tried or {}
    for venues in parties(estate, due, run_of):
        yield Job(
            cases=tuple(
                Case(
                    venue=v,
                    demand=VenueDemand.of(demand.profile, v.id),
                    current=current[v.id],
                    caution=Caution(),
                    tried=tried.get(v.id, Tried()),
                    booked=booked.get(v.id),
                )
                for v in venues
            ),
            run=run_of(venues[0]),
            noted={v.id: demand.noted(v.id) for v in venues},
            weight=shares_of(estate, venues),
            people_an_hour=np.array([people_an_hour(estate, v, demand) for v in venues]),
        )


def people_an_hour(estate: Estate, venue: Venue, demand: DemandEstimate) -> float:
    """How many a venue can take in: what its rooms hold over the mean stay; inf where unknown."""
    rooms = estate.rooms_by_venue[venue.id]
    if venue.id not in demand.profile.venues or not all(r.capacity for r in rooms):
        return math.inf
    stay_hours = demand.stay_minutes[demand.profile.venues.index(venue.id)] / 60
    holds = sum(r.capacity or 0 for r in rooms)
    return float(holds / stay_hours) if np.isfinite(stay_hours) and holds else math.inf
