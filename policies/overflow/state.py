"""What one look at full venues leaves to the next."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from domain.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """A venue that leads people elsewhere."""

    venue: str
    since_s: float
    """Instant from which on it does, seconds since 1970 UTC."""
    owed: Mapping[str, float]
    """By receiver, looks for which it should have been pointed to and was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walking:
    """People on their way."""

    to: str
    arrive_s: float
    """Seconds since 1970 UTC."""
    people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OverflowState:
    """Who leads people elsewhere, and who is on the way; empty to begin with."""

    leading: tuple[Leading, ...] = ()
    walking: tuple[Walking, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain lists, texts and numbers, as `from_json` reads them."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "OverflowState":
        """The state that `as_json` wrote. Raises `InvalidInput` for anything else."""
        try:
            return cls(
                leading=tuple(Leading(**one) for one in plain["leading"]),
                walking=tuple(Walking(**one) for one in plain["walking"]),
            )
        except (KeyError, TypeError) as error:
            raise InvalidInput(
                f"this is no state of full venues: {error}",
                hint="give what `as_json` wrote, or begin with an empty one",
            ) from error
