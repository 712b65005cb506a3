"""What proposals were made from, kept so that they can be made again to the byte.

The demand, limits, hours, bookings and trials of a venue, or of linked ones that were planned
together, as of then: late readings change the past, and estates change. Some 15 kB a venue: arrays
keep all their bits, laid out so that they pack well.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np

from domain.calendars import SLOTS_A_DAY
from domain.estate import Venue
from domain.hours import WeeklyHours
from domain.planning import Proposal, Verdict
from domain.ports import Ledger
from policies.cases import Case, Tried
from policies.caution import Caution, VenueDemand
from policies.hours.days import Mask
from policies.joint.jobs import Job, propose_job
from policies.trials.trial import Trial

_BYTES = 8
"""Of a number."""
_TABLES = ("rate", "low", "high", "seen")
_WEEK = (7, SLOTS_A_DAY)


@dataclass(frozen=True, slots=True)
class DecisionInputs:
    """A job of a planning run, and when it was done."""

    job: Job
    at: datetime

    def decided(self, venue: str) -> Proposal:
        """The proposal that they make for one of the venues."""
        return next(p for p in propose_job(self.job, self.at) if p.venue == venue)

    def case(self, venue: str) -> Case:
        """What was known of one of the venues."""
        return next(c for c in self.job.cases if c.venue.id == venue)

    def packed(self) -> bytes:
        """For `unpacked`. Bytes of like weight lie together, which halves what no one can guess."""
        said = {
            "at": self.at.isoformat(),
            "run": self.job.run,
            "noted": {venue: dict(facts) for venue, facts in self.job.noted.items()},
            "weight": self.job.weight.tolist(),
            "people_an_hour": self.job.people_an_hour.tolist(),
            "cases": [_said(case) for case in self.job.cases],
        }
        head = json.dumps(said, ensure_ascii=False).encode()
        tables = [getattr(case.demand, name) for case in self.job.cases for name in _TABLES]
        arrays = np.stack(tables).astype("<f8")
        planes = np.frombuffer(arrays.tobytes(), np.uint8).reshape(-1, _BYTES).T
        return zlib.compress(len(head).to_bytes(4, "big") + head + planes.tobytes(), 9)


def unpacked(body: bytes) -> DecisionInputs:
    """From `DecisionInputs.packed`."""
    whole = zlib.decompress(body)
    end = 4 + int.from_bytes(whole[:4], "big")
    said = json.loads(whole[4:end])
    planes = np.frombuffer(whole[end:], np.uint8).reshape(_BYTES, -1)
    arrays = np.frombuffer(planes.T.tobytes(), "<f8").astype(np.float64)
    tables = arrays.reshape(-1, len(_TABLES), *_WEEK)
    job = Job(
        cases=tuple(_case(one, its) for one, its in zip(said["cases"], tables, strict=True)),
        run=said["run"],
        noted=said["noted"],
        weight=np.array(said["weight"]),
        people_an_hour=np.array(said["people_an_hour"]),
    )
    return DecisionInputs(job, datetime.fromisoformat(said["at"]))


def keep_inputs(
    ledger: Ledger, jobs: Sequence[Job], proposals: Mapping[str, Proposal], at: datetime
) -> None:
    """Keep what the proposals of one run were made from.

    Args:
        ledger: where.
        jobs: of the run.
        proposals: what came of them, by venue.
        at: when the run was made.
    """
    kept = {}
    for job in jobs:
        body = DecisionInputs(job, at).packed()
        found = [proposals[case.venue.id] for case in job.cases]
        # of proposals that share their inputs, one that may be decided on stands for them
        for proposal in sorted(found, key=lambda p: p.verdict is Verdict.CHANGE):
            kept[proposal.inputs] = proposal.id, body
    if kept:
        ledger.keep_inputs(kept, at)


def _said(case: Case) -> dict[str, Any]:
    return {
        "venue": case.venue.model_dump(mode="json"),
        "current": case.current.as_text(),
        "caution": asdict(case.caution),
        "weeks": case.demand.weeks,
        "running": [t.as_json() for t in case.tried.running],
        "proved": [t.as_json() for t in case.tried.proved],
        "booked": None if case.booked is None else np.packbits(case.booked).tobytes().hex(),
    }


def _case(said: Mapping[str, Any], tables: np.ndarray[Any, np.dtype[np.float64]]) -> Case:
    return Case(
        venue=Venue.model_validate(said["venue"]),
        demand=VenueDemand(
            **dict(zip(_TABLES, tables, strict=True)),
            weeks=said["weeks"],
        ),
        current=WeeklyHours.parse(said["current"]),
        caution=Caution(**said["caution"]),
        tried=Tried(
            running=tuple(map(Trial.of_json, said["running"])),
            proved=tuple(map(Trial.of_json, said["proved"])),
        ),
        booked=None if said["booked"] is None else _mask(said["booked"]),
    )


def _mask(text: str) -> Mask:
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(text), np.uint8))
    return bits[: _WEEK[0] * _WEEK[1]].reshape(_WEEK).astype(np.bool_)
