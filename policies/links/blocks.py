"""The block rules of a day as rows of a programme, by where blocks start and end.

A slot is open, or the first of a block, or the last of one: three columns a slot (D. Rajan,
S. Takriti, IBM Research Report RC23628, 2005).
"""

import functools

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from policies.hours.days import BlockRules, Mask
from policies.hours.weeks import Floats


@functools.lru_cache(maxsize=64)
def day_rows(rules: BlockRules, slots: int) -> tuple[csr_array, Floats, Floats]:
    """Rows, lower and upper limits over (open, first of a block, last of a block) of one day.

    That no block starts too late to be long enough is left to the bounds of the columns.
    """
    none, one, ago = csr_array((slots, slots)), _window(slots, 0, 0), _window(slots, 1, 1)
    end = csr_array(([1.0], ([0], [slots - 1])), shape=(1, slots))
    each = csr_array(np.ones((1, slots)))
    nil = csr_array((1, slots))
    blocks: list[tuple[csr_array, float, float]] = [
        (hstack([one - ago, -one, ago]), 0, 0),
        (hstack([end, nil, -end]), 0, 0),
        (hstack([-one, _window(slots, 0, rules.shortest - 1), none]), -np.inf, 0),
        (hstack([_window(slots, 0, rules.longest), none, none]), -np.inf, rules.longest),
        (hstack([one, none, _window(slots, 1, rules.gap)]), -np.inf, 1),
        (hstack([nil, each, nil]), -np.inf, rules.most),
    ]
    lower = np.concatenate([np.full(b.shape[0], low) for b, low, _ in blocks])
    upper = np.concatenate([np.full(b.shape[0], high) for b, _, high in blocks])
    return csr_array(vstack([b for b, _, _ in blocks])), lower, upper


def obeys(day: Mask, rules: BlockRules) -> bool:
    """Whether the blocks of a day (slots,) obey the rules."""
    edges = np.flatnonzero(np.diff(day.astype(np.int8), prepend=0, append=0))
    starts, ends = edges[::2], edges[1::2]
    lengths, gaps = ends - starts, starts[1:] - ends[:-1]
    return bool(
        len(starts) <= rules.most
        and (lengths >= rules.shortest).all()
        and (lengths <= rules.longest).all()
        and (gaps >= rules.gap).all()
    )


def _window(slots: int, first: int, last: int) -> csr_array:
    """The matrix that sums, for each slot, those from `last` to `first` slots before it."""
    back = np.arange(slots)[:, None] - np.arange(slots)
    return csr_array(((first <= back) & (back <= last)).astype(np.float64))
