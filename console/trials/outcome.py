"""What came of a roll-out that was drawn by lot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.rollouts import DrawnRollout
from policies.uplift.claim import Claim
from policies.uplift.figures import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a roll-out."""

    rollout: DrawnRollout
    claim: Claim
    figures: tuple[Figure, ...]
    """Of venues, groups and areas; none where nothing is claimed."""
    too_early: Mapping[str, date]
    """Venues whose hours changed before their wave, and when: the effect is of what was drawn, and
    then rather too small."""
