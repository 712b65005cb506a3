"""A decision is followed to its week's quarter-hours and readings, and to batches in the log."""

import json
from collections.abc import Iterator, MutableMapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from domain.clock import ManualClock
from domain.decisions import approve
from domain.errors import NotFound
from domain.planning import Outgoing
from domain.readings import CountKind, CountReading
from ingest.codecs import native
from openhours.cli import app
from openhours.running.joining import service
from openhours.settings.model import load
from store.ledger import SqlLedger
from tests.contract.samples import NOON, estate, proposal, version

pytestmark = pytest.mark.server

MONDAY_US = int(datetime(2026, 11, 15, 20, tzinfo=UTC).timestamp()) * 1_000_000
"""Four in the morning in Shanghai, when the business day begins."""
QUARTER_US = 900_000_000
MADE = replace(proposal("annex", "2026-W47"), created_at=NOON)
"""On Monday the 23rd, of the week before."""


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    with structlog.testing.capture_logs() as entries:
        yield entries


def test_from_a_proposal_to_the_batch_that_a_reading_came_in(
    tmp_path: Path, logged: list[MutableMapping[str, Any]]
) -> None:
    flags = [f"data_dir={tmp_path}"]
    counted = [
        CountReading("door-1", CountKind.PERIOD, MONDAY_US + n * QUARTER_US, 1, period_s=900)
        for n in range(-3, 41)  # three of them of the week before
    ]
    with service(load(None, flags), ManualClock(NOON), any_port=True) as running:
        running.ledger.put_estate(estate(), [version("annex", 1)], [], actor="ana", at=NOON)
        running.ledger.add_proposals([MADE])
        running.ledger.keep_inputs({MADE.inputs: (MADE.id, b"kept")}, NOON)
        approve(running.ledger, MADE.id, actor="ana", at=NOON)
        topic = native.topic_of("door-1")
        running.send_and_settle([Outgoing(key="", topic=topic, payload=native.encode(counted))])
        running.update_bins()
    words = ["--set", flags[0], "trace", MADE.id]
    found = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert found["inputs"] == MADE.inputs
    assert found["inputs_are_kept"]
    assert found["decided"].startswith("approved by ana")
    (sensor,) = found["sensors"]
    assert (sensor["sensor"], sensor["room"]) == ("door-1", "hall")
    assert sensor["readings"] == 41
    assert sensor["bins"] == 40  # each period ends with its quarter-hour
    came_us = datetime.fromisoformat(sensor["received_from"]).timestamp() * 1e6
    (batch,) = [e for e in logged if e["event"] == "batch stored"]
    first_us, last_us = batch["received_us"]
    assert first_us - 1 <= came_us <= last_us + 1
    said = CliRunner().invoke(app, words, env={"COLUMNS": "200"}).stdout
    assert "door-1" in said
    assert "approved by ana" in said


def test_a_proposal_that_there_is_not_is_said(tmp_path: Path) -> None:
    with closing(SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")):
        pass
    words = ["--set", f"data_dir={tmp_path}", "trace", "annex:2026-W01"]
    with pytest.raises(NotFound):
        CliRunner().invoke(app, words, catch_exceptions=False)
