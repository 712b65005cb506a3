"""All of `deploy/compose`, natively: sensors with TLS at one end, pages with TLS at the other.

Two processes receive, two could plan and one does, two show pages behind nginx.
"""

import json
import queue
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec

import pytest
import sqlalchemy as sa
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.district import PLANNERS, RECEIVERS, District, missing
from domain.calendars import epoch_us
from domain.clock import SystemClock
from domain.errors import BrokerUnavailable, Unavailable
from domain.estate import Estate
from domain.estate_rules import check
from domain.planning import Outgoing, Status
from domain.readings import CountKind, CountReading
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.publisher import MqttPublisher
from openhours.entering.estates import import_estate
from openhours.storing.timeseries import open_timeseries
from store.ledger import SqlLedger

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

WITHIN_S = 180.0
LOOK_EVERY_S = 0.2
WEEKS = 6
LIBRARY_OPENED = SystemClock().now().replace(minute=0, second=0, microsecond=0) - timedelta(
    hours=12
)
LIBRARY_ZONE = f"Etc/GMT{(LIBRARY_OPENED.hour + 11) % 24 - 11:+d}"
"""Where it is about noon, so that no test begins or ends at a turn of the day."""
SENSORS = ("hall-door", "library-door", "pool-door", "gym-door", "shop-door", "impostor")


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """Up, with the first planner leading and the second waiting for its place."""
    if absent := [*missing(), *([] if find_spec("psycopg") else ["psycopg"])]:
        pytest.skip(f"not installed: {', '.join(absent)}")
    with District(tmp_path_factory.mktemp("district"), SENSORS) as all_of_it:
        second = PLANNERS[1]
        for name, process in all_of_it.processes.items():
            if name != second:
                process.start()
        _until(lambda: all_of_it.leader() != "")
        all_of_it.processes[second].start()
        _until(lambda: all_of_it.health().get("broker_connected", False))
        yield all_of_it


@pytest.fixture
def ledger(district: District) -> Iterator[SqlLedger]:
    with closing(SqlLedger(district.settings().ledger_url)) as opened:
        yield opened


def test_counts_go_in_by_tls_and_come_out_as_hours_and_as_people_in_a_room(
    district: District, ledger: SqlLedger
) -> None:
    with _sensor(district.sensor("hall-door")) as publish:
        for message in _quarters("hall-door"):
            publish(message)
    with _sensor(district.sensor("library-door")) as publish:
        publish(_morning("library-door", entered=17))
    _until(lambda: len(_stored(district, "library-door")) > 1)

    with _display(district.display(), "openhours/v1/venues/hall/schedule") as received:
        import_estate(ledger, _estate("hall", "library"), actor="test", clock=SystemClock())
        # the hall's rule approves by itself: a second version of its hours
        _until(lambda: any(json.loads(m)["version"] == 2 for m in _drained(received)))
    hours = json.loads(district.page("/api/v1/venues/hall/schedule")[1])
    assert [version["origin"] for version in hours["schedules"]] == ["estate", "proposal"]

    _until(lambda: round(_present(district, "library-room") or 0) == 17)
    status, page = district.page("/")
    assert status == 200
    assert "Library" in page


def test_a_sensor_cannot_publish_as_another(district: District) -> None:
    impostor = district.sensor("impostor")
    with _sensor(impostor) as publish:
        publish(_change("shop-door", 1))  # acknowledged, as the protocol has it, and thrown away
        publish(_change("impostor", 1))
    _until(lambda: _stored(district, "impostor") == [1])
    assert _stored(district, "shop-door") == []


def test_a_sensor_without_its_own_password_is_not_let_in(district: District) -> None:
    liar = district.sensor("impostor", speaks_as="shop-door")
    publisher = MqttPublisher(liar)
    with closing(publisher), pytest.raises(BrokerUnavailable, match="refused the connection"):
        publisher.publish(_change("shop-door", 1))


