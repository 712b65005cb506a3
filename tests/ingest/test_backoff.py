from itertools import islice

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.backoff import Backoff


@given(st.integers(0, 2**32))
def test_waits_double_to_a_longest_and_are_drawn_from_their_upper_half(seed: int) -> None:
    waits = list(islice(Backoff(0.5, 3.0).delays(np.random.default_rng(seed)), 6))
    for wait_s, whole_s in zip(waits, [0.5, 1.0, 2.0, 3.0, 3.0, 3.0], strict=True):
        assert whole_s / 2 <= wait_s <= whole_s


def test_two_who_fail_together_do_not_come_back_together() -> None:
    first, second = (next(Backoff().delays(np.random.default_rng(n))) for n in (1, 2))
    assert first != second
