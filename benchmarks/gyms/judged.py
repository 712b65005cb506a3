"""Plans held against the weeks that followed, with intervals by resampling these weeks."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class Judged:
    """What came within the hours of each policy; arrays (draws + 1, gyms), the first as it was."""

    within: Mapping[str, Floats]

    def gain(self, policy: str, gym: int | None = None) -> Floats:
        """(draws + 1,) share by which it beats the hours as they are."""
        now, then = self._of("as_they_are", gym), self._of(policy, gym)
        return then / now - 1

    def share(self, policy: str, gym: int | None = None) -> Floats:
        """(draws + 1,) of the best gain in hindsight."""
        now, best = self._of("as_they_are", gym), self._of("hindsight", gym)
        return (self._of(policy, gym) - now) / (best - now)

    def _of(self, policy: str, gym: int | None) -> Floats:
        every = self.within[policy]
        return np.asarray(every.sum(axis=1) if gym is None else every[:, gym])


def judge(of_weeks: Floats, hours: Mapping[str, Mask], rng: np.random.Generator) -> Judged:
    """What came in an ordinary week of those that are judged, and of as many drawn from them.

    A slot's mean below nothing, by the noise of what is inferred, counts as nothing. The hours in
    hindsight are those of the weeks as they were, in every draw.

    Args:
        of_weeks: (gyms, weeks, 7, 96) arrivals or person-hours, NaN where unknown.
        hours: (gyms, 7, 96) open slots by policy.
        rng: of the draws.
    """
    gyms, weeks = of_weeks.shape[:2]
    drawn = rng.multinomial(weeks, np.full(weeks, 1 / weeks), size=DRAWS)
    weight = np.concatenate([np.ones((1, weeks)), drawn])
    within = {name: np.empty((len(weight), gyms)) for name in hours}
    for gym, values in enumerate(of_weeks.reshape(gyms, weeks, -1)):
        known = np.isfinite(values).astype(np.float64)
        mean = weight @ np.nan_to_num(values) / np.maximum(weight @ known, 1)
        for name, mask in hours.items():
            within[name][:, gym] = np.maximum(mean, 0) @ mask[gym].ravel()
    return Judged(within)


def interval(draws: Floats) -> list[float]:
    """The 95 % interval of (draws + 1,) whose first is the estimate."""
    return [float(end) for end in np.quantile(draws[1:], [0.025, 0.975])]
