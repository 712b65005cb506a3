"""Axis cameras: 3D People Counter, People Counter, Object Analytics, and DataQ upon them.

After “P8815-2 3D people counter API” and “People counter API” of the VAPIX library, “AXIS Object
Analytics counting data” of developer.axis.com (numbers are texts, a line counts in one direction
since `startTime`), and MQTT_topics.md of pandosme/DataQ, which leaves out classes of which there
are none.
"""

from collections.abc import Callable, Sequence

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire, as_json, mac, zulu

MAKER = "B8A44F"
COUNTING_SINCE_S = 1_735_689_600
"""When a line that says of no restart began to count: 2025-01-01."""
_SCENARIOS = "CameraApplicationPlatform/ObjectAnalytics"


def _push(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    spans = {"utcFrom": zulu(said.written_s - said.period_s), "utcTo": zulu(said.written_s)}
    items = [
        {"direction": "in", "count": said.entered, "adults": 0},
        {"direction": "out", "count": said.left, "adults": 0},
    ]
    push = {
        "apiName": "Axis Retail Data",
        "apiVersion": "0.4",
        "utcSent": zulu(said.written_s + 8),
        "data": {**spans, "measurements": [{"kind": "people-counts", **spans, "items": items}]},
        "sensor": {
            "application": "AXIS 3D People Counter",
            "timeZone": "Etc/UTC",
            "name": f"axis-{device}",
            "serial": device,
        },
    }
    return Letter(f"axis-counter/{device}", as_json(push))


def _live(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    """Of the counter with an estimate of occupancy, which may be below zero."""
    (said,) = statements
    count = {
        "serial": device,
        "name": "door",
        "timestamp": zulu(said.written_s),
        "occupancy": (said.entered or 0) - (said.left or 0),
        "total_in": said.entered,
        "total_out": said.left,
    }
    return Letter(f"axis-counter/{device}", as_json(count))


def _line(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    began_s = COUNTING_SINCE_S if said.uptime_s is None else said.written_s - said.uptime_s
    counts = {"total": str(said.entered), "totalHuman": str(said.entered)}
    data = {"startTime": zulu(began_s), "reason": "human", **counts}
    return _event("Device1Scenario1", data, device, said)


def _area(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    present = str(said.present)
    data = {"scenarioType": "OccupancyInArea", "total": present, "human": present}
    return _event("Device1Scenario2", data, device, said)


def _event(scenario: str, data: dict[str, str], device: str, said: Statement) -> Letter:
    event = {
        "topic": f"axis:{_SCENARIOS}/{scenario}",
        "timestamp": said.written_s * 1_000,
        "serial": device,
        "message": {"source": {}, "key": {}, "data": data},
    }
    return Letter(f"axis/{device}/event/{_SCENARIOS}/{scenario}", as_json(event))


def _dataq(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    published = {
        "occupancy": {"Human": said.present} if said.present else {},
        "timestamp": said.written_s * 1_000,
        "serial": device,
        "name": "Front entrance",
    }
    return Letter(f"dataq/occupancy/{device}", as_json(published))


def _wire(
    name: str,
    kind: CountKind,
    write: Callable[[str, Sequence[Statement], int], Letter],
    topic_filter: str,
    *,
    channel: str = "",
) -> Wire:
    return Wire(
        name=name,
        codec=name.partition("/")[0],
        kinds=(kind,),
        device=lambda number: mac(number, MAKER),
        write=write,
        filter=topic_filter,
        channel=channel,
        both_ways=write is not _line,
    )


_EVENTS = "axis/+/event/+/ObjectAnalytics/+"
AXIS = (
    _wire("axis-counter", CountKind.PERIOD, _push, "axis-counter/+"),
    _wire("axis-counter/live", CountKind.TOTAL, _live, "axis-counter/+"),
    _wire("axis-aoa", CountKind.TOTAL, _line, _EVENTS, channel="device1scenario1"),
    _wire("axis-aoa/area", CountKind.PRESENT, _area, _EVENTS, channel="device1scenario2"),
    _wire("axis-dataq", CountKind.PRESENT, _dataq, "dataq/occupancy/+"),
)
