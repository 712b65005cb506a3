"""What a proposal was made from, kept so that it can be made again to the byte.

A venue's part of the demand, its limits and hours as of then: late readings change the past, and
estates change. Some 17 kB a proposal: arrays keep all their bits, laid out so that they pack well.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np

from domain.calendars import DAY_TYPES, SLOTS_A_DAY
from domain.estate import Venue
from domain.hours import WeeklyHours
from domain.planning import Fact, Proposal
from domain.ports import Ledger
from policies.caution import Caution
from policies.demand import DemandEstimate
from policies.profile import DemandProfile
from policies.proposals import propose

_BYTES = 8
"""Of a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionInputs:
    """The arguments of `policies.proposals.propose`."""

    venue: Venue
    profile: DemandProfile
    """Of this venue only, or of none where nothing was known of it."""
    current: WeeklyHours
    run: str
    at: datetime
    caution: Caution
    noted: Mapping[str, Fact]

    def decided(self) -> Proposal:
        """The proposal that they make."""
        return propose(
            self.venue,
            self.profile,
            self.current,
            run=self.run,
            at=self.at,
            caution=self.caution,
            noted=self.noted,
        )

    def packed(self) -> bytes:
        """For `unpacked`. Bytes of like weight lie together, which halves what no one can guess."""
        said = {
            "venue": self.venue.model_dump(mode="json"),
            "current": self.current.as_text(),
            "run": self.run,
            "at": self.at.isoformat(),
            "caution": asdict(self.caution),
            "noted": dict(self.noted),
            "venues": self.profile.venues,
            "weeks": self.profile.healthy_weeks.tolist(),
        }
        head = json.dumps(said, ensure_ascii=False).encode()
        of = self.profile
        arrays = np.stack([of.rate, of.low, of.high, of.seen]).astype("<f8")
        planes = np.frombuffer(arrays.tobytes(), np.uint8).reshape(-1, _BYTES).T
        return zlib.compress(len(head).to_bytes(4, "big") + head + planes.tobytes(), 9)


def unpacked(body: bytes) -> DecisionInputs:
    """From `DecisionInputs.packed`."""
    whole = zlib.decompress(body)
    end = 4 + int.from_bytes(whole[:4], "big")
    said = json.loads(whole[4:end])
    planes = np.frombuffer(whole[end:], np.uint8).reshape(_BYTES, -1)
    arrays = np.frombuffer(planes.T.tobytes(), "<f8")
    shape = (4, len(said["venues"]), DAY_TYPES, SLOTS_A_DAY)
    rate, low, high, seen = arrays.reshape(shape).astype(np.float64)
    profile = DemandProfile(
        venues=tuple(said["venues"]),
        rate=rate,
        low=low,
        high=high,
        seen=seen,
        healthy_weeks=np.array(said["weeks"], np.float64),
    )
    return DecisionInputs(
        venue=Venue.model_validate(said["venue"]),
        profile=profile,
        current=WeeklyHours.parse(said["current"]),
        run=said["run"],
        at=datetime.fromisoformat(said["at"]),
        caution=Caution(**said["caution"]),
        noted=said["noted"],
    )


def keep_inputs(
    ledger: Ledger, venues: Sequence[Venue], demand: DemandEstimate, proposals: Sequence[Proposal]
) -> None:
    """Keep what the proposals of one run were made from; `venues` has the venue of each."""
    kept = {}
    for venue, proposal in zip(venues, proposals, strict=True):
        inputs = DecisionInputs(
            venue=venue,
            profile=_of(demand.profile, venue.id),
            current=proposal.current,
            run=proposal.run,
            at=proposal.created_at,
            caution=Caution(),
            noted=demand.noted(venue.id),
        )
        kept[proposal.inputs] = proposal.id, inputs.packed()
    if proposals:
        ledger.keep_inputs(kept, max(p.created_at for p in proposals))


def _of(profile: DemandProfile, venue: str) -> DemandProfile:
    rows = [n for n, name in enumerate(profile.venues) if name == venue]
    return DemandProfile(
        venues=tuple(profile.venues[n] for n in rows),
        rate=profile.rate[rows],
        low=profile.low[rows],
        high=profile.high[rows],
        seen=profile.seen[rows],
        healthy_weeks=profile.healthy_weeks[rows],
    )
