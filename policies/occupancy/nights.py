"""Fortnights that were estimated before: what has ended and has not changed is not done again."""

import hashlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from policies.occupancy.band import Occupancy


class Nights:
    """Estimates by all that they were made from: what it gives is what would be made anew.

    Whoever looks at growing weeks again and again keeps one, for as long as it lives.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, Occupancy] = {}

    def once(
        self, made_from: list[NDArray[np.generic]], make: Callable[[], Occupancy]
    ) -> Occupancy:
        """What `make` gives, made the first time only that it is made from these arrays."""
        digest = hashlib.sha256()
        for array in made_from:
            digest.update(f"{array.dtype}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        key = digest.digest()
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]
