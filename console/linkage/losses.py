"""Unmet demand of a venue by its cause, from the stretches of the week of the latest plan."""

from collections.abc import Iterable
from dataclasses import dataclass

from console.rooms.unmet import CandidateOut, UnmetOut
from domain.planning import Interval
from policies.unmet.losses import Cause


@dataclass(frozen=True, slots=True)
class Loss:
    """Whom a venue does not serve, for one cause."""

    venue: str
    type: str
    cause: Cause
    people: Interval
    """A week; the ends take all stretches to err together."""
    stretches: tuple[UnmetOut, ...]
    """Most people first."""

    @property
    def candidates(self) -> list[CandidateOut]:
        """Rooms that could serve some of them, each at the stretch at which it could serve most."""
        best: dict[str, CandidateOut] = {}
        for candidate in (c for stretch in self.stretches for c in stretch.candidates):
            known = best.get(candidate.room)
            if known is None or candidate.people > known.people:
                best[candidate.room] = candidate
        return sorted(best.values(), key=lambda c: -c.people)


def losses(unmet: Iterable[UnmetOut]) -> list[Loss]:
    """By venue and cause, most people first."""
    found: dict[tuple[str, Cause], list[UnmetOut]] = {}
    for stretch in unmet:
        found.setdefault((stretch.venue, stretch.cause), []).append(stretch)
    made = [
        Loss(
            venue,
            its[0].type,
            cause,
            Interval(*(sum(getattr(u, end) for u in its) for end in ("low", "people", "high"))),
            tuple(sorted(its, key=lambda u: -u.people)),
        )
        for (venue, cause), its in found.items()
    ]
    return sorted(made, key=lambda loss: -loss.people.mean)
