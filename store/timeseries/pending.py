"""What has changed since its bins were put: grown by every batch, told by number, taken back."""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from store.timeseries.spans import Instants, Spans

_TOLD_APART = 16
"""How many tellings are kept apart. Who comes back with an older one makes some bins twice."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Stretches whose bins are older than their readings; a value, as `Spans` are.

    Whoever makes bins is told what is stale and a token, and comes back later with that token. So
    what was told is kept apart from what has changed since.
    """

    told: tuple[tuple[int, Spans], ...] = ()
    """What became stale up to each token, and after the one before it."""
    since: Spans = field(default_factory=Spans)
    """What became stale after the last token."""

    def with_instants(self, sensor: NDArray[np.int32], time_us: Instants) -> Self:
        """With changes of the sensors numbered `sensor` at `time_us`; both (changes,)."""
        return replace(self, since=self.since.with_instants(sensor, time_us))

    def with_spans(self, spans: Spans) -> Self:
        """With changes anywhere in `spans`."""
        return replace(self, since=self.since.joined(spans))

    def all(self) -> Spans:
        """Everything that is stale."""
        spans = self.since
        for _, earlier in self.told:
            spans = spans.joined(earlier)
        return spans

    def told_now(self, token: int) -> Self:
        """Kept apart under `token`, which is above all tokens before it."""
        if not self.since:
            return self
        told = (*self.told, (token, self.since))
        if len(told) > _TOLD_APART:
            (_, first), (later, second), *rest = told
            told = ((later, first.joined(second)), *rest)
        return replace(self, told=told, since=Spans())

    def binned(self, token: int, until_us: int) -> Self:
        """Without what was told up to `token` and lies before `until_us`."""
        left = [(t, spans.since(until_us) if t <= token else spans) for t, spans in self.told]
        return replace(self, told=tuple((t, spans) for t, spans in left if spans))
