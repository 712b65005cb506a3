"""How ingest is doing, as a snapshot that can be waited for."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestState:
    """How the subscriber is doing. Numbers count from its start."""

    connected: bool = False
    subscribed: bool = False
    """The broker has granted every topic filter on the present connection."""
    broker_problem: str = ""
    """What is wrong between us and the broker; empty when nothing is."""
    store_problem: str = ""
    received: int = 0
    """Messages."""
    waiting: int = 0
    """Messages received and not yet safe."""
    spooled: int = 0
    """Messages that are safe on disk, and not in the store yet."""
    lag_s: float = 0.0
    """How long the oldest of those has waited."""
    stored: int = 0
    """Readings that were not there before."""
    duplicates: int = 0
    """Readings that were."""
    rejected: int = 0
    """Messages of which something could not be read."""
    flooded: int = 0
    """Messages left out, for their topics had said too much."""
    flooding: tuple[str, ...] = ()
    """Topics of which that is so this hour."""
    last_message_at: datetime | None = None


class StateBoard:
    """The latest `IngestState`, changed by some threads and waited for by others."""

    def __init__(self) -> None:
        self._state = IngestState()
        self._changed = threading.Condition()

    def read(self) -> IngestState:
        return self._state

    def change(self, change: Callable[[IngestState], IngestState]) -> None:
        """Put `change(state)` in the place of the state."""
        with self._changed:
            self._state = change(self._state)
            self._changed.notify_all()

    def wait_until(self, satisfied: Callable[[], bool], timeout_s: float) -> bool:
        """Whether `satisfied` came true, looked at on every change, within `timeout_s`."""
        with self._changed:
            return self._changed.wait_for(satisfied, timeout_s)
