"""Service, workers, broker and database are killed under load, and the disk is full a while."""

from pathlib import Path

import pytest

from benchmarks.crash import OF_INFLUX, OF_MOSQUITTO, OF_NATS, crash_again_and_again
from benchmarks.influx import INFLUXD, NGINX
from benchmarks.mosquitto import BINARY


@pytest.mark.server
@pytest.mark.timeout(400)
@pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
def test_what_was_published_is_stored_once_whatever_is_killed(tmp_path: Path) -> None:
    outcome = crash_again_and_again(tmp_path, rounds=9, seed=20)
    with_database = OF_INFLUX if INFLUXD and NGINX else ()
    assert set(outcome.struck) == {*OF_MOSQUITTO, *OF_NATS, *with_database}
    assert outcome.published > 0
    assert (outcome.lost, outcome.duplicated) == (0, 0), outcome.lost_by_victim
    assert outcome.stored == outcome.published
