"""Stretches of a day."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def runs(mask: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """The runs [start, end) for which a row of flags holds, in order."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