def test_what_is_acknowledged_survives_a_restart_of_the_broker_and_what_is_stored_its_crash(
    district: District,
) -> None:
    with _sensor(district.sensor("pool-door")) as publish:
        for number in range(1, 41):
            if number == 10:
                district.broker.end()
                district.start_broker()
            if number == 25:  # what waits for a receiver is on the disk some time later only
                _until(lambda: _stored(district, "pool-door") == list(range(1, 25)))
                district.broker.end(signal.SIGKILL)
                district.start_broker()
            publish(_change("pool-door", number))
    _until(lambda: _stored(district, "pool-door") == list(range(1, 41)))


def test_while_a_database_is_away_counts_are_kept_and_both_ends_recover(
    district: District,
) -> None:
    with _sensor(district.sensor("gym-door")) as publish:
        district.influx.stop()
        for number in range(1, 21):
            publish(_change("gym-door", number))
        _until(lambda: district.health().get("storing") is False)
        district.influx.start()
        _until(lambda: _stored(district, "gym-door") == list(range(1, 21)))

        district.postgres.stop()
        for number in range(21, 41):
            publish(_change("gym-door", number))
        _until(lambda: _stored(district, "gym-door") == list(range(1, 41)))
        district.postgres.start()
    _until(lambda: district.health().get("status") == "ok")
    assert all(district.processes[name].is_alive for name in (*RECEIVERS, PLANNERS[1]))


def test_where_the_leader_is_killed_another_plans_and_nothing_is_planned_twice(
    district: District, ledger: SqlLedger, capsys: pytest.CaptureFixture[str]
) -> None:
    import_estate(ledger, _estate("hall", "library"), actor="test", clock=SystemClock())
    _until(lambda: {p.venue for p in ledger.proposals()} == {"hall", "library"})
    leader = district.leader()
    district.processes[leader].end(signal.SIGKILL)
    killed_at_s = time.monotonic()
    import_estate(ledger, _estate("hall", "library", "gym"), actor="test", clock=SystemClock())
    _until(lambda: "gym" in {p.venue for p in ledger.proposals()})
    with capsys.disabled():
        took_s = time.monotonic() - killed_at_s
        sys.stdout.write(f"\nanother planned {took_s:.1f} s after the leader was killed\n")
    assert district.leader() not in {"", leader}
    district.processes[leader].start()

    planned = [(p.venue, p.run) for p in ledger.proposals()]
    assert len(planned) == len(set(planned))
    approved = [line.subject for line in ledger.audit() if line.action == "proposal.approved"]
    assert sorted(approved) == sorted(
        p.id for p in ledger.proposals() if p.status is Status.APPROVED
    )


def _until(came_true: Callable[[], bool]) -> None:
    """Wait for it; where a part is away or not ready yet, for longer."""
    deadline_s = time.monotonic() + WITHIN_S
    while True:
        with suppress(OSError, Unavailable, sa.exc.OperationalError):
            if came_true():
                return
        assert time.monotonic() < deadline_s, "it did not come to pass"
        time.sleep(LOOK_EVERY_S)


def _stored(district: District, sensor: str) -> list[int]:
    """The numbers of the changes of a sensor that are in the database."""
    with closing(open_timeseries(district.settings())) as store:
        return sorted(int(seq) for seq in store.read([sensor], 0, epoch_us(_tomorrow())).seq)


def _present(district: District, room: str) -> float | None:
    """How many the pages say are in a room; None for unknown."""
    status, text = district.page("/api/v1/rooms")
    found = {r["room"]: r["occupancy"] for r in json.loads(text)["rooms"]} if status == 200 else {}
    return found.get(room)


@contextmanager
def _sensor(settings: BrokerSettings) -> Iterator[Callable[[Outgoing], None]]:
    """Publishes until the broker has acknowledged, as a sensor does that must not lose counts."""
    publisher = MqttPublisher(settings, deadline_s=5)

    def publish(message: Outgoing) -> None:
        def sent() -> bool:
            publisher.publish(message)
            return True

        _until(sent)

    with closing(publisher):
        yield publish


