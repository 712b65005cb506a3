"""Draws people whole: length of stay, patience and all their dice, before hours are looked at.

Hours, closing and capacity only pick among them, so that other hours meet the same people.
"""

from collections.abc import Sequence

import numpy as np

from domain.calendars import SLOTS_A_DAY
from simulator.profile import Profile
from simulator.visits import LINGER_S, SLOT_S, Counts, Die, People

_SHORTEST_STAY_S = 60


class Crowd:
    """Draws the people of a day."""

    def __init__(self, room_profiles: Sequence[Profile]) -> None:
        """`room_profiles`: the profile of each room's venue, shape (rooms,)."""

        def of(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
            return np.array(values, dtype=np.float32)

        self._log_stay = np.log(of([p.stay_minutes * 60 for p in room_profiles]))
        self._stay_spread = of([p.stay_spread for p in room_profiles])
        self._least_stay = of([p.least_stay for p in room_profiles])
        self._patience_s = of([p.patience_minutes * 60 for p in room_profiles])
        self._queue_s = of([p.queue_minutes * 60 for p in room_profiles])

    def draw(self, latent: Counts, rng: np.random.Generator) -> People:
        """The people behind latent arrivals, in order of (room, slot).

        Args:
            latent: (rooms, slots) how many.
            rng: where chance comes from.
        """
        rooms = np.arange(len(latent), dtype=np.int32)
        room = np.repeat(rooms, latent.sum(axis=1))
        slot_s = SLOT_S * np.arange(SLOTS_A_DAY, dtype=np.int32)
        wish_s = np.repeat(np.tile(slot_s, len(latent)), latent.ravel())
        wish_s += rng.integers(0, SLOT_S, len(room), dtype=np.int32)
        stay = self._stay_spread[room] * rng.standard_normal(len(room), dtype=np.float32)
        stay = np.maximum(np.exp(stay + self._log_stay[room]), _SHORTEST_STAY_S).astype(np.int32)
        patience = rng.standard_exponential(len(room), dtype=np.float32)
        return People(
            room=room,
            wish_s=wish_s,
            stay_s=stay,
            needed_s=np.ceil(self._least_stay[room] * stay).astype(np.int32),
            patience_s=(patience * self._patience_s[room]).astype(np.int32),
            queue_s=(patience * self._queue_s[room]).astype(np.int32),
            linger_s=rng.integers(0, LINGER_S, len(room), dtype=np.int32),
            dice=rng.random((len(Die), len(room)), dtype=np.float32),
        )
