"""How slowly new hours become known.

For every quarter-hour of the week, a share of people believes the door open. Each week in which a
quarter-hour has its hours, the share that does not know them falls by exp(−1 / learning weeks).
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOTS_A_DAY
from simulator.visits import Flags, Openings

Believed = NDArray[np.float32]
"""Share of people who believe the door open, 0 to 1."""

_KNOWN = 0.01
"""Once fewer than this are wrong, everybody knows."""


class Beliefs:
    """What people believe of the hours of some doors."""

    def __init__(self, learning_weeks: Sequence[float]) -> None:
        """`learning_weeks`: (doors,) time constant; 0: everybody knows at once."""
        weeks = np.array(learning_weeks)
        self._forgets = np.exp(-1 / np.where(weeks > 0, weeks, np.inf)) * (weeks > 0)
        self.week = np.full((len(weeks), 7, SLOTS_A_DAY), np.nan, dtype=np.float32)
        """(doors, weekdays, slots); NaN before the weekday has been seen."""

    def as_text(self) -> str:
        """What is believed, for `restore`; nothing where all know the hours."""
        return b64encode(self.week.tobytes()).decode() if self.are_slow else ""

    def restore(self, text: str) -> None:
        """Believe what was believed when `text` was taken, if the doors are as many."""
        kept = np.frombuffer(b64decode(text), dtype=np.float32)
        if kept.size == self.week.size:
            self.week = kept.reshape(self.week.shape).copy()

    @property
    def are_slow(self) -> bool:
        """Whether anybody needs time to learn."""
        return bool(self._forgets.any())

    def on(self, weekday: int, openings: Openings, ordinary: Flags) -> Believed | None:
        """What is believed on a day, (doors, slots), and learn from it; None: all know the hours.

        Args:
            weekday: 0 to 6.
            openings: the day's hours of the doors.
            ordinary: (doors,) false where the day's hours are its own: these are announced, so all
                know them, and nobody learns from them.
        """
        if not self.are_slow:
            return None
        truth = (openings.share() > 0).astype(np.float32)
        before = self.week[:, weekday]
        believed = np.where(np.isnan(before) | ~ordinary[:, None], truth, before)
        wrong = (believed - truth) * self._forgets[:, None].astype(np.float32)
        learnt = truth + np.where(np.abs(wrong) < _KNOWN, 0, wrong)
        self.week[:, weekday] = np.where(ordinary[:, None], learnt, before)
        return None if (believed == truth).all() else believed
