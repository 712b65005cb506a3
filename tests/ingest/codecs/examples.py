"""Small messages of every format, in numbers of our own: what others are mutated from."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ingest.codecs.lorawan import DEVICES
from ingest.codecs.sparkplug_proto import payload_class
from simulator.faults.plan import FaultPlan
from simulator.faults.posted import posted
from simulator.messages import Reports
from simulator.streams import Streams
from simulator.wires import WIRES

Example = tuple[str, bytes]
"""Topic and payload."""
AT, AT_S = "2026-11-23T01:30:00Z", 1_795_397_400
_EUI = "24e1240000000007"
_AXIS = "axis/B8A44F000001/event/CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1"
_BYTES = tuple(
    bytes.fromhex(each)
    for each in (
        "03d24800000004d2c800000005cc0500070006d20000000007d200000000",
        "0175640467ff0005cc0500070020ce" + "00f1536a" + "0102030405060708",
        "02060024e1240000000700f8010a0b000000050004200d0a6a",
        "ff0bffff0101ff166537f2854522ffff0300",
    )
)


def _json(topic: str, *contents: Any) -> list[Example]:
    return [(topic, json.dumps(content).encode()) for content in contents]


def _by_wire(name: str) -> list[Example]:
    wire = next(w for w in WIRES if w.name == name)
    counts = np.array([1204, 1210, 1210])
    said = Reports(
        sensor="door",
        kind=wire.kinds[0],
        time_s=AT_S + 300 * np.arange(3),
        entered=counts,
        left=counts - 17,
        period_s=np.full(3, 300) if wire.readings > 1 else None,
    )
    messages = posted(said, FaultPlan(), wire, wire.device(7), Streams(1)).messages
    return [(m.topic, m.payload) for m in messages]


def _uplinks() -> list[Example]:
    """An uplink for each model and some bytes, so that every device's codec is met."""
    models = [model for device in DEVICES for model in device.models] or [""]
    return [
        *_by_wire("chirpstack-v4/vs133"),
        *_json(
            f"application/a/device/{_EUI}/event/up",
            *(
                {
                    "time": AT,
                    "deviceInfo": {"devEui": _EUI, "deviceProfileName": model},
                    "fCnt": 3,
                    "fPort": 85,
                    "data": base64.b64encode(data).decode(),
                }
                for model in models
                for data in _BYTES
            ),
        ),
    ]


def _sparkplug() -> list[Example]:
    metrics = [
        {"name": "Line 1/in", "alias": 1, "datatype": 8, "long_value": 500},
        {"name": "Line 1/out", "alias": 2, "datatype": 8, "long_value": 490},
        {"name": "occupancy", "alias": 3, "datatype": 3, "int_value": 10},
    ]
    payload = payload_class()(timestamp=AT_S * 1000, seq=1, metrics=metrics).SerializeToString()
    kinds = ("NBIRTH/gate", "DBIRTH/gate/door", "DDATA/gate/door", "DDEATH/gate/door")
    return [(f"spBv1.0/mall/{kind}", bytes(payload)) for kind in kinds]


_ONE = {"time": AT, "entered": 1204, "left": 1187}
_MINUTE = {"start_time": "2026-11-23T09:30:00+08:00", "end_time": "2026-11-23T09:31:00+08:00"}
_LINE = {"line": 2, "line_name": "Door"}
_FULL = {
    "device_info": {"device_sn": "6537F2854522", "running_time": 330},
    "time_info": _MINUTE,
    "line_trigger_data": [{**_LINE, "total": {"in": 1, "out": 0}}],
    "line_periodic_data": [{**_LINE, "total": {"in": 4, "out": 3}}],
    "line_total_data": [
        {**_LINE, "total": {"in_counted": 70, "out_counted": 66, "capacity_counted": 4}}
    ],
    "region_data": {"region_count_data": [{"region": 3, "total": {"current_total": 6}}]},
}
_LIVE = {
    "live_data": {
        "package_info": {"version": "5.0"},
        "sensor_info": {"serial_number": "80:1F:12:00:00:07"},
        "frames": [
            {
                "time": AT_S * 1000,
                "tracked_objects": [{"track_id": 5, "type": "PERSON"}],
                "events": [
                    {
                        "category": "COUNT",
                        "type": "COUNT_INCREMENT",
                        "attributes": {
                            "logic_id": 4,
                            "logic_name": "Door",
                            "counter_name": "fw",
                            "counter_value": 12,
                        },
                    },
                    {
                        "category": "SCENE",
                        "type": "LINE_CROSS_FORWARD",
                        "attributes": {"track_id": 5, "geometry_id": 2, "geometry_name": "Door"},
                    },
                ],
            }
        ],
    }
}
_STATUS = {"status_data": {"states": {"device": {"state": {"details": {"uptime_sec": 7}}}}}}
_MEASURED = {
    "kind": "people-counts",
    "utcFrom": "2026-11-23T01:15:00Z",
    "utcTo": AT,
    "items": [{"direction": "in", "count": 5}, {"direction": "out", "count": 3}],
}
_SCENARIO = {
    "topic": "axis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1",
    "timestamp": AT_S * 1000,
    "serial": "B8A44F000001",
    "message": {
        "source": {},
        "key": {},
        "data": {"startTime": AT, "reason": "human", "total": "17", "totalHuman": "8"},
    },
}