@contextmanager
def _display(settings: BrokerSettings, topic: str) -> Iterator[queue.SimpleQueue[bytes]]:
    """What a door display receives."""
    received: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    display = Client(CallbackAPIVersion.VERSION2, "display")
    display.username_pw_set(settings.username, settings.password)
    display.tls_set(str(settings.tls_ca))
    display.on_connect = lambda client, *_: client.subscribe(topic, qos=1)
    display.on_message = lambda _client, _userdata, message: received.put(bytes(message.payload))
    display.connect(settings.host, settings.port)
    display.loop_start()
    try:
        yield received
    finally:
        display.disconnect()
        display.loop_stop()


def _drained(received: queue.SimpleQueue[bytes]) -> Iterator[bytes]:
    while not received.empty():
        yield received.get()


def _tomorrow() -> datetime:
    return SystemClock().now() + timedelta(days=1)


def _change(sensor: str, number: int) -> Outgoing:
    """One person who enters, told apart by `number`."""
    now_us = epoch_us(SystemClock().now())
    reading = CountReading(sensor, CountKind.CHANGE, now_us, entered=1, seq=number)
    return Outgoing(key="", topic=native.topic_of(sensor), payload=native.encode([reading]))


def _morning(sensor: str, entered: int) -> Outgoing:
    """Today's quarter-hours: nobody, and in the last one so many who enter."""
    now = SystemClock().now()
    quarters = int((now - LIBRARY_OPENED) / timedelta(minutes=15))
    ends = [LIBRARY_OPENED + timedelta(minutes=15 * (n + 1)) for n in range(quarters)]
    readings = [
        CountReading(sensor, CountKind.PERIOD, epoch_us(end), 0, 0, period_s=900) for end in ends
    ]
    last_s = max(int((now - ends[-1]).total_seconds()), 1)
    end_us = epoch_us(ends[-1] + timedelta(seconds=last_s))
    readings.append(CountReading(sensor, CountKind.PERIOD, end_us, entered, 0, period_s=last_s))
    return Outgoing(key="", topic=native.topic_of(sensor), payload=native.encode(readings))


def _quarters(sensor: str) -> Iterator[Outgoing]:
    """The quarter-hours of the last weeks, a message a day: visits between 12 and 18 only."""
    now = SystemClock().now()
    monday = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(now.weekday())
    for day in range(-7 * WEEKS, 0):
        readings = []
        for quarter in range(96):
            start = monday + timedelta(days=day, minutes=15 * quarter)
            visits = 5 if 12 <= start.hour < 18 else 0
            end_us = epoch_us(start + timedelta(minutes=15))
            readings.append(
                CountReading(sensor, CountKind.PERIOD, end_us, visits, visits, period_s=900)
            )
        yield Outgoing(key="", topic=native.topic_of(sensor), payload=native.encode(readings))


def _estate(*venues: str) -> Estate:
    """Venues of one room and door each, open from 8 to 20."""
    kinds = {"hall": "period", "library": "period", "gym": "change"}
    return check(
        {
            "areas": [{"id": "street", "name": "Street"}],
            "venues": [
                {
                    "id": name,
                    "name": name.title(),
                    "type": "sports_hall",
                    "area": "street",
                    "zone": LIBRARY_ZONE if name == "library" else "UTC",
                    "day_starts": "00:00",
                    "hours": {"mon-sun": "08:00-20:00"},
                    "limits": {"break_even_visits": "4", "notice_days": "14"},
                    "approval": "automatic" if name == "hall" else "manual",
                }
                for name in venues
            ],
            "rooms": [{"id": f"{name}-room", "venue": name, "name": name} for name in venues],
            "sensors": [
                {"id": f"{name}-door", "room": f"{name}-room", "kind": kinds[name]}
                for name in venues
            ],
        }
    )
