"""What holds of all codecs of devices that speak JSON over MQTT themselves."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.readings import SEQ_SPAN, CountKind
from ingest.codecs import CODECS, FORMATS
from tests.ingest.codecs.reading import decoded, lines

DEVICE = {"device_sn": "6537F2854522", "running_time": 330}
MINUTE = {"start_time": "2026-11-23T09:30:00+08:00", "end_time": "2026-11-23T09:31:00+08:00"}
MESSAGES: dict[str, Any] = {
    "milesight-json": {
        "device_info": DEVICE,
        "time_info": MINUTE,
        "line_trigger_data": [{"line": 1, "total": {"in": 1, "out": 0}}],
        "line_periodic_data": [{"line": 1, "total": {"in": 1, "out": 0}}],
        "line_total_data": [
            {"line": 1, "total": {"in_counted": 3, "out_counted": 5, "capacity_counted": -2}}
        ],
        "region_data": {"region_count_data": [{"region": 1, "total": {"current_total": 2}}]},
    },
    "xovis": {
        "live_data": {
            "sensor_info": {"serial_number": "80:1F:12:00:00:01"},
            "frames": [
                {
                    "time": 1_795_413_600_000,
                    "tracked_objects": [{"track_id": 7, "type": "PERSON", "attributes": {}}],
                    "events": [
                        {
                            "category": "SCENE",
                            "type": "LINE_CROSS_FORWARD",
                            "attributes": {"track_id": 7, "geometry_name": "Line 0"},
                        }
                    ],
                }
            ],
        }
    },
    "axis-aoa": {
        "topic": "axis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1",
        "timestamp": 1_795_413_600_000,
        "serial": "B8A4",
        "message": {"data": {"startTime": "2026-11-22T00:00:00Z", "totalHuman": "8"}},
    },
    "axis-counter": {
        "data": {
            "measurements": [
                {
                    "kind": "people-counts",
                    "utcFrom": "2026-11-23T01:29:00Z",
                    "utcTo": "2026-11-23T01:30:00Z",
                    "items": [{"direction": "in", "count": 5}],
                }
            ]
        },
        "sensor": {"serial": "accc8e"},
    },
    "axis-dataq": {"occupancy": {"Human": 3}, "timestamp": 1_795_413_600_000, "serial": "B8A4"},
    "footfallcam": {"MetricId": 1, "CombineObjectTypeId": 11, "EventEndTime": 1_795_413_600},
    "irisys": {"counts": [{"name": "In", "count": 4}, {"name": "Out", "count": 3}]},
    "vivotek": {
        "Source": {"MacAddress": "00:02:81:31"},
        "Data": [
            {
                "RuleType": "Counting",
                "CountingInfo": [
                    {
                        "RuleName": "Door",
                        "In": 1,
                        "Out": 2,
                        "StartTime": "2026-11-23T05:45:00Z",
                        "EndTime": "2026-11-23T06:00:00Z",
                    }
                ],
            }
        ],
    },
    "zigbee2mqtt": {"people": 3, "battery": 80, "linkquality": 120},
}
OWN = [codec for codec in CODECS if codec.name in MESSAGES]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_has_the_shape_of_its_own_format_alone(name: str) -> None:
    fitting = [c.name for c in FORMATS if c.fits is not None and c.fits(MESSAGES[name])]
    assert fitting == [name]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_topic_on_which_nothing_is_set_up_finds_the_format(name: str) -> None:
    auto = next(codec for codec in CODECS if codec.name == "auto")
    own = next(codec for codec in CODECS if codec.name == name)
    topic = "openhours/in/entrance"
    assert lines(decoded(auto, topic, MESSAGES[name])) == lines(decoded(own, topic, MESSAGES[name]))


junk = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, -1, 1.5, 10**20, 2**53, "", "x", "12", [], {}, [{}], [[]], {"a": 1}])
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_is_changed_in_a_message_there_are_sane_readings_or_a_reason(
    data: st.DataObject,
) -> None:
    codec = data.draw(st.sampled_from(OWN))
    message = json.loads(json.dumps(MESSAGES[codec.name]))
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(places(message)[1:] or [("x",)]))
        parent = message
        for key in path:
            parent = parent[key]
        if isinstance(parent, dict) and data.draw(st.booleans()):
            parent.pop(last, None)
        else:
            parent[last] = copy.deepcopy(data.draw(junk))
    found = decoded(codec, "shop/door", message)
    for reading in found.readings:
        assert reading.sensor
        assert 0 <= reading.seq < SEQ_SPAN
        assert reading.period_s == 0 or reading.kind is CountKind.PERIOD
        assert min(reading.entered or 0, reading.left or 0) >= 0
    assert all(rejection.reason and rejection.hint for rejection in found.rejections)
    assert codec.fits is not None
    assert codec.fits(message) in (True, False)


@pytest.mark.parametrize("codec", FORMATS, ids=lambda codec: codec.name)
@given(payload=st.binary(max_size=60))
@settings(max_examples=50, deadline=None)
def test_any_bytes_on_any_topic_raise_nothing(codec: Any, payload: bytes) -> None:
    for topic in ("shop/door", "irisys/x/targets", "a/number/people/state", "frigate/a/person"):
        decoded(codec, topic, payload)
