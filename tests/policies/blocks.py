"""The blocks of a day and their rules, written a second time."""

import itertools

import numpy as np
from numpy.typing import NDArray

from policies.hours.days import BlockRules

Mask = NDArray[np.bool_]


def blocks_of(day: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Start and end of every run of open slots."""
    found, at = [], 0
    for is_open, run in itertools.groupby(day):
        length = len(list(run))
        if is_open:
            found.append((at, at + length))
        at += length
    return found


def obeys(day: tuple[bool, ...], rules: BlockRules) -> bool:
    blocks = blocks_of(day)
    return (
        len(blocks) <= rules.most
        and all(rules.shortest <= end - start <= rules.longest for start, end in blocks)
        and all(b[0] - a[1] >= rules.gap for a, b in itertools.pairwise(blocks))
    )


def paid_slots(week: Mask, shift: int) -> int:
    """Slots of a week that are paid for when a block counts as a shift at least."""
    blocks = [block for day in week.tolist() for block in blocks_of(tuple(day))]
    return sum(max(end - start, shift) for start, end in blocks)
