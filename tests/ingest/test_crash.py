"""Service, workers and broker are killed under load, and the disk is full for a while."""

from pathlib import Path

import pytest

from benchmarks.crash import OF_MOSQUITTO, OF_NATS, crash_again_and_again
from benchmarks.mosquitto import BINARY


@pytest.mark.server
@pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
def test_what_was_published_is_stored_once_whatever_is_killed(tmp_path: Path) -> None:
    outcome = crash_again_and_again(tmp_path, rounds=6, seed=20)
    assert set(outcome.struck) == {*OF_MOSQUITTO, *OF_NATS}
    assert outcome.published > 0
    assert (outcome.lost, outcome.duplicated) == (0, 0), outcome.lost_by_victim
    assert outcome.stored == outcome.published
