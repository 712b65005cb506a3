"""How the processes that receive are doing, for those that plan or show: through the ledger."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event
from time import monotonic

import msgspec

from domain.clock import Clock
from domain.errors import StoreUnavailable
from domain.ports import Ledger
from ingest.state import IngestState
from openhours.receiving.workers import together

LOOK_EVERY_S = 1.0
PREFIX = "receiving: "
SILENT_AFTER = timedelta(seconds=60)
"""So long after its last word a process counts as away: its readings are waited for."""
GONE_AFTER = timedelta(minutes=15)
"""After this it is planned without: what it may still hold corrects the past when it comes."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a process says of itself."""

    at: datetime
    state: IngestState


def say(ledger: Ledger, name: str, state: IngestState, at: datetime) -> None:
    """Put the word of process `name` in the place of its last. Raises `StoreUnavailable`."""
    ledger.set_state(PREFIX + name, msgspec.json.encode(Word(at, state)).decode())


def say_goodbye(ledger: Ledger, name: str, state: IngestState, at: datetime) -> None:
    """Take the word back, unless messages wait on the disk. Raises `StoreUnavailable`."""
    if state.spooled:
        say(ledger, name, state, at)
    else:
        ledger.set_state(PREFIX + name, "")


class Reported:
    """The receiving processes of a ledger, by their last words."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    @property
    def state(self) -> IngestState:
        """All as one. Not subscribed while a process is away that was there a while ago."""
        states = self.states
        return together(states) if states else IngestState(broker_problem="nobody receives")

    @property
    def states(self) -> Sequence[IngestState]:
        """That of each, by name."""
        try:
            said = self._ledger.states(PREFIX)
        except StoreUnavailable as error:
            return [IngestState(store_problem=str(error))]
        now = self._clock.now()
        words = {n.removeprefix(PREFIX): msgspec.json.decode(t, type=Word) for n, t in said.items()}
        return [_heard(n, w, now) for n, w in words.items() if now - w.at < GONE_AFTER]

    def wait_until(self, satisfied: Callable[[IngestState], bool], timeout_s: float) -> bool:
        """Whether the state came to satisfy, looked at as often as there may be new words."""
        deadline_s = monotonic() + timeout_s
        while not satisfied(self.state):
            if monotonic() > deadline_s:
                return False
            Event().wait(LOOK_EVERY_S)
        return True


def _heard(name: str, word: Word, now: datetime) -> IngestState:
    if now - word.at < SILENT_AFTER:
        return word.state
    problem = f"{name} has said nothing since {word.at:%H:%M:%S} UTC"
    return replace(word.state, connected=False, subscribed=False, broker_problem=problem)
