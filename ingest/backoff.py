"""How long to wait before trying again."""

from collections.abc import Iterator
from dataclasses import dataclass

from numpy.random import Generator


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double from `first_s` up to `longest_s`."""

    first_s: float = 0.5
    longest_s: float = 30.0

    def delays(self, rng: Generator) -> Iterator[float]:
        """Seconds to wait after each failure, without end.

        Each is drawn between its half and its whole, so that many who failed together do not all
        come back together.
        """
        whole_s = self.first_s
        while True:
            yield whole_s * rng.uniform(0.5, 1.0)
            whole_s = min(2 * whole_s, self.longest_s)
