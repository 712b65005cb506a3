"""SenML, rule by rule of RFC 8428."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.codecs import senml
from tests.ingest.codecs.reading import decoded, lines
from tests.ingest.payloads import senml as real
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import results

BASE = "urn:dev:mac:0024befffe804ff1:"
SENSOR = "urn:dev:mac:0024befffe804ff1"


def said(*records: object) -> list[str]:
    return lines(decoded(senml.CODEC, "plant/senml", list(records)))


@pytest.mark.parametrize("case", real.CASES, ids=lambda case: case.file)
def test_examples_of_the_standard_come_to_what_is_written_of_them(case: Case) -> None:
    assert tuple(results(case)) == case.expected


def test_entered_and_left_of_one_instant_are_one_reading_of_the_device() -> None:
    assert said({"bn": BASE, "bt": 1_795_397_400, "n": "in", "v": 120}, {"n": "out", "v": 117}) == [
        f"{SENSOR} total entered=120 left=117 2026-11-23T01:30:00Z"
    ]


def test_what_stands_before_the_count_in_a_name_is_a_channel() -> None:
    assert said({"bn": BASE, "bt": 1_795_397_400, "n": "Line-2/people_in", "v": 5}) == [
        f"{SENSOR}:line-2 total entered=5 2026-11-23T01:30:00Z"
    ]


def test_a_name_in_one_piece_is_device_and_count() -> None:
    assert said({"n": f"{BASE}occupancy", "t": 1_795_397_400, "v": 7}) == [
        f"{SENSOR} present present=7 2026-11-23T01:30:00Z"
    ]
    assert said({"bn": f"{BASE}people", "bt": 1_795_397_400, "v": 7}) == [
        f"{SENSOR} present present=7 2026-11-23T01:30:00Z"
    ]


def test_times_from_two_to_the_28_are_absolute_and_smaller_ones_are_relative_to_receipt() -> None:
    found = decoded(
        senml.CODEC,
        "x",
        [
            {"bn": BASE, "n": "people", "t": 2**28 + 1_526_961_944, "v": 1},
            {"n": "people", "t": -90, "v": 2},
            {"n": "people", "v": 3},
        ],
    )
    assert lines(found)[0] == f"{SENSOR} present present=1 2026-11-23T01:30:00Z"
    after_us = [reading.time_us - reading.received_us for reading in found.readings]
    assert after_us[1] == -90_000_000
    assert lines(found)[1:] == [f"{SENSOR} present present={n} at receipt" for n in (2, 3)]


def test_base_time_and_time_add_up_before_they_are_judged() -> None:
    assert said(
        {"bn": BASE, "bt": 1_795_397_400, "n": "people", "t": -60, "v": 1},
        {"n": "people", "t": 60, "v": 2},
    ) == [
        f"{SENSOR} present present=1 2026-11-23T01:29:00Z",
        f"{SENSOR} present present=2 2026-11-23T01:31:00Z",
    ]


def test_base_values_are_added_and_base_fields_last_until_they_are_given_anew() -> None:
    assert said(
        {"bn": "a:", "bv": 1000, "bt": 1_795_397_400, "n": "in", "v": 20},
        {"n": "out", "v": 7},
        {"bn": "b:", "n": "in"},
    ) == [
        "a total entered=1020 left=1007 2026-11-23T01:30:00Z",
        "b total entered=1000 2026-11-23T01:30:00Z",
    ]


def test_a_sum_is_the_total_and_the_rate_beside_it_is_left() -> None:
    assert said({"bn": BASE, "bt": 1_795_397_400, "n": "in", "u": "1/s", "v": 0.2, "s": 4711}) == [
        f"{SENSOR} total entered=4711 2026-11-23T01:30:00Z"
    ]


@pytest.mark.parametrize(
    "record",
    [
        {"n": "temperature", "v": 21},
        {"n": "occupancy", "u": "%", "v": 60},
        {"n": "occupancy", "u": "/", "v": 0.6},
        {"n": "occupancy", "vb": True},
        {"n": "in", "u": "1/s", "v": 0.2},
    ],
)
def test_other_records_are_left_and_a_pack_of_none_but_others_is_rejected(record: object) -> None:
    count = {"bn": BASE, "bt": 1_795_397_400, "n": "people", "v": 3}
    assert said(count, record) == [f"{SENSOR} present present=3 2026-11-23T01:30:00Z"]
    assert said({"bn": BASE}, record) == ["rejected: no counts"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"bver": 11}, "version not understood"),
        ({"must_": 1}, "extension not understood"),
        ({"v": 1.5}, "not a count"),
        ({"v": "many"}, "not a count"),
        ({"bt": "noon"}, "unexpected content"),
    ],
)
def test_what_the_standard_forbids_to_use_is_rejected(
    record: dict[str, object], reason: str
) -> None:
    assert said({"bn": BASE, "n": "in", "v": 1, **record}) == [f"rejected: {reason}"]


def test_a_pack_is_told_by_its_records() -> None:
    assert senml.fits([{"bn": BASE, "bt": 1}, {"n": "people", "v": 1}])
    others: tuple[object, ...] = (
        [],
        {},
        [1],
        [{"n": 1, "v": 1}],
        [{"entered": 1}],
        [{"n": "people"}],
    )
    for other in others:
        assert not senml.fits(other)


fields = st.sampled_from(("bn", "n", "v", "s", "t", "bt", "bv", "bs", "u", "bver", "vb", "x_"))
values: st.SearchStrategy[object] = st.sampled_from(
    ("in", "people", "%", 1, -1, 2.5, 2**60, 1e400, None, True, [], {})
)
records = st.dictionaries(fields, values | st.floats() | st.text(max_size=5))


@given(st.lists(records | values, max_size=4) | values | records)
@settings(max_examples=300, deadline=None)
def test_any_json_is_read_or_kept(pack: object) -> None:
    found = decoded(senml.CODEC, "x", json.dumps(pack).encode())
    assert found.readings or found.rejections