EXAMPLES: Mapping[str, Sequence[Example]] = {
    "native": _json(
        "openhours/v1/door/counts",
        _ONE,
        {"kind": "period", "time": AT, "period_s": 900, "entered": 31, "left": 27},
        {"kind": "change", "time": AT_S * 1000, "seq": 88012, "entered": 1},
        [_ONE, {"time": AT_S, "present": 17}],
    ),
    "home-assistant": _json(
        "homeassistant/sensor/hall/people/config",
        {
            "unique_id": "hall_7f_people",
            "state_topic": "counters/hall",
            "value_template": "{{ value_json.people | int }}",
            "expire_after": 600,
            "device": {"name": "Hall counter", "identifiers": ["7f"]},
        },
    ),
    "sparkplug-b": _sparkplug(),
    "ttn-v3": _by_wire("ttn-v3/imbuildings-people-counter/object"),
    "chirpstack-v4": _uplinks(),
    "milesight-json": _json("shop/door", _FULL),
    "xovis": [*_by_wire("xovis"), *_json("xovis/push", _LIVE, _STATUS)],
    "axis-aoa": _json(_AXIS, _SCENARIO),
    "axis-counter": _json(
        "count",
        {"data": {"measurements": [_MEASURED]}, "sensor": {"serial": "accc8e000001"}},
        {"serial": "ACCC8E", "timestamp": "20261123093000", "in": 12, "out": 318},
    ),
    "axis-dataq": _json(
        "dataq/occupancy/B8A4",
        {"timestamp": AT_S * 1000, "serial": "B8A4", "occupancy": {"Human": 3}},
    ),
    "vivotek": _json(
        "vivotek/report",
        {
            "Source": {"UtcTime": AT, "MacAddress": "00:02:81:31"},
            "Data": [
                {
                    "RuleType": "Counting",
                    "CountingInfo": [
                        {
                            "RuleName": "Door",
                            "In": 1,
                            "Out": 2,
                            "StartTime": "2026-11-23T01:15:00Z",
                            "EndTime": AT,
                        }
                    ],
                }
            ],
        },
    ),
    "footfallcam": _json(
        "/status/0000c0ffee",
        {
            "RoiId": 1,
            "MetricId": 1,
            "PeopleId": 77,
            "EventStartTime": AT_S - 2,
            "EventEndTime": AT_S,
            "CombineObjectTypeId": 11,
        },
    ),
    "irisys": _json(
        "irisys/V4D-1/live_counts",
        {
            "counts": [{"name": "In", "count": 40}, {"name": "Occupancy", "count": 2}],
            "timestamp": AT,
        },
    ),
    "esphome": [
        ("roode32/number/roode32_people_counter/state", b"-1.00"),
        ("roode32/text_sensor/roode32_last_direction/state", b"Entry"),
    ],
    "zigbee2mqtt": _json(
        "zigbee2mqtt/hall door", {"people": 7, "battery": 80, "last_seen": AT_S * 1000}
    ),
    "frigate": [("frigate/front_door/person", b"2")],
    "senml": _by_wire("senml"),
    "auto": _json("openhours/in/north/door-1", [{"n": "in", "t": AT_S, "v": 5}], _FULL, _LIVE),
}
"""By codec."""
