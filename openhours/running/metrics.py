"""What a running service says of itself to Prometheus, read from its state when it is asked.

Nothing is counted twice: messages by the subscriber or by each worker, requests by the pages,
proposals by the ledger.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from console.sensors.report import MakeReport
from console.web.services import Visits
from domain.errors import Unavailable
from domain.ports import Ledger
from ingest.state import IngestState

if TYPE_CHECKING:
    from openhours.running.service import Service

_PLAN_BUCKETS_S = (1, 3, 10, 30, 100, 300, 1_000, 3_000)
_OF_WORKERS: dict[str, tuple[str, Callable[[IngestState], float]]] = {
    "openhours_messages_total": ("Messages received.", lambda s: s.received),
    "openhours_rejected_total": ("Messages that could not be read.", lambda s: s.rejected),
    "openhours_readings_stored_total": ("Readings that were new.", lambda s: s.stored),
    "openhours_duplicates_total": ("Readings that were there before.", lambda s: s.duplicates),
    "openhours_flooded_total": ("Messages beyond a topic's bound.", lambda s: s.flooded),
    "openhours_store_waiting": ("Messages not in the store yet.", lambda s: s.waiting + s.spooled),
    "openhours_store_lag_seconds": ("Age of the oldest of these.", lambda s: s.lag_s),
    "openhours_subscribed": ("Whether the broker sends counts.", lambda s: s.subscribed),
}


def plan_seconds() -> Histogram:
    """How long planning runs take that planned something."""
    return Histogram(
        "openhours_plan_seconds",
        "Seconds that a planning run took.",
        buckets=_PLAN_BUCKETS_S,
        registry=None,
    )


def exposition(running: "Service", sensors: MakeReport | None, visits: Visits | None) -> bytes:
    """All metrics as text; what a store that is away would say is left out."""
    return generate_latest(registry(running, sensors, visits))


def registry(
    running: "Service", sensors: MakeReport | None = None, visits: Visits | None = None
) -> CollectorRegistry:
    """The metrics of a service, without sensors or visits where it shows no pages."""
    made = CollectorRegistry(auto_describe=False)
    made.register(_OfTheService(running, sensors, visits))
    made.register(running.plan_seconds)
    return made


class _OfTheService(Collector):
    def __init__(
        self, running: "Service", sensors: MakeReport | None, visits: Visits | None
    ) -> None:
        self._running, self._sensors, self._visits = running, sensors, visits

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield from _of_workers(self._running)
        with suppress(Unavailable):
            yield from _of_the_ledger(self._running.ledger)
        if self._sensors is not None:
            with suppress(Unavailable):
                yield _of_sensors(self._sensors)
        if self._visits is not None:
            yield from _of_visits(self._visits)


def _of_workers(running: "Service") -> Iterator[Metric]:
    states = running.subscriber.states
    for name, (text, value) in _OF_WORKERS.items():
        family: CounterMetricFamily | GaugeMetricFamily
        if name.endswith("_total"):
            family = CounterMetricFamily(name, text, labels=["worker"])
        else:
            family = GaugeMetricFamily(name, text, labels=["worker"])
        for worker, state in enumerate(states):
            family.add_metric([str(worker)], float(value(state)))
        yield family


def _of_the_ledger(ledger: Ledger) -> Iterator[Metric]:
    waiting = ledger.waiting()
    yield GaugeMetricFamily("openhours_outbox_waiting", "Messages not sent yet.", value=waiting)
    for proposal in ledger.proposals(limit=1):
        yield GaugeMetricFamily(
            "openhours_last_plan_timestamp_seconds",
            "When the newest proposal was made.",
            value=proposal.created_at.timestamp(),
        )


def _of_sensors(sensors: MakeReport) -> Metric:
    report = sensors()
    states = Counter(str(sensor.state) for sensor in report.sensors)
    states["waiting for a room"] = len(report.waiting)
    family = GaugeMetricFamily("openhours_sensors", "Sensors by state.", labels=["state"])
    for state, number in sorted(states.items()):
        family.add_metric([state.replace(" ", "_")], number)
    return family


def _of_visits(visits: Visits) -> Iterator[Metric]:
    family = CounterMetricFamily(
        "openhours_http_requests_total", "Requests answered.", labels=["route", "code"]
    )
    for (route, code), number in sorted(visits.requests.items()):
        family.add_metric([route, str(code)], number)
    yield family
    watchers = visits.watchers()
    yield GaugeMetricFamily("openhours_live_watchers", "Pages watching live.", value=watchers)
