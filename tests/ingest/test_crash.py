"""Service, workers, broker and database are killed under load, and the disk is full a while."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.crash import with_influx, with_mosquitto, with_nats
from benchmarks.influx import INFLUXD, NGINX
from benchmarks.mosquitto import BINARY
from benchmarks.outcome import Outcome

pytestmark = pytest.mark.timeout(400)  # many lives, each with a start and an end
SEED = 20
needs_mosquitto = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
needs_influx = pytest.mark.skipif(
    INFLUXD is None or NGINX is None, reason="influxd and nginx are not both installed"
)


def _all_is_stored_once(outcome: Outcome) -> None:
    assert outcome.published > 0
    assert (outcome.lost, outcome.duplicated) == (0, 0), outcome.lost_by_victim
    assert outcome.stored == outcome.published


@pytest.mark.server
@needs_mosquitto
def test_workers_store_what_was_published_once_whatever_is_killed(tmp_path: Path) -> None:
    outcome = with_mosquitto(tmp_path, 2, np.random.default_rng(SEED))
    assert set(outcome.struck) == {"service", "worker"}
    _all_is_stored_once(outcome)


@pytest.mark.server
def test_a_broker_that_is_killed_takes_nothing_with_it(tmp_path: Path) -> None:
    outcome = with_nats(tmp_path, 3, np.random.default_rng(SEED))
    assert set(outcome.struck) == {"service", "broker", "disk"}
    _all_is_stored_once(outcome)


@pytest.mark.server
@needs_mosquitto
@needs_influx
def test_what_comes_while_the_database_is_away_is_stored_once_it_is_back(tmp_path: Path) -> None:
    outcome = with_influx(tmp_path, 1, np.random.default_rng(SEED), outage_s=2)
    assert set(outcome.struck) == {"service", "outage"}
    assert outcome.outage["spool_mb_at_most"] > 0
    _all_is_stored_once(outcome)
