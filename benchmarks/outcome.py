"""What went wrong, and what came of it."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from benchmarks.common import Figure


class Victim(StrEnum):
    """What goes wrong in a round."""

    SERVICE = "service"
    WORKER = "worker"
    BROKER = "broker"
    DISK = "disk"
    """It is full for a while."""
    DATABASE = "database"
    """It is killed, and away for a while."""
    OUTAGE = "outage"
    """It is away for long, while many messages come."""


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    rounds: int = 0
    published: int = 0
    """Readings, each of one person, that a broker has acknowledged."""
    stored: int = 0
    """Persons in the store."""
    lost: int = 0
    duplicated: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    """How often, by victim."""
    lost_by_victim: Counter[str] = field(default_factory=Counter)
    """Messages, by what went wrong at the time."""
    seconds: float = 0.0
    outage: dict[str, float] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return not (self.lost or self.duplicated) and self.stored == self.published > 0

    def add(self, other: "Outcome") -> None:
        """Count another's too."""
        for name in ("rounds", "published", "stored", "lost", "duplicated", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.struck += other.struck
        self.lost_by_victim += other.lost_by_victim
        self.outage |= other.outage

    def figures(self) -> dict[str, Figure]:
        """For the report."""
        return {
            "rounds": self.rounds,
            "published": self.published,
            "stored": self.stored,
            "lost": self.lost,
            "duplicated": self.duplicated,
            "by_victim": {
                victim: {"rounds": times, "messages_lost": self.lost_by_victim[victim]}
                for victim, times in self.struck.items()
            },
            **self.outage,
            "seconds": self.seconds,
        }
