"""The metrics say what happened, and the alerts ask for metrics that there are."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from console.web.app import create_app
from console.web.services import Source
from domain.clock import ManualClock
from domain.planning import Outgoing
from domain.readings import CountKind, CountReading
from ingest.codecs import native
from ingest.state import IngestState
from openhours.running.joining import service
from openhours.running.metrics import exposition
from openhours.running.service import Service
from openhours.running.serving import services_of
from openhours.settings.model import load
from tests.contract.samples import NOON, after, estate, message, proposal, version

if TYPE_CHECKING:
    from openhours.receiving.workers import Receiver

pytestmark = pytest.mark.server

ALERTS = Path(__file__).parents[3] / "deploy" / "prometheus" / "alerts.yaml"
PROMTOOL = shutil.which("promtool")
Labels = tuple[tuple[str, str], ...]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Service]:
    with service(load(None, [f"data_dir={tmp_path}"]), ManualClock(NOON), any_port=True) as started:
        yield started


@pytest.fixture
def pages(running: Service) -> Iterator[TestClient]:
    with TestClient(
        create_app(services_of(running, Source.LIVE)), base_url="http://127.0.0.1:8800"
    ) as client:
        yield client


def said(text: str) -> Mapping[tuple[str, Labels], float]:
    """Values by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def counted(payload: bytes = b"") -> Outgoing:
    reading = CountReading("door-1", CountKind.TOTAL, int(NOON.timestamp()) * 1_000_000, 5)
    topic = native.topic_of("door-1")
    return Outgoing(key="", topic=topic, payload=payload or native.encode([reading]))


def test_what_came_was_stored_waits_and_was_planned_is_said(
    running: Service, pages: TestClient
) -> None:
    running.ledger.put_estate(estate(), [], [], actor="ana", at=NOON)
    running.ledger.add_schedule(version("annex", 1), [message("a"), message("b")])
    running.ledger.add_proposals([replace(proposal("annex", "2026-W47"), created_at=after(7))])
    running.send_and_settle([counted(), counted(), counted(b"?")])
    found = said(pages.get("/metrics").text)
    of_worker = (("worker", "0"),)
    assert found["openhours_messages_total", of_worker] == 3
    assert found["openhours_rejected_total", of_worker] == 1
    assert found["openhours_readings_stored_total", of_worker] == 1
    assert found["openhours_duplicates_total", of_worker] == 1
    assert found["openhours_store_waiting", of_worker] == 0
    assert found["openhours_subscribed", of_worker] == 1
    assert found["openhours_outbox_waiting", ()] == 2
    assert found["openhours_last_plan_timestamp_seconds", ()] == after(7).timestamp()
    assert found["openhours_sensors", (("state", "fine"),)] == 1
    assert found["openhours_plan_seconds_count", ()] == 0


def test_visits_are_counted_by_route_and_nobody_makes_labels_without_end(
    pages: TestClient,
) -> None:
    pages.get("/api/v1/venues/annex/schedule")
    pages.get("/api/v1/venues/other/schedule")
    for number in range(5):
        pages.get(f"/no-such-page-{number}")
    found = said(pages.get("/metrics").text)
    requests = {
        labels: value for (name, labels), value in found.items() if "http_requests_total" in name
    }
    assert requests == {
        (("code", "404"), ("route", "/api/v1/venues/{venue_id}/schedule")): 2,
        (("code", "404"), ("route", "other")): 5,
    }
    assert found["openhours_live_watchers", ()] == 0


def test_each_worker_says_its_own(running: Service) -> None:
    class Two:
        state = IngestState()
        states = (IngestState(received=3, subscribed=True), IngestState(received=4))

        def start(self) -> None: ...

        def stop(self) -> None: ...

        def wait_until(self, *_: object) -> bool:
            return True

    found = said(exposition(replace(running, subscriber=Two()), None, None).decode())
    assert found["openhours_messages_total", (("worker", "0"),)] == 3
    assert found["openhours_messages_total", (("worker", "1"),)] == 4
    assert found["openhours_subscribed", (("worker", "1"),)] == 0


def test_the_service_is_ready_while_counts_come_in_and_are_stored(
    running: Service, pages: TestClient
) -> None:
    assert pages.get("/ready").json() == {"ready": True, "lacks": []}
    cast("Receiver", running.subscriber).stop()
    answer = pages.get("/ready")
    assert (answer.status_code, answer.json()["lacks"]) == (503, ["broker"])


def test_alerts_ask_for_metrics_that_there_are(running: Service, pages: TestClient) -> None:
    running.ledger.put_estate(estate(), [], [], actor="ana", at=NOON)
    running.ledger.add_proposals([proposal("annex", "2026-W47")])
    pages.get("/health")
    names = {name for name, _ in said(pages.get("/metrics").text)}
    rules = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"openhours_\w+", rule["expr"])}
    assert len(asked) >= 8
    assert asked <= names


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
def test_alerts_fire_when_they_should_and_not_otherwise() -> None:
    command = [str(PROMTOOL), "test", "rules", str(ALERTS.with_suffix(".test.yaml"))]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
