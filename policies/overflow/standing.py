"""What is said of full venues until the next look: kept for a restart, read by whoever shows it."""

import json
from collections.abc import Container
from dataclasses import asdict, dataclass, field, replace

from domain.errors import InvalidInput
from policies.overflow.advice import Advice, Receiver
from policies.overflow.state import OverflowState

KEY = "overflow"
"""Of the small value in which it is kept; another one where the form of it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One look and what it led to; empty before the first."""

    at_s: float = 0.0
    """When it was, seconds since 1970 UTC."""
    until_s: float = 0.0
    """Nobody is to follow its advice after that."""
    state: OverflowState = field(default_factory=OverflowState)
    advice: tuple[Advice, ...] = ()
    announced: tuple[str, ...] = ()
    """Venues at whose doors something may be said that nobody has taken back yet."""

    def as_text(self) -> str:
        """JSON, as `from_text` reads it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str | None) -> "Standing":
        """What `as_text` wrote; an empty one for no text. Raises `InvalidInput` for another."""
        if not text:
            return cls()
        try:
            kept = json.loads(text)
            advice = tuple(
                Advice(**one | {"receivers": tuple(Receiver(**r) for r in one["receivers"])})
                for one in kept["advice"]
            )
            state = OverflowState.from_json(kept["state"])
            announced = tuple(kept["announced"])
            return cls(**kept | {"state": state, "advice": advice, "announced": announced})
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput(
                f"this is no standing of full venues: {error}", hint="give what `as_text` wrote"
            ) from error

    def holding(self, at_s: float, venues: Container[str]) -> "Standing":
        """The same with the advice only that holds at an instant, all of whose venues exist."""
        holds = tuple(
            one
            for one in self.advice
            if at_s <= self.until_s
            and all(venue in venues for venue in (one.venue, *(r.venue for r in one.receivers)))
        )
        return replace(self, advice=holds)
