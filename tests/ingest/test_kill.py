"""The service is killed with kill -9 under load: nothing is lost, nothing counts twice."""

from pathlib import Path

import pytest

from benchmarks.kill import kill_again_and_again
from benchmarks.mosquitto import BINARY


@pytest.mark.server
@pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
def test_what_was_published_is_stored_once_however_often_the_service_is_killed(
    tmp_path: Path,
) -> None:
    outcome = kill_again_and_again(tmp_path, rounds=3, seed=20)
    assert outcome.published > 0
    assert (outcome.lost, outcome.duplicated) == (0, 0)
    assert outcome.stored == outcome.published
