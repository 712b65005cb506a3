"""One city-day of sensors in every format, published to a real broker by the simulator.

Each sensor says what a simulated day gives it to say, in the format of some vendor's device; all
that is published at QoS 1 and counted at a subscriber of its own process. Beside the simulator's
publisher stands a plain socket that sends the same, for what the broker takes at most.
"""

import multiprocessing
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from itertools import pairwise
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.common import Figure, parser, report
from benchmarks.flood import publish
from benchmarks.mosquitto import BINARY, Mosquitto
from domain.estate import Estate
from domain.hours import parse_day
from openhours.receiving.embedded_broker import EmbeddedBroker
from simulator.messages import TimedMessage
from simulator.publish import play
from simulator.scenario import Scenario
from simulator.speakers import MIXED, speakers, written
from simulator.streams import Streams
from simulator.world import World

DAY = date(2026, 11, 23)
HOURS = parse_day("07:00-22:00")
ROOMS_A_VENUE = 20
VISITS = 120
"""A room and day."""
KINDS = ("total", "total", "period", "present", "change")
"""Of sensors, in turn."""
WINDOW = 5_000
"""Messages over which the slowest rate is taken."""
QUIET_S = 10.0
"""After so long without a word no more will come."""


def city(sensors: int) -> Estate:
    """A room for each sensor, and a venue for every so many rooms."""
    venues = range(-(-sensors // ROOMS_A_VENUE))
    return Estate.model_validate(
        {
            "areas": [{"id": "a", "name": "A"}],
            "venues": [
                {"id": f"v{n}", "name": f"V{n}", "type": "hall", "area": "a", "hours": {}}
                for n in venues
            ],
            "rooms": [
                {"id": f"r{n}", "name": f"R{n}", "venue": f"v{n // ROOMS_A_VENUE}"}
                for n in range(sensors)
            ],
            "sensors": [
                {"id": f"s{n}", "room": f"r{n}", "kind": KINDS[n % len(KINDS)], "interval_s": 900}
                for n in range(sensors)
            ],
        }
    )


def scenario() -> Scenario:
    """Two peaks a day."""
    bells = [
        {"at": at, "spread_minutes": 100, "visits": VISITS * ROOMS_A_VENUE / 2}
        for at in ("11:00", "17:30")
    ]
    hall = {"workday": bells, "free_day": bells, "stay_minutes": 40}
    return Scenario.model_validate({"types": {"hall": hall}})


def city_day(sensors: int, seed: int) -> dict[str, Figure]:
    """Play the day, write it, publish it twice, and count."""
    estate = city(sensors)
    devices = speakers(estate, [MIXED])
    begun_s = time.perf_counter()
    world = World(estate, scenario(), seed)
    reports = world.play_day(DAY, {v.id: HOURS for v in estate.venues}).reports
    played_s = time.perf_counter()
    messages = written(reports, devices, {}, Streams(seed))
    written_s = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, _broker(Path(folder)) as broker:
        by_simulator = _heard(broker.port, messages, _by_simulator)
        by_socket = _heard(broker.port, messages, _by_socket)
        name = type(broker).__name__
    formats = Counter(devices[sensor].wire.codec for sensor in devices)
    return {
        "seed": seed,
        "broker": name,
        "sensors": sensors,
        "formats": len(formats),
        "devices": len({speaker.wire.name for speaker in devices.values()}),
        "messages": len(messages),
        "mean_bytes": sum(len(m.payload) for m in messages) / len(messages),
        "day_played_s": played_s - begun_s,
        "written_per_s": len(messages) / (written_s - played_s),
        **{f"published_{key}": value for key, value in by_simulator.items()},
        **{f"socket_{key}": value for key, value in by_socket.items()},
        "lost": sum(len(messages) - int(each["heard"]) for each in (by_simulator, by_socket)),
    }


def _broker(folder: Path) -> AbstractContextManager[Any]:
    return Mosquitto(folder) if BINARY is not None else EmbeddedBroker(folder)


def _by_simulator(port: int, messages: Sequence[TimedMessage]) -> dict[str, float]:
    marks: list[float] = []
    per_s = play(_marked(messages, marks), "127.0.0.1", port).per_s
    spans = [b - a for a, b in pairwise(marks)]
    return {"per_s": per_s, "slowest_per_s": WINDOW / max(spans) if spans else per_s}


def _by_socket(port: int, messages: Sequence[TimedMessage]) -> dict[str, float]:
    begun_s = time.perf_counter()
    publish(port, ((m.topic, m.payload) for m in messages))
    return {"per_s": len(messages) / (time.perf_counter() - begun_s)}


def _marked(messages: Sequence[TimedMessage], marks: list[float]) -> Iterator[TimedMessage]:
    for number, message in enumerate(messages):
        if number % WINDOW == 0:
            marks.append(time.perf_counter())
        yield message


def _heard(port: int, messages: Sequence[TimedMessage], way: Any) -> dict[str, float]:
    """What a way of publishing gives, and how many messages a subscriber has heard of it."""
    context = multiprocessing.get_context("spawn")
    is_ready, is_sent, heard = context.Event(), context.Event(), context.Queue()
    ear = context.Process(target=_listen, args=(port, len(messages), is_ready, is_sent, heard))
    ear.start()
    if not is_ready.wait(30):
        raise TimeoutError("the subscriber does not come up")
    found: dict[str, float] = way(port, messages)
    is_sent.set()
    found["heard"] = heard.get(timeout=600)
    ear.join()
    return found


def _listen(port: int, expected: int, is_ready: Event, is_sent: Event, heard: Any) -> None:
    """Count messages until all are there, or all are sent and none has come for a while."""
    count, is_fresh, is_done = [0], threading.Event(), threading.Event()

    def on_message(_client: Client, _userdata: object, _message: MQTTMessage) -> None:
        count[0] += 1
        is_fresh.set()
        if count[0] >= expected:
            is_done.set()

    client = Client(CallbackAPIVersion.VERSION2)
    client.on_message = on_message
    client.on_subscribe = lambda *_: is_ready.set()
    client.connect("127.0.0.1", port)
    client.subscribe("#", 1)
    client.loop_start()
    while not is_done.wait(QUIET_S):
        if is_sent.is_set() and not is_fresh.is_set():
            break
        is_fresh.clear()
    client.disconnect()
    client.loop_stop()
    heard.put(count[0])


def main() -> None:
    """Run from the command line; exit 1 where a message was lost."""
    flags = parser("traffic", __doc__ or "")
    flags.add_argument("--sensors", type=int, default=None, help="5,000, or 500 where it is quick")
    asked = flags.parse_args()
    found = city_day(asked.sensors or (500 if asked.quick else 5_000), asked.seed)
    report(found, as_json=asked.json)
    if found["lost"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
