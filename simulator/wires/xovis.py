"""Xovis 3D sensors, data push of firmware 5 and of firmware 3 and 4.

After the vendor's description of the push and messages in akenza-io/device-type-library. Version 5
has `logics_data`, whose records count `fw` and `bw` from `from` to `to`, epoch milliseconds, and
`live_data`, whose frames hold events: tracks that cross a line, counters that step. Before it,
`values` held events and `content` the counts of closed intervals. A push holds what has come since
the one before.
"""

from collections.abc import Callable, Sequence

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire, as_json

_LINE, _LOGIC = "Line 0", "Line-based logic 2"


def _serial(number: int) -> str:
    digits = f"{number:06X}"
    return f"80:1F:12:{digits[:2]}:{digits[2:4]}:{digits[4:]}"


def _interval(said: Statement) -> dict[str, int]:
    return {"from": (said.written_s - said.period_s) * 1_000, "to": said.written_s * 1_000}


def _logics(device: str, statements: Sequence[Statement], number: int) -> Letter:
    records = [
        {
            **_interval(said),
            "samples": said.period_s // 60,
            "samples_expected": said.period_s // 60,
            "counts": [
                {"id": 6, "name": "fw", "value": said.entered},
                {"id": 7, "name": "bw", "value": said.left},
            ],
        }
        for said in statements
    ]
    logic = {
        "id": 4,
        "name": _LOGIC,
        "info": "XLT_LINE_IN_OUT_COUNT",
        "geometries": [{"id": 2, "type": "LINE", "name": _LINE}],
        "records": records,
    }
    return _version_5("logics_data", {"logics": [logic]}, device, number)


def _live(device: str, statements: Sequence[Statement], number: int) -> Letter:
    frames = [
        {
            "framenumber": 1_000 + said.seq,
            "time": said.written_s * 1_000,
            "tracked_objects": [{"track_id": said.seq, "type": "PERSON", "attributes": {}}],
            "events": _crossings(said) if said.kind is CountKind.CHANGE else _steps(said),
        }
        for said in statements
    ]
    return _version_5("live_data", {"frames": frames}, device, number)


def _crossings(said: Statement) -> list[dict[str, object]]:
    way = "FORWARD" if said.entered else "BACKWARD"
    line = {"geometry_id": 2, "geometry_type": "LINE", "geometry_name": _LINE}
    what = {"track_id": said.seq, "sequence_number": 0, **line}
    return [{"category": "SCENE", "type": f"LINE_CROSS_{way}", "attributes": what}]


def _steps(said: Statement) -> list[dict[str, object]]:
    logic = {"track_id": said.seq, "logic_id": 4, "logic_name": _LINE}
    counters = (
        [("balance", said.present)]
        if said.kind is CountKind.PRESENT
        else [("fw", said.entered), ("bw", said.left)]
    )
    return [
        {
            "category": "COUNT",
            "type": "COUNT_INCREMENT",
            "attributes": {**logic, "counter_id": 6 + n, "counter_name": name, "counter_value": v},
        }
        for n, (name, v) in enumerate(counters)
    ]


def _version_5(part: str, data: dict[str, object], device: str, number: int) -> Letter:
    about = {
        "package_info": {"version": "5.0", "id": number, "agent_id": 1030},
        "sensor_info": {"serial_number": device, "type": "SINGLE_SENSOR"},
    }
    return Letter(f"xovis/{device}/push", as_json({part: {**about, **data}}))


def _events(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    """Each crossing twice, as the sensor sees it and as it counts it."""
    values = [
        {
            "timestamp": said.written_s * 1_000,
            "type": what,
            "serial": device,
            "direction": "forward" if said.entered else "backward",
            "object": {"id": said.seq, "x": 303, "y": 275, "height": 1_748},
            "countItem": {"id": 0, "name": _LINE},
            "objectType": "PERSON",
        }
        for said in statements
        for what in ("LineCrossing", "LineCount")
    ]
    return Letter(f"xovis/{device}/push", as_json({"values": values}))


def _intervals(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    measured = [
        {
            **_interval(said),
            "value": [
                {"label": "fw", "value": said.entered},
                {"label": "bw", "value": said.left},
            ],
        }
        for said in statements
    ]
    line = {"element-id": 0, "element-name": _LINE, "data-type": "LINE", "measurement": measured}
    push = {
        "sensor-info": {"serial-number": device},
        "sensor-time": {"timezone": "UTC", "time": statements[-1].written_s * 1_000},
        "content": {"element": [line]},
    }
    return Letter(f"xovis/{device}/push", as_json(push))


def _wire(
    name: str,
    write: Callable[[str, Sequence[Statement], int], Letter],
    kinds: tuple[CountKind, ...],
    *,
    channel: str = "line-0",
    readings: int = 1,
) -> Wire:
    return Wire(
        name=name,
        codec="xovis",
        kinds=kinds,
        device=_serial,
        write=write,
        filter="xovis/+/push",
        channel=channel,
        readings=readings,
    )


_PERIOD, _CHANGE = (CountKind.PERIOD,), (CountKind.CHANGE,)
XOVIS = (
    _wire("xovis", _logics, _PERIOD, channel="line-based-logic-2", readings=3),
    _wire("xovis/live", _live, (CountKind.CHANGE, CountKind.TOTAL, CountKind.PRESENT)),
    _wire("xovis/events-of-4", _events, _CHANGE),
    _wire("xovis/counts-of-4", _intervals, _PERIOD, readings=3),
)
