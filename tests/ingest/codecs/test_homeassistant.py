"""Home Assistant discovery: from a config to the readings of its state topic."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.codecs import homeassistant
from ingest.codecs.homeassistant import Discovered, counters_in, reader
from ingest.codecs.said import Learned
from tests.ingest.codecs.reading import decoded, lines
from tests.ingest.payloads import home_assistant as real
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import results

TOPIC = "homeassistant/sensor/hall/people/config"
HALL: dict[str, Any] = {
    "name": "Hall people count",
    "unique_id": "hall_7f_people",
    "state_topic": "counters/hall",
    "value_template": "{{ value_json.people | int }}",
    "expire_after": 600,
    "device": {"name": "Hall counter", "identifiers": ["7f"]},
}


def learned(config: object, topic: str = TOPIC) -> tuple[Discovered, ...]:
    """The counters that a config describes."""
    found = decoded(homeassistant.CODEC, topic, config)
    assert not found.rejections
    (each,) = found.learned
    assert each.key == f"discovered:{topic}"
    return counters_in(each.value)


def states(config: object, *payloads: bytes) -> list[str]:
    """What the state topic of a config comes to."""
    codec = reader(learned(config))
    return [line for each in payloads for line in lines(decoded(codec, "counters/hall", each))]


@pytest.mark.parametrize("case", real.CASES, ids=lambda case: case.where)
def test_examples_of_the_documentation_come_to_what_is_written_of_them(case: Case) -> None:
    assert tuple(results(case, real.on_the_wire(case))) == case.expected


def test_a_config_of_a_people_counter_teaches_where_and_how_it_speaks() -> None:
    assert learned(HALL) == (
        Discovered(
            topic="counters/hall",
            template="{{ value_json.people | int }}",
            sensor="hall_7f_people",
            number="present",
            kind="present",  # type: ignore[arg-type]
            device="Hall counter",
            expire_after_s=600,
        ),
    )


def test_its_state_is_read_under_its_unique_id() -> None:
    assert states(HALL, b'{"people": 12}') == ["hall_7f_people present present=12 at receipt"]


@pytest.mark.parametrize("state", [b"unavailable", b'{"battery": 93}', b'{"people": null}'])
def test_no_state_is_nothing_said(state: bytes) -> None:
    assert states(HALL, state) == []


def test_a_state_that_is_no_number_is_rejected() -> None:
    assert states(HALL, b'{"people": "many"}', b"[") == [
        "rejected: not a count",
        "rejected: not JSON",
    ]


def test_abbreviations_and_the_base_topic_are_expanded() -> None:
    short = {
        "~": "counters/hall",
        "name": "Entries",
        "uniq_id": "door_in",
        "stat_t": "~/in",
        "unit_of_meas": "people",
        "exp_aft": 60,
        "dev": {"name": "Door"},
    }
    (found,) = learned(short)
    assert (found.topic, found.number, found.kind) == ("counters/hall/in", "entered", "total")
    assert (found.sensor, found.device, found.expire_after_s) == ("door_in", "Door", 60)


def test_a_plain_number_is_the_state_where_no_template_is_given() -> None:
    plain = {"name": "Visitors out", "state_topic": "counters/hall"}
    assert states(plain, b"41") == ["people total left=41 at receipt"]


def test_the_device_form_describes_several_entities_at_once() -> None:
    config = {
        "dev": {"name": "People counter"},
        "o": {"name": "gate"},
        "stat_t": "counters/hall",
        "cmps": {
            "a": {"p": "sensor", "name": "In", "uniq_id": "g_in", "val_tpl": "{{value_json.i}}"},
            "b": {"p": "sensor", "name": "Out", "uniq_id": "g_out", "val_tpl": "{{value_json.o}}"},
            "c": {"p": "sensor", "dev_cla": "battery", "val_tpl": "{{value_json.b}}"},
            "d": {"p": "button", "name": "Reset people"},
        },
    }
    found = learned(config, "homeassistant/device/gate/config")
    assert [(each.sensor, each.number) for each in found] == [
        ("g_in", "entered"),
        ("g_out", "left"),
    ]
    assert lines(decoded(reader(found), "counters/hall", b'{"i": 5, "o": 3, "b": 90}')) == [
        "g_in total entered=5 at receipt",
        "g_out total left=3 at receipt",
    ]


@pytest.mark.parametrize(
    ("component", "changed"),
    [
        ("binary_sensor", {"device_class": "occupancy"}),
        ("sensor", {"unit_of_measurement": "%"}),
        ("sensor", {"device_class": "temperature"}),
        ("sensor", {"state_class": "total_increasing"}),
        ("sensor", {"name": "Max people", "unique_id": "max_people"}),
        ("sensor", {"name": "Restart count", "unique_id": "restarts", "value_template": None}),
        ("number", {"entity_category": "config"}),
        ("sensor", {"state_topic": None}),
    ],
)
def test_what_counts_no_people_teaches_nothing_and_is_no_rejection(
    component: str, changed: dict[str, object]
) -> None:
    topic = f"homeassistant/{component}/hall/config"
    assert learned({**HALL, **changed}, topic) == ()


def test_an_empty_payload_forgets_the_counter() -> None:
    assert decoded(homeassistant.CODEC, TOPIC, b"").learned == [Learned(f"discovered:{TOPIC}", "")]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"value_template": "{{ value_json.people + 1 }}"}, "template not understood"),
        ({"state_topic": "counters/#"}, "not a topic"),
        ({"expire_after": "soon"}, "not a count"),
    ],
)
def test_a_counter_that_cannot_be_read_is_rejected(changed: dict[str, object], reason: str) -> None:
    assert lines(decoded(homeassistant.CODEC, TOPIC, {**HALL, **changed})) == [
        f"rejected: {reason}"
    ]


names = st.sampled_from((*HALL, "~", "stat_t", "cmps", "dev", "p", "unit_of_meas"))
scalars = st.sampled_from(("people", "in", "~/a", "sensor", "%", 1, None, True)) | st.text(
    max_size=5
)
configs = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=8)
)


@given(st.sampled_from(("sensor", "device", "")), configs, st.binary(max_size=20))
@settings(max_examples=300, deadline=None)
def test_any_config_teaches_or_is_kept_and_any_state_is_read_or_kept(
    component: str, config: object, state: bytes
) -> None:
    for content in (json.dumps(config).encode(), json.dumps({**HALL, "x": config}).encode(), state):
        found = decoded(homeassistant.CODEC, f"homeassistant/{component}/x/config", content)
        assert found.learned or found.rejections
        for each in found.learned:
            decoded(reader(counters_in(each.value)), "x", state)
