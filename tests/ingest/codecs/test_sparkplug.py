"""Sparkplug B as nodes send it: protobuf, births before data."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.codecs import sparkplug
from ingest.codecs.codec import Decoded
from ingest.codecs.sparkplug_proto import payload_class
from tests.ingest.codecs.reading import decoded, lines
from tests.ingest.payloads import sparkplug_b as real
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import results

BIRTH = "spBv1.0/mall/DBIRTH/gate way/door 1"
DATA = "spBv1.0/mall/DDATA/gate way/door 1"
DEATH = "spBv1.0/mall/DDEATH/gate way/door 1"
SENSOR = "mall-gate-way-door-1"
AT_MS = 1_795_397_400_000
INT32, UINT64, BOOLEAN = 3, 8, 11

Metrics = list[dict[str, Any]]
BORN: Metrics = [
    {"name": "Line 1/in", "alias": 1, "datatype": UINT64, "long_value": 500},
    {"name": "Line 1/out", "alias": 2, "datatype": UINT64, "long_value": 490},
    {"name": "occupancy", "alias": 3, "datatype": INT32, "int_value": 10},
    {"name": "Heater", "alias": 4, "datatype": BOOLEAN, "boolean_value": True},
]


def payload(metrics: Metrics, seq: int = 0, at_ms: int | None = AT_MS) -> bytes:
    return bytes(payload_class()(timestamp=at_ms, seq=seq, metrics=metrics).SerializeToString())


def taught(metrics: Metrics = BORN, topic: str = BIRTH) -> dict[str, str]:
    """What a birth teaches."""
    return {
        each.key: each.value for each in decoded(sparkplug.CODEC, topic, payload(metrics)).learned
    }


def data(metrics: Metrics, seq: int = 0, known: dict[str, str] | None = None) -> Decoded:
    return decoded(
        sparkplug.CODEC, DATA, payload(metrics, seq), taught() if known is None else known
    )


@pytest.mark.parametrize("case", real.CASES, ids=lambda case: case.file)
def test_examples_of_the_specification_come_to_what_is_written_of_them(case: Case) -> None:
    assert tuple(results(case, real.on_the_wire(case))) == case.expected


def test_the_values_in_a_birth_are_readings() -> None:
    assert lines(decoded(sparkplug.CODEC, BIRTH, payload(BORN, seq=1))) == [
        f"{SENSOR}:line-1 total entered=500 left=490 seq=1 2026-11-23T01:30:00Z",
        f"{SENSOR} present present=10 seq=1 2026-11-23T01:30:00Z",
    ]


def test_data_by_alias_is_read_by_what_the_birth_taught() -> None:
    found = data([{"alias": 1, "timestamp": AT_MS + 60_000, "long_value": 501}], seq=2)
    assert lines(found) == [f"{SENSOR}:line-1 total entered=501 seq=2 2026-11-23T01:31:00Z"]


def test_a_negative_number_is_told_by_the_data_type_of_the_birth() -> None:
    found = data([{"alias": 3, "int_value": 2**32 - 3}], seq=3)
    assert lines(found) == [f"{SENSOR} present present=-3 seq=3 2026-11-23T01:30:00Z"]


def test_an_alias_that_no_birth_taught_is_rejected_with_the_way_to_mend_it() -> None:
    for known in ({}, taught()):
        (rejection,) = data([{"alias": 9, "long_value": 1}], known=known).rejections
        assert rejection.reason == "birth not seen"
        assert "rebirth" in rejection.hint
        assert "replay-rejected" in rejection.hint


def test_what_is_named_beside_a_strange_alias_is_kept() -> None:
    found = data([{"name": "occupancy", "int_value": 4}, {"alias": 9, "long_value": 1}], known={})
    assert lines(found) == [
        f"{SENSOR} present present=4 2026-11-23T01:30:00Z",
        "rejected: birth not seen",
    ]


def test_the_sequence_number_wraps_and_no_two_changes_of_it_collide() -> None:
    found = [
        data([{"alias": 1, "long_value": n, "timestamp": AT_MS + n // 256}], seq=n % 256)
        for n in range(512)
    ]
    identities = {(r.sensor, r.kind, r.time_us, r.seq) for each in found for r in each.readings}
    assert len(identities) == 512


def test_a_repeated_message_gives_the_same_reading() -> None:
    metrics: Metrics = [{"alias": 1, "long_value": 7}]
    assert data(metrics, seq=9).readings == data(metrics, seq=9).readings


def test_historical_is_marked_and_null_is_not_said() -> None:
    found = data(
        [
            {"alias": 1, "long_value": 7, "is_historical": True, "timestamp": AT_MS - 86_400_000},
            {"alias": 2, "is_null": True},
        ]
    )
    assert lines(found) == [f"{SENSOR}:line-1 total entered=7 2026-11-22T01:30:00Z history"]


def test_data_without_counts_is_a_sign_of_life_of_a_counter_and_nothing_of_other_devices() -> None:
    heater: Metrics = [{"alias": 4, "boolean_value": False}]
    assert lines(data(heater)) == [f"{SENSOR} status 2026-11-23T01:30:00Z"]
    assert data(heater, known=taught(BORN[3:])) == Decoded([], [], [])


@pytest.mark.parametrize("value", [{"double_value": 3.7}, {"string_value": "7"}])
def test_fractions_and_texts_are_no_counts_whatever_they_are_called(
    value: dict[str, object],
) -> None:
    valve: Metrics = [{"name": "Valve 1/out", "datatype": 10, **value}]
    assert lines(data(valve, known={})) == []


def test_a_death_says_that_a_counter_is_away() -> None:
    death = payload([], at_ms=AT_MS)
    assert lines(decoded(sparkplug.CODEC, DEATH, death, taught())) == [
        f"{SENSOR} status 2026-11-23T01:30:00Z fault"
    ]
    assert lines(decoded(sparkplug.CODEC, DEATH, death)) == []


def test_a_nodes_death_is_dated_to_its_receipt_for_it_was_written_at_connecting() -> None:
    known = taught(topic="spBv1.0/mall/NBIRTH/node")
    found = decoded(sparkplug.CODEC, "spBv1.0/mall/NDEATH/node", payload([]), known)
    assert lines(found) == ["mall-node status at receipt fault"]


def test_a_nodes_death_is_that_of_all_its_devices_that_count_people() -> None:
    born = decoded(sparkplug.CODEC, BIRTH, payload(BORN[:2]))
    known = dict(born.learned)
    again = decoded(sparkplug.CODEC, BIRTH, payload(BORN[:2]), known)
    assert len(again.learned) == len(born.learned) - 1  # it is remembered already
    node = DEATH.replace("DDEATH", "NDEATH").rpartition("/")[0]
    found = decoded(sparkplug.CODEC, node, payload([]), known)
    assert lines(found) == [f"{SENSOR} status at receipt fault"]


def test_metrics_inside_a_template_are_read_by_its_name_and_by_its_alias() -> None:
    inner: Metrics = [{"name": "in", "datatype": UINT64, "long_value": 3}]
    born: Metrics = [{"name": "North", "alias": 5, "template_value": {"metrics": inner}}]
    now: Metrics = [{"alias": 5, "template_value": {"metrics": inner}}]
    assert lines(data(now, known=taught(born))) == [
        f"{SENSOR}:north total entered=3 2026-11-23T01:30:00Z"
    ]


def test_the_definition_of_a_template_is_no_reading() -> None:
    inner = {"is_definition": True, "metrics": [{"name": "in", "long_value": 3}]}
    born: Metrics = [{"name": "_types_/Counter", "template_value": inner}]
    assert lines(decoded(sparkplug.CODEC, BIRTH, payload(born))) == []


@pytest.mark.parametrize("topic", ["spBv1.0/mall/NCMD/node", "spBv1.0/mall/DCMD/node/door"])
def test_commands_are_of_no_interest(topic: str) -> None:
    assert lines(decoded(sparkplug.CODEC, topic, payload(BORN))) == []


def test_json_in_place_of_protobuf_is_rejected() -> None:
    assert lines(decoded(sparkplug.CODEC, DATA, {"timestamp": AT_MS, "metrics": []})) == [
        "rejected: not Sparkplug B"
    ]


verbs = st.sampled_from(("NBIRTH", "DBIRTH", "NDATA", "DDATA", "NDEATH", "DDEATH", "X", ""))
metric = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(("in", "people", "a/b", "")),
        "alias": st.integers(0, 2**64 - 1),
        "timestamp": st.integers(0, 2**64 - 1),
        "datatype": st.integers(0, 40),
        "long_value": st.integers(0, 2**64 - 1),
        "double_value": st.floats(),
        "string_value": st.text(max_size=5),
    },
)


@given(verbs, st.binary() | st.lists(metric, max_size=4).map(lambda m: payload(m, 2**63, 2**63)))
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_read_kept_or_of_no_interest(verb: str, content: bytes) -> None:
    for known in ({}, {"sparkplug:g/n/": taught().popitem()[1]}):
        found = decoded(sparkplug.CODEC, f"spBv1.0/g/{verb}/n", content, known)
        assert all(r.sensor and r.time_us > 0 for r in found.readings)
        assert all(r.hint for r in found.rejections)
